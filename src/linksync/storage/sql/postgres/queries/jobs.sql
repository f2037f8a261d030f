-- Tables of a queue are as often empty as full when their statistics are taken, and plans made for empty tables read full
-- ones from end to end. So rows are reached by conditions that only an index can meet (= ANY (ARRAY(...)), LATERAL with
-- OFFSET 0), never by joins whose order is for the planner to choose; and a statement that is given numbers says nothing
-- that would let another index be read instead: what it says beside is said of an expression (company || '' = ...), or the
-- order is that of the numbers.
-- A job runs if it is 'ready' and has is_running, so that no index changes when it is handed out; its company's gate has the
-- numbers of all those. Code that does not know of it makes its state 'running', counts a job of ours among the ready ones,
-- and sets new_reasons to 0 where one is enqueued again. What it takes over from a dead worker of ours keeps is_running,
-- whatever becomes of it, until a worker of ours has the company again and puts it back.

-- name: chores
-- What is due besides the jobs: requests of hosts to be folded in, delayed jobs, gates that open by themselves.
SELECT EXISTS (SELECT FROM linksync_inbox),
       EXISTS (SELECT FROM linksync_job WHERE state = 'delayed' AND due_at <= :now),
       EXISTS (SELECT FROM linksync_gate WHERE until <= :now);

-- name: enqueue
-- Given wishes: a JSON array of objects, each with the ids of the records that it is for, no record twice. A new row for
-- each, or so many more wishes on the record's live job. Returns what is left to do: (NULL, company, NULL) for a company
-- whose rows were left out, since its gate is to be marked beforehand, and (number, company, state) for a failed job of a
-- record that has a live one by now. While the gate is held FOR KEY SHARE, which any number of producers may do and a worker does not mind, nobody
-- notes that the company has no work. Rows are taken in the order of the slot index, so that two producers never
-- wait for each other; numbers, in the order of the wishes, so that the job of the earlier one is the older.
WITH wish AS MATERIALIZED (
    SELECT *
    FROM json_to_recordset(CAST(:wishes AS json))
         AS wish (company text, entity text, side text, reasons int, band int, due_at text, only_if_known int,
                  wishes int, created_at text, updated_at text, record_ids json)
), request AS MATERIALIZED (
    SELECT wish.*, record_id, nextval('linksync_job_number_seq') AS number
    FROM wish
    CROSS JOIN json_array_elements_text(wish.record_ids) AS record (record_id)
), marked AS MATERIALIZED (
    SELECT company FROM linksync_gate
    WHERE company = ANY (ARRAY(SELECT company FROM wish)) AND has_work = 1
    ORDER BY company
    FOR KEY SHARE
), placed AS (
    INSERT INTO linksync_job AS job (number, company, entity, side, record_id, reasons, source, state, band, due_at,
                                     generation, created_at, updated_at)
    SELECT number, company, entity, side, record_id, reasons, side, CASE WHEN due_at <= :now THEN 'ready' ELSE 'delayed' END,
           band, due_at, wishes, created_at, updated_at
    FROM request
    WHERE company = ANY (ARRAY(SELECT company FROM marked))
      -- Each is looked up by its index, and the planner is kept from reading all links instead (LIMIT).
      AND (only_if_known = 0
           OR (SELECT 1 FROM linksync_job AS live
               WHERE live.company = request.company AND live.entity = request.entity
                 AND live.side = request.side AND live.record_id = request.record_id
               LIMIT 1) = 1
           OR (SELECT 1 FROM linksync_link AS link
               WHERE request.side = 'local' AND link.company = request.company AND link.entity = request.entity
                 AND link.local_id = request.record_id AND link.state <> 'unlinked'
               LIMIT 1) = 1
           OR (SELECT 1 FROM linksync_link AS link
               WHERE request.side = 'remote' AND link.company = request.company
                 AND link.remote_id = request.record_id AND link.entity = request.entity
                 AND link.state <> 'unlinked'
               LIMIT 1) = 1)
    ORDER BY company COLLATE "C", entity COLLATE "C", side COLLATE "C", record_id COLLATE "C"
    ON CONFLICT (company, entity, side, record_id) DO UPDATE SET
        reasons = job.reasons | excluded.reasons,
        new_reasons = CASE WHEN job.state <> 'running' AND NOT job.is_running THEN 0
                           -- Older code has enqueued it, for a reason that is not known any more.
                           WHEN job.new_reasons = 0 AND job.generation <> job.claimed_generation
                               THEN job.reasons | excluded.reasons
                           ELSE job.new_reasons | excluded.reasons END,
        band = least(job.band, excluded.band),
        due_at = least(job.due_at, excluded.due_at),
        state = CASE WHEN job.state = 'delayed' AND excluded.state = 'ready' THEN 'ready'
                     -- What it waits for may be another thing by now, unless it was only referred to (4).
                     WHEN job.state = 'waiting' AND excluded.reasons <> 4 THEN 'ready'
                     ELSE job.state END,
        generation = job.generation + excluded.generation,
        updated_at = excluded.updated_at
    RETURNING company, entity, side, record_id
)
SELECT CAST(NULL AS bigint), company, NULL
FROM wish
WHERE company <> ALL (ARRAY(SELECT company FROM marked))
UNION ALL
SELECT finished.number, finished.company, finished.state
FROM placed
CROSS JOIN LATERAL (SELECT number, company, state FROM linksync_finished_job AS former
                    WHERE former.company = placed.company AND former.entity = placed.entity
                      AND former.side = placed.side AND former.record_id = placed.record_id
                      AND former.state IN ('error', 'needs_action')
                    OFFSET 0) AS finished;

