//! People paid from the budget.

use kernel::Month;

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "payroll",
    id_column: "id_no",
    name_column: "name",
    columns: &["unit", "kind", "post", "monthly_pay", "month_from", "month_to"],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 22..=78) && common::on_payroll(county, ix) {
            common::one(dice, 1_000)
        } else {
            0
        }
    }),
    fill,
    outsiders: 20,
    look: Look::xlsx().titled().footed().labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, _: u64) -> Vec<Cell> {
    let age = days::age(person.birth, county.spec.as_of);
    let kind = if age >= 60 {
        "5"
    } else {
        *dice.pick(&["2", "2", "2", "2", "1", "3", "6"])
    };
    let last = Month::of(county.spec.as_of);
    let from = last.plus(-dice.between(4, 240));
    let to = dice.percent(8).then(|| from.plus(dice.between(3, 120)).min(last));
    let post = *dice.pick(&["科员", "教师", "医师", "副主任", "办事员", "护士"]);
    vec![
        Cell::Text(common::public_body(dice, common::place(county, person))),
        Cell::Code(kind),
        Cell::Text(post.to_owned()),
        Cell::Money(common::yuan(dice, 3_200, 9_600)),
        Cell::Month(from),
        Cell::from(to),
    ]
}
