-- name: lock_failed
-- Given numbers, a JSON array: those of jobs that are failed now, and stay as they are until the transaction ends.
-- All are locked before their states are looked at, so that only the primary key can be how they are found: with the
-- statistics of an empty table, the index of states would be read from end to end.
WITH locked AS MATERIALIZED (
    SELECT number, company, state
    FROM linksync_finished_job
    WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
    ORDER BY number
    FOR UPDATE
)
SELECT number, company, state FROM locked WHERE state IN ('error', 'needs_action');
