-- name: exists
SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'linksync_schema');

-- name: create
CREATE TABLE IF NOT EXISTS linksync_schema (version INTEGER PRIMARY KEY, oldest_code INTEGER NOT NULL, applied_at TEXT NOT NULL);

-- name: version
-- And the oldest code that may use it.
SELECT coalesce(max(version), 0), coalesce(max(oldest_code), 0) FROM linksync_schema;

-- name: note
INSERT INTO linksync_schema (version, oldest_code, applied_at) VALUES (:version, :oldest_code, :now);

-- name: identify
INSERT INTO linksync_identity (identity) VALUES (:identity);

-- name: identity
-- And the schema that linksync's own connection finds the tables in, quoted; there is none here.
SELECT identity, '' FROM linksync_identity;

-- name: is_called
SELECT EXISTS (SELECT 1 FROM linksync_identity WHERE identity = :identity);
