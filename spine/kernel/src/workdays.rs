//! Working days. Holidays and make-up working weekends come from an editable table, not from a crate that ends.

use std::collections::BTreeSet;

use time::{Date, Duration, Weekday};

/// Which days offices are open. Days the tables do not name follow the week.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Weekdays off.
    pub holidays: BTreeSet<Date>,
    /// Weekend days worked in exchange (调休).
    pub make_up_days: BTreeSet<Date>,
}

impl Calendar {
    pub fn is_working_day(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if weekend {
            self.make_up_days.contains(&day)
        } else {
            !self.holidays.contains(&day)
        }
    }

    /// The day that lies `working_days` working days after `start`; `start` itself does not count.
    pub fn add_working_days(&self, start: Date, working_days: u32) -> Date {
        let mut day = start;
        let mut left = working_days;
        while left > 0 {
            day += Duration::days(1);
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        day
    }

    /// Working days after `from` up to and including `to`; negative when `to` lies before `from`.
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let mut day = from;
        let mut count = 0;
        while day < to {
            day += Duration::days(1);
            count += i64::from(self.is_working_day(day));
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::parse_date;

    fn d(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    #[test]
    fn national_day_is_skipped_and_the_make_up_saturday_counts() {
        let calendar = Calendar {
            holidays: ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]
                .map(d)
                .into(),
            make_up_days: [d("2026-10-10")].into(),
        };
        assert_eq!(calendar.add_working_days(d("2026-09-30"), 1), d("2026-10-08"));
        assert_eq!(calendar.add_working_days(d("2026-09-30"), 3), d("2026-10-10"));
        assert_eq!(calendar.working_days_between(d("2026-09-30"), d("2026-10-10")), 3);
    }
}
