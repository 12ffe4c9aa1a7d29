//! Group D: money that waits, takes a way round, or is claimed without its papers; and what only looks so.

use kernel::{Date, Money, Month};

use super::{Planter, Quota, projects};
use crate::{
    county::ProgrammeIx,
    days,
    moneys::{Claim, FundAccount, FundDocument, FundHop},
    programmes::{PROGRAMMES, PayeeKind},
    truth::Expected,
    works::ThingTruth,
};

const QUOTA: Quota = Quota {
    hits: 24,
    exceptions: 0,
    misses: 24,
};

type Case = fn(&mut Planter, Expected, u32);

pub(super) fn plant(p: &mut Planter) {
    let cases: [Case; 10] = [
        unallocated,
        unused,
        two_years,
        unfiled,
        middle,
        mixed,
        own_account,
        not_allowed,
        papers,
        order,
    ];
    for case in cases {
        for (expected, count) in p.few(&QUOTA) {
            let count = if expected == Expected::Exception { 0 } else { count };
            for i in 0..count {
                case(p, expected, i);
            }
        }
    }
}

pub(super) fn note(p: &mut Planter, rule: &'static str, expected: Expected, thing: String, span: (Date, Date)) {
    p.works.truth.push(ThingTruth {
        rule,
        expected,
        exception: "",
        thing,
        programme: "",
        from: Month::of(span.0),
        to: Month::of(span.1),
    });
}

fn programme(fits: impl Fn(&crate::programmes::Programme) -> bool) -> ProgrammeIx {
    PROGRAMMES.iter().position(fits).map_or(0, |at| at as ProgrammeIx)
}

/// Money to be paid to people.
fn of_people() -> ProgrammeIx {
    programme(|x| x.paid && matches!(x.payee, PayeeKind::Person | PayeeKind::Household))
}

/// Money of the poverty class for works.
pub(super) fn of_works() -> ProgrammeIx {
    programme(|x| !x.paid && x.fund_family == "扶贫")
}

fn arrived_ago<'p>(
    p: &'p mut Planter<'_>,
    days_ago: i32,
    target: &'static str,
    of: ProgrammeIx,
) -> &'p mut FundDocument {
    let region = projects::place(p);
    let amount = Money::from_yuan(i64::from(p.works.dice.between(20, 90)) * 10_000);
    let day = days::plus(p.spec.as_of, -days_ago);
    p.moneys.document(of, target, region, amount, day)
}

fn part(m: Money, percent: i64) -> Money {
    Money(m.fen() * percent / 100)
}

/// Gives back some of the only share, so that it lies unallocated.
fn hold_back(document: &mut FundDocument, left: Money) {
    let share = &mut document.shares[0];
    share.amount = Money(share.amount.fen() - left.fen());
    if let Some((used, _)) = &mut share.used {
        *used = share.amount;
    }
}

/// D-01: some of it unallocated more than thirty days after it came; or on the thirtieth, or taken back.
fn unallocated(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let ago = match (look_alike, i % 2) {
        (true, 0) => 30,
        (true, _) => 400,
        _ => 101 + 17 * i as i32 % 500,
    };
    let document = arrived_ago(p, ago, "households", of_people());
    let left = part(document.amount, 20);
    if ago == 30 {
        document.shares[0].used = None;
    }
    hold_back(document, left);
    if look_alike && ago == 400 {
        document.recovered = Some((left, days::plus(as_of, -60)));
    }
    let (thing, day) = (format!("fund:{}", document.id), document.arrived_on);
    note(p, "D-01", expected, thing, (day, as_of));
}

/// D-02: decided more than half a year ago and not used up; or half a year to the day, or not yet due.
fn unused(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let ago = if look_alike && i % 2 == 0 {
        180
    } else {
        181 + 31 * i as i32 % 400
    };
    let document = arrived_ago(p, ago + 20, "project", of_works());
    let share = &mut document.shares[0];
    share.used = (i % 3 != 0).then(|| (part(share.amount, 40), days::plus(share.decided_on, 90)));
    if look_alike && i % 2 == 1 {
        share.due_on = Some(days::plus(as_of, 30));
    }
    let thing = format!("fund:{}", share.id);
    let since = days::plus(share.decided_on, 180);
    note(p, "D-02", expected, thing, (since, as_of));
}

