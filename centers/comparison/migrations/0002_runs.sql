CREATE TABLE run (
    id BIGINT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    region BIGINT NOT NULL,
    rules TEXT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    finished_at BIGINT,
    registers TEXT NOT NULL,
    digest TEXT NOT NULL,
    findings BIGINT NOT NULL,
    found_new BIGINT NOT NULL,
    found_updated BIGINT NOT NULL,
    found_cleared BIGINT NOT NULL,
    found_unchanged BIGINT NOT NULL,
    people BIGINT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX run_by_state ON run (state, id);
CREATE TABLE run_rule (
    run_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    rule_version BIGINT NOT NULL,
    rule_hash TEXT NOT NULL,
    rule_name TEXT NOT NULL,
    findings BIGINT NOT NULL,
    exceptions BIGINT NOT NULL,
    millis BIGINT NOT NULL,
    PRIMARY KEY (run_id, rule_id)
);
CREATE TABLE run_snapshot (
    run_id BIGINT NOT NULL,
    data_set TEXT NOT NULL,
    hash TEXT NOT NULL,
    file_name TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    concerned BIGINT NOT NULL,
    PRIMARY KEY (run_id, data_set)
);
-- SHA-256 over the bytes of a snapshot's file, taken when a run first reads it; a file that changes later is refused.
CREATE TABLE snapshot_seal (
    data_set TEXT NOT NULL,
    hash TEXT NOT NULL,
    bytes_sha256 TEXT NOT NULL,
    sealed_at BIGINT NOT NULL,
    PRIMARY KEY (data_set, hash)
);
