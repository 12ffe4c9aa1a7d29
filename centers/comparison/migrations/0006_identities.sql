-- What became of the identity of every row of a delivery. Which rows were linked to whom stands in an object named by its
-- content; it holds keys of people and lines of the file, never a number.
CREATE TABLE snapshot_links (
    data_set TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    object TEXT NOT NULL,
    run_id BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    exact BIGINT NOT NULL,
    repaired BIGINT NOT NULL,
    linked BIGINT NOT NULL,
    undecided BIGINT NOT NULL,
    outsider BIGINT NOT NULL,
    unlinked BIGINT NOT NULL,
    misused BIGINT NOT NULL,
    placeholder_rows BIGINT NOT NULL,
    placeholders BIGINT NOT NULL,
    crowds BIGINT NOT NULL,
    PRIMARY KEY (data_set, snapshot)
);
ALTER TABLE run_snapshot ADD COLUMN links TEXT NOT NULL DEFAULT '';
