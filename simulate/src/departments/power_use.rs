//! Power used by homes, the last half-year read; empty homes are planted.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "power_use",
    id_column: "id_no",
    name_column: "name",
    columns: &["meter", "month_from", "month_to", "kwh"],
    source: Source::People(|county, dice, ix| {
        let planted = county.background.replaced.contains(&("power_use", ix));
        if !planted && county.family_of(ix).head == ix && county.person(ix).death.is_none() {
            common::one(dice, 400)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::csv(Encoding::Utf8Bom).headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let last = county.spec.last_month();
    let town = person.region.as_i64() / 1_000_000;
    vec![
        Cell::Text(format!("{town}{:08}", 10_000_000 + n)),
        Cell::Month(last.plus(-5)),
        Cell::Month(last),
        Cell::Int(i64::from(dice.between(60, 1_500))),
    ]
}
