//! What is scheduled, and when each comes next.

use kernel::{Date, Timestamp, period::ymd};

const HOUR_MINUTES: i64 = 60;

records::codes! {
    /// Work that begins by itself.
    pub enum Job {
        Quarterly = "quarterly" "每季度全面比对",
        Deliveries = "deliveries" "新报送数据比对",
        Holds = "holds" "暂缓期满解除",
        Misfires = "misfires" "规则失准评估",
    }
}

impl Job {
    /// What it does, for the page.
    pub fn about(self) -> &'static str {
        match self {
            Job::Quarterly => "每季度首月五日凌晨两点，用全部规则和全部数据比对一次。",
            Job::Deliveries => "每小时查看有无新报送的数据，只重新比对有变化的人员和读这项数据的规则。",
            Job::Holds => "每小时查看发放批次，暂缓满期限而没有人决定的行自动解除。",
            Job::Misfires => {
                "每小时按核查结论评估各条规则，属实率过低的向维护单位发出预警（J-09），好转或调整后自动关闭。"
            }
        }
    }

    /// When it comes next after `now`.
    pub fn next_after(self, now: Timestamp) -> Timestamp {
        match self {
            Job::Quarterly => quarter_after(now),
            Job::Deliveries | Job::Holds | Job::Misfires => now.plus_minutes(HOUR_MINUTES),
        }
    }
}

/// Two in the morning of the fifth day of the next quarter.
fn quarter_after(now: Timestamp) -> Timestamp {
    let due = |day: Date| Timestamp::at_start_of(day).plus_minutes(2 * HOUR_MINUTES);
    let today = now.date();
    (today.year()..=today.year() + 1)
        .flat_map(|year| [1_u8, 4, 7, 10].map(|month| ymd(year, month, 5)))
        .flatten()
        .map(due)
        .find(|at| *at > now)
        .unwrap_or(now.plus_minutes(90 * 24 * HOUR_MINUTES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::period::parse_date;

    #[test]
    fn the_full_comparison_comes_on_the_fifth_of_each_quarter() {
        let at = |day: &str| Timestamp::at_start_of(parse_date(day).unwrap());
        let next = |day: &str| Job::Quarterly.next_after(at(day)).to_string();
        assert_eq!(next("2026-01-01"), "2026-01-05 02:00");
        assert_eq!(next("2026-01-06"), "2026-04-05 02:00");
        assert_eq!(next("2026-12-31"), "2027-01-05 02:00");
    }
}