-- name: enqueue_one
-- A single wish, which counts whether its record is known or not: hosts make it all the time, and it is quicker without what
-- only many need. Returns a row if that was all; else nothing is done: the company's gate is to be marked first, or the
-- record has a failed job to supersede.
INSERT INTO linksync_job AS job (company, entity, side, record_id, reasons, source, state, band, due_at, created_at,
                                 updated_at)
SELECT company, :entity, :side, :record_id, :reasons, :side, CASE WHEN :due_at <= :at THEN 'ready' ELSE 'delayed' END,
       :band, :due_at, :at, :at
FROM linksync_gate
WHERE company = :company AND has_work = 1
  AND NOT EXISTS (SELECT FROM linksync_finished_job
                  WHERE company = :company AND entity = :entity AND side = :side AND record_id = :record_id
                    AND state IN ('error', 'needs_action'))
FOR KEY SHARE
ON CONFLICT (company, entity, side, record_id) DO UPDATE SET
    reasons = job.reasons | excluded.reasons,
    new_reasons = CASE WHEN job.state <> 'running' AND NOT job.is_running THEN 0
                       -- Older code has enqueued it, for a reason that is not known any more.
                       WHEN job.new_reasons = 0 AND job.generation <> job.claimed_generation
                           THEN job.reasons | excluded.reasons
                       ELSE job.new_reasons | excluded.reasons END,
    band = least(job.band, excluded.band),
    due_at = least(job.due_at, excluded.due_at),
    state = CASE WHEN job.state = 'delayed' AND excluded.state = 'ready' THEN 'ready'
                 -- What it waits for may be another thing by now, unless it was only referred to (4).
                 WHEN job.state = 'waiting' AND excluded.reasons <> 4 THEN 'ready'
                 ELSE job.state END,
    generation = job.generation + 1,
    updated_at = excluded.updated_at
RETURNING 1;

-- name: failed_of
-- Given records, a JSON array of arrays of entity, side and record id: the failed jobs of those that have a live one.
SELECT finished.number, finished.company, finished.state
FROM json_array_elements(CAST(:records AS json)) AS wanted
CROSS JOIN LATERAL (SELECT number, company, state FROM linksync_finished_job AS former
                    WHERE former.company = :company AND former.entity = wanted ->> 0 AND former.side = wanted ->> 1
                      AND former.record_id = wanted ->> 2 AND former.state IN ('error', 'needs_action')
                    OFFSET 0) AS finished
