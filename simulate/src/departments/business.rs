//! Firms, sole traders and cooperatives.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "business",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "uscc",
        "enterprise_name",
        "kind",
        "role",
        "capital",
        "share_percent",
        "status",
        "established_on",
        "closed_on",
    ],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 20..=70) && !common::on_payroll(county, ix) {
            common::one(dice, 190)
        } else {
            0
        }
    }),
    fill,
    outsiders: 40,
    look: Look::csv(Encoding::Gb18030).headers(Headers::Alias(1)),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let (kind, role, prefix, suffix) = *dice.pick(&[
        ("5", "2", "92", "百货商店"),
        ("5", "2", "92", "小吃店"),
        ("5", "2", "92", "五金经营部"),
        ("5", "2", "92", "理发店"),
        ("1", "1", "91", "商贸有限公司"),
        ("1", "4", "91", "绳网有限公司"),
        ("6", "1", "93", "种植专业合作社"),
    ]);
    let founded = common::recent(county, dice, person, 12);
    let closed = dice.percent(18).then(|| days::random(dice, founded, county.spec.as_of));
    let status = if closed.is_none() {
        "1"
    } else {
        *dice.pick(&["3", "3", "2"])
    };
    let brand = common::brand(dice);
    vec![
        Cell::Text(common::uscc(prefix, 1_000_000 + n)),
        Cell::Text(format!("{}{brand}{suffix}", common::place(county, person))),
        Cell::Code(kind),
        Cell::Code(role),
        Cell::Money(i64::from(dice.between(1, 300)) * 1_000_000),
        if role == "4" {
            Cell::Int(i64::from(dice.between(5, 60)))
        } else {
            Cell::Empty
        },
        Cell::Code(status),
        Cell::Date(founded),
        Cell::from(closed),
    ]
}
