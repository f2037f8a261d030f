-- The names of tables may have their database before them, here within quotes as well.

-- name: exists
SELECT EXISTS (
    SELECT 1 FROM information_schema.tables
    WHERE table_name = SUBSTRING_INDEX('linksync_schema', '.', -1)
      AND table_schema = CASE WHEN LOCATE('.', 'linksync_schema') > 0
                              THEN REPLACE(TRIM(BOTH '`' FROM SUBSTRING_INDEX('linksync_schema', '.', 1)), '``', '`')
                              ELSE DATABASE() END
);

-- name: lock
-- Tables are not changed within transactions here, and so whoever changes them holds a lock by name, on the whole server.
-- It goes with the connection; should it be lost midway, each statement can still be run twice.
SELECT GET_LOCK('linksync: a change of tables', 60);

-- name: unlock
SELECT RELEASE_LOCK('linksync: a change of tables');

-- name: create
CREATE TABLE IF NOT EXISTS linksync_schema (
    version     INT PRIMARY KEY,
    oldest_code INT NOT NULL,
    applied_at  VARCHAR(32) NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

-- name: version
-- And the oldest code that may use it.
SELECT COALESCE(MAX(version), 0), COALESCE(MAX(oldest_code), 0) FROM linksync_schema;

-- name: note
INSERT INTO linksync_schema (version, oldest_code, applied_at) VALUES (:version, :oldest_code, :now)
ON DUPLICATE KEY UPDATE version = VALUES(version);

-- name: identify
-- Unless they have a name already.
INSERT INTO linksync_identity (identity)
SELECT :identity FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM linksync_identity);

-- name: identity
-- And the database that linksync's own connection finds the tables in, quoted.
SELECT identity,
       CONCAT('`',
              CASE WHEN LOCATE('.', 'linksync_identity') > 0 THEN SUBSTRING_INDEX('linksync_identity', '.', 1)
                   ELSE REPLACE(DATABASE(), '`', '``') END,
              '`')
FROM linksync_identity;

-- name: is_called
SELECT EXISTS (SELECT 1 FROM linksync_identity WHERE identity = :identity);

-- name: has_schema
SELECT EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = :schema);
