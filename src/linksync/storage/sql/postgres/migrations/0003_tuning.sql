-- Fewer indexes to look through for every row of the queue that is written.
-- Oldest code: 1

-- In place of one for each state: whoever asks for any other state than 'ready' names it.
CREATE INDEX linksync_job_state ON linksync_job (company, state, number) WHERE state <> 'ready';

DROP INDEX linksync_job_delayed;
DROP INDEX linksync_job_running;
DROP INDEX linksync_job_waiting;
