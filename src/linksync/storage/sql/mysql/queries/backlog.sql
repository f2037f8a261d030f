-- Asked by whoever watches over the queue, now and then: it locks nothing, and waits for nobody.

-- name: companies
-- Those that have live jobs or open intents, are held or closed, least recently taken up first: how many jobs are ready,
-- delayed, running, waiting and suspects, how many intents are open, and since when. A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END,
       CASE WHEN until <= :now THEN NULL ELSE until END,
       CASE WHEN until <= :now THEN '' ELSE reason END,
       worker, token, lease_until,
       (SELECT COUNT(*) FROM linksync_job AS job FORCE INDEX (ready)
        WHERE job.company = gate.company AND job.state = 'ready'),
       (SELECT COUNT(*) FROM linksync_job AS job FORCE INDEX (ready)
        WHERE job.company = gate.company AND job.state = 'delayed'),
       (SELECT COUNT(*) FROM linksync_job AS job FORCE INDEX (ready)
        WHERE job.company = gate.company AND job.state = 'running'),
       (SELECT COUNT(*) FROM linksync_job AS job FORCE INDEX (ready)
        WHERE job.company = gate.company AND job.state = 'waiting'),
       (SELECT COUNT(*) FROM linksync_job AS job FORCE INDEX (suspect)
        WHERE job.company = gate.company AND job.is_suspect = 1),
       (SELECT COUNT(*) FROM linksync_intent AS intent FORCE INDEX (open)
        WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       (SELECT opened_at FROM linksync_intent AS intent FORCE INDEX (open)
        WHERE intent.company = gate.company AND intent.closed_at IS NULL
        ORDER BY intent.number LIMIT 1)
FROM linksync_gate AS gate
WHERE lease_until > :now
   OR (state <> 'open' AND (until IS NULL OR until > :now))
   OR (SELECT 1 FROM linksync_job AS job FORCE INDEX (slot) WHERE job.company = gate.company LIMIT 1) = 1
   OR (SELECT 1 FROM linksync_intent AS intent FORCE INDEX (open)
       WHERE intent.company = gate.company AND intent.closed_at IS NULL LIMIT 1) = 1
ORDER BY turn, company
LIMIT :limit;

-- name: finished
-- Given companies: a JSON array.
SELECT kept.company, kept.state, kept.count
FROM JSON_TABLE(:companies, '$[*]' COLUMNS (company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$')) AS wanted
STRAIGHT_JOIN linksync_job_count AS kept FORCE INDEX (PRIMARY) ON kept.company = wanted.company
WHERE kept.count > 0;

-- name: due
-- Given companies: a JSON array. The earliest of the first hundred in line, per band: those that were tried before may stand
-- before others that have been due for longer. A derived table sees nothing of what is around it, so that the hundred are
-- bounded by the number of the last, which is looked for once (LIMIT keeps it from being looked for again for every job).
SELECT line.company, line.band, MIN(job.due_at)
FROM (SELECT wanted.company, band.number AS band,
             COALESCE((SELECT last.number FROM linksync_job AS last FORCE INDEX (ready)
                       WHERE last.state = 'ready' AND last.company = wanted.company AND last.band = band.number
                       ORDER BY last.number LIMIT 99, 1), 9223372036854775807) AS hundredth
      FROM JSON_TABLE(:companies, '$[*]' COLUMNS (company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$')) AS wanted
      CROSS JOIN JSON_TABLE('[0, 1, 2]', '$[*]' COLUMNS (number INT PATH '$')) AS band
      LIMIT 18446744073709551615) AS line
STRAIGHT_JOIN linksync_job AS job FORCE INDEX (ready)
  ON job.state = 'ready' AND job.company = line.company AND job.band = line.band AND job.number <= line.hundredth
GROUP BY line.company, line.band;

-- name: overdue
-- Delayed jobs whose time has come, while no worker has noticed.
SELECT company, band, due_at FROM linksync_job FORCE INDEX (due)
WHERE delayed_until <= :now
ORDER BY delayed_until
LIMIT 1000;

-- name: next_due
SELECT due_at FROM linksync_job FORCE INDEX (due) WHERE delayed_until > :now ORDER BY delayed_until LIMIT 1;

-- name: inbox
SELECT COUNT(*), MIN(at) FROM (SELECT at FROM linksync_inbox ORDER BY id LIMIT :cap) AS first;

-- name: transactions
-- None: those of other users are only told to whom the right PROCESS was granted.
SELECT NULL, NULL, NULL, NULL, NULL, NULL FROM DUAL WHERE 1 = 0;
