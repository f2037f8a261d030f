-- name: open
INSERT INTO linksync_intent (id, company, side, request_key, url, body, refs, opened_at, sent_at, sends)
VALUES (:id, :company, :side, :request_key, :url, :body, :refs, :now, :now, 1);

-- name: add_item
INSERT INTO linksync_intent_item (intent, position, company, ref, job_id, entity, side, local_id, item, outcome,
                                  is_settled)
VALUES ((SELECT number FROM linksync_intent WHERE id = :intent_id), :position, :company, :ref, :job_id, :entity,
        :side, :local_id, :item, :outcome, :is_settled);

-- name: get
SELECT number, id, company, side, request_key, url, body, refs, opened_at, sent_at, sends
FROM linksync_intent
WHERE id = :id;

-- name: by_number
SELECT number, id, company, side, request_key, url, body, refs, opened_at, sent_at, sends
FROM linksync_intent
WHERE number IN (SELECT value FROM json_each(:numbers))
ORDER BY number;

-- name: items
SELECT intent, item, outcome, is_settled
FROM linksync_intent_item
WHERE intent IN (SELECT value FROM json_each(:numbers))
ORDER BY intent, position;

-- name: resend
UPDATE linksync_intent SET sent_at = :now, sends = sends + 1 WHERE id = :id;

-- name: answer
-- Once: an item that has an outcome keeps it.
UPDATE linksync_intent_item SET outcome = :outcome
WHERE intent = (SELECT number FROM linksync_intent WHERE id = :id) AND ref = :ref AND outcome IS NULL;

-- name: settle
UPDATE linksync_intent_item SET is_settled = 1
WHERE intent = (SELECT number FROM linksync_intent WHERE id = :id)
  AND ref IN (SELECT value FROM json_each(:refs));

-- name: unanswered
SELECT ref FROM linksync_intent_item
WHERE intent = (SELECT number FROM linksync_intent WHERE id = :id) AND outcome IS NULL
  AND ref IN (SELECT value FROM json_each(:refs))
ORDER BY position;

-- name: close
UPDATE linksync_intent SET closed_at = :now
WHERE id = :id AND closed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM linksync_intent_item AS item
                  WHERE item.intent = linksync_intent.number AND item.is_settled = 0);

-- name: list_open
SELECT number, id, company, side, request_key, url, body, refs, opened_at, sent_at, sends
FROM linksync_intent
WHERE company = :company AND closed_at IS NULL
ORDER BY number;

-- name: find_open
-- Given records: a JSON array of arrays of entity, side and local id.
SELECT item.entity, item.side, item.local_id, item.intent
FROM json_each(:records) AS wanted
CROSS JOIN linksync_intent_item AS item
  ON item.company = :company AND item.entity = json_extract(wanted.value, '$[0]')
 AND item.side = json_extract(wanted.value, '$[1]') AND item.local_id = json_extract(wanted.value, '$[2]')
 AND item.is_settled = 0;

-- name: purge
DELETE FROM linksync_intent
WHERE number IN (SELECT number FROM linksync_intent WHERE closed_at IS NOT NULL AND closed_at < :before
                 ORDER BY closed_at LIMIT :limit);
