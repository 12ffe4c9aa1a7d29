//! Holidays and make-up working days: a table that offices edit each November, when the State Council publishes
//! the next year. `data/holidays.csv` holds the notices for 2025 and 2026; weekends without make-up need no row.

use access::Actor;
use kernel::{AppResult, Calendar, Date, period::parse_date};
use serde_json::json;
use store::{BulkInsert, Db, FromQueryResult, Query, args};
use trail::Act;
use web::App;

/// A day that does not follow the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub day: Date,
    /// A weekend day worked in exchange (调休); otherwise a weekday off.
    pub working: bool,
    pub name: String,
}

#[derive(FromQueryResult)]
struct Row {
    day: String,
    working: bool,
}

/// The days published so far.
pub fn published() -> Vec<Holiday> {
    let line = |line: &str| {
        let mut parts = line.split(',');
        let day = parse_date(parts.next()?)?;
        let working = parts.next()? == "1";
        Some(Holiday {
            day,
            working,
            name: parts.next()?.to_owned(),
        })
    };
    include_str!("../data/holidays.csv").lines().filter_map(line).collect()
}

/// The calendar of this installation; the published one while the table is empty or not there yet.
pub async fn calendar(db: &Db) -> Calendar {
    let rows: Vec<Row> = db
        .rows("SELECT day, working FROM holiday ORDER BY day", args![])
        .await
        .unwrap_or_default();
    if rows.is_empty() {
        return of(published().into_iter().map(|h| (h.day, h.working)));
    }
    of(rows
        .into_iter()
        .filter_map(|row| Some((parse_date(&row.day)?, row.working))))
}

fn of(days: impl Iterator<Item = (Date, bool)>) -> Calendar {
    let mut calendar = Calendar::default();
    for (day, working) in days {
        let set = if working {
            &mut calendar.make_up_days
        } else {
            &mut calendar.holidays
        };
        set.insert(day);
    }
    calendar
}

/// Adds days or corrects those already there. The running server takes them up at its next start.
pub async fn load_holidays(app: &App, actor: &Actor, days: &[Holiday]) -> AppResult<u64> {
    let tx = app.trail.begin(actor).await?;
    let mut bulk = BulkInsert::new(
        &tx,
        "holiday",
        &["day", "working", "name"],
        "ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name",
    );
    for day in days {
        bulk.push(args![day.day.to_string(), day.working, day.name.as_str()])
            .await?;
    }
    let count = bulk.finish().await?;
    tx.commit(Act::new("holiday.load", "holiday:all").with(json!({ "rows": count })))
        .await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_fall_on_weekdays_and_make_up_days_on_weekends() {
        let days = published();
        assert!(days.len() > 40);
        for day in days {
            let weekend = Calendar::default().is_working_day(day.day);
            assert_eq!(weekend, !day.working, "{} {}", day.day, day.name);
        }
    }
}
