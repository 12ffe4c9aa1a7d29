//! I-01 and I-11: pupils without aid, and members whose work ended; and what only looks so.

use super::homes::{Home, Homes, stays};
use crate::{
    county::PersonIx,
    days,
    facts::Cell,
    programmes as p,
    truth::{ErrorClass, Expected},
    works,
};

/// A member of these ages of a household that stays, without a row in the table; `of_two` where a rule asks for two ages.
fn member(
    homes: &mut Homes,
    table: &'static str,
    of_two: bool,
    ages: std::ops::RangeInclusive<i32>,
) -> Option<(Home, PersonIx)> {
    let listed = homes.people(table, |planter| {
        let rows = planter.facts.iter().filter(|f| f.dataset == table);
        rows.map(|f| f.person).collect()
    });
    // Who draws an allowance for pupils would be asked about it, or is aided by it.
    let pupils = homes.people("pupils", |planter| {
        let aid = planter.registry.entitlements.iter();
        let aid = aid.filter(|e| matches!(e.programme, p::VOCATIONAL | p::STUDENTS));
        aid.map(|e| e.payee).collect()
    });
    let fits = |planter: &super::Planter, m: u32| {
        let age = days::age(planter.people[m as usize].birth, planter.spec.as_of);
        ages.contains(&age) && !listed.contains(&m) && !pupils.contains(&m)
    };
    let home = homes.next((table, of_two), |planter, h| {
        let mut members = planter.families[h.family as usize].members();
        stays(h) && members.any(|m| fits(planter, m))
    })?;
    let person = home.family.members().find(|m| fits(homes.p, *m))?;
    Some((home, person))
}

/// I-01: at school and no aid; or aid of a kind, or paid by card, or no longer at school.
pub(super) fn no_aid(homes: &mut Homes, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let left = look_alike && i % 3 == 2;
    let Some((_, person)) = member(homes, "education", left, if left { 16..=18 } else { 7..=15 }) else {
        return;
    };
    let (last, year) = (homes.last(), homes.p.spec.as_of.year());
    let age = days::age(homes.p.people[person as usize].birth, homes.p.spec.as_of);
    let (stage, school) = match age {
        ..=12 => ("2", "中心小学"),
        13..=15 => ("3", "中学"),
        _ => ("4", "第一中学"),
    };
    let kind = match (look_alike, i % 3) {
        (true, 0) => Cell::Text("免学杂费".to_owned()),
        _ => Cell::Empty,
    };
    if look_alike && i % 3 == 1 {
        homes.p.entitle(p::STUDENTS, person, last.plus(-11), last, 100);
    }
    let gone = days::plus(last.first_day(), -150);
    let cells = vec![
        ("school", Cell::Text(school.to_owned())),
        ("stage", Cell::Code(stage)),
        ("status", Cell::Code(if left { "3" } else { "1" })),
        ("term", Cell::Text(format!("{}-{year}-1", year - 1))),
        ("aid_kind", kind),
        ("aid_amount", Cell::Empty),
        ("left_on", if left { Cell::Date(gone) } else { Cell::Empty }),
    ];
    homes.p.later.replaced.insert(("education", person));
    let class = homes.p.class(person);
    let fact = homes.p.fact("education", person, class, cells);
    let span = (last.plus(-3), last);
    homes
        .p
        .record("I-01", "", expected, "", person, class, span, Some(fact));
}

/// I-11: an employer paid for two months and stopped; or only just stopped, or another form of work goes on, or nobody says
/// that the member can work, or it is long ago.
pub(super) fn out_of_work(homes: &mut Homes, expected: Expected, i: u32) {
    let Some((_, person)) = member(homes, "social_insurance", false, 24..=52) else {
        return;
    };
    let last = homes.last();
    let look_alike = expected == Expected::Miss;
    let ended = match (look_alike, i % 4) {
        (true, 0) => last.plus(-1),
        (true, 3) => last.plus(-14),
        _ => last.plus(-4 - i as i32 % 7),
    };
    if !(look_alike && i % 4 == 2) {
        homes.able(person);
    }
    let job = |kind, from, to| {
        vec![
            ("scheme", Cell::Code("110")),
            ("pay_kind", Cell::Code(kind)),
            ("employer", Cell::Text("惠民县鑫源绳网有限公司".to_owned())),
            ("employer_uscc", Cell::Text(works::firm_code(900_000 + i))),
            ("base", Cell::Money(190_000)),
            ("month_from", Cell::Month(from)),
            ("month_to", Cell::from(to)),
        ]
    };
    // The last month of the table has to be told for certain.
    let class = if look_alike {
        ErrorClass::Exact
    } else {
        homes.p.class(person)
    };
    let cells = job("1", ended.plus(-1), Some(ended));
    let fact = homes.p.fact("social_insurance", person, class, cells);
    if look_alike && i % 4 == 1 {
        homes
            .p
            .fact("social_insurance", person, class, job("2", ended.plus(1), None));
    }
    let span = (ended.plus(1), last);
    homes
        .p
        .record("I-11", "", expected, "", person, class, span, Some(fact));
}
