-- name: chores
-- What is due besides the jobs: requests of hosts to be folded in, delayed jobs, gates that open by themselves.
SELECT EXISTS (SELECT 1 FROM linksync_inbox),
       EXISTS (SELECT 1 FROM linksync_job WHERE state = 'delayed' AND due_at <= :now),
       EXISTS (SELECT 1 FROM linksync_gate WHERE until <= :now);

-- name: enqueue
-- Given wishes: a JSON array of objects, each with the ids of the records that it is for, no record twice. First their
-- companies have work, and as many numbers more; then there is a new row for each record, or so many more wishes on its live
-- job. Returns what is left to do: (number, company, state) for a failed job of a record that has a live one by now. No
-- company has to be marked beforehand, since one connection writes at a time.
INSERT INTO linksync_gate (company, has_work, last_number)
SELECT company, 1,
       records + CASE WHEN EXISTS (SELECT 1 FROM linksync_gate AS gate
                                   WHERE gate.company = given.company AND gate.last_number > 0) THEN 0
                      -- A range of its own, beyond those of all others.
                      ELSE (((SELECT coalesce(max(last_number), 0) FROM linksync_gate) >> 40) + row_number() OVER ()) << 40
                 END
FROM (SELECT json_extract(value, '$.company') AS company, sum(json_array_length(value, '$.record_ids')) AS records
      FROM json_each(:wishes)
      GROUP BY 1) AS given
WHERE 1
ON CONFLICT (company) DO UPDATE SET has_work = 1, last_number = last_number + excluded.last_number;
WITH wish AS MATERIALIZED (
    SELECT json_extract(value, '$.company') AS company, json_extract(value, '$.entity') AS entity,
           json_extract(value, '$.side') AS side, json_extract(value, '$.reasons') AS reasons,
           json_extract(value, '$.band') AS band, json_extract(value, '$.due_at') AS due_at,
           json_extract(value, '$.only_if_known') AS only_if_known, json_extract(value, '$.wishes') AS wishes,
           json_extract(value, '$.created_at') AS created_at, json_extract(value, '$.updated_at') AS updated_at,
           json_extract(value, '$.record_ids') AS record_ids,
           (SELECT last_number FROM linksync_gate AS gate WHERE gate.company = json_extract(value, '$.company'))
           - json_extract(value, '$.records_left') + 1 AS first_number
    FROM json_each(:wishes)
)
INSERT INTO linksync_job (number, company, entity, side, record_id, reasons, source, state, band, due_at, generation,
                          created_at, updated_at)
SELECT first_number + record.key, company, entity, side, record.value, reasons, side,
       CASE WHEN due_at <= :now THEN 'ready' ELSE 'delayed' END, band, due_at, wishes, created_at, updated_at
FROM wish
CROSS JOIN json_each(wish.record_ids) AS record
WHERE only_if_known = 0
   OR EXISTS (SELECT 1 FROM linksync_job AS live
              WHERE live.company = wish.company AND live.entity = wish.entity AND live.side = wish.side
                AND live.record_id = record.value)
   OR EXISTS (SELECT 1 FROM linksync_link AS link
              WHERE wish.side = 'local' AND link.company = wish.company AND link.entity = wish.entity
                AND link.local_id = record.value AND link.state <> 'unlinked')
   OR EXISTS (SELECT 1 FROM linksync_link AS link
              WHERE wish.side = 'remote' AND link.company = wish.company
                AND link.remote_id = record.value AND link.entity = wish.entity AND link.state <> 'unlinked')
ON CONFLICT (company, entity, side, record_id) DO UPDATE SET
    reasons = reasons | excluded.reasons,
    new_reasons = CASE WHEN state = 'running' THEN new_reasons | excluded.reasons ELSE 0 END,
    band = min(band, excluded.band),
    due_at = min(due_at, excluded.due_at),
    state = CASE WHEN state = 'delayed' AND excluded.state = 'ready' THEN 'ready'
                 -- What it waits for may be another thing by now, unless it was only referred to (4).
                 WHEN state = 'waiting' AND excluded.reasons <> 4 THEN 'ready'
                 ELSE state END,
    generation = generation + excluded.generation,
    updated_at = excluded.updated_at;
