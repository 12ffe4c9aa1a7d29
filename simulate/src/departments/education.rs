//! Pupils and students of the running term.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "education",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "sex",
        "school",
        "stage",
        "grade",
        "status",
        "term",
        "aid_kind",
        "aid_amount",
        "left_on",
    ],
    source: Source::People(|county, dice, ix| {
        let replaced = county.background.replaced.contains(&("education", ix));
        if !replaced && common::aged(county, ix, 4..=21) {
            common::one(dice, 960)
        } else {
            0
        }
    }),
    fill,
    outsiders: 10,
    look: Look::csv(Encoding::Gb18030).labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let age = days::age(person.birth, county.spec.as_of);
    let (stage, school, grade) = match age {
        ..=6 => ("1", "幼儿园", "大班"),
        7..=12 => (
            "2",
            "中心小学",
            ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"][(age - 7) as usize],
        ),
        13..=15 => ("3", "中学", ["七年级", "八年级", "九年级"][(age - 13) as usize]),
        16..=18 if dice.percent(60) => ("4", "第一中学", ["高一", "高二", "高三"][(age - 16) as usize]),
        16..=18 => ("5", "职业中等专业学校", "二年级"),
        _ => ("6", "滨州职业学院", "大二"),
    };
    let year = county.spec.as_of.year();
    // Children of families in need are aided; who is not is planted.
    let in_need = county.families.get(person.family as usize).is_some_and(|f| f.touched);
    let (aid, fen) = match stage {
        "2" | "3" if in_need => (Cell::Text("家庭经济困难学生生活补助".to_owned()), Cell::Money(62_500)),
        "4" | "5" | "6" if in_need => (Cell::Text("国家助学金".to_owned()), Cell::Money(100_000)),
        _ => (Cell::Empty, Cell::Empty),
    };
    vec![
        Cell::Code(if person.sex_code() == 1 { "1" } else { "2" }),
        Cell::Text(if age >= 19 {
            school.to_owned()
        } else {
            format!("{}{school}", common::place(county, person))
        }),
        Cell::Code(stage),
        Cell::Text(grade.to_owned()),
        Cell::Code("1"),
        Cell::Text(format!("{}-{year}-1", year - 1)),
        aid,
        fen,
        Cell::Empty,
    ]
}
