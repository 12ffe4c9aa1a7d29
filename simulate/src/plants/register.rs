//! What is wrong in the register of households itself, B-21, K-03, K-07, K-10. The truth of these cases is in what
//! was entered, no department has a part in it.

use kernel::{Money, Month, RegionCode, RegionLevel};

use super::{Planter, Quota};
use crate::{
    county::{Family, Income, Membership, PersonIx, ReturnedItem},
    days,
    truth::{ErrorClass, Expected},
};

const QUOTA: Quota = Quota {
    hits: 40,
    exceptions: 24,
    misses: 40,
};

/// Yuan a head and year above which A-13 asks.
pub(super) const LINE_YUAN: i64 = 7_300;

pub(super) fn plant(p: &mut Planter) {
    for case in [income, two_households, odd_kin, two_heads, no_such_place, sent_back] {
        for (expected, count) in p.few(&QUOTA) {
            for i in 0..count {
                case(p, expected, i);
            }
        }
    }
    background(p);
}

/// A registered household that stays in the register, and its position.
fn listed(p: &mut Planter, fits: impl Fn(&Family) -> bool) -> Option<(u32, Family)> {
    let at = p.listed(fits)?;
    Some((at, p.families[p.registry.households[at as usize].family as usize]))
}

pub(super) fn receipt(household: u32, to: Month, months: i32, kind: &'static str, fen: i64) -> Income {
    Income {
        household,
        from: to.plus(1 - months),
        to,
        kind,
        gross: Money(fen),
        cost: Money(0),
        excluded: "",
    }
}

/// countable receipts above the line; only with odd jobs; or on the line, before costs, or by what does not count.
fn income(p: &mut Planter, expected: Expected, i: u32) {
    let last = p.spec.last_month();
    let exited = expected == Expected::Miss && i % 6 == 5;
    let found = if exited {
        p.gone()
            .map(|(h, _)| (p.position(h.family), p.families[h.family as usize]))
    } else {
        listed(p, |_| true)
    };
    let Some((at, family)) = found else { return };
    let line = LINE_YUAN * 100 * i64::from(family.size);
    let part = |percent: i32| line * i64::from(percent) / 100;
    let year = |kind, fen| receipt(at, last, 12, kind, fen);
    let mut exception = "";
    let receipts = match (expected, i % 6) {
        (Expected::Hit, n) if n % 2 == 0 => {
            let over = p.dice.between(103, 260);
            vec![year("wage_local", part(over))]
        }
        (Expected::Hit, _) => {
            let over = p.dice.between(60, 140);
            vec![year("wage_away", part(55)), year("prop_rent", part(over))]
        }
        (Expected::Exception, _) => {
            exception = "X20";
            let odd = p.dice.between(40, 120);
            vec![year("tr_pension", part(80)), year("wage_odd", part(odd))]
        }
        (Expected::Miss, 0) => vec![year("wage_local", line)],
        (Expected::Miss, 1) => {
            let mut herd = year("op_animal", part(300));
            herd.cost = Money(part(220));
            vec![herd]
        }
        (Expected::Miss, 2) => vec![year("wage_local", part(60)), year("tr_medical", part(250))],
        (Expected::Miss, 3) => {
            let mut gift = year("wage_local", part(180));
            gift.excluded = "工伤补偿，一次性";
            vec![gift, year("tr_farm", part(30))]
        }
        // The good year is over.
        (Expected::Miss, 4) => vec![
            receipt(at, last.plus(-12), 12, "wage_local", part(200)),
            year("tr_farm", part(20)),
        ],
        (Expected::Miss, _) => vec![year("wage_local", part(200))],
    };
    p.entered.incomes.extend(receipts);
    if expected == Expected::Miss && i % 6 == 4 {
        // Nothing to be asked about what they have; that it fell so far is.
        p.record(
            "I-06",
            "",
            Expected::Hit,
            "",
            family.head,
            ErrorClass::Exact,
            (last, last),
            None,
        );
    }
    p.record(
        "A-13",
        "",
        expected,
        exception,
        family.head,
        ErrorClass::Exact,
        (last.plus(-11), last),
        None,
    );
}

