//! Housing provident fund: employees only.

use kernel::Month;

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "provident_fund",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "account_no",
        "employer",
        "monthly_amount",
        "balance",
        "month_from",
        "month_to",
        "status",
    ],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 22..=59) {
            common::one(dice, 480)
        } else {
            0
        }
    }),
    fill,
    outsiders: 20,
    look: Look::csv(Encoding::Utf8).compact_dates().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let place = common::place(county, person);
    let employer = if dice.percent(35) {
        common::public_body(dice, place)
    } else {
        common::employer(dice, place).0
    };
    let last = Month::of(county.spec.as_of);
    let from = last.plus(-dice.between(6, 150));
    let sealed = dice.percent(12);
    let to = if sealed {
        from.plus(dice.between(1, 5))
    } else {
        last.plus(-1)
    };
    vec![
        Cell::Text(format!("3716{n:08}")),
        Cell::Text(employer),
        Cell::Money(common::yuan(dice, 300, 3_600)),
        Cell::Money(common::yuan(dice, 500, 120_000)),
        Cell::Month(from),
        Cell::Month(to),
        Cell::Code(if sealed { "02" } else { "01" }),
    ]
}
