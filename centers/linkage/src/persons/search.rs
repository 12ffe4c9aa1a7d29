//! Rows without a usable number: the small side is indexed by keys, the register streams past, and every row keeps its two
//! best people and the sum of all.
//!
//! Memory grows with the rows and the people, never with the pairs. A key that too many people share (4,000 of one surname
//! and year in one village) is left out and reported; its rows may still be found by other keys. Equal rows are searched
//! once.

use super::{
    Linker, Links, NOBODY, Outcome, Rows,
    blocks::Blocks,
    keys::{Facts, keys},
    learn::of_stated,
    levels::{Levels, conflict},
    rows::Stated,
};
use crate::{
    hash::{Map, mix},
    names::{Beside, Given, Surname},
};

/// Distinct rows searched at a time: each time everybody streams past.
const BATCH: usize = 2_000_000;
/// Pairs looked at together.
const PAIRS: usize = 512;
const ROUNDS: usize = 12;
const GRAIN: f64 = 1e6;

/// Blocks that were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    pub blocks: u64,
    /// People in them, each block by itself.
    pub people: u64,
    /// Rows that could not use them.
    pub rows: u64,
}

/// Equal rows, and what was found for them.
struct Query {
    /// One of them.
    row: u32,
    name: u32,
    stated: Stated,
    rows: u32,
    best: f64,
    best_place: u32,
    best_levels: Option<Levels>,
    second: f64,
    second_place: u32,
    all: f64,
    /// The person met last: a person and a row may share several keys and meet once.
    last: u32,
    /// Of all, what speaks for people of the register.
    known: f64,
}

pub(super) fn search(linker: &Linker<'_>, rows: &Rows<'_>, names: &mut Beside<'_>, open: &[u32], links: &mut Links) {
    let (mut queries, query_of) = distinct(linker, rows, names, open, links);
    for batch in queries.chunks_mut(BATCH) {
        let skipped = stream(linker, rows, names, batch);
        links.skipped.blocks += skipped.blocks;
        links.skipped.people += skipped.people;
        links.skipped.rows += skipped.rows;
    }
    let people = linker.registry.population as f64;
    let weighed: u64 = queries.iter().map(|query| u64::from(query.rows)).sum();
    let (mut share, believes_rows) = linker.share_searched();
    for _ in 0..if believes_rows && weighed > 0 { ROUNDS } else { 0 } {
        let nobody = (1.0 - share) / share * people;
        let sum: u64 = queries
            .iter()
            .map(|query| (query.all / (query.all + nobody) * GRAIN) as u64 * u64::from(query.rows))
            .sum();
        share = (sum as f64 / GRAIN / weighed.max(1) as f64).clamp(0.01, 0.995);
    }
    let nobody = (1.0 - share) / share * people;
    links.searched = share;
    links.searched_among = share;
    if linker.registry.registered < linker.registry.len() && weighed > 0 {
        // Told for the register alone: who reads it later may not know the others.
        let of = |query: &Query| query.known / (query.all + nobody) * f64::from(query.rows);
        links.searched = (queries.iter().map(of).sum::<f64>() / weighed as f64).clamp(0.01, 0.995);
    }
    let registered = |place: u32| (place as usize) < linker.registry.registered;
    for (row, query) in query_of {
        let query = &queries[query as usize];
        let Some(levels) = query.best_levels.filter(|_| registered(query.best_place)) else {
            continue;
        };
        let probability = linker.answers.corrected(query.best / (query.all + nobody));
        let row = row as usize;
        let person = linker.origin(query.best_place);
        if probability >= linker.policy.accept && levels.names_agree() && levels.anchored() {
            links.settle(row, Outcome::Linked, person, probability as f32);
        } else if probability >= linker.policy.review && !levels.names_conflict() {
            links.settle(row, Outcome::Undecided, person, probability as f32);
            if registered(query.second_place) && query.second * 20.0 > query.best {
                links.runner_up.push((row as u32, linker.origin(query.second_place)));
            }
        }
    }
}

