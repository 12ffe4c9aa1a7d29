//! The people of the register, made ready once and searched by many tables: sorted by key, names taken apart, how common
//! each name, day and village is.

use super::{NO_DAY, NOBODY, places::Places};
use crate::{
    hash::Map,
    names::{Names, Sounds, short_surname},
    texts::Texts,
};

/// The register's columns, lent by the caller; equal lengths, in any order.
#[derive(Clone, Copy, Debug)]
pub struct Persons<'a> {
    pub key: &'a [i64],
    pub name: Texts<'a>,
    /// Days since 1970, [`NO_DAY`] for none.
    pub birth: &'a [i32],
    /// 1 male, 2 female, 0 unknown.
    pub sex: &'a [u8],
    /// Natural village, 0 for none.
    pub region: &'a [i64],
    /// 0 for none.
    pub household: &'a [i64],
}

/// One person's columns side by side, because a probe reads them all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) key: i64,
    /// Of the plain spelling, so that most names need no look at their characters.
    pub(crate) spelling: u64,
    pub(crate) region: i64,
    pub(crate) household: i64,
    pub(crate) name: u32,
    pub(crate) birth: i32,
    /// Where the caller has it.
    pub(crate) origin: u32,
    pub(crate) sex: u8,
    /// As of `Form`: most names that are not written alike begin alike.
    short_surname: u16,
}

impl Person {
    /// Whether this is the name of a row by its number, a surname among it; names differ where this says no, or have none.
    pub(crate) fn has_name(&self, name: u32) -> bool {
        self.short_surname != 0 && self.name == name
    }

    /// Whether a delivered name has the same surname, as far as that is seen at a glance.
    pub(crate) fn has_surname_of(&self, name: &[u8]) -> bool {
        self.short_surname != 0 && short_surname(name) == Some(self.short_surname)
    }
}

/// Negative logarithms of the shares of a name's parts among all people.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NameRarity {
    pub(crate) surname: f32,
    pub(crate) given: f32,
    pub(crate) surname_sound: f32,
    pub(crate) given_sound: f32,
}

/// The register, ready to be linked with. Immutable: tables may be linked with it at the same time.
pub struct Registry {
    pub(crate) people: Vec<Person>,
    pub(crate) names: Names,
    /// Each person's name by sound. Beside the people, so that the stream of a search
    /// runs straight through.
    pub(crate) sounds: Vec<Sounds>,
    pub(crate) places: Places,
    pub(super) rarity: Vec<NameRarity>,
    pub(super) days: Days,
    pub(super) villages: Rarities<i64>,
    /// How many people there are, those included who are not here because only a few were taken from the shelf.
    pub(super) population: usize,
    /// Whether some of all these are not registered.
    pub(super) knows_others: bool,
    /// So many of the people are registered; behind them stand others of whom it is only known that they exist.
    pub(crate) registered: usize,
    /// Keys that occur more than once; the first of the sorted entries is kept.
    pub duplicates: u32,
}

impl Registry {
    /// Takes what it needs; the order of `persons` does not matter.
    pub fn build(persons: &Persons<'_>) -> Registry {
        Self::build_among(persons, None)
    }

