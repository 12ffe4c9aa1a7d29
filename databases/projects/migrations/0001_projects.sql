CREATE TABLE project (
    id BIGINT NOT NULL PRIMARY KEY,
    no TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    region BIGINT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    year BIGINT NOT NULL,
    province_key BOOLEAN NOT NULL,
    site TEXT NOT NULL,
    site_note TEXT NOT NULL,
    content TEXT NOT NULL,
    start_plan TEXT NOT NULL,
    end_plan TEXT NOT NULL,
    owner TEXT NOT NULL,
    responsible TEXT NOT NULL,
    duty TEXT NOT NULL,
    need TEXT NOT NULL,
    surveyed_on TEXT NOT NULL,
    expected_yield_fen BIGINT NOT NULL,
    link TEXT NOT NULL,
    income_model TEXT NOT NULL,
    subsidy TEXT NOT NULL,
    planned_fen BIGINT NOT NULL,
    entered_by BIGINT NOT NULL,
    last_actor BIGINT NOT NULL,
    last_on TEXT NOT NULL,
    suspended_from TEXT
);
CREATE INDEX project_region ON project (region, no);
CREATE INDEX project_state ON project (state, region);
CREATE TABLE project_fund (
    project BIGINT NOT NULL,
    place BIGINT NOT NULL,
    source TEXT NOT NULL,
    level TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (project, place)
);
CREATE TABLE project_beneficiary (
    project BIGINT NOT NULL,
    household_id BIGINT NOT NULL,
    PRIMARY KEY (project, household_id)
);
CREATE INDEX project_beneficiary_household ON project_beneficiary (household_id);
-- One row for each time a state was reached; `detail` holds what the form of the step said.
CREATE TABLE project_step (
    project BIGINT NOT NULL,
    place BIGINT NOT NULL,
    act TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    on_day TEXT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    late_days BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (project, place)
);
CREATE INDEX project_step_state ON project_step (to_state, on_day);
CREATE TABLE project_tender (
    project BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    method TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    awarded_on TEXT,
    winner TEXT,
    winner_uscc TEXT,
    award_fen BIGINT
);
CREATE TABLE project_bid (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    bidder TEXT NOT NULL,
    uscc TEXT NOT NULL,
    price_fen BIGINT NOT NULL,
    ip TEXT NOT NULL,
    mac TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX project_bid_project ON project_bid (project);
CREATE TABLE project_contract (
    project BIGINT NOT NULL PRIMARY KEY,
    no TEXT NOT NULL,
    contractor TEXT NOT NULL,
    uscc TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    retained_fen BIGINT NOT NULL,
    signed_on TEXT NOT NULL
);
CREATE TABLE project_change (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    reason TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_name TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    approved_by BIGINT,
    approved_name TEXT,
    approved_on TEXT,
    basis TEXT
);
CREATE INDEX project_change_project ON project_change (project);
CREATE TABLE project_milestone (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    stage TEXT NOT NULL,
    on_day TEXT NOT NULL,
    note TEXT NOT NULL,
    actor_name TEXT NOT NULL
);
CREATE INDEX project_milestone_project ON project_milestone (project, on_day);
CREATE TABLE project_inspection (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    month TEXT NOT NULL,
    on_day TEXT NOT NULL,
    inspectors TEXT NOT NULL,
    result TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX project_inspection_project ON project_inspection (project, month);
CREATE TABLE project_rep (
    project BIGINT NOT NULL,
    name TEXT NOT NULL,
    from_on TEXT NOT NULL,
    PRIMARY KEY (project, name)
);
CREATE TABLE project_acceptance (
    project BIGINT NOT NULL,
    place BIGINT NOT NULL,
    level BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    team TEXT NOT NULL,
    opinion TEXT NOT NULL,
    asked BIGINT NOT NULL,
    satisfied BIGINT NOT NULL,
    sampled BOOLEAN NOT NULL,
    seed TEXT NOT NULL,
    PRIMARY KEY (project, place)
);
CREATE TABLE project_payment (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    paid_on TEXT NOT NULL,
    stage TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX project_payment_project ON project_payment (project);
CREATE TABLE project_risk (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    note TEXT NOT NULL,
    measure TEXT NOT NULL,
    owner TEXT NOT NULL,
    due_on TEXT NOT NULL,
    closed_on TEXT,
    closed_note TEXT
);
CREATE INDEX project_risk_project ON project_risk (project);
CREATE TABLE project_performance (
    project BIGINT NOT NULL PRIMARY KEY,
    score BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    on_day TEXT NOT NULL
);
CREATE TABLE project_exemption (
    project BIGINT NOT NULL PRIMARY KEY,
    cause TEXT NOT NULL,
    evidence TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    basis TEXT NOT NULL,
    on_day TEXT NOT NULL
);
-- One draw for a town and a batch; it is never withdrawn. The list is the rows of project_draw_item.
CREATE TABLE project_draw (
    id BIGINT NOT NULL PRIMARY KEY,
    town BIGINT NOT NULL,
    batch TEXT NOT NULL,
    seed TEXT NOT NULL,
    list_hash TEXT NOT NULL,
    listed BIGINT NOT NULL,
    share_bp BIGINT NOT NULL,
    above_fen BIGINT NOT NULL,
    announced_on TEXT NOT NULL,
    announced_by TEXT NOT NULL,
    drawn_on TEXT,
    widened_on TEXT,
    UNIQUE (town, batch)
);
CREATE TABLE project_draw_item (
    draw BIGINT NOT NULL,
    project BIGINT NOT NULL,
    place BIGINT NOT NULL,
    why TEXT,
    passed BOOLEAN,
    failures BIGINT NOT NULL,
    note TEXT,
    PRIMARY KEY (draw, project)
);
CREATE INDEX project_draw_item_project ON project_draw_item (project);
CREATE TABLE project_task (
    year BIGINT NOT NULL,
    kind TEXT NOT NULL,
    region BIGINT NOT NULL,
    done_on TEXT NOT NULL,
    note TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    PRIMARY KEY (year, kind, region)
);
CREATE TABLE project_parameter (
    name TEXT NOT NULL,
    from_on TEXT NOT NULL,
    value BIGINT NOT NULL,
    basis TEXT NOT NULL,
    PRIMARY KEY (name, from_on)
);
CREATE TABLE project_asset (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    region BIGINT NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    cost_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    owner_level TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    certificate TEXT NOT NULL,
    receiver TEXT NOT NULL,
    formed_on TEXT NOT NULL,
    registered_on TEXT,
    last_actor BIGINT NOT NULL,
    last_on TEXT NOT NULL
);
CREATE INDEX project_asset_project ON project_asset (project);
CREATE INDEX project_asset_region ON project_asset (region, state);
CREATE TABLE asset_yield (
    id BIGINT NOT NULL PRIMARY KEY,
    asset BIGINT NOT NULL,
    period TEXT NOT NULL,
    due_fen BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    received_fen BIGINT,
    received_on TEXT,
    resolution TEXT,
    notice_on TEXT,
    paid_on TEXT,
    evaluation TEXT,
    UNIQUE (asset, period)
);
CREATE TABLE yield_share (
    yield_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    use_kind TEXT NOT NULL,
    household_id BIGINT,
    name TEXT NOT NULL,
    weight BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    paid_on TEXT,
    PRIMARY KEY (yield_id, place)
);
