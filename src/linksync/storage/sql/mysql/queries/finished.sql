-- name: lock_failed
-- Given numbers, a JSON array: those of jobs that are failed now, and stay as they are until the transaction ends.
SELECT job.number, job.company, job.state
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
WHERE job.state IN ('error', 'needs_action')
ORDER BY job.number
FOR UPDATE;
