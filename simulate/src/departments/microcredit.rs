//! Small loans of the banks to households and where the money went next, to people without targeted benefits.

use super::{Department, Source, common};
use crate::{
    county::{County, Person},
    days,
    dice::Dice,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "microcredit",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "bank",
        "loan_no",
        "amount",
        "lent_on",
        "moved_on",
        "moved_amount",
        "payee",
        "payee_kind",
    ],
    source: Source::People(|county, dice, ix| {
        if common::ordinary_adult(county, ix, 22..=60) {
            common::one(dice, 25)
        } else {
            0
        }
    }),
    fill,
    outsiders: 0,
    look: Look::csv(Encoding::Gb18030).labels().headers(Headers::Official),
};

fn fill(county: &County, dice: &mut Dice, person: &Person, n: u64) -> Vec<Cell> {
    let amount = common::yuan(dice, 10_000, 50_000);
    let lent = common::recent(county, dice, person, 3);
    let (payee, kind) = *dice.pick(&[
        ("", ""),
        ("某农资经营部", "5"),
        ("某畜禽良种场", "5"),
        ("某种植专业合作社", "3"),
        ("某养殖有限公司", "2"),
    ]);
    let mut cells = vec![
        Cell::Text(format!("{}农村商业银行", common::place(county, person))),
        Cell::Text(format!("XD{n:09}")),
        Cell::Money(amount),
        Cell::Date(lent),
    ];
    if kind.is_empty() {
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    } else {
        cells.extend([
            Cell::Date(days::plus(lent, dice.between(0, 20))),
            Cell::Money(amount),
            Cell::Text(payee.to_owned()),
            Cell::Code(kind),
        ]);
    }
    cells
}
