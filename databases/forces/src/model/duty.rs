//! How often one has to come: a helper each month, a resident team most days of it. The numbers are parameters with
//! the day from which they hold, so that a past month is judged by the rule of its time.

use kernel::{Date, DateSpan, Month};
use records::flow::Code;

records::codes! {
    /// What is prescribed.
    pub enum Parameter {
        VisitsAMonth = "visits_a_month" "帮扶责任人每月走访次数",
        TeamDaysAMonth = "team_days_a_month" "驻村工作队每月在村天数",
        TeamDaysAYear = "team_days_a_year" "驻村工作队每年在村天数",
        ExcuseDays = "excuse_days" "当月批准请假达到几天免走访",
        UploadHours = "upload_hours" "走访后几小时内提交",
        StayMinutes = "stay_minutes" "每次走访停留分钟数",
    }
}

/// One value and the day from which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub parameter: Parameter,
    pub from: Date,
    pub value: i64,
}

/// What holds where nobody has set anything: 2017 counted the days of a month, 2024 those of a year; 0 asks nothing.
const DEFAULTS: [(Parameter, i32, i64); 8] = [
    (Parameter::VisitsAMonth, 1900, 1),
    (Parameter::TeamDaysAMonth, 1900, 20),
    (Parameter::TeamDaysAMonth, 2024, 0),
    (Parameter::TeamDaysAYear, 1900, 0),
    (Parameter::TeamDaysAYear, 2024, 200),
    (Parameter::ExcuseDays, 1900, 20),
    (Parameter::UploadHours, 1900, 48),
    (Parameter::StayMinutes, 1900, 10),
];

/// The prescriptions of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    pub visits_a_month: i64,
    pub team_days_a_month: i64,
    pub team_days_a_year: i64,
    pub excuse_days: i64,
    pub upload_hours: i64,
    pub stay_minutes: i64,
}

impl Duty {
    /// What holds on a day: the latest setting up to it, or the default of its year.
    pub fn on(day: Date, settings: &[Setting]) -> Duty {
        let value = |parameter: Parameter| {
            let set = settings.iter().filter(|s| s.parameter == parameter && s.from <= day);
            let default = || {
                let past = DEFAULTS
                    .iter()
                    .filter(|(p, year, _)| *p == parameter && *year <= day.year());
                past.max_by_key(|(_, year, _)| *year).map_or(0, |(.., value)| *value)
            };
            set.max_by_key(|s| s.from).map_or_else(default, |s| s.value)
        };
        Duty {
            visits_a_month: value(Parameter::VisitsAMonth),
            team_days_a_month: value(Parameter::TeamDaysAMonth),
            team_days_a_year: value(Parameter::TeamDaysAYear),
            excuse_days: value(Parameter::ExcuseDays),
            upload_hours: value(Parameter::UploadHours),
            stay_minutes: value(Parameter::StayMinutes),
        }
    }
}

/// How a helper stands with one household in one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Met,
    /// On approved leave for most of the month.
    Excused,
    /// The month is not over.
    Pending,
    Overdue,
}

impl Standing {
    pub fn of(visits: i64, leave_days: i64, month: Month, today: Date, duty: &Duty) -> Standing {
        if visits >= duty.visits_a_month {
            Standing::Met
        } else if leave_days >= duty.excuse_days {
            Standing::Excused
        } else if today <= month.last_day() {
            Standing::Pending
        } else {
            Standing::Overdue
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Standing::Met => "已走访",
            Standing::Excused => "请假",
            Standing::Pending => "本月未走访",
            Standing::Overdue => "逾期",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Standing::Met => "done",
            Standing::Excused => "closed",
            Standing::Pending => "wait",
            Standing::Overdue => "late",
        }
    }
}

/// What a resident's presence lacks: nothing while the period is open, and approved leave counts as presence.
pub fn presence_problem(
    days_month: i64,
    days_year: i64,
    leave_month: i64,
    leave_year: i64,
    month: Month,
    today: Date,
    duty: &Duty,
) -> Option<String> {
    let month_over = today > month.last_day();
    if month_over && duty.team_days_a_month > 0 && days_month + leave_month < duty.team_days_a_month {
        return Some(format!(
            "{month} 在村 {days_month} 天，要求 {} 天",
            duty.team_days_a_month
        ));
    }
    let year_over = today.year() > month.year();
    if year_over && duty.team_days_a_year > 0 && days_year + leave_year < duty.team_days_a_year {
        return Some(format!(
            "{} 年在村 {days_year} 天，要求 {} 天",
            month.year(),
            duty.team_days_a_year
        ));
    }
    None
}

