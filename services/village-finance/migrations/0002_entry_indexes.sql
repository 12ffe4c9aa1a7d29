CREATE UNIQUE INDEX village_entry_voucher ON village_entry (voucher_no, region);
CREATE INDEX village_entry_place ON village_entry (region, day, direction, category, channel, state, amount_fen);
CREATE INDEX village_entry_town ON village_entry (town, day, id, region, state, direction, category, channel);
CREATE INDEX village_entry_day ON village_entry (day, id, region, state, direction, category, channel);
CREATE INDEX village_entry_summary ON village_entry (summary, day, id, region, state, direction, category, channel, amount_fen);
CREATE INDEX village_entry_party ON village_entry (party, summary, day, id, region, state, direction, category, channel, amount_fen);
CREATE INDEX village_entry_open ON village_entry (region, state) WHERE state <> 'checked';
CREATE UNIQUE INDEX village_entry_reversal ON village_entry (reverses) WHERE reverses IS NOT NULL AND state <> 'withdrawn';
