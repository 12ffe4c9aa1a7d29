//! How far two rows agree, field by field: a ladder of levels per field, all of them packed into one number.
//!
//! Zero edits are never reached by different values, so a level says the same however rows are ordered; a missing value
//! says nothing for or against.

use super::{
    schema::{Field, Kind, Measure, Schema},
    values::{Encoded, Pool},
};
use std::cell::Cell;

use crate::{
    hash::mix,
    measure::{edits, fewest_edits, highest_jaro_winkler, jaro_winkler},
    names::{Given, Surname},
};

/// Levels of one field.
pub(crate) mod level {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const DIFFERS: u8 = 1;
    pub(crate) const FAR: u8 = 2;
    pub(crate) const NEAR: u8 = 3;
    pub(crate) const TWO_SLIPS: u8 = 4;
    pub(crate) const ONE_SLIP: u8 = 5;
    pub(crate) const SAME: u8 = 6;
    /// The values stand in each other's column.
    pub(crate) const SWAPPED: u8 = 7;
}

pub(crate) const LEVELS: usize = 8;
const BITS: u32 = 3;

/// Levels of all fields, three bits each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pattern(pub(crate) u64);

impl Pattern {
    pub(crate) fn level(self, field: usize) -> u8 {
        (self.0 >> (field as u32 * BITS)) as u8 & 7
    }

    pub(crate) fn set(&mut self, field: usize, level: u8) {
        let at = field as u32 * BITS;
        self.0 = (self.0 & !(7 << at)) | (u64::from(level) << at);
    }
}

/// Compares rows of the encoded tables.
pub(crate) struct Comparer<'a> {
    fields: &'a [Field],
    swaps: Vec<(usize, usize)>,
    encoded: &'a Encoded,
    /// Levels found lately: common values meet again and again.
    lately: Vec<Cell<u64>>,
}

const REMEMBERED: usize = 1 << 16;

impl<'a> Comparer<'a> {
    pub(crate) fn new(schema: &'a Schema, encoded: &'a Encoded) -> Comparer<'a> {
        let swaps = schema
            .swap
            .iter()
            .filter_map(|[a, b]| Some((schema.place(a)?, schema.place(b)?)));
        Comparer {
            fields: &schema.field,
            swaps: swaps.collect(),
            encoded,
            lately: vec![Cell::new(0); REMEMBERED],
        }
    }

    /// Row `a` of the first table, row `b` of the second.
    pub(crate) fn compare(&self, a: usize, b: usize) -> Pattern {
        let (left, right) = (&self.encoded.left().columns, &self.encoded.right().columns);
        let mut pattern = Pattern::default();
        for (at, field) in self.fields.iter().enumerate() {
            pattern.set(at, self.grade(at, field, left[at][a], right[at][b]));
        }
        for (x, y) in &self.swaps {
            if pattern.level(*x) <= level::FAR && pattern.level(*y) <= level::FAR {
                let across =
                    |one: usize, other: usize| self.grade(one, &self.fields[one], left[one][a], right[other][b]);
                let (first, second) = (across(*x, *y), across(*y, *x));
                let good = |found: u8| found >= level::ONE_SLIP;
                let silent = |found: u8| found == level::MISSING;
                if (good(first) && (good(second) || silent(second))) || (silent(first) && good(second)) {
                    pattern.set(*x, level::SWAPPED);
                    pattern.set(*y, level::SWAPPED);
                }
            }
        }
        pattern
    }

    #[inline]
    fn grade(&self, at: usize, field: &Field, a: u32, b: u32) -> u8 {
        if a == 0 || b == 0 {
            return level::MISSING;
        }
        if a == b {
            return level::SAME;
        }
        let (low, high) = (a.min(b), a.max(b));
        if high >= 1 << 28 {
            return graded(field, self.encoded.pool(at), a, b);
        }
        // Value, value, field, level: 28, 28, 5 and 3 bits.
        let pair = (u64::from(low) << 36) | (u64::from(high) << 8) | ((at as u64) << 3);
        let place = &self.lately[(mix(pair, 0) as usize) & (REMEMBERED - 1)];
        if place.get() & !7 == pair {
            return (place.get() & 7) as u8;
        }
        let found = graded(field, self.encoded.pool(at), a, b);
        place.set(pair | u64::from(found));
        found
    }
}

fn graded(field: &Field, pool: &Pool, a: u32, b: u32) -> u8 {
    match field.kind {
        Kind::NameZh => pool
            .names
            .as_ref()
            .map_or(level::DIFFERS, |names| chinese(names.compare(a, b))),
        Kind::Date => date(pool, a, b),
        Kind::Id | Kind::Code | Kind::Number => slips(pool, a, b),
        Kind::NameLatin | Kind::Text => words(field.measure, pool, a, b),
    }
}

fn chinese((surname, given): (Surname, Given)) -> u8 {
    match (surname, given) {
        (Surname::Same | Surname::Unknown, Given::Same) => level::SAME,
        (Surname::Differs, Given::Same) | (Surname::Same, Given::Shares) => level::FAR,
        (Surname::Differs, _) => level::DIFFERS,
        (_, Given::Same | Given::Sounds) => level::ONE_SLIP,
        (_, Given::Alike) => level::TWO_SLIPS,
        (_, Given::Part) => level::NEAR,
        (Surname::Unknown, Given::Shares) => level::FAR,
        _ => level::DIFFERS,
    }
}

