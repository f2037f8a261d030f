-- name: put
-- Given rows: a JSON array of objects. Run on the host's connection, within the host's transaction; it locks nothing that
-- anybody else wants.
INSERT INTO linksync_inbox (company, entity, side, record_id, reasons, band, due_at, only_if_known, at)
SELECT request.company, request.entity, request.side, request.record_id, request.reasons, request.band, request.due_at,
       request.only_if_known, request.at
FROM JSON_TABLE(:rows, '$[*]' COLUMNS (
         place FOR ORDINALITY,
         company LONGTEXT CHARACTER SET utf8mb4 PATH '$.company', entity LONGTEXT CHARACTER SET utf8mb4 PATH '$.entity',
         side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$.side',
         record_id LONGTEXT CHARACTER SET utf8mb4 PATH '$.record_id',
         reasons INT PATH '$.reasons', band INT PATH '$.band',
         due_at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.due_at', only_if_known INT PATH '$.only_if_known',
         at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.at')) AS request
ORDER BY request.place;

-- name: first
-- Those of companies that nobody else has in hand, whose gates are held from then on: whoever settles a company's jobs finds
-- that nobody else is folding in what concerns them. What hosts have not committed is passed over.
SELECT MAX(id) INTO @last FROM (SELECT id FROM linksync_inbox ORDER BY id LIMIT 500) AS first;
INSERT INTO linksync_gate (company)
SELECT waiting.company
FROM (SELECT DISTINCT company FROM linksync_inbox WHERE id <= @last) AS waiting
WHERE NOT EXISTS (SELECT 1 FROM linksync_gate AS gate FORCE INDEX (PRIMARY) WHERE gate.company = waiting.company)
ORDER BY waiting.company
ON DUPLICATE KEY UPDATE has_work = linksync_gate.has_work;
SELECT JSON_ARRAYAGG(company) INTO @companies
FROM (SELECT gate.company
      FROM (SELECT DISTINCT company FROM linksync_inbox WHERE id <= @last) AS waiting
      STRAIGHT_JOIN linksync_gate AS gate FORCE INDEX (PRIMARY) ON gate.company = waiting.company
      FOR UPDATE SKIP LOCKED) AS held;
SELECT id, record_id, company, entity, side, reasons, band, due_at, only_if_known, at
FROM linksync_inbox
WHERE id <= @last AND JSON_CONTAINS(COALESCE(@companies, '[]'), JSON_QUOTE(company))
ORDER BY id
FOR UPDATE SKIP LOCKED;

-- name: first_of
-- Those of one company, whose gate is held.
SELECT id, record_id, company, entity, side, reasons, band, due_at, only_if_known, at
FROM linksync_inbox FORCE INDEX (company)
WHERE company = :company
ORDER BY id
LIMIT 500
FOR UPDATE SKIP LOCKED;

-- name: remove
-- Given ids: a JSON array.
DELETE inbox
FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id BIGINT PATH '$')) AS wanted
STRAIGHT_JOIN linksync_inbox AS inbox FORCE INDEX (PRIMARY) ON inbox.id = wanted.id;
