-- name: get
SELECT version, access_token, refresh_token, expires_at, refresh_expires_at FROM linksync_token WHERE company = :company;

-- name: put
-- Changes nothing where another version is kept than the one that was read (0: none).
INSERT INTO linksync_token (company, version) VALUES (:company, 0) ON DUPLICATE KEY UPDATE version = version;
UPDATE linksync_token SET
    version = :version, access_token = :access_token, refresh_token = :refresh_token,
    expires_at = :expires_at, refresh_expires_at = :refresh_expires_at
WHERE company = :company AND version = :read_version;

-- name: open_gate
-- A new grant ends what was closed for want of one, and nothing else.
UPDATE linksync_gate SET state = 'open', until = NULL, reason = '' WHERE company = :company AND state = 'unauthorised';

-- name: delete
UPDATE linksync_token
SET access_token = NULL, refresh_token = NULL, expires_at = NULL, refresh_expires_at = NULL
WHERE company = :company;

-- name: take_lease
-- Changes nothing while somebody else's lease runs; who holds it already goes on holding it.
INSERT INTO linksync_token_lease (company, holder, lease_until) VALUES (:company, '', '')
ON DUPLICATE KEY UPDATE holder = holder;
UPDATE linksync_token_lease SET holder = :holder, lease_until = :lease_until
WHERE company = :company AND (lease_until <= :now OR holder = :holder);
SELECT 1 FROM linksync_token_lease WHERE company = :company AND holder = :holder AND lease_until = :lease_until;

-- name: let_go
DELETE FROM linksync_token_lease WHERE company = :company AND holder = :holder;
