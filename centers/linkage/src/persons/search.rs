//! Rows without a usable number: the small side is indexed by keys, the register streams past once to count and once to
//! compare, and every row keeps its two best people and the sum of all.
//!
//! Memory grows with the rows searched, never with the pairs. A key that too many people share (4,000 of one surname and
//! year in one village) is left out and reported; its rows may still be found by other keys. Equal rows are searched once.

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
        let name = names.number(rows.name.get(at));
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
    /// Hash and where its queries begin in `members`; open addressing.
    slots: Vec<(u64, u32)>,
    /// Per block: begin and end in `entries`, and people seen.
    blocks: Vec<(u32, u32, u32)>,
    entries: Vec<(u64, u32)>,
}

impl Index {
    fn new(all: &[Keys]) -> Index {
        let with_key = all.iter().enumerate();
        let mut entries: Vec<(u64, u32)> = with_key
            .flat_map(|(query, keys)| {
                keys.iter()
                    .filter(|key| **key != 0)
                    .map(move |key| (*key, query as u32))
            })
            .collect();
        entries.sort_unstable();
        let size = (entries.len() * 2).next_power_of_two().max(64);
        let mut index = Index {
            filter: vec![0; size * 4 / 64 + 1],
            slots: vec![(0, 0); size],
            blocks: Vec::new(),
            entries: Vec::new(),
        };
        let mut from = 0;
        for block in entries.chunk_by(|a, b| a.0 == b.0) {
            let hash = block[0].0;
            let bit = index.bit(hash);
            index.filter[bit / 64] |= 1 << (bit % 64);
            let mut at = hash as usize & (size - 1);
            while index.slots[at].0 != 0 {
                at = (at + 1) & (size - 1);
            }
            index.slots[at] = (hash, index.blocks.len() as u32);
            index.blocks.push((from, from + block.len() as u32, 0));
            from += block.len() as u32;
        }
        index.entries = entries;
        index
    }

    #[inline]
    fn bit(&self, hash: u64) -> usize {
        (hash >> 24) as usize & (self.slots.len() * 4 - 1)
    }

    /// Whether looking it up is worth the while.
    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let bit = self.bit(hash);
        self.filter[bit / 64] & (1 << (bit % 64)) != 0
    }

    #[inline]
    fn block(&self, hash: u64) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                (0, _) => return None,
                (known, block) if known == hash => return Some(block as usize),
                _ => at = (at + 1) & mask,
            }
        }
    }
}
fn stream(linker: &Linker<'_>, rows: &Rows<'_>, names: &Names, queries: &mut [Query]) -> Skipped {
    let registry = linker.registry;
    let mut wanted: Vec<Keys> = queries
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
    // People who share some key, so that the second round passes over the others. Keys of many people are looked up
    // together, so that the memory answers many at a time.
    let mut concerned: Vec<u32> = Vec::new();
    let mut likely: Vec<(u32, u64)> = Vec::new();
    for from in (0..registry.len()).step_by(TOGETHER) {
        likely.clear();
        for at in from..registry.len().min(from + TOGETHER) {
            let shared = of_person(at)
                .into_iter()
                .filter(|key| *key != 0 && index.may_have(*key));
            likely.extend(shared.map(|key| (at as u32, key)));
        }
        for (at, key) in &likely {
            if let Some(block) = index.block(*key) {
                index.blocks[block].2 += 1;
                if concerned.last() != Some(at) {
                    concerned.push(*at);
                }
            }
        }
    }
    let mut skipped = Skipped::default();
    for (from, to, people) in &mut index.blocks {
        if *people > linker.policy.largest_block {
            skipped.blocks += 1;
            skipped.people += u64::from(*people);
            skipped.rows += u64::from(*to - *from);
            for (hash, query) in &index.entries[*from as usize..*to as usize] {
                wanted[*query as usize]
                    .iter_mut()
                    .filter(|key| *key == hash)
                    .for_each(|key| *key = 0);
            }
            *to = *from;
        }
    }
    for at in concerned.into_iter().map(|at| at as usize) {
        let keys = of_person(at);
        for (order, key) in keys.iter().enumerate() {
            if *key == 0 || !index.may_have(*key) {
                continue;
            }
            let Some(block) = index.block(*key) else { continue };
            let (from, to, _) = index.blocks[block];
            for (_, query) in &index.entries[from as usize..to as usize] {
                let theirs = &wanted[*query as usize];
                // Met already at an earlier key.
                if (0..order).any(|before| keys[before] != 0 && keys[before] == theirs[before]) {
                    continue;
                }
                meet(linker, rows, names, &mut queries[*query as usize], at);
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
