//! What a row and a person may share for the pair to be looked at. Each key forgives something: a wrong name, a wrong
//! birth, a wrong place.

use super::{NO_DAY, calendar::Day};
use crate::hash::mix;

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
    let [surname, given, whole] = sounds;
    let deep = |unit: i64| match facts.region / unit {
        place if place % 1_000 != 0 => place as u64,
        _ => 0,
    };
    let (village, community, town) = (deep(1), deep(1_000), deep(1_000_000));
    let place = if village == 0 && community == 0 {
        town
    } else {
        community
    };
    let (mut day, mut year, mut of_year) = (0, 0, 0);
    if facts.birth != NO_DAY {
        // Shifted, because a birth on the first day of 1970 is day 0.
        day = (i64::from(facts.birth) + (1 << 40)) as u64;
        if let Some(date) = Day::of(facts.birth) {
            (year, of_year) = (date.year as u64, u64::from(date.ordinal()) + 1_000);
        }
    }
    let (of_name, of_day) = (mix(1, whole), mix(2, day));
    // What several keys share is mixed in once; which key it is goes into the rest.
    let key = |first: u64, mixed: u64, at: usize, second: u64| match first != 0 && second != 0 {
        true => mix(mixed, second.wrapping_add((at as u64 + 1) << 56)).max(1),
        false => 0,
    };
    [
        key(given, mix(3, given), 0, facts.household as u64),
        key(whole, of_name, 1, day),
        key(day, of_day, 2, village),
        key(day, of_day, 3, surname),
        key(day, of_day, 4, given),
        key(whole, of_name, 5, year),
        key(whole, of_name, 6, of_year),
        key(whole, of_name, 7, village),
        key(whole, of_name, 8, place),
        key(whole, of_name, 9, u64::from(facts.name_alone)),
    ]
}