/// Everybody else lives below the line, or well below it; who is out of poverty lives above it.
fn background(p: &mut Planter) {
    let told: std::collections::HashSet<u32> = p.entered.incomes.iter().map(|i| i.household).collect();
    let last = p.spec.last_month();
    for (at, h) in (0_u32..).zip(p.registry.households.clone()) {
        if told.contains(&at) || !p.dice.percent(80) {
            continue;
        }
        let line = LINE_YUAN * 100 * i64::from(p.families[h.family as usize].size);
        let share = i64::from(p.dice.between(25, 70));
        let share = if h.exited_on.is_some() { 120 + share * 2 } else { share };
        let kind = *p
            .dice
            .pick(&["wage_local", "wage_away", "wage_odd", "op_crop", "tr_pension"]);
        let mut main = receipt(at, last, 12, kind, line * share / 100);
        if kind == "op_crop" {
            main.cost = Money(main.gross.fen() / 3);
        }
        p.entered.incomes.push(main);
        p.entered.incomes.push(receipt(at, last, 12, "tr_farm", line / 20));
        if p.dice.percent(15) {
            let bill = line * i64::from(p.dice.between(20, 200)) / 100;
            p.entered.incomes.push(receipt(at, last, 12, "tr_medical", bill));
        }
    }
}

/// A member without benefits of their own, other than the head, of age.
fn dependant(p: &Planter, family: &Family) -> Option<PersonIx> {
    let as_of = p.spec.as_of;
    let fits = |m: &PersonIx| {
        *m != family.head
            && !p.own_benefit.contains(m)
            && (19..=70).contains(&days::age(p.people[*m as usize].birth, as_of))
    };
    family.members().find(fits)
}

/// entered in a second household months before the first let go; or let go on the day, or within the weeks that
/// papers take.
fn two_households(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        // Two heads of one name cannot be made without a second family of that name.
        return;
    }
    let (first, last) = p.window();
    let old_enough = days::plus(first.first_day(), -30);
    let Some((here, family)) = listed(p, |f| f.size >= 3) else {
        return;
    };
    let Some(person) = dependant(p, &family) else { return };
    let Some((there, _)) = listed(p, |f| f.size >= 1) else {
        return;
    };
    let since = |at: u32, p: &Planter| p.registry.households[at as usize].registered_on;
    let both = since(here, p).max(since(there, p)).max(old_enough);
    let joined_on = days::plus(both, 20 + p.dice.between(0, 60));
    let latest = days::plus(last.last_day(), -5);
    let lag = match (expected, i % 3) {
        (Expected::Hit, _) => p.dice.between(50, 400),
        (_, 0) => 0,
        (_, 1) => -p.dice.between(1, 15),
        _ => p.dice.between(1, 30),
    };
    let left_on = days::plus(joined_on, lag).min(latest);
    if expected == Expected::Hit && days::days_between(joined_on, left_on) < 45 {
        return;
    }
    let kin = p.people[person as usize].kin;
    let registered_on = since(here, p);
    p.entered.moved.push(Membership {
        household: here,
        person,
        kin,
        joined_on: registered_on,
        left_on: Some(left_on),
    });
    p.entered.moved.push(Membership {
        household: there,
        person,
        kin: 97,
        joined_on,
        left_on: None,
    });
    let span = (Month::of(joined_on), Month::of(left_on.max(joined_on)));
    p.record("A-19", "", expected, "", person, ErrorClass::Exact, span, None);
}

fn enter(p: &mut Planter, household: u32, person: PersonIx, kin: u8, left_on: Option<kernel::Date>) -> Month {
    let joined_on = p.registry.households[household as usize].registered_on;
    p.entered.moved.push(Membership {
        household,
        person,
        kin,
        joined_on,
        left_on,
    });
    Month::of(joined_on)
}

