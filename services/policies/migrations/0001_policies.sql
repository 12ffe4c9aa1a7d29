-- Documents people may rely on, each with its interpretation in plain words. Nothing is ever deleted.
CREATE TABLE policy (
    id BIGINT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    issuer TEXT NOT NULL,
    doc_no TEXT NOT NULL,
    category TEXT NOT NULL,
    place TEXT NOT NULL,
    -- A day, or the year alone where no more is known; empty where nothing is.
    issued TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    fund_type TEXT NOT NULL,
    summary TEXT NOT NULL,
    plain_words TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    withdrawn_on TEXT NOT NULL,
    withdrawn_why TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_name TEXT NOT NULL,
    published_name TEXT NOT NULL,
    last_actor BIGINT NOT NULL
);
CREATE INDEX policy_state ON policy (state, category, issuer);
