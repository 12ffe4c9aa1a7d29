//! A-15, I-02, I-04, I-08: who needs help and is not listed, and members without insurance, school or with large bills.

use std::collections::HashSet;

use super::{Planter, Quota};
use crate::{
    county::PersonIx,
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
};

const QUOTA: Quota = Quota {
    hits: 40,
    exceptions: 0,
    misses: 16,
};

pub(super) fn plant(p: &mut Planter) {
    for case in [uninsured, bills, dropout, missed] {
        for (expected, count) in p.few(&QUOTA) {
            // Their only exception is a stranger's name, which every hit may turn into.
            let count = if expected == Expected::Exception { 0 } else { count };
            for _ in 0..count {
                case(p, expected);
            }
        }
    }
}

/// One row of the insurance office in place of the ordinary one.
fn insurance(p: &mut Planter, person: PersonIx, class: ErrorClass, insured: bool, self_paid: i64) -> u32 {
    p.later.replaced.insert(("medical_insurance", person));
    let cells = vec![
        ("year", Cell::Int(i64::from(p.spec.as_of.year()))),
        ("scheme", Cell::Code("390")),
        ("insured", Cell::Bool(insured)),
        ("aided", Cell::Bool(false)),
        ("total_cost", Cell::Money(self_paid * 2)),
        ("fund_paid", Cell::Money(self_paid)),
        ("self_paid", Cell::Money(self_paid)),
    ];
    p.fact("medical_insurance", person, class, cells)
}

/// I-02: the office says that a member is not insured; or that he is.
fn uninsured(p: &mut Planter, expected: Expected) {
    let Some(h) = p.steady(|_, f| f.size >= 1) else { return };
    let person = p.adult(h.family, false);
    let class = p.class(person);
    let fact = insurance(p, person, class, expected != Expected::Hit, 0);
    let span = p.window();
    p.record("I-02", "", expected, "", person, class, span, Some(fact));
}

/// I-08: bills of more than the limit; or just below it.
fn bills(p: &mut Planter, expected: Expected) {
    let Some(h) = p.steady(|_, f| f.size >= 1) else { return };
    let person = p.adult(h.family, false);
    let class = p.class(person);
    let fen = if expected == Expected::Hit {
        i64::from(p.dice.between(5_000, 60_000)) * 100
    } else {
        i64::from(p.dice.between(4_000, 4_999)) * 100
    };
    let fact = insurance(p, person, class, true, fen);
    let span = p.window();
    p.record("I-08", "", expected, "", person, class, span, Some(fact));
}

/// I-04: a child of school age left; or came back in the term after.
fn dropout(p: &mut Planter, expected: Expected) {
    // One who draws a pupil's allowance would rightly be asked about it (B-17) as well.
    let paid: HashSet<PersonIx> = p.registry.entitlements.iter().map(|e| e.payee).collect();
    let (people, as_of) = (p.people, p.spec.as_of);
    let pupil = |m: &PersonIx| !paid.contains(m) && (9..=13).contains(&days::age(people[*m as usize].birth, as_of));
    let Some(h) = p.steady(|_, f| f.members().any(|m| pupil(&m))) else {
        return;
    };
    let Some(person) = p.families[h.family as usize].members().find(pupil) else {
        return;
    };
    let class = p.class(person);
    let left = p.spec.last_month().plus(-4);
    let year = as_of.year();
    p.later.replaced.insert(("education", person));
    let cells = vec![
        ("school", Cell::Text("中心学校".to_owned())),
        ("stage", Cell::Code("2")),
        ("grade", Cell::Text("五年级".to_owned())),
        ("status", Cell::Code("5")),
        ("term", Cell::Text(format!("{}-{}-2", year - 2, year - 1))),
        ("left_on", Cell::Date(days::plus(left.first_day(), 9))),
    ];
    let fact = p.fact("education", person, class, cells);
    if expected != Expected::Hit {
        let back = vec![
            ("school", Cell::Text("中心学校".to_owned())),
            ("stage", Cell::Code("2")),
            ("grade", Cell::Text("六年级".to_owned())),
            ("status", Cell::Code("1")),
            ("term", Cell::Text(format!("{}-{year}-1", year - 1))),
            ("left_on", Cell::Empty),
        ];
        p.fact("education", person, ErrorClass::Exact, back);
    }
    let span = (left, p.spec.last_month());
    p.record("I-04", "", expected, "", person, class, span, Some(fact));
}

/// a payee outside the register, gravely disabled and with large bills; or with the bills alone.
fn missed(p: &mut Planter, expected: Expected) {
    let paid: HashSet<PersonIx> = p.registry.entitlements.iter().map(|e| e.payee).collect();
    let (people, start) = (p.people, p.spec.first_month().first_day());
    let fits =
        |head: PersonIx| paid.contains(&head) && (30..=60).contains(&days::age(people[head as usize].birth, start));
    let Some(family) = p.ordinary(|f| fits(f.head)) else {
        return;
    };
    let person = p.families[family as usize].head;
    let class = p.class(person);
    if expected == Expected::Hit {
        // The certificate comes through cleanly: the clerk's error is in the other row, and the finding needs both.
        let issued = days::plus(start, -900);
        let sex = if people[person as usize].sex_code() == 1 {
            "1"
        } else {
            "2"
        };
        let cells = vec![
            ("sex", Cell::Code(sex)),
            (
                "certificate_no",
                Cell::Text(format!("{}41", people[person as usize].id.expose())),
            ),
            ("kind", Cell::Code("4")),
            ("grade", Cell::Code("1")),
            ("issued_on", Cell::Date(issued)),
            ("valid_to", Cell::Date(days::plus_years(issued, 10))),
            ("status", Cell::Code("1")),
            ("ended_on", Cell::Empty),
        ];
        p.fact("disability", person, ErrorClass::Exact, cells);
    }
    // A stranger's bills are no sign: the other record still speaks of him, so nothing is to be asked.
    let class = if class == ErrorClass::MisusedId {
        ErrorClass::Exact
    } else {
        class
    };
    let fact = insurance(p, person, class, true, 3_000_000);
    let span = p.window();
    p.record("A-15", "", expected, "", person, class, span, Some(fact));
}
