CREATE INDEX payment_day ON payment (paid_on, id, region, programme) WHERE state = 'paid';
CREATE INDEX payment_programme ON payment (programme, paid_on, id, region) WHERE state = 'paid';
CREATE INDEX payment_month ON payment (month, paid_on, id, region, programme) WHERE state = 'paid';
CREATE INDEX payment_region ON payment (region, programme, paid_on, id) WHERE state = 'paid';
CREATE INDEX payment_not_paid ON payment (state, paid_on, id) WHERE state <> 'paid';
CREATE INDEX payment_person ON payment (person_key, paid_on);
CREATE INDEX payment_payee ON payment (payee_name, paid_on);
CREATE INDEX payment_household ON payment (household_id, paid_on) WHERE household_id IS NOT NULL;
