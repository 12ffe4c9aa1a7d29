//! Houses. Every second family has its homestead in the register; commodity houses belong to ordinary families.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "real_estate",
    id_column: "id_no",
    name_column: "owner_name",
    columns: &[
        "certificate_no",
        "use",
        "nature",
        "floor_area",
        "share_percent",
        "location",
        "reg_date",
        "acquired_by",
        "transferred_on",
    ],
    source: Source::People(|county, dice, ix| {
        if !common::ordinary_adult(county, ix, 22..=90) {
            return 0;
        }
        common::one(dice, 560) + common::one(dice, 330)
    }),
    fill,
    outsiders: 40,
    look: Look::csv(Encoding::Utf8Bom)
        .chinese_dates()
        .labels()
        .headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let kind = *dice.pick(&[
        ("10", "1", "1"),
        ("10", "1", "1"),
        ("10", "3", "4"),
        ("10", "3", "4"),
        ("10", "2", "5"),
        ("21", "1", "1"),
        ("50", "1", "1"),
        ("10", "4", "1"),
    ]);
    let bought = common::recent(county, dice, person, 14);
    let place = common::place(county, person);
    let province = common::plate_letters(county).0;
    let sold = dice.percent(7).then(|| days::random(dice, bought, county.spec.as_of));
    vec![
        Cell::Text(format!("{province}（{}）{place}不动产权第{n:07}号", bought.year())),
        Cell::Code(kind.0),
        Cell::Code(kind.1),
        Cell::Area(i64::from(dice.between(4_500, 16_800))),
        Cell::Int(if dice.percent(85) { 100 } else { 50 }),
        Cell::Text(format!(
            "{place}环城路{}号{}号楼{}室",
            dice.between(1, 180),
            dice.between(1, 30),
            dice.between(101, 1802)
        )),
        Cell::Date(bought),
        Cell::Code(kind.2),
        Cell::from(sold),
    ]
}
