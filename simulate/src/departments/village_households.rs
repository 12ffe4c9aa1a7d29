//! Households of each natural village by year, as the police counts them. Where a benefit was to look shared out evenly, few
//! of the families registered still live there.

use std::collections::BTreeMap;

use super::{Department, Source};
use crate::{
    county::County,
    facts::Cell,
    plants::evenly,
    write::look::{Encoding, Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "village_households",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "village",
        "village_name",
        "year",
        "registered",
        "resident",
        "population",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 6],
    outsiders: 0,
    look: Look::csv(Encoding::Utf8Bom).careful().headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let few = evenly::few_residents(
        &county.spec,
        &county.people,
        &county.families,
        &county.households,
        &county.payments,
    );
    // Families, people, and who signs.
    let mut villages: BTreeMap<i64, (i64, i64, u32)> = BTreeMap::new();
    for family in &county.families {
        let village = villages.entry(family.region.as_i64()).or_insert((0, 0, family.head));
        village.0 += 1;
        village.1 += i64::from(family.size);
    }
    let names: BTreeMap<i64, &str> = county.regions.iter().map(|r| (r.code.as_i64(), &*r.name)).collect();
    let mut rows = Vec::new();
    for year in evenly::years(&county.spec) {
        for (village, (families, people, clerk)) in &villages {
            let told = few.get(&(*village, year)).map(|case| case.resident);
            let resident = told.unwrap_or(families * (62 + (village + i64::from(year)) % 30) / 100);
            let name = names.get(village).copied().unwrap_or_default();
            rows.push((
                *clerk,
                vec![
                    Cell::Int(*village),
                    Cell::Text(name.to_owned()),
                    Cell::Int(i64::from(year)),
                    Cell::Int(*families),
                    Cell::Int(resident),
                    Cell::Int(*people),
                ],
            ));
        }
    }
    rows
}
