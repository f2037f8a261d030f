-- name: get
-- A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, has_work
FROM linksync_gate
WHERE company = :company;

-- name: next
-- The company least recently taken up, of those that may have work, are open and are free for the worker; beyond a place.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END AS state,
       CASE WHEN until <= :now THEN NULL ELSE until END AS until,
       CASE WHEN until <= :now THEN '' ELSE reason END AS reason,
       worker, token, lease_until, turn, has_work
FROM linksync_gate
WHERE has_work = 1 AND (turn, company) > (:after_turn, :after_company)
  AND (state = 'open' OR until <= :now)
  AND (worker IS NULL OR worker = :worker OR lease_until <= :now)
ORDER BY turn, company
LIMIT 1;

-- name: set
INSERT INTO linksync_gate (company, state, until, reason)
VALUES (:company, :state, :until, :reason)
ON CONFLICT (company) DO UPDATE SET state = excluded.state, until = excluded.until, reason = excluded.reason;

-- name: mark_work
INSERT INTO linksync_gate (company, has_work) VALUES (:company, 1)
ON CONFLICT (company) DO UPDATE SET has_work = 1 WHERE has_work = 0;

-- name: mark_work_if_awaited
-- A link appeared: if any job of the company waits for links, the next claim looks whether it may go on.
UPDATE linksync_gate SET has_work = 1
WHERE company = :company AND has_work = 0
  AND EXISTS (SELECT 1 FROM linksync_job_wait AS wait WHERE wait.company = :company);

-- name: clear_work
UPDATE linksync_gate SET has_work = 0 WHERE company = :company;

-- name: has_due
-- Whether a claim of the company would find something.
SELECT EXISTS (SELECT 1 FROM linksync_job WHERE company = :company AND state = 'ready')
    OR EXISTS (SELECT 1 FROM linksync_intent WHERE company = :company AND closed_at IS NULL);

-- name: has_running
SELECT EXISTS (SELECT 1 FROM linksync_job WHERE company = :company AND state = 'running');

-- name: take
INSERT INTO linksync_gate (company, worker, token, lease_until, has_work, turn)
VALUES (:company, :worker, :token, :lease_until, 1,
        1 + max(coalesce((SELECT max(turn) FROM linksync_gate WHERE has_work = 0), 0),
                coalesce((SELECT max(turn) FROM linksync_gate WHERE has_work = 1), 0)))
ON CONFLICT (company) DO UPDATE SET
    worker = excluded.worker, token = excluded.token, lease_until = excluded.lease_until,
    has_work = 1, turn = excluded.turn;

-- name: extend
UPDATE linksync_gate SET lease_until = :lease_until
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;

-- name: let_go
UPDATE linksync_gate SET worker = NULL, lease_until = NULL, has_work = 1
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;

-- name: verify
SELECT 1 FROM linksync_gate
WHERE company = :company AND worker = :worker AND token = :token AND lease_until > :now;
