-- Asked by whoever watches over the queue, now and then: readers wait for nobody.

-- name: companies
-- Those that have live jobs or open intents, are held or closed, least recently taken up first: how many jobs are ready,
-- delayed, running, waiting and suspects, how many intents are open, and since when. A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END,
       CASE WHEN until <= :now THEN NULL ELSE until END,
       CASE WHEN until <= :now THEN '' ELSE reason END,
       worker, token, lease_until,
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'ready'),
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'delayed'),
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running'),
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       (SELECT count(*) FROM linksync_job AS job
        WHERE job.company = gate.company AND job.state = 'ready' AND job.crashes >= 2),
       (SELECT count(*) FROM linksync_intent AS intent
        WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       (SELECT opened_at FROM linksync_intent AS intent
        WHERE intent.company = gate.company AND intent.closed_at IS NULL
        ORDER BY intent.number LIMIT 1)
FROM linksync_gate AS gate
WHERE lease_until > :now
   OR (state <> 'open' AND (until IS NULL OR until > :now))
   OR EXISTS (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company)
   OR EXISTS (SELECT 1 FROM linksync_intent AS intent
              WHERE intent.company = gate.company AND intent.closed_at IS NULL)
ORDER BY turn, company
LIMIT :limit;

-- name: finished
-- Given companies: a JSON array.
SELECT company, state, count FROM linksync_job_count
WHERE company IN (SELECT value FROM json_each(:companies)) AND count > 0;

-- name: due
-- Given companies: a JSON array. The earliest of the first hundred in line, per band: those that were tried before may stand
-- before others that have been due for longer.
SELECT wanted.value, band.value,
       (SELECT min(due_at)
        FROM (SELECT due_at FROM linksync_job AS job
              WHERE job.company = wanted.value AND job.state = 'ready' AND job.band = band.value
              ORDER BY job.number
              LIMIT 100)) AS due_at
FROM json_each(:companies) AS wanted
CROSS JOIN json_each('[0, 1, 2]') AS band
WHERE due_at IS NOT NULL;

-- name: overdue
-- Delayed jobs whose time has come, while no worker has noticed.
SELECT company, band, due_at FROM linksync_job
WHERE state = 'delayed' AND due_at <= :now
ORDER BY due_at
LIMIT 1000;

-- name: next_due
SELECT due_at FROM linksync_job WHERE state = 'delayed' AND due_at > :now ORDER BY due_at LIMIT 1;

-- name: inbox
SELECT count(*), min(at) FROM (SELECT at FROM linksync_inbox ORDER BY id LIMIT :cap);

-- name: transactions
-- None: SQLite does not know of those of other connections.
SELECT NULL, NULL, NULL, NULL, NULL, NULL WHERE 0;
