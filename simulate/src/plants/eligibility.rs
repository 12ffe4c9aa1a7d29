//! Group A: cars, houses, firms and public pay in registered families.

use kernel::Month;

use super::{Planter, Quota};
use crate::{
    county::{Household, PersonIx},
    days,
    facts::Cell,
    registry::Disabled,
    truth::Expected,
};

pub(super) fn plant(p: &mut Planter) {
    for (expected, count) in p.counts(&Quota {
        hits: 400,
        exceptions: 110,
        misses: 130,
    }) {
        for i in 0..count {
            car(p, expected, i);
        }
    }
    for (expected, count) in p.counts(&Quota {
        hits: 110,
        exceptions: 60,
        misses: 50,
    }) {
        for i in 0..count {
            house(p, expected, i);
        }
    }
    for (expected, count) in p.counts(&Quota {
        hits: 260,
        exceptions: 80,
        misses: 60,
    }) {
        for i in 0..count {
            firm(p, expected, i);
        }
    }
    for (expected, count) in p.counts(&Quota {
        hits: 150,
        exceptions: 60,
        misses: 40,
    }) {
        for i in 0..count {
            public_pay(p, expected, i);
        }
    }
}

/// A steady family, or for look-alikes every second time one that left long ago (with the month all was over).
pub(super) fn subject(
    p: &mut Planter,
    expected: Expected,
    i: u32,
    min_size: u8,
) -> Option<(Household, PersonIx, Option<Month>)> {
    if expected == Expected::Miss && i.is_multiple_of(2) {
        if let Some((household, over)) = p.gone() {
            let person = p.adult(household.family, false);
            return Some((household, person, Some(over)));
        }
    }
    let household = p.steady(|_, f| f.size >= min_size)?;
    let person = p.adult(household.family, min_size > 1);
    Some((household, person, None))
}

/// an active motor vehicle on a benefit day.
fn car(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let mut exception = "";
    let mut bought = p.day_before_window(5);
    let mut cells = vec![
        ("vehicle_type", Cell::Code("K33")),
        ("status", Cell::Code("A")),
        ("use", Cell::Code("A")),
    ];
    let mut value = i64::from(p.dice.between(35, 180)) * 100_000;
    let mut disabled_flag = false;
    let mut inspected = Cell::Date(days::plus(p.spec.as_of, p.dice.between(30, 600)));
    match (expected, over) {
        (Expected::Hit, _) => {
            if p.dice.percent(40) {
                bought = p.day_in(first, last.plus(-2));
            }
            cells[0].1 = Cell::Code(*p.dice.pick(&["K33", "K33", "K31", "H31", "K43"]));
        }
        (Expected::Exception, _) => match i % 4 {
            0 => {
                exception = "X01";
                disabled_flag = true;
                certificate(p, person);
                value = 4_500_000;
            }
            1 => {
                exception = "X02";
                cells[0].1 = Cell::Code("M21");
                value = 550_000;
            }
            2 => {
                exception = "X03";
                cells[0].1 = Cell::Code("N11");
                value = 1_200_000;
            }
            _ => {
                exception = "X04";
                cells[1].1 = Cell::Code("P");
                bought = p.long_ago();
                inspected = Cell::Date(days::plus(first.first_day(), -1_400));
            }
        },
        // Bought after leaving the scheme, or sold before entering it.
        (Expected::Miss, Some(over)) => bought = p.day_in(over, last.plus(-1)),
        (Expected::Miss, None) => {
            let sold = days::plus(household.registered_on, -p.dice.between(20, 400));
            bought = days::plus(sold, -900);
            cells[1].1 = Cell::Code("E");
            cells.push(("deregistered_on", Cell::Date(sold)));
        }
    }
    cells.push(("reg_date", Cell::Date(bought)));
    cells.push(("value", Cell::Money(value)));
    cells.push(("disabled_flag", Cell::Bool(disabled_flag)));
    cells.push(("inspect_until", inspected));
    let class = p.class(person);
    let fact = p.fact("vehicles", person, class, cells);
    let span = (Month::of(bought).clamp(first, last), last);
    p.record("A-01", "", expected, exception, person, class, span, Some(fact));
}

/// A disability certificate for the driver of a car that makes up for it.
fn certificate(p: &mut Planter, person: PersonIx) {
    if p.registry.disabled.iter().any(|d| d.person == person) {
        return;
    }
    let issued_on = days::plus(p.spec.as_of, -p.dice.between(1_500, 3_000));
    p.registry.disabled.push(Disabled {
        person,
        kind: 4,
        grade: 3,
        issued_on,
    });
}

