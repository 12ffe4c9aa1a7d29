//! Farm machines. Big tractors and harvesters belong to people without targeted benefits.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "farm_machines",
    id_column: "id_no",
    name_column: "owner_name",
    columns: &[
        "machine_kind",
        "model",
        "serial_no",
        "power_hp",
        "price",
        "subsidy",
        "purchased_on",
        "disposed_on",
    ],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 25..=68) {
            common::one(dice, 110)
        } else {
            0
        }
    }),
    fill,
    outsiders: 10,
    look: Look::xlsx().grouped_heads().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let (kind, model, hp, price) = *dice.pick(&[
        ("10", "LX1204", 120, 98_000),
        ("10", "DF504", 50, 46_000),
        ("11", "GN121", 12, 6_800),
        ("20", "GM80", 140, 128_000),
        ("21", "4YZ-4", 160, 186_000),
        ("30", "2BYF-4", 0, 5_200),
        ("40", "T20", 0, 39_000),
        ("50", "1WG-6", 6, 3_900),
        ("51", "1GQN-200", 0, 7_600),
    ]);
    let bought = common::recent(county, dice, person, 7);
    vec![
        Cell::Code(kind),
        Cell::Text(model.to_owned()),
        Cell::Text(format!("YT{}{:07}", bought.year(), n)),
        if hp > 0 { Cell::Int(hp) } else { Cell::Empty },
        Cell::Money(price * 100),
        Cell::Money(price * 30),
        Cell::Date(bought),
        Cell::Empty,
    ]
}
