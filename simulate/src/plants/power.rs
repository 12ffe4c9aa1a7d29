//! A-14, C-03, C-05, C-09: exit files, many relatives of one cadre, firms and second wages of public employees.

use kernel::{Month, RegionLevel};

use super::{Planter, Quota, cadres};
use crate::{
    county::{CadreKin, PersonIx},
    days,
    departments::exit_file::LINE_FEN,
    facts::Cell,
    truth::{ErrorClass, Expected},
};

const QUOTA: Quota = Quota {
    hits: 50,
    exceptions: 0,
    misses: 24,
};

pub(super) fn plant(p: &mut Planter) {
    for rule in [exit_income, business, second_wage] {
        for (expected, count) in p.few(&QUOTA) {
            // Their only exception is a stranger's name, which every hit may turn into.
            let count = if expected == Expected::Exception { 0 } else { count };
            for i in 0..count {
                rule(p, expected, i);
            }
        }
    }
    let clans = p.share(12, 1);
    for i in 0..clans {
        clan(p, 8 + i % 4, Expected::Hit);
    }
    clan(p, 7, Expected::Miss);
}

/// the exit file counts medical bills repaid; or has them and would do without.
fn exit_income(p: &mut Planter, expected: Expected, _: u32) {
    let Some((h, _)) = p.gone() else { return };
    let Some(exited) = h.exited_on else { return };
    let family = p.families[h.family as usize];
    let size = i64::from(family.size);
    let medical = 1_200_000;
    let income = match expected {
        Expected::Hit => size * LINE_FEN + medical / 2,
        _ => size * LINE_FEN * 13 / 10 + medical,
    };
    let class = p.class(family.head);
    let cells = vec![
        ("exited_on", Cell::Date(exited)),
        ("population", Cell::Int(size)),
        ("income", Cell::Money(income)),
        ("medical", Cell::Money(medical)),
        ("one_off", Cell::Money(0)),
        ("line", Cell::Money(LINE_FEN)),
    ];
    // The office's own file names the head by the register: numbers go wrong, but nobody else's stands there.
    let class = if class == ErrorClass::MisusedId {
        ErrorClass::Exact
    } else {
        class
    };
    let fact = p.fact("exit_file", family.head, class, cells);
    p.later.replaced.insert(("exit_file", family.head));
    let span = (Month::of(exited), Month::of(exited));
    p.record("A-14", "", expected, "", family.head, class, span, Some(fact));
}

/// An adult of an ordinary family, without random rows from here on.
fn somebody(p: &mut Planter) -> Option<PersonIx> {
    let start = p.spec.first_month().first_day();
    let people = p.people;
    let grown = |f: &crate::county::Family| (26..=56).contains(&days::age(people[f.head as usize].birth, start));
    let family = p.ordinary(grown)?;
    p.touch(family);
    Some(p.families[family as usize].head)
}

fn wage(p: &mut Planter, person: PersonIx, unit: &str, from: Month, to: Option<Month>) -> u32 {
    let cells = vec![
        ("unit", Cell::Text(unit.to_owned())),
        ("kind", Cell::Code("2")),
        ("month_from", Cell::Month(from)),
        ("month_to", Cell::from(to)),
    ];
    p.fact("payroll", person, ErrorClass::Exact, cells)
}

/// C-05: on the payroll and in business; or the firm was closed before.
fn business(p: &mut Planter, expected: Expected, _: u32) {
    let Some(person) = somebody(p) else { return };
    let first = p.spec.first_month();
    wage(p, person, "惠民县实验小学", first.plus(-40), None);
    let (founded, closed) = if expected == Expected::Hit {
        (p.day_before_window(2), None)
    } else {
        let day = first.plus(-50).first_day();
        (days::plus(day, -900), Some(day))
    };
    let class = p.class(person);
    let fact = p.fact(
        "business",
        person,
        class,
        vec![
            ("kind", Cell::Code("1")),
            ("role", Cell::Code("1")),
            ("status", Cell::Code(if closed.is_some() { "3" } else { "1" })),
            ("established_on", Cell::Date(founded)),
            ("closed_on", Cell::from(closed)),
        ],
    );
    let span = p.window();
    p.record("C-05", "", expected, "", person, class, span, Some(fact));
}

