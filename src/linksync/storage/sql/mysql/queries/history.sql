-- name: start_run
INSERT INTO linksync_run (id, company, started_at) VALUES (:id, :company, :now);

-- name: finish_run
UPDATE linksync_run SET finished_at = :now, note = :note WHERE id = :id;

-- name: get_run
SELECT number, id, company, started_at, finished_at, note FROM linksync_run WHERE id = :id;

-- name: list_runs
-- Those before the run of an id, or the newest when it is NULL.
SELECT number, id, company, started_at, finished_at, note
FROM linksync_run FORCE INDEX (company)
WHERE company = :company
  AND number < CASE WHEN :before IS NULL THEN 9223372036854775807
                    ELSE COALESCE((SELECT number FROM linksync_run WHERE id = :before), 0) END
ORDER BY number DESC
LIMIT :limit;

-- name: run_counts
SELECT kept.run, kept.outcome, kept.count
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_run_count AS kept ON kept.run = given.number;

-- name: add_results
-- Given rows: a JSON array with an array of columns per result, in their order; details is text within it.
INSERT INTO linksync_result (run, company, entity, side, record_id, label, remote_type, remote_id, written_to, outcome,
                             reason, code, remedy, details, request_id, at)
SELECT given.run, given.company, given.entity, given.side, given.record_id, given.label, given.remote_type, given.remote_id,
       given.written_to, given.outcome, given.reason, given.code, given.remedy, given.details, given.request_id, :now
FROM JSON_TABLE(:rows, '$[*]' COLUMNS (
         place FOR ORDINALITY, run BIGINT PATH '$[0]',
         company LONGTEXT CHARACTER SET utf8mb4 PATH '$[1]', entity LONGTEXT CHARACTER SET utf8mb4 PATH '$[2]',
         side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[3]', record_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[4]',
         label LONGTEXT CHARACTER SET utf8mb4 PATH '$[5]', remote_type LONGTEXT CHARACTER SET utf8mb4 PATH '$[6]',
         remote_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[7]', written_to VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[8]',
         outcome VARCHAR(30) CHARACTER SET utf8mb4 PATH '$[9]', reason LONGTEXT CHARACTER SET utf8mb4 PATH '$[10]',
         code LONGTEXT CHARACTER SET utf8mb4 PATH '$[11]', remedy LONGTEXT CHARACTER SET utf8mb4 PATH '$[12]',
         details LONGTEXT CHARACTER SET utf8mb4 PATH '$[13]',
         request_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[14]')) AS given
ORDER BY given.place;

-- name: add_counts
-- Given rows of run, outcome and how many more: a JSON array of arrays.
INSERT INTO linksync_run_count (run, outcome, count)
SELECT given.run, given.outcome, given.count
FROM JSON_TABLE(:rows, '$[*]' COLUMNS (
         run BIGINT PATH '$[0]', outcome VARCHAR(30) CHARACTER SET utf8mb4 PATH '$[1]', count INT PATH '$[2]')) AS given
ON DUPLICATE KEY UPDATE count = linksync_run_count.count + VALUES(count);

-- name: list_results
-- Given the run's id, the outcomes wanted (a JSON array) and the result after which the page begins.
SELECT result.id, run.id, result.company, result.entity, result.side, result.record_id, result.label,
       result.remote_type, result.remote_id, result.written_to, result.outcome, result.reason, result.code,
       result.remedy, result.details, result.request_id, result.at
FROM linksync_run AS run
STRAIGHT_JOIN linksync_result AS result FORCE INDEX (run) ON result.run = run.number
WHERE run.id = :run_id AND result.id > :after AND JSON_CONTAINS(:outcomes, JSON_QUOTE(result.outcome))
ORDER BY result.id
LIMIT :limit;

-- name: last_results
-- Given records: a JSON array of arrays of entity, side and record id.
SELECT result.id, run.id, result.company, result.entity, result.side, result.record_id, result.label,
       result.remote_type, result.remote_id, result.written_to, result.outcome, result.reason, result.code,
       result.remedy, result.details, result.request_id, result.at
FROM (SELECT (SELECT MAX(last.id) FROM linksync_result AS last FORCE INDEX (record)
              WHERE last.company = :company AND last.entity = wanted.entity AND last.side = wanted.side
                AND last.record_id = wanted.record_id) AS id
      FROM JSON_TABLE(:records, '$[*]' COLUMNS (
               entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
               record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted) AS newest
STRAIGHT_JOIN linksync_result AS result ON result.id = newest.id
STRAIGHT_JOIN linksync_run AS run ON run.number = result.run;

-- name: purge
-- Counts and results go with their run. The newest of a company stays: it may be under way.
DELETE run
FROM (SELECT each_run.number
      FROM linksync_run AS each_run FORCE INDEX (start)
      WHERE each_run.started_at < :before
        AND (each_run.finished_at IS NOT NULL
             OR EXISTS (SELECT 1 FROM linksync_run AS later
                        WHERE later.company = each_run.company AND later.number > each_run.number))
      ORDER BY each_run.started_at, each_run.number
      LIMIT :limit) AS old
STRAIGHT_JOIN linksync_run AS run FORCE INDEX (PRIMARY) ON run.number = old.number;

-- name: purge_results
-- Some of the results of the runs that are about to be forgotten.
DELETE result
FROM (SELECT one.id
      FROM (SELECT each_run.number
            FROM linksync_run AS each_run FORCE INDEX (start)
            WHERE each_run.started_at < :before
              AND (each_run.finished_at IS NOT NULL
                   OR EXISTS (SELECT 1 FROM linksync_run AS later
                              WHERE later.company = each_run.company AND later.number > each_run.number))
            ORDER BY each_run.started_at, each_run.number
            LIMIT :limit) AS old
      STRAIGHT_JOIN linksync_result AS one FORCE INDEX (run) ON one.run = old.number
      LIMIT :batch) AS gone
STRAIGHT_JOIN linksync_result AS result FORCE INDEX (PRIMARY) ON result.id = gone.id;

-- name: purge_results
-- Some of the results of the runs that are about to be forgotten.
DELETE result
FROM (SELECT each_result.id
      FROM (SELECT each_run.number
            FROM linksync_run AS each_run FORCE INDEX (start)
            WHERE each_run.started_at < :before
              AND (each_run.finished_at IS NOT NULL
                   OR EXISTS (SELECT 1 FROM linksync_run AS later
                              WHERE later.company = each_run.company AND later.number > each_run.number))
            ORDER BY each_run.started_at, each_run.number
            LIMIT :limit) AS old
      STRAIGHT_JOIN linksync_result AS each_result FORCE INDEX (run) ON each_result.run = old.number
      LIMIT :batch) AS gone
STRAIGHT_JOIN linksync_result AS result FORCE INDEX (PRIMARY) ON result.id = gone.id;
