-- name: proof
SELECT proof FROM linksync_encryption;

-- name: add_proof
INSERT INTO linksync_encryption (number, proof) VALUES (1, :proof);

-- name: replace_proof
UPDATE linksync_encryption SET proof = :proof;

-- name: shut_out_older_code
-- Code that does not know the change that brought this table.
UPDATE linksync_schema SET oldest_code = 2 WHERE oldest_code < 2 AND version = 2;

-- name: list_token
-- A page of rows in the order of their keys, here and below; given the key of the last row before.
SELECT company, access_token, refresh_token
FROM linksync_token
WHERE company > :company AND access_token IS NOT NULL
ORDER BY company
LIMIT 100;

-- name: put_token
-- Changes nothing where another value is kept by now, here and below.
UPDATE linksync_token SET access_token = :new_access_token, refresh_token = :new_refresh_token
WHERE company = :company AND access_token = :access_token AND refresh_token = :refresh_token;

-- name: list_link
SELECT company, entity, local_id, base
FROM linksync_link
WHERE (company, entity, local_id) > (:company, :entity, :local_id)
ORDER BY company, entity, local_id
LIMIT 100;

-- name: put_link
UPDATE linksync_link SET base = :new_base
WHERE company = :company AND entity = :entity AND local_id = :local_id AND base = :base;

-- name: list_intent
SELECT number, url, body, items FROM linksync_intent WHERE number > :number ORDER BY number LIMIT 100;

-- name: put_intent
-- They never change, and so there is nothing to compare.
UPDATE linksync_intent SET url = :new_url, body = :new_body, items = :new_items WHERE number = :number;

-- name: list_intent_answer
SELECT intent, place, outcomes
FROM linksync_intent_answer
WHERE (intent, place) > (:intent, :place)
ORDER BY intent, place
LIMIT 100;

-- name: put_intent_answer
UPDATE linksync_intent_answer SET outcomes = :new_outcomes WHERE intent = :intent AND place = :place;

-- name: list_result
SELECT id, details FROM linksync_result WHERE id > :id ORDER BY id LIMIT 100;

-- name: put_result
UPDATE linksync_result SET details = :new_details WHERE id = :id;
