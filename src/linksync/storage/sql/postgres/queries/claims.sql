-- name: more
-- The next jobs of a company that its worker holds: what gates.hold, gates.take and jobs.hand_out do one after the other, in
-- one go, so that no transaction is needed around it. Nothing is done, and nothing returned, unless no more than that is to
-- be done: nobody has the gate in hand, it is open, this is the hand-out that follows the one numbered so (claims, so that it
-- is done once however often it is sent), nothing waits, no two workers have died over a due job, nothing is due besides
-- jobs (see jobs.chores), and there is a job. What is committed meanwhile is seen by the next claim, or by who settles.
-- Returns what jobs.hand_out returns, and what is noted of the remote's limits. It need not outlive a crash of the server.
WITH gate AS MATERIALIZED (
    SELECT company, set_config('synchronous_commit', 'off', true) AS setting
    FROM linksync_gate
    WHERE company = :company AND worker = :worker AND token = :token AND claims = :claims AND lease_until > :now
      AND state = 'open'
      AND NOT EXISTS (SELECT FROM linksync_job AS job WHERE job.company = :company AND job.state = 'waiting')
      AND NOT EXISTS (SELECT FROM linksync_job AS job
                      WHERE job.company = :company AND job.state = 'ready' AND job.crashes >= 2 AND NOT job.is_running)
      AND NOT EXISTS (SELECT FROM linksync_inbox)
      AND NOT EXISTS (SELECT FROM linksync_job WHERE state = 'delayed' AND due_at <= :now)
      AND NOT EXISTS (SELECT FROM linksync_gate WHERE until <= :now)
    FOR NO KEY UPDATE SKIP LOCKED
), next AS MATERIALIZED (
    SELECT number FROM linksync_job
    WHERE (SELECT company FROM gate) IS NOT NULL
      AND company = :company AND state = 'ready' AND band >= 0 AND NOT is_running
    ORDER BY band, number
    LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
), taken AS (
    UPDATE linksync_gate AS held SET
        lease_until = :lease_until, has_work = 1, claims = claims + 1,
        turn = 1 + coalesce((SELECT max(turn) FROM linksync_gate), 0),
        handed_out = ARRAY(SELECT number FROM linksync_job WHERE number = ANY (held.handed_out) AND is_running)
                     || ARRAY(SELECT number FROM next)
    WHERE company = :company AND (SELECT count(*) FROM next) > 0
    RETURNING usage
), handed AS (
    UPDATE linksync_job
    SET is_running = true, claimed_generation = generation, new_reasons = 0, updated_at = :now
    WHERE number = ANY (ARRAY(SELECT number FROM next))
    RETURNING *
)
SELECT number, company, entity, side, record_id, reasons, source, 'running', band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL,
       (SELECT usage FROM taken)
FROM handed;

-- name: last_handed_out
-- What `more` has handed out, if it was the last to write the company's gate: both bear the number of its transaction. What
-- was enqueued again since does not, and goes back when the company is let go.
SELECT number, company, entity, side, record_id, reasons, source, 'running', band, attempts, crashes, generation,
       due_at, error_message, error_code, error_remedy, error_request_id, created_at, updated_at, NULL
FROM linksync_job
WHERE number = ANY (ARRAY(SELECT unnest(handed_out) FROM linksync_gate WHERE company = :company)) AND is_running
  AND xmin = (SELECT xmin FROM linksync_gate WHERE company = :company);
