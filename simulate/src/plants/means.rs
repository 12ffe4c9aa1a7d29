//! Group A, second half: machines, shops, employers' contributions, housing fund, declared income, deposits and
//! securities of registered families.

use kernel::Month;

use super::{Planter, Quota, eligibility::subject};
use crate::{county::PersonIx, days, facts::Cell, truth::Expected};

const QUOTA: Quota = Quota {
    hits: 60,
    exceptions: 24,
    misses: 24,
};

pub(super) fn plant(p: &mut Planter) {
    for rule in [
        machine,
        shop,
        contributions,
        housing_fund,
        declared,
        deposits,
        securities,
    ] {
        for (expected, count) in p.few(&QUOTA) {
            for i in 0..count {
                rule(p, expected, i);
            }
        }
    }
}

/// a big tractor or harvester.
fn machine(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let (mut kind, mut hp, mut price) = *p.dice.pick(&[
        ("10", 120, 9_800_000),
        ("20", 140, 12_800_000),
        ("21", 160, 18_600_000),
        ("12", 75, 7_200_000),
    ]);
    let (mut bought, mut sold, mut exception) = (p.day_before_window(6), None, "");
    match (expected, over) {
        (Expected::Hit, _) if i % 3 == 1 => bought = p.day_in(first, last.plus(-2)),
        (Expected::Hit, _) => {}
        (Expected::Exception, _) => (exception, kind, hp, price) = ("X03", "10", 55, 1_450_000),
        (Expected::Miss, Some(over)) => bought = p.day_in(over, last.plus(-1)),
        // Small ones for own land, or sold before the help began.
        (Expected::Miss, None) if i % 4 == 1 => (kind, hp, price) = ("11", 12, 680_000),
        (Expected::Miss, None) => {
            let day = days::plus(household.registered_on, -p.dice.between(20, 300));
            bought = days::plus(day, -1_200);
            sold = Some(day);
        }
    }
    let cells = vec![
        ("machine_kind", Cell::Code(kind)),
        ("power_hp", Cell::Int(hp)),
        ("price", Cell::Money(price)),
        ("purchased_on", Cell::Date(bought)),
        ("disposed_on", Cell::from(sold)),
    ];
    let span = (Month::of(bought).clamp(first, last), last);
    one(p, "A-02", "farm_machines", expected, exception, person, span, cells);
}

/// a shop, an office, a garage.
fn shop(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let mut kind = *p.dice.pick(&["21", "20", "30", "50"]);
    let (mut bought, mut sold, mut exception) = (p.day_before_window(6), None, "");
    match (expected, over) {
        (Expected::Hit, _) => {
            // The homestead they live in.
            let home = home(bought);
            p.fact("real_estate", person, crate::truth::ErrorClass::Exact, home);
        }
        (Expected::Exception, _) => (exception, kind) = ("X06", "21"),
        (Expected::Miss, Some(over)) => bought = p.day_in(over, last.plus(-1)),
        (Expected::Miss, None) => {
            let day = days::plus(household.registered_on, -p.dice.between(20, 300));
            bought = days::plus(day, -1_500);
            sold = Some(day);
        }
    }
    let mut cells = home(bought);
    cells[0].1 = Cell::Code(kind);
    cells[1].1 = Cell::Code("1");
    cells[2].1 = Cell::Code("1");
    cells[5].1 = Cell::from(sold);
    let span = (Month::of(bought).clamp(first, last), last);
    one(p, "A-04", "real_estate", expected, exception, person, span, cells);
}

fn home(built: kernel::Date) -> Vec<(&'static str, Cell)> {
    vec![
        ("use", Cell::Code("10")),
        ("nature", Cell::Code("3")),
        ("acquired_by", Cell::Code("4")),
        ("share_percent", Cell::Int(100)),
        ("reg_date", Cell::Date(built)),
        ("transferred_on", Cell::Empty),
    ]
}