/// K-03: a son entered as a daughter, a wife as a child; or a stepchild, or a child entered rightly.
fn odd_kin(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let people = p.people;
    let of = |f: &Family, codes: &[u8]| f.members().find(|m| codes.contains(&people[*m as usize].kin));
    let Some((at, family)) = listed(p, |f| of(f, &[22, 32]).is_some() && of(f, &[12]).is_some()) else {
        return;
    };
    let (Some(child), Some(wife)) = (of(&family, &[22, 32]), of(&family, &[12])) else {
        return;
    };
    let son = people[child as usize].kin == 22;
    let (person, kin) = match (expected, i % 2) {
        (Expected::Hit, 0) => (child, if son { 32 } else { 22 }),
        (Expected::Hit, _) => (wife, 32),
        (_, 0) => (wife, 37),
        _ => (child, if son { 27 } else { 37 }),
    };
    let month = enter(p, at, person, kin, None);
    p.record(
        "K-03",
        "",
        expected,
        "",
        person,
        ErrorClass::Exact,
        (month, month),
        None,
    );
}

/// K-07: the wife is entered as a second head; or was head until she left.
fn two_heads(p: &mut Planter, expected: Expected, _: u32) {
    if expected == Expected::Exception {
        return;
    }
    let people = p.people;
    let own = p.own_benefit.clone();
    let wife = |f: &Family| f.members().find(|m| people[*m as usize].kin == 12 && !own.contains(m));
    let Some((at, family)) = listed(p, |f| wife(f).is_some()) else {
        return;
    };
    let Some(person) = wife(&family) else { return };
    let left_on = (expected == Expected::Miss).then(|| days::plus(p.spec.as_of, -p.dice.between(20, 100)));
    let month = enter(p, at, person, 2, left_on);
    p.record(
        "K-07",
        "",
        expected,
        "",
        family.head,
        ErrorClass::Exact,
        (month, month),
        None,
    );
}

/// K-10: the household stands under a code that is no division; or under that of its community.
fn no_such_place(p: &mut Planter, expected: Expected, _: u32) {
    if expected == Expected::Exception {
        return;
    }
    let Some((at, family)) = listed(p, |_| true) else {
        return;
    };
    let community = family.region.at(RegionLevel::Community);
    let code = match expected {
        Expected::Hit => RegionCode::from_i64(community.as_i64() + 990 + i64::from(p.dice.below(9))),
        _ => Some(community),
    };
    let Some(code) = code else { return };
    p.entered.misplaced.push((at, code));
    let month = Month::of(p.registry.households[at as usize].registered_on);
    p.record(
        "K-10",
        "",
        expected,
        "",
        family.head,
        ErrorClass::Exact,
        (month, month),
        None,
    );
}

/// B-21: sent back by the bank more than twenty days ago; or twenty days ago, or paid again.
fn sent_back(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception || p.registry.entitlements.is_empty() {
        return;
    }
    let look_alike = expected == Expected::Miss;
    let ago = match (look_alike, i % 2) {
        (true, 0) => 20,
        (true, _) => 90,
        _ => 21 + p.dice.between(0, 300),
    };
    let at = p.dice.below(p.registry.entitlements.len() as u32) as usize;
    let right = p.registry.entitlements[at];
    let returned_on = days::plus(p.spec.as_of, -ago);
    let month = Month::of(returned_on);
    // One return a person, so that cases stay apart.
    if p.entered.returned.iter().any(|r| r.payee == right.payee) {
        return;
    }
    p.entered.returned.push(ReturnedItem {
        programme: right.programme,
        payee: right.payee,
        month,
        amount: Money::from_yuan(300 + i64::from(i)),
        returned_on,
        paid_again: look_alike && i % 2 == 1,
    });
    p.record(
        "B-21",
        "",
        expected,
        "",
        right.payee,
        ErrorClass::Exact,
        (month, month),
        None,
    );
}