CROSS JOIN LATERAL (SELECT 1 FROM linksync_job AS job
                    WHERE job.company = :company AND job.entity = wanted ->> 0 AND job.side = wanted ->> 1
                      AND job.record_id = wanted ->> 2
                    OFFSET 0) AS live;

-- name: supersede
-- Given numbers, a JSON array, of rows that nobody else changes meanwhile: they are locked, or their companies' gates are held.
UPDATE linksync_finished_job SET state = 'superseded', updated_at = :now
WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM linksync_finished_job
        WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
        ORDER BY number))
  AND state NOT IN ('success', 'cancelled', 'superseded');

-- name: count
-- Given rows of company, state and how many more or less: a JSON array of arrays.
INSERT INTO linksync_job_count AS kept (company, state, count)
SELECT given ->> 0, given ->> 1, CAST(given ->> 2 AS bigint)
FROM json_array_elements(CAST(:rows AS json)) AS given
ON CONFLICT (company, state) DO UPDATE SET count = kept.count + excluded.count;

-- name: promote_due
-- Delayed jobs whose time has come, the earliest first; those that somebody has in hand come next time.
WITH due AS MATERIALIZED (
    SELECT number FROM linksync_job WHERE state = 'delayed' AND due_at <= :now
    ORDER BY due_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE linksync_job SET state = 'ready' WHERE number = ANY (ARRAY(SELECT number FROM due)) RETURNING company;

-- name: crashed
-- What ran when its worker died, and had killed others before.
SELECT number FROM linksync_job
WHERE number = ANY (ARRAY(
        SELECT number FROM linksync_job WHERE company = :company AND state = 'running'
        UNION ALL
        SELECT unnest(handed_out) FROM linksync_gate WHERE company = :company))
  AND (is_running OR state = 'running') AND state NOT IN ('delayed', 'waiting') AND crashes + 1 >= :limit;

-- name: suspects
-- Whether two workers have died over a due job.
SELECT EXISTS (SELECT FROM linksync_job
               WHERE company = :company AND state = 'ready' AND crashes >= 2 AND NOT is_running);

-- name: end_crashed
-- Given numbers, a JSON array of jobs that run: nobody is to die over these once more.
WITH ended AS (
    DELETE FROM linksync_job
    WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
    RETURNING *
), waited AS (
    DELETE FROM linksync_job_wait WHERE number = ANY (ARRAY(SELECT number FROM ended))
)
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT number, company, entity, side, record_id, reasons, source, 'needs_action', band, attempts,
       crashes + 1, generation, due_at, :error_message, :error_code, :error_remedy,
       :error_request_id, created_at, :now, :now
FROM ended;

-- name: put_back
-- What runs and was not settled: handed out again. What older code has settled, but for is_running, stays as it left it.
WITH left_over AS MATERIALIZED (
    SELECT number FROM linksync_job
    WHERE number = ANY (ARRAY(
            SELECT number FROM linksync_job WHERE company = :company AND state = 'running'
            UNION ALL
            SELECT unnest(handed_out) FROM linksync_gate WHERE company = :company))
      AND (is_running OR state = 'running')
    ORDER BY entity, side, record_id FOR NO KEY UPDATE
), forgotten AS (
    UPDATE linksync_gate SET handed_out = '{}' WHERE company = :company AND handed_out <> '{}'
)
UPDATE linksync_job SET
    state = CASE WHEN state = 'running' THEN 'ready' ELSE state END,
    is_running = false,
    new_reasons = 0,
    crashes = crashes + CASE WHEN state IN ('ready', 'running') THEN :crashes ELSE 0 END,
    updated_at = :now
WHERE number = ANY (ARRAY(SELECT number FROM left_over));

-- name: release_linked
-- The waiting jobs whose awaited links are all there.
WITH free AS MATERIALIZED (
    SELECT number FROM linksync_job AS job
    WHERE number = ANY (ARRAY(
            -- In an order that the index by state has, and that of the slots has not.
            SELECT number FROM linksync_job
            WHERE company = :company AND state = 'waiting'
            ORDER BY state, number LIMIT 9223372036854775807))
      AND company || '' = :company AND state || '' = 'waiting'
      AND (SELECT 1 FROM linksync_job_wait AS wait
           LEFT JOIN linksync_link AS link
             ON link.company = :company AND link.entity = wait.entity AND link.local_id = wait.record_id
           WHERE wait.number = job.number AND coalesce(link.state, '') <> 'linked'
           LIMIT 1) IS NULL
    ORDER BY entity, side, record_id FOR NO KEY UPDATE
)
UPDATE linksync_job SET state = 'ready', due_at = :now, updated_at = :now
WHERE number = ANY (ARRAY(SELECT number FROM free)) AND state || '' = 'waiting';

-- name: hand_out
-- The most urgent and then oldest of the company's ready jobs, beginning with a band; those that a producer is just
-- touching come next time. The gate, which is held, gets their numbers, and forgets those of jobs that do not run any more.
WITH next AS MATERIALIZED (
    SELECT number FROM linksync_job
    WHERE company = :company AND state = 'ready' AND band >= :band AND NOT is_running
    ORDER BY band, number
    LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
), noted AS (
    UPDATE linksync_gate AS gate SET
        handed_out = ARRAY(SELECT number FROM linksync_job WHERE number = ANY (gate.handed_out) AND is_running)
                     || ARRAY(SELECT number FROM next)
    WHERE company = :company AND (SELECT count(*) FROM next) > 0
)
UPDATE linksync_job AS job
SET is_running = true, claimed_generation = generation, new_reasons = 0, updated_at = :now
WHERE number = ANY (ARRAY(SELECT number FROM next))
RETURNING job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, 'running', job.band,
          job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
          job.error_request_id, job.created_at, job.updated_at, NULL;

-- name: hand_out_only
-- The same, of the records named: a JSON array of arrays of entity, side and record id.
WITH next AS MATERIALIZED (
    SELECT job.number
    FROM linksync_job AS job
    WHERE job.number = ANY (ARRAY(
            SELECT found.number
            FROM json_array_elements(CAST(:records AS json)) AS wanted
            CROSS JOIN LATERAL (SELECT number FROM linksync_job AS candidate
                                WHERE candidate.company = :company AND candidate.entity = wanted ->> 0
                                  AND candidate.side = wanted ->> 1 AND candidate.record_id = wanted ->> 2
                                OFFSET 0) AS found))
      AND job.state || '' = 'ready' AND NOT job.is_running
    ORDER BY job.band, job.number
    LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
), noted AS (
    UPDATE linksync_gate AS gate SET
        handed_out = ARRAY(SELECT number FROM linksync_job WHERE number = ANY (gate.handed_out) AND is_running)
                     || ARRAY(SELECT number FROM next)
    WHERE company = :company AND (SELECT count(*) FROM next) > 0
)
UPDATE linksync_job AS job
SET is_running = true, claimed_generation = generation, new_reasons = 0, updated_at = :now
WHERE number = ANY (ARRAY(SELECT number FROM next))
RETURNING job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, 'running', job.band,
          job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
          job.error_request_id, job.created_at, job.updated_at, NULL;

-- name: end
-- Given outcomes: a JSON array of objects, each with the numbers of its jobs. All in one, so that it can be done without
-- more around it: nothing ends unless the claim holds the company, nor, unless regardless of that, while hosts have committed
-- wishes for it that are to be taken in first; nor while anybody has the gate in hand, since what is committed until they let
-- go of it would not be seen. Jobs that were enqueued again since they were handed out stay; a producer that
-- is just about to do so is waited for, in the order in which it takes its rows. The ended ones are counted.
-- Returns the numbers of those that ended.
WITH gate AS MATERIALIZED (
    SELECT :regardless = 1
           OR NOT EXISTS (SELECT FROM linksync_inbox AS inbox WHERE inbox.company = held.company) AS may_end
    FROM linksync_gate AS held
    WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now
    FOR NO KEY UPDATE SKIP LOCKED
), outcome AS MATERIALIZED (
    SELECT CAST(number AS bigint) AS number, outcome.*
    FROM json_to_recordset(CAST(:outcomes AS json))
         AS outcome (state text, is_end int, counts int, due_at text, error_message text, error_code text,
                     error_remedy text, error_request_id text, numbers json)
    CROSS JOIN json_array_elements_text(outcome.numbers) AS given (number)
), untouched AS MATERIALIZED (
    SELECT job.number
    FROM linksync_job AS job
    WHERE (SELECT may_end FROM gate) AND job.number = ANY (ARRAY(SELECT number FROM outcome))
      AND job.company || '' = :company AND (job.is_running OR job.state = 'running')
      AND job.generation = job.claimed_generation
    ORDER BY job.entity, job.side, job.record_id
    FOR UPDATE
), ended AS (
    DELETE FROM linksync_job WHERE number = ANY (ARRAY(SELECT number FROM untouched)) RETURNING *
), waited AS (
    DELETE FROM linksync_job_wait WHERE number = ANY (ARRAY(SELECT number FROM untouched))
), kept AS (
    INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                       crashes, generation, due_at, error_message, error_code, error_remedy,
                                       error_request_id, created_at, updated_at, finished_at)
    SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, outcome.state, job.band,
           job.attempts + outcome.counts, job.crashes, job.generation, job.due_at, outcome.error_message,
           outcome.error_code, outcome.error_remedy, outcome.error_request_id, job.created_at, :now, :now
    FROM ended AS job
    JOIN outcome ON outcome.number = job.number
    RETURNING number, state
), counted AS (
    INSERT INTO linksync_job_count AS former (company, state, count)
    SELECT :company, state, count(*) FROM kept GROUP BY state ORDER BY state
    ON CONFLICT (company, state) DO UPDATE SET count = former.count + excluded.count
)
SELECT number FROM kept;

