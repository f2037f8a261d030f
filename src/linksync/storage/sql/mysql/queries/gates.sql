-- Whoever changes anything of a company holds its gate, workers as well as those who enqueue, so that nothing else has to be
-- locked and no two wait for each other. Rows that say how a company stands are read by a statement that follows the one
-- that may have waited for the gate.

-- name: get
-- A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, claims, has_work, `usage`, 0, 0, 0, 0, 0, 0
FROM linksync_gate
WHERE company = :company;

-- name: hold
-- The company's gate, what its worker holds, and whether there is anything to do: a ready job, an open intent, a job
-- that waits, a job that runs, a job over which two workers have died; and whether anything is due besides jobs (see
-- jobs.chores). A gate whose time has come is open.
SELECT company FROM linksync_gate WHERE company = :company FOR UPDATE;
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, claims, has_work, `usage`,
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'ready'),
       EXISTS (SELECT 1 FROM linksync_intent AS intent
               WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.is_suspect = 1),
       EXISTS (SELECT 1 FROM linksync_inbox)
           OR EXISTS (SELECT 1 FROM linksync_job WHERE delayed_until <= :now)
           OR EXISTS (SELECT 1 FROM linksync_gate WHERE until <= :now)
FROM linksync_gate AS gate
WHERE company = :company;

-- name: hold_next
-- The same of the company least recently taken up, of those that may have work, are open and are free for the worker;
-- beyond a place. Those that somebody else is just looking at, or enqueueing for, are passed over.
SELECT MAX(company) INTO @company
FROM (SELECT company
      FROM linksync_gate FORCE INDEX (turn)
      WHERE has_work = 1 AND state = 'open'
        AND (turn > :after_turn OR (turn = :after_turn AND company > :after_company))
        AND (worker IS NULL OR worker = :worker OR lease_until <= :now)
      ORDER BY turn, company
      LIMIT 1
      FOR UPDATE SKIP LOCKED) AS next;
SELECT company, state, until, reason, worker, token, lease_until, turn, claims, has_work, `usage`,
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'ready'),
       EXISTS (SELECT 1 FROM linksync_intent AS intent
               WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company AND job.is_suspect = 1),
       EXISTS (SELECT 1 FROM linksync_inbox)
           OR EXISTS (SELECT 1 FROM linksync_job WHERE delayed_until <= :now)
           OR EXISTS (SELECT 1 FROM linksync_gate WHERE until <= :now)
FROM linksync_gate AS gate
WHERE company = @company;

-- name: reopen
-- The gates whose time has come; those that somebody holds come next time.
SELECT JSON_ARRAYAGG(company) INTO @companies
FROM (SELECT company FROM linksync_gate FORCE INDEX (until) WHERE until <= :now FOR UPDATE SKIP LOCKED) AS due;
UPDATE JSON_TABLE(@companies, '$[*]' COLUMNS (company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$')) AS due
STRAIGHT_JOIN linksync_gate AS gate ON gate.company = due.company
SET gate.state = 'open', gate.until = NULL, gate.reason = '';

-- name: set
INSERT INTO linksync_gate (company, state, until, reason)
VALUES (:company, :state, :until, :reason)
ON DUPLICATE KEY UPDATE state = VALUES(state), until = VALUES(until), reason = VALUES(reason);

-- name: mark_work
-- Given companies: a JSON array.
INSERT INTO linksync_gate (company, has_work)
SELECT company, 1
FROM JSON_TABLE(:companies, '$[*]' COLUMNS (company LONGTEXT CHARACTER SET utf8mb4 PATH '$')) AS marked
ORDER BY company COLLATE utf8mb4_bin
ON DUPLICATE KEY UPDATE has_work = 1;

-- name: mark_work_if_awaited
-- A link is about to appear: if any job of the company waits for links, the next claim looks whether it may go on. Until
-- the link is there nobody notes that the company has no work, since the gate is held.
SELECT company FROM linksync_gate WHERE company = :company FOR UPDATE;
UPDATE linksync_gate SET has_work = 1
WHERE company = :company AND has_work = 0
  AND EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = :company AND job.state = 'waiting');

-- name: exclude
-- Whoever enqueues holds the gate as well, and so it is not them.
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
-- The gate is held, so nobody else takes it.
UPDATE linksync_gate SET
    worker = :worker, token = :token, lease_until = :lease_until, has_work = 1, claims = :claims,
    turn = 1 + COALESCE((SELECT latest FROM (SELECT MAX(turn) AS latest FROM linksync_gate) AS others), 0)
WHERE company = :company;

-- name: extend
-- A row that had these values before is not counted as written, and so it is looked at in the end.
UPDATE linksync_gate SET lease_until = :lease_until, `usage` = COALESCE(:usage, `usage`)
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;
SELECT 1 FROM linksync_gate
WHERE company = :company AND worker = :worker AND token = :token AND lease_until = :lease_until;

-- name: let_go
UPDATE linksync_gate
SET worker = NULL, lease_until = NULL, has_work = 1, `usage` = COALESCE(:usage, `usage`)
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;

-- name: verify
-- Nobody takes the company over until the transaction ends.
SELECT 1 FROM linksync_gate FORCE INDEX (PRIMARY)
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now
FOR UPDATE;
