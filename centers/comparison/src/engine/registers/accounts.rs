//! Into which accounts a person was paid, and when.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{Layout, PaymentRow, Register, RegisterBuilder, Rows};
use crate::engine::{
    EngineError,
    columns::{Columns, encode},
};

const LAYOUT: Layout = &[
    ("person_key", 'i'),
    ("payee_name", 't'),
    ("household_id", 'i'),
    ("region", 'i'),
    ("account_digest", 'i'),
    ("account_tail", 't'),
    ("account_name", 't'),
    ("card_fails", 'b'),
    ("month_from", 'd'),
    ("month_to", 'd'),
    ("payments", 'i'),
    ("amount_fen", 'i'),
];

pub(super) const REGISTER: Register = Register {
    name: "accounts",
    layout: LAYOUT,
    sorted_by: &[],
    rows: Rows::Built(build),
};

/// An empty table of accounts.
pub(super) fn columns() -> Columns {
    Columns::new(LAYOUT)
}

/// Adds one person's accounts from all the payments made to the person.
pub(super) fn add(accounts: &mut Columns, rows: &[PaymentRow]) {
    let mut by_account: BTreeMap<(i64, &str), (usize, i32, i32, i64, i64)> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        let at = by_account
            .entry((row.account_digest, row.account_name.as_str()))
            .or_insert((i, row.month, row.month, 0, 0));
        *at = (
            at.0,
            at.1.min(row.month),
            at.2.max(row.month),
            at.3 + 1,
            at.4 + row.amount_fen,
        );
    }
    for ((digest, name), (i, from, to, count, amount)) in by_account {
        let row = &rows[i];
        accounts
            .int("person_key", row.person_key)
            .text("payee_name", &row.payee_name)
            .opt_int("household_id", row.household_id)
            .int("region", row.region)
            .int("account_digest", digest)
            .text("account_tail", &row.account_tail)
            .text("account_name", name)
            .bool("card_fails", row.card_fails)
            .day("month_from", Some(from))
            .day("month_to", Some(to))
            .int("payments", count)
            .int("amount_fen", amount);
    }
}

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    encode(std::mem::replace(&mut builder.accounts, columns()))
}
