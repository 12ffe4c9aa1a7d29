//! Lump sums for land, houses and accidents, to people without targeted benefits; they explain deposits.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "compensation",
    id_column: "id_no",
    name_column: "name",
    columns: &["kind", "amount", "paid_on"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 22..=80) {
            common::one(dice, 6)
        } else {
            0
        }
    }),
    fill,
    outsiders: 5,
    look: Look::xlsx().titled().labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    vec![
        Cell::Code(*dice.pick(&["1", "1", "2", "3"])),
        Cell::Money(common::yuan(dice, 8_000, 260_000)),
        Cell::Date(common::recent(county, dice, person, 4)),
    ]
}
