CREATE TABLE web_session (
    id_hash TEXT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL,
    data TEXT NOT NULL,
    expires_seconds BIGINT NOT NULL
);
CREATE INDEX web_session_account ON web_session (account);
CREATE INDEX web_session_expires ON web_session (expires_seconds);
