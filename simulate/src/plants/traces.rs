//! I-09, I-10, K-08: empty homes, dear consumption, school fees and disasters of registered families, help that
//! no income follows; and what only looks so.

use std::collections::BTreeMap;

use kernel::Month;

use super::{
    Planter,
    settled::{Settled, Settlement},
};
use crate::{
    care::Measure,
    county::Income,
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
};

type Case = fn(&mut Settlement, Expected, u32);

pub(super) fn plant(s: &mut Settlement) {
    let cases: [Case; 5] = [not_there, spends, pays_school, struck, helped];
    for case in cases {
        for i in 0..s.p.share(40, 4) {
            case(s, Expected::Hit, i);
        }
        for i in 0..s.p.share(24, 4) {
            case(s, Expected::Miss, i);
        }
    }
    tell_helped(s.p);
}

/// next to no power for half a year; or somebody works away, or it was five months, or another meter runs, or little
/// but enough was used.
fn not_there(s: &mut Settlement, expected: Expected, i: u32) {
    let home = s.next(|p, at, _| {
        let away = |i: &&Income| i.household == at && i.kind == "wage_away";
        !p.entered.incomes.iter().any(|i| away(&i))
    });
    let Some(Settled { family, .. }) = home else { return };
    let head = family.head;
    let first = s.p.spec.first_month();
    let look_alike = expected == Expected::Miss;
    let from = first.plus(6 + 6 * (i as i32 % 3));
    let months = if look_alike && i % 4 == 1 { 5 } else { 6 };
    let to = from.plus(months - 1);
    let meter = |n: u32| format!("{:09}{:05}", head, 50_000 + n);
    let row = |n: u32, from: Month, to: Month, kwh: i64| {
        vec![
            ("meter", Cell::Text(meter(n))),
            ("month_from", Cell::Month(from)),
            ("month_to", Cell::Month(to)),
            ("kwh", Cell::Int(kwh)),
        ]
    };
    s.p.later.replaced.insert(("power_use", head));
    let before = row(0, from.plus(-6), from.plus(-1), 300);
    s.p.fact("power_use", head, ErrorClass::Exact, before);
    let after = row(0, to.plus(1), to.plus(6), 280);
    s.p.fact("power_use", head, ErrorClass::Exact, after);
    match (look_alike, i % 4) {
        (true, 0) => {
            let cells = vec![
                ("place", Cell::Text("青岛市".to_owned())),
                ("month_from", Cell::Month(from.plus(1))),
                ("month_to", Cell::Month(to)),
            ];
            s.p.fact("migrant_work", head, ErrorClass::Exact, cells);
        }
        (true, 2) => {
            let other = row(1, from, to, 410);
            s.p.fact("power_use", head, ErrorClass::Exact, other);
        }
        _ => {}
    }
    let kwh = if look_alike && i % 4 == 3 { 13 } else { i64::from(i % 4) };
    s.case("A-17", expected, head, (from, to), ("power_use", row(0, from, to, kwh)));
}

/// works contracted, or dear consumption, while the benefit is drawn; or before it, or of little.
fn spends(s: &mut Settlement, expected: Expected, i: u32) {
    let Some(Settled { family, .. }) = s.next(|_, _, _| true) else {
        return;
    };
    let person = s.p.adult(family_of(&family, s), false);
    let (first, last) = s.p.window();
    let look_alike = expected == Expected::Miss;
    let (mut on, mut yuan) = (
        days::random(&mut s.dice, first.plus(4).first_day(), last.plus(-4).last_day()),
        i64::from(s.dice.between(60, 900)) * 100,
    );
    match (look_alike, i % 2) {
        (true, 0) => on = days::in_month(first.plus(-6), 12),
        (true, _) => yuan = 4_900,
        _ => {}
    }
    let (kind, detail) = [("3", "村道排水工程分包"), ("2", "高档消费"), ("1", "自费出国留学")][i as usize % 3];
    let cells = vec![
        ("kind", Cell::Code(kind)),
        ("happened_on", Cell::Date(on)),
        ("amount", Cell::Money(yuan * 100)),
        ("detail", Cell::Text(detail.to_owned())),
    ];
    let span = (Month::of(on).max(first), last);
    s.case("A-18", expected, person, span, ("luxury", cells));
}

fn family_of(family: &crate::county::Family, s: &Settlement) -> u32 {
    s.p.people[family.head as usize].family
}

/// I-09: more than ten thousand yuan in a year; or just that, or with aid less, or three years ago.
fn pays_school(s: &mut Settlement, expected: Expected, i: u32) {
    let student = |p: &Planter, m: u32| (15..=23).contains(&days::age(p.people[m as usize].birth, p.spec.as_of));
    let home = s.next(|p, _, f| f.members().any(|m| student(p, m)));
    let Some(Settled { family, .. }) = home else { return };
    let Some(person) = family.members().find(|m| student(s.p, *m)) else {
        return;
    };
    let (mut year, mut waived) = (s.p.spec.as_of.year(), 0);
    let mut charged = i64::from(s.dice.between(103, 260)) * 10_000;
    match (expected, i % 3) {
        (Expected::Miss, 0) => charged = 1_000_000,
        (Expected::Miss, 1) => waived = charged - 600_000,
        (Expected::Miss, _) => year -= 3,
        _ => {}
    }
    s.p.later.replaced.insert(("school_fees", person));
    let cells = vec![
        ("school", Cell::Text("滨州职业学院".to_owned())),
        ("year", Cell::Int(i64::from(year))),
        ("charged", Cell::Money(charged)),
        ("waived", Cell::Money(waived)),
        ("self_paid", Cell::Money(charged - waived)),
    ];
    let Some(january) = Month::new(year, 1) else { return };
    s.case(
        "I-09",
        expected,
        person,
        (january, january.plus(11)),
        ("school_fees", cells),
    );
}

