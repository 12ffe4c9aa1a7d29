//! I-06 and I-07: incomes that fall, and incomes that swell in the year of the exit; and what only looks so.

use kernel::{Money, Month};

use super::{
    homes::{Home, Homes},
    register::{LINE_YUAN, receipt},
};
use crate::{days, truth::Expected};

/// Receipts of a household in place of all it had: how many months ago they end, for how many months, of what kind, and how
/// many percent of the line.
pub(super) fn set(homes: &mut Homes, home: &Home, receipts: &[(i32, i32, &'static str, i64)]) {
    let last = homes.p.spec.last_month();
    set_at(homes, home, last, receipts);
}

fn set_at(homes: &mut Homes, home: &Home, end: Month, receipts: &[(i32, i32, &'static str, i64)]) {
    homes.retell(home.at);
    add_at(homes, home, end, receipts);
}

fn add_at(homes: &mut Homes, home: &Home, end: Month, receipts: &[(i32, i32, &'static str, i64)]) {
    let line = LINE_YUAN * 100 * i64::from(home.family.size);
    for (back, months, kind, percent) in receipts {
        let income = receipt(home.at, end.plus(-back), *months, kind, line * percent / 100);
        homes.p.entered.incomes.push(income);
    }
}

/// I-06: thirty percent less than the year before, or below the line at last; but for odd jobs only; or less so, or what does
/// not count, or a year not yet over.
pub(super) fn falls(homes: &mut Homes, expected: Expected, i: u32) {
    let home = homes.next(("I-06", false), |_, h| h.exited_on.is_none() && h.status != 4);
    let Some(home) = home else { return };
    let now = 48 + i64::from(i % 7);
    match (expected, i % 4) {
        (Expected::Hit, n) if n % 2 == 0 => {
            set(homes, &home, &[(12, 12, "wage_local", 92), (0, 12, "wage_local", now)]);
        }
        (Expected::Hit, _) => set(homes, &home, &[(12, 12, "wage_away", 108), (0, 12, "wage_away", 94)]),
        (Expected::Exception, _) => set(
            homes,
            &home,
            &[
                (12, 12, "tr_pension", 60),
                (12, 12, "wage_odd", 38),
                (0, 12, "tr_pension", 58),
            ],
        ),
        (_, 0) => set(homes, &home, &[(12, 12, "wage_local", 90), (0, 12, "wage_local", 66)]),
        (_, 1) => set(
            homes,
            &home,
            &[
                (12, 12, "op_crop", 80),
                (12, 12, "tr_medical", 150),
                (0, 12, "op_crop", 78),
            ],
        ),
        (_, 2) => set(homes, &home, &[(12, 12, "wage_local", 88), (0, 6, "wage_local", 42)]),
        _ => {
            set(
                homes,
                &home,
                &[
                    (12, 12, "wage_local", 55),
                    (12, 12, "wage_away", 60),
                    (0, 12, "wage_local", 58),
                ],
            );
            let gift = homes.p.entered.incomes.iter_mut().rev().nth(1);
            gift.into_iter().for_each(|income| income.excluded = "一次性补偿");
        }
    }
    let last = homes.p.spec.last_month();
    homes.note("I-06", expected, &home, (last, last));
}

/// I-07: twice as much in the year of the exit, or animals that cost nothing; or not quite, or animals at their cost, or a
/// year before of which half was told.
pub(super) fn swells(homes: &mut Homes, expected: Expected, i: u32) {
    let spec = homes.p.spec;
    let (since, last) = (days::plus(spec.as_of, -1_060), spec.last_month());
    let home = homes.next(("I-07", false), |_, h| {
        let fits = |d: kernel::Date| d > since && Month::of(d).plus(13) <= last;
        h.status == 1 && h.exited_on.is_some_and(fits)
    });
    let Some(home) = home else { return };
    let Some(exit) = home.household.exited_on.map(Month::of) else {
        return;
    };
    let told: &[(i32, i32, &'static str, i64)] = match (expected, i % 3) {
        (Expected::Hit, 0) => &[(12, 12, "wage_local", 52), (0, 12, "wage_local", 112)],
        (Expected::Hit, 1) => &[(0, 12, "wage_local", 60), (0, 12, "op_animal", 60)],
        (Expected::Hit, _) => &[(12, 12, "op_crop", 40), (0, 12, "wage_away", 80)],
        (_, 0) => &[(12, 12, "wage_local", 60), (0, 12, "wage_local", 114)],
        (_, 1) => &[(0, 12, "wage_local", 60), (0, 12, "op_animal", 90)],
        _ => &[(12, 6, "wage_local", 40), (0, 12, "wage_local", 110)],
    };
    // Today they live well above the line, so that nothing else is to be asked.
    set(homes, &home, &[(0, 12, "wage_local", 230)]);
    add_at(homes, &home, exit, told);
    if expected == Expected::Miss && i % 3 == 1 {
        let herd = homes.p.entered.incomes.last_mut();
        herd.into_iter()
            .for_each(|income| income.cost = Money(income.gross.fen() / 3));
    }
    homes.note("I-07", expected, &home, (exit.plus(-11), exit));
}
