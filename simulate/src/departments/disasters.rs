//! Floods, fires and accidents of ordinary families; those of registered ones are planted.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "disasters",
    id_column: "id_no",
    name_column: "name",
    columns: &["kind", "happened_on", "loss", "insured_paid"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=75) {
            common::one(dice, 4)
        } else {
            0
        }
    }),
    fill,
    outsiders: 10,
    look: Look::xlsx().titled().labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let loss = common::yuan(dice, 1_000, 60_000);
    vec![
        Cell::Code(*dice.pick(&["1", "2", "3", "4", "5", "5", "6"])),
        Cell::Date(common::recent(county, dice, person, 3)),
        Cell::Money(loss),
        Cell::Money(if dice.percent(40) { loss * 8 / 10 } else { 0 }),
    ]
}
