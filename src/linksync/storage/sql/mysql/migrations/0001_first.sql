-- The first schema: links, the queue, intents, history and tokens.
-- Oldest code: 1
-- Each statement can be run again: a change of tables is kept at once here, and what was broken off is begun anew.
-- Text is compared byte by byte, trailing spaces included, which has another name on either product: MariaDB heeds the first
-- comment behind COLLATE, MySQL the second. 3072 bytes are the most that a key may have, at four for a character.
-- There are no partial indexes. A column that is NULL for all rows but the few that matter takes the place of one.
-- Instants are UTC ISO 8601 text of one width, so that their order as text is their order in time.

-- A name of this set of tables, by which a connection is seen to lead to them.
CREATE TABLE IF NOT EXISTS linksync_identity (identity VARCHAR(32) PRIMARY KEY) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS linksync_link (
    company        VARCHAR(100) NOT NULL,
    entity         VARCHAR(100) NOT NULL,
    local_id       VARCHAR(255) NOT NULL,
    remote_type    VARCHAR(100) NOT NULL,
    remote_id      VARCHAR(255),
    state          VARCHAR(20) NOT NULL CHECK (state IN ('pending', 'linked', 'unlinked')),
    remote_state   VARCHAR(20) NOT NULL,
    merged_into    VARCHAR(255),
    generation     BIGINT NOT NULL,
    label          LONGTEXT NOT NULL,
    base           LONGTEXT NOT NULL,  -- JSON
    created_at     VARCHAR(32) NOT NULL,
    updated_at     VARCHAR(32) NOT NULL,
    live_remote_id VARCHAR(255) AS (CASE WHEN state <> 'unlinked' THEN remote_id END) STORED,
    PRIMARY KEY (company, entity, local_id),
    -- A remote record has one live partner. The id comes before the type, so that a look-up by id alone uses it too.
    UNIQUE INDEX remote (company, live_remote_id, remote_type)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- Live jobs, one row per record. All that is done to those of a company is done while its gate is held.
CREATE TABLE IF NOT EXISTS linksync_job (
    number             BIGINT AUTO_INCREMENT PRIMARY KEY,
    company            VARCHAR(100) NOT NULL,
    entity             VARCHAR(100) NOT NULL,
    side               VARCHAR(10) NOT NULL,
    record_id          VARCHAR(255) NOT NULL,
    reasons            INT NOT NULL,  -- a set, 1 promote, 2 recreate, 4 reference, 8 changed, 16 requeued
    new_reasons        INT NOT NULL DEFAULT 0,  -- of the enqueues since the job was handed out
    source             VARCHAR(10) NOT NULL,
    state              VARCHAR(10) NOT NULL CHECK (state IN ('ready', 'delayed', 'running', 'waiting')),
    band               INT NOT NULL,
    attempts           INT NOT NULL DEFAULT 0,
    crashes            INT NOT NULL DEFAULT 0,
    generation         BIGINT NOT NULL DEFAULT 1,
    claimed_generation BIGINT NOT NULL DEFAULT 0,
    due_at             VARCHAR(32) NOT NULL,
    error_message      LONGTEXT,  -- NULL, the last try did not fail
    error_code         LONGTEXT,
    error_remedy       LONGTEXT,
    error_request_id   LONGTEXT,
    created_at         VARCHAR(32) NOT NULL,
    updated_at         VARCHAR(32) NOT NULL,
    delayed_until      VARCHAR(32) AS (CASE WHEN state = 'delayed' THEN due_at END) STORED,
    is_suspect         TINYINT AS (CASE WHEN state = 'ready' AND crashes >= 2 THEN 1 END) STORED,
    UNIQUE INDEX slot (company, entity, side, record_id),
    INDEX ready (state, company, band, number),
    INDEX due (delayed_until),
    INDEX suspect (is_suspect, company)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- The local records whose links a waiting job waits for. What a job waited for before says nothing while it does not.
-- No foreign key, which would look for every single job that ends; the statements that end jobs clear up by themselves.
CREATE TABLE IF NOT EXISTS linksync_job_wait (
    number    BIGINT NOT NULL,
    company   VARCHAR(100) NOT NULL,
    entity    VARCHAR(100) NOT NULL,
    side      VARCHAR(10) NOT NULL,
    record_id VARCHAR(255) NOT NULL,
    PRIMARY KEY (number, entity, side, record_id),
    INDEX record (company, entity, side, record_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- Finished jobs; claims never read them.
CREATE TABLE IF NOT EXISTS linksync_finished_job (
    number           BIGINT PRIMARY KEY,
    company          VARCHAR(100) NOT NULL,
    entity           VARCHAR(100) NOT NULL,
    side             VARCHAR(10) NOT NULL,
    record_id        VARCHAR(255) NOT NULL,
    reasons          INT NOT NULL,
    source           VARCHAR(10) NOT NULL,
    state            VARCHAR(20) NOT NULL
                     CHECK (state IN ('success', 'error', 'needs_action', 'cancelled', 'superseded')),
    band             INT NOT NULL,
    attempts         INT NOT NULL,
    crashes          INT NOT NULL,
    generation       BIGINT NOT NULL,
    due_at           VARCHAR(32) NOT NULL,
    error_message    LONGTEXT,
    error_code       LONGTEXT,
    error_remedy     LONGTEXT,
    error_request_id LONGTEXT,
    created_at       VARCHAR(32) NOT NULL,
    updated_at       VARCHAR(32) NOT NULL,
    finished_at      VARCHAR(32) NOT NULL,
    failed_record_id VARCHAR(255) AS (CASE WHEN state IN ('error', 'needs_action') THEN record_id END) STORED,
    done_at          VARCHAR(32)
                     AS (CASE WHEN state IN ('success', 'cancelled', 'superseded') THEN finished_at END) STORED,
    INDEX record (company, entity, side, record_id, finished_at),
    INDEX state (company, state, number),
    INDEX failed (company, entity, side, failed_record_id),
    INDEX done (done_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- How many finished jobs there are, so that nobody has to count them.
CREATE TABLE IF NOT EXISTS linksync_job_count (
    company VARCHAR(100) NOT NULL,
    state   VARCHAR(20) NOT NULL,
    count   BIGINT NOT NULL,
    PRIMARY KEY (company, state)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- What hosts enqueue within their own transactions, plain inserts, folded into the queue when it is next looked at.
CREATE TABLE IF NOT EXISTS linksync_inbox (
    id            BIGINT AUTO_INCREMENT PRIMARY KEY,
    company       VARCHAR(100) NOT NULL,
    entity        VARCHAR(100) NOT NULL,
    side          VARCHAR(10) NOT NULL,
    record_id     VARCHAR(255) NOT NULL,
    reasons       INT NOT NULL,
    band          INT NOT NULL,
    due_at        VARCHAR(32) NOT NULL,
    only_if_known INT NOT NULL,
    at            VARCHAR(32) NOT NULL,
    INDEX company (company, id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- One row per company: who holds it, and whether its jobs may run.
CREATE TABLE IF NOT EXISTS linksync_gate (
    company     VARCHAR(100) PRIMARY KEY,
    state       VARCHAR(20) NOT NULL DEFAULT 'open',
    until       VARCHAR(32),  -- when it opens by itself
    reason      TEXT NOT NULL DEFAULT (''),
    worker      VARCHAR(255),
    token       BIGINT NOT NULL DEFAULT 0,
    lease_until VARCHAR(32),
    turn        BIGINT NOT NULL DEFAULT 0,  -- the number of the turn in which it was last taken up
    claims      BIGINT NOT NULL DEFAULT 0,  -- how often jobs were handed out
    has_work    INT NOT NULL DEFAULT 0,  -- 0 only if a claim would find nothing
    `usage`     TEXT NOT NULL DEFAULT (''),  -- what its last worker noted about the remote's limits
    INDEX turn (has_work, state, turn, company),
    INDEX last (turn),
    INDEX until (until)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- A request is written down once, and what changes later is kept beside it, so that its bytes are not written again.
CREATE TABLE IF NOT EXISTS linksync_intent (
    number      BIGINT AUTO_INCREMENT PRIMARY KEY,
    id          VARCHAR(255) NOT NULL UNIQUE,
    company     VARCHAR(100) NOT NULL,
    side        VARCHAR(10) NOT NULL,
    request_key VARCHAR(255) NOT NULL,
    url         LONGTEXT NOT NULL,
    body        LONGBLOB NOT NULL,
    refs        LONGTEXT NOT NULL,  -- JSON, the names of its items
    items       LONGTEXT NOT NULL,  -- JSON, what each writes, and what its decision saw
    opened_at   VARCHAR(32) NOT NULL,
    sent_at     VARCHAR(32) NOT NULL,
    sends       INT NOT NULL,
    closed_at   VARCHAR(32),  -- NULL, open
    INDEX open (closed_at, company, number)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- The records of which a write is under way, one at most for each; a row goes when its item is settled.
CREATE TABLE IF NOT EXISTS linksync_intent_record (
    company  VARCHAR(100) NOT NULL,
    entity   VARCHAR(100) NOT NULL,
    side     VARCHAR(10) NOT NULL,
    local_id VARCHAR(255) NOT NULL,
    intent   BIGINT NOT NULL,
    ref      VARCHAR(255) NOT NULL,
    PRIMARY KEY (company, entity, side, local_id),
    INDEX ref (intent, ref),
    FOREIGN KEY (intent) REFERENCES linksync_intent (number) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- What became of an intent's items. Rows are only ever added, and for each item the first one counts.
CREATE TABLE IF NOT EXISTS linksync_intent_answer (
    intent   BIGINT NOT NULL,
    place    INT NOT NULL,
    refs     LONGTEXT NOT NULL,  -- JSON, the names of the items answered
    outcomes LONGTEXT NOT NULL,  -- JSON
    PRIMARY KEY (intent, place),
    FOREIGN KEY (intent) REFERENCES linksync_intent (number) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS linksync_run (
    number      BIGINT AUTO_INCREMENT PRIMARY KEY,
    id          VARCHAR(255) NOT NULL UNIQUE,
    company     VARCHAR(100) NOT NULL,
    started_at  VARCHAR(32) NOT NULL,
    finished_at VARCHAR(32),
    note        LONGTEXT NOT NULL DEFAULT (''),
    INDEX company (company, number),
    INDEX start (started_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS linksync_run_count (
    run     BIGINT NOT NULL,
    outcome VARCHAR(30) NOT NULL,
    count   BIGINT NOT NULL,
    PRIMARY KEY (run, outcome),
    FOREIGN KEY (run) REFERENCES linksync_run (number) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS linksync_result (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    run         BIGINT NOT NULL,
    company     VARCHAR(100) NOT NULL,
    entity      VARCHAR(100) NOT NULL,
    side        VARCHAR(10) NOT NULL,
    record_id   VARCHAR(255) NOT NULL,
    label       LONGTEXT NOT NULL,
    remote_type VARCHAR(100) NOT NULL,
    remote_id   VARCHAR(255),
    written_to  VARCHAR(10),
    outcome     VARCHAR(30) NOT NULL,
    reason      LONGTEXT NOT NULL,
    code        LONGTEXT NOT NULL,
    remedy      LONGTEXT NOT NULL,
    details     LONGTEXT NOT NULL,  -- JSON
    request_id  LONGTEXT NOT NULL,
    at          VARCHAR(32) NOT NULL,
    INDEX run (run, id),
    INDEX record (company, entity, side, record_id, id),
    FOREIGN KEY (run) REFERENCES linksync_run (number) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- A deleted token leaves its version, so that no late save of the former grant passes for the next one's.
CREATE TABLE IF NOT EXISTS linksync_token (
    company            VARCHAR(100) PRIMARY KEY,
    version            INT NOT NULL,
    access_token       LONGTEXT,  -- NULL, deleted
    refresh_token      LONGTEXT,
    expires_at         VARCHAR(32),
    refresh_expires_at VARCHAR(32)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- Who is refreshing a company's token; a row whose time has come belonged to a process that died.
CREATE TABLE IF NOT EXISTS linksync_token_lease (
    company     VARCHAR(100) PRIMARY KEY,
    holder      VARCHAR(255) NOT NULL,
    lease_until VARCHAR(32) NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
