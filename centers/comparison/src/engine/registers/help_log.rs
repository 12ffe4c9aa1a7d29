//! What helpers and teams did for one household, as they wrote it down.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "help_log",
    layout: &[
        ("household_id", 'i'),
        ("kind", 't'),
        ("content", 't'),
        ("given_on", 'd'),
    ],
    sorted_by: &["household_id"],
    rows: Rows::Plain {
        of: "measure_log",
        sql: "SELECT m.target_id AS household_id, m.kind, m.content, m.day AS given_on FROM measure_log m \
              WHERE m.target_kind = 'household' ORDER BY m.target_id, m.day, m.id",
    },
};
