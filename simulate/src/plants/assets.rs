//! Group G: assets nobody registered or uses, yields not received, not shared out, shared with the wrong households or used
//! for the village office.

use kernel::Money;

use super::{Planter, Quota, funds::note, projects};
use crate::{days, moneys::Yield, truth::Expected};

const QUOTA: Quota = Quota {
    hits: 24,
    exceptions: 0,
    misses: 24,
};

type Case = fn(&mut Planter, Expected, u32);

pub(super) fn plant(p: &mut Planter) {
    let cases: [Case; 6] = [unregistered, overdue, unshared, strangers, idle, for_the_office];
    for case in cases {
        for (expected, count) in p.few(&QUOTA) {
            let count = if expected == Expected::Exception { 0 } else { count };
            for i in 0..count {
                case(p, expected, i);
            }
        }
    }
}

/// An asset that a project for some households left, formed so many days before the tables were sent.
fn asset(p: &mut Planter, days_ago: i32) -> usize {
    let formed_on = days::plus(p.spec.as_of, -days_ago);
    let homes = p.registry.households.len() as u32;
    let (work, region) = projects::carrier_work(p, days::plus(formed_on, -150), vec![homes / 5, homes / 4, homes / 3]);
    p.moneys.asset(work, region, Money::from_yuan(300_000), formed_on);
    p.moneys.assets.len() - 1
}

/// A yield due so many days ago, received and shared out in time.
fn due(p: &mut Planter, days_ago: i32) -> (usize, i64) {
    let at = asset(p, 500);
    let id = p.moneys.next_id();
    let due_on = days::plus(p.spec.as_of, -days_ago);
    let homes = p.registry.households.len() as u32;
    let due = Money::from_yuan(24_000);
    p.moneys.assets[at].yields.push(Yield {
        id,
        due,
        due_on,
        received: Some((due, due_on)),
        paid_on: Some(days::plus(due_on, 30).min(p.spec.as_of)),
        shares: vec![
            (Some(homes / 5), Money::from_yuan(9_000)),
            (Some(homes / 4), Money::from_yuan(9_000)),
            (None, Money::from_yuan(6_000)),
        ],
        purpose: "村内路灯电费",
    });
    (at, id)
}

/// G-01: formed more than thirty days ago and not registered; or thirty days ago, or registered late, or gone.
fn unregistered(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let ago = if look_alike && i % 3 == 0 {
        30
    } else {
        31 + 11 * i as i32
    };
    let at = asset(p, ago);
    let asset = &mut p.moneys.assets[at];
    asset.registered_on = (look_alike && i % 3 == 1).then_some(as_of);
    if look_alike && i % 3 == 2 {
        asset.state = "disposed";
    }
    let (thing, day) = (format!("asset:{}", asset.id), asset.formed_on);
    note(p, "G-01", expected, thing, (day, as_of));
}

/// G-02: due more than thirty days ago and not all received; or thirty days ago, or received late.
fn overdue(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let ago = if look_alike && i % 2 == 0 {
        30
    } else {
        31 + 9 * i as i32
    };
    let (at, id) = due(p, ago);
    let yields = &mut p.moneys.assets[at].yields[0];
    let day = yields.due_on;
    if look_alike && i % 2 == 1 {
        yields.received = Some((yields.due, as_of));
    } else {
        yields.received = (i % 3 == 1).then(|| (Money(yields.due.fen() - 1), day));
    }
    // What came was shared out: that is not the question here.
    yields.paid_on = yields.received.map(|_| as_of);
    note(p, "G-02", expected, format!("asset:{id}"), (day, as_of));
}

/// G-03: received more than sixty days ago and not shared out; or sixty days ago, or shared out late.
fn unshared(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let ago = if look_alike && i % 2 == 0 {
        60
    } else {
        61 + 13 * i as i32
    };
    let (at, id) = due(p, ago);
    let yields = &mut p.moneys.assets[at].yields[0];
    let day = yields.due_on;
    yields.paid_on = (look_alike && i % 2 == 1).then_some(as_of);
    note(p, "G-03", expected, format!("asset:{id}"), (day, as_of));
}

/// G-04: a share went to a household the project is not for; or a use of the village stands beside the shares.
fn strangers(p: &mut Planter, expected: Expected, i: u32) {
    let (at, id) = due(p, 120 + i as i32);
    let homes = p.registry.households.len() as u32;
    let yields = &mut p.moneys.assets[at].yields[0];
    if expected == Expected::Hit {
        yields.shares[1].0 = Some(homes / 2 + i);
    }
    let day = yields.paid_on.unwrap_or(yields.due_on);
    note(p, "G-04", expected, format!("asset:{id}"), (day, day));
}

/// G-06: idle for more than half a year; or for half a year, or in use again.
fn idle(p: &mut Planter, expected: Expected, i: u32) {
    let as_of = p.spec.as_of;
    let look_alike = expected == Expected::Miss;
    let at = asset(p, 700);
    let asset = &mut p.moneys.assets[at];
    let ago = if look_alike && i % 2 == 0 {
        180
    } else {
        181 + 7 * i as i32
    };
    asset.last_on = days::plus(as_of, -ago);
    asset.state = if look_alike && i % 2 == 1 { "operating" } else { "idle" };
    let (thing, day) = (format!("asset:{}", asset.id), asset.last_on);
    note(p, "G-06", expected, thing, (day, as_of));
}

/// G-05: the village's part paid for its office; or for what serves all.
fn for_the_office(p: &mut Planter, expected: Expected, i: u32) {
    let (at, id) = due(p, 140 + i as i32);
    let yields = &mut p.moneys.assets[at].yields[0];
    let (office, all) = (
        ["村级运转经费", "村委会办公用品", "来客接待费", "村干部误工补贴"],
        ["公益岗位报酬", "村卫生室取暖费"],
    );
    yields.purpose = match expected {
        Expected::Hit => office[i as usize % office.len()],
        _ => all[i as usize % all.len()],
    };
    let day = yields.paid_on.unwrap_or(yields.due_on);
    note(p, "G-05", expected, format!("asset:{id}"), (day, day));
}
