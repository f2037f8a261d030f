-- name: start_run
INSERT INTO linksync_run (id, company, started_at) VALUES (:id, :company, :now);

-- name: finish_run
UPDATE linksync_run SET finished_at = :now, note = :note WHERE id = :id;

-- name: get_run
SELECT number, id, company, started_at, finished_at, note FROM linksync_run WHERE id = :id;

-- name: list_runs
-- Those before the run of an id, or the newest when it is NULL.
SELECT number, id, company, started_at, finished_at, note
FROM linksync_run
WHERE company = :company
  AND number < CASE WHEN :before IS NULL THEN 9223372036854775807
                    ELSE coalesce((SELECT number FROM linksync_run WHERE id = :before), 0) END
ORDER BY number DESC
LIMIT :limit;

-- name: run_counts
SELECT run, outcome, count FROM linksync_run_count WHERE run IN (SELECT value FROM json_each(:numbers));

-- name: add_results
-- Given rows: a JSON array with an array of columns per result, in their order. The details are JSON within it, taken out
-- as the text that they are. Materialized, since json_each would write a row out once per column.
WITH given AS MATERIALIZED (SELECT key, value FROM json_each(:rows))
INSERT INTO linksync_result (run, company, entity, side, record_id, label, remote_type, remote_id, written_to, outcome,
                             reason, code, remedy, details, request_id, at)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
       json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
       json_extract(value, '$[9]'), json_extract(value, '$[10]'), json_extract(value, '$[11]'),
       json_extract(value, '$[12]'), json_extract(value, '$[13]'), json_extract(value, '$[14]'), :now
FROM given
ORDER BY key;

-- name: add_counts
-- Given rows of run, outcome and how many more: a JSON array of arrays.
INSERT INTO linksync_run_count (run, outcome, count)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(:rows) WHERE 1
ON CONFLICT (run, outcome) DO UPDATE SET count = count + excluded.count;

-- name: list_results
-- Given the run's id, the outcomes wanted (a JSON array) and the result after which the page begins.
SELECT result.id, run.id, result.company, result.entity, result.side, result.record_id, result.label,
       result.remote_type, result.remote_id, result.written_to, result.outcome, result.reason, result.code,
       result.remedy, result.details, result.request_id, result.at
FROM linksync_run AS run
JOIN linksync_result AS result ON result.run = run.number
WHERE run.id = :run_id AND result.id > :after AND result.outcome IN (SELECT value FROM json_each(:outcomes))
ORDER BY result.id
LIMIT :limit;

-- name: last_results
-- Given records: a JSON array of arrays of entity, side and record id.
SELECT result.id, run.id, result.company, result.entity, result.side, result.record_id, result.label,
       result.remote_type, result.remote_id, result.written_to, result.outcome, result.reason, result.code,
       result.remedy, result.details, result.request_id, result.at
FROM linksync_result AS result
JOIN linksync_run AS run ON run.number = result.run
WHERE result.id IN (SELECT (SELECT max(last.id) FROM linksync_result AS last
                            WHERE last.company = :company AND last.entity = json_extract(wanted.value, '$[0]')
                              AND last.side = json_extract(wanted.value, '$[1]')
                              AND last.record_id = json_extract(wanted.value, '$[2]'))
                    FROM json_each(:records) AS wanted);

-- name: purge
-- Counts and results go with their run. The newest of a company stays: it may be under way.
DELETE FROM linksync_run
WHERE number IN (SELECT number FROM linksync_run AS run
                 WHERE started_at < :before
                   AND (finished_at IS NOT NULL
                        OR EXISTS (SELECT 1 FROM linksync_run AS later
                                   WHERE later.company = run.company AND later.number > run.number))
                 ORDER BY started_at, number LIMIT :limit);

-- name: purge_results
-- Some of the results of the runs that are about to be forgotten.
DELETE FROM linksync_result
WHERE id IN (SELECT result.id
             FROM (SELECT number FROM linksync_run AS run
                   WHERE started_at < :before
                     AND (finished_at IS NOT NULL
                          OR EXISTS (SELECT 1 FROM linksync_run AS later
                                     WHERE later.company = run.company AND later.number > run.number))
                   ORDER BY started_at, number LIMIT :limit) AS old
             CROSS JOIN linksync_result AS result ON result.run = old.number
             LIMIT :batch);
