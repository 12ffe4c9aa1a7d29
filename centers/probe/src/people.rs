//! The people a run is about, in the order of their keys, so that a table sorted by person is walked beside them.
//!
//! A hash set was tried and kept for a while: it costs a cache miss a row. Both sides are sorted anyway; walking them
//! together touches each key once and in order.

/// Why a person is in the list; a rule names the classes it is about.
pub mod class {
    /// Member of a registered household that drew a targeted benefit.
    pub const MEMBER: u8 = 1;
    /// Draws, or lives in a household that draws, a targeted benefit.
    pub const TARGETED: u8 = 2;
    /// Was paid anything.
    pub const PAYEE: u8 = 4;
    /// Applied for house renovation.
    pub const APPLICANT: u8 = 8;
    /// On the public payroll.
    pub const OFFICIAL: u8 = 16;
}

/// Person keys with their classes, ascending, each once.
#[derive(Clone, Debug, Default)]
pub struct People {
    keys: Vec<i64>,
    classes: Vec<u8>,
}

impl People {
    /// People in any order; the classes of one named more than once are joined.
    pub fn of(mut named: Vec<(i64, u8)>) -> People {
        // Registers hand over people in order: a stable sort joins such runs without sorting anew.
        named.sort_by_key(|(key, _)| *key);
        let mut people = People {
            keys: Vec::with_capacity(named.len()),
            classes: Vec::with_capacity(named.len()),
        };
        for (key, class) in named {
            match people.classes.last_mut() {
                Some(classes) if people.keys.last() == Some(&key) => *classes |= class,
                _ => {
                    people.keys.push(key);
                    people.classes.push(class);
                }
            }
        }
        people
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The classes of a person; 0 for a stranger.
    pub fn classes_of(&self, key: i64) -> u8 {
        self.keys.binary_search(&key).map_or(0, |at| self.classes[at])
    }

    /// Those in one of the classes, alone.
    pub fn only(&self, classes: u8) -> Vec<i64> {
        let both = self.keys.iter().zip(&self.classes);
        both.filter(|(_, class)| *class & classes != 0)
            .map(|(key, _)| *key)
            .collect()
    }
}

/// A walk along ascending keys, of a list or of a register, beside another ascending list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Walk {
    at: usize,
}

impl Walk {
    /// A walk that goes on where another one ended.
    pub(crate) fn from(at: usize) -> Walk {
        Walk { at }
    }

    pub(crate) fn at(self) -> usize {
        self.at
    }

    /// The place of `key` in `keys`, if it is there. Quick where the keys asked for ascend; right in any order.
    #[inline]
    pub(crate) fn to(&mut self, keys: &[i64], key: i64) -> Option<usize> {
        if self.at > 0 && keys[self.at - 1] >= key {
            self.at = 0;
        }
        // The next one is nearly always near: a few steps first, then strides.
        for _ in 0..8 {
            match keys.get(self.at) {
                Some(next) if *next < key => self.at += 1,
                next => return (next == Some(&key)).then_some(self.at),
            }
        }
        self.at += first_not_below(&keys[self.at..], key);
        (keys.get(self.at) == Some(&key)).then_some(self.at)
    }
}

/// How many keys at the front are smaller: strides that double, then halves.
fn first_not_below(keys: &[i64], key: i64) -> usize {
    let mut stride = 1;
    while stride < keys.len() && keys[stride - 1] < key {
        stride *= 2;
    }
    let from = stride / 2;
    let to = stride.min(keys.len());
    from + keys[from..to].partition_point(|k| *k < key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_named_twice_is_in_both_classes() {
        let people = People::of(vec![(7, class::PAYEE), (3, class::MEMBER), (7, class::TARGETED)]);
        assert_eq!(people.len(), 2);
        assert_eq!(people.classes_of(7), class::PAYEE | class::TARGETED);
        assert_eq!(people.classes_of(4), 0);
        assert_eq!(people.only(class::MEMBER), [3]);
    }

    #[test]
    fn strides_find_what_a_plain_search_finds() {
        let keys: Vec<i64> = (0..1_000).map(|k| k * 3).collect();
        for key in -2..3_010 {
            assert_eq!(first_not_below(&keys, key), keys.partition_point(|k| *k < key), "{key}");
        }
        assert_eq!(first_not_below(&[], 4), 0);
    }

    #[test]
    fn a_walk_finds_what_a_search_finds_in_any_order() {
        let keys: Vec<i64> = (0..500).map(|k| k * k).collect();
        let mut walk = Walk::default();
        let asked = (0..2_000).chain((0..2_000).rev().step_by(7)).chain([250_000, 5, 5, 4]);
        for key in asked {
            assert_eq!(walk.to(&keys, key), keys.binary_search(&key).ok(), "{key}");
        }
        assert_eq!(Walk::default().to(&[], 1), None);
    }
}
