//! What villagers owe their villages: small, new, or paid back. What cadres and their kin owe is planted.

use kernel::RegionLevel;

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "village_receivables",
    id_column: "id_no",
    name_column: "name",
    columns: &["village", "subject", "amount", "repaid", "since", "due", "contract_no"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 25..=65) {
            common::one(dice, 5)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::xlsx().titled().footed().headers(Headers::Official),
};

/// Anybody may turn out to be a cadre: none of these is large, old and open at once.
fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let as_of = county.spec.as_of;
    let (amount, repaid, back) = match dice.below(10) {
        0..6 => {
            let amount = common::yuan(dice, 500, 20_000);
            (amount, amount, dice.between(30, 1_500))
        }
        6..8 => (common::yuan(dice, 100, 1_000), 0, dice.between(30, 1_500)),
        _ => (common::yuan(dice, 500, 20_000), 0, dice.between(5, 80)),
    };
    vec![
        Cell::Int(person.region.at(RegionLevel::Community).as_i64()),
        Cell::Text((*dice.pick(&["承包费", "借支", "水电费", "宅基地有偿使用费"])).to_owned()),
        Cell::Money(amount),
        Cell::Money(repaid),
        Cell::Date(days::plus(as_of, -back)),
        Cell::Empty,
        Cell::Empty,
    ]
}
