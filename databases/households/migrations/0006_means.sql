-- 家庭经济状况核对: what the county asks of the city's system, for whom, on what ground, and what came back. No
-- readable number lies here: the file is made from the sealed ones when it is fetched.
CREATE TABLE means_request (
    id BIGINT NOT NULL PRIMARY KEY,
    no TEXT NOT NULL UNIQUE,
    region BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    households BIGINT NOT NULL,
    people BIGINT NOT NULL,
    made_by BIGINT,
    made_name TEXT NOT NULL,
    made_millis BIGINT NOT NULL,
    approved_name TEXT,
    approved_millis BIGINT,
    fetched_name TEXT,
    fetched_millis BIGINT,
    -- SHA-256 of the file as it was last fetched
    digest TEXT
);
CREATE INDEX means_request_region ON means_request (region, id);
CREATE TABLE means_person (
    request_id BIGINT NOT NULL,
    person_key BIGINT NOT NULL,
    household_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    kin TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    PRIMARY KEY (request_id, person_key)
);
CREATE TABLE means_answer (
    request_id BIGINT NOT NULL,
    person_key BIGINT NOT NULL,
    -- one of the eight kinds
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    household_id BIGINT NOT NULL,
    found BOOLEAN NOT NULL,
    detail TEXT NOT NULL,
    amount_fen BIGINT,
    as_of TEXT NOT NULL,
    entered_millis BIGINT NOT NULL,
    PRIMARY KEY (request_id, person_key, kind, source)
);
CREATE INDEX means_answer_household ON means_answer (household_id);
