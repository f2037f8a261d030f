-- Whether what is kept is encrypted.
-- Oldest code: 1

-- A word as the cipher made it, at most one, so that a wrong key is found out before anything is written under it.
CREATE TABLE linksync_encryption (number INTEGER PRIMARY KEY, proof TEXT NOT NULL);
