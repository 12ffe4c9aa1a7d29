-- The money of village collectives: accounts, the entries of their books, and sums that pages read instead of entries.
CREATE TABLE village_account (
    id BIGINT NOT NULL PRIMARY KEY,
    region BIGINT NOT NULL,
    kind TEXT NOT NULL,
    bank TEXT NOT NULL,
    number_digest BIGINT NOT NULL,
    number_tail TEXT NOT NULL,
    holder TEXT NOT NULL,
    opening_fen BIGINT NOT NULL,
    opened_on TEXT NOT NULL,
    closed_on TEXT
);
-- One basic account and one card for a village.
CREATE UNIQUE INDEX village_account_open ON village_account (region, kind) WHERE closed_on IS NULL;
CREATE UNIQUE INDEX village_account_number ON village_account (number_digest);

-- Villages write the same words month after month: each is kept once, and a search reads the words, not the entries.
CREATE TABLE village_word (
    id BIGINT NOT NULL PRIMARY KEY,
    word TEXT NOT NULL UNIQUE
);

CREATE TABLE village_entry (
    id BIGINT NOT NULL PRIMARY KEY,
    region BIGINT NOT NULL,
    town BIGINT NOT NULL,
    account BIGINT NOT NULL,
    voucher_no TEXT NOT NULL,
    day TEXT NOT NULL,
    direction TEXT NOT NULL,
    category TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    channel TEXT NOT NULL,
    party BIGINT NOT NULL,
    party_is_person BOOLEAN NOT NULL,
    summary BIGINT NOT NULL,
    decision_no TEXT NOT NULL,
    state TEXT NOT NULL,
    reverses BIGINT,
    entered_by BIGINT NOT NULL,
    entered_name TEXT NOT NULL,
    signed_name TEXT NOT NULL,
    checked_name TEXT NOT NULL,
    checked_millis BIGINT NOT NULL,
    last_actor BIGINT NOT NULL
);

-- Sums of checked entries of a month, for the village and every division around it up to the county: a page of any
-- place reads the rows of that place and of those directly below it.
CREATE TABLE village_month (
    region BIGINT NOT NULL,
    parent BIGINT NOT NULL,
    month TEXT NOT NULL,
    direction TEXT NOT NULL,
    rows BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (region, month, direction)
);
CREATE INDEX village_month_parent ON village_month (parent, month);
-- The same entries by town, with what they were for and how they were paid.
CREATE TABLE village_town_month (
    town BIGINT NOT NULL,
    month TEXT NOT NULL,
    direction TEXT NOT NULL,
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    rows BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (town, month, direction, category, channel)
);
