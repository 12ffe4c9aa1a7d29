CREATE TABLE trail_event (
    seq BIGINT NOT NULL PRIMARY KEY,
    at_millis BIGINT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    region BIGINT NOT NULL,
    purpose TEXT,
    request_id TEXT UNIQUE,
    payload TEXT NOT NULL,
    leaf_key TEXT NOT NULL,
    leaf TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX trail_event_subject ON trail_event (subject, seq);
CREATE INDEX trail_event_account ON trail_event (account, seq);
CREATE TABLE trail_head (
    one BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO trail_head (one, seq, hash) VALUES (1, 0, '');
