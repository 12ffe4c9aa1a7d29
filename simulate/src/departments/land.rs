//! Confirmed contracted land: one to three plots a family, together exactly what the land subsidy pays for.

use super::{Department, Source};
use crate::{
    county::County,
    days,
    facts::Cell,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "land",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "certificate_no",
        "plot_no",
        "land_kind",
        "area",
        "region",
        "confirmed_on",
        "total_area",
        "held_by",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 8],
    outsiders: 0,
    look: Look::csv(Encoding::Gb18030).old_numbers(80).headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let mut rows = Vec::with_capacity(county.families.len() * 3 / 2);
    let confirmed = days::plus_years(county.spec.first_month().first_day(), -1);
    for (i, family) in county.families.iter().enumerate() {
        if county.background.replaced.contains(&("land", family.head)) {
            continue;
        }
        let area = i64::from(county.background.land[i]);
        let plots = 1 + (family.no % 7 / 4) as i64 + i64::from(family.no % 11 == 3);
        for plot in 0..plots {
            let part = area / plots + if plot == 0 { area % plots } else { 0 };
            rows.push((
                family.head,
                vec![
                    Cell::Text(format!("{}J", family.no)),
                    Cell::Text(format!("{}{:02}", family.no, plot + 1)),
                    Cell::Code("0102"),
                    Cell::Area(part),
                    Cell::Int(family.region.parent().as_i64()),
                    Cell::Date(days::plus(confirmed, -((family.no % 300) as i32))),
                    Cell::Area(area),
                    Cell::Code("1"),
                ],
            ));
        }
    }
    rows
}
