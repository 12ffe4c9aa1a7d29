//! Group E: projects in which the order of tender, contract, work, acceptance and payment is broken; and those that only
//! look so. Each stands beside others in good order.

use kernel::{Date, Money, Month, RegionCode, RegionLevel};

use super::{Planter, Quota, tenders};
use crate::{
    days,
    truth::Expected,
    works::{Alteration, ThingTruth, Work},
};

const QUOTA: Quota = Quota {
    hits: 30,
    exceptions: 12,
    misses: 24,
};

type Case = fn(&mut Planter, Expected, u32);

pub(super) fn plant(p: &mut Planter) {
    let cases: [Case; 15] = [
        tenders::split,
        tenders::no_tender,
        work_first,
        tenders::same_machine,
        tenders::even_prices,
        tenders::one_agent,
        tenders::unborn_firm,
        paid_first,
        overpaid,
        altered,
        late,
        unargued,
        accepted,
        unaccepted,
        unwatched,
    ];
    for case in cases {
        for (expected, count) in p.few(&QUOTA) {
            for i in 0..count {
                case(p, expected, i);
            }
        }
    }
    for i in 0..p.share(40, 3) {
        orderly(p, i);
    }
}

/// Somewhere in the county.
pub(super) fn place(p: &mut Planter) -> RegionCode {
    let at = p.works.dice.below(p.families.len() as u32);
    p.families[at as usize].region
}

/// A project in good order, signed in time to be finished and accepted before the tables are sent.
pub(super) fn good<'p>(p: &'p mut Planter<'_>) -> &'p mut Work {
    let region = place(p);
    let (first, last) = p.window();
    let signed_on = days::random(&mut p.works.dice, first.plus(8).first_day(), last.plus(-7).last_day());
    let firm = p.works.next_firm();
    p.works
        .contract(region, firm, &format!("第{firm}建设有限公司"), signed_on, false)
}

fn orderly(p: &mut Planter, i: u32) {
    let work = good(p);
    // Some have come only so far.
    if i % 3 == 1 {
        work.stop_before("acc_village");
    }
}

pub(super) fn note(
    p: &mut Planter,
    rule: &'static str,
    expected: Expected,
    exception: &'static str,
    id: i64,
    span: (Date, Date),
) {
    p.works.truth.push(ThingTruth {
        rule,
        expected,
        exception,
        thing: format!("project:{id}"),
        programme: "",
        from: Month::of(span.0),
        to: Month::of(span.1),
    });
}

pub(super) fn excused(work: &mut Work, expected: Expected) -> &'static str {
    if expected != Expected::Exception {
        return "";
    }
    work.exempted_on = Some(days::plus(work.end_plan, 60));
    "X16"
}

/// E-03: work, or the first payment, before the award; or on its day.
fn work_first(p: &mut Planter, expected: Expected, i: u32) {
    let work = good(p);
    let Some(awarded) = work.tender.as_ref().and_then(|t| t.awarded_on) else {
        return;
    };
    let paid = i % 2 == 1;
    let day = if expected == Expected::Miss {
        awarded
    } else {
        days::plus(awarded, -3 - i as i32)
    };
    if paid {
        work.payments[0].1 = day;
    } else {
        work.milestones[0] = day;
    }
    let exception = excused(work, expected);
    let (id, signed) = (work.id, work.signed_on());
    note(p, "E-03", expected, exception, id, (awarded, awarded));
    if paid {
        // Paid before the award is paid before the contract, too.
        let of_pay = if expected == Expected::Miss {
            Expected::Hit
        } else {
            expected
        };
        note(p, "E-09", of_pay, exception, id, (signed, signed));
    }
}

/// E-09: paid between award and contract; or on the day of the contract.
fn paid_first(p: &mut Planter, expected: Expected, i: u32) {
    let work = good(p);
    let signed = work.signed_on();
    let before = if expected == Expected::Miss {
        0
    } else {
        1 + i as i32 % 9
    };
    work.payments[0].1 = days::plus(signed, -before);
    let exception = excused(work, expected);
    let id = work.id;
    note(p, "E-09", expected, exception, id, (signed, signed));
}

/// E-10: paid more than contract and approved changes; or exactly that, or more by a change that was approved.
fn overpaid(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let work = good(p);
    let (amount, signed) = (work.amount(), work.signed_on());
    let done: i64 = work.payments.iter().map(|(m, _)| m.fen()).sum();
    let extra = amount.fen() / 20;
    let approved = |on| Alteration {
        amount: Money(extra),
        approved_on: on,
    };
    let last = days::plus(signed, 170);
    let (more, alteration) = match (expected, i % 2) {
        (Expected::Hit, 0) => (100, None),
        // Nobody approved the change.
        (Expected::Hit, _) => (extra, Some(approved(None))),
        (_, 0) => (0, None),
        _ => (extra, Some(approved(Some(days::plus(signed, 50))))),
    };
    work.payments.push((Money(amount.fen() - done + more), last));
    work.alterations.extend(alteration);
    let id = work.id;
    note(p, "E-10", expected, "", id, (last, last));
}

/// E-11: changes of more than fifteen percent; or of exactly that, or not approved.
fn altered(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let work = good(p);
    let (amount, signed) = (work.amount().fen(), work.signed_on());
    let (fen, approved) = match (expected, i % 2) {
        (Expected::Hit, _) => (amount * (16 + i64::from(i)) / 100, true),
        (_, 0) => (amount / 100 * 15, true),
        _ => (amount / 4, false),
    };
    let approved_on = approved.then(|| days::plus(signed, 40));
    work.alterations.push(Alteration {
        amount: Money(fen),
        approved_on,
    });
    let id = work.id;
    note(p, "E-11", expected, "", id, (signed, signed));
}