/// Nothing was written down about help or need of a household.
fn no_care(p: &Planter, at: u32) -> bool {
    let care = &p.entered.care;
    !care.measures.iter().any(|m| m.household == at)
        && !care.notes.iter().any(|n| n.household == at)
        && !care.watched.iter().any(|w| w.household == at)
        && !care.checks.iter().any(|c| c.household == at)
        && !care.living.iter().any(|l| l.household == at)
}

/// I-10: a loss that no insurance paid and nobody helped with; or insured, or helped, or long ago, or small.
fn struck(s: &mut Settlement, expected: Expected, i: u32) {
    let home = s.next(|p, at, _| no_care(p, at));
    let Some(Settled { at, family, .. }) = home else { return };
    let person = s.p.adult(family_of(&family, s), false);
    let mut on = days::plus(s.p.spec.as_of, -s.dice.between(20, 340));
    let (mut loss, mut paid) = (i64::from(s.dice.between(30, 600)) * 10_000, 0);
    match (expected, i % 4) {
        (Expected::Miss, 0) => paid = loss - 100_000,
        (Expected::Miss, 1) => s.p.entered.care.measures.push(Measure {
            household: at,
            sort: "measure",
            kind: "住房",
            on: days::plus(on, 6),
            ended_on: None,
        }),
        (Expected::Miss, 2) => on = days::plus(s.p.spec.as_of, -s.dice.between(370, 700)),
        (Expected::Miss, _) => loss = 190_000,
        _ => {}
    }
    let cells = vec![
        ("kind", Cell::Code(["4", "3", "5", "1"][i as usize % 4])),
        ("happened_on", Cell::Date(on)),
        ("loss", Cell::Money(loss)),
        ("insured_paid", Cell::Money(paid)),
    ];
    let span = (Month::of(on), s.p.spec.last_month());
    s.case("I-10", expected, person, span, ("disasters", cells));
}

/// K-08: a year after work was found, or a trade begun, none of that is told; or it is, or the help is new.
fn helped(s: &mut Settlement, expected: Expected, i: u32) {
    let earns = |p: &Planter, at: u32| {
        p.entered
            .incomes
            .iter()
            .any(|n| n.household == at && n.kind.starts_with("wage"))
    };
    let look_alike = expected == Expected::Miss;
    let with_wage = look_alike && i.is_multiple_of(2);
    let home = s.next(|p, at, _| {
        let told = p.entered.incomes.iter().any(|n| n.household == at);
        told && no_care(p, at) && (!look_alike || earns(p, at) == with_wage)
    });
    let Some(Settled { at, .. }) = home else { return };
    let kind = if look_alike || !earns(s.p, at) {
        "就业"
    } else {
        "产业"
    };
    let back = if look_alike && !with_wage {
        200
    } else {
        420 + 13 * i as i32
    };
    let on = days::plus(s.p.spec.as_of, -back);
    s.p.entered.care.measures.push(Measure {
        household: at,
        sort: "measure",
        kind,
        on,
        ended_on: None,
    });
}

/// Whatever else it was planted for, help of this kind is held against what the household was told to earn.
fn tell_helped(p: &mut Planter) {
    let now = p.spec.last_month();
    let mut given: BTreeMap<(u32, &'static str), kernel::Date> = BTreeMap::new();
    for m in &p.entered.care.measures {
        if m.sort == "measure" && matches!(m.kind, "就业" | "产业") && m.ended_on.is_none_or(|d| d >= p.spec.as_of)
        {
            let on = given.entry((m.household, m.kind)).or_insert(m.on);
            *on = m.on.min(*on);
        }
    }
    let mut told: BTreeMap<u32, (bool, Month)> = BTreeMap::new();
    for ((at, kind), on) in given {
        let of: Vec<&Income> = p.entered.incomes.iter().filter(|n| n.household == at).collect();
        let Some(last) = of.iter().map(|n| n.to).max() else {
            continue;
        };
        let year: Vec<&&Income> = of.iter().filter(|n| n.to > last.plus(-12)).collect();
        let Some(first) = year.iter().map(|n| n.from).min() else {
            continue;
        };
        let whole = first.plus(11) <= last && last > now.plus(-13) && p.registry.households[at as usize].status != 4;
        let fits = |n: &&&Income| match kind {
            "就业" => n.kind.starts_with("wage"),
            _ => n.kind.starts_with("op") || n.kind.starts_with("prop"),
        };
        let earned = year.iter().any(|n| fits(&n) && n.gross.fen() > 0);
        let hit = whole && !earned && Month::of(on).plus(12) <= last;
        let case = told.entry(at).or_insert((false, last));
        case.0 |= hit;
    }
    for (at, (hit, last)) in told {
        let head = p.families[p.registry.households[at as usize].family as usize].head;
        let expected = if hit { Expected::Hit } else { Expected::Miss };
        let span = (last.plus(-11), last);
        p.record("K-08", "", expected, "", head, ErrorClass::Exact, span, None);
    }
}
