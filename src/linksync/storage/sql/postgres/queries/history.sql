-- name: start_run
INSERT INTO linksync_run (id, company, started_at) VALUES (:id, :company, :now);

-- name: finish_run
UPDATE linksync_run SET finished_at = :now, note = :note WHERE id = :id;

-- name: get_run
SELECT number, id, company, started_at, finished_at, note FROM linksync_run WHERE id = :id;

-- name: list_runs
-- Those before the run of an id, or the newest when it is NULL. The order is by the company as well, so that no index will do
-- that only has the numbers, and all companies' runs.
SELECT number, id, company, started_at, finished_at, note
FROM linksync_run
WHERE (company, number) < (:company, CASE WHEN CAST(:before AS text) IS NULL THEN 9223372036854775807
                                          ELSE coalesce((SELECT number FROM linksync_run WHERE id = :before), 0) END)
  AND company >= :company
ORDER BY company DESC, number DESC
LIMIT :limit;

-- name: run_counts
SELECT run, outcome, count FROM linksync_run_count WHERE run = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)));

-- name: add_results
-- Given rows: a JSON array with an array of columns per result, in their order; details is text within it.
INSERT INTO linksync_result (run, company, entity, side, record_id, label, remote_type, remote_id, written_to, outcome,
                             reason, code, remedy, details, request_id, at)
SELECT CAST(given ->> 0 AS bigint), given ->> 1, given ->> 2, given ->> 3, given ->> 4, given ->> 5, given ->> 6,
       given ->> 7, given ->> 8, given ->> 9, given ->> 10, given ->> 11, given ->> 12, given ->> 13, given ->> 14, :now
FROM json_array_elements(CAST(:rows AS json)) WITH ORDINALITY AS result (given, place)
ORDER BY place;

-- name: add_counts
-- Given rows of run, outcome and how many more: a JSON array of arrays.
INSERT INTO linksync_run_count AS kept (run, outcome, count)
SELECT CAST(given ->> 0 AS bigint), given ->> 1, CAST(given ->> 2 AS bigint)
FROM json_array_elements(CAST(:rows AS json)) AS given
ON CONFLICT (run, outcome) DO UPDATE SET count = kept.count + excluded.count;

-- name: list_results
-- Given the run's id, the outcomes wanted (a JSON array) and the result after which the page begins. In the order of the run's
-- index, which no other has.
SELECT result.id, :run_id, result.company, result.entity, result.side, result.record_id, result.label,
       result.remote_type, result.remote_id, result.written_to, result.outcome, result.reason, result.code,
       result.remedy, result.details, result.request_id, result.at
FROM linksync_result AS result
WHERE (result.run, result.id) > ((SELECT number FROM linksync_run WHERE id = :run_id), CAST(:after AS bigint))
  AND result.run <= (SELECT number FROM linksync_run WHERE id = :run_id)
  AND result.outcome = ANY (ARRAY(SELECT json_array_elements_text(CAST(:outcomes AS json))))
ORDER BY result.run, result.id
LIMIT :limit;

-- name: last_results
-- Given records: a JSON array of arrays of entity, side and record id.
SELECT result.id, (SELECT id FROM linksync_run WHERE number = result.run), result.company, result.entity, result.side, result.record_id, result.label,
       result.remote_type, result.remote_id, result.written_to, result.outcome, result.reason, result.code,
       result.remedy, result.details, result.request_id, result.at
FROM json_array_elements(CAST(:records AS json)) AS wanted
CROSS JOIN LATERAL (
    SELECT * FROM linksync_result AS last
    WHERE last.company = :company AND last.entity = wanted ->> 0 AND last.side = wanted ->> 1
      AND last.record_id = wanted ->> 2
    ORDER BY last.id DESC
    LIMIT 1
) AS result;

-- name: purge
-- Counts and results go with their run. The newest of a company stays: it may be under way.
DELETE FROM linksync_run
WHERE number = ANY (ARRAY(SELECT number FROM linksync_run AS run
                          WHERE started_at < :before
                            AND (finished_at IS NOT NULL
                                 OR EXISTS (SELECT FROM linksync_run AS later
                                            WHERE later.company = run.company AND later.number > run.number))
                          ORDER BY started_at, number LIMIT :limit));

-- name: purge_results
-- Some of the results of the runs that are about to be forgotten.
DELETE FROM linksync_result
WHERE id = ANY (ARRAY(SELECT result.id
                      FROM (SELECT number FROM linksync_run AS run
                            WHERE started_at < :before
                              AND (finished_at IS NOT NULL
                                   OR EXISTS (SELECT FROM linksync_run AS later
                                              WHERE later.company = run.company AND later.number > run.number))
                            ORDER BY started_at, number LIMIT :limit) AS old
                      CROSS JOIN LATERAL (SELECT id FROM linksync_result AS one WHERE one.run = old.number
                                          LIMIT :batch) AS result
                      LIMIT :batch));
