CREATE TABLE import_batch (
    id BIGINT PRIMARY KEY,
    data_set TEXT NOT NULL,
    state TEXT NOT NULL,
    dry_run BOOLEAN NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    file_bytes BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    unchanged BOOLEAN NOT NULL,
    row_count BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    warned BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    message TEXT NOT NULL,
    report TEXT NOT NULL,
    has_rejects BOOLEAN NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX import_batch_by_data_set ON import_batch (data_set, started_at);
CREATE INDEX import_batch_by_state ON import_batch (state);
