-- Changes of a rule's parameter for a region from a day on: proposed, tried, approved by a second person.
CREATE TABLE rule_change (
    id BIGINT NOT NULL PRIMARY KEY,
    rule_id TEXT NOT NULL,
    param TEXT NOT NULL,
    region BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT,
    value TEXT NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    decided_by BIGINT,
    decided_name TEXT NOT NULL,
    decided_at BIGINT,
    opinion TEXT NOT NULL,
    trial TEXT NOT NULL
);
CREATE INDEX rule_change_rule ON rule_change (rule_id, state);
