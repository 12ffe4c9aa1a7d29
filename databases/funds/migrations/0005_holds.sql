-- Questions asked about the rows of a batch before it is paid, and what a person decided about each held row.
CREATE TABLE payment_hold (
    id BIGINT NOT NULL PRIMARY KEY,
    batch_id BIGINT NOT NULL,
    payment_id BIGINT NOT NULL,
    rule TEXT NOT NULL,
    rule_name TEXT NOT NULL,
    severity TEXT NOT NULL,
    question TEXT NOT NULL,
    verdict TEXT NOT NULL,
    records TEXT NOT NULL,
    state TEXT NOT NULL,
    held_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    decided_by BIGINT,
    decided_name TEXT,
    decided_at BIGINT,
    reason TEXT
);
CREATE INDEX payment_hold_batch ON payment_hold (batch_id, payment_id);
CREATE INDEX payment_hold_state ON payment_hold (state, until_on);
-- Who else is paid to the same account: asked for each row of a batch before it is paid.
CREATE INDEX payment_account ON payment (account_digest, person_key);
