-- name: put
-- Given rows: a JSON array of objects. Run on the host's connection, within the host's transaction; it locks nothing that
-- anybody else wants.
INSERT INTO linksync_inbox (company, entity, side, record_id, reasons, band, due_at, only_if_known, at)
SELECT company, entity, side, record_id, reasons, band, due_at, only_if_known, at
FROM json_to_recordset(CAST(:rows AS json))
     AS request (company text, entity text, side text, record_id text, reasons int, band int, due_at text,
                 only_if_known int, at text);

-- name: first
-- Those that nobody else is folding in.
SELECT id, record_id, company, entity, side, reasons, band, due_at, only_if_known, at
FROM linksync_inbox
ORDER BY id
LIMIT 500
FOR UPDATE SKIP LOCKED;

-- name: first_of
-- The same of one company; whoever is just folding some of it in is waited for, so that its job is seen to be touched.
SELECT id, record_id, company, entity, side, reasons, band, due_at, only_if_known, at
FROM linksync_inbox
WHERE company = :company
ORDER BY id
LIMIT 500
FOR UPDATE;

-- name: remove
-- Given ids: a JSON array.
DELETE FROM linksync_inbox
WHERE id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS bigint)));
