//! Declared income: one row a person and year.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "tax",
    id_column: "id_no",
    name_column: "name",
    columns: &["uscc", "withholder", "year", "item", "income", "tax"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=64) {
            common::one(dice, 640)
        } else {
            0
        }
    }),
    fill,
    outsiders: 20,
    look: Look::csv(Encoding::Utf8Bom).headers(Headers::Alias(0)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let (name, code) = common::employer(dice, common::place(county, person));
    let income = common::yuan(dice, 18_000, 160_000);
    vec![
        Cell::Text(code),
        Cell::Text(name),
        Cell::Int(i64::from(county.spec.as_of.year() - 1)),
        Cell::Code(*dice.pick(&["0101", "0101", "0101", "0300", "0200"])),
        Cell::Money(income),
        Cell::Money((income - 6_000_000).max(0) * 3 / 100),
    ]
}
