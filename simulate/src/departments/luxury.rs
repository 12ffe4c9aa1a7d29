//! Study abroad at own cost, dear consumption and contracting, of people without targeted benefits.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "luxury",
    id_column: "id_no",
    name_column: "name",
    columns: &["kind", "happened_on", "amount", "detail"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 18..=62) {
            common::one(dice, 3)
        } else {
            0
        }
    }),
    fill,
    outsiders: 30,
    look: Look::csv(Encoding::Utf8)
        .chinese_dates()
        .labels()
        .headers(Headers::Alias(0)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let (kind, detail) = *dice.pick(&[
        ("1", "自费出国留学"),
        ("2", "高档消费"),
        ("3", "村道排水工程分包"),
        ("3", "厂房土方工程分包"),
        ("4", "高档会员"),
    ]);
    vec![
        Cell::Code(kind),
        Cell::Date(common::recent(county, dice, person, 3)),
        Cell::Money(common::yuan(dice, 8_000, 300_000)),
        Cell::Text(detail.to_owned()),
    ]
}
