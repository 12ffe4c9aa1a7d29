CREATE TABLE person (
    person_key BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sex BIGINT NOT NULL,
    birth TEXT NOT NULL,
    region BIGINT NOT NULL,
    kin TEXT NOT NULL,
    household_id BIGINT,
    id_sealed BYTEA NOT NULL,
    phone_sealed BYTEA,
    phone_digest BIGINT,
    death_date TEXT
);
CREATE INDEX person_household ON person (household_id);
CREATE INDEX person_region ON person (region);
CREATE TABLE household (
    id BIGINT NOT NULL PRIMARY KEY,
    household_no TEXT NOT NULL UNIQUE,
    region BIGINT NOT NULL,
    head_key BIGINT NOT NULL,
    head_name TEXT NOT NULL,
    population BIGINT NOT NULL,
    status BIGINT NOT NULL,
    attr BIGINT NOT NULL,
    monitor_class BIGINT,
    main_cause TEXT NOT NULL,
    registered_on TEXT,
    exited_on TEXT,
    removed_on TEXT
);
CREATE INDEX household_region ON household (region, household_no);
-- Counts and sums of people by state without touching the rows.
CREATE INDEX household_count ON household (region, status, attr, population);
CREATE TABLE household_member (
    household_id BIGINT NOT NULL,
    person_key BIGINT NOT NULL,
    kin TEXT NOT NULL,
    joined_on TEXT NOT NULL,
    left_on TEXT,
    PRIMARY KEY (household_id, person_key, joined_on)
);
CREATE INDEX household_member_person ON household_member (person_key);
CREATE TABLE pairing (
    household_id BIGINT NOT NULL,
    account BIGINT NOT NULL,
    helper_name TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT,
    PRIMARY KEY (household_id, account, from_on)
);
CREATE INDEX pairing_account ON pairing (account);
