//! What a row and a person may share for the pair to be looked at. Each key forgives something: a wrong name, a wrong
//! birth, a wrong place.

use super::NO_DAY;
use crate::hash::mix;
use kernel::period::from_epoch_days;

pub(crate) const KEYS: usize = 10;

/// Key hashes; 0 where something they need is missing.
pub(crate) type Keys = [u64; KEYS];

/// What keys are made of.
#[derive(Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) birth: i32,
    pub(crate) region: i64,
    pub(crate) household: i64,
    /// A row without birth and place is searched by its name alone.
    pub(crate) name_alone: bool,
}

/// `sounds` as of `Form::sounds`.
pub(crate) fn keys(sounds: [u64; 3], facts: &Facts) -> Keys {
    let mut keys = [0; KEYS];
    let mut put = |at: usize, parts: &[u64]| {
        if parts.iter().all(|part| *part != 0) {
            keys[at] = parts.iter().fold(at as u64 + 1, |hash, part| mix(hash, *part)).max(1);
        }
    };
    let [surname, given, whole] = sounds;
    let village = if facts.region % 1_000 != 0 {
        facts.region as u64
    } else {
        0
    };
    let community = if facts.region / 1_000 % 1_000 != 0 {
        (facts.region / 1_000) as u64
    } else {
        0
    };
    let town = if facts.region / 1_000_000 % 1_000 != 0 {
        (facts.region / 1_000_000) as u64
    } else {
        0
    };
    put(0, &[facts.household as u64, given]);
    if facts.birth != NO_DAY {
        // Shifted, because a birth on the first day of 1970 is day 0.
        let day = (i64::from(facts.birth) + (1 << 40)) as u64;
        put(1, &[whole, day]);
        put(2, &[day, village]);
        put(3, &[day, surname]);
        put(4, &[day, given]);
        if let Some(date) = from_epoch_days(facts.birth) {
            let year = date.year() as u64;
            let of_year = u64::from(date.ordinal());
            put(5, &[whole, year]);
            put(6, &[whole, of_year + 1_000]);
        }
    }
    put(7, &[whole, village]);
    put(
        8,
        &[
            whole,
            if village == 0 && community == 0 {
                town
            } else {
                community
            },
        ],
    );
    if facts.name_alone {
        put(9, &[whole]);
    }
    keys
}
