-- Lines of the bill of quantities: what a thing costs in this project. Quantities are hundredths.
CREATE TABLE project_price (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    item TEXT NOT NULL,
    spec TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    price_fen BIGINT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_name TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    UNIQUE (project, item, spec, unit)
);
CREATE INDEX project_price_item ON project_price (item, unit, spec);
