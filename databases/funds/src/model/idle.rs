//! The idle rate (滞留率): how much of what arrived has not reached its use, on any day (workflow 3.4).
//!
//! `idle_rate(T) = sum of (received - finally used), never below nothing, / sum of received`. What by contract is not
//! yet due (`due_on > T`) counts as received but not as idle. The overdue rate takes only money older than the limit.
//! Both are basis points of whole fen; nothing is a float.

use kernel::{Date, Money};

/// "Not started within half a year" is the limit where no other is set.
pub const DEFAULT_LIMIT_DAYS: i64 = 180;

/// A part of a fund with one day on which it falls due: an allocation, or what is not allocated yet.
#[derive(Clone, Debug)]
pub struct Part {
    /// The day the document's money arrived; age is counted from here.
    pub arrived_on: Date,
    /// Due by contract; money due later than the day asked for is not idle.
    pub due_on: Option<Date>,
    /// Changes of what was received and of what was finally used, in fen.
    pub moves: Vec<Move>,
}

/// On a day, received and used changed by so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub on: Date,
    pub received_fen: i64,
    pub used_fen: i64,
}

/// The state of a set of funds on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Idle {
    pub received_fen: i64,
    pub used_fen: i64,
    /// Received, not used, not due yet.
    pub not_due_fen: i64,
    pub idle_fen: i64,
    /// Idle and older than the limit.
    pub overdue_fen: i64,
}

impl Idle {
    /// Basis points, rounded half up; 0 when nothing was received.
    pub fn rate_bp(&self) -> i64 {
        basis_points(self.idle_fen, self.received_fen)
    }

    pub fn overdue_bp(&self) -> i64 {
        basis_points(self.overdue_fen, self.received_fen)
    }

    /// Counts a part that until `day` received and used so much.
    fn add(&mut self, part: &Part, received: i64, used: i64, day: Date, limit_days: i64) {
        let left = (received - used).max(0);
        self.received_fen += received;
        self.used_fen += used;
        if part.due_on.is_some_and(|due| due > day) {
            self.not_due_fen += left;
            return;
        }
        self.idle_fen += left;
        if (day - part.arrived_on).whole_days() > limit_days {
            self.overdue_fen += left;
        }
    }

    pub fn received(&self) -> Money {
        Money(self.received_fen)
    }

    pub fn used(&self) -> Money {
        Money(self.used_fen)
    }

    pub fn idle(&self) -> Money {
        Money(self.idle_fen)
    }

    pub fn overdue(&self) -> Money {
        Money(self.overdue_fen)
    }
}

/// `46.95%`
pub fn percent(basis_points: i64) -> String {
    format!("{}.{:02}%", basis_points / 100, basis_points % 100)
}

fn basis_points(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    i64::try_from((part * 20_000 + whole) / (2 * whole)).unwrap_or(i64::MAX)
}

/// The state on `day`, everything of that day included.
pub fn on_day<'a>(parts: impl IntoIterator<Item = &'a Part>, day: Date, limit_days: i64) -> Idle {
    let mut sum = Idle::default();
    for part in parts {
        let (mut received, mut used) = (0_i64, 0_i64);
        for change in part.moves.iter().filter(|m| m.on <= day) {
            received += change.received_fen;
            used += change.used_fen;
        }
        sum.add(part, received, used, day, limit_days);
    }
    sum
}

