-- name: get
SELECT version, access_token, refresh_token, expires_at, refresh_expires_at FROM linksync_token WHERE company = :company;

-- name: put
-- Changes nothing where another version is kept than the one that was read (0: none).
INSERT INTO linksync_token AS kept (company, version, access_token, refresh_token, expires_at, refresh_expires_at)
VALUES (:company, :version, :access_token, :refresh_token, :expires_at, :refresh_expires_at)
ON CONFLICT (company) DO UPDATE SET
    version = excluded.version, access_token = excluded.access_token, refresh_token = excluded.refresh_token,
    expires_at = excluded.expires_at, refresh_expires_at = excluded.refresh_expires_at
WHERE kept.version = :read_version;

-- name: open_gate
-- A new grant ends what was closed for want of one, and nothing else.
UPDATE linksync_gate SET state = 'open', until = NULL, reason = '' WHERE company = :company AND state = 'unauthorised';

-- name: delete
UPDATE linksync_token
SET access_token = NULL, refresh_token = NULL, expires_at = NULL, refresh_expires_at = NULL
WHERE company = :company;

-- name: take_lease
-- Changes nothing while somebody else's lease runs; who holds it already goes on holding it.
INSERT INTO linksync_token_lease (company, holder, lease_until) VALUES (:company, :holder, :lease_until)
ON CONFLICT (company) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
WHERE lease_until <= :now OR holder = excluded.holder;

-- name: let_go
DELETE FROM linksync_token_lease WHERE company = :company AND holder = :holder;
