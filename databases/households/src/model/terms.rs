//! Days and months that procedures count: notices, the time from clue to decision, the window of incomes, how long
//! policies go on after an exit.

use kernel::{Date, Month, period::ymd};
use time::Duration;

/// A notice about a household stands at least so many days.
pub const NOTICE_DAYS: i64 = 7;
/// A notice about a household to be watched.
pub const MONITOR_NOTICE_DAYS: i64 = 5;
/// From the clue to the decision about watching.
pub const MONITOR_TOTAL_DAYS: i64 = 15;
/// A watch lasts at least so many months before it may end.
pub const MONITOR_MONTHS: i32 = 6;
/// Policies go on so many months after an exit.
pub const CONSOLIDATION_MONTHS: i32 = 24;
/// Births, deaths, moves and marriages are entered within so many days.
pub const CHANGE_DAYS: i64 = 30;

/// The first day on which a notice posted on `from` has stood long enough: the day of posting does not count.
pub fn notice_over(from: Date, days: i64) -> Date {
    from + Duration::days(days + 1)
}

/// The same day so many months later; the last of the month where there is no such day.
pub fn plus_months(day: Date, months: i32) -> Date {
    let month = Month::of(day).plus(months);
    ymd(month.year(), month.month(), day.day()).unwrap_or(month.last_day())
}

/// Until when policies go on.
pub fn consolidation_until(exited_on: Date) -> Date {
    plus_months(exited_on, CONSOLIDATION_MONTHS)
}

/// The twelve months before the month of the trigger.
pub fn income_window(trigger: Date) -> (Month, Month) {
    let this = Month::of(trigger);
    (this.plus(-12), this.plus(-1))
}

/// `2026Q1` of a day.
pub fn quarter_of(day: Date) -> String {
    format!("{}Q{}", day.year(), (u8::from(day.month()) - 1) / 3 + 1)
}

/// First and last month of a period written `2026-03`, `2026Q1` or `2026`.
pub fn months_of(period: &str) -> Option<(Month, Month)> {
    let period = period.trim();
    if let Some((year, quarter)) = period.split_once('Q') {
        let quarter: u8 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
        let first = Month::new(year.parse().ok()?, quarter * 3 - 2)?;
        return Some((first, first.plus(2)));
    }
    if let Ok(month) = period.parse::<Month>() {
        return Some((month, month));
    }
    let first = Month::new(period.parse().ok()?, 1)?;
    Some((first, first.plus(11)))
}

#[cfg(test)]
mod tests {
    use kernel::period::parse_date;

    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    // accept: 001-17
    #[test]
    fn policies_go_on_for_two_years_after_the_exit() {
        assert_eq!(consolidation_until(day("2018-12-31")), day("2020-12-31"));
        assert_eq!(consolidation_until(day("2020-02-29")), day("2022-02-28"));
    }

    #[test]
    fn a_notice_of_seven_days_is_over_on_the_eighth_day_after() {
        assert_eq!(notice_over(day("2026-03-02"), NOTICE_DAYS), day("2026-03-10"));
    }

    #[test]
    fn the_window_is_the_twelve_months_before() {
        let (from, to) = income_window(day("2026-03-02"));
        assert_eq!((from.to_string(), to.to_string()), ("2025-03".into(), "2026-02".into()));
    }

    #[test]
    fn periods_are_months_quarters_or_years() {
        let shown = |text| months_of(text).map(|(a, b)| format!("{a}~{b}"));
        assert_eq!(shown("2026Q4").as_deref(), Some("2026-10~2026-12"));
        assert_eq!(shown("2026-02").as_deref(), Some("2026-02~2026-02"));
        assert_eq!(shown("2025").as_deref(), Some("2025-01~2025-12"));
        assert_eq!(shown("2026Q5"), None);
        assert_eq!(shown("1899"), None);
        assert_eq!(quarter_of(day("2026-12-31")), "2026Q4");
    }
}
