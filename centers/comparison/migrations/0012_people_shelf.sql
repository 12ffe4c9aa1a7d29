-- The register as the last comparison that read everybody kept it, in a file beside the database: which file, its check,
-- how far the register had come, and which lists told of people who are not registered.
CREATE TABLE people_shelf (
    id BIGINT NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    file_check BIGINT NOT NULL,
    entered BIGINT NOT NULL,
    lists TEXT NOT NULL
);
