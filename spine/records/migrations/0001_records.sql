-- Every version of every record, whole: who, when, why, and how it stood on any past day.
CREATE TABLE record_version (
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at_millis BIGINT NOT NULL,
    day TEXT NOT NULL,
    actor BIGINT,
    actor_name TEXT NOT NULL,
    role TEXT NOT NULL,
    act TEXT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (kind, record_id, version)
);
CREATE TABLE record_paper (
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    digest TEXT NOT NULL,
    file_name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    at_millis BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    PRIMARY KEY (kind, record_id, step, digest)
);
CREATE TABLE form_draft (
    account BIGINT NOT NULL,
    form TEXT NOT NULL,
    form_key TEXT NOT NULL,
    body TEXT NOT NULL,
    saved_millis BIGINT NOT NULL,
    PRIMARY KEY (account, form, form_key)
);
CREATE TABLE saved_filter (
    id BIGINT NOT NULL PRIMARY KEY,
    account BIGINT NOT NULL,
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    UNIQUE (account, page, name)
);
