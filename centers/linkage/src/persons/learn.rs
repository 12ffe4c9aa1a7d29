//! How often true pairs and strangers agree. True pairs are the rows whose number is right and known: a million free
//! labels. Strangers are random pairs of the register. A few common-sense counts stand in while labels are scarce.

use super::{
    Linker,
    levels::{self, LEVELS, Levels, PARTS},
    registry::{Person, Registry},
    rows::{Rows, Stated},
};
use crate::{
    hash::{Dice, Map, mix},
    names::{Beside, Given, Surname},
};

const STRANGERS: usize = 100_000;
/// Weight of the common-sense counts, in pairs.
const PRIOR: f64 = 200.0;
/// A chance below this cannot be told from none.
const LEAST: f64 = 2e-6;

/// Shares of levels among true pairs before any was seen; rows are the parts of [`Levels`].
const COMMON_SENSE: [[f64; LEVELS]; PARTS] = [
    // surname: differs, alike, sounds, same
    [0.0, 0.004, 0.003, 0.008, 0.985, 0.0, 0.0, 0.0, 0.0],
    // given name: differs, shares, part, alike, sounds, same
    [0.0, 0.005, 0.010, 0.005, 0.010, 0.030, 0.940, 0.0, 0.0],
    // birth: differs, year, two parts, exchanged, one slip, same
    [0.0, 0.005, 0.005, 0.010, 0.003, 0.020, 0.957, 0.0, 0.0],
    // sex: differs, same
    [0.0, 0.005, 0.995, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    // place: elsewhere, county, the county stated, town, the town stated, community, the community stated, village
    [0.0, 0.030, 0.015, 0.020, 0.010, 0.020, 0.015, 0.040, 0.850],
    // household: other, same
    [0.0, 0.050, 0.950, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
];

/// Shares per part and level.
pub(crate) type Shares = [[f64; LEVELS]; PARTS];

/// Counts of levels among pairs known to be true.
#[derive(Clone, Debug, Default)]
pub(crate) struct TruePairs {
    counts: [[u64; LEVELS]; PARTS],
}

impl TruePairs {
    pub(crate) fn count(&mut self, levels: &Levels) {
        for (counts, level) in self.counts.iter_mut().zip(levels.numbers()) {
            counts[level as usize] += 1;
        }
    }

    pub(crate) fn shares(&self) -> Shares {
        let mut out = COMMON_SENSE;
        for (shares, counts) in out.iter_mut().zip(&self.counts) {
            let known: u64 = counts[1..].iter().sum();
            for (share, count) in shares.iter_mut().zip(counts).skip(1) {
                *share = ((*share * PRIOR + *count as f64) / (PRIOR + known as f64)).max(1e-5);
            }
            shares[0] = 1.0;
        }
        out
    }
}

/// How often two random people of the register agree.
pub(crate) fn strangers(registry: &Registry, seed: u64) -> Shares {
    let mut counts = [[0_u64; LEVELS]; PARTS];
    let mut dice = Dice::new(seed ^ 0x57a9);
    for _ in 0..if registry.len() < 2 { 0 } else { STRANGERS } {
        let (a, b) = (dice.below(registry.len()), dice.below(registry.len()));
        if a != b {
            let (left, right) = (&registry.people[a], &registry.people[b]);
            let levels = of_two(registry, left, right);
            for (counts, level) in counts.iter_mut().zip(levels.numbers()) {
                counts[level as usize] += 1;
            }
        }
    }
    let mut out = [[1.0; LEVELS]; PARTS];
    for (shares, counts) in out.iter_mut().zip(&counts) {
        let known: u64 = counts[1..].iter().sum();
        for (share, count) in shares.iter_mut().zip(counts).skip(1) {
            *share = ((*count as f64 + 0.3) / (known as f64 + 2.0)).max(LEAST);
        }
    }
    out
}

/// What rows say of how true pairs agree, and which places they name.
pub(super) struct Lessons {
    pub(super) pairs: TruePairs,
    /// How many rows name a place.
    pub(super) stated: Map<i64, u64>,
    /// Of so many rows with a number one is looked at, those whose key has no higher hash than this.
    one_of: u64,
    sampled: u64,
}

/// True pairs looked at; more say no more.
const SAMPLE: usize = 60_000;

impl Lessons {
    /// `rows` are how many will come, all in all.
    pub(super) fn of(rows: usize) -> Lessons {
        let one_of = (rows / SAMPLE + 1) as u64;
        Lessons {
            pairs: TruePairs::default(),
            stated: Map::default(),
            one_of,
            sampled: u64::MAX / one_of,
        }
    }

    pub(super) fn add(&mut self, linker: &Linker<'_>, rows: &Rows<'_>, names: &mut Beside<'_>) {
        let registry = linker.registry;
        for row in 0..rows.len() {
            let has_number = rows.has_number(row);
            let certain = has_number && mix(7, rows.key[row] as u64) <= self.sampled;
            let region = rows.region(row);
            if region != 0 && (certain || !has_number) {
                // One stands for all that were passed over.
                *self.stated.entry(region).or_default() += if certain { self.one_of } else { 1 };
            }
            let key = match linker.answers.confirmed(rows.tag(row)) {
                Some(key) => key,
                None if certain => rows.key[row],
                None => continue,
            };
            if let Some(place) = registry.find(key) {
                let name = names.number_of(rows.name.bytes(row));
                let levels = of_row(names, name, rows, row, &registry.people[place as usize]);
                if !levels.names_conflict() {
                    self.pairs.count(&levels);
                }
            }
        }
    }
}

/// How often a place stated in the rows agrees with that of a random person. Taken from the rows, because many rows are
/// about people of elsewhere, and a register of one county knows no elsewhere.
pub(crate) fn strange_places(registry: &Registry, stated: &Map<i64, u64>, seed: u64) -> Option<[f64; LEVELS]> {
    const EACH: usize = 24;
    const MOST_PLACES: usize = 2_000;
    let mut stated: Vec<(i64, u64)> = stated.iter().map(|(region, count)| (*region, *count)).collect();
    // The commonest places, in an order of their own.
    stated.sort_unstable_by_key(|(region, count)| (std::cmp::Reverse(*count), *region));
    stated.truncate(MOST_PLACES);
    if registry.is_empty() || stated.is_empty() {
        return None;
    }
    let mut dice = Dice::new(seed ^ 0x91ace);
    let mut counts = [0_u64; LEVELS];
    for (region, count) in stated {
        for _ in 0..EACH {
            let person = &registry.people[dice.below(registry.len())];
            counts[levels::place(region, person.region) as usize] += count;
        }
    }
    let known: u64 = counts[1..].iter().sum();
    let mut shares = [1.0; LEVELS];
    for (share, count) in shares.iter_mut().zip(&counts).skip(1) {
        *share = ((*count as f64 + 0.3) / (known as f64 + 2.0)).max(LEAST);
    }
    Some(shares)
}

fn of_two(registry: &Registry, a: &Person, b: &Person) -> Levels {
    let (surname, given) = registry.names.compare(a.name, b.name);
    Levels {
        surname,
        given,
        birth: levels::birth(a.birth, b.birth),
        sex: levels::sex(a.sex, b.sex),
        place: levels::place(a.region, b.region),
        household: levels::household(a.household, b),
    }
}

/// How a row and a person agree.
pub(crate) fn of_row(names: &Beside<'_>, name: u32, rows: &Rows<'_>, row: usize, person: &Person) -> Levels {
    of_stated(names.compare(name, person.name), &rows.stated(row), person)
}

/// The same for a row whose name has been compared already.
#[inline]
pub(crate) fn of_stated((surname, given): (Surname, Given), stated: &Stated, person: &Person) -> Levels {
    Levels {
        surname,
        given,
        birth: levels::birth(stated.birth, person.birth),
        sex: levels::sex(stated.sex, person.sex),
        place: levels::place(stated.region, person.region),
        household: levels::household(stated.household, person),
    }
}
