-- name: open
INSERT INTO linksync_intent (id, company, side, request_key, url, body, refs, items, opened_at, sent_at, sends)
VALUES (:id, :company, :side, :request_key, :url, :body, :refs, :items, :now, :now, 1);

-- name: hold
-- Given the records of a new intent: a JSON array of arrays of entity, side, local id and ref.
INSERT INTO linksync_intent_record (company, entity, side, local_id, intent, ref)
SELECT intent.company, held.entity, held.side, held.local_id, intent.number, held.ref
FROM linksync_intent AS intent
STRAIGHT_JOIN JSON_TABLE(:records, '$[*]' COLUMNS (
         entity LONGTEXT CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         local_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[2]', ref LONGTEXT CHARACTER SET utf8mb4 PATH '$[3]')) AS held
WHERE intent.id = :id;

-- name: hold_late
-- Given items of which something was created after all, against the outcome that is kept: the same, but that the side bears a
-- mark, and that the item stands for the record, which stays free for other intents and may be in several of these.
INSERT INTO linksync_intent_record (company, entity, side, local_id, intent, ref)
SELECT intent.company, held.entity, held.side, held.local_id, intent.number, held.ref
FROM linksync_intent AS intent
STRAIGHT_JOIN JSON_TABLE(:records, '$[*]' COLUMNS (
         entity LONGTEXT CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         local_id LONGTEXT CHARACTER SET utf8mb4 PATH '$[2]', ref LONGTEXT CHARACTER SET utf8mb4 PATH '$[3]')) AS held
WHERE intent.id = :id
ON DUPLICATE KEY UPDATE ref = linksync_intent_record.ref;

-- name: get
SELECT number, id, company, side, request_key, url, body, refs, items, opened_at, sent_at, sends
FROM linksync_intent
WHERE id = :id;

-- name: by_number
SELECT intent.number, intent.id, intent.company, intent.side, intent.request_key, intent.url, intent.body, intent.refs,
       intent.items, intent.opened_at, intent.sent_at, intent.sends
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_intent AS intent ON intent.number = given.number
ORDER BY intent.number;

-- name: lock
-- Whoever answers the intent or settles it goes through here first, one at a time: of two answers to one item, the first
-- to be committed is the one that stands.
SELECT number, refs, opened_at, sent_at, sends FROM linksync_intent WHERE id = :id FOR UPDATE;

-- name: answers
SELECT answer.intent, answer.outcomes
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_intent_answer AS answer FORCE INDEX (PRIMARY) ON answer.intent = given.number
ORDER BY answer.intent, answer.place;

-- name: answered
-- The refs of the items that have an outcome: a JSON array per answer.
SELECT refs FROM linksync_intent_answer WHERE intent = :number;

-- name: add_answer
INSERT INTO linksync_intent_answer (intent, place, refs, outcomes)
SELECT :number, COUNT(*), :refs, :outcomes FROM linksync_intent_answer WHERE intent = :number;

-- name: unsettled
SELECT held.intent, held.ref
FROM JSON_TABLE(:numbers, '$[*]' COLUMNS (number BIGINT PATH '$')) AS given
STRAIGHT_JOIN linksync_intent_record AS held FORCE INDEX (ref) ON held.intent = given.number;

-- name: resend
UPDATE linksync_intent SET sent_at = :now, sends = sends + 1 WHERE id = :id;

-- name: settle
-- Lets go of the records of some items; their refs are a JSON array.
DELETE held
FROM JSON_TABLE(:refs, '$[*]' COLUMNS (ref VARCHAR(256) CHARACTER SET utf8mb4 PATH '$')) AS given
STRAIGHT_JOIN linksync_intent_record AS held FORCE INDEX (ref) ON held.intent = :number AND held.ref = given.ref;

-- name: close
UPDATE linksync_intent SET closed_at = :now
WHERE number = :number AND closed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM linksync_intent_record AS held WHERE held.intent = :number);

-- name: reopen
UPDATE linksync_intent SET closed_at = NULL
WHERE number = :number AND closed_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM linksync_intent_record AS held WHERE held.intent = :number);

-- name: list_open
SELECT number, id, company, side, request_key, url, body, refs, items, opened_at, sent_at, sends
FROM linksync_intent FORCE INDEX (open)
WHERE company = :company AND closed_at IS NULL
ORDER BY number;

-- name: find_open
-- Given records: a JSON array of arrays of entity, side and local id.
SELECT held.entity, held.side, held.local_id, held.intent
FROM JSON_TABLE(:records, '$[*]' COLUMNS (
         entity VARCHAR(101) CHARACTER SET utf8mb4 PATH '$[0]', side VARCHAR(10) CHARACTER SET utf8mb4 PATH '$[1]',
         local_id VARCHAR(256) CHARACTER SET utf8mb4 PATH '$[2]')) AS wanted
STRAIGHT_JOIN linksync_intent_record AS held FORCE INDEX (PRIMARY)
  ON held.company = :company AND held.entity = wanted.entity AND held.side = wanted.side
 AND held.local_id = wanted.local_id;

-- name: purge
DELETE intent
FROM (SELECT number FROM linksync_intent FORCE INDEX (open) WHERE closed_at < :before
      ORDER BY closed_at LIMIT :limit) AS old
STRAIGHT_JOIN linksync_intent AS intent FORCE INDEX (PRIMARY) ON intent.number = old.number;
