//! Who supports the old of registered families. Those who pay nothing though they could are planted.

use super::{Department, Source};
use crate::{
    county::County,
    days,
    facts::Cell,
    write::look::{Headers, Look},
};

pub(super) const TABLE: Department = Department {
    dataset: "supporters",
    id_column: "id_no",
    name_column: "name",
    columns: &[
        "supporter",
        "supporter_name",
        "kin",
        "fee",
        "income",
        "population",
        "vehicles",
        "houses",
        "checked_on",
        "broken_on",
        "ruling",
    ],
    source: Source::List(list),
    fill: |_, _, _, _| vec![Cell::Empty; 11],
    outsiders: 0,
    look: Look::xlsx().titled().labels().headers(Headers::Official),
};

/// Of registered heads past sixty every second one has a child elsewhere who pays something.
fn list(county: &County) -> Vec<(u32, Vec<Cell>)> {
    let mut rows = Vec::new();
    for (n, h) in county.households.iter().enumerate().filter(|(n, _)| n % 2 == 0) {
        let head = county.families[h.family as usize].head;
        let planted = county.background.replaced.contains(&("supporters", head));
        if planted || days::age(county.person(head).birth, county.spec.as_of) < 60 {
            continue;
        }
        let other = (h.family as usize + 11 + n % 7) % county.families.len();
        let child = county.families[other].head;
        let (man, size) = (
            county.person(child).sex_code() == 1,
            i64::from(county.families[other].size),
        );
        rows.push((
            head,
            vec![
                Cell::IdOf(child),
                Cell::NameOf(child),
                Cell::Code(if man { "20" } else { "30" }),
                Cell::Money(5_000 + 2_500 * (n as i64 % 9)),
                Cell::Money(size * (300_000 + 10_000 * (n as i64 % 60))),
                Cell::Int(size),
                Cell::Int(0),
                Cell::Int(0),
                Cell::Date(days::plus(h.registered_on, -20)),
                Cell::Empty,
                Cell::Empty,
            ],
        ));
    }
    rows
}
