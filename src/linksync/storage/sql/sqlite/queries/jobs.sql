-- name: enqueue
-- One request: a new row, or one more reason on the record's live one.
INSERT INTO linksync_job (company, entity, side, record_id, reasons, source, state, band, due_at, created_at, updated_at)
SELECT :company, :entity, :side, :record_id, :reason, :side,
       CASE WHEN :due_at <= :now THEN 'ready' ELSE 'delayed' END, :band, :due_at, :at, :at
WHERE :only_if_known = 0
   OR EXISTS (SELECT 1 FROM linksync_job
              WHERE company = :company AND entity = :entity AND side = :side AND record_id = :record_id)
   OR EXISTS (SELECT 1 FROM linksync_link
              WHERE :side = 'local' AND company = :company AND entity = :entity AND local_id = :record_id
                AND state <> 'unlinked')
   OR EXISTS (SELECT 1 FROM linksync_link
              WHERE :side = 'remote' AND company = :company AND remote_id = :record_id
                AND entity = :entity AND state <> 'unlinked')
ON CONFLICT (company, entity, side, record_id) DO UPDATE SET
    reasons = CASE WHEN instr(reasons, excluded.reasons) THEN reasons ELSE reasons || excluded.reasons END,
    new_reasons = CASE WHEN state <> 'running' OR instr(new_reasons, excluded.reasons) THEN new_reasons
                       ELSE new_reasons || excluded.reasons END,
    band = min(band, excluded.band),
    due_at = min(due_at, excluded.due_at),
    state = CASE WHEN state = 'delayed' AND excluded.state = 'ready' THEN 'ready'
                 WHEN state = 'waiting' AND excluded.reasons <> 'reference,' THEN 'ready'
                 ELSE state END,
    generation = generation + 1,
    updated_at = excluded.updated_at;

-- name: wake
-- What a waiting job waits for may be another thing by now; run before `enqueue`, which makes it ready.
DELETE FROM linksync_job_wait
WHERE :reason <> 'reference,'
  AND number = (SELECT number FROM linksync_job
                WHERE company = :company AND entity = :entity AND side = :side AND record_id = :record_id
                  AND state = 'waiting');

-- name: supersede
-- The failed jobs of a record that has a live one.
UPDATE linksync_finished_job SET state = 'superseded', updated_at = :now
WHERE company = :company AND entity = :entity AND side = :side AND record_id = :record_id
  AND state IN ('error', 'needs_action')
  AND EXISTS (SELECT 1 FROM linksync_job AS live
              WHERE live.company = :company AND live.entity = :entity AND live.side = :side
                AND live.record_id = :record_id);

-- name: promote_due
UPDATE linksync_job SET state = 'ready' WHERE state = 'delayed' AND due_at <= :now RETURNING company;

-- name: put_back
-- What runs and was not settled: handed out again.
UPDATE linksync_job SET state = 'ready', new_reasons = '', crashes = crashes + :crashes, updated_at = :now
WHERE company = :company AND state = 'running';

-- name: release_linked
-- The waiting jobs whose awaited links are all there.
UPDATE linksync_job SET state = 'ready', due_at = :now, updated_at = :now
WHERE company = :company AND state = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM linksync_job_wait AS wait
                  LEFT JOIN linksync_link AS link
                    ON link.company = :company AND link.entity = wait.entity AND link.local_id = wait.record_id
                  WHERE wait.number = linksync_job.number AND coalesce(link.state, '') <> 'linked')
RETURNING number;

-- name: hand_out
-- The most urgent and then oldest of the company's ready jobs.
UPDATE linksync_job SET state = 'running', claimed_generation = generation, new_reasons = '', updated_at = :now
WHERE number IN (SELECT number FROM linksync_job
                 WHERE company = :company AND state = 'ready'
                 ORDER BY band, number
                 LIMIT :limit)
RETURNING number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
          due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL;

-- name: hand_out_only
-- The same, of the records named: a JSON array of arrays of entity, side and record id.
UPDATE linksync_job SET state = 'running', claimed_generation = generation, new_reasons = '', updated_at = :now
WHERE number IN (SELECT job.number
                 FROM json_each(:records) AS wanted
                 CROSS JOIN linksync_job AS job
                   ON job.company = :company AND job.entity = json_extract(wanted.value, '$[0]')
                  AND job.side = json_extract(wanted.value, '$[1]')
                  AND job.record_id = json_extract(wanted.value, '$[2]')
                 WHERE job.state = 'ready'
                 ORDER BY job.band, job.number
                 LIMIT :limit)
RETURNING number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
          due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL;

-- name: touched
-- The company's running jobs that were enqueued again since they were handed out.
SELECT number FROM linksync_job
WHERE company = :company AND state = 'running' AND generation <> claimed_generation;

-- name: settle_touched
-- Enqueued again since it was handed out: it runs again, at once.
UPDATE linksync_job SET
    state = 'ready',
    reasons = CASE WHEN :is_done THEN new_reasons ELSE reasons END,
    new_reasons = '',
    attempts = CASE WHEN :starts_afresh THEN 0 ELSE attempts + :counts END,
    crashes = CASE WHEN :starts_afresh THEN 0 ELSE crashes END,
    error_message = :error_message, error_code = :error_code, error_remedy = :error_remedy,
    error_request_id = :error_request_id,
    due_at = :now, updated_at = :now
WHERE number = :number AND company = :company AND state = 'running' AND generation <> claimed_generation;

-- name: settle_retry
UPDATE linksync_job SET
    state = CASE WHEN :due_at <= :now THEN 'ready' ELSE 'delayed' END,
    attempts = attempts + :counts,
    error_message = :error_message, error_code = :error_code, error_remedy = :error_remedy,
    error_request_id = :error_request_id,
    due_at = :due_at, updated_at = :now
