-- name: find_by_local
-- Given company, entity, ids (a JSON array).
SELECT link.company, link.entity, link.local_id, link.remote_type, link.remote_id, link.state, link.remote_state,
       link.merged_into, link.generation, link.label, link.base, link.created_at, link.updated_at
FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
CROSS JOIN LATERAL (SELECT * FROM linksync_link AS one
                    WHERE one.company = :company AND one.entity = :entity AND one.local_id = wanted.id
                    OFFSET 0) AS link;

-- name: find_by_remote
-- Given company, remote_type, ids (a JSON array).
SELECT link.company, link.entity, link.local_id, link.remote_type, link.remote_id, link.state, link.remote_state,
       link.merged_into, link.generation, link.label, link.base, link.created_at, link.updated_at
FROM json_array_elements_text(CAST(:ids AS json)) AS wanted (id)
CROSS JOIN LATERAL (SELECT * FROM linksync_link AS one
                    WHERE one.company = :company AND one.remote_id = wanted.id AND one.remote_type = :remote_type
                      AND one.state <> 'unlinked'
                    OFFSET 0) AS link;

-- name: save
-- Given rows: a JSON array with an array of columns per link, none twice; base is text within it, so that it stays as it
-- is. Rows are taken in the order of their keys, so that two who save links never wait for each other.
INSERT INTO linksync_link (company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into,
                           generation, label, base, created_at, updated_at)
SELECT given ->> 0, given ->> 1, given ->> 2, given ->> 3, given ->> 4, given ->> 5, given ->> 6, given ->> 7,
       CAST(given ->> 8 AS int), given ->> 9, given ->> 10, :now, :now
FROM json_array_elements(CAST(:rows AS json)) AS given
ORDER BY (given ->> 0) COLLATE "C", (given ->> 1) COLLATE "C", (given ->> 2) COLLATE "C"
ON CONFLICT (company, entity, local_id) DO UPDATE SET
    remote_type = excluded.remote_type, remote_id = excluded.remote_id, state = excluded.state,
    remote_state = excluded.remote_state, merged_into = excluded.merged_into, generation = excluded.generation,
    label = excluded.label, base = excluded.base, updated_at = excluded.updated_at;

-- name: part
-- Given the same rows. Frees the remote records that they hold by now, so that several can change partners at once.
UPDATE linksync_link SET state = 'unlinked'
WHERE state <> 'unlinked'
  AND ctid = ANY (ARRAY(SELECT found.ctid
                        FROM json_array_elements(CAST(:rows AS json)) AS given
                        CROSS JOIN LATERAL (SELECT ctid FROM linksync_link AS link
                                            WHERE link.company = given ->> 0 AND link.entity = given ->> 1
                                              AND link.local_id = given ->> 2
                                            OFFSET 0) AS found));

-- name: list
-- Given entity or NULL, states (a JSON array), and the entity and local id after which the page begins.
SELECT company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into, generation, label, base,
       created_at, updated_at
FROM linksync_link
WHERE company = :company AND (entity, local_id) > (:after_entity, :after_id)
  AND (CAST(:entity AS text) IS NULL OR entity = :entity)
  AND state = ANY (ARRAY(SELECT json_array_elements_text(CAST(:states AS json))))
ORDER BY entity, local_id
LIMIT :limit;

-- name: count
SELECT entity, state, count(*) FROM linksync_link WHERE company = :company GROUP BY entity, state;
