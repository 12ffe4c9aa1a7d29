//! How far a row and a person agree, in six parts packed into sixteen bits, so that a weight is one look into a table.

use super::{NO_DAY, calendar::Day, registry::Person};
use crate::names::{Given, Surname};

/// How two birth dates agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Birth {
    Unknown = 0,
    Differs = 1,
    /// Same year or one beside it.
    Year = 2,
    /// Two of year, month and day, or the year alone is known, or as far apart as the two calendars are.
    TwoParts = 3,
    Exchanged = 4,
    OneSlip = 5,
    Same = 6,
}

/// How two places agree: the deepest common division, and whether the row says more than that. A row that names the right
/// town and no village contradicts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Place {
    Unknown = 0,
    Elsewhere = 1,
    County = 2,
    /// In the county, which is all that is stated.
    StatedCounty = 3,
    Town = 4,
    StatedTown = 5,
    Community = 6,
    StatedCommunity = 7,
    Village = 8,
}

/// Agreement in a part that is either equal or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Equal {
    Unknown = 0,
    No = 1,
    Yes = 2,
}

/// All six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Levels {
    pub(crate) surname: Surname,
    pub(crate) given: Given,
    pub(crate) birth: Birth,
    pub(crate) sex: Equal,
    pub(crate) place: Place,
    pub(crate) household: Equal,
}

/// One for each part, and how many levels a part has at most.
pub(crate) const PARTS: usize = 6;
pub(crate) const LEVELS: usize = 9;
/// The part that is about the place.
pub(crate) const PLACE: usize = 4;

impl Levels {
    /// The level of each part as a number; 0 says nothing.
    pub(crate) fn numbers(&self) -> [u8; PARTS] {
        [
            self.surname as u8,
            self.given as u8,
            self.birth as u8,
            self.sex as u8,
            self.place as u8,
            self.household as u8,
        ]
    }

    /// Neither part of the name agrees: the people are two, whatever else fits.
    pub(crate) fn names_conflict(&self) -> bool {
        conflict(self.surname, self.given)
    }

    /// Both parts of the name agree at least somewhat: without that no link is made by a program.
    pub(crate) fn names_agree(&self) -> bool {
        self.surname != Surname::Differs && self.given >= Given::Shares
    }

    /// Something besides the name speaks for it: a name alone, however rare, is no identity.
    pub(crate) fn anchored(&self) -> bool {
        self.birth >= Birth::TwoParts || self.place >= Place::Town || self.household == Equal::Yes
    }
}

/// Whether names that agree so far are those of two people.
pub(crate) fn conflict(surname: Surname, given: Given) -> bool {
    match surname {
        Surname::Unknown => given <= Given::Differs,
        Surname::Differs => given <= Given::Part,
        // 汪 for 王 is a slip only when the given name agrees somewhat.
        Surname::Alike | Surname::Sounds => given <= Given::Differs,
        Surname::Same => false,
    }
}

pub(crate) fn birth(a: i32, b: i32) -> Birth {
    if a == NO_DAY || b == NO_DAY {
        return Birth::Unknown;
    }
    if a == b {
        return Birth::Same;
    }
    let (Some(x), Some(y)) = (Day::of(a), Day::of(b)) else {
        return Birth::Differs;
    };
    let (p, q) = (digits(x), digits(y));
    let different = p.iter().zip(&q).filter(|(p, q)| p != q).count();
    let swapped = (0..7).any(|at| {
        let mut turned = p;
        turned.swap(at, at + 1);
        turned == q
    });
    let exchanged = x.year == y.year && x.month == y.day && x.day == y.month;
    let parts = [x.year == y.year, x.month == y.month, x.day == y.day];
    // Where only the year is known, the first of January stands for it.
    let year_only = x.year == y.year && ((x.month, x.day) == (1, 1) || (y.month, y.day) == (1, 1));
    // A lunar date written as a solar one is three to seven weeks early.
    let calendars = (17..=54).contains(&a.abs_diff(b));
    if different == 1 || swapped {
        Birth::OneSlip
    } else if exchanged {
        Birth::Exchanged
    } else if parts.iter().filter(|same| **same).count() == 2 || calendars || year_only {
        Birth::TwoParts
    } else if x.year.abs_diff(y.year) <= 1 {
        Birth::Year
    } else {
        Birth::Differs
    }
}

