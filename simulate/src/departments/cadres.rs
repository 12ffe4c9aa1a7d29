//! Village cadres and their time in post.

use kernel::RegionLevel;

use super::{Department, Source};
use crate::{
    county::County,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "cadres",
    id_column: "id_no",
    name_column: "name",
    columns: &["kind", "post", "unit", "region", "date_from", "date_to"],
    source: Source::List(list),
    fill: |county, _, person, _| {
        let unit = county
            .regions
            .iter()
            .find(|r| r.code == person.region.at(RegionLevel::Community));
        let unit = unit.map_or(Cell::Empty, |r| Cell::Text(r.name.to_string()));
        vec![Cell::Empty, Cell::Empty, unit, Cell::Empty, Cell::Empty, Cell::Empty]
    },
    outsiders: 0,
    look: Look::xlsx().titled().labels().headers(Headers::Official),
};

/// All but the planted ones, whose rows come from the facts.
fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let names: std::collections::HashMap<i64, &str> =
        county.regions.iter().map(|r| (r.code.as_i64(), &*r.name)).collect();
    county.cadres[county.background.planted_cadres..]
        .iter()
        .map(|c| {
            let kind = match c.post {
                "村民小组长" => "2",
                "监事会主任" | "监委会主任" => "3",
                _ => "1",
            };
            let unit = names.get(&c.region.as_i64()).copied().unwrap_or_default();
            (
                c.person,
                vec![
                    Cell::Code(kind),
                    Cell::Text(c.post.to_owned()),
                    Cell::Text(unit.to_owned()),
                    Cell::Int(c.region.as_i64()),
                    Cell::Date(c.from),
                    Cell::from(c.to),
                ],
            )
        })
        .collect()
}
