-- Contracts of a project besides the one it stands on: copies as they lie elsewhere, agreements that amend it, contracts
-- of single lots. Compared with the contract; never taken for it.
CREATE TABLE project_contract_text (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    kind TEXT NOT NULL,
    no TEXT NOT NULL,
    contractor TEXT NOT NULL,
    uscc TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    signed_on TEXT NOT NULL,
    note TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_name TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    voided_on TEXT,
    voided_name TEXT,
    void_note TEXT
);
CREATE INDEX project_contract_text_project ON project_contract_text (project);