WHERE number = :number AND company = :company AND state = 'running';

-- name: settle_awaited
-- What a job is about to wait for.
INSERT INTO linksync_job_wait (number, company, entity, side, record_id)
SELECT number, company, :entity, :side, :record_id FROM linksync_job
WHERE number = :number AND company = :company AND state = 'running';

-- name: settle_waiting
UPDATE linksync_job SET
    state = 'waiting', attempts = attempts + :counts,
    error_message = :error_message, error_code = :error_code, error_remedy = :error_remedy,
    error_request_id = :error_request_id,
    updated_at = :now
WHERE number = :number AND company = :company AND state = 'running';

-- name: settle_ended
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT number, company, entity, side, record_id, reasons, source, :state, band, attempts + :counts,
       crashes, generation, due_at, :error_message, :error_code, :error_remedy,
       :error_request_id, created_at, :now, :now
FROM linksync_job
WHERE number = :number AND company = :company AND state = 'running';

-- name: remove_running
DELETE FROM linksync_job WHERE number = :number AND company = :company AND state = 'running';

-- name: awaiting
-- The jobs that wait for any of the records: a JSON array of arrays of entity, side and record id.
SELECT DISTINCT wait.number
FROM json_each(:records) AS linked
CROSS JOIN linksync_job_wait AS wait
  ON wait.company = :company AND wait.entity = json_extract(linked.value, '$[0]')
 AND wait.side = json_extract(linked.value, '$[1]') AND wait.record_id = json_extract(linked.value, '$[2]');

-- name: remove_awaited
DELETE FROM linksync_job_wait
WHERE company = :company
  AND (entity, side, record_id) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
                                           json_extract(value, '$[2]')
                                    FROM json_each(:records));

-- name: release_free
-- Of the jobs given, those that wait for nothing any more.
UPDATE linksync_job SET state = 'ready', due_at = :now, updated_at = :now
WHERE state = 'waiting' AND number IN (SELECT value FROM json_each(:numbers))
  AND NOT EXISTS (SELECT 1 FROM linksync_job_wait AS wait WHERE wait.number = linksync_job.number)
RETURNING number;

-- name: remove_waits
DELETE FROM linksync_job_wait WHERE number IN (SELECT value FROM json_each(:numbers));

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
SELECT number, company, job.entity, job.side, job.record_id, reasons, source, state, band, attempts, crashes,
       generation, due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM json_each(:records) AS wanted
CROSS JOIN linksync_job AS job
  ON job.company = :company AND job.entity = json_extract(wanted.value, '$[0]')
 AND job.side = json_extract(wanted.value, '$[1]') AND job.record_id = json_extract(wanted.value, '$[2]');

-- name: last_finished_by_record
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, finished_at
FROM linksync_finished_job
WHERE place IN (SELECT (SELECT max(job.place) FROM linksync_finished_job AS job
                        WHERE job.company = :company AND job.entity = json_extract(wanted.value, '$[0]')
                          AND job.side = json_extract(wanted.value, '$[1]')
                          AND job.record_id = json_extract(wanted.value, '$[2]'))
                FROM json_each(:records) AS wanted);

-- name: list_live
-- A page of the jobs in each of the states, a JSON array; entity may be NULL.
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM json_each(:states) AS wanted
CROSS JOIN linksync_job AS job
WHERE number IN (SELECT candidate.number FROM linksync_job AS candidate
                 WHERE candidate.company = :company AND candidate.state = wanted.value AND candidate.number > :after
                   AND (:entity IS NULL OR candidate.entity = :entity)
                 ORDER BY candidate.number
                 LIMIT :limit)
ORDER BY number
LIMIT :limit;

-- name: list_finished
SELECT number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation,
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
SELECT state, count(*) FROM linksync_job WHERE company = :company GROUP BY state
UNION ALL
SELECT state, count(*) FROM linksync_finished_job WHERE company = :company GROUP BY state;

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
    reasons = :reasons,
    new_reasons = CASE WHEN state = 'running' THEN new_reasons || :added ELSE '' END,
    band = min(band, :band),
    due_at = min(due_at, :now),
    state = CASE WHEN state = 'delayed' THEN 'ready' ELSE state END,
    generation = generation + 1,
    updated_at = :now
WHERE number = :number;

-- name: cancel_live
INSERT INTO linksync_finished_job (number, company, entity, side, record_id, reasons, source, state, band, attempts,
                                   crashes, generation, due_at, error_message, error_code, error_remedy,
                                   error_request_id, created_at, updated_at, finished_at)
SELECT number, company, entity, side, record_id, reasons, source, 'cancelled', band, attempts,
       crashes, generation, due_at, error_message, error_code, error_remedy,
       error_request_id, created_at, :now, :now
FROM linksync_job
WHERE state <> 'running' AND number IN (SELECT value FROM json_each(:numbers))
ORDER BY number;

-- name: remove_cancelled
DELETE FROM linksync_job WHERE state <> 'running' AND number IN (SELECT value FROM json_each(:numbers));

-- name: cancel_finished
UPDATE linksync_finished_job SET state = 'cancelled', updated_at = :now, finished_at = :now
WHERE state IN ('error', 'needs_action') AND number IN (SELECT value FROM json_each(:numbers));

-- name: purge
DELETE FROM linksync_finished_job
WHERE place IN (SELECT place FROM linksync_finished_job
                WHERE state IN ('success', 'cancelled', 'superseded') AND finished_at < :before
                ORDER BY finished_at, number
                LIMIT :limit);