/// a commodity house, or two homes.
fn house(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let mut exception = "";
    let mut bought = p.day_before_window(6);
    let (mut nature, mut acquired, mut share, mut sold) = ("1", "1", 100, None);
    match (expected, over) {
        (Expected::Hit, _) => {
            if p.dice.percent(35) {
                bought = p.day_in(first, last.plus(-2));
            }
        }
        (Expected::Exception, _) => {
            exception = "X06";
            if i.is_multiple_of(2) {
                (nature, acquired) = ("2", "5");
            } else {
                (acquired, share) = ("2", 25);
            }
        }
        (Expected::Miss, Some(over)) => bought = p.day_in(over, last.plus(-1)),
        (Expected::Miss, None) => {
            let day = days::plus(household.registered_on, -p.dice.between(20, 300));
            bought = days::plus(day, -1_500);
            sold = Some(day);
        }
    }
    let class = p.class(person);
    let row = |nature: &'static str, acquired: &'static str, share: i64| {
        vec![
            ("use", Cell::Code("10")),
            ("nature", Cell::Code(nature)),
            ("acquired_by", Cell::Code(acquired)),
            ("share_percent", Cell::Int(share)),
            ("reg_date", Cell::Date(bought)),
            ("transferred_on", Cell::from(sold)),
        ]
    };
    // Every sixth hit owns two homes of his own instead.
    let two_homes = expected == Expected::Hit && i % 6 == 5;
    let fact = if two_homes {
        p.fact("real_estate", person, class, row("3", "4", 100));
        p.fact("real_estate", person, class, row("4", "1", 100))
    } else {
        p.fact("real_estate", person, class, row(nature, acquired, share))
    };
    let span = (Month::of(bought).clamp(first, last), last);
    p.record("A-03", "", expected, exception, person, class, span, Some(fact));
}

/// legal representative, holder or active sole trader.
fn firm(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 1) else {
        return;
    };
    let (first, last) = p.window();
    let mut exception = "";
    let mut founded = p.day_before_window(7);
    let (mut kind, mut role) = *p
        .dice
        .pick(&[("5", "2"), ("5", "2"), ("5", "2"), ("1", "1"), ("1", "4"), ("3", "3")]);
    let (mut status, mut closed) = ("1", None);
    match (expected, over) {
        (Expected::Hit, _) => {
            if p.dice.percent(30) {
                founded = p.day_in(first, last.plus(-2));
            }
        }
        (Expected::Exception, _) => {
            exception = "X07";
            if i.is_multiple_of(2) {
                (kind, role) = ("6", "5");
            } else {
                status = "2";
                closed = Some(days::plus(first.first_day(), p.dice.between(120, 420)));
            }
        }
        (Expected::Miss, Some(over)) => founded = p.day_in(over, last.plus(-1)),
        (Expected::Miss, None) => {
            let day = days::plus(household.registered_on, -p.dice.between(20, 300));
            founded = days::plus(day, -1_200);
            status = "3";
            closed = Some(day);
        }
    }
    let class = p.class(person);
    let fact = p.fact(
        "business",
        person,
        class,
        vec![
            ("kind", Cell::Code(kind)),
            ("role", Cell::Code(role)),
            ("status", Cell::Code(status)),
            ("established_on", Cell::Date(founded)),
            ("closed_on", Cell::from(closed)),
        ],
    );
    let to = closed.map_or(last, |d| Month::of(d).clamp(first, last));
    p.record(
        "A-05",
        "",
        expected,
        exception,
        person,
        class,
        (Month::of(founded).clamp(first, last), to),
        Some(fact),
    );
}

/// a member, not the payee himself (that is C-01), on the public payroll.
fn public_pay(p: &mut Planter, expected: Expected, i: u32) {
    let Some((household, person, over)) = subject(p, expected, i, 2) else {
        return;
    };
    // A payee on the payroll, be it only of a disability allowance, would be a case of C-01 too.
    let payee = p.families[household.family as usize].head == person || p.own_benefit.contains(&person);
    if over.is_none() && payee {
        return;
    }
    let (first, last) = p.window();
    let mut exception = "";
    let mut from = Month::of(p.day_before_window(8));
    let mut to = None;
    let mut kind = *p.dice.pick(&["2", "2", "2", "6", "1", "3"]);
    match (expected, over) {
        (Expected::Hit, _) => {
            if p.dice.percent(25) {
                from = first.plus(p.dice.between(3, 20));
                to = Some(from.plus(p.dice.between(6, 12)));
            }
        }
        (Expected::Exception, _) => {
            exception = "X08";
            kind = "7";
        }
        (Expected::Miss, Some(over)) => from = over,
        (Expected::Miss, None) => {
            let ended = Month::of(household.registered_on).plus(-p.dice.between(2, 12));
            from = ended.plus(-60);
            to = Some(ended);
        }
    }
    let class = p.class(person);
    let fact = p.fact(
        "payroll",
        person,
        class,
        vec![
            ("kind", Cell::Code(kind)),
            ("month_from", Cell::Month(from)),
            ("month_to", Cell::from(to)),
        ],
    );
    let span = (from.clamp(first, last), to.unwrap_or(last).clamp(first, last));
    p.record("A-06", "", expected, exception, person, class, span, Some(fact));
}
