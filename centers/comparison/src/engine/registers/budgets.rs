//! Yearly budgets of programmes, with what the ledger says was used of them.

use super::{Register, Rows};

pub(super) const REGISTER: Register = Register {
    name: "budgets",
    layout: &[
        ("budget", 'i'),
        ("programme", 't'),
        ("programme_name", 't'),
        ("org", 't'),
        ("cycle", 't'),
        // To people or households: then the payments made count, not the ledger.
        ("to_people", 'b'),
        ("year", 'i'),
        ("budget_fen", 'i'),
        ("uncoded", 'i'),
        ("doc_no", 't'),
        ("approved_on", 'd'),
        ("early_fen", 'i'),
        ("used_fen", 'i'),
    ],
    sorted_by: &["programme"],
    rows: Rows::Plain {
        of: "fund_budget",
        sql: funds::frozen::BUDGETS,
    },
};
