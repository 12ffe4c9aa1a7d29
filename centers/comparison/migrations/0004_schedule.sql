-- Runs by their order, not by a clock that can be set back; what each was about; where its findings are listed.
ALTER TABLE run ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'full';
ALTER TABLE run ADD COLUMN data_sets TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN clock_back BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE run ADD COLUMN listing TEXT NOT NULL DEFAULT '';
UPDATE run SET seq = (SELECT COUNT(*) FROM run earlier WHERE earlier.id <= run.id);
-- Work that begins by itself.
CREATE TABLE schedule (
    job TEXT NOT NULL PRIMARY KEY,
    enabled BOOLEAN NOT NULL,
    next_at BIGINT NOT NULL,
    last_at BIGINT,
    last_run BIGINT,
    last_note TEXT NOT NULL,
    changed_name TEXT NOT NULL
);
