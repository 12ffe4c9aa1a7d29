-- What a rule was called in a version, without reading every run.
CREATE INDEX run_rule_version ON run_rule (rule_id, rule_version);