/// [`on_day`] for many days at once, which must ascend: each part is gone through once.
pub fn over_days(parts: &[Part], days: &[Date], limit_days: i64) -> Vec<Idle> {
    // What changes at a day stands at that day, and holds from there on: the running sum is the state.
    let mut changes = vec![Idle::default(); days.len() + 1];
    let at = |day: Date| days.partition_point(|d| *d < day);
    for part in parts {
        let mut moves: Vec<&Move> = part.moves.iter().collect();
        moves.sort_by_key(|m| m.on);
        let due = part.due_on.map_or(0, at);
        let old = days.partition_point(|d| (*d - part.arrived_on).whole_days() <= limit_days);
        let (mut received, mut used) = (0_i64, 0_i64);
        for (n, change) in moves.iter().enumerate() {
            received += change.received_fen;
            used += change.used_fen;
            let from = at(change.on);
            changes[from].received_fen += change.received_fen;
            changes[from].used_fen += change.used_fen;
            let left = (received - used).max(0);
            let until = moves.get(n + 1).map_or(days.len(), |next| at(next.on));
            if left == 0 || from == until {
                continue;
            }
            // From here until the next change so much lies there: not due, then idle, then overdue.
            let mut lies = |from: usize, until: usize, field: fn(&mut Idle) -> &mut i64| {
                if from < until {
                    *field(&mut changes[from]) += left;
                    *field(&mut changes[until]) -= left;
                }
            };
            lies(from, until.min(due), |i| &mut i.not_due_fen);
            lies(from.max(due), until, |i| &mut i.idle_fen);
            lies(from.max(due).max(old), until, |i| &mut i.overdue_fen);
        }
    }
    let mut sum = Idle::default();
    changes.truncate(days.len());
    for change in &mut changes {
        sum.received_fen += change.received_fen;
        sum.used_fen += change.used_fen;
        sum.not_due_fen += change.not_due_fen;
        sum.idle_fen += change.idle_fen;
        sum.overdue_fen += change.overdue_fen;
        *change = sum;
    }
    changes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> Date {
        kernel::period::parse_date(text).unwrap()
    }

    fn part(arrived: &str, due: Option<&str>, moves: &[(&str, i64, i64)]) -> Part {
        Part {
            arrived_on: d(arrived),
            due_on: due.map(d),
            moves: moves
                .iter()
                .map(|(on, received_fen, used_fen)| Move {
                    on: d(on),
                    received_fen: *received_fen,
                    used_fen: *used_fen,
                })
                .collect(),
        }
    }

    #[test]
    fn money_counts_as_idle_from_the_day_it_arrives_until_it_is_used() {
        let fund = [part(
            "2026-01-10",
            None,
            &[("2026-01-10", 1000, 0), ("2026-03-01", 0, 400)],
        )];
        assert_eq!(on_day(&fund, d("2026-01-09"), 180), Idle::default());
        assert_eq!(on_day(&fund, d("2026-01-10"), 180).rate_bp(), 10_000);
        assert_eq!(on_day(&fund, d("2026-03-01"), 180).rate_bp(), 6000);
        assert_eq!(
            on_day(&fund, d("2026-07-09"), 180).overdue_bp(),
            0,
            "180 days are within the limit"
        );
        assert_eq!(on_day(&fund, d("2026-07-10"), 180).overdue_bp(), 6000);
    }

    #[test]
    fn what_is_not_due_by_contract_is_received_but_not_idle() {
        let fund = [
            part("2026-01-01", Some("2026-06-30"), &[("2026-01-01", 900, 0)]),
            part("2026-01-01", None, &[("2026-01-01", 100, 100)]),
        ];
        let before = on_day(&fund, d("2026-06-29"), 180);
        assert_eq!((before.rate_bp(), before.not_due_fen), (0, 900));
        assert_eq!(on_day(&fund, d("2026-06-30"), 180).rate_bp(), 9000);
    }

    #[test]
    fn one_fund_paid_beyond_what_it_received_does_not_hide_another_that_lies() {
        let fund = [
            part("2026-01-01", None, &[("2026-01-01", 100, 150)]),
            part("2026-01-01", None, &[("2026-01-01", 100, 0)]),
        ];
        assert_eq!(on_day(&fund, d("2026-02-01"), 180).idle_fen, 100);
    }

    fn any_part() -> impl Strategy<Value = Part> {
        let day =
            || (0..2000_i64).prop_map(|n| d("2016-01-01") + std::time::Duration::from_secs(86_400 * n.unsigned_abs()));
        let moves = prop::collection::vec((day(), -300..900_i64, -50..900_i64), 0..8);
        (day(), prop::option::of(day()), moves).prop_map(|(arrived_on, due_on, moves)| Part {
            arrived_on,
            due_on,
            moves: moves
                .into_iter()
                .map(|(on, received_fen, used_fen)| Move {
                    on,
                    received_fen,
                    used_fen,
                })
                .collect(),
        })
    }

    proptest! {
        #[test]
        fn many_days_at_once_are_each_day_by_itself(
            parts in prop::collection::vec(any_part(), 0..12), months in 1..70_usize, limit in 1..400_i64,
        ) {
            let first = kernel::Month::new(2016, 1).unwrap();
            let days: Vec<Date> = (0..months).map(|n| first.plus(n as i32).last_day()).collect();
            let each: Vec<Idle> = days.iter().map(|day| on_day(&parts, *day, limit)).collect();
            prop_assert_eq!(over_days(&parts, &days, limit), each);
        }
    }

    #[test]
    fn rates_are_exact_to_the_basis_point() {
        assert_eq!(basis_points(4695, 10_000), 4695);
        assert_eq!(basis_points(1, 3), 3333);
        assert_eq!(basis_points(2, 3), 6667);
        assert_eq!(basis_points(i64::MAX, i64::MAX), 10_000);
        assert_eq!(percent(134), "1.34%");
        assert_eq!(percent(5), "0.05%");
    }
}