/// Rows that say the same are one query; rows people spoke about stay alone, and those they settled need no search.
fn distinct(
    linker: &Linker<'_>,
    rows: &Rows<'_>,
    names: &mut Beside<'_>,
    open: &[u32],
    links: &mut Links,
) -> (Vec<Query>, Vec<(u32, u32)>) {
    let mut queries: Vec<Query> = Vec::with_capacity(open.len());
    let mut query_of = Vec::with_capacity(open.len());
    let mut known: Map<u64, u32> = Map::default();
    known.reserve(open.len());
    for row in open {
        let at = *row as usize;
        if let Some(place) = linker.confirmed(rows, at) {
            links.settle(at, Outcome::Linked, linker.origin(place), 1.0);
            continue;
        }
        let name = names.number_of(rows.name.bytes(at));
        if name == 0 {
            continue;
        }
        let spoken = if linker.answers.of(rows.tag(at)).is_empty() {
            0
        } else {
            u64::from(*row) + 1
        };
        let stated = rows.stated(at);
        let who = (u64::from(name) << 32) | u64::from(stated.birth as u32);
        let place = mix(stated.region as u64, stated.household as u64);
        let query = *known
            .entry(mix(mix(who, place), u64::from(stated.sex) + (spoken << 2)))
            .or_insert_with(|| {
                queries.push(Query {
                    row: *row,
                    name,
                    stated,
                    rows: 0,
                    best: 0.0,
                    best_place: NOBODY,
                    best_levels: None,
                    second: 0.0,
                    second_place: NOBODY,
                    last: NOBODY,
                    all: 0.0,
                    known: 0.0,
                });
                (queries.len() - 1) as u32
            });
        queries[query as usize].rows += 1;
        query_of.push((*row, query));
    }
    (queries, query_of)
}

fn stream(linker: &Linker<'_>, rows: &Rows<'_>, names: &Beside<'_>, queries: &mut [Query]) -> Skipped {
    let registry = linker.registry;
    let mut blocks = Blocks::new(queries.len(), |at| {
        let query = &queries[at];
        keys(names.form(query.name).sounds(), &Facts::asked(&query.stated))
    });
    let meetings = blocks.meetings(registry.len(), |at| {
        let person = &registry.people[at];
        let facts = Facts::known(person.birth, person.region, person.household);
        keys(registry.sounds[at], &facts)
    });
    let largest = linker.policy.largest_block;
    let mut skipped = Skipped::default();
    for (block, people) in (0_u32..).zip(&blocks.people) {
        if *people > largest {
            skipped.blocks += 1;
            skipped.people += u64::from(*people);
            skipped.rows += blocks.rows(block).len() as u64;
        }
    }
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut settle = |pairs: &mut Vec<(u32, u32)>| {
        // Whatever is needed is fetched side by side before it is needed one by one.
        let near = pairs.iter().map(|(_, query)| {
            let query = &queries[*query as usize];
            query.last ^ u32::from(query.stated.sex)
        });
        std::hint::black_box(near.fold(0, |all, one| all ^ one));
        pairs.retain(|(at, query)| std::mem::replace(&mut queries[*query as usize].last, *at) != *at);
        let near = pairs.iter().map(|(at, query)| {
            let name = registry.people[*at as usize].name;
            names.form(queries[*query as usize].name).spelling
                ^ registry.names.form(name).spelling
                ^ u64::from(registry.rarity_of_name(name).surname.to_bits())
        });
        std::hint::black_box(near.fold(0, |all, one| all ^ one));
        for (at, query) in pairs.drain(..) {
            meet(linker, rows, names, &mut queries[query as usize], at as usize);
        }
    };
    for (at, block) in meetings {
        if blocks.people[block as usize] > largest {
            continue;
        }
        for part in blocks.rows(block).chunks(PAIRS) {
            pairs.extend(part.iter().map(|query| (at, *query)));
            if pairs.len() >= PAIRS {
                settle(&mut pairs);
            }
        }
    }
    settle(&mut pairs);
    skipped
}

fn meet(linker: &Linker<'_>, rows: &Rows<'_>, names: &Beside<'_>, query: &mut Query, at: usize) {
    let person = &linker.registry.people[at];
    // Half of those who share a day and a village have other names: they are passed over before anything else is compared.
    let (surname, given) = if person.has_name(query.name) {
        (Surname::Same, Given::Same)
    } else {
        names.compare(query.name, person.name)
    };
    if conflict(surname, given) || linker.denied(rows, query.row as usize, person.key) {
        return;
    }
    let levels = of_stated((surname, given), &query.stated, person);
    let likelihood = linker.weights.weigh(linker.registry, &levels, person).exp();
    query.all += likelihood;
    if at < linker.registry.registered {
        query.known += likelihood;
    }
    if likelihood > query.best {
        (query.second, query.second_place) = (query.best, query.best_place);
        (query.best, query.best_place, query.best_levels) = (likelihood, at as u32, Some(levels));
    } else if likelihood > query.second {
        (query.second, query.second_place) = (likelihood, at as u32);
    }
}
