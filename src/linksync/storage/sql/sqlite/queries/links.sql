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
-- Given rows: a JSON array with an array of columns per link, none twice. The base is JSON within it, and must be taken out
-- as the text that it is: the numbers in it are exact. Materialized, since json_each would write a row out once per column.
WITH given AS MATERIALIZED (SELECT value FROM json_each(:rows))
INSERT INTO linksync_link (company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into,
                           generation, label, base, created_at, updated_at)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
       json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
       json_extract(value, '$[9]'), json_extract(value, '$[10]'), :now, :now
FROM given
WHERE 1
ON CONFLICT (company, entity, local_id) DO UPDATE SET
    remote_type = excluded.remote_type, remote_id = excluded.remote_id, state = excluded.state,
    remote_state = excluded.remote_state, merged_into = excluded.merged_into, generation = excluded.generation,
    label = excluded.label, base = excluded.base, updated_at = excluded.updated_at;

-- name: part
-- Given the same rows. Frees the remote records that they hold by now, so that several can change partners at once.
UPDATE linksync_link SET state = 'unlinked'
WHERE state <> 'unlinked'
  AND (company, entity, local_id) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
                                             json_extract(value, '$[2]')
                                      FROM json_each(:rows));

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
