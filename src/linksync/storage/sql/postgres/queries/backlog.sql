-- Asked by whoever watches over the queue, now and then: it locks nothing, and waits for nobody.

-- name: companies
-- Those that have live jobs or open intents, are held or closed, least recently taken up first: how many jobs are ready,
-- delayed, running, waiting and suspects, how many intents are open, and since when. A gate whose time has come is open.
SELECT company,
       CASE WHEN until <= :now THEN 'open' ELSE state END,
       CASE WHEN until <= :now THEN NULL ELSE until END,
       CASE WHEN until <= :now THEN '' ELSE reason END,
       worker, token, lease_until,
       -- Those that run are counted as well, which takes the index only.
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'ready') - in_hand.jobs,
       -- In an order that only the index by company has: that by due time has the delayed jobs of all.
       (SELECT count(*) FROM (SELECT FROM linksync_job AS job
                              WHERE job.company = gate.company AND job.state = 'delayed'
                              ORDER BY job.number LIMIT 9223372036854775807) AS delayed),
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'running') + in_hand.jobs,
       (SELECT count(*) FROM linksync_job AS job WHERE job.company = gate.company AND job.state = 'waiting'),
       (SELECT count(*) FROM linksync_job AS job
        WHERE job.company = gate.company AND job.state = 'ready' AND job.crashes >= 2 AND NOT job.is_running),
       (SELECT count(*) FROM linksync_intent AS intent
        WHERE intent.company = gate.company AND intent.closed_at IS NULL),
       (SELECT opened_at FROM linksync_intent AS intent
        WHERE intent.company = gate.company AND intent.closed_at IS NULL
        ORDER BY intent.number LIMIT 1)
FROM linksync_gate AS gate
CROSS JOIN LATERAL (SELECT count(*) AS jobs FROM linksync_job AS job
                    WHERE job.number = ANY (gate.handed_out) AND job.is_running
                      AND job.state NOT IN ('delayed', 'running', 'waiting')) AS in_hand
WHERE lease_until > :now
   OR (state <> 'open' AND (until IS NULL OR until > :now))
   OR (SELECT 1 FROM linksync_job AS job WHERE job.company = gate.company LIMIT 1) = 1
   OR (SELECT 1 FROM linksync_intent AS intent
       WHERE intent.company = gate.company AND intent.closed_at IS NULL LIMIT 1) = 1
ORDER BY turn, company
LIMIT :limit;

-- name: finished
-- Given companies: a JSON array.
SELECT company, state, count FROM linksync_job_count
WHERE company = ANY (ARRAY(SELECT json_array_elements_text(CAST(:companies AS json)))) AND count > 0;

-- name: due
-- Given companies: a JSON array. The earliest of the first hundred in line, per band: those that were tried before may stand
-- before others that have been due for longer. The band is bounded on both sides rather than given, since the order by band and
-- number is one that only the index of ready jobs has.
SELECT wanted.company, band.number, min(job.due_at)
FROM json_array_elements_text(CAST(:companies AS json)) AS wanted (company)
CROSS JOIN (VALUES (0), (1), (2)) AS band (number)
CROSS JOIN LATERAL (SELECT due_at FROM linksync_job AS candidate
                    WHERE candidate.company = wanted.company AND candidate.state = 'ready'
                      AND candidate.band >= band.number AND candidate.band <= band.number
                      AND NOT candidate.is_running
                    ORDER BY candidate.band, candidate.number
                    LIMIT 100) AS job
GROUP BY wanted.company, band.number;

-- name: overdue
-- Delayed jobs whose time has come, while no worker has noticed.
SELECT company, band, due_at FROM linksync_job
WHERE state = 'delayed' AND due_at <= :now
ORDER BY due_at
LIMIT 1000;

-- name: next_due
SELECT due_at FROM linksync_job WHERE state = 'delayed' AND due_at > :now ORDER BY due_at LIMIT 1;

-- name: inbox
SELECT count(*), min(at) FROM (SELECT at FROM linksync_inbox ORDER BY id LIMIT :cap) AS first;

-- name: transactions
-- Those that have lasted for so many seconds, or hold back so many others. Dead rows that they can still see are never cleared
-- up, and each claim steps over those of its company. A user without pg_read_all_stats sees of others' sessions neither type
-- nor age, but what they hold back. Who is in no database is a standby that tells what its own queries still read.
SELECT kind, name, program, seconds, is_idle, held_back
FROM (
    SELECT CASE WHEN datid IS NULL THEN 'standby' ELSE 'session' END AS kind,
           CAST(pid AS text) AS name,
           coalesce(application_name, '') AS program,
           CAST(extract(epoch FROM clock_timestamp() - xact_start) AS double precision) AS seconds,
           coalesce(state LIKE 'idle in transaction%', false) AS is_idle,
           greatest(age(backend_xid), age(backend_xmin), 0) AS held_back
    FROM pg_catalog.pg_stat_activity
    WHERE pid <> pg_backend_pid()
      AND coalesce(backend_type, 'client backend') IN ('client backend', 'walsender')
      AND (datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
           OR datid IS NULL AND backend_xmin IS NOT NULL)
    UNION ALL
    SELECT 'prepared', gid, '', CAST(extract(epoch FROM clock_timestamp() - prepared) AS double precision), true,
           age(transaction)
    FROM pg_catalog.pg_prepared_xacts
    WHERE database = current_database()
    UNION ALL
    SELECT 'slot', CAST(slot_name AS text), coalesce(CAST(plugin AS text), ''), NULL, NOT active, age(xmin)
    FROM pg_catalog.pg_replication_slots
    WHERE xmin IS NOT NULL
) AS found
WHERE seconds >= CAST(:seconds AS int) OR held_back >= CAST(:held_back AS int)
ORDER BY held_back DESC, seconds DESC NULLS LAST
LIMIT 20;
