-- Comparisons of one household while the clerk waits: what was asked, and what came of it.
CREATE TABLE case_check (
    id BIGINT NOT NULL PRIMARY KEY,
    household_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    at_millis BIGINT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    told TEXT NOT NULL,
    red BIGINT NOT NULL,
    concerns TEXT NOT NULL
);
CREATE INDEX case_check_household ON case_check (household_id, id);
-- The legal basis on which deposits and securities were read without each person's signature, and who was left out.
ALTER TABLE run ADD COLUMN public_interest TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
