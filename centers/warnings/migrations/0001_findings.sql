CREATE TABLE finding (
    id BIGINT NOT NULL PRIMARY KEY,
    finding_no TEXT NOT NULL UNIQUE,
    finding_key TEXT NOT NULL UNIQUE,
    rule_id TEXT NOT NULL,
    rule_version BIGINT NOT NULL,
    mode TEXT NOT NULL,
    severity TEXT NOT NULL,
    colour TEXT NOT NULL,
    confidence TEXT NOT NULL,
    origin TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_key BIGINT NOT NULL,
    person_key BIGINT,
    household_id BIGINT,
    subject_name TEXT NOT NULL,
    region BIGINT NOT NULL,
    programme TEXT,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    money_fen BIGINT NOT NULL,
    proposed_exception TEXT,
    summary TEXT NOT NULL,
    evidence TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    concerns_cadre BOOLEAN NOT NULL,
    owner_department TEXT NOT NULL,
    stage TEXT NOT NULL,
    supervisor TEXT,
    due_millis BIGINT,
    extended BOOLEAN NOT NULL,
    answered BOOLEAN NOT NULL,
    verdict TEXT,
    exception_code TEXT,
    confirmed_fen BIGINT,
    recovered_fen BIGINT,
    verdict_by BIGINT,
    reviewed_by BIGINT,
    checked_by BIGINT,
    rectified_by BIGINT,
    elimination_by BIGINT,
    check_due BOOLEAN NOT NULL,
    merged_into BIGINT,
    returns BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    first_run BIGINT NOT NULL,
    found_millis BIGINT NOT NULL,
    changed_millis BIGINT NOT NULL,
    steps BIGINT NOT NULL
);
CREATE INDEX finding_region ON finding (region, stage);
CREATE INDEX finding_owner ON finding (owner_department, stage);
CREATE INDEX finding_rule ON finding (rule_id, region);
CREATE INDEX finding_household ON finding (household_id);
CREATE INDEX finding_order ON finding (found_millis, id);
CREATE TABLE finding_step (
    finding_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_stage TEXT NOT NULL,
    to_stage TEXT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    at_millis BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (finding_id, seq)
);
CREATE TABLE finding_attachment (
    finding_id BIGINT NOT NULL,
    step_seq BIGINT NOT NULL,
    digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (finding_id, step_seq, digest)
);
CREATE TABLE clearance_note (
    finding_id BIGINT NOT NULL,
    step_seq BIGINT NOT NULL,
    state TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    region BIGINT NOT NULL,
    note TEXT NOT NULL,
    drafted_by BIGINT NOT NULL,
    drafted_millis BIGINT NOT NULL,
    decided_millis BIGINT,
    PRIMARY KEY (finding_id, step_seq)
);
CREATE TABLE warning_elimination (
    finding_id BIGINT NOT NULL,
    step_seq BIGINT NOT NULL,
    state TEXT NOT NULL,
    reasons TEXT NOT NULL,
    applied_by BIGINT NOT NULL,
    applied_name TEXT NOT NULL,
    applied_millis BIGINT NOT NULL,
    decided_by BIGINT,
    decided_name TEXT,
    decided_millis BIGINT,
    decision TEXT NOT NULL,
    PRIMARY KEY (finding_id, step_seq)
);
CREATE TABLE recheck_sample (
    id BIGINT NOT NULL PRIMARY KEY,
    region BIGINT NOT NULL,
    seed TEXT NOT NULL,
    share_bp BIGINT NOT NULL,
    population BIGINT NOT NULL,
    chosen BIGINT NOT NULL,
    drawn_by BIGINT NOT NULL,
    drawn_name TEXT NOT NULL,
    drawn_millis BIGINT NOT NULL
);
CREATE INDEX recheck_sample_region ON recheck_sample (region);
CREATE TABLE recheck_item (
    sample_id BIGINT NOT NULL,
    finding_id BIGINT NOT NULL,
    draw_hash TEXT NOT NULL,
    chosen BOOLEAN NOT NULL,
    PRIMARY KEY (sample_id, finding_id)
);
CREATE TABLE verification_notice (
    id BIGINT NOT NULL PRIMARY KEY,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    finding_id BIGINT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    addressee TEXT NOT NULL,
    due_on TEXT,
    issued_by BIGINT NOT NULL,
    issued_name TEXT NOT NULL,
    issued_millis BIGINT NOT NULL,
    UNIQUE (year, number)
);
CREATE INDEX verification_notice_finding ON verification_notice (finding_id);
