//! Months, spans of days, and whether they overlap. Benefits are paid for months; facts hold over spans.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month as CalendarMonth};

/// Days since 1970-01-01, the form in which snapshots store dates.
pub fn epoch_days(date: Date) -> i32 {
    date.to_julian_day() - 2_440_588
}

/// The day for a count of [`epoch_days`]; `None` outside years 1900..=2200.
pub fn from_epoch_days(days: i32) -> Option<Date> {
    Date::from_julian_day(days.checked_add(2_440_588)?)
        .ok()
        .filter(|d| (1900..=2200).contains(&d.year()))
}

/// Parses `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().splitn(3, '-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    ymd(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
}

/// A day from its numbers, `None` if there is no such day.
pub fn ymd(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, CalendarMonth::try_from(month).ok()?, day).ok()
}

/// A calendar month; stored as months since year 0, shown as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month(i32);

impl Month {
    pub fn new(year: i32, month: u8) -> Option<Month> {
        ((1900..=2200).contains(&year) && (1..=12).contains(&month)).then(|| Month(year * 12 + i32::from(month) - 1))
    }

    pub fn of(date: Date) -> Month {
        Month(date.year() * 12 + i32::from(u8::from(date.month())) - 1)
    }

    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    pub fn month(self) -> u8 {
        (self.0.rem_euclid(12) + 1) as u8
    }

    /// Months since year 0; the integer in which snapshots and rules compare months.
    pub fn index(self) -> i32 {
        self.0
    }

    pub fn plus(self, months: i32) -> Month {
        Month(self.0 + months)
    }

    pub fn first_day(self) -> Date {
        ymd(self.year(), self.month(), 1).unwrap_or(Date::MIN)
    }

    pub fn last_day(self) -> Date {
        self.plus(1).first_day() - Duration::days(1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl FromStr for Month {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (y, m) = text.trim().split_once('-').ok_or("月份应写作 2026-11")?;
        Month::new(
            y.parse().map_err(|_| "月份应写作 2026-11")?,
            m.parse().map_err(|_| "月份应写作 2026-11")?,
        )
        .ok_or("没有这个月份")
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A span of days, both ends included; an open end means "still".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateSpan {
    pub from: Date,
    pub to: Option<Date>,
}

impl DateSpan {
    pub fn overlaps(&self, other: &DateSpan) -> bool {
        other.to.is_none_or(|to| self.from <= to) && self.to.is_none_or(|to| other.from <= to)
    }

    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_count_across_years() {
        let december: Month = "2025-12".parse().unwrap();
        assert_eq!(december.plus(1).to_string(), "2026-01");
        assert_eq!(december.last_day().to_string(), "2025-12-31");
        assert!("2025-13".parse::<Month>().is_err());
    }

    #[test]
    fn epoch_days_go_both_ways() {
        let day = ymd(1970, 1, 2).unwrap();
        assert_eq!(epoch_days(day), 1);
        assert_eq!(from_epoch_days(1), Some(day));
        assert_eq!(from_epoch_days(-700_000), None);
    }

    #[test]
    fn open_spans_overlap_what_comes_later() {
        let d = |t: &str| parse_date(t).unwrap();
        let owned = DateSpan {
            from: d("2024-05-01"),
            to: None,
        };
        let benefit = DateSpan {
            from: d("2023-01-01"),
            to: Some(d("2024-04-30")),
        };
        assert!(!owned.overlaps(&benefit));
        assert!(owned.overlaps(&DateSpan {
            from: d("2024-04-01"),
            to: Some(d("2024-05-01"))
        }));
    }
}
