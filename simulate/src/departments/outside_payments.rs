//! What other counties paid: people who moved, none of whom draws the same benefit here unless it was planted.

use kernel::Month;

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "outside_payments",
    id_column: "id_no",
    name_column: "name",
    columns: &["programme", "county", "month_from", "month_to", "amount", "returned"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=75) {
            common::one(dice, 3)
        } else {
            0
        }
    }),
    fill,
    outsiders: 900,
    look: Look::csv(Encoding::Utf8).headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, _: &Person, _: u64) -> Vec<Cell> {
    let from = Month::of(county.spec.as_of).plus(-dice.between(4, 40));
    vec![
        Cell::Text("农村最低生活保障金".to_owned()),
        Cell::Text((*dice.pick(&["阳信县", "无棣县", "商河县"])).to_owned()),
        Cell::Month(from),
        Cell::Month(from.plus(dice.between(1, 12)).min(Month::of(county.spec.as_of))),
        Cell::Money(common::yuan(dice, 600, 6_000)),
        Cell::Bool(false),
    ]
}
