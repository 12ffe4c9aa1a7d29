-- A finding's row carries its evidence, so a list that reads rows reads megabytes. Counts, sums, order and filters of
-- the list are answered from this index alone; only the fifty rows shown are fetched.
CREATE INDEX finding_list ON finding (
    region, stage, colour, owner_department, rule_id, origin, verdict, due_millis, found_millis, money_fen,
    confirmed_fen, recovered_fen, finding_no, subject_name, supervisor, household_id, check_due, elimination_by,
    verdict_by, answered, id
);
CREATE INDEX finding_owner_region ON finding (owner_department, region);
