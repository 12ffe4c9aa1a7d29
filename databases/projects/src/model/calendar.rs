//! The year of a project office: demands are surveyed in November, declared in December, and the library is settled
//! before the year ends; twice a year deputies come to look.

use kernel::{Date, RegionLevel, period::ymd};

records::codes! {
    /// A task of the year.
    pub enum TaskKind {
        VisitSpring = "visit_spring" "人大代表、政协委员视察（上半年）",
        VisitAutumn = "visit_autumn" "人大代表、政协委员视察（下半年）",
        Survey = "survey" "需求摸底",
        Declare = "declare" "两会论证并申报",
        Library = "library" "实地核查入库",
    }
}

/// Where a task of the year stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lateness {
    Done,
    DoneLate,
    NotYet,
    Open,
    Late { days: i64 },
}

impl Lateness {
    pub fn title(self) -> String {
        match self {
            Lateness::Done => "按时完成".to_owned(),
            Lateness::DoneLate => "已完成（超期）".to_owned(),
            Lateness::NotYet => "未到时间".to_owned(),
            Lateness::Open => "进行中".to_owned(),
            Lateness::Late { days } => format!("超期 {days} 天"),
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Lateness::Done => "done",
            Lateness::DoneLate => "closed",
            Lateness::NotYet => "wait",
            Lateness::Open => "doing",
            Lateness::Late { .. } => "late",
        }
    }
}

impl TaskKind {
    /// First and last day in a year.
    pub fn span(self, year: i32) -> (Date, Date) {
        let day = |m, d| ymd(year, m, d).unwrap_or(Date::MIN);
        match self {
            TaskKind::VisitSpring => (day(1, 1), day(6, 30)),
            TaskKind::VisitAutumn => (day(7, 1), day(12, 31)),
            TaskKind::Survey => (day(11, 1), day(11, 30)),
            TaskKind::Declare => (day(12, 1), day(12, 20)),
            TaskKind::Library => (day(12, 1), day(12, 31)),
        }
    }

    /// Who does it: each town, or the county once.
    pub fn level(self) -> RegionLevel {
        match self {
            TaskKind::Survey | TaskKind::Declare => RegionLevel::Town,
            _ => RegionLevel::County,
        }
    }

    /// Who does it, in words.
    pub fn by(self) -> &'static str {
        match self {
            TaskKind::Survey => "乡镇组织驻村干部、第一书记、村组干部",
            TaskKind::Declare => "村民小组会、村民代表大会，乡镇审查",
            TaskKind::Library => "扶贫、财政、发改、交通等部门，领导小组审定",
            _ => "县级组织人大代表、政协委员",
        }
    }

    /// Where it stands on a day.
    pub fn lateness(self, year: i32, done_on: Option<Date>, today: Date) -> Lateness {
        let (from, due) = self.span(year);
        match done_on {
            Some(day) if day <= due => Lateness::Done,
            Some(_) => Lateness::DoneLate,
            None if today < from => Lateness::NotYet,
            None if today <= due => Lateness::Open,
            None => Lateness::Late {
                days: (today - due).whole_days(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::period::parse_date;

    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    // accept: 004-36, 004-47
    #[test]
    fn the_survey_is_due_in_november_and_deputies_come_twice() {
        let late = |done: Option<&str>, today| TaskKind::Survey.lateness(2025, done.map(day), day(today));
        assert_eq!(late(None, "2025-10-31"), Lateness::NotYet);
        assert_eq!(late(None, "2025-11-30"), Lateness::Open);
        assert_eq!(late(None, "2025-12-03"), Lateness::Late { days: 3 });
        assert_eq!(late(Some("2025-11-30"), "2026-03-02"), Lateness::Done);
        assert_eq!(late(Some("2025-12-01"), "2026-03-02"), Lateness::DoneLate);
        let visits = [TaskKind::VisitSpring, TaskKind::VisitAutumn].map(|v| v.span(2025).1.to_string());
        assert_eq!(visits, ["2025-06-30", "2025-12-31"]);
    }
}
