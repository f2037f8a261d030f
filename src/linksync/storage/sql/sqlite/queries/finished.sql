-- name: lock_failed
-- Given numbers, a JSON array: those of jobs that are failed now, and stay as they are until the transaction ends.
SELECT number, company, state
FROM linksync_finished_job
WHERE number IN (SELECT value FROM json_each(:numbers))
  AND state IN ('error', 'needs_action')
ORDER BY number;
