-- Counts the changes of a programme, so that two clerks do not overwrite each other and kept sums notice them.
ALTER TABLE programme ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