WITH wish AS MATERIALIZED (
    SELECT json_extract(value, '$.company') AS company, json_extract(value, '$.entity') AS entity,
           json_extract(value, '$.side') AS side, json_extract(value, '$.record_ids') AS record_ids
    FROM json_each(:wishes)
    WHERE EXISTS (SELECT 1 FROM linksync_job_count AS kept
                  WHERE kept.company = json_extract(value, '$.company') AND kept.state IN ('error', 'needs_action')
                    AND kept.count > 0)
)
SELECT finished.number, finished.company, finished.state
FROM wish
CROSS JOIN json_each(wish.record_ids) AS record
CROSS JOIN linksync_finished_job AS finished
  ON finished.company = wish.company AND finished.entity = wish.entity AND finished.side = wish.side
 AND finished.record_id = record.value AND finished.state IN ('error', 'needs_action')
WHERE EXISTS (SELECT 1 FROM linksync_job AS live
              WHERE live.company = finished.company AND live.entity = finished.entity
                AND live.side = finished.side AND live.record_id = finished.record_id);

-- name: enqueue_one
-- A single wish, which counts whether its record is known or not: hosts make it all the time, and it is quicker without what
-- only many need. Returns a row if that was all; else nothing is done: the record has a failed job to supersede.
INSERT INTO linksync_gate (company, has_work, last_number)
SELECT :company, 1,
       1 + CASE WHEN EXISTS (SELECT 1 FROM linksync_gate WHERE company = :company AND last_number > 0) THEN 0
                ELSE (((SELECT coalesce(max(last_number), 0) FROM linksync_gate) >> 40) + 1) << 40
           END
WHERE 1
ON CONFLICT (company) DO UPDATE SET has_work = 1, last_number = last_number + excluded.last_number;
INSERT INTO linksync_job (number, company, entity, side, record_id, reasons, source, state, band, due_at, created_at,
                          updated_at)
SELECT last_number, company, :entity, :side, :record_id, :reasons, :side,
       CASE WHEN :due_at <= :at THEN 'ready' ELSE 'delayed' END, :band, :due_at, :at, :at
FROM linksync_gate
WHERE company = :company
  AND NOT EXISTS (SELECT 1 FROM linksync_finished_job
                  WHERE company = :company AND entity = :entity AND side = :side AND record_id = :record_id
                    AND state IN ('error', 'needs_action'))
ON CONFLICT (company, entity, side, record_id) DO UPDATE SET
    reasons = reasons | excluded.reasons,
    new_reasons = CASE WHEN state = 'running' THEN new_reasons | excluded.reasons ELSE 0 END,
    band = min(band, excluded.band),
    due_at = min(due_at, excluded.due_at),
    state = CASE WHEN state = 'delayed' AND excluded.state = 'ready' THEN 'ready'
                 -- What it waits for may be another thing by now, unless it was only referred to (4).
                 WHEN state = 'waiting' AND excluded.reasons <> 4 THEN 'ready'
                 ELSE state END,
    generation = generation + 1,
    updated_at = excluded.updated_at
RETURNING 1;

-- name: failed_of
-- Given records, a JSON array of arrays of entity, side and record id: the failed jobs of those that have a live one.
SELECT finished.number, finished.company, finished.state
FROM json_each(:records) AS wanted
CROSS JOIN linksync_finished_job AS finished
  ON finished.company = :company AND finished.entity = json_extract(wanted.value, '$[0]')
 AND finished.side = json_extract(wanted.value, '$[1]') AND finished.record_id = json_extract(wanted.value, '$[2]')
 AND finished.state IN ('error', 'needs_action')
WHERE EXISTS (SELECT 1 FROM linksync_job AS live
              WHERE live.company = finished.company AND live.entity = finished.entity
                AND live.side = finished.side AND live.record_id = finished.record_id);

