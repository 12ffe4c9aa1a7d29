//! The people of the register, made ready once and searched by many tables: sorted by key, names taken apart, how common
//! each name, day and village is.

use super::NO_DAY;
use crate::{
    hash::{Map, mix},
    names::Names,
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
    /// Of each person's name: surname, given name and whole, by sound. Beside the people, so that the stream of a search
    /// runs straight through.
    pub(crate) sounds: Vec<[u64; 3]>,
    rarity: Vec<NameRarity>,
    days: Rarities<u32>,
    villages: Rarities<i64>,
    /// Open addressing: some bits of the key's hash beside the place, so that strangers end here.
    slots: Vec<(u32, u32)>,
    /// Keys that occur more than once; the first of the sorted entries is kept.
    pub duplicates: u32,
}

const EMPTY: u32 = super::NOBODY;
/// The first slot holds another key; look further.
const ELSEWHERE: u32 = EMPTY - 1;

impl Registry {
    /// Takes what it needs; the order of `persons` does not matter.
    pub fn build(persons: &Persons<'_>) -> Registry {
        let mut names = Names::new();
        let numbers = names.all(persons.name);
        let of = |at: u32| {
            let row = at as usize;
            let name = numbers.get(row).copied().unwrap_or(0);
            Person {
                key: persons.key[row],
                spelling: names.form(name).spelling,
                region: persons.region.get(row).copied().unwrap_or(0),
                household: persons.household.get(row).copied().unwrap_or(0),
                name,
                birth: persons.birth.get(row).copied().unwrap_or(NO_DAY),
                origin: at,
                sex: persons.sex.get(row).copied().unwrap_or(0),
            }
        };
        // Small pairs are sorted, and each person is put together once, where it belongs.
        let mut order: Vec<(i64, u32)> = persons.key.iter().copied().zip(0..).collect();
        if !persons.key.is_sorted() {
            order.sort_unstable();
        }
        let mut people: Vec<Person> = Vec::with_capacity(order.len());
        let mut sounds: Vec<[u64; 3]> = Vec::with_capacity(order.len());
        for same in order.chunk_by(|a, b| a.0 == b.0) {
            // Equal keys are rare; then the content decides, never the order of delivery.
            let content = |one: &Person| (one.birth, one.region, one.sex, one.household, one.spelling);
            let kept = same.iter().map(|(_, at)| of(*at)).min_by_key(content);
            people.extend(kept);
            sounds.extend(kept.map(|person| names.form(person.name).sounds()));
        }
        let duplicates = (order.len() - people.len()) as u32;
        drop(order);
        let mut registry = Registry {
            slots: slots(&people),
            sounds,
            rarity: rarity(&people, &names),
            days: Rarities::default(),
            villages: Rarities::default(),
            people,
            names,
            duplicates,
        };
        let (mut days, mut villages): (Map<u32, u32>, Map<i64, u32>) = Default::default();
        for person in &registry.people {
            if person.birth != NO_DAY {
                *days.entry(person.birth as u32).or_default() += 1;
            }
            if person.region != 0 {
                *villages.entry(person.region).or_default() += 1;
            }
        }
        let all = registry.len() as f64;
        // About as many days as people live make up the slack.
        registry.days = Rarities::of(days, all + 18_000.0);
        let slack = 0.5 * villages.len() as f64 + 1.0;
        registry.villages = Rarities::of(villages, all + slack);
        registry
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

    /// The place of a key among [`Registry::people`].
    #[inline]
    pub(crate) fn find(&self, key: i64) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let hash = spread(key);
        let (mut at, tag) = (hash as usize & mask, (hash >> 32) as u32);
        loop {
            match self.slots[at] {
                (_, EMPTY) => return None,
                (found, place) if found == tag && self.people[place as usize].key == key => return Some(place),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// [`Registry::find`] for many keys; `NOBODY` where there is none. All first looks are taken before any second one, so
    /// that the memory answers many at a time.
    pub(crate) fn find_all(&self, keys: &[i64], places: &mut Vec<u32>) {
        let mask = self.slots.len() - 1;
        places.clear();
        places.extend(keys.iter().map(|key| {
            let hash = spread(*key);
            let (tag, place) = self.slots[hash as usize & mask];
            if place == EMPTY || tag == (hash >> 32) as u32 {
                place
            } else {
                ELSEWHERE
            }
        }));
        for (place, key) in places.iter_mut().zip(keys) {
            let here = match *place {
                EMPTY => continue,
                ELSEWHERE => false,
                place => self.people[place as usize].key == *key,
            };
            if !here {
                *place = self.find(*key).unwrap_or(EMPTY);
            }
        }
    }

    /// The same for keys that ascend and lie near each other, as those of a snapshot do: register and rows are walked side
    /// by side. `from` is where the walk stands. False, and nothing found, for other keys.
    pub(crate) fn walk(&self, keys: &[i64], from: &mut usize, places: &mut Vec<u32>) -> bool {
        // So many people may be passed for each row before looking it up would be quicker.
        const PASSED: usize = 8;
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
            return false;
        };
        if !keys.is_sorted() {
            return false;
        }
        let behind = *from > 0 && self.people[*from - 1].key >= *first;
        if behind
            || self
                .people
                .get(*from + keys.len())
                .is_some_and(|person| person.key < *first)
        {
            *from = self.people.partition_point(|person| person.key < *first);
        }
        let far = self.people.get(*from + PASSED * keys.len());
        if far.is_some_and(|person| person.key < *last) {
            return false;
        }
        places.clear();
        for key in keys {
            while self.people.get(*from).is_some_and(|person| person.key < *key) {
                *from += 1;
            }
            let here = self.people.get(*from).is_some_and(|person| person.key == *key);
            places.push(if here { *from as u32 } else { EMPTY });
        }
        true
    }

    pub(crate) fn rarity_of_name(&self, name: u32) -> NameRarity {
        self.rarity[name as usize]
    }

    /// Negative logarithm of the share of people born on this day.
    pub(crate) fn rarity_of_day(&self, day: i32) -> f64 {
        self.days.get(day as u32)
    }

    pub(crate) fn rarity_of_village(&self, region: i64) -> f64 {
        self.villages.get(region)
    }
}

/// Negative logarithms of shares, worked out once: pairs ask for them millions of times.
#[derive(Default)]
struct Rarities<K> {
    of: Map<K, f64>,
    unseen: f64,
}

impl<K: Copy + Eq + std::hash::Hash> Rarities<K> {
    fn of(counts: Map<K, u32>, all: f64) -> Rarities<K> {
        let rarity = |count: u32| -((f64::from(count) + 0.5) / all).ln();
        Rarities {
            of: counts
                .into_iter()
                .map(|(value, count)| (value, rarity(count)))
                .collect(),
            unseen: rarity(0),
        }
    }

    fn get(&self, value: K) -> f64 {
        self.of.get(&value).copied().unwrap_or(self.unseen)
    }
}

fn spread(key: i64) -> u64 {
    mix(0x51ed, key as u64)
}

fn slots(people: &[Person]) -> Vec<(u32, u32)> {
    let mut slots = vec![(0, EMPTY); (people.len() * 2).next_power_of_two().max(16)];
    let mask = slots.len() - 1;
    for (place, person) in people.iter().enumerate() {
        let hash = spread(person.key);
        let mut at = hash as usize & mask;
        while slots[at].1 != EMPTY {
            at = (at + 1) & mask;
        }
        slots[at] = ((hash >> 32) as u32, place as u32);
    }
    slots
}

fn rarity(people: &[Person], names: &Names) -> Vec<NameRarity> {
    let mut bearers = vec![0_u32; names.len()];
    people.iter().for_each(|person| bearers[person.name as usize] += 1);
    let mut counts: [Map<u64, u32>; 4] = Default::default();
    let parts = |number: usize| {
        let form = names.form(number as u32);
        [form.surname_hash, form.given_hash, form.surname_sound, form.given_sound]
    };
    for (number, bearers) in bearers.iter().enumerate().skip(1) {
        for (counts, part) in counts.iter_mut().zip(parts(number)) {
            *counts.entry(part).or_default() += bearers;
        }
    }
    let all = people.len().max(1) as f64;
    let rarity = |number: usize| {
        let mut out = [0.0_f32; 4];
        for ((rarity, counts), part) in out.iter_mut().zip(&counts).zip(parts(number)) {
            let count = counts.get(&part).copied().unwrap_or(0);
            *rarity = -((f64::from(count) + 0.5) / (all + 1.0)).ln() as f32;
        }
        NameRarity {
            surname: out[0],
            given: out[1],
            surname_sound: out[2],
            given_sound: out[3],
        }
    };
    (0..names.len()).map(rarity).collect()
}
