//! Bank deposits on the last quarter day; people with targeted benefits have little.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "deposits",
    id_column: "id_no",
    name_column: "name",
    columns: &["bank", "total", "as_of", "authorisation_no"],
    source: Source::People(|county, dice, ix| {
        if common::aged(county, ix, 16..=95) {
            common::one(dice, 900)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::csv(Encoding::Gb18030).slash_dates().headers(Headers::Alias(0)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let touched = county.families.get(person.family as usize).is_some_and(|f| f.touched);
    let total = if touched {
        common::yuan(dice, 0, 6_000)
    } else {
        common::yuan(dice, 200, 180_000)
    };
    let bank = *dice.pick(&["农村商业银行", "农业银行", "邮政储蓄银行", "工商银行"]);
    vec![
        Cell::Text(bank.to_owned()),
        Cell::Money(total + i64::from(dice.between(0, 99))),
        Cell::Date(days::plus(county.spec.last_month().first_day(), -1)),
        Cell::Text(format!("SQ{}{n:07}", county.spec.as_of.year())),
    ]
}
