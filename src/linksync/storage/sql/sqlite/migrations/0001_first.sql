-- The first schema: links, the queue, intents, history and tokens.
-- Oldest code: 1
-- Instants are UTC ISO 8601 text of one width, so that their order as text is their order in time.
-- Checks compare one by one: a list of more than two, SQLite puts into a table, to be looked up for every row. Files that were
-- made with lists keep them, which say the same.

-- A name of this set of tables, by which a connection is seen to lead to them.
CREATE TABLE linksync_identity (identity TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE linksync_link (
    company      TEXT NOT NULL,
    entity       TEXT NOT NULL,
    local_id     TEXT NOT NULL,
    remote_type  TEXT NOT NULL,
    remote_id    TEXT,
    state        TEXT NOT NULL CHECK (state = 'linked' OR state = 'pending' OR state = 'unlinked'),
    remote_state TEXT NOT NULL,
    merged_into  TEXT,
    generation   INTEGER NOT NULL,
    label        TEXT NOT NULL,
    base         TEXT NOT NULL,                 -- JSON
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    PRIMARY KEY (company, entity, local_id)
);

-- A remote record has one live partner. The id comes before the type, so that a look-up by id alone uses it too.
CREATE UNIQUE INDEX linksync_link_remote ON linksync_link (company, remote_id, remote_type)
    WHERE state <> 'unlinked' AND remote_id IS NOT NULL;

-- Live jobs: one row per record. Only rows in state 'ready' are in the index that claims read, and each other state
-- has a small one of its own.
CREATE TABLE linksync_job (
    number             INTEGER PRIMARY KEY AUTOINCREMENT,
    company            TEXT NOT NULL,
    entity             TEXT NOT NULL,
    side               TEXT NOT NULL,
    record_id          TEXT NOT NULL,
    reasons            INTEGER NOT NULL,        -- a set: 1 promote, 2 recreate, 4 reference, 8 changed, 16 requeued
    new_reasons        INTEGER NOT NULL DEFAULT 0,  -- of the enqueues since the job was handed out
    source             TEXT NOT NULL,
    state              TEXT NOT NULL
                       CHECK (state = 'ready' OR state = 'running' OR state = 'delayed' OR state = 'waiting'),
    band               INTEGER NOT NULL,
    attempts           INTEGER NOT NULL DEFAULT 0,
    crashes            INTEGER NOT NULL DEFAULT 0,
    generation         INTEGER NOT NULL DEFAULT 1,
    claimed_generation INTEGER NOT NULL DEFAULT 0,
    due_at             TEXT NOT NULL,
    error_message      TEXT,                    -- NULL: the last try did not fail
    error_code         TEXT,
    error_remedy       TEXT,
    error_request_id   TEXT,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL
);

CREATE UNIQUE INDEX linksync_job_slot ON linksync_job (company, entity, side, record_id);
CREATE INDEX linksync_job_ready ON linksync_job (company, band, number) WHERE state = 'ready';
CREATE INDEX linksync_job_suspect ON linksync_job (company) WHERE state = 'ready' AND crashes >= 2;
CREATE INDEX linksync_job_delayed ON linksync_job (company, number) WHERE state = 'delayed';
CREATE INDEX linksync_job_due ON linksync_job (due_at) WHERE state = 'delayed';
CREATE INDEX linksync_job_running ON linksync_job (company, number) WHERE state = 'running';
CREATE INDEX linksync_job_waiting ON linksync_job (company, number) WHERE state = 'waiting';

-- The local records whose links a waiting job waits for. What a job waited for before says nothing while it does not.
-- No foreign key: it would look for every single job that ends; the statements that end jobs clear up by themselves.
CREATE TABLE linksync_job_wait (
    number    INTEGER NOT NULL,
    company   TEXT NOT NULL,
    entity    TEXT NOT NULL,
    side      TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (number, entity, side, record_id)
) WITHOUT ROWID;

CREATE INDEX linksync_job_wait_record ON linksync_job_wait (company, entity, side, record_id);

-- Finished jobs; claims never read them.
CREATE TABLE linksync_finished_job (
    number           INTEGER PRIMARY KEY,
    company          TEXT NOT NULL,
    entity           TEXT NOT NULL,
    side             TEXT NOT NULL,
    record_id        TEXT NOT NULL,
    reasons          INTEGER NOT NULL,
    source           TEXT NOT NULL,
    state            TEXT NOT NULL
                     CHECK (state = 'success' OR state = 'error' OR state = 'needs_action' OR state = 'cancelled'
                            OR state = 'superseded'),
    band             INTEGER NOT NULL,
    attempts         INTEGER NOT NULL,
    crashes          INTEGER NOT NULL,
    generation       INTEGER NOT NULL,
    due_at           TEXT NOT NULL,
    error_message    TEXT,
    error_code       TEXT,
    error_remedy     TEXT,
    error_request_id TEXT,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    finished_at      TEXT NOT NULL
);

CREATE INDEX linksync_finished_job_record ON linksync_finished_job (company, entity, side, record_id);
CREATE INDEX linksync_finished_job_state ON linksync_finished_job (company, state, number);
CREATE INDEX linksync_finished_job_failed ON linksync_finished_job (company, entity, side, record_id)
    WHERE state IN ('error', 'needs_action');
CREATE INDEX linksync_finished_job_end ON linksync_finished_job (finished_at)
    WHERE state IN ('success', 'cancelled', 'superseded');

-- How many finished jobs there are, so that nobody has to count them.
CREATE TABLE linksync_job_count (
    company TEXT NOT NULL,
    state   TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (company, state)
) WITHOUT ROWID;

-- What hosts enqueue within their own transactions: plain inserts, folded into the queue when it is next looked at.
CREATE TABLE linksync_inbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    company       TEXT NOT NULL,
    entity        TEXT NOT NULL,
    side          TEXT NOT NULL,
    record_id     TEXT NOT NULL,
    reasons       INTEGER NOT NULL,
    band          INTEGER NOT NULL,
    due_at        TEXT NOT NULL,
    only_if_known INTEGER NOT NULL,
    at            TEXT NOT NULL
);

