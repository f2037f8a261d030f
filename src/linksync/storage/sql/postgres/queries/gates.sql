-- name: get
-- A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, claims, has_work, usage, 0, 0, 0, 0, 0, 0
FROM linksync_gate
WHERE company = :company;

-- name: hold
-- The company's gate, what its worker holds, and whether there is anything to do: a ready job, an open intent, a job
-- that waits, a job that may run, a job over which two workers have died; and whether anything is due besides jobs (see
-- jobs.chores). A gate whose time has come is open. The lock keeps other workers out, and lets producers in (they take
-- FOR KEY SHARE). If it is waited for, the gate is as it was left, and what there is to do may be more than is seen.
WITH gate AS MATERIALIZED (
    SELECT company, state, until, reason, worker, token, lease_until, turn, claims, has_work, usage, handed_out
    FROM linksync_gate
    WHERE company = :company
    FOR NO KEY UPDATE
)
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, claims, has_work, usage,
       EXISTS (SELECT FROM linksync_job AS job
               WHERE job.company = gate.company AND job.state = 'ready' AND NOT job.is_running),
       EXISTS (SELECT FROM linksync_intent AS intent
               WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       EXISTS (SELECT FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       handed_out <> '{}'
           OR EXISTS (SELECT FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       EXISTS (SELECT FROM linksync_job AS job
               WHERE job.company = gate.company AND job.state = 'ready' AND job.crashes >= 2
                 AND NOT job.is_running),
       EXISTS (SELECT FROM linksync_inbox)
           OR EXISTS (SELECT FROM linksync_job WHERE state = 'delayed' AND due_at <= :now)
           OR EXISTS (SELECT FROM linksync_gate WHERE until <= :now)
FROM gate;

-- name: hold_next
-- The same of the company least recently taken up, of those that may have work, are open and are free for the worker;
-- beyond a place. Those that another worker is just looking at are passed over.
WITH gate AS MATERIALIZED (
    SELECT company, state, until, reason, worker, token, lease_until, turn, claims, has_work, usage, handed_out
    FROM linksync_gate
    WHERE has_work = 1 AND state = 'open' AND (turn, company) > (:after_turn, :after_company)
      AND (worker IS NULL OR worker = :worker OR lease_until <= :now)
    ORDER BY turn, company
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
)
SELECT company, state, until, reason, worker, token, lease_until, turn, claims, has_work, usage,
       EXISTS (SELECT FROM linksync_job AS job
               WHERE job.company = gate.company AND job.state = 'ready' AND NOT job.is_running),
       EXISTS (SELECT FROM linksync_intent AS intent
               WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       EXISTS (SELECT FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       handed_out <> '{}'
           OR EXISTS (SELECT FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       EXISTS (SELECT FROM linksync_job AS job
               WHERE job.company = gate.company AND job.state = 'ready' AND job.crashes >= 2
                 AND NOT job.is_running),
       EXISTS (SELECT FROM linksync_inbox)
           OR EXISTS (SELECT FROM linksync_job WHERE state = 'delayed' AND due_at <= :now)
           OR EXISTS (SELECT FROM linksync_gate WHERE until <= :now)
FROM gate;

-- name: reopen
-- The gates whose time has come; those that somebody holds come next time.
UPDATE linksync_gate SET state = 'open', until = NULL, reason = ''
WHERE company = ANY (ARRAY(SELECT company FROM linksync_gate WHERE until <= :now FOR NO KEY UPDATE SKIP LOCKED));

-- name: set
INSERT INTO linksync_gate AS gate (company, state, until, reason)
VALUES (:company, :state, :until, :reason)
ON CONFLICT (company) DO UPDATE SET state = excluded.state, until = excluded.until, reason = excluded.reason;

-- name: mark_work
-- Given companies: a JSON array.
INSERT INTO linksync_gate AS gate (company, has_work)
SELECT company, 1
FROM json_array_elements_text(CAST(:companies AS json)) AS marked (company)
ORDER BY company
ON CONFLICT (company) DO UPDATE SET has_work = 1 WHERE gate.has_work = 0;

-- name: mark_work_if_awaited
-- A link is about to appear: if any job of the company waits for links, the next claim looks whether it may go on. Until
-- the link is there nobody notes that the company has no work, since that would take the lock of `exclude`.
SELECT FROM linksync_gate WHERE company = :company FOR KEY SHARE;
UPDATE linksync_gate SET has_work = 1
WHERE company = :company AND has_work = 0
  AND EXISTS (SELECT FROM linksync_job AS job WHERE job.company = :company AND job.state = 'waiting');

-- name: exclude
-- Keeps producers out as well, unless one is just enqueueing (it holds the row FOR KEY SHARE).
SELECT 1 FROM linksync_gate WHERE company = :company FOR UPDATE SKIP LOCKED;

-- name: clear_work
-- Run while producers are excluded, as a statement of its own: it must see what they have committed before. Unless there
-- is something to do: a worker that dies leaves running jobs, be they 'ready' or not.
UPDATE linksync_gate SET has_work = 0
WHERE company = :company
  AND NOT EXISTS (SELECT FROM linksync_job AS job WHERE job.company = :company AND job.state = 'ready')
  AND NOT EXISTS (SELECT FROM linksync_job AS job WHERE job.company = :company AND job.state = 'running')
  AND NOT EXISTS (SELECT FROM linksync_intent AS intent
                  WHERE intent.company = :company AND intent.closed_at IS NULL);

-- name: take
-- The gate is held, so nobody else takes it.
UPDATE linksync_gate SET
    worker = :worker, token = :token, lease_until = :lease_until, has_work = 1, claims = :claims,
    turn = 1 + coalesce((SELECT max(turn) FROM linksync_gate), 0)
WHERE company = :company;

-- name: extend
UPDATE linksync_gate SET lease_until = :lease_until, usage = coalesce(:usage, usage)
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;

-- name: let_go
UPDATE linksync_gate
SET worker = NULL, lease_until = NULL, has_work = 1, usage = coalesce(:usage, usage)
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;

-- name: verify
-- Nobody takes the company over until the transaction ends.
SELECT 1 FROM linksync_gate
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now
FOR NO KEY UPDATE;
