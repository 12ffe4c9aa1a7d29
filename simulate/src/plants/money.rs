//! Group B, second half: people in custody, exclusive and doubled benefits, changed accounts, land, machines,
//! livestock, rates, conditions and aid categories.
//!
//! Many of these can be judged only when the payments exist; [`crate::plants::after`] reads what is kept in
//! [`Later`] and writes the truth from the finished payments.

use std::collections::HashSet;

use kernel::{Date, Money, Month};

use super::{Planter, Quota, cadres};
use crate::{
    county::{Application, PersonIx, ProgrammeIx},
    days,
    facts::Cell,
    programmes::{self as p, PROGRAMMES},
    truth::{ErrorClass, Expected},
};

/// Department rows whose cases depend on the payments made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Later {
    pub(crate) custody: Vec<(PersonIx, Date, Date, ErrorClass, u32)>,
    /// Person, programme, months elsewhere, given back.
    pub(crate) outside: Vec<(PersonIx, ProgrammeIx, Month, Month, bool, ErrorClass, u32)>,
    /// Who changes the account in which month; recorded or not.
    pub(crate) new_account: Vec<(PersonIx, Month, Option<u32>)>,
    /// Person, last good month (none: never), exception, row.
    pub(crate) certificates: Vec<(PersonIx, Option<Month>, &'static str, ErrorClass, u32)>,
    pub(crate) too_young: Vec<PersonIx>,
    pub(crate) left_school: Vec<(PersonIx, Month, ErrorClass, u32)>,
    pub(crate) sound_house: Vec<PersonIx>,
    /// Person, heads immunised, heads dead, row.
    pub(crate) herds: Vec<(PersonIx, i32, i32, ErrorClass, u32)>,
    /// People who must not be paid anything, because a planted death would make it a case of B-01.
    pub(crate) silenced: HashSet<PersonIx>,
    /// People whose ordinary row in a table is replaced by planted ones.
    pub(crate) replaced: HashSet<(&'static str, PersonIx)>,
}

const QUOTA: Quota = Quota {
    hits: 60,
    exceptions: 24,
    misses: 24,
};

pub(super) fn plant(p: &mut Planter) {
    for rule in [
        custody,
        exclusive,
        outside,
        accounts,
        cadre_account,
        machines,
        certificate,
        too_young,
        school,
        house_grade,
        category,
        herd,
    ] {
        for (expected, count) in p.few(&QUOTA) {
            for i in 0..count {
                rule(p, expected, i);
            }
        }
    }
}

/// B-02: in custody while the benefit goes on.
fn custody(p: &mut Planter, expected: Expected, i: u32) {
    let Some(h) = p.steady(|_, f| f.size >= 1) else { return };
    let person = p.families[h.family as usize].head;
    let first = p.spec.first_month();
    let (from, to) = match expected {
        // Set free before the help began.
        Expected::Miss => (first.plus(-30).first_day(), first.plus(1).first_day()),
        _ => {
            let month = first.plus(3 + (i as i32 % 12));
            (p.day_in(month, month), month.plus(14).first_day())
        }
    };
    let class = p.class(person);
    let cells = vec![
        ("event", Cell::Code("custody")),
        ("date_from", Cell::Date(from)),
        ("date_to", Cell::Date(to)),
    ];
    let fact = p.fact("life_events", person, class, cells);
    if expected == Expected::Miss {
        let span = p.window();
        p.record("B-02", "", expected, "", person, class, span, Some(fact));
    } else {
        p.later.custody.push((person, from, to, class, fact));
    }
}

/// B-04: two benefits that exclude each other, for long or for the quarter of the change.
fn exclusive(p: &mut Planter, expected: Expected, _: u32) {
    let Some(h) = p.steady(|h, _| h.attr != 3) else { return };
    let person = p.families[h.family as usize].head;
    let (first, last) = p.window();
    match expected {
        Expected::Hit => p.entitle(p::DESTITUTE, person, first.plus(6), last.plus(-6), 100),
        Expected::Exception => {
            let month = quarter_end(first.plus(9));
            p.entitle(p::DESTITUTE, person, month, month, 100);
        }
        // Not on the list of exclusive pairs.
        Expected::Miss => {
            p.entitle(p::RELIEF, person, first.plus(8), first.plus(8), 100);
            p.record("B-04", "", expected, "", person, ErrorClass::Exact, (first, last), None);
        }
    }
}

fn quarter_end(month: Month) -> Month {
    (0..3)
        .map(|i| month.plus(i))
        .find(|m| m.month().is_multiple_of(3))
        .unwrap_or(month)
}

/// B-05: another county pays the same benefit.
fn outside(p: &mut Planter, expected: Expected, i: u32) {
    let Some(h) = p.steady(|_, _| true) else { return };
    let person = p.families[h.family as usize].head;
    let programme = if h.attr == 3 { p::DESTITUTE } else { p::ALLOWANCE };
    let first = p.spec.first_month();
    let (from, to) = match expected {
        Expected::Miss => (first.plus(-20), first.plus(-2)),
        _ => (first.plus(4 + i as i32 % 8), first.plus(20)),
    };
    let returned = expected == Expected::Exception;
    let class = p.class(person);
    let cells = vec![
        ("programme", Cell::Text(PROGRAMMES[programme as usize].name.to_owned())),
        ("county", Cell::Text("阳信县".to_owned())),
        ("month_from", Cell::Month(from)),
        ("month_to", Cell::Month(to)),
        ("amount", Cell::Money(396_000)),
        ("returned", Cell::Bool(returned)),
    ];
    let fact = p.fact("outside_payments", person, class, cells);
    if expected == Expected::Miss {
        p.record("B-05", "", expected, "", person, class, (from, to), Some(fact));
    } else {
        p.later
            .outside
            .push((person, programme, from, to, returned, class, fact));
    }
}

/// B-07: a second account within the year, recorded or not; at the turn of the year it is in order.
fn accounts(p: &mut Planter, expected: Expected, i: u32) {
    let Some(h) = p.steady(|_, _| true) else { return };
    let person = p.families[h.family as usize].head;
    let year = p.spec.first_month().year() + 1 + (i as i32 % 2);
    let month = if expected == Expected::Miss { 1 } else { 7 };
    let Some(from) = Month::new(year, month) else { return };
    let fact = (expected == Expected::Exception).then(|| {
        let cells = vec![
            ("changed_on", Cell::Date(days::plus(from.first_day(), -12))),
            ("reason", Cell::Text("社保卡换发".to_owned())),
        ];
        p.fact("card_changes", person, ErrorClass::Exact, cells)
    });
    p.later.new_account.push((person, from, fact));
    if expected == Expected::Miss {
        let span = (from, from.plus(11).min(p.spec.last_month()));
        p.record("B-07", "", expected, "", person, ErrorClass::Exact, span, None);
    }
}

/// B-09, B-08: the money goes to the account of a cadre, or of the cadre's wife or husband.
fn cadre_account(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let Some(h) = p.steady(|_, f| f.size == 1 || i.is_multiple_of(2)) else {
        return;
    };
    let payee = p.families[h.family as usize].head;
    let start = p.spec.first_month().first_day();
    let people = p.people;
    let grown = |f: &crate::county::Family| (28..=60).contains(&days::age(people[f.head as usize].birth, start));
    let Some(family) = p.ordinary(|f| f.size >= 2 && grown(f)) else {
        return;
    };
    let head = p.families[family as usize].head;
    let (from, to) = if expected == Expected::Miss {
        let left = days::plus(start, -p.dice.between(60, 700));
        (days::plus(left, -2_000), Some(left))
    } else {
        (p.day_before_window(6), None)
    };
    cadres::cadre(p, head, from, to, ErrorClass::Exact);
    let account = p.book.of(people, head);
    p.book.redirect(payee, account);
    if expected == Expected::Miss {
        let span = p.window();
        p.record("B-09", "", expected, "", payee, ErrorClass::Exact, span, None);
    }
}

/// B-14: one number twice, three big machines a year, resold within two years.
fn machines(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let way = i % 3;
    let Some(person) = machine_payee(p) else { return };
    let day = p.day_in(p.spec.first_month().plus(2), p.spec.first_month().plus(8));
    let row = |serial: String, day: Date, sold: Option<Date>| {
        vec![
            ("machine_kind", Cell::Code("10")),
            ("serial_no", Cell::Text(serial)),
            ("price", Cell::Money(9_800_000)),
            ("subsidy", Cell::Money(2_940_000)),
            ("purchased_on", Cell::Date(day)),
            ("disposed_on", Cell::from(sold)),
        ]
    };
    let number = format!("YTB{}{:02}{:05}", expected as u8, way, person);
    let one_month = (Month::of(day), Month::of(day));
    if expected == Expected::Miss {
        // Two machines; sold after more than two years.
        let class = p.class(person);
        let fact = p.fact(
            "farm_machines",
            person,
            class,
            row(number.clone(), day, Some(days::plus(day, 760))),
        );
        p.fact(
            "farm_machines",
            person,
            class,
            row(format!("{number}B"), days::plus(day, 20), None),
        );
        p.record("B-14", "", expected, "", person, class, one_month, Some(fact));
        return;
    }
    match way {
        0 => {
            let Some(other) = machine_payee(p) else { return };
            for (n, who) in [person, other].into_iter().enumerate() {
                let bought = days::plus(day, n as i32 * 3);
                let cells = row(number.clone(), bought, None);
                let fact = p.fact("farm_machines", who, ErrorClass::Exact, cells);
                let span = (Month::of(bought), Month::of(bought));
                p.record("B-14", "serial", expected, "", who, ErrorClass::Exact, span, Some(fact));
            }
        }
        1 => {
            let mut last = 0;
            for n in 0..3 {
                let cells = row(format!("{number}{n}"), days::plus(Month::of(day).first_day(), n), None);
                last = p.fact("farm_machines", person, ErrorClass::Exact, cells);
            }
            p.record(
                "B-14",
                "many",
                expected,
                "",
                person,
                ErrorClass::Exact,
                one_month,
                Some(last),
            );
        }
        _ => {
            let class = p.class(person);
            let sold = days::plus(day, p.dice.between(60, 600));
            let fact = p.fact("farm_machines", person, class, row(number, day, Some(sold)));
            let span = (Month::of(day), Month::of(sold));
            p.record("B-14", "resold", expected, "", person, class, span, Some(fact));
        }
    }
}

/// Somebody of an ordinary family who was paid for a machine.
fn machine_payee(p: &mut Planter) -> Option<PersonIx> {
    let person = payee_of(p, p::MACHINES, |_| true)?;
    let family = p.people[person as usize].family;
    p.touch(family);
    Some(person)
}

/// A living payee of the programme whose family no other case uses.
fn payee_of(p: &mut Planter, programme: ProgrammeIx, fits: impl Fn(&Planter) -> bool) -> Option<PersonIx> {
    let start = p.dice.below(p.registry.entitlements.len().max(1) as u32) as usize;
    let n = p.registry.entitlements.len();
    let found = (0..n).map(|i| p.registry.entitlements[(start + i) % n]).find(|e| {
        let person = &p.people[e.payee as usize];
        let family = person.family as usize;
        let registered = p.families[family].touched && programme == p::MACHINES;
        e.programme == programme && person.death.is_none() && !p.used[family] && !registered && fits(p)
    })?;
    let family = p.people[found.payee as usize].family;
    p.used[family as usize] = true;
    Some(found.payee)
}

/// B-17: the certificate ended, is of another grade, or is frozen.
fn certificate(p: &mut Planter, expected: Expected, i: u32) {
    let programme = if i.is_multiple_of(2) {
        p::DISABLED_CARE
    } else {
        p::DISABLED_LIVING
    };
    let Some(person) = payee_of(p, programme, |_| true) else {
        return;
    };
    let Some(held) = p.registry.disabled.iter().find(|d| d.person == person).copied() else {
        return;
    };
    p.registry.disabled.retain(|d| d.person != person);
    let (first, last) = p.window();
    let end = first.plus(12 + i as i32 % 12);
    let issued = held.issued_on.min(first.plus(-12).first_day());
    let (mut grade, mut ended, mut valid_to, mut status) = (held.grade.min(2), None, days::plus_years(issued, 20), "1");
    let (last_good, exception) = match expected {
        Expected::Hit if programme == p::DISABLED_CARE && i % 4 == 0 => {
            grade = 3;
            (None, "")
        }
        Expected::Hit => {
            (ended, status) = (Some(days::plus(end.first_day(), 12)), "3");
            (Some(end), "")
        }
        Expected::Exception => {
            (valid_to, status) = (days::plus(end.first_day(), 12), "5");
            (Some(end), "X17")
        }
        // Ended when the last payment was made.
        Expected::Miss => {
            (ended, status) = (Some(p.spec.as_of), "3");
            (Some(last), "")
        }
    };
    const DIGITS: [&str; 8] = ["", "1", "2", "3", "4", "5", "6", "7"];
    let class = p.class(person);
    let number = format!("{}{}{grade}", p.people[person as usize].id.expose(), held.kind);
    let sex = if p.people[person as usize].sex_code() == 1 {
        "1"
    } else {
        "2"
    };
    let cells = vec![
        ("sex", Cell::Code(sex)),
        ("certificate_no", Cell::Text(number)),
        ("kind", Cell::Code(DIGITS[usize::from(held.kind)])),
        ("grade", Cell::Code(DIGITS[usize::from(grade)])),
        ("issued_on", Cell::Date(issued)),
        ("valid_to", Cell::Date(valid_to)),
        ("status", Cell::Code(status)),
        ("ended_on", Cell::from(ended)),
    ];
    let fact = p.fact("disability", person, class, cells);
    if expected == Expected::Miss {
        p.record(
            "B-17",
            "certificate",
            expected,
            "",
            person,
            class,
            (first, last),
            Some(fact),
        );
    } else {
        p.later.certificates.push((person, last_good, exception, class, fact));
    }
}

/// B-17: the old-age allowance before the age for it.
fn too_young(p: &mut Planter, expected: Expected, _: u32) {
    let (first, last) = p.window();
    let people = p.people;
    let ages =
        |f: &crate::county::Family| (66..=75).contains(&days::age(people[f.head as usize].birth, last.last_day()));
    let Some(family) = p.ordinary(ages) else { return };
    let person = p.families[family as usize].head;
    if expected == Expected::Hit {
        p.entitle(p::OLD_AGE, person, first.plus(6), last, 100);
        p.later.too_young.push(person);
    }
}

/// B-17: aid for a student who left school.
fn school(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        return;
    }
    let Some(person) = payee_of(p, p::VOCATIONAL, |_| true) else {
        return;
    };
    let first = p.spec.first_month();
    let left = if expected == Expected::Hit {
        first.plus(8 + i as i32 % 12)
    } else {
        p.spec.last_month()
    };
    let class = p.class(person);
    let cells = vec![
        ("school", Cell::Text("职业中等专业学校".to_owned())),
        ("stage", Cell::Code("5")),
        ("status", Cell::Code("3")),
        ("left_on", Cell::Date(days::plus(left.first_day(), 20))),
    ];
    let fact = p.fact("education", person, class, cells);
    p.later.replaced.insert(("education", person));
    if expected == Expected::Hit {
        p.later.left_school.push((person, left, class, fact));
    } else {
        let span = p.window();
        p.record("B-17", "school", expected, "", person, class, span, Some(fact));
    }
}

