-- name: find_by_local
-- Given company, entity, ids (a JSON array).
SELECT link.company, link.entity, link.local_id, link.remote_type, link.remote_id, link.state, link.remote_state,
       link.merged_into, link.generation, link.label, link.base, link.created_at, link.updated_at
FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$')) AS wanted
STRAIGHT_JOIN linksync_link AS link FORCE INDEX (PRIMARY)
  ON link.company = :company AND link.entity = :entity AND link.local_id = wanted.id;

-- name: find_by_remote
-- Given company, remote_type, ids (a JSON array).
SELECT link.company, link.entity, link.local_id, link.remote_type, link.remote_id, link.state, link.remote_state,
       link.merged_into, link.generation, link.label, link.base, link.created_at, link.updated_at
FROM JSON_TABLE(:ids, '$[*]' COLUMNS (id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$')) AS wanted
STRAIGHT_JOIN linksync_link AS link FORCE INDEX (remote)
  ON link.company = :company AND link.live_remote_id = wanted.id AND link.remote_type = :remote_type;

-- name: save
-- Given rows: a JSON array with an array of columns per link, none twice; base is text within it, so that it stays as it
-- is. Two statements, since ON DUPLICATE KEY UPDATE would also change the link that has the remote record by now.
UPDATE JSON_TABLE(:rows, '$[*]' COLUMNS (
           company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[1]',
           local_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]',
           remote_type LONGTEXT CHARACTER SET utf8mb4 PATH '$[3]', remote_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[4]',
           state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[5]', remote_state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[6]',
           merged_into LONGTEXT CHARACTER SET utf8mb4 PATH '$[7]', generation INT PATH '$[8]',
           label LONGTEXT CHARACTER SET utf8mb4 PATH '$[9]', base LONGTEXT CHARACTER SET utf8mb4 PATH '$[10]')) AS given
STRAIGHT_JOIN linksync_link AS link FORCE INDEX (PRIMARY)
  ON link.company = given.company AND link.entity = given.entity AND link.local_id = given.local_id
SET link.remote_type = given.remote_type, link.remote_id = given.remote_id, link.state = given.state,
    link.remote_state = given.remote_state, link.merged_into = given.merged_into, link.generation = given.generation,
    link.label = given.label, link.base = given.base, link.updated_at = :now;
INSERT INTO linksync_link (company, entity, local_id, remote_type, remote_id, state, remote_state, merged_into,
                           generation, label, base, created_at, updated_at)
SELECT given.company, given.entity, given.local_id, given.remote_type, given.remote_id, given.state, given.remote_state,
       given.merged_into, given.generation, given.label, given.base, :now, :now
FROM JSON_TABLE(:rows, '$[*]' COLUMNS (
         company LONGTEXT CHARACTER SET utf8mb4 PATH '$[0]', entity LONGTEXT CHARACTER SET utf8mb4 PATH '$[1]',
         local_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[2]',
         remote_type LONGTEXT CHARACTER SET utf8mb4 PATH '$[3]', remote_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[4]',
         state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[5]', remote_state VARCHAR(20) CHARACTER SET utf8mb4 PATH '$[6]',
         merged_into LONGTEXT CHARACTER SET utf8mb4 PATH '$[7]', generation INT PATH '$[8]',
         label LONGTEXT CHARACTER SET utf8mb4 PATH '$[9]', base LONGTEXT CHARACTER SET utf8mb4 PATH '$[10]')) AS given
WHERE NOT EXISTS (SELECT 1 FROM linksync_link AS kept FORCE INDEX (PRIMARY)
                  WHERE kept.company = given.company AND kept.entity = given.entity AND kept.local_id = given.local_id);

-- name: part
-- Given the same rows. Frees the remote records that they hold by now, so that several can change partners at once.
UPDATE JSON_TABLE(:rows, '$[*]' COLUMNS (
           company VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[1]',
           local_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS given
STRAIGHT_JOIN linksync_link AS link FORCE INDEX (PRIMARY)
  ON link.company = given.company AND link.entity = given.entity AND link.local_id = given.local_id
SET link.state = 'unlinked';

-- name: list
-- Given entity or NULL, states (a JSON array), and the entity and local id after which the page begins. Two walks, of which
-- one has nothing to look for: those of one entity are in the order of the index only by their ids.
SELECT link.company, link.entity, link.local_id, link.remote_type, link.remote_id, link.state, link.remote_state,
       link.merged_into, link.generation, link.label, link.base, link.created_at, link.updated_at
FROM ((SELECT company, entity, local_id FROM linksync_link FORCE INDEX (PRIMARY)
       WHERE company = :company AND :entity IS NULL
         AND (entity > :after_entity OR (entity = :after_entity AND local_id > :after_id))
         AND JSON_CONTAINS(:states, JSON_QUOTE(state))
       ORDER BY entity, local_id LIMIT :limit)
      UNION ALL
      (SELECT company, entity, local_id FROM linksync_link FORCE INDEX (PRIMARY)
       WHERE company = :company AND entity = :entity
         AND (entity > :after_entity OR (entity = :after_entity AND local_id > :after_id))
         AND JSON_CONTAINS(:states, JSON_QUOTE(state))
       ORDER BY local_id LIMIT :limit)) AS page
STRAIGHT_JOIN linksync_link AS link FORCE INDEX (PRIMARY)
  ON link.company = page.company AND link.entity = page.entity AND link.local_id = page.local_id
ORDER BY link.entity, link.local_id;

-- name: count
SELECT entity, state, COUNT(*) FROM linksync_link WHERE company = :company GROUP BY entity, state;
