-- Deliveries by their order, not by a clock that can be set back.
ALTER TABLE import_batch ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_batch ADD COLUMN clock_back BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE import_batch SET seq = (SELECT COUNT(*) FROM import_batch earlier WHERE earlier.id <= import_batch.id);