-- name: keep
-- Given outcomes: a JSON array of objects, each with the numbers of its jobs. A job that was enqueued again since it was
-- handed out runs again, at once; the others are tried again or wait.
WITH outcome AS MATERIALIZED (
    SELECT CAST(number AS bigint) AS number, outcome.*
    FROM json_to_recordset(CAST(:outcomes AS json))
         AS outcome (state text, is_end int, counts int, due_at text, error_message text, error_code text,
                     error_remedy text, error_request_id text, numbers json)
    CROSS JOIN json_array_elements_text(outcome.numbers) AS given (number)
), mine AS MATERIALIZED (
    SELECT job.number
    FROM linksync_job AS job
    WHERE job.number = ANY (ARRAY(SELECT number FROM outcome)) AND job.company || '' = :company
      AND (job.is_running OR job.state = 'running')
    ORDER BY job.entity, job.side, job.record_id
    FOR NO KEY UPDATE
)
UPDATE linksync_job AS job SET
    state = CASE WHEN job.generation <> job.claimed_generation THEN 'ready'
                 WHEN outcome.state = 'waiting' THEN 'waiting'
                 WHEN outcome.due_at <= :now THEN 'ready'
                 ELSE 'delayed' END,
    is_running = false,
    reasons = CASE WHEN job.generation <> job.claimed_generation AND outcome.state IN ('success', 'cancelled')
                        AND job.new_reasons <> 0  -- else older code has enqueued it: any may be the new one
                   THEN job.new_reasons ELSE job.reasons END,
    new_reasons = 0,
    attempts = CASE WHEN job.generation <> job.claimed_generation AND outcome.is_end = 1 THEN 0
                    ELSE job.attempts + outcome.counts END,
    crashes = CASE WHEN job.generation <> job.claimed_generation AND outcome.is_end = 1 THEN 0 ELSE job.crashes END,
    error_message = outcome.error_message, error_code = outcome.error_code,
    error_remedy = outcome.error_remedy, error_request_id = outcome.error_request_id,
    due_at = CASE WHEN job.generation <> job.claimed_generation THEN :now
                  WHEN outcome.state = 'waiting' THEN job.due_at
                  ELSE outcome.due_at END,
    updated_at = :now