/// The days of a leave that lie in each month it touches.
pub fn leave_days(span: DateSpan) -> Vec<(Month, i64)> {
    let Some(to) = span.to else { return Vec::new() };
    let mut month = Month::of(span.from);
    let mut days = Vec::new();
    while month <= Month::of(to) {
        let from = span.from.max(month.first_day());
        let until = to.min(month.last_day());
        days.push((month, (until - from).whole_days() + 1));
        month = month.plus(1);
    }
    days
}

/// A parameter's new value as typed.
///
/// # Errors
/// What is wrong with it, naming the field.
pub fn value(parameter: Parameter, text: &str) -> Result<i64, String> {
    let most = match parameter {
        Parameter::VisitsAMonth | Parameter::TeamDaysAMonth | Parameter::ExcuseDays => 31,
        Parameter::TeamDaysAYear => 366,
        Parameter::UploadHours => 720,
        Parameter::StayMinutes => 480,
    };
    text.trim()
        .parse()
        .ok()
        .filter(|value| (0..=most).contains(value))
        .ok_or_else(|| format!("{}：应为 0 至 {most} 的整数。", parameter.title()))
}

#[cfg(test)]
mod tests {
    use kernel::period::parse_date;

    use super::*;

    fn d(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    #[test]
    fn a_month_is_judged_by_the_rule_of_its_time() {
        let old = Duty::on(d("2017-06-01"), &[]);
        assert_eq!((old.team_days_a_month, old.team_days_a_year), (20, 0));
        let new = Duty::on(d("2024-06-01"), &[]);
        assert_eq!((new.team_days_a_month, new.team_days_a_year), (0, 200));
        let settings = [Setting {
            parameter: Parameter::VisitsAMonth,
            from: d("2026-01-01"),
            value: 2,
        }];
        assert_eq!(Duty::on(d("2025-12-31"), &settings).visits_a_month, 1);
        assert_eq!(Duty::on(d("2026-01-01"), &settings).visits_a_month, 2);
    }

    #[test]
    fn approved_leave_excuses_and_an_open_month_is_not_overdue() {
        let duty = Duty::on(d("2026-02-01"), &[]);
        let february: Month = "2026-02".parse().unwrap();
        let standing = |visits, leave, today: &str| Standing::of(visits, leave, february, d(today), &duty);
        assert_eq!(standing(1, 0, "2026-03-02"), Standing::Met);
        assert_eq!(standing(0, 0, "2026-02-28"), Standing::Pending);
        assert_eq!(standing(0, 0, "2026-03-01"), Standing::Overdue);
        assert_eq!(standing(0, 20, "2026-03-01"), Standing::Excused);
        assert_eq!(standing(0, 19, "2026-03-01"), Standing::Overdue);
    }

    #[test]
    fn leave_falls_into_the_months_it_touches() {
        let span = DateSpan {
            from: d("2026-01-30"),
            to: Some(d("2026-03-01")),
        };
        let days: Vec<_> = leave_days(span).into_iter().map(|(m, n)| (m.to_string(), n)).collect();
        assert_eq!(
            days,
            [("2026-01".into(), 2), ("2026-02".into(), 28), ("2026-03".into(), 1)]
        );
    }

    #[test]
    fn a_team_is_present_twenty_days_a_month_or_two_hundred_a_year() {
        let month: Month = "2017-05".parse().unwrap();
        let old = Duty::on(d("2017-05-01"), &[]);
        assert!(presence_problem(19, 0, 0, 0, month, d("2017-06-01"), &old).is_some());
        assert_eq!(presence_problem(19, 0, 1, 1, month, d("2017-06-01"), &old), None);
        assert_eq!(presence_problem(0, 0, 0, 0, month, d("2017-05-31"), &old), None);
        let new = Duty::on(d("2024-12-01"), &[]);
        let december: Month = "2024-12".parse().unwrap();
        assert!(presence_problem(0, 199, 0, 0, december, d("2025-01-01"), &new).is_some());
        assert_eq!(presence_problem(0, 200, 0, 0, december, d("2025-01-01"), &new), None);
    }
}
