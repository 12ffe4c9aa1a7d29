//! Receipts of registered households, as the visitor recorded them: what kind, for which months, at what cost.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "incomes",
    layout: &[
        ("person_key", 'i'),
        ("household_id", 'i'),
        ("name", 't'),
        ("region", 'i'),
        ("population", 'i'),
        ("month_from", 'd'),
        ("month_to", 'd'),
        ("kind", 't'),
        ("gross_fen", 'i'),
        ("cost_fen", 'i'),
        // Why the assessor left it out; empty when it counts.
        ("excluded", 't'),
    ],
    sorted_by: &["person_key", "household_id"],
    rows: Rows::Plain {
        of: "income_item",
        sql: "SELECT h.head_key AS person_key, i.household_id, h.head_name AS name, h.region, h.population, \
         i.from_month AS month_from, i.to_month AS month_to, i.kind, i.gross_fen, i.cost_fen, \
         COALESCE(i.excluded_reason, '') AS excluded \
         FROM income_item i JOIN household h ON h.id = i.household_id WHERE i.removed_reason IS NULL \
         ORDER BY h.head_key, i.household_id, i.id",
    },
};
