//! Group E, first half: tenders and contracts. Who bids with whom, at what price, through whom, and whether there was a
//! tender at all.

use kernel::{Money, RegionCode};

use super::{
    Planter,
    projects::{excused, good, note, place},
};
use crate::{
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
    works::{Work, firm_code},
};

/// E-01: two contracts below the limit with one firm within the year, together above it; or a year apart, or just
/// below the limit together, or of two firms.
pub(super) fn split(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let region = place(p);
    let first = p.spec.first_month();
    let signed_on = days::random(&mut p.works.dice, first.plus(8).first_day(), first.plus(18).last_day());
    let (firm, rival) = (p.works.next_firm(), p.works.next_firm());
    let look_alike = expected == Expected::Miss;
    let apart = match i % 3 {
        0 if look_alike => 366,
        _ => p.works.dice.between(20, 365),
    };
    let each = if look_alike && i % 3 == 1 {
        1_999_999
    } else {
        2_000_000 + i64::from(p.works.dice.below(150)) * 10_000
    };
    let mut ids = Vec::new();
    for n in 0..2 {
        let by = if look_alike && i % 3 == 2 && n == 1 {
            rival
        } else {
            firm
        };
        let work = p.works.contract(
            region,
            by,
            &format!("第{by}建设有限公司"),
            days::plus(signed_on, n * apart),
            false,
        );
        amount(work, Money::from_yuan(each));
        ids.push(work.id);
    }
    note(
        p,
        "E-01",
        expected,
        "",
        ids[0],
        (signed_on, days::plus(signed_on, apart)),
    );
}

/// Another contract amount, with everything that hangs on it.
fn amount(work: &mut Work, amount: Money) {
    let before = work.amount().fen().max(1);
    let scale = |m: Money| Money((i128::from(m.fen()) * i128::from(amount.fen()) / i128::from(before)) as i64);
    work.planned = scale(work.planned);
    for bid in &mut work.bids {
        bid.price = scale(bid.price);
    }
    for (paid, _) in &mut work.payments {
        *paid = scale(*paid);
    }
    if let Some(contract) = &mut work.contract {
        contract.amount = amount;
    }
}

/// E-02: compared where a tender was due; or excused, or just below the limit, or by open tender.
pub(super) fn no_tender(p: &mut Planter, expected: Expected, i: u32) {
    let work = good(p);
    let (kind, limit) = [("works", 4_000_000), ("goods", 2_000_000), ("services", 1_000_000)][i as usize % 3];
    let below = expected == Expected::Miss && i.is_multiple_of(2);
    amount(
        work,
        Money::from_yuan(if below {
            limit - 1
        } else {
            limit + i64::from(i) * 10_000
        }),
    );
    if let Some(tender) = &mut work.tender {
        tender.kind = kind;
        if expected == Expected::Miss && !below {
            tender.method = "open";
        }
    }
    let exception = excused(work, expected);
    let (id, on) = (work.id, work.signed_on());
    note(p, "E-02", expected, exception, id, (on, on));
}

/// E-04: two bidders with one machine, address or agent; or two projects with one agent of one firm.
pub(super) fn same_machine(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let work = good(p);
    let first = work.bids[0].clone();
    if expected == Expected::Hit {
        let second = &mut work.bids[1];
        match i % 3 {
            0 => second.mac = first.mac,
            1 => second.ip = first.ip,
            _ => second.agent = first.agent,
        }
    } else {
        // Nothing noted is nothing in common.
        for bid in &mut work.bids {
            (bid.mac, bid.ip, bid.agent) = (String::new(), String::new(), String::new());
        }
    }
    let (id, on) = (work.id, days::plus(work.signed_on(), -30));
    note(p, "E-04", expected, "", id, (on, on));
}

/// E-05: prices in equal steps, or within five in a thousand; or six in a thousand, or two bidders, or a fixed price.
pub(super) fn even_prices(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let work = good(p);
    let low = work.bids[0].price.fen();
    let prices: [i64; 3] = match (expected, i % 3) {
        (Expected::Hit, 0 | 2) => [low, low + low / 50, low + low / 50 * 2],
        (Expected::Hit, _) => [low, low + low / 1_000, low + low / 250],
        (_, 0) => [low, low + low / 500, low + low * 6 / 1_000],
        (_, 1) => [low, low, low],
        _ => [low, low + low / 1_000, 0],
    };
    for (bid, fen) in work.bids.iter_mut().zip(prices) {
        bid.price = Money(fen);
    }
    work.bids.retain(|b| b.price.fen() > 0);
    let (id, on) = (work.id, days::plus(work.signed_on(), -30));
    note(p, "E-05", expected, "", id, (on, on));
}

/// E-06: one agent speaks for three firms, tender after tender; or for two, or three times for one.
pub(super) fn one_agent(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let region = place(p);
    let first = p.spec.first_month();
    let signed_on = days::random(&mut p.works.dice, first.plus(8).first_day(), first.plus(16).last_day());
    let agent = p.works.next_agent();
    let firms = [p.works.next_firm(), p.works.next_firm(), p.works.next_firm()];
    let mut ids = Vec::new();
    for (n, firm) in firms.into_iter().enumerate() {
        let day = days::plus(signed_on, 40 * n as i32);
        let work = p
            .works
            .contract(region, firm, &format!("第{firm}建设有限公司"), day, false);
        ids.push(work.id);
        let losing = &mut work.bids[1];
        match (expected, i % 2) {
            (Expected::Hit, _) => losing.agent.clone_from(&agent),
            // Two firms only.
            (_, 0) if n < 2 => losing.agent.clone_from(&agent),
            (_, 0) => {}
            // One firm, three times.
            _ => {
                losing.agent.clone_from(&agent);
                losing.uscc = firm_code(firms[0] + 5_000_000);
            }
        }
    }
    let opened = days::plus(signed_on, -30);
    note(p, "E-06", expected, "", ids[0], (opened, days::plus(opened, 80)));
}

/// E-07: the firm was founded days after it signed; or on the day.
pub(super) fn unborn_firm(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let Some(owner) = super::cadres::villager(p, RegionCode::NATION) else {
        return;
    };
    p.touch(p.people[owner as usize].family);
    let work = good(p);
    let (id, signed) = (work.id, work.signed_on());
    let code = work.contract.as_ref().map(|c| c.uscc.clone()).unwrap_or_default();
    let name = work.contract.as_ref().map(|c| c.contractor.clone()).unwrap_or_default();
    let founded = match expected {
        Expected::Hit => days::plus(signed, 1 + i as i32 * 3),
        _ => days::plus(signed, -(i as i32) * 200),
    };
    p.fact(
        "business",
        owner,
        ErrorClass::Exact,
        vec![
            ("uscc", Cell::Text(code)),
            ("enterprise_name", Cell::Text(name)),
            ("kind", Cell::Code("1")),
            ("role", Cell::Code("1")),
            ("status", Cell::Code("1")),
            ("established_on", Cell::Date(founded)),
            ("closed_on", Cell::Empty),
        ],
    );
    note(p, "E-07", expected, "", id, (signed, signed));
}
