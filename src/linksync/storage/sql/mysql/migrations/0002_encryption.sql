-- Whether what is kept is encrypted.
-- Oldest code: 1

-- A word as the cipher made it, at most one, so that a wrong key is found out before anything is written under it.
CREATE TABLE IF NOT EXISTS linksync_encryption (number INT PRIMARY KEY, proof LONGTEXT NOT NULL) ENGINE = InnoDB ROW_FORMAT = DYNAMIC
  DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