-- name: supersede
-- Given numbers: a JSON array.
UPDATE linksync_finished_job SET state = 'superseded', updated_at = :now
WHERE number IN (SELECT value FROM json_each(:numbers)) AND state IN ('error', 'needs_action');

-- name: count
-- Given rows of company, state and how many more or less: a JSON array of arrays.
INSERT INTO linksync_job_count (company, state, count)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(:rows) WHERE 1
ON CONFLICT (company, state) DO UPDATE SET count = count + excluded.count;

-- name: promote_due
-- Delayed jobs whose time has come, the earliest first.
UPDATE linksync_job SET state = 'ready'
WHERE number IN (SELECT number FROM linksync_job WHERE state = 'delayed' AND due_at <= :now ORDER BY due_at LIMIT 1000)
RETURNING company;

-- name: crashed
-- What ran when its worker died, and had killed others before.
SELECT number FROM linksync_job WHERE company = :company AND state = 'running' AND crashes + 1 >= :limit;

-- name: suspects
-- Whether two workers have died over a due job.
SELECT EXISTS (SELECT 1 FROM linksync_job WHERE company = :company AND state = 'ready' AND crashes >= 2);

-- name: end_crashed
-- Given numbers: a JSON array. Nobody is to die over these once more.
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT number, company, entity, side, record_id, reasons, source, 'needs_action', band, attempts,
       crashes + 1, generation, due_at, :error_message, :error_code, :error_remedy,
       :error_request_id, created_at, :now, :now
FROM linksync_job
WHERE state = 'running' AND number IN (SELECT value FROM json_each(:numbers));
DELETE FROM linksync_job_wait WHERE number IN (SELECT value FROM json_each(:numbers));
DELETE FROM linksync_job WHERE state = 'running' AND number IN (SELECT value FROM json_each(:numbers));

-- name: put_back
-- What runs and was not settled: handed out again.
UPDATE linksync_job SET state = 'ready', new_reasons = 0, crashes = crashes + :crashes, updated_at = :now
WHERE company = :company AND state = 'running';

-- name: release_linked
-- The waiting jobs whose awaited links are all there.
UPDATE linksync_job SET state = 'ready', due_at = :now, updated_at = :now
WHERE company = :company AND state = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM linksync_job_wait AS wait
                  LEFT JOIN linksync_link AS link
                    ON link.company = :company AND link.entity = wait.entity AND link.local_id = wait.record_id
                  WHERE wait.number = linksync_job.number AND coalesce(link.state, '') <> 'linked');

-- name: hand_out
-- The most urgent and then oldest of the company's ready jobs, beginning with a band.
UPDATE linksync_job SET state = 'running', claimed_generation = generation, new_reasons = 0, updated_at = :now
WHERE number IN (SELECT number FROM linksync_job
                 WHERE company = :company AND state = 'ready' AND band >= :band
                 ORDER BY band, number
                 LIMIT :limit)
RETURNING number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
          due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL;

-- name: hand_out_only
-- The same, of the records named: a JSON array of arrays of entity, side and record id.
UPDATE linksync_job SET state = 'running', claimed_generation = generation, new_reasons = 0, updated_at = :now
WHERE number IN (SELECT job.number
                 FROM json_each(:records) AS wanted
                 CROSS JOIN linksync_job AS job
                   ON job.company = :company AND job.entity = json_extract(wanted.value, '$[0]')
                  AND job.side = json_extract(wanted.value, '$[1]') AND job.record_id = json_extract(wanted.value, '$[2]')
                 WHERE job.state = 'ready'
                 ORDER BY job.band, job.number
                 LIMIT :limit)
RETURNING number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
          due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL;