/// E-13: begun or finished more than thirty days late; or thirty days, or excused.
fn late(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let work = good(p);
    let finished = work.at("completed").map_or(as_of, |day| *day);
    let started = work.at("building").map_or(as_of, |day| *day);
    let by = if expected == Expected::Miss { 30 } else { 31 + i as i32 };
    if i.is_multiple_of(2) {
        work.end_plan = days::plus(finished, -by);
    } else {
        work.start_plan = days::plus(started, -by);
    }
    // The rule leaves out what was excused: no question and no proposal.
    let expected = if expected == Expected::Exception {
        excused(work, expected);
        Expected::Miss
    } else {
        expected
    };
    let (id, planned) = (work.id, work.end_plan);
    note(p, "E-13", expected, "", id, (planned, as_of));
}

/// E-16: approved before it was argued or in the library, or for nobody; or works for all, or on the day.
fn unargued(p: &mut Planter, expected: Expected, i: u32) {
    let homes = p.registry.households.len() as u32;
    let work = good(p);
    let Some(approved) = work.at("approved").map(|day| *day) else {
        return;
    };
    let shift = |work: &mut Work, state: &str, by: i32| {
        if let Some(day) = work.at(state) {
            *day = days::plus(approved, by);
        }
    };
    match (expected, i % 3) {
        (Expected::Miss, 0) => shift(work, "library", 0),
        (Expected::Miss, 1) => {
            work.mode = "carrier";
            work.beneficiaries = vec![homes / 3, homes / 2];
        }
        (Expected::Miss, _) => work.mode = "service",
        (_, 0) => shift(work, "argued", 1 + i as i32),
        (_, 1) => work.steps.retain(|(state, _)| *state != "library"),
        _ => work.mode = "carrier",
    }
    let exception = excused(work, expected);
    let id = work.id;
    note(p, "E-16", expected, exception, id, (approved, approved));
}

/// E-17: a level missing, one team for two levels, nobody asked; or a village team that had to come twice.
fn accepted(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let work = good(p);
    match (expected, i % 4) {
        (Expected::Hit, 0) => work.acceptances.retain(|a| a.level != 1),
        (Expected::Hit, 1) => work.acceptances.retain(|a| a.level != 2),
        (Expected::Hit, 2) => work.acceptances[1].team = work.acceptances[0].team,
        (Expected::Hit, _) => work.acceptances[1].asked = 0,
        (_, n) if n % 2 == 0 => {
            let mut failed = work.acceptances[0].clone();
            (failed.passed, failed.on) = (false, days::plus(failed.on, -8));
            work.acceptances.insert(0, failed);
        }
        _ => work.stop_before("acc_town"),
    }
    let last = work.acceptances.last().map_or(work.end_plan, |a| a.on);
    let id = work.id;
    note(p, "E-17", expected, "", id, (last, last));
}

/// E-18: paid in full before the county accepted; or on its day, or three percent kept back.
fn unaccepted(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let work = good(p);
    let amount = work.amount().fen();
    let Some(accepted) = work.at("acc_county").map(|day| *day) else {
        return;
    };
    let (day, kept) = match (expected, i % 2) {
        (Expected::Hit, _) => (days::plus(accepted, -1 - i as i32), 0),
        (_, 0) => (accepted, 0),
        _ => (days::plus(accepted, -5), amount * 3 / 100),
    };
    work.payments.truncate(2);
    let done: i64 = work.payments.iter().map(|(m, _)| m.fen()).sum();
    work.payments.push((Money(amount - kept - done), day));
    if expected == Expected::Hit && i % 3 == 2 {
        // The county has not been there at all.
        work.stop_before("acc_county");
    }
    let id = work.id;
    let day = work.payments.iter().map(|(_, on)| *on).max().unwrap_or(day);
    note(p, "E-18", expected, "", id, (day, day));
}

/// E-20: fewer than three villagers watch; or just begun, or things handed to households.
fn unwatched(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let as_of = p.spec.as_of;
    let homes = p.registry.households.len() as u32;
    let work = good(p);
    let Some(started) = work.at("building").map(|day| *day) else {
        return;
    };
    work.reps = (i % 3) as u8;
    match (expected, i % 2) {
        (Expected::Hit, _) => {}
        (_, 0) => {
            work.mode = "direct";
            work.beneficiaries = vec![homes / 4];
        }
        _ => work.reps = 3,
    }
    let id = work.id;
    note(p, "E-20", expected, "", id, (started, as_of));
}

/// A project in good order whose works the village accepted; its id and that day.
pub(super) fn accepted_work(p: &mut Planter) -> (i64, Date) {
    let work = good(p);
    let accepted = work.at("acc_village").map(|day| *day);
    (work.id, accepted.unwrap_or(work.end_plan))
}

/// A project for some households, signed on a day.
pub(super) fn carrier_work(p: &mut Planter, signed_on: Date, homes: Vec<u32>) -> (i64, RegionCode) {
    let region = place(p);
    let firm = p.works.next_firm();
    let name = format!("第{firm}建设有限公司");
    let work = p.works.contract(region, firm, &name, signed_on, false);
    work.mode = "carrier";
    work.beneficiaries = homes;
    (work.id, region)
}

/// The town of a project.
pub(super) fn town_of(work: &Work) -> RegionCode {
    work.region.at(RegionLevel::Town)
}