CREATE INDEX linksync_inbox_company ON linksync_inbox (company, id);

-- One row per company: who holds it, and whether its jobs may run.
CREATE TABLE linksync_gate (
    company     TEXT PRIMARY KEY,
    state       TEXT NOT NULL DEFAULT 'open',
    until       TEXT,                           -- when it opens by itself
    reason      TEXT NOT NULL DEFAULT '',
    worker      TEXT,
    token       INTEGER NOT NULL DEFAULT 0,
    lease_until TEXT,
    turn        INTEGER NOT NULL DEFAULT 0,     -- the number of the turn in which it was last taken up
    claims      INTEGER NOT NULL DEFAULT 0,     -- how often jobs were handed out
    has_work    INTEGER NOT NULL DEFAULT 0,     -- 0 only if a claim would find nothing
    usage       TEXT NOT NULL DEFAULT ''        -- what its last worker noted about the remote's limits
) WITHOUT ROWID;

CREATE INDEX linksync_gate_turn ON linksync_gate (turn, company) WHERE has_work = 1 AND state = 'open';
CREATE INDEX linksync_gate_last ON linksync_gate (turn);
CREATE INDEX linksync_gate_until ON linksync_gate (until) WHERE until IS NOT NULL;

-- A request is written down once: what changes later is kept beside it, so that its bytes are not written again.
CREATE TABLE linksync_intent (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    company     TEXT NOT NULL,
    side        TEXT NOT NULL,
    request_key TEXT NOT NULL,
    url         TEXT NOT NULL,
    body        BLOB NOT NULL,
    refs        TEXT NOT NULL,                  -- JSON: the names of its items
    items       TEXT NOT NULL,                  -- JSON: what each writes, and what its decision saw
    opened_at   TEXT NOT NULL,
    sent_at     TEXT NOT NULL,
    sends       INTEGER NOT NULL,
    closed_at   TEXT                            -- NULL: open
);

CREATE INDEX linksync_intent_open ON linksync_intent (company, number) WHERE closed_at IS NULL;
CREATE INDEX linksync_intent_closed ON linksync_intent (closed_at) WHERE closed_at IS NOT NULL;

-- The records of which a write is under way, one at most for each; a row goes when its item is settled.
CREATE TABLE linksync_intent_record (
    company  TEXT NOT NULL,
    entity   TEXT NOT NULL,
    side     TEXT NOT NULL,
    local_id TEXT NOT NULL,
    intent   INTEGER NOT NULL REFERENCES linksync_intent (number) ON DELETE CASCADE,
    ref      TEXT NOT NULL,
    PRIMARY KEY (company, entity, side, local_id)
) WITHOUT ROWID;

CREATE INDEX linksync_intent_record_ref ON linksync_intent_record (intent, ref);

-- What became of an intent's items. Rows are only ever added, and for each item the first one counts.
CREATE TABLE linksync_intent_answer (
    intent   INTEGER NOT NULL REFERENCES linksync_intent (number) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    refs     TEXT NOT NULL,                     -- JSON: the names of the items answered
    outcomes TEXT NOT NULL,                     -- JSON
    PRIMARY KEY (intent, place)
) WITHOUT ROWID;

CREATE TABLE linksync_run (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    company     TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT,
    note        TEXT NOT NULL DEFAULT ''
);

CREATE INDEX linksync_run_company ON linksync_run (company, number);
CREATE INDEX linksync_run_start ON linksync_run (started_at);

CREATE TABLE linksync_run_count (
    run     INTEGER NOT NULL REFERENCES linksync_run (number) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (run, outcome)
) WITHOUT ROWID;

CREATE TABLE linksync_result (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    run         INTEGER NOT NULL REFERENCES linksync_run (number) ON DELETE CASCADE,
    company     TEXT NOT NULL,
    entity      TEXT NOT NULL,
    side        TEXT NOT NULL,
    record_id   TEXT NOT NULL,
    label       TEXT NOT NULL,
    remote_type TEXT NOT NULL,
    remote_id   TEXT,
    written_to  TEXT,
    outcome     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    code        TEXT NOT NULL,
    remedy      TEXT NOT NULL,
    details     TEXT NOT NULL,                  -- JSON
    request_id  TEXT NOT NULL,
    at          TEXT NOT NULL
);

CREATE INDEX linksync_result_run ON linksync_result (run, id);
CREATE INDEX linksync_result_record ON linksync_result (company, entity, side, record_id, id);

-- A deleted token leaves its version, so that no late save of the former grant passes for the next one's.
CREATE TABLE linksync_token (
    company            TEXT PRIMARY KEY,
    version            INTEGER NOT NULL,
    access_token       TEXT,                    -- NULL: deleted
    refresh_token      TEXT,
    expires_at         TEXT,
    refresh_expires_at TEXT
) WITHOUT ROWID;

-- Who is refreshing a company's token; a row whose time has come belonged to a process that died.
CREATE TABLE linksync_token_lease (
    company     TEXT PRIMARY KEY,
    holder      TEXT NOT NULL,
    lease_until TEXT NOT NULL
) WITHOUT ROWID;
