-- Files of other departments on the use of money, as they were taken in or refused: whole or not at all.
CREATE TABLE usage_file (
    id BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    at_millis BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    state TEXT NOT NULL,
    rows BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    faults TEXT NOT NULL
);
CREATE INDEX usage_file_digest ON usage_file (digest, state);
