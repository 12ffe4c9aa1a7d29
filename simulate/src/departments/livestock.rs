//! Immunised livestock: exactly what was claimed, but for the planted keepers.

use super::{Department, Source};
use crate::{
    county::County,
    facts::Cell,
    programmes::LIVESTOCK,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "livestock",
    id_column: "id_no",
    name_column: "name",
    columns: &["year", "kind", "immunised", "dead"],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 4],
    outsiders: 0,
    look: Look::xlsx().titled().labels().headers(Headers::Official),
};

fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let mut herds: std::collections::BTreeMap<(u32, i32), i32> = std::collections::BTreeMap::new();
    for x in county.payments.iter().filter(|x| x.programme == LIVESTOCK) {
        let heads = herds.entry((x.payee, x.benefit_month.year())).or_default();
        *heads = (*heads).max(x.qty / 100);
    }
    let planted = |person: u32| county.background.replaced.contains(&("livestock", person));
    herds
        .into_iter()
        .filter(|((person, _), _)| !planted(*person))
        .map(|((person, year), heads)| {
            let cells = vec![
                Cell::Int(i64::from(year)),
                Cell::Code("1"),
                Cell::Int(i64::from(heads)),
                Cell::Int(0),
            ];
            (person, cells)
        })
        .collect()
}
