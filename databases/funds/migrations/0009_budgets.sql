-- The yearly budget of a programme by economic code: what was approved first, and what it is after adjustments.
CREATE TABLE fund_budget (
    id BIGINT NOT NULL PRIMARY KEY,
    programme TEXT NOT NULL,
    year BIGINT NOT NULL,
    code TEXT NOT NULL,
    first_fen BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    doc_no TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    adjusted_doc TEXT,
    adjusted_on TEXT,
    entered_by BIGINT NOT NULL,
    UNIQUE (programme, year, code)
);
CREATE INDEX fund_budget_year ON fund_budget (year, programme);
