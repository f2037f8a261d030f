-- The gate of a company is held by whoever changes its jobs, so none of them has to be locked; rows are reached from the lists
-- that were handed in (STRAIGHT_JOIN), and what a statement is to return of rows that it changes is noted beforehand.

-- name: chores
-- What is due besides the jobs: requests of hosts to be folded in, delayed jobs, gates that open by themselves.
SELECT EXISTS (SELECT 1 FROM linksync_inbox),
       EXISTS (SELECT 1 FROM linksync_job WHERE delayed_until <= :now),
       EXISTS (SELECT 1 FROM linksync_gate WHERE until <= :now);

-- name: enqueue
-- Given wishes: a JSON array of objects, each with the ids of the records that it is for, no record twice. A new row for
-- each, or so many more wishes on the record's live job; first their companies have work, and their gates are held. Returns
-- what is left to do: (number, company, state) for a failed job of a record that has a live one by now. Assignments are
-- made from left to right, and see what those before them have changed, so that the state comes last.
INSERT INTO linksync_gate (company, has_work)
SELECT wish.company, 1
FROM JSON_TABLE(:wishes, '$[*]' COLUMNS (company LONGTEXT CHARACTER SET utf8mb4 PATH '$.company')) AS wish
ORDER BY wish.company COLLATE utf8mb4_bin
ON DUPLICATE KEY UPDATE has_work = 1;
INSERT INTO linksync_job (company, entity, side, record_id, reasons, source, state, band, due_at, generation, created_at,
                          updated_at)
SELECT wish.company, wish.entity, wish.side, wish.record_id, wish.reasons, wish.side,
       CASE WHEN wish.due_at <= :now THEN 'ready' ELSE 'delayed' END, wish.band, wish.due_at, wish.wishes,
       wish.created_at, wish.updated_at
