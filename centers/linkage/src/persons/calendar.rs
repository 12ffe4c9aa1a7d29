//! Days as people write them, worked out by arithmetic alone: births are compared millions of times.

use std::ops::RangeInclusive;

/// The first day of 1900 and the last of 2200, counted from 1970: `kernel::period::from_epoch_days` knows no others.
const KNOWN: RangeInclusive<i32> = -25_567..=84_370;

/// A day of 1900 to 2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
}

impl Day {
    /// The day for a count of days since 1970.
    pub(super) fn of(days: i32) -> Option<Day> {
        if !KNOWN.contains(&days) {
            return None;
        }
        // Counted from the first of March, so that the leap day is the last of its year; eras have 400 years.
        let from_march = (days + 719_468) as u32;
        let (era, of_era) = (from_march / 146_097, from_march % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Some(Day {
            year: (year_of_era + era * 400) as i32 + i32::from(month <= 2),
            month,
            day,
        })
    }

    /// Of the year, from 1.
    pub(super) fn ordinal(self) -> u32 {
        const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        BEFORE[self.month as usize - 1] + self.day + u32::from(leap && self.month > 2)
    }
}

#[cfg(test)]
mod tests {
    use kernel::period::from_epoch_days;

    use super::*;

    #[test]
    fn every_day_is_that_of_the_calendar() {
        for days in KNOWN.start() - 400..=KNOWN.end() + 400 {
            let right =
                from_epoch_days(days).map(|date| (date.year(), u8::from(date.month()), date.day(), date.ordinal()));
            let ours = Day::of(days).map(|day| (day.year, day.month as u8, day.day as u8, day.ordinal() as u16));
            assert_eq!(ours, right, "{days}");
        }
        assert_eq!(Day::of(i32::MIN), None);
        assert_eq!(Day::of(i32::MAX), None);
    }
}