-- name: end
-- Given outcomes: a JSON array of objects, each with the numbers of its jobs. Those that were enqueued again since they
-- were handed out stay. Returns the numbers of those that ended, which are to be counted.
WITH outcome AS MATERIALIZED (
    SELECT json_extract(value, '$.state') AS state, json_extract(value, '$.is_end') AS is_end,
           json_extract(value, '$.counts') AS counts, json_extract(value, '$.due_at') AS due_at,
           json_extract(value, '$.error_message') AS error_message, json_extract(value, '$.error_code') AS error_code,
           json_extract(value, '$.error_remedy') AS error_remedy,
           json_extract(value, '$.error_request_id') AS error_request_id, json_extract(value, '$.numbers') AS numbers
    FROM json_each(:outcomes)
)
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT job.number, job.company, job.entity, job.side, job.record_id, job.reasons, job.source, outcome.state, job.band,
       job.attempts + outcome.counts, job.crashes, job.generation, job.due_at, outcome.error_message,
       outcome.error_code, outcome.error_remedy, outcome.error_request_id, job.created_at, :now, :now
FROM outcome
CROSS JOIN json_each(outcome.numbers) AS ended
CROSS JOIN linksync_job AS job ON job.number = ended.value
WHERE job.company = :company AND job.state = 'running' AND job.generation = job.claimed_generation;
DELETE FROM linksync_job_wait
WHERE number IN (SELECT ended.value
                 -- Nothing more is looked at when none of the company's jobs waits.
                 FROM (SELECT 1 FROM linksync_job_wait WHERE company = :company LIMIT 1)
                 CROSS JOIN json_each(:outcomes) AS outcome
                 CROSS JOIN json_each(outcome.value, '$.numbers') AS ended)
  -- A job that is settled twice may be waiting by now.
  AND NOT EXISTS (SELECT 1 FROM linksync_job AS job
                  WHERE job.number = linksync_job_wait.number AND job.state = 'waiting');
DELETE FROM linksync_job
WHERE number IN (SELECT ended.value
                 FROM json_each(:outcomes) AS outcome
                 CROSS JOIN json_each(outcome.value, '$.numbers') AS ended)
  AND company = :company AND state = 'running' AND generation = claimed_generation
RETURNING number;

-- name: keep
-- Given outcomes: a JSON array of objects, each with the numbers of its jobs. A job that was enqueued again since it was
-- handed out runs again, at once; the others are tried again or wait.
WITH outcome AS MATERIALIZED (
    SELECT json_extract(value, '$.state') AS state, json_extract(value, '$.is_end') AS is_end,
           json_extract(value, '$.counts') AS counts, json_extract(value, '$.due_at') AS due_at,
           json_extract(value, '$.error_message') AS error_message, json_extract(value, '$.error_code') AS error_code,
           json_extract(value, '$.error_remedy') AS error_remedy,
           json_extract(value, '$.error_request_id') AS error_request_id, json_extract(value, '$.numbers') AS numbers
    FROM json_each(:outcomes)
)
UPDATE linksync_job AS job SET
    state = CASE WHEN job.generation <> job.claimed_generation THEN 'ready'
                 WHEN outcome.state = 'waiting' THEN 'waiting'
                 WHEN outcome.due_at <= :now THEN 'ready'
                 ELSE 'delayed' END,
    reasons = CASE WHEN job.generation <> job.claimed_generation AND outcome.state IN ('success', 'cancelled')
                   THEN job.new_reasons ELSE job.reasons END,
    new_reasons = 0,
    attempts = CASE WHEN job.generation <> job.claimed_generation AND outcome.is_end THEN 0
                    ELSE job.attempts + outcome.counts END,
    crashes = CASE WHEN job.generation <> job.claimed_generation AND outcome.is_end THEN 0 ELSE job.crashes END,
    error_message = outcome.error_message, error_code = outcome.error_code,
    error_remedy = outcome.error_remedy, error_request_id = outcome.error_request_id,
    due_at = CASE WHEN job.generation <> job.claimed_generation THEN :now
                  WHEN outcome.state = 'waiting' THEN job.due_at
                  ELSE outcome.due_at END,
    updated_at = :now
FROM outcome
CROSS JOIN json_each(outcome.numbers) AS kept
WHERE job.number = kept.value AND job.company = :company AND job.state = 'running'
  AND (job.generation <> job.claimed_generation OR NOT outcome.is_end);