/// an employer pays the pension of a member.
fn contributions(p: &mut Planter, expected: Expected, i: u32) {
    let Some((_, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let (mut kind, mut exception) = ("1", "");
    let (mut from, mut to) = (Month::of(p.day_before_window(6)), None);
    match (expected, over) {
        (Expected::Hit, _) if i % 3 == 1 => from = first.plus(p.dice.between(4, 24)),
        (Expected::Hit, _) => {}
        (Expected::Exception, _) => (exception, kind) = ("X08", "4"),
        (Expected::Miss, Some(over)) => from = over,
        // Paid by himself, or stopped when the help began.
        (Expected::Miss, None) if i % 4 == 1 => kind = "2",
        (Expected::Miss, None) => to = Some(first.plus(2)),
    }
    let cells = vec![
        ("scheme", Cell::Code("110")),
        ("pay_kind", Cell::Code(kind)),
        ("employer", Cell::Text("惠民绳网有限公司".to_owned())),
        ("employer_uscc", Cell::Empty),
        ("base", Cell::Money(i64::from(p.dice.between(34, 72)) * 10_000)),
        ("month_from", Cell::Month(from.min(last))),
        ("month_to", Cell::from(to)),
    ];
    let span = (from.clamp(first, last), to.unwrap_or(last).clamp(first, last));
    one(p, "A-07", "social_insurance", expected, exception, person, span, cells);
}

/// a member pays into the housing fund.
fn housing_fund(p: &mut Planter, expected: Expected, i: u32) {
    let Some((_, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let (mut status, mut balance, mut exception) = ("01", 860_000, "");
    let (mut from, mut to) = (Month::of(p.day_before_window(8)), Some(last.plus(-1)));
    match (expected, over) {
        (Expected::Hit, _) if i % 3 == 1 => to = Some(first.plus(p.dice.between(4, 20))),
        (Expected::Hit, _) => {}
        (Expected::Exception, _) => (exception, status, balance, to) = ("X17", "03", 0, None),
        (Expected::Miss, Some(over)) => from = over,
        (Expected::Miss, None) => {
            from = first.plus(-60);
            to = Some(first.plus(-p.dice.between(9, 20)));
            status = "02";
        }
    }
    let cells = vec![
        (
            "monthly_amount",
            Cell::Money(i64::from(p.dice.between(30, 180)) * 1_000),
        ),
        ("balance", Cell::Money(balance)),
        ("month_from", Cell::Month(from)),
        ("month_to", Cell::from(to)),
        ("status", Cell::Code(status)),
    ];
    let span = (from.clamp(first, last), to.unwrap_or(last).clamp(first, last));
    one(p, "A-08", "provident_fund", expected, exception, person, span, cells);
}

/// what an employer declared for the tax, by head of the family, is far above the line.
fn declared(p: &mut Planter, expected: Expected, i: u32) {
    if expected == Expected::Exception {
        // The only exception is a record in a stranger's name, which every hit may turn into.
        return;
    }
    let Some((household, person, over)) = subject(p, expected, i, 2) else {
        return;
    };
    let (first, last) = p.window();
    let size = i64::from(p.families[household.family as usize].size);
    let mut year = first.plus(8).year() + p.dice.between(0, 2);
    let mut income = size * i64::from(p.dice.between(12, 30)) * 100_000;
    match (expected, over) {
        (Expected::Miss, Some(over)) => year = over.plus(11).year().min(last.year()),
        // Two thirds of the line a head.
        (Expected::Miss, None) => income = size * 400_000,
        _ => {}
    }
    if over.is_some_and(|over| over > Month::new(year, 1).unwrap_or(over)) {
        return;
    }
    let cells = vec![
        ("year", Cell::Int(i64::from(year))),
        ("item", Cell::Code("0101")),
        ("income", Cell::Money(income)),
    ];
    let (from, to) = (
        Month::new(year, 1).unwrap_or(first),
        Month::new(year, 12).unwrap_or(last),
    );
    let span = (from.clamp(first, last), to.clamp(first, last));
    one(p, "A-09", "tax", expected, "", person, span, cells);
}

/// deposits far above the limit a head.
fn deposits(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let size = i64::from(p.families[household.family as usize].size);
    let total = match (expected, over) {
        (Expected::Miss, None) => 300_000,
        _ => size * i64::from(p.dice.between(24, 80)) * 100_000,
    };
    let as_of = days::plus(p.spec.last_month().first_day(), -1);
    let exception = explained(p, expected, person, total);
    let cells = vec![("total", Cell::Money(total)), ("as_of", Cell::Date(as_of))];
    let span = (Month::of(as_of), Month::of(as_of));
    one(p, "A-10", "deposits", expected, exception, person, span, cells);
}

/// securities far above the limit a head, or a commercial pension.
fn securities(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let size = i64::from(p.families[household.family as usize].size);
    let (kind, value) = match (expected, over) {
        (Expected::Hit, _) if i % 3 == 1 => ("5", 1_200_000),
        (Expected::Miss, None) => ("6", 300_000),
        _ => ("4", size * i64::from(p.dice.between(24, 80)) * 100_000),
    };
    let as_of = days::plus(p.spec.last_month().first_day(), -1);
    let exception = explained(p, expected, person, value);
    let cells = vec![
        ("kind", Cell::Code(kind)),
        ("market_value", Cell::Money(value)),
        ("as_of", Cell::Date(as_of)),
    ];
    let span = (Month::of(as_of), Month::of(as_of));
    one(p, "A-11", "securities", expected, exception, person, span, cells);
}

/// For an exception: the land was taken last year and paid for.
fn explained(p: &mut Planter, expected: Expected, person: PersonIx, fen: i64) -> &'static str {
    if expected != Expected::Exception {
        return "";
    }
    let day = days::plus(p.spec.as_of, -p.dice.between(90, 600));
    let cells = vec![
        ("kind", Cell::Code("1")),
        ("amount", Cell::Money(fen)),
        ("paid_on", Cell::Date(day)),
    ];
    p.fact("compensation", person, crate::truth::ErrorClass::Exact, cells);
    "X12"
}

/// One department row and the case it makes.
#[allow(clippy::too_many_arguments)]
fn one(
    p: &mut Planter,
    rule: &'static str,
    dataset: &'static str,
    expected: Expected,
    exception: &'static str,
    person: PersonIx,
    span: (Month, Month),
    cells: Vec<(&'static str, Cell)>,
) {
    let class = p.class(person);
    let fact = p.fact(dataset, person, class, cells);
    p.record(rule, "", expected, exception, person, class, span, Some(fact));
}
