//! Rows without a usable number: the small side is indexed by keys, the register streams past, and every row keeps its two
//! best people and the sum of all.
//!
//! Memory grows with the rows and the people, never with the pairs. A key that too many people share (4,000 of one surname
//! and year in one village) is left out and reported; its rows may still be found by other keys. Equal rows are searched
//! once.

use super::{
    Linker, Links, NO_DAY, NOBODY, Outcome, Rows,
    keys::{Facts, KEYS, Keys, keys},
    learn::of_stated,
    levels::{Levels, conflict},
    rows::Stated,
};
use crate::{
    hash::{Map, mix},
    names::{Beside, Given, Surname},
};

/// Distinct rows searched at a time.
const BATCH: usize = 400_000;
/// People whose keys are looked up together.
const TOGETHER: usize = 256;
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
    /// The person it met last.
    last: u32,
    best: f64,
    best_place: u32,
    best_levels: Option<Levels>,
    second: f64,
    second_place: u32,
    all: f64,
}
pub(super) fn search(linker: &Linker<'_>, rows: &Rows<'_>, names: &mut Beside<'_>, open: &[u32], links: &mut Links) {
    let (mut queries, query_of) = distinct(linker, rows, names, open, links);
    for batch in queries.chunks_mut(BATCH) {
        let skipped = stream(linker, rows, names, batch);
        links.skipped.blocks += skipped.blocks;
        links.skipped.people += skipped.people;
        links.skipped.rows += skipped.rows;
    }
    let people = linker.registry.len() as f64;
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
    links.searched = share;
    let nobody = (1.0 - share) / share * people;
    for (row, query) in query_of {
        let query = &queries[query as usize];
        let Some(levels) = query.best_levels else { continue };
        let probability = linker.answers.corrected(query.best / (query.all + nobody));
        let row = row as usize;
        let person = linker.origin(query.best_place);
        if probability >= linker.policy.accept && levels.names_agree() && levels.anchored() {
            links.settle(row, Outcome::Linked, person, probability as f32);
        } else if probability >= linker.policy.review && !levels.names_conflict() {
            links.settle(row, Outcome::Undecided, person, probability as f32);
            if query.second_place != NOBODY && query.second * 20.0 > query.best {
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
    let mut queries: Vec<Query> = Vec::new();
    let mut query_of = Vec::new();
    let mut known: Map<u64, u32> = Map::default();
    known.reserve(open.len());
    for row in open {
        let at = *row as usize;
        if let Some(place) = linker.confirmed(rows, at) {
            links.settle(at, Outcome::Linked, linker.origin(place), 1.0);
            continue;
        }
        let name = names.number(rows.name.get(at));
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
                    last: NOBODY,
                    best: 0.0,
                    best_place: NOBODY,
                    best_levels: None,
                    second: 0.0,
                    second_place: NOBODY,
                    all: 0.0,
                });
                (queries.len() - 1) as u32
            });
        queries[query as usize].rows += 1;
        query_of.push((*row, query));
    }
    (queries, query_of)
}

/// Keys of many queries, found by hash.
struct Index {
    /// A bit for each hash, so that most people are passed over without a look.
    filter: Vec<u64>,
    /// Half of the hash and the first entry of its block, 0 for none; open addressing.
    slots: Vec<(u32, u32)>,
    /// They count from 1.
    entries: Vec<Entry>,
}

/// One query of a block.
#[derive(Clone, Copy)]
struct Entry {
    query: u32,
    /// The next one of the block, 0 for none.
    next: u32,
    /// At the first one: the people seen.
    people: u32,
}

impl Index {
    fn new(all: &[Keys]) -> Index {
        let keys = all.iter().flatten().filter(|key| **key != 0).count();
        let size = (keys * 2).next_power_of_two().max(64);
        let mut index = Index {
            filter: vec![0; size * 4 / 64 + 1],
            slots: vec![(0, 0); size],
            entries: Vec::with_capacity(keys + 1),
        };
        let entry_of = |query, next| Entry { query, next, people: 0 };
        index.entries.push(entry_of(NOBODY, 0));
        for (query, keys) in (0_u32..).zip(all) {
            for hash in keys.iter().filter(|key| **key != 0) {
                let bit = index.bit(*hash);
                index.filter[bit / 64] |= 1 << (bit % 64);
                let (mut at, tag) = index.place(*hash);
                let first = loop {
                    match index.slots[at] {
                        (_, 0) => break 0,
                        (known, first) if known == tag => break first,
                        _ => at = (at + 1) & (size - 1),
                    }
                };
                let entry = index.entries.len() as u32;
                if first == 0 {
                    index.slots[at] = (tag, entry);
                    index.entries.push(entry_of(query, 0));
                } else {
                    // Right behind the first, which stays where people are counted.
                    let behind = std::mem::replace(&mut index.entries[first as usize].next, entry);
                    index.entries.push(entry_of(query, behind));
                }
            }
        }
        index
    }

