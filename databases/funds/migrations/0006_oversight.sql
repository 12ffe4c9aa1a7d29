-- What is known of money from documents of higher levels, whether or not it was collected here.
CREATE TABLE upper_document (
    id BIGINT NOT NULL PRIMARY KEY,
    doc_no TEXT NOT NULL UNIQUE,
    level TEXT NOT NULL,
    org TEXT NOT NULL,
    title TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    issued_on TEXT NOT NULL,
    entered_by BIGINT NOT NULL
);
-- Analyses, warnings online and checks by third parties, each with the answer of those concerned.
CREATE TABLE fund_activity (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    programme TEXT NOT NULL,
    title TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    on_day TEXT NOT NULL,
    finding TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    due_on TEXT,
    answer TEXT NOT NULL,
    answered_on TEXT,
    state TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    answered_by BIGINT NOT NULL
);
CREATE INDEX fund_activity_programme ON fund_activity (programme, on_day);
-- One evaluation of the management of a programme's money in a year; the points by item as JSON.
CREATE TABLE fund_evaluation (
    id BIGINT NOT NULL PRIMARY KEY,
    programme TEXT NOT NULL,
    year BIGINT NOT NULL,
    points TEXT NOT NULL,
    total BIGINT NOT NULL,
    opinion TEXT NOT NULL,
    state TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_on TEXT NOT NULL,
    confirmed_by BIGINT NOT NULL,
    confirmed_on TEXT,
    UNIQUE (programme, year)
);
-- Funds with a ledger of their own; none ever holds less than nothing.
CREATE TABLE special_fund (
    fund TEXT NOT NULL PRIMARY KEY,
    in_fen BIGINT NOT NULL,
    out_fen BIGINT NOT NULL,
    CHECK (in_fen >= out_fen)
);
CREATE TABLE special_entry (
    id BIGINT NOT NULL PRIMARY KEY,
    fund TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    on_day TEXT NOT NULL,
    party TEXT NOT NULL,
    doc TEXT NOT NULL,
    balance_fen BIGINT NOT NULL,
    entered_by BIGINT NOT NULL
);
CREATE INDEX special_entry_fund ON special_entry (fund, on_day, id);
-- Integrated agricultural money: the budget subject it was moved to, and how far the works are.
CREATE TABLE subject_change (
    allocation_id BIGINT NOT NULL PRIMARY KEY,
    from_subject TEXT NOT NULL,
    to_subject TEXT NOT NULL,
    org TEXT NOT NULL,
    doc TEXT NOT NULL,
    on_day TEXT NOT NULL,
    entered_by BIGINT NOT NULL
);
CREATE TABLE progress_report (
    id BIGINT NOT NULL PRIMARY KEY,
    allocation_id BIGINT NOT NULL,
    percent BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    note TEXT NOT NULL,
    entered_by BIGINT NOT NULL
);
CREATE INDEX progress_report_allocation ON progress_report (allocation_id, on_day);
