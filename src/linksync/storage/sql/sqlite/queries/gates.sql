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
-- that waits, a job that runs, a job over which two workers have died; and whether anything is due besides jobs (see
-- jobs.chores). A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, claims, has_work, usage,
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'ready'),
       EXISTS (SELECT 1 FROM linksync_intent AS intent
               WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       EXISTS (SELECT 1 FROM linksync_job AS job
               WHERE job.company = gate.company AND job.state = 'ready' AND job.crashes >= 2),
       EXISTS (SELECT 1 FROM linksync_inbox)
           OR EXISTS (SELECT 1 FROM linksync_job WHERE state = 'delayed' AND due_at <= :now)
           OR EXISTS (SELECT 1 FROM linksync_gate WHERE until <= :now)
FROM linksync_gate AS gate
WHERE company = :company;

-- name: hold_next
-- The same of the company least recently taken up, of those that may have work, are open and are free for the worker;
-- beyond a place.
SELECT company, state, until, reason, worker, token, lease_until, turn, claims, has_work, usage,
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'ready'),
       EXISTS (SELECT 1 FROM linksync_intent AS intent
               WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       EXISTS (SELECT 1 FROM linksync_job AS job
               WHERE job.company = gate.company AND job.state = 'ready' AND job.crashes >= 2),
       EXISTS (SELECT 1 FROM linksync_inbox)
           OR EXISTS (SELECT 1 FROM linksync_job WHERE state = 'delayed' AND due_at <= :now)
           OR EXISTS (SELECT 1 FROM linksync_gate WHERE until <= :now)
FROM linksync_gate AS gate
WHERE has_work = 1 AND state = 'open' AND (turn, company) > (:after_turn, :after_company)
  AND (worker IS NULL OR worker = :worker OR lease_until <= :now)
ORDER BY turn, company
LIMIT 1;

-- name: reopen
-- The gates whose time has come.
UPDATE linksync_gate SET state = 'open', until = NULL, reason = '' WHERE until <= :now;

-- name: set
INSERT INTO linksync_gate (company, state, until, reason)
VALUES (:company, :state, :until, :reason)
ON CONFLICT (company) DO UPDATE SET state = excluded.state, until = excluded.until, reason = excluded.reason;

-- name: mark_work
-- Given companies: a JSON array.
INSERT INTO linksync_gate (company, has_work) SELECT value, 1 FROM json_each(:companies) WHERE 1
ON CONFLICT (company) DO UPDATE SET has_work = 1 WHERE has_work = 0;

-- name: mark_work_if_awaited
-- A link appeared: if any job of the company waits for links, the next claim looks whether it may go on.
UPDATE linksync_gate SET has_work = 1
WHERE company = :company AND has_work = 0
  AND EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = :company AND job.state = 'waiting');

-- name: exclude
-- Nobody else writes meanwhile.
SELECT 1;

-- name: clear_work
-- Unless there is something to do: a worker that dies leaves running jobs.
UPDATE linksync_gate SET has_work = 0
WHERE company = :company
  AND NOT EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = :company AND job.state = 'ready')
  AND NOT EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = :company AND job.state = 'running')
  AND NOT EXISTS (SELECT 1 FROM linksync_intent AS intent
                  WHERE intent.company = :company AND intent.closed_at IS NULL);

-- name: take
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
SELECT 1 FROM linksync_gate
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;
