-- One question about oneself, from the number typed in to the code given back. Gone two hours later.
CREATE TABLE own_proof (
    token_digest BIGINT NOT NULL PRIMARY KEY,
    person_key BIGINT NOT NULL,
    begun_millis BIGINT NOT NULL,
    code_digest BIGINT,
    code_sent_millis BIGINT,
    tries BIGINT NOT NULL,
    proved_millis BIGINT
);
CREATE INDEX own_proof_begun ON own_proof (begun_millis);
CREATE INDEX own_proof_person ON own_proof (person_key, begun_millis);
-- Codes asked for a person: nobody's phone is flooded.
CREATE TABLE own_code (
    id BIGINT NOT NULL PRIMARY KEY,
    person_key BIGINT NOT NULL,
    at_millis BIGINT NOT NULL
);
CREATE INDEX own_code_person ON own_code (person_key, at_millis);
-- Look-ups of the last hour by digest of address and device.
CREATE TABLE own_look (
    id BIGINT NOT NULL PRIMARY KEY,
    slot BIGINT NOT NULL,
    at_millis BIGINT NOT NULL
);
CREATE INDEX own_look_slot ON own_look (slot, at_millis);
CREATE INDEX own_look_at ON own_look (at_millis);
-- Messages of a trial, which no phone receives.
CREATE TABLE outbox_message (
    id BIGINT NOT NULL PRIMARY KEY,
    at_millis BIGINT NOT NULL,
    phone_mask TEXT NOT NULL,
    text TEXT NOT NULL
);
