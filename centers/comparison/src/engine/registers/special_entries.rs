//! Entries of the funds with ledgers of their own: given, paid, interest.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "special_entries",
    layout: &[
        ("entry", 'i'),
        ("fund", 't'),
        ("kind", 't'),
        ("amount_fen", 'i'),
        ("on_day", 'd'),
        ("doc", 't'),
        ("balance_fen", 'i'),
    ],
    sorted_by: &["fund"],
    rows: Rows::Plain {
        of: "special_entry",
        sql: funds::frozen::SPECIAL_ENTRIES,
    },
};
