-- name: find_by_local
-- Given company, entity, ids (a JSON array).
SELECT company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into, generation, label, base,
       created_at, updated_at
FROM linksync_link
WHERE company = :company AND entity = :entity AND local_id IN (SELECT value FROM json_each(:ids));

-- name: find_by_remote
-- Given company, remote_type, ids (a JSON array).
SELECT company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into, generation, label, base,
       created_at, updated_at
FROM linksync_link
WHERE company = :company AND remote_type = :remote_type AND state <> 'unlinked'
  AND remote_id IN (SELECT value FROM json_each(:ids));

-- name: save
INSERT INTO linksync_link (company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into,
                           generation, label, base, created_at, updated_at)
VALUES (:company, :entity, :local_id, :remote_type, :remote_id, :state, :remote_state, :merged_into,
        :generation, :label, :base, :now, :now)
ON CONFLICT (company, entity, local_id) DO UPDATE SET
    remote_type = excluded.remote_type, remote_id = excluded.remote_id, state = excluded.state,
    remote_state = excluded.remote_state, merged_into = excluded.merged_into, generation = excluded.generation,
    label = excluded.label, base = excluded.base, updated_at = excluded.updated_at;

-- name: part
-- Frees the remote record that a row about to be written holds, so that several rows can change partners at once.
UPDATE linksync_link SET state = 'unlinked'
WHERE company = :company AND entity = :entity AND local_id = :local_id AND state <> 'unlinked';

-- name: list
-- Given entity or NULL, states (a JSON array), and the entity and local id after which the page begins.
SELECT company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into, generation, label, base,
       created_at, updated_at
FROM linksync_link
WHERE company = :company AND (entity, local_id) > (:after_entity, :after_id)
  AND (:entity IS NULL OR entity = :entity)
  AND state IN (SELECT value FROM json_each(:states))
ORDER BY entity, local_id
LIMIT :limit;

-- name: count
SELECT entity, state, count(*) FROM linksync_link WHERE company = :company GROUP BY entity, state;
