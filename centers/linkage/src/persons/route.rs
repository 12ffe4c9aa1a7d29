//! The first look at every row: what its number alone decides.

use super::{Linker, Links, NOBODY, Outcome, Registry, Rows, learn::of_row};
use crate::{
    hash::{Map, bytes},
    names::Beside,
};
use kernel::IdStatus;

/// Rows whose number decided nothing.
#[derive(Default)]
pub(super) struct Routed {
    /// With a text that fails its check.
    pub(super) faulty: Vec<u32>,
    /// Without a number, or with one that is nobody's in particular.
    pub(super) missing: Vec<u32>,
    /// With somebody's number and another's name, by the place of the person.
    pub(super) misused: Map<u32, Vec<u32>>,
}

pub(super) fn route(linker: &Linker<'_>, rows: &Rows<'_>, names: &mut Beside<'_>, links: &mut Links) -> Routed {
    let mut routed = Routed::default();
    let mut places = Vec::with_capacity(TOGETHER);
    for from in (0..rows.len()).step_by(TOGETHER) {
        find_together(linker.registry, rows, from, &mut places);
        for (row, place) in (from..).zip(&places) {
            route_row(linker, rows, names, links, &mut routed, row, *place);
        }
    }
    routed
}

/// Rows looked up together, so that the memory answers for many at once.
const TOGETHER: usize = 256;

/// The places of the next rows' people; [`NOBODY`] for a row without a number or of elsewhere.
fn find_together(registry: &Registry, rows: &Rows<'_>, from: usize, places: &mut Vec<u32>) {
    let find = |row| match rows.has_number(row) {
        true => registry.find(rows.key[row]).unwrap_or(NOBODY),
        false => NOBODY,
    };
    places.clear();
    places.extend((from..rows.len().min(from + TOGETHER)).map(find));
    let spelling = |place: &u32| registry.people.get(*place as usize).map_or(0, |person| person.spelling);
    std::hint::black_box(places.iter().map(spelling).fold(0, u64::wrapping_add));
}

fn route_row(
    linker: &Linker<'_>,
    rows: &Rows<'_>,
    names: &mut Beside<'_>,
    links: &mut Links,
    routed: &mut Routed,
    row: usize,
    place: u32,
) {
    if !rows.has_number(row) {
        match rows.status[row] == IdStatus::Invalid as u8 {
            true => routed.faulty.push(row as u32),
            false => routed.missing.push(row as u32),
        }
        return;
    }
    if place == NOBODY {
        if linker.policy.search_outsiders {
            routed.missing.push(row as u32);
        }
        links.settle(row, Outcome::Outsider, NOBODY, 0.0);
        return;
    }
    let person = &linker.registry.people[place as usize];
    // Nine rows of ten write the name as the register does, and most others have the surname right.
    let conflict = if person.spelling != 0 && bytes(rows.name.bytes(row)) == person.spelling
        || person.has_surname_of(rows.name.bytes(row))
    {
        false
    } else {
        let name = names.number_of(rows.name.bytes(row));
        let levels = of_row(names, name, rows, row, person);
        if levels.given as u8 == 0 && linker.confirmed(rows, row) != Some(place) {
            // The name is missing on one side: a number alone says nothing about a person.
            links.settle(row, Outcome::Undecided, person.origin, 0.5);
            return;
        }
        levels.names_conflict()
    };
    if conflict {
        routed.misused.entry(place).or_default().push(row as u32);
        links.settle(row, Outcome::Misused, person.origin, 1.0);
    } else {
        links.settle(row, Outcome::Exact, person.origin, 1.0);
    }
}

/// A number under dozens of names was typed to fill the field.
pub(super) fn set_placeholders_aside(linker: &Linker<'_>, rows: &Rows<'_>, routed: &mut Routed, links: &mut Links) {
    let enough = linker.policy.placeholder_names;
    for misused in routed.misused.values().filter(|rows| rows.len() >= enough) {
        let mut written: Vec<u64> = misused
            .iter()
            .map(|row| bytes(rows.name.bytes(*row as usize)))
            .collect();
        written.sort_unstable();
        written.dedup();
        if written.len() >= enough {
            links.placeholders += 1;
            for row in misused {
                links.settle(*row as usize, Outcome::Unlinked, NOBODY, 0.0);
                routed.missing.push(*row);
            }
        }
    }
}