FROM outcome
WHERE job.number = ANY (ARRAY(SELECT number FROM mine)) AND job.number = outcome.number
  AND (job.generation <> job.claimed_generation OR outcome.is_end = 0);

-- name: await
-- Given waits: a JSON array of arrays of number, entity, side and record id. What waiting jobs wait for, in place of
-- what they waited for before.
DELETE FROM linksync_job_wait
WHERE number = ANY (ARRAY(SELECT CAST(given ->> 0 AS bigint) FROM json_array_elements(CAST(:waits AS json)) AS given));
INSERT INTO linksync_job_wait (number, company, entity, side, record_id)
SELECT job.number, job.company, given ->> 1, given ->> 2, given ->> 3
FROM json_array_elements(CAST(:waits AS json)) AS given
CROSS JOIN LATERAL (SELECT number, company FROM linksync_job AS waiting
                    WHERE waiting.number = CAST(given ->> 0 AS bigint) AND waiting.company || '' = :company
                      AND waiting.state || '' = 'waiting'
                    OFFSET 0) AS job;

-- name: release_awaiting
-- Given records, a JSON array of arrays of entity, side and record id: the jobs that wait for any of them do not any more.
-- Returns their numbers.
DELETE FROM linksync_job_wait
WHERE ctid = ANY (ARRAY(
        SELECT found.ctid
        FROM json_array_elements(CAST(:records AS json)) AS wanted
        CROSS JOIN LATERAL (SELECT ctid FROM linksync_job_wait AS wait
                            WHERE wait.company = :company AND wait.entity = wanted ->> 0
                              AND wait.side = wanted ->> 1 AND wait.record_id = wanted ->> 2
                            OFFSET 0) AS found))