    /// The same, with others who are not registered: no row is ever linked to them, but a row that fits one of them is not
    /// held to be about a namesake on the register, and a name that none of them bears is rarer than it seemed.
    pub fn build_among(persons: &Persons<'_>, others: Option<&Persons<'_>>) -> Registry {
        let both = || std::iter::once(persons).chain(others);
        let mut names = Names::with_room(both().map(|them| them.key.len()).sum());
        let numbers: Vec<Vec<u32>> = both().map(|them| names.all(them.name)).collect();
        let mut people: Vec<Person> = Vec::with_capacity(persons.key.len());
        let (mut registered, mut duplicates) = (0, 0);
        for (part, (them, numbers)) in both().zip(&numbers).enumerate() {
            let of = |at: u32| {
                let row = at as usize;
                let name = numbers.get(row).copied().unwrap_or(0);
                let form = names.form(name);
                Person {
                    key: them.key[row],
                    spelling: form.spelling,
                    region: them.region.get(row).copied().unwrap_or(0),
                    household: them.household.get(row).copied().unwrap_or(0),
                    name,
                    birth: them.birth.get(row).copied().unwrap_or(NO_DAY),
                    origin: if part == 0 { at } else { NOBODY },
                    sex: them.sex.get(row).copied().unwrap_or(0),
                    short_surname: form.short_surname,
                }
            };
            // Small pairs are sorted, and each person is put together once, where it belongs.
            let mut order: Vec<(i64, u32)> = them.key.iter().copied().zip(0..).collect();
            if !them.key.is_sorted() {
                order.sort_unstable();
            }
            for same in order.chunk_by(|a, b| a.0 == b.0) {
                let known = |key: i64| people[..registered].binary_search_by_key(&key, |one| one.key).is_ok();
                if part > 0 && known(same[0].0) {
                    continue;
                }
                // Equal keys are rare; then the content decides, never the order of delivery.
                let content = |one: &Person| (one.birth, one.region, one.sex, one.household, one.spelling);
                let all = same.iter().map(|(_, at)| of(*at));
                people.extend(if part == 0 {
                    all.min_by_key(content)
                } else {
                    // Of what several lists say of one, that with a birth and the deeper place.
                    all.max_by_key(content)
                });
            }
            if part == 0 {
                (registered, duplicates) = (people.len(), (order.len() - people.len()) as u32);
            }
        }
        let sounds: Vec<Sounds> = people.iter().map(|person| names.form(person.name).sounds()).collect();
        let mut villages: Map<i64, u32> = Map::default();
        for person in people.iter().filter(|person| person.region != 0) {
            *villages.entry(person.region).or_default() += 1;
        }
        let slack = 0.5 * villages.len() as f64 + 1.0;
        Registry {
            places: Places::new(people[..registered].iter().map(|person| person.key).collect()),
            sounds,
            rarity: rarity(&people, &names),
            days: Days::of(&people),
            villages: Rarities::of(villages, people.len() as f64 + slack),
            population: people.len(),
            knows_others: registered < people.len(),
            people,
            names,
            registered,
            duplicates,
        }
    }

    pub fn len(&self) -> usize {
        self.people.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Whether somebody of the register has this key.
    pub fn knows(&self, key: i64) -> bool {
        self.find(key).is_some()
    }

    /// Where somebody lives, 0 for who is not on the register.
    pub fn region_of(&self, key: i64) -> i64 {
        self.find(key).map_or(0, |at| self.people[at as usize].region)
    }

    /// The place of a key among [`Registry::people`].
    #[inline]
    pub(crate) fn find(&self, key: i64) -> Option<u32> {
        self.places.find(key)
    }

    pub(crate) fn rarity_of_name(&self, name: u32) -> NameRarity {
        self.rarity[name as usize]
    }

    /// Negative logarithm of the share of people born on this day.
    pub(crate) fn rarity_of_day(&self, day: i32) -> f64 {
        self.days.get(day)
    }

    pub(crate) fn rarity_of_village(&self, region: i64) -> f64 {
        self.villages.get(region)
    }
}

/// Negative logarithms of shares, worked out once: pairs ask for them millions of times.
pub(super) struct Rarities<K> {
    of: Map<K, f64>,
    unseen: f64,
}

impl<K: Copy + Eq + std::hash::Hash> Rarities<K> {
    pub(super) fn of(counts: Map<K, u32>, all: f64) -> Rarities<K> {
        Rarities {
            of: counts
                .into_iter()
                .map(|(value, count)| (value, rarity_of(count, all)))
                .collect(),
            unseen: rarity_of(0, all),
        }
    }