    #[inline]
    fn bit(&self, hash: u64) -> usize {
        (hash >> 24) as usize & (self.slots.len() * 4 - 1)
    }

    /// Where a hash stands, unless another one is there already, and what it is known by.
    #[inline]
    fn place(&self, hash: u64) -> (usize, u32) {
        (hash as usize & (self.slots.len() - 1), (hash >> 32) as u32)
    }

    /// Whether looking it up is worth the while.
    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let bit = self.bit(hash);
        self.filter[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// The first entry of a block, 0 for none; `slot` is what stands where the hash would.
    #[inline]
    fn block(&self, hash: u64, mut slot: (u32, u32)) -> u32 {
        let (mut at, tag) = self.place(hash);
        loop {
            match slot {
                (_, 0) => return 0,
                (known, first) if known == tag => return first,
                _ => {
                    at = (at + 1) & (self.slots.len() - 1);
                    slot = self.slots[at];
                }
            }
        }
    }

    /// The queries of a block.
    fn queries(&self, first: u32) -> impl Iterator<Item = usize> + '_ {
        let entry = |at: u32| (at != 0).then(|| self.entries[at as usize]);
        std::iter::successors(entry(first), move |one| entry(one.next)).map(|one| one.query as usize)
    }
}

fn stream(linker: &Linker<'_>, rows: &Rows<'_>, names: &Beside<'_>, queries: &mut [Query]) -> Skipped {
    let registry = linker.registry;
    let wanted: Vec<Keys> = queries
        .iter()
        .map(|query| {
            let Stated {
                birth,
                region,
                household,
                ..
            } = query.stated;
            let facts = Facts {
                birth,
                region,
                household,
                name_alone: birth == NO_DAY && region / 1_000_000 % 1_000 == 0,
            };
            keys(names.form(query.name).sounds(), &facts)
        })
        .collect();
    let mut index = Index::new(&wanted);
    let of_person = |at: usize| {
        let person = &registry.people[at];
        let facts = Facts {
            birth: person.birth,
            region: person.region,
            household: person.household,
            name_alone: true,
        };
        keys(registry.sounds[at], &facts)
    };
    // Who meets which block: the people stream past once. Keys of many people are looked up together, so that the memory
    // answers many at a time.
    let mut meetings: Vec<(u32, u32)> = Vec::new();
    let mut likely: Vec<(u32, u64)> = Vec::new();
    let mut slots: Vec<(u32, u32)> = Vec::new();
    for from in (0..registry.len()).step_by(TOGETHER) {
        likely.clear();
        for at in from..registry.len().min(from + TOGETHER) {
            let shared = of_person(at)
                .into_iter()
                .filter(|key| *key != 0 && index.may_have(*key));
            likely.extend(shared.map(|key| (at as u32, key)));
        }
        slots.clear();
        slots.extend(likely.iter().map(|(_, key)| index.slots[index.place(*key).0]));
        for ((at, key), slot) in likely.iter().zip(&slots) {
            let block = index.block(*key, *slot);
            if block != 0 {
                index.entries[block as usize].people += 1;
                meetings.push((*at, block));
            }
        }
    }
    let mut skipped = Skipped::default();
    for (first, entry) in (0_u32..).zip(&index.entries) {
        if entry.people > linker.policy.largest_block {
            skipped.blocks += 1;
            skipped.people += u64::from(entry.people);
            skipped.rows += index.queries(first).count() as u64;
        }
    }
    // A person and a row may share several keys and meet once.
    for (at, block) in meetings {
        if index.entries[block as usize].people > linker.policy.largest_block {
            continue;
        }
        for query in index.queries(block) {
            let query = &mut queries[query];
            if std::mem::replace(&mut query.last, at) != at {
                meet(linker, rows, names, query, at as usize);
            }
        }
    }
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
    if likelihood > query.best {
        (query.second, query.second_place) = (query.best, query.best_place);
        (query.best, query.best_place, query.best_levels) = (likelihood, at as u32, Some(levels));
    } else if likelihood > query.second {
        (query.second, query.second_place) = (likelihood, at as u32);
    }
}

const _: () = assert!(KEYS <= 16, "keys are walked for every person");
