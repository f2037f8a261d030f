-- name: open
INSERT INTO linksync_intent (id, company, side, request_key, url, body, refs, items, opened_at, sent_at, sends)
VALUES (:id, :company, :side, :request_key, :url, :body, :refs, :items, :now, :now, 1);

-- name: hold
-- Given the records of a new intent: a JSON array of arrays of entity, side, local id and ref.
INSERT INTO linksync_intent_record (company, entity, side, local_id, intent, ref)
SELECT intent.company, held ->> 0, held ->> 1, held ->> 2, intent.number, held ->> 3
FROM linksync_intent AS intent
CROSS JOIN json_array_elements(CAST(:records AS json)) AS held
WHERE intent.id = :id
ORDER BY (held ->> 0) COLLATE "C", (held ->> 1) COLLATE "C", (held ->> 2) COLLATE "C";

-- name: hold_late
-- Given items of which something was created after all, against the outcome that is kept: the same, but that the side bears a
-- mark, and that the item stands for the record, which stays free for other intents and may be in several of these.
INSERT INTO linksync_intent_record (company, entity, side, local_id, intent, ref)
SELECT intent.company, held ->> 0, held ->> 1, held ->> 2, intent.number, held ->> 3
FROM linksync_intent AS intent
CROSS JOIN json_array_elements(CAST(:records AS json)) AS held
WHERE intent.id = :id
ORDER BY (held ->> 0) COLLATE "C", (held ->> 1) COLLATE "C", (held ->> 2) COLLATE "C"
ON CONFLICT DO NOTHING;

-- name: get
SELECT number, id, company, side, request_key, url, body, refs, items, opened_at, sent_at, sends
FROM linksync_intent
WHERE id = :id;

-- name: by_number
SELECT number, id, company, side, request_key, url, body, refs, items, opened_at, sent_at, sends
FROM linksync_intent
WHERE number = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
ORDER BY number;

-- name: lock
-- Whoever answers the intent or settles it goes through here first, one at a time: of two answers to one item, the first
-- to be committed is the one that stands.
SELECT number, refs, opened_at, sent_at, sends FROM linksync_intent WHERE id = :id FOR NO KEY UPDATE;

-- name: answers
SELECT intent, outcomes FROM linksync_intent_answer
WHERE intent = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)))
ORDER BY intent, place;

-- name: answered
-- The refs of the items that have an outcome: a JSON array per answer.
SELECT refs FROM linksync_intent_answer WHERE intent = :number;

-- name: add_answer
INSERT INTO linksync_intent_answer (intent, place, refs, outcomes)
VALUES (:number, (SELECT count(*) FROM linksync_intent_answer WHERE intent = :number), :refs, :outcomes);

-- name: unsettled
SELECT intent, ref FROM linksync_intent_record WHERE intent = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(:numbers AS json)) AS bigint)));

-- name: resend
UPDATE linksync_intent SET sent_at = :now, sends = sends + 1 WHERE id = :id;

-- name: settle
-- Lets go of the records of some items; their refs are a JSON array.
DELETE FROM linksync_intent_record
WHERE intent = :number AND ref = ANY (ARRAY(SELECT json_array_elements_text(CAST(:refs AS json))));

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
FROM linksync_intent
WHERE company = :company AND closed_at IS NULL
ORDER BY number;

-- name: find_open
-- Given records: a JSON array of arrays of entity, side and local id.
SELECT held.entity, held.side, held.local_id, held.intent
FROM json_array_elements(CAST(:records AS json)) AS wanted
CROSS JOIN LATERAL (SELECT * FROM linksync_intent_record AS one
                    WHERE one.company = :company AND one.entity = wanted ->> 0 AND one.side = wanted ->> 1
                      AND one.local_id = wanted ->> 2
                    OFFSET 0) AS held;

-- name: purge
DELETE FROM linksync_intent
WHERE number = ANY (ARRAY(SELECT number FROM linksync_intent WHERE closed_at IS NOT NULL AND closed_at < :before
                          ORDER BY closed_at LIMIT :limit));
