//! Medical insurance: nearly everybody, the largest table.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "medical_insurance",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "year",
        "scheme",
        "insured",
        "aided",
        "total_cost",
        "fund_paid",
        "self_paid",
    ],
    source: Source::People(|county, dice, ix| {
        let replaced = county.background.replaced.contains(&("medical_insurance", ix));
        if !replaced && county.person(ix).death.is_none() {
            common::one(dice, 985)
        } else {
            0
        }
    }),
    fill,
    outsiders: 5,
    look: Look::csv(Encoding::Utf8).headers(Headers::Alias(0)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let touched = county.families.get(person.family as usize).is_some_and(|f| f.touched);
    let total = if dice.percent(28) {
        // Below what I-08 asks about: such bills are planted.
        common::yuan(dice, 60, 12_000)
    } else {
        0
    };
    let fund = total * 62 / 100;
    vec![
        Cell::Int(i64::from(county.spec.as_of.year())),
        Cell::Code(if touched || dice.percent(75) { "390" } else { "310" }),
        Cell::Bool(true),
        Cell::Bool(touched),
        Cell::Money(total),
        Cell::Money(fund),
        Cell::Money(total - fund),
    ]
}
