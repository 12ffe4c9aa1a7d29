//! Accounts into which benefits are paid, with the person who opened each; institutions have no line here.

use super::{Department, Source};
use crate::{
    county::County,
    days,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "bank_accounts",
    id_column: "id_no",
    name_column: "name",
    columns: &["account", "bank", "opened_on", "closed_on"],
    source: Source::List(list),
    fill: |_, _, _, _| Vec::new(),
    outsiders: 0,
    look: Look::csv(Encoding::Utf8).careful().headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let first = county.spec.first_month().first_day();
    let row = |(n, account): (usize, &crate::county::Account)| {
        Some((
            account.holder?,
            vec![
                Cell::Text(account.number.to_string()),
                Cell::Text("农村商业银行".to_owned()),
                Cell::Date(days::plus(first, -400 - (n % 2_000) as i32)),
                Cell::Empty,
            ],
        ))
    };
    county.accounts.iter().enumerate().filter_map(row).collect()
}