    fn get(&self, value: K) -> f64 {
        self.of.get(&value).copied().unwrap_or(self.unseen)
    }
}

fn rarity_of(count: u32, all: f64) -> f64 {
    -((f64::from(count) + 0.5) / all).ln()
}

/// Negative logarithm of the share of all people who bear a part of a name.
pub(super) fn share_of_name(count: u32, all: f64) -> f32 {
    -((f64::from(count) + 0.5) / (all + 1.0)).ln() as f32
}

/// The same for days of birth, which lie close together; those of no century of ours are counted as one.
pub(super) struct Days {
    of: Vec<f64>,
    first: i32,
    others: f64,
}

/// Days of two centuries, counted from 1970.
pub(super) const CLOSE: std::ops::Range<i32> = -40_000..40_000;

impl Days {
    fn of(people: &[Person]) -> Days {
        let born = || people.iter().map(|person| person.birth).filter(|day| *day != NO_DAY);
        let close = || born().filter(|day| CLOSE.contains(day));
        let (first, last) = (close().min().unwrap_or(0), close().max().unwrap_or(-1));
        let mut counts = vec![0_u32; (last - first + 1) as usize];
        close().for_each(|day| counts[(day - first) as usize] += 1);
        // About as many days as people live make up the slack.
        let all = people.len() as f64 + 18_000.0;
        let others = born().filter(|day| !CLOSE.contains(day)).count();
        Days {
            of: counts.into_iter().map(|count| rarity_of(count, all)).collect(),
            first,
            others: rarity_of(others as u32, all),
        }
    }

    /// From how many people were born on each of some days; those of no century of ours are told the same count.
    pub(super) fn of_counts(counts: &Map<i32, u32>, people: usize) -> Days {
        let all = people as f64 + 18_000.0;
        let close = || counts.iter().filter(|(day, _)| CLOSE.contains(*day));
        let days = || close().map(|(day, _)| *day);
        let (first, last) = (days().min().unwrap_or(0), days().max().unwrap_or(-1));
        let mut of = vec![rarity_of(0, all); (last - first + 1) as usize];
        close().for_each(|(day, count)| of[(day - first) as usize] = rarity_of(*count, all));
        let others = counts.iter().find(|(day, _)| !CLOSE.contains(*day));
        Days {
            of,
            first,
            others: rarity_of(others.map_or(0, |(_, count)| *count), all),
        }
    }

    fn get(&self, day: i32) -> f64 {
        let at = i64::from(day) - i64::from(self.first);
        let of = usize::try_from(at).ok().and_then(|at| self.of.get(at));
        of.copied().unwrap_or(self.others)
    }
}

/// How rare each part of each name is. Parts are numbered, so that each is looked up and worked out once.
fn rarity(people: &[Person], names: &Names) -> Vec<NameRarity> {
    let mut bearers = vec![0_u32; names.len()];
    people.iter().for_each(|person| bearers[person.name as usize] += 1);
    let mut parts: [Counted; 4] = std::array::from_fn(|_| Counted::with_room(names.len()));
    for (number, bearers) in (0..).zip(bearers) {
        let form = names.form(number);
        let hashes = [form.surname_hash, form.given_hash, form.surname_sound, form.given_sound];
        for (part, hash) in parts.iter_mut().zip(hashes) {
            part.add(hash, bearers);
        }
    }
    let all = people.len().max(1) as f64;
    let [surname, given, surname_sound, given_sound] = parts.map(|part| part.rarities(all));
    (0..names.len())
        .map(|number| NameRarity {
            surname: surname[number],
            given: given[number],
            surname_sound: surname_sound[number],
            given_sound: given_sound[number],
        })
        .collect()
}

/// How many people bear each of the values that one part of the names has.
#[derive(Default)]
struct Counted {
    /// Of each name, which value.
    value: Vec<u32>,
    seen: Map<u64, u32>,
    bearers: Vec<u32>,
}

impl Counted {
    fn with_room(names: usize) -> Counted {
        let mut counted = Counted::default();
        counted.value.reserve(names);
        counted
    }

    fn add(&mut self, hash: u64, bearers: u32) {
        let next = self.bearers.len() as u32;
        let value = *self.seen.entry(hash).or_insert(next);
        if value == next {
            self.bearers.push(0);
        }
        self.bearers[value as usize] += bearers;
        self.value.push(value);
    }

    fn rarities(self, all: f64) -> Vec<f32> {
        let of: Vec<f32> = self.bearers.iter().map(|count| share_of_name(*count, all)).collect();
        self.value.iter().map(|value| of[*value as usize]).collect()
    }
}