-- name: await
-- Given waits: a JSON array of arrays of number, entity, side and record id. What waiting jobs wait for, in place of
-- what they waited for before.
DELETE FROM linksync_job_wait WHERE number IN (SELECT json_extract(value, '$[0]') FROM json_each(:waits));
INSERT INTO linksync_job_wait (number, company, entity, side, record_id)
SELECT job.number, job.company, json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]')
FROM json_each(:waits)
CROSS JOIN linksync_job AS job ON job.number = json_extract(value, '$[0]')
WHERE job.company = :company AND job.state = 'waiting';

-- name: release_awaiting
-- Given records, a JSON array of arrays of entity, side and record id: the jobs that wait for any of them do not any more,
-- and go on if that was all. Returns their numbers.
DELETE FROM linksync_job_wait
WHERE company = :company
  AND (entity, side, record_id) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
                                           json_extract(value, '$[2]')
                                    FROM json_each(:records))
RETURNING number;

-- name: release_free
-- Given numbers, a JSON array: of these jobs, those that wait for nothing any more.
UPDATE linksync_job SET state = 'ready', due_at = :now, updated_at = :now
WHERE state = 'waiting' AND number IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (SELECT 1 FROM linksync_job_wait AS wait WHERE wait.number = linksync_job.number);

-- name: waits_of
SELECT number, entity, side, record_id FROM linksync_job_wait WHERE number IN (SELECT value FROM json_each(:numbers));

-- name: live_by_number
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM linksync_job
WHERE number IN (SELECT value FROM json_each(:numbers))
ORDER BY number;

-- name: finished_by_number
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, finished_at
FROM linksync_finished_job
WHERE number IN (SELECT value FROM json_each(:numbers))
ORDER BY number;

-- name: live_by_record
-- Given records: a JSON array of arrays of entity, side and record id.
SELECT job.number, job.company, job.entity, job.side, job.record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM json_each(:records) AS wanted
CROSS JOIN linksync_job AS job
  ON job.company = :company AND job.entity = json_extract(wanted.value, '$[0]')
 AND job.side = json_extract(wanted.value, '$[1]') AND job.record_id = json_extract(wanted.value, '$[2]');

-- name: last_finished_by_record
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, finished_at
FROM linksync_finished_job
WHERE number IN (SELECT (SELECT job.number FROM linksync_finished_job AS job
                         WHERE job.company = :company AND job.entity = json_extract(wanted.value, '$[0]')
                           AND job.side = json_extract(wanted.value, '$[1]')
                           AND job.record_id = json_extract(wanted.value, '$[2]')
                         ORDER BY job.finished_at DESC, job.number DESC
                         LIMIT 1)
                 FROM json_each(:records) AS wanted);

-- name: list_live
-- A page of the jobs in the states of a JSON array; entity may be NULL. One walk along an index per state and band.
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM linksync_job
WHERE number IN (
    SELECT * FROM (SELECT number FROM linksync_job
                   WHERE company = :company AND state = 'ready' AND band = 0 AND number > :after
                     AND (:entity IS NULL OR entity = :entity)
                     AND 'ready' IN (SELECT value FROM json_each(:states)) ORDER BY number LIMIT :limit)
    UNION ALL
    SELECT * FROM (SELECT number FROM linksync_job
                   WHERE company = :company AND state = 'ready' AND band = 1 AND number > :after
                     AND (:entity IS NULL OR entity = :entity)
                     AND 'ready' IN (SELECT value FROM json_each(:states)) ORDER BY number LIMIT :limit)
    UNION ALL
    SELECT * FROM (SELECT number FROM linksync_job
                   WHERE company = :company AND state = 'ready' AND band = 2 AND number > :after
                     AND (:entity IS NULL OR entity = :entity)
                     AND 'ready' IN (SELECT value FROM json_each(:states)) ORDER BY number LIMIT :limit)
    UNION ALL
    SELECT * FROM (SELECT number FROM linksync_job
                   WHERE company = :company AND state = 'delayed' AND number > :after
                     AND (:entity IS NULL OR entity = :entity)
                     AND 'delayed' IN (SELECT value FROM json_each(:states)) ORDER BY number LIMIT :limit)
    UNION ALL
    SELECT * FROM (SELECT number FROM linksync_job
                   WHERE company = :company AND state = 'running' AND number > :after
                     AND (:entity IS NULL OR entity = :entity)
                     AND 'running' IN (SELECT value FROM json_each(:states)) ORDER BY number LIMIT :limit)
    UNION ALL
    SELECT * FROM (SELECT number FROM linksync_job
                   WHERE company = :company AND state = 'waiting' AND number > :after
                     AND (:entity IS NULL OR entity = :entity)
                     AND 'waiting' IN (SELECT value FROM json_each(:states)) ORDER BY number LIMIT :limit))
