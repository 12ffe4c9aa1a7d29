//! B-20 and C-10: cards drawn in a row at one terminal, and what cadres and their kin owe the village; and what only looks so.

use std::collections::HashSet;

use kernel::{Month, RegionCode, RegionLevel};

use super::{Planter, cadres, settled::Settlement};
use crate::{
    county::PersonIx,
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
    works::ThingTruth,
};

pub(super) fn plant(s: &mut Settlement) {
    let mut told = HashSet::new();
    for (expected, count) in [(Expected::Hit, s.p.share(24, 4)), (Expected::Miss, s.p.share(24, 4))] {
        for i in 0..count {
            in_a_row(s, expected, i, &mut told);
        }
    }
    for (expected, count) in [(Expected::Hit, s.p.share(40, 4)), (Expected::Miss, s.p.share(30, 5))] {
        for i in 0..count {
            owes(s.p, expected, i);
        }
    }
}

/// B-20: five and more cards within half an hour; or on a help day, or the fifth later, or four, or one card many times. One
/// case a town and month.
fn in_a_row(s: &mut Settlement, expected: Expected, i: u32, told: &mut HashSet<(RegionCode, Month)>) {
    let look_alike = expected == Expected::Miss;
    let count = match (look_alike, i % 4) {
        (true, 2) => 4,
        (true, 3) => 1,
        (true, _) => 5,
        _ => 5 + i as usize % 4,
    };
    let Some((town, people)) = s.neighbours(count) else {
        return;
    };
    let first = s.p.spec.first_month();
    let Some(month) = (2..34).map(|n| first.plus(n)).find(|m| told.insert((town, *m))) else {
        return;
    };
    let on = days::in_month(month, 11 + (i % 9) as u8);
    let begin = i64::from(s.dice.between(8 * 60 + 30, 16 * 60));
    let row = |minute: i64, account: u32, help_day: bool| {
        vec![
            ("account", Cell::Text(format!("621799{account:013}"))),
            ("terminal", Cell::Text(format!("POS-{town}-{}", month.index()))),
            ("place", Cell::Text("集镇助农取款点".to_owned())),
            ("withdrawn_on", Cell::Date(on)),
            ("minute", Cell::Int(minute)),
            ("amount", Cell::Money(66_000 + i64::from(i) * 1_000)),
            ("help_day", Cell::Bool(help_day)),
        ]
    };
    let help_day = look_alike && i % 4 == 0;
    let last = if look_alike && i % 4 == 1 { 31 } else { 24 };
    if count == 1 {
        for n in 0..6 {
            let cells = row(begin + 3 * n, people[0], false);
            s.p.fact("cash_withdrawals", people[0], ErrorClass::Exact, cells);
        }
    } else {
        for (n, person) in (0_i64..).zip(&people) {
            // The last of them sets how long it took.
            let minute = if n + 1 == count as i64 { last } else { 3 * n };
            let cells = row(begin + minute, *person, help_day);
            s.p.fact("cash_withdrawals", *person, ErrorClass::Exact, cells);
        }
    }
    s.p.works.truth.push(ThingTruth {
        rule: "B-20",
        expected,
        exception: "",
        thing: format!("village:{}", town.as_i64()),
        programme: "",
        from: month,
        to: month,
    });
}

/// C-10: a cadre, or near kin of one, owes more than a thousand for more than ninety days; or has a contract that runs, or
/// has paid nearly all, or it is new, or he is an uncle, or was in office earlier.
fn owes(p: &mut Planter, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let Some(cadre) = cadres::villager(p, RegionCode::NATION) else {
        return;
    };
    let here = p.people[cadre as usize].region.at(RegionLevel::Community);
    let as_of = p.spec.as_of;
    let back = if look_alike && i % 5 == 2 {
        85
    } else {
        p.dice.between(95, 900)
    };
    let since = days::plus(as_of, -back);
    let left = (look_alike && i % 5 == 4).then(|| days::plus(since, -100));
    cadres::cadre(p, cadre, days::plus(since, -1_500), left, ErrorClass::Exact);
    let of_kin = if look_alike { i % 5 == 3 } else { i % 2 == 1 };
    let debtor = match of_kin {
        false => cadre,
        true => {
            let Some(relative) = cadres::villager(p, here) else {
                return;
            };
            let kin = cadres::kin_code(p, cadre, relative, !look_alike);
            cadres::declare_plainly(p, cadre, relative, kin);
            relative
        }
    };
    // Anything else about the debtor would be another question.
    touch(p, debtor);
    let amount = i64::from(p.dice.between(20, 300)) * 10_000;
    let repaid = match (look_alike, i % 5) {
        (true, 1) => amount - 100_000,
        (true, _) => 0,
        _ => amount / 10,
    };
    let due = (look_alike && i % 5 == 0).then(|| days::plus(as_of, 200));
    let class = match p.class(debtor) {
        ErrorClass::MisusedId => ErrorClass::Exact,
        other => other,
    };
    let cells = vec![
        ("village", Cell::Int(here.as_i64())),
        (
            "subject",
            Cell::Text(["借支", "承包费", "垫付未结"][i as usize % 3].to_owned()),
        ),
        ("amount", Cell::Money(amount)),
        ("repaid", Cell::Money(repaid)),
        ("since", Cell::Date(since)),
        ("due", Cell::from(due)),
        (
            "contract_no",
            due.map_or(Cell::Empty, |_| Cell::Text(format!("HT-{i:03}"))),
        ),
    ];
    let fact = p.fact("village_receivables", debtor, class, cells);
    let span = (Month::of(since), p.spec.last_month());
    p.record("C-10", "", expected, "", debtor, class, span, Some(fact));
}

fn touch(p: &mut Planter, person: PersonIx) {
    let family = p.people[person as usize].family;
    p.touch(family);
}
