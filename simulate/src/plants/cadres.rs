//! Group C: cadres who receive targeted benefits, and their near relatives without a filing.

use kernel::{Date, RegionCode, RegionLevel};

use super::{Planter, Quota};
use crate::{
    county::{Cadre, CadreKin, PersonIx},
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
};

pub(super) fn plant(p: &mut Planter) {
    for (expected, count) in p.counts(&Quota {
        hits: 120,
        exceptions: 0,
        misses: 40,
    }) {
        // A universal benefit is the only exception of C-01, and every cadre family with land has it.
        let count = if expected == Expected::Exception { 0 } else { count };
        for i in 0..count {
            himself(p, expected, i);
        }
    }
    for (expected, count) in p.counts(&Quota {
        hits: 260,
        exceptions: 80,
        misses: 60,
    }) {
        for i in 0..count {
            relative(p, expected, i);
        }
    }
}

pub(super) const POSTS: [(&str, &str); 4] = [
    ("1", "党支部书记"),
    ("1", "村委会委员"),
    ("2", "村民小组长"),
    ("3", "监事会主任"),
];

/// C-01: the payee of a targeted benefit is a cadre, or paid from the budget.
fn himself(p: &mut Planter, expected: Expected, i: u32) {
    let start = p.spec.first_month().first_day();
    let people = p.people;
    let Some(household) = p.steady(|_, f| (24..=66).contains(&days::age(people[f.head as usize].birth, start))) else {
        return;
    };
    let person = p.families[household.family as usize].head;
    let span = p.window();
    if expected == Expected::Hit && i % 3 == 2 {
        let (class, fact) = on_payroll(p, person);
        p.record("C-01", "payroll", expected, "", person, class, span, Some(fact));
        p.record("A-06", "payroll", expected, "", person, class, span, Some(fact));
        return;
    }
    let (from, to) = if expected == Expected::Hit {
        (p.day_before_window(6), None)
    } else {
        // Retired before the benefit began.
        let left = days::plus(household.registered_on, -p.dice.between(60, 700));
        (days::plus(left, -2_000), Some(left))
    };
    let class = p.class(person);
    let fact = cadre(p, person, from, to, class);
    p.record("C-01", "cadres", expected, "", person, class, span, Some(fact));
}

/// Puts a person on the payroll for good.
pub(super) fn on_payroll(p: &mut Planter, person: PersonIx) -> (ErrorClass, u32) {
    let class = p.class(person);
    let from = kernel::Month::of(p.day_before_window(8));
    let kind = *p.dice.pick(&["1", "2", "2", "3"]);
    let cells = vec![
        ("kind", Cell::Code(kind)),
        ("month_from", Cell::Month(from)),
        ("month_to", Cell::Empty),
    ];
    (class, p.fact("payroll", person, class, cells))
}

/// Makes a person a village cadre, in the register and in the department's table.
pub(super) fn cadre(p: &mut Planter, person: PersonIx, from: Date, to: Option<Date>, class: ErrorClass) -> u32 {
    let (kind, post) = *p.dice.pick(&POSTS);
    let village = p.people[person as usize].region;
    let region = if kind == "2" {
        village
    } else {
        village.at(RegionLevel::Community)
    };
    p.cadres.push(Cadre {
        person,
        post,
        region,
        from,
        to,
    });
    p.fact(
        "cadres",
        person,
        class,
        vec![
            ("kind", Cell::Code(kind)),
            ("post", Cell::Text(post.to_owned())),
            ("region", Cell::Int(region.as_i64())),
            ("date_from", Cell::Date(from)),
            ("date_to", Cell::from(to)),
        ],
    )
}

/// C-02: a near relative of a cadre in office is listed without a filing.
fn relative(p: &mut Planter, expected: Expected, i: u32) {
    let Some(household) = p.steady(|_, f| f.size >= 1) else {
        return;
    };
    let person = p.families[household.family as usize].head;
    let near = i.is_multiple_of(2) || expected != Expected::Miss;
    let retired = expected == Expected::Miss && near;
    let span = p.window();
    let Some((class, fact)) = kin_of_cadre(
        p,
        person,
        near,
        expected == Expected::Exception,
        retired,
        household.registered_on,
    ) else {
        return;
    };
    let exception = if expected == Expected::Exception { "X14" } else { "" };
    p.record(
        "C-02",
        "cadre_kin",
        expected,
        exception,
        person,
        class,
        span,
        Some(fact),
    );
}