FROM JSON_TABLE(:wishes, '$[*]' COLUMNS (
         company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$.company',
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$.entity',
         side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$.side', reasons INT PATH '$.reasons', band INT PATH '$.band',
         due_at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.due_at', only_if_known INT PATH '$.only_if_known',
         wishes INT PATH '$.wishes', created_at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.created_at',
         updated_at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.updated_at',
         NESTED PATH '$.record_ids[*]' COLUMNS (
             record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$'))) AS wish
WHERE wish.only_if_known = 0
   OR EXISTS (SELECT 1 FROM linksync_job AS live FORCE INDEX (slot)
              WHERE live.company = wish.company AND live.entity = wish.entity AND live.side = wish.side
                AND live.record_id = wish.record_id)
   OR EXISTS (SELECT 1 FROM linksync_link AS link FORCE INDEX (PRIMARY)
              WHERE wish.side = 'local' AND link.company = wish.company AND link.entity = wish.entity
                AND link.local_id = wish.record_id AND link.state <> 'unlinked')
   OR EXISTS (SELECT 1 FROM linksync_link AS link FORCE INDEX (remote)
              WHERE wish.side = 'remote' AND link.company = wish.company AND link.live_remote_id = wish.record_id
                AND link.entity = wish.entity)
ON DUPLICATE KEY UPDATE
    reasons = linksync_job.reasons | VALUES(reasons),
    new_reasons = CASE WHEN linksync_job.state = 'running' THEN linksync_job.new_reasons | VALUES(reasons) ELSE 0 END,
    band = LEAST(linksync_job.band, VALUES(band)),
    due_at = LEAST(linksync_job.due_at, VALUES(due_at)),
    generation = linksync_job.generation + VALUES(generation),
    updated_at = VALUES(updated_at),
    state = CASE WHEN linksync_job.state = 'delayed' AND VALUES(state) = 'ready' THEN 'ready'
                 -- What it waits for may be another thing by now, unless it was only referred to (4).
                 WHEN linksync_job.state = 'waiting' AND VALUES(reasons) <> 4 THEN 'ready'
                 ELSE linksync_job.state END;
SELECT finished.number, finished.company, finished.state
FROM JSON_TABLE(:wishes, '$[*]' COLUMNS (
         company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$.company',
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$.entity', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$.side',
         NESTED PATH '$.record_ids[*]' COLUMNS (
             record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$'))) AS wish
STRAIGHT_JOIN linksync_finished_job AS finished FORCE INDEX (failed)
  ON finished.company = wish.company AND finished.entity = wish.entity AND finished.side = wish.side
 AND finished.failed_record_id = wish.record_id
WHERE EXISTS (SELECT 1 FROM linksync_job AS live FORCE INDEX (slot)
              WHERE live.company = finished.company AND live.entity = finished.entity
                AND live.side = finished.side AND live.record_id = finished.record_id);

-- name: enqueue_one
-- A single wish, which counts whether its record is known or not: hosts make it all the time, and it is quicker without what
-- only many need. Returns a row if that was all; else nothing is done: the record has a failed job to supersede.
INSERT INTO linksync_gate (company, has_work) VALUES (:company, 1) ON DUPLICATE KEY UPDATE has_work = 1;
INSERT INTO linksync_job (company, entity, side, record_id, reasons, source, state, band, due_at, created_at, updated_at)
SELECT :company, :entity, :side, :record_id, :reasons, :side, CASE WHEN :due_at <= :at THEN 'ready' ELSE 'delayed' END,
       :band, :due_at, :at, :at
FROM DUAL
WHERE NOT EXISTS (SELECT 1 FROM linksync_finished_job FORCE INDEX (failed)
                  WHERE company = :company AND entity = :entity AND side = :side AND failed_record_id = :record_id)
ON DUPLICATE KEY UPDATE
    reasons = linksync_job.reasons | VALUES(reasons),
    new_reasons = CASE WHEN linksync_job.state = 'running' THEN linksync_job.new_reasons | VALUES(reasons) ELSE 0 END,
    band = LEAST(linksync_job.band, VALUES(band)),
    due_at = LEAST(linksync_job.due_at, VALUES(due_at)),
    generation = linksync_job.generation + 1,
    updated_at = VALUES(updated_at),
    state = CASE WHEN linksync_job.state = 'delayed' AND VALUES(state) = 'ready' THEN 'ready'
                 -- What it waits for may be another thing by now, unless it was only referred to (4).
                 WHEN linksync_job.state = 'waiting' AND VALUES(reasons) <> 4 THEN 'ready'
                 ELSE linksync_job.state END;
SELECT 1 FROM DUAL WHERE ROW_COUNT() > 0;

-- name: failed_of
-- Given records, a JSON array of arrays of entity, side and record id: the failed jobs of those that have a live one.
SELECT finished.number, finished.company, finished.state
FROM JSON_TABLE(:records, '$[*]' COLUMNS (
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted
STRAIGHT_JOIN linksync_finished_job AS finished FORCE INDEX (failed)
  ON finished.company = :company AND finished.entity = wanted.entity AND finished.side = wanted.side
 AND finished.failed_record_id = wanted.record_id
WHERE EXISTS (SELECT 1 FROM linksync_job AS live FORCE INDEX (slot)
              WHERE live.company = finished.company AND live.entity = finished.entity
                AND live.side = finished.side AND live.record_id = finished.record_id);

-- name: supersede
-- Given numbers: a JSON array.
UPDATE JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
SET job.state = 'superseded', job.updated_at = :now
WHERE job.state IN ('error', 'needs_action');

-- name: count
-- Given rows of company, state and how many more or less: a JSON array of arrays.
INSERT INTO linksync_job_count (company, state, count)
SELECT given.company, given.state, given.count
FROM JSON_TABLE(:rows, '$[*]' COLUMNS (
         place FOR ORDINALITY, company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]',
         state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[1]', count INT PATH '$[2]')) AS given
ORDER BY given.place
ON DUPLICATE KEY UPDATE count = linksync_job_count.count + VALUES(count);

-- name: promote_due
-- Delayed jobs whose time has come, the earliest first; those of companies that somebody has in hand come next time.
SELECT JSON_ARRAYAGG(company) INTO @companies
FROM (SELECT gate.company
      FROM (SELECT DISTINCT company
            FROM (SELECT company FROM linksync_job FORCE INDEX (due) WHERE delayed_until <= :now
                  ORDER BY delayed_until LIMIT 1000) AS due) AS waiting
      STRAIGHT_JOIN linksync_gate AS gate FORCE INDEX (PRIMARY) ON gate.company = waiting.company
      FOR UPDATE SKIP LOCKED) AS held;
SELECT JSON_ARRAYAGG(number) INTO @numbers
FROM (SELECT number FROM linksync_job FORCE INDEX (due)
      WHERE delayed_until <= :now AND JSON_CONTAINS(COALESCE(@companies, '[]'), JSON_QUOTE(company))
      ORDER BY delayed_until LIMIT 1000) AS due;
UPDATE JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS due
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = due.number
SET job.state = 'ready';
SELECT DISTINCT job.company
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS due
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = due.number;

-- name: crashed
-- What ran when its worker died, and had killed others before.
SELECT number FROM linksync_job WHERE company = :company AND state = 'running' AND crashes + 1 >= :limit;

-- name: suspects
-- Whether two workers have died over a due job.
SELECT EXISTS (SELECT 1 FROM linksync_job WHERE company = :company AND is_suspect = 1);

-- name: end_crashed
-- Given numbers, a JSON array of jobs that run: nobody is to die over these once more.
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, 'needs_action', job.band,
       job.attempts, job.crashes + 1, job.generation, job.due_at, :error_message, :error_code, :error_remedy,
       :error_request_id, job.created_at, :now, :now
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number;
DELETE wait
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (PRIMARY) ON wait.number = given.number;
DELETE job
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number;

-- name: put_back
-- What runs and was not settled: handed out again.
UPDATE linksync_job SET state = 'ready', new_reasons = 0, crashes = crashes + :crashes, updated_at = :now
WHERE company = :company AND state = 'running';

-- name: release_linked
-- The waiting jobs whose awaited links are all there.
UPDATE linksync_job AS job SET job.state = 'ready', job.due_at = :now, job.updated_at = :now
WHERE job.company = :company AND job.state = 'waiting'
  AND (SELECT 1 FROM linksync_job_wait AS wait
       LEFT JOIN linksync_link AS link
         ON link.company = :company AND link.entity = wait.entity AND link.local_id = wait.record_id
       WHERE wait.number = job.number AND COALESCE(link.state, '') <> 'linked'
       LIMIT 1) IS NULL;

-- name: hand_out
-- The most urgent and then oldest of the company's ready jobs, beginning with a band.
SELECT JSON_ARRAYAGG(number) INTO @numbers
FROM (SELECT number FROM linksync_job FORCE INDEX (ready)
      WHERE company = :company AND state = 'ready' AND band >= :band
      ORDER BY band, number LIMIT :limit) AS next;
UPDATE JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS next
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = next.number
SET job.state = 'running', job.claimed_generation = job.generation, job.new_reasons = 0, job.updated_at = :now;
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, NULL
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS next
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = next.number;

-- name: hand_out_only
-- The same, of the records named: a JSON array of arrays of entity, side and record id.
SELECT JSON_ARRAYAGG(number) INTO @numbers
FROM (SELECT job.number
      FROM JSON_TABLE(:records, '$[*]' COLUMNS (
               entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
               record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted
      STRAIGHT_JOIN linksync_job AS job FORCE INDEX (slot)
        ON job.company = :company AND job.entity = wanted.entity AND job.side = wanted.side AND job.record_id = wanted.record_id
      WHERE job.state = 'ready'
      ORDER BY job.band, job.number LIMIT :limit) AS next;
UPDATE JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS next
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = next.number
SET job.state = 'running', job.claimed_generation = job.generation, job.new_reasons = 0, job.updated_at = :now;
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, NULL
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS next
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = next.number;

-- name: end
-- Given outcomes: a JSON array of objects, each with the numbers of its jobs. Those that were enqueued again since they
-- were handed out stay. Returns the numbers of those that ended, which are to be counted.
SELECT JSON_ARRAYAGG(job.number) INTO @numbers
FROM JSON_TABLE(:outcomes, '$[*].numbers[*]' COLUMNS (number BIGINT PATH '$')) AS outcome
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = outcome.number
WHERE job.company = :company AND job.state = 'running' AND job.generation = job.claimed_generation;
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, outcome.state, job.band,
       job.attempts + outcome.counts, job.crashes, job.generation, job.due_at, outcome.error_message,
       outcome.error_code, outcome.error_remedy, outcome.error_request_id, job.created_at, :now, :now
FROM JSON_TABLE(:outcomes, '$[*]' COLUMNS (
         state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$.state', is_end INT PATH '$.is_end', counts INT PATH '$.counts',
         due_at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.due_at',
         error_message LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_message',
         error_code LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_code',
         error_remedy LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_remedy',
         error_request_id LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_request_id',
         NESTED PATH '$.numbers[*]' COLUMNS (number BIGINT PATH '$'))) AS outcome
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = outcome.number
WHERE job.company = :company AND job.state = 'running' AND job.generation = job.claimed_generation;
DELETE wait
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (PRIMARY) ON wait.number = ended.number;
DELETE job
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = ended.number;
SELECT number FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended;

-- name: keep
-- Given outcomes: a JSON array of objects, each with the numbers of its jobs. A job that was enqueued again since it was
-- handed out runs again, at once; the others are tried again or wait. Assignments see what those before them have
-- changed, so that the state comes last.
UPDATE JSON_TABLE(:outcomes, '$[*]' COLUMNS (
         state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$.state', is_end INT PATH '$.is_end', counts INT PATH '$.counts',
         due_at VARCHAR(32) CHARACTER SET utf8mb4 PATH '$.due_at',
         error_message LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_message',
         error_code LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_code',
         error_remedy LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_remedy',
         error_request_id LONGTEXT CHARACTER SET utf8mb4 PATH '$.error_request_id',
         NESTED PATH '$.numbers[*]' COLUMNS (number BIGINT PATH '$'))) AS outcome
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = outcome.number
SET job.reasons = CASE WHEN job.generation <> job.claimed_generation AND outcome.state IN ('success', 'cancelled')
                       THEN job.new_reasons ELSE job.reasons END,
    job.new_reasons = 0,
    job.attempts = CASE WHEN job.generation <> job.claimed_generation AND outcome.is_end = 1 THEN 0
                        ELSE job.attempts + outcome.counts END,
    job.crashes = CASE WHEN job.generation <> job.claimed_generation AND outcome.is_end = 1 THEN 0 ELSE job.crashes END,
    job.error_message = outcome.error_message, job.error_code = outcome.error_code,
    job.error_remedy = outcome.error_remedy, job.error_request_id = outcome.error_request_id,
    job.due_at = CASE WHEN job.generation <> job.claimed_generation THEN :now
                      WHEN outcome.state = 'waiting' THEN job.due_at
                      ELSE outcome.due_at END,
    job.updated_at = :now,
    job.state = CASE WHEN job.generation <> job.claimed_generation THEN 'ready'
                     WHEN outcome.state = 'waiting' THEN 'waiting'
                     WHEN outcome.due_at <= :now THEN 'ready'
                     ELSE 'delayed' END
WHERE job.company = :company AND job.state = 'running'
  AND (job.generation <> job.claimed_generation OR outcome.is_end = 0);

-- name: await
-- Given waits: a JSON array of arrays of number, entity, side and record id. What waiting jobs wait for, in place of
-- what they waited for before.
DELETE wait
FROM JSON_TABLE(:waits, '$[*]' COLUMNS (number BIGINT PATH '$[0]')) AS given
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (PRIMARY) ON wait.number = given.number;
INSERT INTO linksync_job_wait (number, company, entity, side, record_id)
SELECT job.number, job.company, given.entity, given.side, given.record_id
FROM JSON_TABLE(:waits, '$[*]' COLUMNS (
         number BIGINT PATH '$[0]', entity LONGTEXT CHARACTER SET utf8mb4 PATH '$[1]',
         side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[2]',
         record_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[3]')) AS given
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
WHERE job.company = :company AND job.state = 'waiting';

-- name: release_awaiting
-- Given records, a JSON array of arrays of entity, side and record id: the jobs that wait for any of them do not any more.
-- Returns their numbers.
SELECT JSON_ARRAYAGG(wait.number) INTO @numbers
FROM JSON_TABLE(:records, '$[*]' COLUMNS (
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (record)
  ON wait.company = :company AND wait.entity = wanted.entity AND wait.side = wanted.side
 AND wait.record_id = wanted.record_id;
DELETE wait
FROM JSON_TABLE(:records, '$[*]' COLUMNS (
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (record)
  ON wait.company = :company AND wait.entity = wanted.entity AND wait.side = wanted.side
 AND wait.record_id = wanted.record_id;
SELECT number FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS freed;

-- name: release_free
-- Given numbers, a JSON array: of these jobs of the company, those that wait for nothing any more. LIMIT keeps MariaDB from
-- reading, and locking, what the jobs of all companies wait for.
UPDATE JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
SET job.state = 'ready', job.due_at = :now, job.updated_at = :now
WHERE job.company = :company AND job.state = 'waiting'
  AND (SELECT 1 FROM linksync_job_wait AS wait WHERE wait.number = job.number LIMIT 1) IS NULL;

-- name: waits_of
SELECT wait.number, wait.entity, wait.side, wait.record_id
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (PRIMARY) ON wait.number = given.number;

-- name: live_by_number
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, NULL
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
ORDER BY job.number;

-- name: finished_by_number
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, job.finished_at
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
ORDER BY job.number;

-- name: live_by_record
-- Given records: a JSON array of arrays of entity, side and record id.
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, NULL
FROM JSON_TABLE(:records, '$[*]' COLUMNS (
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (slot)
  ON job.company = :company AND job.entity = wanted.entity AND job.side = wanted.side AND job.record_id = wanted.record_id;

-- name: last_finished_by_record
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, job.finished_at
FROM (SELECT (SELECT last.number FROM linksync_finished_job AS last FORCE INDEX (record)
              WHERE last.company = :company AND last.entity = wanted.entity AND last.side = wanted.side
                AND last.record_id = wanted.record_id
              ORDER BY last.finished_at DESC, last.number DESC
              LIMIT 1) AS number
      FROM JSON_TABLE(:records, '$[*]' COLUMNS (
               entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
               record_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted) AS newest
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = newest.number;

-- name: list_live
-- A page of the jobs in the states of a JSON array; entity may be NULL. One walk along the index per state and band.
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, NULL
FROM ((SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'ready' AND band = 0 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"ready"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'ready' AND band = 1 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"ready"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'ready' AND band = 2 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"ready"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'delayed' AND band = 0 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"delayed"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'delayed' AND band = 1 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"delayed"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'delayed' AND band = 2 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"delayed"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'running' AND band = 0 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"running"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'running' AND band = 1 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"running"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'running' AND band = 2 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"running"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'waiting' AND band = 0 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"waiting"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'waiting' AND band = 1 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"waiting"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_job FORCE INDEX (ready)
       WHERE company = :company AND state = 'waiting' AND band = 2 AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"waiting"') ORDER BY number LIMIT :limit)) AS page
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = page.number
ORDER BY job.number
LIMIT :limit;

-- name: list_finished
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, job.finished_at
FROM ((SELECT number FROM linksync_finished_job FORCE INDEX (state)
       WHERE company = :company AND state = 'success' AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"success"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_finished_job FORCE INDEX (state)
       WHERE company = :company AND state = 'error' AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"error"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_finished_job FORCE INDEX (state)
       WHERE company = :company AND state = 'needs_action' AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"needs_action"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_finished_job FORCE INDEX (state)
       WHERE company = :company AND state = 'cancelled' AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"cancelled"') ORDER BY number LIMIT :limit)
      UNION ALL
      (SELECT number FROM linksync_finished_job FORCE INDEX (state)
       WHERE company = :company AND state = 'superseded' AND number > :after
         AND (:entity IS NULL OR entity = :entity) AND JSON_CONTAINS(:states, '"superseded"') ORDER BY number LIMIT :limit)) AS page
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = page.number
ORDER BY job.number
LIMIT :limit;

-- name: counts
SELECT 'ready', COUNT(*) FROM linksync_job WHERE company = :company AND state = 'ready'
UNION ALL
SELECT 'delayed', COUNT(*) FROM linksync_job WHERE company = :company AND state = 'delayed'
UNION ALL
SELECT 'running', COUNT(*) FROM linksync_job WHERE company = :company AND state = 'running'
UNION ALL
SELECT 'waiting', COUNT(*) FROM linksync_job WHERE company = :company AND state = 'waiting'
UNION ALL
SELECT state, count FROM linksync_job_count WHERE company = :company;

-- name: companies
-- Those with live jobs, and those with open intents; least recently taken up first. All of them have a gate. Each is
-- looked up by its index, and the planner is kept from reading all jobs instead (LIMIT).
SELECT gate.company
FROM linksync_gate AS gate
WHERE (SELECT 1 FROM linksync_job AS job FORCE INDEX (slot) WHERE job.company = gate.company LIMIT 1) = 1
   OR (SELECT 1 FROM linksync_intent AS intent FORCE INDEX (open)
       WHERE intent.company = gate.company AND intent.closed_at IS NULL LIMIT 1) = 1
ORDER BY gate.turn, gate.company;

-- name: restart_waiting
UPDATE linksync_job SET
    state = 'ready', reasons = :reasons, attempts = 0, crashes = 0, due_at = :now, updated_at = :now
WHERE number = :number AND state = 'waiting';

-- name: restart_finished
-- Brings a finished job back, unless its record has a live one by now.
INSERT INTO linksync_job (number, company, entity, side, record_id, reasons, source, state, band, generation, due_at,
                          error_message, error_code, error_remedy, error_request_id, created_at, updated_at)
SELECT number, company, entity, side, record_id, :reasons, source, 'ready', band, generation, :now,
       error_message, error_code, error_remedy, error_request_id, created_at, :now
FROM linksync_finished_job AS finished
WHERE finished.number = :number
  AND NOT EXISTS (SELECT 1 FROM linksync_job AS live FORCE INDEX (slot)
                  WHERE live.company = finished.company AND live.entity = finished.entity
                    AND live.side = finished.side AND live.record_id = finished.record_id);

-- name: remove_finished
DELETE FROM linksync_finished_job WHERE number = :number;

-- name: join_live
-- Adds the wish of a former job to the record's live one.
UPDATE linksync_job SET
    reasons = reasons | :reasons,
    new_reasons = CASE WHEN state = 'running' THEN new_reasons | :reasons ELSE 0 END,
    band = LEAST(band, :band),
    due_at = LEAST(due_at, :now),
    state = CASE WHEN state = 'delayed' THEN 'ready' ELSE state END,
    generation = generation + 1,
    updated_at = :now
WHERE number = :number;

-- name: cancel_live
-- Given numbers: a JSON array. Returns the numbers of those that ended.
SELECT JSON_ARRAYAGG(job.number) INTO @numbers
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
WHERE job.state <> 'running';
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, 'cancelled', job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, :now, :now
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = ended.number;
DELETE wait
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended
STRAIGHT_JOIN linksync_job_wait AS wait FORCE INDEX (PRIMARY) ON wait.number = ended.number;
DELETE job
FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (PRIMARY) ON job.number = ended.number;
SELECT number FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended;

-- name: cancel_finished
-- Given numbers: a JSON array. Returns the numbers of those that were failed.
SELECT JSON_ARRAYAGG(job.number) INTO @numbers
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = given.number
WHERE job.state IN ('error', 'needs_action');
UPDATE JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = ended.number
SET job.state = 'cancelled', job.updated_at = :now, job.finished_at = :now;
SELECT number FROM JSON_TABLE(@numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS ended;

-- name: purge
-- Returns the company and state of each; noted beforehand, and kept from others by locks, since no gate is held.
SELECT JSON_ARRAYAGG(JSON_ARRAY(number, company, state)) INTO @rows
FROM (SELECT number, company, state FROM linksync_finished_job FORCE INDEX (done)
      WHERE done_at < :before
      ORDER BY done_at, number LIMIT :limit
      FOR UPDATE SKIP LOCKED) AS old;
DELETE job
FROM JSON_TABLE(@rows, '$[*]' COLUMNS (number BIGINT PATH '$[0]')) AS old
STRAIGHT_JOIN linksync_finished_job AS job FORCE INDEX (PRIMARY) ON job.number = old.number;
SELECT company, state
FROM JSON_TABLE(@rows, '$[*]' COLUMNS (
         company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[1]',
         state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[2]')) AS old;
