//! Cash drawn with benefit cards, each person for himself; cards drawn in a row are planted.

use kernel::RegionLevel;

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "cash_withdrawals",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "account",
        "terminal",
        "place",
        "withdrawn_on",
        "minute",
        "amount",
        "help_day",
    ],
    source: Source::People(|county, dice, ix| {
        if county.background.paid[ix as usize] {
            common::one(dice, 120)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::csv(Encoding::Utf8).careful().headers(Headers::Official),
};

/// Spread over many terminals and days, so that five within half an hour never meet by chance.
fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let community = person.region.at(RegionLevel::Community).as_i64() / 1_000;
    let terminal = dice.below(4);
    vec![
        Cell::Text(format!("621700{:013}", 2_000_000 + n)),
        Cell::Text(format!("ATM-{community}-{terminal}")),
        Cell::Text(format!("{}农商行网点{}", common::place(county, person), terminal + 1)),
        Cell::Date(days::plus(county.spec.as_of, -dice.between(20, 700))),
        Cell::Int(i64::from(dice.between(8 * 60, 18 * 60))),
        Cell::Money(common::yuan(dice, 100, 3_000)),
        Cell::Bool(false),
    ]
}
