-- name: put
-- Given rows: a JSON array of objects. Run on the host's connection, within the host's transaction.
INSERT INTO linksync_inbox (company, entity, side, record_id, reasons, band, due_at, only_if_known, at)
SELECT json_extract(value, '$.company'), json_extract(value, '$.entity'), json_extract(value, '$.side'),
       json_extract(value, '$.record_id'), json_extract(value, '$.reasons'), json_extract(value, '$.band'),
       json_extract(value, '$.due_at'), json_extract(value, '$.only_if_known'), json_extract(value, '$.at')
FROM json_each(:rows);

-- name: first
SELECT id, record_id, company, entity, side, reasons, band, due_at, only_if_known, at
FROM linksync_inbox
ORDER BY id
LIMIT 500;

-- name: first_of
-- The same of one company.
SELECT id, record_id, company, entity, side, reasons, band, due_at, only_if_known, at
FROM linksync_inbox
WHERE company = :company
ORDER BY id
LIMIT 500;

-- name: remove
-- Given ids: a JSON array.
DELETE FROM linksync_inbox WHERE id IN (SELECT value FROM json_each(:ids));
