//! Whom a few rows may mean, found on the shelf.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
};

use super::{
    BY_DAY, BY_SOUND, COUNTS, NAMES, group_of_day,
    pages::{Opened, altered},
    write::{LENGTH, REGION, REGISTERED, SEX},
};
use crate::{
    hash::{Map, bytes},
    names::{Names, Sounds},
    persons::{
        NO_DAY, Rows,
        keys::{Facts, keys},
    },
};

/// The register on the shelf, opened; what it read stays in memory for the next row.
pub struct Shelf {
    file: Opened,
    /// Names met so far: by sound, the hash of the spelling, and where the text stands.
    names: Map<u32, (Sounds, u64, u64)>,
}

/// Who may be meant.
#[derive(Clone, Debug, Default)]
pub struct Near {
    /// Keys of people of the register, ascending.
    pub registered: Vec<i64>,
    /// Others, of whom only lists tell.
    pub others: Vec<Other>,
}

/// Somebody who is not registered, as lists tell of him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    pub key: i64,
    pub name: String,
    /// Days since 1970, [`NO_DAY`] for none.
    pub birth: i32,
    pub sex: u8,
    pub region: i64,
}

/// An entry of the file.
#[derive(Clone, Copy)]
struct Entry {
    key: i64,
    region: i64,
    sex: u8,
    is_registered: bool,
    birth: i32,
    name: u32,
}

impl Entry {
    fn of(words: &[u64]) -> Entry {
        Entry {
            key: words[1] as i64,
            region: (words[2] & REGION) as i64,
            sex: (words[2] >> SEX & 3) as u8,
            is_registered: words[2] >> REGISTERED & 1 == 1,
            birth: (words[3] >> 32) as u32 as i32,
            name: words[3] as u32,
        }
    }
}

impl Shelf {
    /// Opens the file that [`super::super::Registry::shelve`] gave this check.
    ///
    /// # Errors
    /// A file that is not there, or another, or was altered.
    pub fn open(file: File, check: u64) -> io::Result<Shelf> {
        let file = Opened::open(file, check)?;
        if file.about.len() != 3 {
            return Err(altered("what it says of itself"));
        }
        Ok(Shelf {
            file,
            names: Map::default(),
        })
    }

    /// How many people were counted, registered or not.
    pub fn population(&self) -> u64 {
        self.file.about[0]
    }

    /// How many of them are registered.
    pub fn registered(&self) -> u64 {
        self.file.about[1]
    }

    /// In how many villages they live.
    pub(super) fn villages(&self) -> u64 {
        self.file.about[2]
    }

    /// Everybody whom a search of these rows among all would look at for their name, birth or place; who is looked at for
    /// the household alone is not among them.
    ///
    /// # Errors
    /// A file that was altered.
    pub fn near(&mut self, rows: &Rows<'_>, searched: &[u32]) -> io::Result<Near> {
        let mut names = Names::new();
        let mut registered = BTreeSet::new();
        let mut others: BTreeMap<i64, Entry> = BTreeMap::new();
        for row in searched {
            let row = *row as usize;
            let name = names.number(rows.name.get(row));
            if name == 0 {
                continue;
            }
            let (stated, sounds) = (rows.stated(row), names.form(name).sounds());
            let asked = keys(sounds, &Facts::asked(&stated));
            let mut entries = match sounds.whole {
                0 => Vec::new(),
                whole => self.file.entries(BY_SOUND, whole)?,
            };
            if stated.birth != NO_DAY {
                entries.extend(self.file.entries(BY_DAY, group_of_day(stated.birth))?);
            }
            for entry in entries.iter().map(|words| Entry::of(words)) {
                let own = keys(self.sounds(entry.name)?, &Facts::known(entry.birth, entry.region, 0));
                if own.iter().any(|key| *key != 0 && asked.contains(key)) {
                    if entry.is_registered {
                        registered.insert(entry.key);
                    } else {
                        others.insert(entry.key, entry);
                    }
                }
            }
        }
        let mut near = Near {
            registered: registered.into_iter().collect(),
            others: Vec::with_capacity(others.len()),
        };
        for entry in others.into_values() {
            near.others.push(Other {
                key: entry.key,
                name: self.text(entry.name)?,
                birth: entry.birth,
                sex: entry.sex,
                region: entry.region,
            });
        }
        Ok(near)
    }

    /// People of the register who bear these names, or others that sound the same, in the towns of these places.
    ///
    /// # Errors
    /// A file that was altered.
    pub fn of_names<'a>(&mut self, asked: impl IntoIterator<Item = (&'a str, i64)>) -> io::Result<Vec<i64>> {
        const TOWN: i64 = 1_000_000;
        let mut names = Names::new();
        let town = |(name, region): (&str, i64)| {
            let number = names.number(name);
            (names.form(number).sounds().whole, region / TOWN)
        };
        let asked: BTreeSet<(u64, i64)> = asked.into_iter().map(town).collect();
        let mut out = BTreeSet::new();
        for (sound, town) in asked.into_iter().filter(|(sound, _)| *sound != 0) {
            let entries = self.file.entries(BY_SOUND, sound)?;
            let entries = entries.iter().map(|words| Entry::of(words));
            let there = entries.filter(|entry| entry.is_registered && entry.region / TOWN == town);
            out.extend(there.map(|entry| entry.key));
        }
        Ok(out.into_iter().collect())
    }

    /// How many people something was counted of.
    pub(super) fn count(&mut self, what: u64) -> io::Result<u32> {
        let entries = self.file.entries(COUNTS, what)?;
        Ok(entries.first().map_or(0, |words| words[1] as u32))
    }

    fn name(&mut self, number: u32) -> io::Result<(Sounds, u64, u64)> {
        if let Some(known) = self.names.get(&number) {
            return Ok(*known);
        }
        let entries = self.file.entries(NAMES, u64::from(number))?;
        let words = entries.first().ok_or_else(|| altered("a name"))?;
        let sounds = Sounds {
            surname: words[1],
            given: words[2],
            whole: words[3],
            signs: [(words[4] >> 32) as u32, words[4] as u32],
        };
        self.names.insert(number, (sounds, words[5], words[6]));
        Ok((sounds, words[5], words[6]))
    }

    fn sounds(&mut self, number: u32) -> io::Result<Sounds> {
        Ok(self.name(number)?.0)
    }

    fn text(&mut self, number: u32) -> io::Result<String> {
        let (_, spelling, text) = self.name(number)?;
        let (at, length) = (text >> LENGTH, text & ((1 << LENGTH) - 1));
        let read = self.file.read(at, length as usize)?;
        let text = String::from_utf8(read).map_err(|_| altered("a text"))?;
        let plain: String = text.chars().filter(|c| *c != '·').collect();
        let known = if plain.is_empty() { 0 } else { bytes(plain.as_bytes()) };
        if known == spelling {
            Ok(text)
        } else {
            Err(altered("a text"))
        }
    }
}
