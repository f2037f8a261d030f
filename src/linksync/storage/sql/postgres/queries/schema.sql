-- name: exists
SELECT to_regclass('linksync_schema') IS NOT NULL;

-- name: create
-- Whoever comes first goes on; the others wait until it has ended, and find nothing left to do.
CREATE TABLE IF NOT EXISTS linksync_schema (version INT PRIMARY KEY, oldest_code INT NOT NULL, applied_at TEXT NOT NULL);
LOCK TABLE linksync_schema IN EXCLUSIVE MODE;

-- name: version
-- And the oldest code that may use it.
SELECT coalesce(max(version), 0), coalesce(max(oldest_code), 0) FROM linksync_schema;

-- name: note
INSERT INTO linksync_schema (version, oldest_code, applied_at) VALUES (:version, :oldest_code, :now);

-- name: identify
INSERT INTO linksync_identity (identity) VALUES (:identity);

-- name: identity
-- And the schema that linksync's own connection finds the tables in, quoted.
SELECT identity, (SELECT quote_ident(nspname)
                  FROM pg_catalog.pg_class AS found
                  JOIN pg_catalog.pg_namespace AS place ON place.oid = found.relnamespace
                  WHERE found.oid = to_regclass('linksync_identity'))
FROM linksync_identity;

-- name: is_called
SELECT EXISTS (SELECT 1 FROM linksync_identity WHERE identity = :identity);

-- name: has_schema
SELECT to_regnamespace(:schema) IS NOT NULL;
