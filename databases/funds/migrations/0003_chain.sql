ALTER TABLE payment ADD COLUMN account_valid BOOLEAN;
ALTER TABLE payment ADD COLUMN row_no BIGINT;
ALTER TABLE payment ADD COLUMN note TEXT;
CREATE INDEX payment_batch_row ON payment (batch_id, row_no);
ALTER TABLE payment_batch ADD COLUMN region BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment_batch ADD COLUMN entered_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment_batch ADD COLUMN last_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment_batch ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment_batch ADD COLUMN entered_on TEXT;
ALTER TABLE payment_batch ADD COLUMN public_on TEXT;
ALTER TABLE payment_batch ADD COLUMN compared TEXT;
ALTER TABLE payment_batch ADD COLUMN sent_on TEXT;
ALTER TABLE payment_batch ADD COLUMN settled_on TEXT;
CREATE INDEX payment_batch_state ON payment_batch (state, id);
-- Rows of a list that were refused while the rest was kept: by row, without ID numbers.
CREATE TABLE batch_reject (
    batch_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL,
    payee_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);
ALTER TABLE indicator ADD COLUMN state TEXT NOT NULL DEFAULT 'arrived';
ALTER TABLE indicator ADD COLUMN fund_class BIGINT NOT NULL DEFAULT 1;
ALTER TABLE indicator ADD COLUMN family TEXT NOT NULL DEFAULT '涉农';
ALTER TABLE indicator ADD COLUMN origin TEXT NOT NULL DEFAULT 'fiscal';
ALTER TABLE indicator ADD COLUMN giver TEXT NOT NULL DEFAULT '';
ALTER TABLE indicator ADD COLUMN need TEXT NOT NULL DEFAULT '';
ALTER TABLE indicator ADD COLUMN destination TEXT NOT NULL DEFAULT '';
ALTER TABLE indicator ADD COLUMN bypass_city BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE indicator ADD COLUMN filed_on TEXT;
ALTER TABLE indicator ADD COLUMN due_on TEXT;
ALTER TABLE indicator ADD COLUMN carried_on TEXT;
ALTER TABLE indicator ADD COLUMN entered_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE indicator ADD COLUMN last_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE indicator ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
-- One share of a document's money: to an office, a place, a project or the households of a place.
CREATE TABLE fund_allocation (
    id BIGINT NOT NULL PRIMARY KEY,
    indicator_id BIGINT NOT NULL,
    programme TEXT NOT NULL,
    target TEXT NOT NULL,
    region BIGINT NOT NULL,
    org TEXT,
    project_id BIGINT,
    project_name TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    plan_doc TEXT NOT NULL,
    planned_on TEXT NOT NULL,
    decided_on TEXT,
    due_on TEXT,
    state TEXT NOT NULL,
    last_hop BIGINT NOT NULL,
    entered_by BIGINT NOT NULL,
    last_by BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX fund_allocation_indicator ON fund_allocation (indicator_id);
CREATE INDEX fund_allocation_region ON fund_allocation (region, programme);
CREATE INDEX fund_allocation_programme ON fund_allocation (programme, decided_on);
CREATE INDEX fund_allocation_project ON fund_allocation (project_id) WHERE project_id IS NOT NULL;
CREATE TABLE disbursement (
    id BIGINT NOT NULL PRIMARY KEY,
    allocation_id BIGINT NOT NULL,
    hop_no BIGINT NOT NULL,
    from_account BIGINT,
    to_account BIGINT,
    amount_fen BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    purpose_code TEXT NOT NULL
);
CREATE INDEX disbursement_allocation ON disbursement (allocation_id, hop_no);
CREATE TABLE fund_account (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    org TEXT NOT NULL,
    region BIGINT NOT NULL,
    kind TEXT NOT NULL,
    bank TEXT NOT NULL,
    account_digest BIGINT NOT NULL UNIQUE,
    account_tail TEXT NOT NULL,
    dedicated_store BOOLEAN NOT NULL,
    dedicated_book BOOLEAN NOT NULL,
    dedicated_person BOOLEAN NOT NULL
);
CREATE TABLE reimbursement (
    id BIGINT NOT NULL PRIMARY KEY,
    no TEXT NOT NULL UNIQUE,
    allocation_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    org TEXT NOT NULL,
    title TEXT NOT NULL,
    works BOOLEAN NOT NULL,
    payee TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    received_on TEXT,
    paid_on TEXT,
    entered_by BIGINT NOT NULL,
    last_by BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX reimbursement_allocation ON reimbursement (allocation_id);
CREATE INDEX reimbursement_state ON reimbursement (state, id);
CREATE TABLE reimbursement_sign (
    reimbursement_id BIGINT NOT NULL,
    slot TEXT NOT NULL,
    account BIGINT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    at_millis BIGINT NOT NULL,
    PRIMARY KEY (reimbursement_id, slot)
);
-- Every movement of money, and what each node holds by it. A node cannot give more than it holds.
CREATE TABLE fund_entry (
    id BIGINT NOT NULL PRIMARY KEY,
    indicator_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    from_stage TEXT NOT NULL,
    from_allocation BIGINT NOT NULL,
    from_holder BIGINT NOT NULL,
    to_stage TEXT NOT NULL,
    to_allocation BIGINT NOT NULL,
    to_holder BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    on_day TEXT NOT NULL,
    doc TEXT NOT NULL,
    at_millis BIGINT NOT NULL,
    account BIGINT NOT NULL
);
CREATE INDEX fund_entry_indicator ON fund_entry (indicator_id, on_day, id);
CREATE INDEX fund_entry_from ON fund_entry (from_allocation, on_day);
CREATE INDEX fund_entry_to ON fund_entry (to_allocation, on_day);
CREATE TABLE fund_node (
    indicator_id BIGINT NOT NULL,
    allocation_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    holder BIGINT NOT NULL,
    in_fen BIGINT NOT NULL,
    out_fen BIGINT NOT NULL,
    PRIMARY KEY (indicator_id, allocation_id, stage, holder),
    CHECK (stage = 'source' OR in_fen >= out_fen)
);
CREATE INDEX fund_node_allocation ON fund_node (allocation_id, stage);
CREATE INDEX fund_node_holder ON fund_node (holder, stage);
