//! D-11: yearly budgets of what is paid to people, made to fit what was paid or not to. Told last, when all payments are known.

use std::collections::BTreeMap;

use kernel::{Money, Month, period::ymd};

use crate::{
    county::{Budget, Payment, ProgrammeIx},
    dice::Dice,
    programmes::{Cycle, PROGRAMMES},
    spec::Spec,
    truth::Expected,
    works::ThingTruth,
};

/// What was paid of a programme in a year: by the end of September, and in all.
#[derive(Clone, Copy, Default)]
struct Paid {
    early: i64,
    all: i64,
}

/// Budgets of the years that are over by the day on which tables are sent, and what the comparison should say of them.
pub(crate) fn tell(spec: &Spec, payments: &[Payment]) -> (Vec<Budget>, Vec<ThingTruth>) {
    let mut sums: BTreeMap<(ProgrammeIx, i32), Paid> = BTreeMap::new();
    for x in payments {
        let sum = sums.entry((x.programme, x.paid_on.year())).or_default();
        sum.all += x.amount.fen();
        if Month::of(x.paid_on).month() <= 9 {
            sum.early += x.amount.fen();
        }
    }
    let mut dice = Dice::new(spec.seed, "budgets");
    let (mut budgets, mut truths) = (Vec::new(), Vec::new());
    for ((programme, year), paid) in sums {
        if ymd(year, 12, 31).is_none_or(|end| end > spec.as_of) {
            continue;
        }
        let turn = dice.below(6);
        // The look-alikes stand on the very limit.
        let half = 2 * paid.early;
        let (amount, code) = match turn {
            0 => (paid.all - paid.all / 10, "30305"),
            1 => ((half * 13 / 10).max(paid.all * 11 / 10), "30305"),
            2 => (paid.all, ""),
            3 => (half.max(paid.all), "30305"),
            _ => (paid.all, "30305"),
        };
        if amount <= 0 {
            continue;
        }
        let (over, slow) = (paid.all > amount, half < amount);
        let yearly = matches!(PROGRAMMES[programme as usize].cycle, Cycle::Year | Cycle::Once);
        let (expected, exception) = match (over, slow, code.is_empty()) {
            (false, true, false) if yearly => (Expected::Exception, "X18"),
            (false, false, false) => (Expected::Miss, ""),
            _ => (Expected::Hit, ""),
        };
        budgets.push(Budget {
            programme,
            year,
            code,
            amount: Money(amount),
        });
        if let (Some(from), Some(to)) = (Month::new(year, 1), Month::new(year, 12)) {
            truths.push(ThingTruth {
                rule: "D-11",
                expected,
                exception,
                thing: format!("fund:{} {year}年预算", PROGRAMMES[programme as usize].name),
                programme: PROGRAMMES[programme as usize].code,
                from,
                to,
            });
        }
    }
    (budgets, truths)
}
