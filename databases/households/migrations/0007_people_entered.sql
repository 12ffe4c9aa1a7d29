-- In which order people came to the register, so that a reader who knows it as it was finds who came since. Whoever was
-- there before this was counted is 0.
ALTER TABLE person ADD COLUMN entered BIGINT NOT NULL DEFAULT 0;
CREATE INDEX person_entered ON person (entered);