/// B-17: a grant for a house that was graded sound.
fn house_grade(p: &mut Planter, expected: Expected, _: u32) {
    if expected == Expected::Hit {
        if let Some(person) = apply(p, None, "B") {
            p.later.sound_house.push(person);
        }
    }
}

/// B-22: applied as someone on a list that does not have him, or had him years ago.
fn category(p: &mut Planter, expected: Expected, _: u32) {
    if expected == Expected::Miss {
        return;
    }
    let Some(person) = apply(p, Some("3"), "D") else { return };
    if expected == Expected::Exception {
        let from = p.spec.first_month().plus(-40);
        let cells = vec![
            ("kind", Cell::Code("3")),
            ("certificate_no", Cell::Text(format!("TK371621{person:06}"))),
            ("head_name", Cell::NameOf(person)),
            ("monthly_amount", Cell::Money(60_000)),
            ("month_from", Cell::Month(from)),
            ("month_to", Cell::Month(from.plus(12))),
        ];
        p.fact("civil_aid", person, ErrorClass::Exact, cells);
    }
}

/// A steady family on the living allowance applies for renovation and gets it.
fn apply(p: &mut Planter, category: Option<&'static str>, grade: &'static str) -> Option<PersonIx> {
    let h = p.steady(|h, _| h.attr != 3)?;
    let person = p.families[h.family as usize].head;
    let (first, last) = p.window();
    let applied_on = p.day_in(first.plus(4), last.plus(-6));
    p.applications.push(Application {
        person,
        applied_on,
        aid_category: category.unwrap_or_else(|| super::aid_category(h.attr)),
        amount: Money(i64::from(PROGRAMMES[p::HOUSING as usize].rate_fen)),
        approved: true,
        grade,
    });
    let month = Month::of(applied_on).plus(3);
    p.entitle(p::HOUSING, person, month, month, 100);
    Some(person)
}

/// B-15: more heads claimed than immunised.
fn herd(p: &mut Planter, expected: Expected, _: u32) {
    let Some(person) = payee_of(p, p::LIVESTOCK, |_| true) else {
        return;
    };
    let Some(e) = p
        .registry
        .entitlements
        .iter()
        .find(|e| e.programme == p::LIVESTOCK && e.payee == person)
    else {
        return;
    };
    let (claimed, year) = (e.qty / 100, e.from.year());
    let (immunised, dead) = match expected {
        Expected::Hit => (claimed / 3, 0),
        Expected::Exception => (claimed / 3, claimed),
        Expected::Miss => (claimed * 5 / 6 + 1, 0),
    };
    let class = p.class(person);
    let cells = vec![
        ("year", Cell::Int(i64::from(year))),
        ("kind", Cell::Code("1")),
        ("immunised", Cell::Int(i64::from(immunised))),
        ("dead", Cell::Int(i64::from(dead))),
    ];
    let fact = p.fact("livestock", person, class, cells);
    p.later.replaced.insert(("livestock", person));
    p.later.herds.push((person, immunised, dead, class, fact));
}