ORDER BY number
LIMIT :limit;

-- name: list_finished
SELECT job.number, company, entity, side, record_id, reasons, source, job.state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, finished_at
FROM json_each(:states) AS wanted
CROSS JOIN linksync_finished_job AS job
WHERE number IN (SELECT candidate.number FROM linksync_finished_job AS candidate
                 WHERE candidate.company = :company AND candidate.state = wanted.value AND candidate.number > :after
                   AND (:entity IS NULL OR candidate.entity = :entity)
                 ORDER BY candidate.number
                 LIMIT :limit)
ORDER BY number
LIMIT :limit;

-- name: counts
SELECT 'ready', count(*) FROM linksync_job WHERE company = :company AND state = 'ready'
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
    SELECT min(company) FROM linksync_job
    UNION ALL
    SELECT (SELECT min(job.company) FROM linksync_job AS job WHERE job.company > busy.company)
    FROM busy WHERE busy.company IS NOT NULL
)
SELECT found.company
FROM (SELECT company FROM busy WHERE company IS NOT NULL
      UNION
      SELECT company FROM linksync_intent WHERE closed_at IS NULL) AS found
LEFT JOIN linksync_gate AS gate ON gate.company = found.company
ORDER BY coalesce(gate.turn, 0), found.company;

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
ON CONFLICT (company, entity, side, record_id) DO NOTHING;

-- name: remove_finished
DELETE FROM linksync_finished_job WHERE number = :number;

-- name: join_live
-- Adds the wish of a former job to the record's live one.
UPDATE linksync_job SET
    reasons = reasons | :reasons,
    new_reasons = CASE WHEN state = 'running' THEN new_reasons | :reasons ELSE 0 END,
    band = min(band, :band),
    due_at = min(due_at, :now),
    state = CASE WHEN state = 'delayed' THEN 'ready' ELSE state END,
    generation = generation + 1,
    updated_at = :now
WHERE number = :number;

-- name: cancel_live
-- Given numbers: a JSON array. Returns the numbers of those that ended.
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT number, company, entity, side, record_id, reasons, source, 'cancelled', band, attempts,
       crashes, generation, due_at, error_message, error_code, error_remedy,
       error_request_id, created_at, :now, :now
FROM linksync_job
WHERE state <> 'running' AND number IN (SELECT value FROM json_each(:numbers));
DELETE FROM linksync_job_wait
WHERE number IN (SELECT job.number FROM json_each(:numbers) AS given CROSS JOIN linksync_job AS job
                 ON job.number = given.value AND job.state <> 'running');
DELETE FROM linksync_job WHERE state <> 'running' AND number IN (SELECT value FROM json_each(:numbers))
RETURNING number;

-- name: cancel_finished
-- Given numbers: a JSON array. Returns the numbers of those that were failed.
UPDATE linksync_finished_job SET state = 'cancelled', updated_at = :now, finished_at = :now
WHERE state IN ('error', 'needs_action') AND number IN (SELECT value FROM json_each(:numbers))
RETURNING number;

-- name: purge
DELETE FROM linksync_finished_job
WHERE number IN (SELECT number FROM linksync_finished_job
                 WHERE state IN ('success', 'cancelled', 'superseded') AND finished_at < :before
                 ORDER BY finished_at, number
                 LIMIT :limit)
RETURNING company, state;
