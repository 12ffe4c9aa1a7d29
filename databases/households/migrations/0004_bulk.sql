-- Acts on many households at once: what was done, to whom, and by whom it was withdrawn.
CREATE TABLE household_bulk (
    id BIGINT NOT NULL PRIMARY KEY,
    region BIGINT NOT NULL,
    -- tasks or measure
    what TEXT NOT NULL,
    title TEXT NOT NULL,
    chosen_by TEXT NOT NULL,
    campaign_id BIGINT,
    households BIGINT NOT NULL,
    left_out BIGINT NOT NULL,
    digest TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at_millis BIGINT NOT NULL,
    undone BIGINT,
    undone_millis BIGINT,
    undone_by TEXT,
    undone_reason TEXT
);
CREATE INDEX household_bulk_region ON household_bulk (region, id);
CREATE TABLE household_bulk_line (
    bulk_id BIGINT NOT NULL,
    household_id BIGINT NOT NULL,
    PRIMARY KEY (bulk_id, household_id)
);
ALTER TABLE measure ADD COLUMN bulk_id BIGINT;
CREATE INDEX measure_bulk ON measure (bulk_id);
ALTER TABLE collection_task ADD COLUMN bulk_id BIGINT;
CREATE INDEX collection_task_bulk ON collection_task (bulk_id);
-- The list of measures over all households, the latest first.
CREATE INDEX measure_day ON measure (on_day, id);
