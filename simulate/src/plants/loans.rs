//! D-16: a household's small loan that went on to a firm; and one that only looks so. Planted last, from the families that no
//! other case needed.

use kernel::Month;

use super::{Planter, Quota};
use crate::{days, facts::Cell, truth::Expected};

const QUOTA: Quota = Quota {
    hits: 40,
    exceptions: 0,
    misses: 24,
};

pub(super) fn plant(p: &mut Planter) {
    for (expected, count) in p.few(&QUOTA) {
        // Its only exception is a stranger's name, which every hit may turn into.
        for i in 0..if expected == Expected::Exception { 0 } else { count } {
            lent(p, expected, i);
        }
    }
}

/// To a firm within the week; or on the eighth day, or less than half, or to a shop for what the farm needs.
fn lent(p: &mut Planter, expected: Expected, i: u32) {
    let Some(h) = p.steady(|_, f| f.size >= 1) else { return };
    let person = p.adult(h.family, false);
    let class = p.class(person);
    let (first, last) = p.window();
    let on = p.day_in(first.plus(2), last.plus(-2));
    let amount = i64::from(p.dice.between(10, 50)) * 100_000;
    let hit = expected == Expected::Hit;
    let (after, moved, kind) = match i % 3 {
        _ if hit => ((i % 8) as i32, if i % 2 == 0 { amount } else { amount / 2 }, "2"),
        0 => (8, amount, "2"),
        1 => (3, amount / 2 - 100, "2"),
        _ => (1, amount, "5"),
    };
    let moved_on = days::plus(on, after);
    let cells = vec![
        ("loan_no", Cell::Text(format!("XD8{i:08}{}", u8::from(hit)))),
        ("amount", Cell::Money(amount)),
        ("lent_on", Cell::Date(on)),
        ("moved_on", Cell::Date(moved_on)),
        ("moved_amount", Cell::Money(moved)),
        ("payee", Cell::Text("某生态养殖有限公司".to_owned())),
        ("payee_kind", Cell::Code(kind)),
    ];
    let fact = p.fact("microcredit", person, class, cells);
    let month = Month::of(moved_on);
    p.record("D-16", "", expected, "", person, class, (month, month), Some(fact));
}
