//! Securities and commercial insurance.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "securities",
    id_column: "id_no",
    name_column: "name",
    columns: &["institution", "kind", "market_value", "as_of", "authorisation_no"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=75) {
            common::one(dice, 400)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::csv(Encoding::Utf8).labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, _: &Person, n: u64) -> Vec<Cell> {
    let (institution, kind) = *dice.pick(&[
        ("某证券惠民营业部", "1"),
        ("某证券惠民营业部", "2"),
        ("某人寿惠民支公司", "6"),
        ("某人寿惠民支公司", "5"),
        ("农村商业银行理财", "4"),
    ]);
    vec![
        Cell::Text(institution.to_owned()),
        Cell::Code(kind),
        Cell::Money(common::yuan(dice, 500, 90_000)),
        Cell::Date(days::plus(county.spec.last_month().first_day(), -1)),
        Cell::Text(format!("SQ{}{n:07}", county.spec.as_of.year())),
    ]
}
