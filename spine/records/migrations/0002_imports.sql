-- Files a register was given: what they would change, and what became of them.
CREATE TABLE record_import (
    id BIGINT NOT NULL PRIMARY KEY,
    register TEXT NOT NULL,
    -- checking, checked, applied, refused, failed
    state TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    -- The file and the rows to return, sealed, in the object store; empty when there are none.
    file_object TEXT NOT NULL,
    returned_object TEXT NOT NULL,
    summary TEXT NOT NULL,
    message TEXT NOT NULL,
    account BIGINT NOT NULL,
    actor_name TEXT NOT NULL,
    started_millis BIGINT NOT NULL,
    finished_millis BIGINT
);
CREATE INDEX record_import_account ON record_import (account, register, id);
