-- The jobs of a company stand together in their tables.
-- Oldest code: 1

-- The number last given to a job of the company. Each company has a range of 2 to the power of 40 numbers to itself, so that
-- its jobs share pages however many other companies there are: a claim writes five pages and not a hundred. Jobs from before
-- have numbers below all ranges. 0: the company has no range yet.
ALTER TABLE linksync_gate ADD COLUMN last_number INTEGER NOT NULL DEFAULT 0;

UPDATE linksync_gate SET last_number = numbered.place << 40
FROM (SELECT company, row_number() OVER (ORDER BY company) AS place FROM linksync_gate) AS numbered
WHERE numbered.company = linksync_gate.company;

-- Code that does not know of the ranges takes numbers above them all.
DELETE FROM sqlite_sequence WHERE name = 'linksync_job';
INSERT INTO sqlite_sequence (name, seq) VALUES ('linksync_job', 1 << 62);
