-- A change may also be one of the rule's text: its name, its condition, its explanation. What it replaces is kept beside
-- it, with the hash of the file it was written over; approval and the end of a change raise the rule's version.
ALTER TABLE rule_change ADD COLUMN kind TEXT NOT NULL DEFAULT 'param';
ALTER TABLE rule_change ADD COLUMN wording TEXT NOT NULL DEFAULT '{}';
ALTER TABLE rule_change ADD COLUMN was TEXT NOT NULL DEFAULT '{}';
ALTER TABLE rule_change ADD COLUMN file_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE rule_change ADD COLUMN version BIGINT;
ALTER TABLE rule_change ADD COLUMN ended_by BIGINT;
ALTER TABLE rule_change ADD COLUMN ended_name TEXT NOT NULL DEFAULT '';
ALTER TABLE rule_change ADD COLUMN ended_at BIGINT;
ALTER TABLE rule_change ADD COLUMN ended_reason TEXT NOT NULL DEFAULT '';