/// D-03: money of two years ago still there; or to the day two years, or no more than a thousand yuan, or taken back.
fn two_years(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let ago = if look_alike && i % 3 == 0 {
        730
    } else {
        731 + 13 * i as i32
    };
    let document = arrived_ago(p, ago, "households", of_people());
    let small = look_alike && i % 3 == 1;
    let left = if small {
        Money::from_yuan(1_000)
    } else {
        part(document.amount, 15)
    };
    hold_back(document, left);
    let back = look_alike && i % 3 == 2;
    document.recovered = back.then(|| (left, days::plus(as_of, -100)));
    let (thing, day) = (format!("fund:{}", document.id), document.arrived_on);
    note(p, "D-03", expected, thing.clone(), (days::plus(day, 730), as_of));
    // What lies there was not allocated either.
    let waits = if back { Expected::Miss } else { Expected::Hit };
    note(p, "D-01", waits, thing, (day, as_of));
}

/// D-04: money past the city filed more than twenty days later; or on the twentieth, or not past the city.
fn unfiled(p: &mut Planter, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let document = arrived_ago(p, 300 + i as i32, "households", of_people());
    document.level = if i % 2 == 0 { "中央" } else { "省" };
    document.bypass_city = !(look_alike && i % 2 == 1);
    let took = match (look_alike, i % 2) {
        (true, 0) => Some(20),
        (true, _) => Some(60),
        (_, 0) => Some(21 + i as i32),
        _ => None,
    };
    document.filed_on = took.map(|days_later| days::plus(document.arrived_on, days_later));
    let (thing, day) = (format!("fund:{}", document.id), document.arrived_on);
    note(p, "D-04", expected, thing, (day, day));
}

const TREASURY: FundAccount = FundAccount {
    name: "县财政局扶贫资金专户",
    org: "县财政局",
    kind: "专户",
    dedicated: [true; 3],
};
const ZERO: FundAccount = FundAccount {
    name: "县农业农村局零余额账户",
    org: "县农业农村局",
    kind: "零余额",
    dedicated: [true; 3],
};
const OWN: FundAccount = FundAccount {
    name: "县农业农村局基本户",
    org: "县农业农村局",
    kind: "基本户",
    dedicated: [true; 3],
};
const TOWN: FundAccount = FundAccount {
    name: "镇财政所",
    org: "镇人民政府",
    kind: "基本户",
    dedicated: [true; 3],
};

fn moved(
    p: &mut Planter,
    ago: i32,
    target: &'static str,
    of: ProgrammeIx,
    from: FundAccount,
    to: FundAccount,
) -> (i64, Date) {
    let id = p.moneys.next_id();
    let document = arrived_ago(p, ago, target, of);
    let on = days::plus(document.arrived_on, 40);
    document.shares[0].hop = Some(FundHop {
        id,
        from,
        to,
        on,
        purpose: "30399",
    });
    (id, on)
}

/// D-07: money for cards goes by a town's account; or money for works does, or it goes to the special account.
fn middle(p: &mut Planter, expected: Expected, i: u32) {
    let (target, of, to) = match (expected, i % 2) {
        (Expected::Hit, _) => ("households", of_people(), TOWN),
        (_, 0) => ("project", of_works(), TOWN),
        _ => ("households", of_people(), TREASURY),
    };
    let (id, on) = moved(p, 250 + i as i32, target, of, TREASURY, to);
    note(p, "D-07", expected, format!("fund:{id}"), (on, on));
}

/// D-08: poverty money in an account without its own book, store or person; or other money, or a village's card.
fn mixed(p: &mut Planter, expected: Expected, i: u32) {
    let mut dedicated = [true; 3];
    dedicated[i as usize % 3] = false;
    let account = FundAccount { dedicated, ..TOWN };
    let (of, to) = match (expected, i % 2) {
        (Expected::Hit, _) => (of_works(), account),
        (_, 0) => (programme(|x| !x.paid && x.fund_family != "扶贫"), account),
        _ => (
            of_works(),
            FundAccount {
                kind: "村务卡",
                ..account
            },
        ),
    };
    let (id, on) = moved(p, 260 + i as i32, "project", of, TREASURY, to);
    note(p, "D-08", expected, format!("fund:{id}"), (on, on));
}

