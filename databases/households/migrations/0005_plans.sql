-- 一户一法、一村一策: what is planned for a household or a village in a year, line by line with the five questions.
CREATE TABLE assistance_plan (
    id BIGINT NOT NULL PRIMARY KEY,
    -- household or village
    target TEXT NOT NULL,
    -- id of the household, or code of the village
    subject BIGINT NOT NULL,
    region BIGINT NOT NULL,
    name TEXT NOT NULL,
    year BIGINT NOT NULL,
    aim TEXT NOT NULL,
    state TEXT NOT NULL,
    since_on TEXT NOT NULL,
    last_actor BIGINT,
    meeting TEXT,
    line_count BIGINT NOT NULL,
    planned_fen BIGINT NOT NULL,
    UNIQUE (target, subject, year)
);
CREATE INDEX assistance_plan_region ON assistance_plan (year, target, region);
CREATE TABLE plan_line (
    plan_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    what TEXT NOT NULL,
    fund TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    who TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    duty TEXT NOT NULL,
    measure_id BIGINT,
    PRIMARY KEY (plan_id, no)
);
