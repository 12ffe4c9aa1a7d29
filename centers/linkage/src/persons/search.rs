//! Rows without a usable number: the small side is indexed by keys, the register streams past, and every row keeps its two
//! best people and the sum of all.
//!
//! Memory grows with the rows and the people, never with the pairs. A key that too many people share (4,000 of one surname
//! and year in one village) is left out and reported; its rows may still be found by other keys. Equal rows are searched
//! once.

use super::{
    Linker, Links, NO_DAY, NOBODY, Outcome, Rows,
    keys::{Facts, KEYS, Keys, keys},
    learn::of_row,
    levels::Levels,
};
use crate::{
    hash::{Map, mix},
    names::Names,
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
    rows: u32,
    best: f64,
    best_place: u32,
    best_levels: Option<Levels>,
    second: f64,
    second_place: u32,
    all: f64,
}
pub(super) fn search(linker: &Linker<'_>, rows: &Rows<'_>, names: &mut Names, open: &[u32], links: &mut Links) {
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
    names: &mut Names,
    open: &[u32],
    links: &mut Links,
) -> (Vec<Query>, Vec<(u32, u32)>) {
    let mut queries: Vec<Query> = Vec::new();
    let mut query_of = Vec::new();
    let mut known: Map<(u64, u64), u32> = Map::default();
    for row in open {
        let at = *row as usize;
        if let Some(place) = linker.confirmed(rows, at) {
            links.settle(at, Outcome::Linked, linker.origin(place), 1.0);
            continue;
        }
        let name = names.number_beside(rows.name.get(at), &linker.registry.names);
        if name == 0 {
            continue;
        }
        let spoken = if linker.answers.of(rows.tag(at)).is_empty() {
            0
        } else {
            u64::from(*row) + 1
        };
        let who = (u64::from(name) << 32) | u64::from(rows.birth(at) as u32);
        let place = mix(rows.region(at) as u64, rows.household(at) as u64);
        let query = *known
            .entry((who, mix(place, u64::from(rows.sex(at)) + (spoken << 2))))
            .or_insert_with(|| {
                queries.push(Query {
                    row: *row,
                    name,
                    rows: 0,
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
    /// Query and the next entry of the block, 0 for none. Entries count from 1.
    entries: Vec<(u32, u32)>,
    /// Of each block, at its first entry: the people seen.
    people: Vec<u32>,
}

impl Index {
    fn new(all: &[Keys]) -> Index {
        let keys = all.iter().flatten().filter(|key| **key != 0).count();
        let size = (keys * 2).next_power_of_two().max(64);
        let mut index = Index {
            filter: vec![0; size * 4 / 64 + 1],
            slots: vec![(0, 0); size],
            entries: Vec::with_capacity(keys + 1),
            people: vec![0; keys + 1],
        };
        index.entries.push((NOBODY, 0));
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
                    index.entries.push((query, 0));
                } else {
                    // Right behind the first, which stays where people are counted.
                    let behind = std::mem::replace(&mut index.entries[first as usize].1, entry);
                    index.entries.push((query, behind));
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
        let entry = |at: u32| (at != 0).then(|| (at, self.entries[at as usize]));
        std::iter::successors(entry(first), move |(_, (_, next))| entry(*next)).map(|(_, (query, _))| query as usize)
    }
}

fn stream(linker: &Linker<'_>, rows: &Rows<'_>, names: &Names, queries: &mut [Query]) -> Skipped {
    let registry = linker.registry;
    let wanted: Vec<Keys> = queries
        .iter()
        .map(|query| {
            let at = query.row as usize;
            let facts = Facts {
                birth: rows.birth(at),
                region: rows.region(at),
                household: rows.household(at),
                name_alone: rows.birth(at) == NO_DAY && rows.region(at) / 1_000_000 % 1_000 == 0,
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
                index.people[block as usize] += 1;
                meetings.push((*at, block));
            }
        }
    }
    let mut skipped = Skipped::default();
    for (first, people) in (0_u32..).zip(&index.people) {
        if *people > linker.policy.largest_block {
            skipped.blocks += 1;
            skipped.people += u64::from(*people);
            skipped.rows += index.queries(first).count() as u64;
        }
    }
    // A person and a row may share several keys and meet once.
    let mut last: Vec<u32> = vec![NOBODY; queries.len()];
    for (at, block) in meetings {
        if index.people[block as usize] > linker.policy.largest_block {
            continue;
        }
        for query in index.queries(block) {
            if std::mem::replace(&mut last[query], at) != at {
                meet(linker, rows, names, &mut queries[query], at as usize);
            }
        }
    }
    skipped
}
fn meet(linker: &Linker<'_>, rows: &Rows<'_>, names: &Names, query: &mut Query, at: usize) {
    let person = &linker.registry.people[at];
    let row = query.row as usize;
    let levels = of_row(linker.registry, names, query.name, rows, row, person);
    if levels.names_conflict() || linker.denied(rows, row, person.key) {
        return;
    }
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
