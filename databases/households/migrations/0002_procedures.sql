-- What a household's procedures and yearly facts need beside the register. `household` and `household_member`
-- stay what other modules read: they hold registered households only. An applicant lies in `applicant` until the
-- last step of the identification, so that nobody is paid or counted as registered before.
ALTER TABLE person ADD COLUMN education TEXT;
ALTER TABLE person ADD COLUMN health TEXT;
ALTER TABLE person ADD COLUMN labour TEXT;
ALTER TABLE person ADD COLUMN student TEXT;
ALTER TABLE person ADD COLUMN disability TEXT;
ALTER TABLE person ADD COLUMN wants_training BOOLEAN;
ALTER TABLE person ADD COLUMN skill TEXT;
-- A person belongs to one active household at a time.
CREATE UNIQUE INDEX household_member_once ON household_member (person_key) WHERE left_on IS NULL;
ALTER TABLE household_member ADD COLUMN left_reason TEXT;
CREATE TABLE applicant (
    household_id BIGINT NOT NULL PRIMARY KEY,
    household_no TEXT NOT NULL UNIQUE,
    region BIGINT NOT NULL,
    head_key BIGINT NOT NULL,
    head_name TEXT NOT NULL,
    attr BIGINT NOT NULL,
    monitor_class BIGINT,
    main_cause TEXT NOT NULL,
    applied_on TEXT NOT NULL,
    open BOOLEAN NOT NULL
);
CREATE INDEX applicant_region ON applicant (region, open);
CREATE TABLE applicant_member (
    household_id BIGINT NOT NULL,
    person_key BIGINT NOT NULL,
    kin TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    PRIMARY KEY (household_id, person_key)
);
CREATE UNIQUE INDEX applicant_member_once ON applicant_member (person_key) WHERE open;
CREATE TABLE household_detail (
    household_id BIGINT NOT NULL PRIMARY KEY,
    std BIGINT NOT NULL,
    address TEXT NOT NULL,
    other_causes TEXT NOT NULL,
    cause_note TEXT NOT NULL,
    risk_types TEXT NOT NULL,
    monitored_on TEXT,
    risk_cleared_on TEXT,
    risk_clear_mode TEXT NOT NULL,
    relapsed_on TEXT,
    consolidation_until TEXT,
    came_from BIGINT
);
CREATE TABLE household_case (
    id BIGINT NOT NULL PRIMARY KEY,
    household_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    head_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    opened_on TEXT NOT NULL,
    since_on TEXT NOT NULL,
    last_actor BIGINT
);
CREATE UNIQUE INDEX household_case_open ON household_case (household_id) WHERE open;
CREATE INDEX household_case_household ON household_case (household_id, id);
CREATE INDEX household_case_region ON household_case (region, open, kind, state);
CREATE TABLE case_step (
    case_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    at_millis BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    account BIGINT,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_codes TEXT NOT NULL,
    basis TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (case_id, no)
);
CREATE TABLE review_meeting (
    case_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    due BIGINT NOT NULL,
    present BIGINT NOT NULL,
    agree BIGINT NOT NULL,
    against BIGINT NOT NULL,
    abstain BIGINT NOT NULL,
    PRIMARY KEY (case_id, no)
);
CREATE TABLE five_sign (
    case_id BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    round BIGINT NOT NULL,
    signer TEXT NOT NULL,
    account BIGINT NOT NULL,
    role TEXT NOT NULL,
    signed_millis BIGINT NOT NULL,
    device TEXT NOT NULL,
    confirmed TEXT NOT NULL,
    PRIMARY KEY (case_id, round, slot)
);
CREATE TABLE case_notice (
    case_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    title TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    days BIGINT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (case_id, no)
);
CREATE TABLE case_objection (
    id BIGINT NOT NULL PRIMARY KEY,
    case_id BIGINT NOT NULL,
    notice_no BIGINT NOT NULL,
    text TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    answer TEXT,
    answered_on TEXT
);
CREATE INDEX case_objection_case ON case_objection (case_id);
CREATE TABLE check_authorisation (
    household_id BIGINT NOT NULL,
    person_key BIGINT NOT NULL,
    signed_on TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    entered_by BIGINT,
    PRIMARY KEY (household_id, person_key, signed_on)
);
CREATE TABLE income_item (
    id BIGINT NOT NULL PRIMARY KEY,
    household_id BIGINT NOT NULL,
    person_key BIGINT,
    period TEXT NOT NULL,
    from_month TEXT NOT NULL,
    to_month TEXT NOT NULL,
    kind TEXT NOT NULL,
    gross_fen BIGINT NOT NULL,
    cost_fen BIGINT NOT NULL,
    evidence TEXT NOT NULL,
    recorder TEXT NOT NULL,
    excluded_reason TEXT,
    entered_millis BIGINT NOT NULL,
    removed_reason TEXT
);
CREATE INDEX income_item_household ON income_item (household_id, to_month);
CREATE TABLE living_condition (
    household_id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    facts TEXT NOT NULL,
    entered_millis BIGINT NOT NULL,
    PRIMARY KEY (household_id, year)
);
CREATE TABLE guarantee_check (
    household_id BIGINT NOT NULL,
    assessed_on TEXT NOT NULL,
    food_ok BOOLEAN NOT NULL,
    clothes_ok BOOLEAN NOT NULL,
    edu_ok BOOLEAN NOT NULL,
    medical_ok BOOLEAN NOT NULL,
    housing_ok BOOLEAN NOT NULL,
    water_ok BOOLEAN NOT NULL,
    evidence TEXT NOT NULL,
    assessor TEXT NOT NULL,
    PRIMARY KEY (household_id, assessed_on)
);
CREATE TABLE measure (
    id BIGINT NOT NULL PRIMARY KEY,
    household_id BIGINT NOT NULL,
    -- measure: what is done for them; policy: what they receive by right.
    sort TEXT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    ended_on TEXT,
    confirmed TEXT NOT NULL,
    confirmed_millis BIGINT
);
CREATE INDEX measure_household ON measure (household_id, on_day);
CREATE TABLE campaign (
    id BIGINT NOT NULL PRIMARY KEY,
    region BIGINT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    title TEXT NOT NULL,
    opens_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (region, kind, period)
);
CREATE TABLE collection_task (
    campaign_id BIGINT NOT NULL,
    target TEXT NOT NULL,
    subject BIGINT NOT NULL,
    region BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    submitted_millis BIGINT,
    submitted_by TEXT,
    base_version BIGINT,
    answers TEXT,
    PRIMARY KEY (campaign_id, target, subject)
);
CREATE INDEX collection_task_region ON collection_task (campaign_id, region, submitted_millis);
CREATE INDEX collection_task_subject ON collection_task (subject, target);
CREATE TABLE identification_audit (
    id BIGINT NOT NULL PRIMARY KEY,
    region BIGINT NOT NULL,
    head_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    found_on TEXT NOT NULL,
    source TEXT NOT NULL,
    household_id BIGINT,
    note TEXT NOT NULL,
    handled_on TEXT,
    outcome TEXT NOT NULL
);
CREATE INDEX identification_audit_region ON identification_audit (region, kind);