fn digits(day: Day) -> [u8; 8] {
    let mut number = day.year as u32 * 10_000 + day.month * 100 + day.day;
    let mut out = [0; 8];
    for digit in out.iter_mut().rev() {
        *digit = (number % 10) as u8;
        number /= 10;
    }
    out
}

/// `stated` may be less deep than the village of the register.
pub(crate) fn place(stated: i64, village: i64) -> Place {
    const COMMUNITY: i64 = 1_000;
    const TOWN: i64 = 1_000_000;
    const COUNTY: i64 = 1_000_000_000;
    if stated == 0 || village == 0 {
        return Place::Unknown;
    }
    if stated == village {
        return Place::Village;
    }
    if stated / COUNTY != village / COUNTY {
        return Place::Elsewhere;
    }
    if stated % COUNTY == 0 {
        return Place::StatedCounty;
    }
    if stated / TOWN != village / TOWN {
        return Place::County;
    }
    if stated % TOWN == 0 {
        return Place::StatedTown;
    }
    if stated / COMMUNITY != village / COMMUNITY {
        return Place::Town;
    }
    if stated % COMMUNITY == 0 {
        return Place::StatedCommunity;
    }
    Place::Community
}

pub(crate) fn sex(a: u8, b: u8) -> Equal {
    match (a, b) {
        (1 | 2, 1 | 2) if a == b => Equal::Yes,
        (1 | 2, 1 | 2) => Equal::No,
        _ => Equal::Unknown,
    }
}

pub(crate) fn household(stated: i64, person: &Person) -> Equal {
    match stated {
        0 => Equal::Unknown,
        _ if person.household == 0 => Equal::Unknown,
        _ if stated == person.household => Equal::Yes,
        _ => Equal::No,
    }
}

#[cfg(test)]
mod tests {
    use kernel::period::{epoch_days, ymd};

    use super::*;

    fn day(year: i32, month: u8, of_month: u8) -> i32 {
        epoch_days(ymd(year, month, of_month).unwrap())
    }

    #[test]
    fn births_forgive_slips_exchanges_and_the_other_calendar() {
        let right = day(1963, 4, 8);
        assert_eq!(birth(right, right), Birth::Same);
        assert_eq!(birth(right, day(1968, 4, 8)), Birth::OneSlip);
        assert_eq!(birth(right, day(1936, 4, 8)), Birth::OneSlip);
        assert_eq!(birth(right, day(1963, 8, 4)), Birth::Exchanged);
        assert_eq!(birth(right, day(1963, 5, 1)), Birth::TwoParts);
        assert_eq!(birth(right, day(1964, 11, 20)), Birth::Year);
        assert_eq!(birth(right, day(1990, 12, 25)), Birth::Differs);
        assert_eq!(birth(right, NO_DAY), Birth::Unknown);
    }

    #[test]
    fn places_agree_as_deep_as_they_are_stated() {
        let village = 371_621_109_262_010;
        assert_eq!(place(village, village), Place::Village);
        assert_eq!(place(371_621_109_262_000, village), Place::StatedCommunity);
        assert_eq!(place(371_621_109_262_020, village), Place::Community);
        assert_eq!(place(371_621_109_203_000, village), Place::Town);
        assert_eq!(place(371_621_109_000_000, village), Place::StatedTown);
        assert_eq!(place(371_621_101_000_000, village), Place::County);
        assert_eq!(place(371_621_000_000_000, village), Place::StatedCounty);
        assert_eq!(place(130_983_000_000_000, village), Place::Elsewhere);
        assert_eq!(place(0, village), Place::Unknown);
    }
}