/// Finds a cadre for the person and declares them relatives.
pub(super) fn kin_of_cadre(
    p: &mut Planter,
    person: PersonIx,
    near: bool,
    filed: bool,
    retired: bool,
    registered_on: Date,
) -> Option<(ErrorClass, u32)> {
    let here = p.people[person as usize].region;
    // Who decides over a list is a cadre of the place: a cadre of the next village would be another question (C-07).
    let cadre_person = villager(p, here.at(RegionLevel::Community))
        .or_else(|| villager(p, here.at(RegionLevel::Town)))
        .or_else(|| villager(p, here.at(RegionLevel::County)))?;
    let (from, to) = if retired {
        let left = days::plus(registered_on, -p.dice.between(60, 700));
        (days::plus(left, -2_000), Some(left))
    } else {
        (p.day_before_window(6), None)
    };
    cadre(p, cadre_person, from, to, ErrorClass::Exact);
    let kin = kin_code(p, cadre_person, person, near);
    let filed_on = filed.then(|| days::plus(registered_on, 30));
    Some(declare(p, cadre_person, person, kin, filed_on))
}

/// The head of an ordinary family of the area, of an age to hold a post.
pub(super) fn villager(p: &mut Planter, area: RegionCode) -> Option<PersonIx> {
    let start = p.spec.first_month().first_day();
    let people = p.people;
    let fits = |f: &crate::county::Family| {
        area.contains(f.region) && (26..=60).contains(&days::age(people[f.head as usize].birth, start))
    };
    let family = p.ordinary(fits)?;
    Some(p.families[family as usize].head)
}

/// A declaration without a clerk's error, not filed.
pub(super) fn declare_plainly(p: &mut Planter, cadre: PersonIx, relative: PersonIx, kin: u8) -> u32 {
    declare_as(p, cadre, relative, kin, None, ErrorClass::Exact)
}

/// The cadre's own declaration of a relative, with the day of filing. The clerk's error is in the relative's number.
pub(super) fn declare(
    p: &mut Planter,
    cadre: PersonIx,
    relative: PersonIx,
    kin: u8,
    filed_on: Option<Date>,
) -> (ErrorClass, u32) {
    let class = match p.class(relative) {
        // The declaration is handwritten by the cadre: numbers go wrong, but are not misused.
        ErrorClass::MisusedId => ErrorClass::Exact,
        other => other,
    };
    (class, declare_as(p, cadre, relative, kin, filed_on, class))
}

fn declare_as(
    p: &mut Planter,
    cadre: PersonIx,
    relative: PersonIx,
    kin: u8,
    filed_on: Option<Date>,
    class: ErrorClass,
) -> u32 {
    p.kin.push(CadreKin {
        cadre,
        relative,
        kin,
        filed: filed_on.is_some(),
    });
    p.fact(
        "cadre_kin",
        relative,
        class,
        vec![
            ("cadre", Cell::IdOf(cadre)),
            ("cadre_name", Cell::NameOf(cadre)),
            ("kin", Cell::Code(code_text(kin))),
            ("filed", Cell::Bool(filed_on.is_some())),
            ("filed_on", Cell::from(filed_on)),
        ],
    )
}

/// A code of GB/T 4761 that sex and age allow.
pub(super) fn kin_code(p: &mut Planter, cadre: PersonIx, relative: PersonIx, near: bool) -> u8 {
    let man = p.people[relative as usize].sex_code() == 1;
    if !near {
        return *p.dice.pick(if man { &[81, 83, 91, 93] } else { &[82, 90, 91, 94] });
    }
    let gap = days::days_between(p.people[relative as usize].birth, p.people[cadre as usize].birth) / 365;
    match (gap, man) {
        (17.., true) => *p.dice.pick(&[51, 55]),
        (17.., false) => *p.dice.pick(&[52, 56]),
        (0..17, true) => 71,
        (0..17, false) => 75,
        (-16..0, true) => 73,
        (-16..0, false) => 77,
        (_, true) => 22,
        (_, false) => 32,
    }
}

/// The two digits of a kin code as text.
pub(crate) fn code_text(code: u8) -> &'static str {
    const CODES: [(u8, &str); 30] = [
        (10, "10"),
        (11, "11"),
        (12, "12"),
        (20, "20"),
        (21, "21"),
        (22, "22"),
        (23, "23"),
        (24, "24"),
        (30, "30"),
        (31, "31"),
        (32, "32"),
        (33, "33"),
        (34, "34"),
        (38, "38"),
        (41, "41"),
        (42, "42"),
        (51, "51"),
        (52, "52"),
        (55, "55"),
        (56, "56"),
        (71, "71"),
        (73, "73"),
        (75, "75"),
        (77, "77"),
        (81, "81"),
        (82, "82"),
        (83, "83"),
        (90, "90"),
        (91, "91"),
        (93, "93"),
    ];
    CODES
        .iter()
        .find(|(c, _)| *c == code)
        .map_or(if code == 94 { "94" } else { "97" }, |(_, t)| t)
}
