//! Faulty numbers: the few known people whose number is one slip away, and whether one of them bears the row's name.

use super::{Linker, Links, Outcome, Rows, learn::of_row, levels::Levels};
use crate::names::Beside;

const ROUNDS: usize = 12;
const GRAIN: f64 = 1e6;

struct Candidate {
    row: u32,
    place: u32,
    levels: Levels,
    best: f64,
    all: f64,
}

/// Settles the rows it can; gives back the rows with a likely but uncertain person: row, person, probability.
pub(super) fn repair(
    linker: &Linker<'_>,
    rows: &Rows<'_>,
    names: &mut Beside<'_>,
    faulty: &[u32],
    links: &mut Links,
) -> Vec<(u32, u32, f32)> {
    let registry = linker.registry;
    let mut candidates: Vec<Candidate> = Vec::new();
    for row in faulty {
        let at = *row as usize;
        let mut found: Option<Candidate> = None;
        for key in rows.repairs.of(at) {
            // Of about nineteen numbers a row may have had, hardly one is somebody's.
            if !registry.places.may_have(*key) {
                continue;
            }
            let Some(place) = registry.find(*key) else { continue };
            if linker.denied(rows, at, *key) {
                continue;
            }
            let person = &registry.people[place as usize];
            let name = names.number_of(rows.name.bytes(at));
            let levels = of_row(names, name, rows, at, person);
            let weight = linker.weights.weigh_beside_number(registry, &levels, person).exp();
            match &mut found {
                None => {
                    found = Some(Candidate {
                        row: *row,
                        place,
                        levels,
                        best: weight,
                        all: weight,
                    });
                }
                Some(found) => {
                    found.all += weight;
                    if weight > found.best {
                        (found.place, found.levels, found.best) = (place, levels, weight);
                    }
                }
            }
        }
        candidates.extend(found);
    }
    // How many of the numbers found belong to the person meant: believed from the rows themselves.
    let (mut share, believes_rows) = linker.share_repaired();
    for _ in 0..if believes_rows && !candidates.is_empty() {
        ROUNDS
    } else {
        0
    } {
        let nobody = (1.0 - share) / share;
        let sum: u64 = candidates
            .iter()
            .map(|found| (found.all / (found.all + nobody) * GRAIN) as u64)
            .sum();
        share = (sum as f64 / GRAIN / candidates.len().max(1) as f64).clamp(0.01, 0.99);
    }
    links.repaired = share;
    let nobody = (1.0 - share) / share;
    let mut doubtful = Vec::new();
    for found in candidates {
        let row = found.row as usize;
        if linker.confirmed(rows, row).is_some() {
            continue;
        }
        let probability = linker.answers.corrected(found.best / (found.all + nobody));
        let person = linker.origin(found.place);
        if probability >= linker.policy.accept && found.levels.names_agree() {
            links.settle(row, Outcome::Repaired, person, probability as f32);
        } else if probability >= linker.policy.review && !found.levels.names_conflict() && found.levels.given as u8 > 0
        {
            doubtful.push((found.row, person, probability as f32));
        }
    }
    doubtful
}
