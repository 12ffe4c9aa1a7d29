-- Near kin outside the household, as helpers declare them. No number is kept, only its key.
CREATE TABLE declared_kin (
    helper_id BIGINT NOT NULL,
    relative_key BIGINT NOT NULL,
    relative_name TEXT NOT NULL,
    code TEXT NOT NULL,
    declared_on TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    PRIMARY KEY (helper_id, relative_key)
);
CREATE INDEX declared_kin_relative ON declared_kin (relative_key);
