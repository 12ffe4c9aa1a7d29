//! What a row and a person may share for the pair to be looked at. Each key forgives something: a wrong name, a wrong
//! birth, a wrong place.

use super::{NO_DAY, calendar::Day, rows::Stated};
use crate::{hash::mix, names::Sounds};

pub(crate) const KEYS: usize = 11;
const _: () = assert!(KEYS <= 16, "keys are walked for every person");

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
    /// A row that names no county is searched in all.
    pub(crate) anywhere: bool,
    /// A row that names a town and no more is searched in all of it.
    pub(crate) in_town: bool,
}

impl Facts {
    /// What a row is searched by.
    pub(crate) fn asked(stated: &Stated) -> Facts {
        Facts {
            birth: stated.birth,
            region: stated.region,
            household: stated.household,
            name_alone: stated.birth == NO_DAY && stated.region / 1_000_000 % 1_000 == 0,
            anywhere: stated.region / 1_000_000_000 == 0,
            in_town: stated.region % 1_000_000 == 0,
        }
    }

    /// By what a person is found.
    pub(crate) fn known(birth: i32, region: i64, household: i64) -> Facts {
        Facts {
            birth,
            region,
            household,
            name_alone: true,
            anywhere: true,
            in_town: true,
        }
    }
}

/// `sounds` as of `Form::sounds`. No key is shared by more people because the register is larger than a county: a surname
/// and a day are narrowed by one sign of the given name, a name and a year by the county; the year alone is for rows that
/// name no place. A key that a wider one holds is left out: who bears a name and was born on a day bears it and was born on
/// that day of some year, and who lives in a village lives in its community.
pub(crate) fn keys(sounds: Sounds, facts: &Facts) -> Keys {
    let Sounds {
        surname,
        given,
        whole,
        signs,
    } = sounds;
    let deep = |unit: i64| match facts.region / unit {
        place if place % 1_000 != 0 => place as u64,
        _ => 0,
    };
    let (village, community, town) = (deep(1), deep(1_000), deep(1_000_000));
    let (mut day, mut year, mut of_year) = (0, 0, 0);
    if facts.birth != NO_DAY {
        // Shifted, because a birth on the first day of 1970 is day 0.
        day = (i64::from(facts.birth) + (1 << 40)) as u64;
        of_year = day;
        if let Some(date) = Day::of(facts.birth) {
            (year, of_year) = (date.year as u64, u64::from(date.ordinal()) + 1_000);
        }
    }
    let county = (facts.region / 1_000_000_000) as u64;
    let of_county = if county == 0 { 0 } else { year * county };
    let (of_name, of_day) = (mix(1, whole), mix(2, day));
    // What several keys share is mixed in once; which key it is goes into the rest.
    let key = |first: u64, mixed: u64, at: usize, second: u64| match first != 0 && second != 0 {
        true => mix(mixed, second.wrapping_add((at as u64 + 1) << 56)).max(1),
        false => 0,
    };
    let of_sign = |sign: u32| match sign {
        0 => 0,
        _ => key(surname, mix(of_day, surname), 3, u64::from(sign) * u64::from(day != 0)),
    };
    [
        key(given, mix(3, given), 0, facts.household as u64),
        key(day, of_day, 2, village),
        of_sign(signs[0]),
        of_sign(signs[1]),
        key(day, of_day, 4, given),
        key(whole, of_name, 5, of_county),
        key(whole, of_name, 10, if facts.anywhere { year } else { 0 }),
        key(whole, of_name, 6, of_year),
        key(whole, of_name, 8, if community == 0 { village } else { community }),
        key(whole, of_name, 11, if facts.in_town { town } else { 0 }),
        key(whole, of_name, 9, u64::from(facts.name_alone)),
    ]
}
