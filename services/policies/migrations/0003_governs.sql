-- What else in the platform rests on a document: the sheet that scores how money is managed names the one in force.
ALTER TABLE policy ADD COLUMN governs TEXT NOT NULL DEFAULT '';
UPDATE policy SET governs = 'fund_evaluation' WHERE id = 2;
CREATE INDEX policy_issued ON policy (issued, id);
