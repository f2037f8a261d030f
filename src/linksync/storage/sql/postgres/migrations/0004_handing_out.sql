-- Jobs are handed out without a change of any index.
-- Oldest code: 1

-- Whether a 'ready' job runs. Code that does not know of it writes 'running' as the state, which means the same: then, and
-- where such code has left a job in another state, this says nothing. Its cancel() ends what has is_running; nothing else of
-- it does harm.
ALTER TABLE linksync_job ADD COLUMN is_running BOOLEAN NOT NULL DEFAULT FALSE;

-- The new version of a row finds room on its page, so that no index need be told of it.
ALTER TABLE linksync_job SET (fillfactor = 50);

-- The numbers of all jobs of the company that have is_running, for which there is no index; and of some that are settled.
ALTER TABLE linksync_gate ADD COLUMN handed_out BIGINT[] NOT NULL DEFAULT '{}';
