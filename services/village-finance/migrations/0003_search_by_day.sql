DROP INDEX village_entry_party;
CREATE INDEX village_entry_party_day ON village_entry (party, day, id, summary, region, state, direction, category, channel, amount_fen);
