//! Social insurance. Residents' pensions are everybody's; employers pay for people without targeted benefits only.

use kernel::Month;

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "social_insurance",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "scheme",
        "pay_kind",
        "employer",
        "employer_uscc",
        "base",
        "month_from",
        "month_to",
    ],
    source: Source::People(|county, dice, ix| {
        if common::aged(county, ix, 18..=95) {
            common::one(dice, 930)
        } else {
            0
        }
    }),
    fill,
    outsiders: 15,
    look: Look::csv(Encoding::Gb18030)
        .compact_dates()
        .labels()
        .headers(Headers::Alias(0)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let age = days::age(person.birth, county.spec.as_of);
    let touched = county.families.get(person.family as usize).is_some_and(|f| f.touched);
    let last = Month::of(county.spec.as_of);
    if age >= 60 || touched || dice.percent(62) {
        let pay = if age >= 60 { "5" } else { "3" };
        let from = last.plus(-dice.between(12, 100));
        return vec![
            Cell::Code("170"),
            Cell::Code(pay),
            Cell::Empty,
            Cell::Empty,
            Cell::Money(30_000),
            Cell::Month(from),
            Cell::Empty,
        ];
    }
    let (name, code) = common::employer(dice, common::place(county, person));
    let from = last.plus(-dice.between(3, 90));
    let to = dice.percent(25).then(|| from.plus(dice.between(1, 40)).min(last));
    vec![
        Cell::Code("110"),
        Cell::Code("1"),
        Cell::Text(name),
        Cell::Text(code),
        Cell::Money(common::yuan(dice, 3_400, 9_800)),
        Cell::Month(from),
        Cell::from(to),
    ]
}