RETURNING number;

-- name: release_free
-- Given numbers, a JSON array: of these jobs of the company, those that wait for nothing any more.
WITH free AS MATERIALIZED (
    SELECT number FROM linksync_job AS job
    WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
      AND company || '' = :company AND state || '' = 'waiting'
      AND (SELECT 1 FROM linksync_job_wait AS wait WHERE wait.number = job.number LIMIT 1) IS NULL
    ORDER BY entity, side, record_id FOR NO KEY UPDATE
)
UPDATE linksync_job SET state = 'ready', due_at = :now, updated_at = :now
WHERE number = ANY (ARRAY(SELECT number FROM free));

-- name: waits_of
SELECT number, entity, side, record_id FROM linksync_job_wait
WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)));

-- name: live_by_number
SELECT number, company, entity, side, record_id, reasons, source,
       CASE WHEN is_running AND state = 'ready' THEN 'running' ELSE state END, band, attempts, crashes, generation, due_at,
       error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM linksync_job
WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
ORDER BY number;

-- name: finished_by_number
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation, due_at,
       error_message, error_code, error_remedy, error_request_id, created_at, updated_at, finished_at
FROM linksync_finished_job
WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
ORDER BY number;

-- name: live_by_record
-- Given records: a JSON array of arrays of entity, side and record id.
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source,
       CASE WHEN job.is_running AND job.state = 'ready' THEN 'running' ELSE job.state END, job.band, job.attempts,
       job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, NULL
FROM json_array_elements(CAST(:records AS json)) AS wanted
CROSS JOIN LATERAL (
    SELECT * FROM linksync_job AS live
    WHERE live.company = :company AND live.entity = wanted ->> 0 AND live.side = wanted ->> 1
      AND live.record_id = wanted ->> 2
    OFFSET 0
) AS job;

-- name: last_finished_by_record
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, job.finished_at
FROM json_array_elements(CAST(:records AS json)) AS wanted
CROSS JOIN LATERAL (
    SELECT * FROM linksync_finished_job AS last
    WHERE last.company = :company AND last.entity = wanted ->> 0 AND last.side = wanted ->> 1
      AND last.record_id = wanted ->> 2
    ORDER BY last.finished_at DESC, last.number DESC
    LIMIT 1
) AS job;

