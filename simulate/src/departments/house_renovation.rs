//! Applications for the renovation of dangerous houses.

use kernel::{Month, RegionLevel};

use super::{Department, Source};
use crate::{
    county::County,
    days,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "house_renovation",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "application_no",
        "region",
        "applied_on",
        "aid_category",
        "house_grade",
        "family_size",
        "amount",
        "approved_on",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| Vec::new(),
    outsiders: 0,
    look: Look::xlsx().titled().footed().careful().headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    county
        .applications
        .iter()
        .enumerate()
        .map(|(n, a)| {
            let family = county.family_of(a.person);
            // Approved in the month before the grant is paid.
            let approved = days::plus(Month::of(a.applied_on).plus(2).first_day(), (family.no % 20) as i32);
            (
                a.person,
                vec![
                    Cell::Text(format!("WG{}{:06}", a.applied_on.year(), n + 1)),
                    Cell::Int(family.region.at(RegionLevel::Community).as_i64()),
                    Cell::Date(a.applied_on),
                    Cell::Code(a.aid_category),
                    Cell::Code(a.grade),
                    Cell::Int(i64::from(family.size)),
                    Cell::Money(a.amount.fen()),
                    if a.approved { Cell::Date(approved) } else { Cell::Empty },
                ],
            )
        })
        .collect()
}
