//! Day arithmetic over kernel dates.

use kernel::{
    Date, Month,
    period::{epoch_days, from_epoch_days, ymd},
};

use crate::dice::Dice;

pub(crate) fn plus(date: Date, days: i32) -> Date {
    from_epoch_days(epoch_days(date) + days).unwrap_or(date)
}

pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    epoch_days(to) - epoch_days(from)
}

/// Whole years of age on a day.
pub(crate) fn age(birth: Date, on: Date) -> i32 {
    let had = (u8::from(on.month()), on.day()) >= (u8::from(birth.month()), birth.day());
    on.year() - birth.year() - i32::from(!had)
}

/// A day from `from` to `to`, both included.
pub(crate) fn random(dice: &mut Dice, from: Date, to: Date) -> Date {
    plus(from, dice.between(0, days_between(from, to).max(0)))
}

/// The day `years` later, the 28th standing in for the 29th of February.
pub(crate) fn plus_years(date: Date, years: i32) -> Date {
    ymd(date.year() + years, date.month().into(), date.day())
        .or_else(|| ymd(date.year() + years, 2, 28))
        .unwrap_or(date)
}

pub(crate) fn in_month(month: Month, day: u8) -> Date {
    ymd(month.year(), month.month(), day).unwrap_or_else(|| month.first_day())
}