/// D-09: from an office's zero-balance account into its own basic one; or into another office's.
fn own_account(p: &mut Planter, expected: Expected, i: u32) {
    let (from, to) = match (expected, i % 2) {
        (Expected::Hit, _) => (ZERO, OWN),
        (_, 0) => (ZERO, TOWN),
        _ => (TREASURY, OWN),
    };
    let (id, on) = moved(p, 270 + i as i32, "project", of_works(), from, to);
    note(p, "D-09", expected, format!("fund:{id}"), (on, on));
}

/// D-06: poverty money for travel, guests or cars; or for what it is for, or other money.
fn not_allowed(p: &mut Planter, expected: Expected, i: u32) {
    let codes = ["30211", "30217", "30231", "31013", "30212"];
    let (of, code) = match (expected, i % 2) {
        (Expected::Hit, _) => (of_works(), codes[i as usize % 5]),
        (_, 0) => (programme(|x| !x.paid && x.fund_family != "扶贫"), codes[i as usize % 5]),
        _ => (of_works(), "31005"),
    };
    let (id, on) = moved(p, 280 + i as i32, "project", of, TREASURY, TREASURY);
    let last = p.moneys.documents.len() - 1;
    if let Some(hop) = &mut p.moneys.documents[last].shares[0].hop {
        hop.purpose = code;
    }
    note(p, "D-06", expected, format!("fund:{id}"), (on, on));
}

/// A claim in good order, for a project accepted before.
fn claim(p: &mut Planter, works: bool) -> (i64, Date, usize) {
    let id = p.moneys.next_id();
    let (work, accepted) = projects::accepted_work(p);
    let ago = days::days_between(accepted, p.spec.as_of) + 60;
    let document = arrived_ago(p, ago, "project", of_works());
    let share = &mut document.shares[0];
    share.work = Some(work);
    share.claims.push(Claim {
        id,
        works,
        amount: part(share.amount, 30),
        received_on: days::plus(accepted, 5),
        paid_on: Some(days::plus(accepted, 15)),
        signs: 5,
        papers: if works { 3 } else { 1 },
    });
    (id, accepted, p.moneys.documents.len() - 1)
}

/// D-13: paid with a signature or a paper missing; or not paid yet, or with all there must be.
fn papers(p: &mut Planter, expected: Expected, i: u32) {
    let works = i % 2 == 0;
    let (id, accepted, at) = claim(p, works);
    let claim = &mut p.moneys.documents[at].shares[0].claims[0];
    match (expected, i % 3) {
        (Expected::Hit, 0) => claim.signs = 4,
        (Expected::Hit, _) => claim.papers -= 1,
        (_, 0) => (claim.paid_on, claim.signs, claim.papers) = (None, 2, 0),
        _ => {}
    }
    let day = days::plus(accepted, 15);
    note(p, "D-13", expected, format!("fund:{id}"), (day, day));
}

/// D-14: claimed before the village accepted, or paid before it was claimed; or on the day, or no works.
fn order(p: &mut Planter, expected: Expected, i: u32) {
    let works = !(expected == Expected::Miss && i % 2 == 1);
    let (id, accepted, at) = claim(p, works);
    let claim = &mut p.moneys.documents[at].shares[0].claims[0];
    match (expected, i % 2) {
        (Expected::Hit, 0) => claim.received_on = days::plus(accepted, -1 - i as i32),
        (Expected::Hit, _) => claim.paid_on = Some(days::plus(claim.received_on, -2)),
        (_, 0) => claim.received_on = accepted,
        _ => claim.received_on = days::plus(accepted, -9),
    }
    let day = claim.received_on;
    note(p, "D-14", expected, format!("fund:{id}"), (day, day));
}
