-- Counts over a county without touching the rows: who should be helped, who is, who was visited in a month.
CREATE INDEX household_help ON household (region, status, registered_on, removed_on, exited_on, id);
CREATE INDEX pairing_hold ON pairing (household_id, from_on, to_on, account);
CREATE INDEX visit_month ON visit (month, household_id, took_place);
CREATE INDEX measure_log_day ON measure_log (day, id);
