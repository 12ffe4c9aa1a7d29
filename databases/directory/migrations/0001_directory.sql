CREATE TABLE region (
    code BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    level BIGINT NOT NULL,
    parent BIGINT NOT NULL,
    kind TEXT NOT NULL,
    synthetic BOOLEAN NOT NULL
);
CREATE TABLE org (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    region BIGINT NOT NULL,
    uscc TEXT,
    hotline TEXT
);
CREATE INDEX org_region ON org (region);
CREATE TABLE account (
    id BIGINT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    region BIGINT NOT NULL,
    org TEXT,
    person_key BIGINT,
    password_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    valid_to TEXT,
    must_change BOOLEAN NOT NULL,
    demo BOOLEAN NOT NULL,
    asked_role TEXT,
    asked_region BIGINT,
    asked_org TEXT,
    asked_by BIGINT,
    created_by BIGINT NOT NULL,
    created_millis BIGINT NOT NULL,
    signed_in_millis BIGINT
);
CREATE INDEX account_region ON account (region);
CREATE TABLE sign_in_try (
    login_digest BIGINT NOT NULL PRIMARY KEY,
    failed_count BIGINT NOT NULL,
    last_millis BIGINT NOT NULL,
    locked_until_millis BIGINT NOT NULL
);
CREATE INDEX sign_in_try_last ON sign_in_try (last_millis);
CREATE TABLE holiday (
    day TEXT NOT NULL PRIMARY KEY,
    working BOOLEAN NOT NULL,
    name TEXT NOT NULL
);