/// One or two edits in a code; short ones forgive one at most.
fn slips(pool: &Pool, a: u32, b: u32) -> u8 {
    let (p, q) = (pool.profiles[a as usize], pool.profiles[b as usize]);
    let shorter = p.len.min(q.len);
    if fewest_edits(p, q) > 2 {
        return level::DIFFERS;
    }
    match edits(pool.text(a), pool.text(b), 2) {
        1 if shorter >= 3 => level::ONE_SLIP,
        1 => level::FAR,
        2 if shorter >= 6 => level::TWO_SLIPS,
        _ => level::DIFFERS,
    }
}

fn date(pool: &Pool, a: u32, b: u32) -> u8 {
    let slips = slips(pool, a, b);
    if slips == level::ONE_SLIP {
        return slips;
    }
    let (x, y) = (pool.text(a), pool.text(b));
    if x.len() != 8 || y.len() != 8 {
        // Only the year, or year and month, is known of one.
        let known = x.len().min(y.len());
        return if known >= 4 && x[..known] == y[..known] {
            level::NEAR
        } else {
            slips
        };
    }
    let exchanged = x[..4] == y[..4] && x[4..6] == y[6..] && x[6..] == y[4..6];
    let equal_parts = [0..4, 4..6, 6..8]
        .into_iter()
        .filter(|part| x[part.clone()] == y[part.clone()])
        .count();
    if exchanged {
        level::TWO_SLIPS
    } else if equal_parts == 2 || slips == level::TWO_SLIPS {
        level::NEAR
    } else if x[..4] == y[..4] {
        level::FAR
    } else {
        level::DIFFERS
    }
}

fn words(measure: Measure, pool: &Pool, a: u32, b: u32) -> u8 {
    let (p, q) = (pool.profiles[a as usize], pool.profiles[b as usize]);
    let shorter = p.len.min(q.len) as usize;
    let (x, y) = (pool.text(a), pool.text(b));
    if measure != Measure::JaroWinkler {
        // One slip in three characters is a slip; in two it is another word.
        let enough = (shorter / 3).min(3);
        if fewest_edits(p, q) as usize <= enough {
            match edits(x, y, enough) {
                1 if enough >= 1 => return level::ONE_SLIP,
                2 if enough >= 2 => return level::TWO_SLIPS,
                3 if enough >= 3 => return level::NEAR,
                _ => {}
            }
        }
    }
    let prefix = x.iter().zip(y).take_while(|(x, y)| x == y).count();
    let part = shorter >= 3 && prefix == shorter;
    let worth_it = measure != Measure::Damerau && (part || highest_jaro_winkler(p, q, prefix) >= 0.83);
    let similarity = if worth_it { jaro_winkler(x, y) } else { 0.0 };
    match (measure, similarity) {
        (Measure::JaroWinkler, s) if s >= 0.94 => level::ONE_SLIP,
        (_, s) if s >= 0.90 => level::TWO_SLIPS,
        (_, s) if s >= 0.85 || part => level::NEAR,
        (_, s) if s >= 0.83 => level::FAR,
        _ => level::DIFFERS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::TextColumn;

    fn between(kind: &str, a: &str, b: &str) -> u8 {
        let schema = Schema::parse(&format!("[[field]]\nname = \"x\"\nkind = \"{kind}\"\n")).unwrap();
        let column = |text: &str| [text].into_iter().collect::<TextColumn>();
        let (left, right) = (column(a), column(b));
        let encoded = Encoded::new(&schema, &[vec![left.view()], vec![right.view()]]);
        Comparer::new(&schema, &encoded).compare(0, 0).level(0)
    }

    #[test]
    fn dates_forgive_what_clerks_do() {
        assert_eq!(between("date", "1990-05-06", "19900506"), level::SAME);
        assert_eq!(between("date", "19900506", "19900516"), level::ONE_SLIP);
        assert_eq!(between("date", "19900506", "19900605"), level::TWO_SLIPS);
        assert_eq!(between("date", "19900506", "19900523"), level::NEAR);
        assert_eq!(between("date", "1990", "19900506"), level::NEAR);
        assert_eq!(between("date", "19900506", "19721111"), level::DIFFERS);
    }

    #[test]
    fn words_and_codes_have_their_ladders() {
        assert_eq!(between("name_latin", "Jonathan", "Johnathan"), level::ONE_SLIP);
        assert_eq!(between("name_latin", "Alexander", "Alex"), level::NEAR);
        assert_eq!(between("name_latin", "Smith", "Brown"), level::DIFFERS);
        assert_eq!(between("code", "2000", "2001"), level::ONE_SLIP);
        assert_eq!(between("code", "1", "2"), level::FAR);
        assert_eq!(between("name_zh", "張小明", "张晓明"), level::ONE_SLIP);
        assert_eq!(between("name_zh", "张小明", ""), level::MISSING);
    }
}