-- name: list_live
-- A page of the jobs in the states of a JSON array; entity may be NULL. One walk along an index per state and band:
-- the order is by more than the number, so that no index will do that only has the numbers, and all companies' jobs; nor one
-- by entities, of which a company has few (|| '').
SELECT number, company, entity, side, record_id, reasons, source,
       CASE WHEN is_running AND state = 'ready' THEN 'running' ELSE state END, band, attempts, crashes, generation, due_at,
       error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM linksync_job
WHERE number = ANY (ARRAY(
    (SELECT number FROM linksync_job
     WHERE company = :company AND state = 'ready' AND (band, number) > (0, CAST(:after AS bigint)) AND band <= 0
       AND NOT is_running
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'ready' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY band, number LIMIT :limit)
    UNION ALL
    (SELECT number FROM linksync_job
     WHERE company = :company AND state = 'ready' AND (band, number) > (1, CAST(:after AS bigint)) AND band <= 1
       AND NOT is_running
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'ready' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY band, number LIMIT :limit)
    UNION ALL
    (SELECT number FROM linksync_job
     WHERE company = :company AND state = 'ready' AND (band, number) > (2, CAST(:after AS bigint)) AND band <= 2
       AND NOT is_running
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'ready' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY band, number LIMIT :limit)
    UNION ALL
    (SELECT number FROM linksync_job
     WHERE company = :company AND state <> 'ready' AND (state, number) > ('delayed', CAST(:after AS bigint))
       AND state <= 'delayed'
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'delayed' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY state, number LIMIT :limit)
    UNION ALL
    (SELECT number FROM linksync_job
     WHERE company = :company AND state <> 'ready' AND (state, number) > ('running', CAST(:after AS bigint))
       AND state <= 'running'
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'running' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY state, number LIMIT :limit)
    UNION ALL
    (SELECT number FROM linksync_job
     WHERE number = ANY (ARRAY(SELECT unnest(handed_out) FROM linksync_gate WHERE company = :company))
       AND number > CAST(:after AS bigint) AND is_running AND state NOT IN ('delayed', 'running', 'waiting')
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'running' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY number LIMIT :limit)
    UNION ALL
    (SELECT number FROM linksync_job
     WHERE company = :company AND state <> 'ready' AND (state, number) > ('waiting', CAST(:after AS bigint))
       AND state <= 'waiting'
       AND (CAST(:entity AS text) IS NULL OR entity || '' = :entity)
       AND 'waiting' = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
     ORDER BY state, number LIMIT :limit)
))
ORDER BY number
LIMIT :limit;

-- name: list_finished
-- The same of finished jobs.
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, job.state, job.band,
       job.attempts, job.crashes, job.generation, job.due_at, job.error_message, job.error_code, job.error_remedy,
       job.error_request_id, job.created_at, job.updated_at, job.finished_at
FROM json_array_elements_text(CAST(:states AS json)) AS wanted (state)
CROSS JOIN LATERAL (
    SELECT * FROM linksync_finished_job AS candidate
    WHERE candidate.company = :company AND (candidate.state, candidate.number) > (wanted.state, CAST(:after AS bigint))
      AND candidate.state <= wanted.state
      AND (CAST(:entity AS text) IS NULL OR candidate.entity = :entity)
    ORDER BY candidate.state, candidate.number
    LIMIT :limit
) AS job
ORDER BY job.number
LIMIT :limit;

-- name: counts
-- The rows of a state are to be added up: those that run are counted as ready first, which takes the index only.
WITH in_hand AS MATERIALIZED (
    SELECT count(*) AS jobs FROM linksync_job
    WHERE number = ANY (ARRAY(SELECT unnest(handed_out) FROM linksync_gate WHERE company = :company))
      AND is_running AND state NOT IN ('delayed', 'running', 'waiting')
)
SELECT 'ready', count(*) FROM linksync_job WHERE company = :company AND state = 'ready'
UNION ALL
SELECT 'ready', -jobs FROM in_hand
UNION ALL
SELECT 'running', jobs FROM in_hand
UNION ALL
SELECT 'delayed', count(*) FROM linksync_job WHERE company = :company AND state = 'delayed'
UNION ALL
SELECT 'running', count(*) FROM linksync_job WHERE company = :company AND state = 'running'
UNION ALL
SELECT 'waiting', count(*) FROM linksync_job WHERE company = :company AND state = 'waiting'
UNION ALL
SELECT state, count FROM linksync_job_count WHERE company = :company;

