//! Disability certificates; the number is the ID number with kind and grade behind.

use super::{Department, Source};
use crate::{
    county::{County, Person},
    days,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "disability",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "sex",
        "certificate_no",
        "kind",
        "grade",
        "issued_on",
        "valid_to",
        "status",
        "ended_on",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 8],
    outsiders: 0,
    look: Look::xlsx()
        .titled()
        .labels()
        .old_numbers(30)
        .headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    const DIGITS: [&str; 8] = ["", "1", "2", "3", "4", "5", "6", "7"];
    let row = |(ix, kind, grade, issued): &(u32, u8, u8, kernel::Date)| {
        let person: &Person = county.person(*ix);
        let valid_to = days::plus_years(*issued, 10);
        (
            *ix,
            vec![
                Cell::Code(if person.sex_code() == 1 { "1" } else { "2" }),
                Cell::Text(format!("{}{kind}{grade}", person.id.expose())),
                Cell::Code(DIGITS[usize::from(*kind)]),
                Cell::Code(DIGITS[usize::from(*grade)]),
                Cell::Date(*issued),
                Cell::Date(valid_to),
                Cell::Code(if person.death.is_some() { "3" } else { "1" }),
                Cell::from(person.death),
            ],
        )
    };
    county.background.disabled.iter().map(row).collect()
}
