-- Who answers for public money: one row for a person in a duty, from a day to a day.
CREATE TABLE office_duty (
    id BIGINT NOT NULL PRIMARY KEY,
    duty TEXT NOT NULL,
    -- Which money or projects.
    matter TEXT NOT NULL,
    region BIGINT NOT NULL,
    unit TEXT NOT NULL,
    post TEXT NOT NULL,
    holder TEXT NOT NULL,
    basis TEXT NOT NULL,
    from_on TEXT NOT NULL,
    -- The day on which a successor took over or the duty ended; this day is no longer his.
    to_on TEXT
);
CREATE INDEX office_duty_region ON office_duty (region, duty);
