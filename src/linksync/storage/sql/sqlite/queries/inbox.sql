-- name: put
-- Run on the host's connection, within the host's transaction.
INSERT INTO linksync_inbox (company, entity, side, record_id, reason, band, due_at, only_if_known, at)
VALUES (:company, :entity, :side, :record_id, :reason, :band, :due_at, :only_if_known, :at);

-- name: peek
SELECT EXISTS (SELECT 1 FROM linksync_inbox);

-- name: first
SELECT id, company, entity, side, record_id, reason, band, due_at, only_if_known, at
FROM linksync_inbox
ORDER BY id
LIMIT 1000;

-- name: remove
-- Nobody else writes meanwhile, so no row up to this one has appeared since they were read.
DELETE FROM linksync_inbox WHERE id <= :id;
