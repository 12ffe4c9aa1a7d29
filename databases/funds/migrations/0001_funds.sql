CREATE TABLE programme (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    org TEXT NOT NULL,
    fund_class BIGINT NOT NULL,
    unit TEXT NOT NULL,
    rate_fen BIGINT NOT NULL,
    cycle TEXT NOT NULL,
    payee_kind TEXT NOT NULL,
    targeted BOOLEAN NOT NULL,
    public_name_mode TEXT NOT NULL,
    basis TEXT NOT NULL,
    what_done TEXT NOT NULL,
    effect TEXT NOT NULL
);
CREATE TABLE indicator (
    id BIGINT NOT NULL PRIMARY KEY,
    programme TEXT NOT NULL,
    doc_no TEXT NOT NULL,
    level TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    arrived_on TEXT NOT NULL
);
CREATE INDEX indicator_programme ON indicator (programme, arrived_on);
CREATE TABLE allocation (
    programme TEXT NOT NULL,
    region BIGINT NOT NULL,
    year BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    decided_on TEXT NOT NULL,
    PRIMARY KEY (programme, year, region)
);
CREATE TABLE payment_batch (
    id BIGINT NOT NULL PRIMARY KEY,
    batch_no TEXT NOT NULL UNIQUE,
    programme TEXT NOT NULL,
    org TEXT NOT NULL,
    month TEXT NOT NULL,
    state TEXT NOT NULL,
    rows BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL
);
CREATE TABLE payment (
    id BIGINT NOT NULL PRIMARY KEY,
    batch_id BIGINT NOT NULL,
    programme TEXT NOT NULL,
    person_key BIGINT NOT NULL,
    payee_name TEXT NOT NULL,
    household_id BIGINT,
    region BIGINT NOT NULL,
    month TEXT NOT NULL,
    qty BIGINT NOT NULL,
    rate_fen BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    paid_on TEXT NOT NULL,
    account_digest BIGINT NOT NULL,
    account_tail TEXT NOT NULL,
    account_name TEXT NOT NULL,
    arrears BOOLEAN NOT NULL,
    state TEXT NOT NULL
);
-- Sums of payments in state 'paid', kept in the same transaction as the payments.
CREATE TABLE payment_total (
    programme TEXT NOT NULL,
    town BIGINT NOT NULL,
    village BIGINT NOT NULL,
    month TEXT NOT NULL,
    rows BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (month, village, programme)
);
-- The same sums by year of payment for every division from the nation down, so that a public page reads a few rows.
CREATE TABLE payment_rollup (
    region BIGINT NOT NULL,
    programme TEXT NOT NULL,
    year BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    last_paid_on TEXT NOT NULL,
    updated_millis BIGINT NOT NULL,
    PRIMARY KEY (region, programme, year)
);
