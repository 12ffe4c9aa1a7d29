-- Who helps. `pair_key` stands for the helper in the table of household pairings: the account where there is one,
-- the helper's own id otherwise; both come from one source of ids.
CREATE TABLE helper (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    branch TEXT NOT NULL,
    unit TEXT NOT NULL,
    title TEXT NOT NULL,
    trade TEXT NOT NULL,
    place TEXT NOT NULL,
    region BIGINT NOT NULL,
    person_key BIGINT,
    account BIGINT,
    pair_key BIGINT NOT NULL UNIQUE,
    entered_on TEXT NOT NULL,
    until_on TEXT,
    state TEXT NOT NULL,
    left_on TEXT
);
CREATE INDEX helper_region ON helper (region, state, kind);
CREATE INDEX helper_name ON helper (name);
CREATE TABLE team (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    region BIGINT NOT NULL,
    founded_on TEXT NOT NULL,
    closed_on TEXT
);
CREATE INDEX team_region ON team (region, kind);
CREATE TABLE team_member (
    team_id BIGINT NOT NULL,
    helper_id BIGINT NOT NULL,
    part TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT,
    PRIMARY KEY (team_id, helper_id, from_on)
);
CREATE INDEX team_member_helper ON team_member (helper_id);
-- Villages and projects with the teams that help or watch them.
CREATE TABLE team_pairing (
    id BIGINT NOT NULL PRIMARY KEY,
    team_id BIGINT NOT NULL,
    team_kind TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    region BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT
);
CREATE INDEX team_pairing_target ON team_pairing (target_kind, target_id, team_kind);
CREATE INDEX team_pairing_team ON team_pairing (team_id);
-- Projects that need a group: number, title and place as the project database tells them.
CREATE TABLE helped_project (
    id BIGINT NOT NULL PRIMARY KEY,
    no TEXT NOT NULL,
    title TEXT NOT NULL,
    region BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT
);
CREATE INDEX helped_project_region ON helped_project (region);
CREATE TABLE visit (
    id BIGINT NOT NULL PRIMARY KEY,
    household_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    helper_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    day TEXT NOT NULL,
    state TEXT NOT NULL,
    took_place BOOLEAN NOT NULL,
    check_in_millis BIGINT,
    check_out_millis BIGINT,
    uploaded_millis BIGINT,
    late_reason TEXT NOT NULL,
    latitude_e6 BIGINT,
    longitude_e6 BIGINT,
    accuracy_m BIGINT,
    device TEXT,
    offline_millis BIGINT,
    note TEXT NOT NULL,
    measures TEXT NOT NULL,
    photos BIGINT NOT NULL,
    household_confirm TEXT NOT NULL
);
CREATE INDEX visit_household ON visit (household_id, month);
CREATE INDEX visit_helper ON visit (helper_id, month);
CREATE INDEX visit_region ON visit (region, month, state);
CREATE INDEX visit_day ON visit (day, id);
-- Days a resident was in the village.
CREATE TABLE presence (
    helper_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    month TEXT NOT NULL,
    team_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    PRIMARY KEY (helper_id, day)
);
CREATE INDEX presence_team ON presence (team_id, month);
CREATE TABLE helper_leave (
    id BIGINT NOT NULL PRIMARY KEY,
    helper_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_note TEXT NOT NULL
);
CREATE INDEX helper_leave_helper ON helper_leave (helper_id);
CREATE TABLE leave_month (
    helper_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    days BIGINT NOT NULL,
    PRIMARY KEY (helper_id, month)
);
CREATE TABLE duty_setting (
    parameter TEXT NOT NULL,
    from_on TEXT NOT NULL,
    value BIGINT NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (parameter, from_on)
);
CREATE TABLE spot_check (
    id BIGINT NOT NULL PRIMARY KEY,
    visit_id BIGINT,
    household_id BIGINT NOT NULL,
    region BIGINT NOT NULL,
    helper_id BIGINT,
    day TEXT NOT NULL,
    answers TEXT NOT NULL,
    yes_count BIGINT NOT NULL,
    asked_count BIGINT NOT NULL,
    note TEXT NOT NULL,
    checker_name TEXT NOT NULL
);
CREATE INDEX spot_check_region ON spot_check (region, day);
CREATE TABLE measure_log (
    id BIGINT NOT NULL PRIMARY KEY,
    helper_id BIGINT,
    team_id BIGINT,
    kind TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id BIGINT NOT NULL,
    target_title TEXT NOT NULL,
    region BIGINT NOT NULL,
    day TEXT NOT NULL,
    content TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    fund_origin TEXT NOT NULL
);
CREATE INDEX measure_log_region ON measure_log (region, day);
CREATE TABLE staffing (
    region BIGINT NOT NULL,
    day TEXT NOT NULL,
    key_county BOOLEAN NOT NULL,
    posts BIGINT NOT NULL,
    in_post BIGINT NOT NULL,
    added BIGINT NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (region, day)
);
CREATE TABLE reminder (
    id BIGINT NOT NULL PRIMARY KEY,
    helper_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    region BIGINT NOT NULL,
    content TEXT NOT NULL,
    sent_millis BIGINT NOT NULL,
    sent_by TEXT NOT NULL,
    answered_millis BIGINT,
    answer TEXT NOT NULL,
    UNIQUE (helper_id, month)
);
CREATE INDEX reminder_region ON reminder (region, month);
