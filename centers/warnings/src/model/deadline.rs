//! How long a step may take: by severity, in working days, from parameters with region and effective date.

use std::sync::LazyLock;

use comparison::finding::Severity;
use kernel::{Calendar, Date, RegionCode, Timestamp, period::parse_date};
use serde::Deserialize;

use super::Misfire;

/// A step that has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Assign,
    Acknowledge,
    Verify,
    DepartmentReview,
    CdiCheck,
    Rectify,
}

/// A length of time as the parameters write it: `1h`, `3d`, `5wd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Hours(u32),
    Days(u32),
    WorkingDays(u32),
}

#[derive(Deserialize)]
struct File {
    set: Vec<Set>,
}

#[derive(Deserialize)]
struct Set {
    region: String,
    effective_from: String,
    assign: [String; 4],
    acknowledge: [String; 4],
    verify: [String; 4],
    department_review: [String; 4],
    cdi_check: [String; 4],
    rectify: [String; 4],
    sample_min_bp: i64,
    misfire_below_bp: i64,
    misfire_verdicts: i64,
}

/// The parameters that hold for one finding on one day.
#[derive(Clone, Debug)]
pub struct Params {
    region: RegionCode,
    effective_from: Date,
    spans: [[Span; 4]; 6],
    /// Least share of cleared verdicts to check again, in hundredths of a percent.
    pub sample_min_bp: i64,
    /// When a rule is said to misfire.
    pub misfire: Misfire,
}

static SETS: LazyLock<Vec<Params>> = LazyLock::new(|| {
    read(include_str!("../../params/deadlines.toml")).unwrap_or_else(|e| panic!("params/deadlines.toml: {e}"))
});

impl Params {
    /// The set of the deepest region around `region` that is in force on `day`.
    pub fn of(region: RegionCode, day: Date) -> &'static Params {
        SETS.iter()
            .filter(|set| set.region.contains(region) && set.effective_from <= day)
            .max_by_key(|set| (set.region.level(), set.effective_from))
            .unwrap_or(&SETS[0])
    }

    fn span(&self, step: Step, severity: Severity) -> Span {
        self.spans[step as usize][severity as usize]
    }
}

/// Reckons terms from one moment.
#[derive(Clone, Copy)]
pub struct Due<'a> {
    pub params: &'a Params,
    pub calendar: &'a Calendar,
    pub now: Timestamp,
}

impl Due<'_> {
    /// When the step is overdue: the first moment after its last day.
    pub fn after(&self, step: Step, severity: Severity) -> Timestamp {
        self.from(self.now, self.params.span(step, severity))
    }

    /// The term lengthened once by half, days rounded up, counted on from the old end.
    pub fn extended(&self, old: Timestamp, step: Step, severity: Severity) -> Timestamp {
        let last_moment = Timestamp(old.millis() - 1);
        let half = match self.params.span(step, severity) {
            Span::Hours(n) => Span::Hours(n.div_ceil(2)),
            Span::Days(n) => Span::Days(n.div_ceil(2)),
            Span::WorkingDays(n) => Span::WorkingDays(n.div_ceil(2)),
        };
        self.from(last_moment, half)
    }

    fn from(&self, start: Timestamp, span: Span) -> Timestamp {
        match span {
            Span::Hours(n) => start.plus_minutes(i64::from(n) * 60),
            Span::Days(n) => end_of(start.date() + time::Duration::days(i64::from(n))),
            Span::WorkingDays(n) => end_of(self.calendar.add_working_days(start.date(), n)),
        }
    }
}

fn end_of(day: Date) -> Timestamp {
    Timestamp::at_start_of(day + time::Duration::days(1))
}

fn read(text: &str) -> Result<Vec<Params>, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    file.set
        .into_iter()
        .map(|set| {
            let rows = [
                &set.assign,
                &set.acknowledge,
                &set.verify,
                &set.department_review,
                &set.cdi_check,
                &set.rectify,
            ];
            let mut spans = [[Span::Days(1); 4]; 6];
            for (row, texts) in spans.iter_mut().zip(rows) {
                for (cell, text) in row.iter_mut().zip(texts) {
                    *cell = span(text).ok_or_else(|| format!("not a term: {text}"))?;
                }
            }
            Ok(Params {
                region: set.region.parse()?,
                effective_from: parse_date(&set.effective_from).ok_or("effective_from is not a date")?,
                spans,
                sample_min_bp: set.sample_min_bp,
                misfire: Misfire {
                    below_bp: set.misfire_below_bp,
                    verdicts: set.misfire_verdicts,
                },
            })
        })
        .collect()
}

fn span(text: &str) -> Option<Span> {
    if let Some(n) = text.strip_suffix("wd") {
        return n.parse().ok().map(Span::WorkingDays);
    }
    if let Some(n) = text.strip_suffix('h') {
        return n.parse().ok().map(Span::Hours);
    }
    text.strip_suffix('d')?.parse().ok().map(Span::Days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due_day(step: Step, severity: Severity) -> String {
        let monday = Timestamp::at_start_of(parse_date("2026-03-02").unwrap()).plus_minutes(9 * 60);
        let calendar = Calendar::default();
        let region = "371621103".parse().unwrap();
        let due = Due {
            params: Params::of(region, monday.date()),
            calendar: &calendar,
            now: monday,
        };
        Timestamp(due.after(step, severity).millis() - 1).date().to_string()
    }

    #[test]
    fn terms_follow_the_table_in_working_days() {
        assert_eq!(due_day(Step::Acknowledge, Severity::R), "2026-03-03");
        assert_eq!(
            due_day(Step::Verify, Severity::R),
            "2026-03-09",
            "a weekend does not count"
        );
        assert_eq!(due_day(Step::Verify, Severity::O), "2026-03-16");
        assert_eq!(due_day(Step::Verify, Severity::Y), "2026-03-23");
        assert_eq!(due_day(Step::Verify, Severity::B), "2026-04-13");
        assert_eq!(due_day(Step::Rectify, Severity::R), "2026-03-23");
        assert_eq!(due_day(Step::Assign, Severity::B), "2026-03-05");
    }

    #[test]
    fn a_red_finding_is_assigned_within_the_hour() {
        let monday = Timestamp::at_start_of(parse_date("2026-03-02").unwrap()).plus_minutes(9 * 60);
        let calendar = Calendar::default();
        let due = Due {
            params: Params::of(RegionCode::NATION, monday.date()),
            calendar: &calendar,
            now: monday,
        };
        assert_eq!(due.after(Step::Assign, Severity::R), monday.plus_minutes(60));
    }

    #[test]
    fn an_extension_adds_half_from_the_old_end() {
        let monday = Timestamp::at_start_of(parse_date("2026-03-02").unwrap());
        let calendar = Calendar::default();
        let due = Due {
            params: Params::of(RegionCode::NATION, monday.date()),
            calendar: &calendar,
            now: monday,
        };
        let old = due.after(Step::Verify, Severity::O);
        let new = due.extended(old, Step::Verify, Severity::O);
        assert_eq!(Timestamp(new.millis() - 1).date().to_string(), "2026-03-23");
    }
}
