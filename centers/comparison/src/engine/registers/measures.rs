//! What is done for registered households, and what they draw by right.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "measures",
    layout: &[
        ("household_id", 'i'),
        // measure: done for them; policy: drawn by right.
        ("sort", 't'),
        ("kind", 't'),
        ("content", 't'),
        ("amount_fen", 'i'),
        ("given_on", 'd'),
        ("ended_on", 'd'),
    ],
    sorted_by: &["household_id"],
    rows: Rows::Plain {
        of: "measure",
        sql: households::frozen::MEASURES,
    },
};
