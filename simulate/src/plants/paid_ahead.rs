//! E-12: money that runs ahead of the works. What the finished projects say is told of all of them, whichever case they
//! belong to: one paid in full before acceptance is paid ahead as well.

use kernel::{Date, Money, Month};

use super::{Planter, funds, projects};
use crate::{
    days,
    truth::Expected,
    works::{Progress, ThingTruth, Work},
};

/// Percent of what is due that may be paid before the works begin, and before the county has accepted them.
const BEFORE_START: i64 = 40;
const BEFORE_ACCEPTANCE: i64 = 90;
/// Percent of the contract kept back, and for how many days after acceptance.
const RETAINED: i64 = 3;
const WARRANTY_DAYS: i32 = 365;
/// How many points ahead of the last report, and how long a report is fresh.
const POINTS: i64 = 15;
const FRESH_DAYS: i32 = 31;

/// Plants the cases and returns the projects that only look so.
pub(super) fn plant(p: &mut Planter) -> Vec<i64> {
    let (hits, misses) = (p.share(30, 4), p.share(30, 5));
    for i in 0..hits {
        match i % 3 {
            0 => early(p, 55),
            1 => reported(p, 30, 30),
            _ => retention(p, 146),
        };
    }
    let mut alike = Vec::new();
    for i in 0..misses {
        alike.push(match i % 5 {
            0 => early(p, 40),
            1 => reported(p, 55, 30),
            2 => reported(p, 5, 0),
            3 => retention(p, 135 + WARRANTY_DAYS),
            _ => {
                let id = early(p, 60);
                let work = p.works.done.iter_mut().find(|w| w.id == id);
                work.into_iter().for_each(|w| {
                    projects::excused(w, Expected::Exception);
                });
                id
            }
        });
    }
    alike
}

fn part(work: &Work, percent: i64) -> Money {
    Money(work.amount().fen() * percent / 100)
}

/// So much percent before the works begin.
fn early(p: &mut Planter, percent: i64) -> i64 {
    let work = projects::good(p);
    let signed = work.signed_on();
    work.payments = vec![
        (part(work, percent), days::plus(signed, 6)),
        (part(work, 90 - percent), days::plus(signed, 110)),
        (part(work, 7), days::plus(signed, 146)),
    ];
    work.id
}

/// Still building: so much reported, and forty percent and so much more paid.
fn reported(p: &mut Planter, percent: u8, more: i64) -> i64 {
    let region = projects::place(p);
    let firm = p.works.next_firm();
    let signed = days::plus(p.spec.as_of, -78);
    let name = format!("第{firm}建设有限公司");
    let work = p.works.contract(region, firm, &name, signed, false);
    work.stop_before("completed");
    if more > 0 {
        work.payments.push((part(work, more), days::plus(signed, 64)));
    }
    let (id, amount) = (work.id, work.planned);
    let money = p
        .moneys
        .document(funds::of_works(), "project", region, amount, days::plus(signed, -140));
    money.shares[0].work = Some(id);
    let share = money.shares[0].id;
    let work = p.works.done.iter_mut().find(|w| w.id == id);
    work.into_iter().for_each(|w| {
        let on = days::plus(signed, 60);
        w.progress.push(Progress { share, percent, on });
    });
    id
}

/// The part kept back is paid so many days after the signing.
fn retention(p: &mut Planter, days_after: i32) -> i64 {
    let region = projects::place(p);
    let firm = p.works.next_firm();
    let signed = days::plus(p.spec.as_of, -560);
    let name = format!("第{firm}建设有限公司");
    let work = p.works.contract(region, firm, &name, signed, false);
    let paid: i64 = work.payments.iter().map(|(m, _)| m.fen()).sum();
    let rest = Money(work.amount().fen() - paid);
    work.payments.push((rest, days::plus(signed, days_after)));
    work.id
}

/// Writes the truth when all projects are made.
pub(super) fn tell(p: &mut Planter, alike: &[i64]) {
    for work in &p.works.done {
        let (expected, span) = match worst(work) {
            Some((_, month)) => (Expected::Hit, (month, month)),
            None if alike.contains(&work.id) => (Expected::Miss, p.window()),
            None => continue,
        };
        let thing = format!("project:{}", work.id);
        p.works.truth.push(ThingTruth {
            rule: "E-12",
            expected,
            exception: "",
            thing,
            programme: "",
            from: span.0,
            to: span.1,
        });
    }
}

/// By how much and in which month a project was paid furthest ahead, if at all.
fn worst(work: &Work) -> Option<(i64, Month)> {
    if work.exempted_on.is_some() {
        return None;
    }
    let at = |state: &str| work.steps.iter().find(|(s, _)| *s == state).map(|(_, on)| *on);
    let (started, completed, accepted) = (at("building"), at("completed"), at("acc_county"));
    let approved = work.alterations.iter().filter(|a| a.approved_on.is_some());
    let changed: i64 = approved.map(|a| a.amount.fen()).sum();
    let amount = work.amount().fen();
    let due = if amount > 0 {
        amount + changed
    } else {
        work.planned.fen()
    };
    let retained = amount * RETAINED / 100;
    let before = |day: Date, end: Option<Date>| end.is_none_or(|end| day < end);
    let percent = work.progress.iter().map(|r| i64::from(r.percent)).max();
    let reported = work.progress.iter().map(|r| r.on).max();
    let mut out: Option<(i64, Date)> = None;
    for (_, day) in &work.payments {
        let sum: i64 = work
            .payments
            .iter()
            .filter(|(_, on)| on <= day)
            .map(|(m, _)| m.fen())
            .sum();
        let mut ceilings = Vec::new();
        if before(*day, started) && before(*day, completed) {
            ceilings.push(due * BEFORE_START / 100);
        }
        if before(*day, accepted) {
            ceilings.push(due * BEFORE_ACCEPTANCE / 100);
        }
        if retained > 0 && before(*day, accepted.map(|on| days::plus(on, WARRANTY_DAYS))) {
            ceilings.push(due - retained);
        }
        if let (Some(percent), Some(on), None) = (percent.filter(|n| *n < 100), reported, completed)
            && *day <= days::plus(on, FRESH_DAYS)
        {
            ceilings.push(due * (percent + POINTS).max(BEFORE_START) / 100);
        }
        let over = sum - ceilings.into_iter().min().unwrap_or(i64::MAX);
        if over > 100 && out.is_none_or(|(most, on)| over > most || over == most && *day < on) {
            out = Some((over, *day));
        }
    }
    out.map(|(over, day)| (over, Month::of(day)))
}
