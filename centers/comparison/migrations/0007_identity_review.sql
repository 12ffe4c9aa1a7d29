-- Rows that may be about somebody, each with the person who is likeliest; a person answers. One row and person is one case,
-- however often it is delivered.
CREATE TABLE identity_case (
    id BIGINT NOT NULL PRIMARY KEY,
    data_set TEXT NOT NULL,
    tag BIGINT NOT NULL,
    person_key BIGINT NOT NULL,
    second_key BIGINT,
    snapshot TEXT NOT NULL,
    row_no BIGINT NOT NULL,
    name TEXT NOT NULL,
    region BIGINT NOT NULL,
    concern BIGINT NOT NULL,
    per_mille BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    state TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    answered_at BIGINT,
    answered_name TEXT NOT NULL DEFAULT '',
    answered_by BIGINT,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX identity_case_of ON identity_case (data_set, tag, person_key);
CREATE INDEX identity_case_open ON identity_case (state, concern, region);
-- What was said and taken back, in order.
CREATE TABLE identity_answer (
    id BIGINT NOT NULL PRIMARY KEY,
    case_id BIGINT NOT NULL,
    act TEXT NOT NULL,
    reason TEXT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX identity_answer_of ON identity_answer (case_id, at);