/// C-09: two wages at once, or a wage after death; or a transfer within a month.
fn second_wage(p: &mut Planter, expected: Expected, i: u32) {
    let Some(person) = somebody(p) else { return };
    let (first, last) = p.window();
    let (mut class, mut fact) = (ErrorClass::Exact, None);
    let span = match (expected, i % 2) {
        (Expected::Hit, 0) => {
            wage(p, person, "惠民县水利局", first.plus(-30), None);
            wage(p, person, "惠民县实验小学", first.plus(6), None);
            (first.plus(6), last)
        }
        (Expected::Hit, _) => {
            wage(p, person, "惠民县水利局", first.plus(-30), None);
            let died = p.day_in(first.plus(5), first.plus(20));
            class = p.class(person);
            let cells = vec![
                ("event", Cell::Code("death")),
                ("date_from", Cell::Date(died)),
                ("date_to", Cell::Empty),
            ];
            fact = Some(p.fact("life_events", person, class, cells));
            p.later.silenced.insert(person);
            // Nothing else is paid to him after that: a subsidy for a machine or a herd would be a case of B-01.
            let own = p.registry.entitlements.iter_mut().filter(|e| e.payee == person);
            own.for_each(|e| e.to = e.to.min(Month::of(died)));
            (Month::of(died).plus(1), last)
        }
        _ => {
            wage(p, person, "惠民县水利局", first.plus(-30), Some(first.plus(6)));
            wage(p, person, "惠民县实验小学", first.plus(6), None);
            (first.plus(6), first.plus(6))
        }
    };
    p.record("C-09", "", expected, "", person, class, span, fact);
}

/// C-03: a cadre with so many declared relatives on targeted benefits. The near ones are cases of C-02 too.
fn clan(p: &mut Planter, kin: u32, expected: Expected) {
    let start = p.spec.first_month().first_day();
    let people = p.people;
    let grown = |f: &crate::county::Family| (30..=58).contains(&days::age(people[f.head as usize].birth, start));
    let Some(family) = p.ordinary(grown) else { return };
    let head = p.families[family as usize].head;
    let from = p.day_before_window(6);
    let town = p.people[head as usize].region.at(RegionLevel::Town);
    let mut relatives = Vec::new();
    for _ in 0..kin {
        let near_by = p.steady(|h, f| h.attr != 3 && f.region.at(RegionLevel::Town) == town);
        let Some(h) = near_by.or_else(|| p.steady(|h, _| h.attr != 3)) else {
            break;
        };
        relatives.push(p.families[h.family as usize].head);
    }
    if relatives.len() < 7 {
        return;
    }
    cadres::cadre(p, head, from, None, ErrorClass::Exact);
    for relative in &relatives {
        // Uncles and cousins: kin, but not near kin.
        let code = if p.people[*relative as usize].sex_code() == 1 {
            93
        } else {
            91
        };
        p.kin.push(CadreKin {
            cadre: head,
            relative: *relative,
            kin: code,
            filed: false,
        });
        p.fact(
            "cadre_kin",
            *relative,
            ErrorClass::Exact,
            vec![
                ("cadre", Cell::IdOf(head)),
                ("cadre_name", Cell::NameOf(head)),
                ("kin", Cell::Code(cadres::code_text(code))),
                ("filed", Cell::Bool(false)),
                ("filed_on", Cell::Empty),
            ],
        );
    }
    let expected = if relatives.len() >= 8 { expected } else { Expected::Miss };
    let span = p.window();
    p.record("C-03", "", expected, "", head, ErrorClass::Exact, span, None);
}