-- name: companies
-- Those with live jobs, found by jumping along the index, and those with open intents; least recently taken up first.
WITH RECURSIVE busy (company) AS (
    (SELECT company FROM linksync_job ORDER BY company LIMIT 1)
    UNION ALL
    SELECT (SELECT job.company FROM linksync_job AS job WHERE job.company > busy.company ORDER BY job.company LIMIT 1)
    FROM busy WHERE busy.company IS NOT NULL
)
SELECT found.company
FROM (SELECT company FROM busy WHERE company IS NOT NULL
      UNION
      SELECT company FROM linksync_intent WHERE closed_at IS NULL) AS found
LEFT JOIN LATERAL (SELECT turn FROM linksync_gate AS one WHERE one.company = found.company OFFSET 0) AS gate ON true
ORDER BY coalesce(gate.turn, 0), found.company;

-- name: restart_waiting
UPDATE linksync_job SET
    state = 'ready', reasons = :reasons, attempts = 0, crashes = 0, due_at = :now, updated_at = :now
WHERE number = :number AND state || '' = 'waiting';

-- name: restart_finished
-- Brings a finished job back, unless its record has a live one by now.
INSERT INTO linksync_job (number, company, entity, side, record_id, reasons, source, state, band, generation, due_at,
                          error_message, error_code, error_remedy, error_request_id, created_at, updated_at)
SELECT number, company, entity, side, record_id, :reasons, source, 'ready', band, generation, :now,
       error_message, error_code, error_remedy, error_request_id, created_at, :now
FROM linksync_finished_job AS finished
WHERE finished.number = :number
ON CONFLICT (company, entity, side, record_id) DO NOTHING;

-- name: remove_finished
DELETE FROM linksync_finished_job WHERE number = :number;

-- name: join_live
-- Adds the wish of a former job to the record's live one.
UPDATE linksync_job SET
    reasons = reasons | :reasons,
    new_reasons = CASE WHEN state <> 'running' AND NOT is_running THEN 0
                       WHEN new_reasons = 0 AND generation <> claimed_generation THEN reasons | :reasons
                       ELSE new_reasons | :reasons END,
    band = least(band, :band),
    due_at = least(due_at, :now),
    state = CASE WHEN state = 'delayed' THEN 'ready' ELSE state END,
    generation = generation + 1,
    updated_at = :now
WHERE number = :number;

-- name: cancel_live
-- Given numbers: a JSON array. Returns the numbers of those that ended.
WITH ended AS (
    DELETE FROM linksync_job
    WHERE state <> 'running' AND (state <> 'ready' OR NOT is_running)
      AND number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
    RETURNING *
), waited AS (
    DELETE FROM linksync_job_wait WHERE number = ANY (ARRAY(SELECT number FROM ended))
)
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT number, company, entity, side, record_id, reasons, source, 'cancelled', band, attempts,
       crashes, generation, due_at, error_message, error_code, error_remedy,
       error_request_id, created_at, :now, :now
FROM ended
RETURNING number;

-- name: cancel_finished
-- Given numbers, a JSON array, of jobs of companies whose gates are held. Returns the numbers of those that were failed.
UPDATE linksync_finished_job SET state = 'cancelled', updated_at = :now, finished_at = :now
WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM linksync_finished_job
        WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
        ORDER BY number))
  AND state NOT IN ('success', 'cancelled', 'superseded')
RETURNING number;

-- name: purge
DELETE FROM linksync_finished_job
WHERE number = ANY (ARRAY(SELECT number FROM linksync_finished_job
                          WHERE state IN ('success', 'cancelled', 'superseded') AND finished_at < :before
                          ORDER BY finished_at, number
                          LIMIT :limit))
RETURNING company, state;
