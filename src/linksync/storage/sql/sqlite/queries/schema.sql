-- name: exists
SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'linksync_schema');

-- name: create
CREATE TABLE IF NOT EXISTS linksync_schema (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);

-- name: version
SELECT coalesce(max(version), 0) FROM linksync_schema;

-- name: note
INSERT INTO linksync_schema (version, applied_at) VALUES (:version, :now);
