//! Payments month by month from entitlements, and land subsidies that fill up the published totals.

use std::collections::HashSet;

use kernel::{Date, Money, Month};

use crate::{
    county::{Account, Family, Payment, Person, PersonIx, ProgrammeIx},
    days,
    dice::Dice,
    programmes::{self as p, Cycle, PROGRAMMES},
    registry::Entitlement,
    spec::{COUNTY_PAID_YUAN, COUNTY_PAYMENTS, COUNTY_PEOPLE, MONTHS, Spec},
};

/// Accounts by person, opened when first needed.
pub(crate) struct AccountBook {
    dice: Dice,
    of: Vec<u32>,
    pub(crate) accounts: Vec<Account>,
}

const NONE: u32 = u32::MAX;

impl AccountBook {
    pub(crate) fn new(seed: u64, people: usize) -> Self {
        AccountBook {
            dice: Dice::new(seed, "accounts"),
            of: vec![NONE; people],
            accounts: Vec::new(),
        }
    }

    /// The person's own account.
    pub(crate) fn of(&mut self, people: &[Person], person: PersonIx) -> u32 {
        if self.of[person as usize] == NONE {
            let name = people[person as usize].name.clone();
            self.of[person as usize] = self.open(name, Some(person));
        }
        self.of[person as usize]
    }

    /// From now on the person is paid into this account.
    pub(crate) fn redirect(&mut self, person: PersonIx, account: u32) {
        self.of[person as usize] = account;
    }

    /// A new account in any name.
    pub(crate) fn open(&mut self, holder_name: Box<str>, holder: Option<PersonIx>) -> u32 {
        let running = self.accounts.len() as u64;
        let number = if self.dice.percent(78) {
            with_luhn(629_988_000_000_000_000 + running * 97)
        } else {
            903_716_000_000_000 + running * 7
        };
        self.accounts.push(Account {
            number,
            holder_name,
            holder,
        });
        self.accounts.len() as u32 - 1
    }
}

/// Appends the Luhn digit to an 18-digit card number.
fn with_luhn(first18: u64) -> u64 {
    (0..10)
        .map(|d| first18 * 10 + d)
        .find(|n| kernel::checks::luhn_is_valid(&n.to_string()))
        .unwrap_or(first18 * 10)
}

/// Whether a programme pays for this month.
pub(crate) fn pays_in(programme: ProgrammeIx, month: Month) -> bool {
    match PROGRAMMES[programme as usize].cycle {
        Cycle::Once => true,
        Cycle::Quarter => month.month().is_multiple_of(3),
        Cycle::HalfYear => month.month() == 4 || month.month() == 10,
        Cycle::Year => month.month() == year_month(programme),
    }
}

fn year_month(programme: ProgrammeIx) -> u8 {
    match programme {
        p::LAND => 6,
        p::INDUSTRY => 7,
        p::LOAN_INTEREST => 9,
        _ => 5,
    }
}

/// Pays every entitlement. Nobody is paid for a month after the death the register knows of.
pub(crate) fn pay(
    spec: &Spec,
    people: &[Person],
    entitlements: &[Entitlement],
    book: &mut AccountBook,
) -> Vec<Payment> {
    let mut payments = Vec::with_capacity(entitlements.len() * 6);
    for e in entitlements {
        let last = people[e.payee as usize].death.map_or(e.to, |d| e.to.min(Month::of(d)));
        let born = Month::of(people[e.payee as usize].birth);
        let mut month = e.from.max(born);
        while month <= last {
            if pays_in(e.programme, month) {
                let account = book.of(people, e.payee);
                let rate = PROGRAMMES[e.programme as usize].rate_fen;
                payments.push(payment(e.programme, e.payee, month, e.qty, rate, account));
            }
            month = month.plus(1);
        }
    }
    // Two rights to the same benefit (a planted one over a natural one) are paid once.
    payments.sort_by_key(|x: &Payment| (x.programme, x.payee, x.benefit_month));
    payments.dedup_by_key(|x| (x.programme, x.payee, x.benefit_month));
    payments.retain(|x| x.paid_on <= spec.as_of);
    payments
}

/// One payment on the programme's pay day in its benefit month.
pub(crate) fn payment(
    programme: ProgrammeIx,
    payee: PersonIx,
    benefit_month: Month,
    qty: i32,
    rate: i32,
    account: u32,
) -> Payment {
    let paid_on = pay_day(programme, benefit_month);
    let amount = Money(i64::from(qty) * i64::from(rate) / 100);
    Payment {
        programme,
        payee,
        benefit_month,
        qty,
        rate,
        amount,
        paid_on,
        account,
        arrears: false,
    }
}

/// A town pays a programme on one day of the month.
pub(crate) fn pay_day(programme: ProgrammeIx, month: Month) -> Date {
    days::in_month(month, 10 + (programme * 7 + month.month() * 3) % 16)
}

/// Area of confirmed land by family, in 0.01 mu; the land subsidy pays exactly this much.
pub(crate) struct Land(pub(crate) Vec<u32>);

/// Fills the payments up to the published number and sum (scaled by population) with land subsidies. Nobody
/// `barred` is paid: those whose planted death must stay without later payments.
pub(crate) fn pay_land(
    spec: &Spec,
    people: &[Person],
    families: &[Family],
    payments: &mut Vec<Payment>,
    book: &mut AccountBook,
    reserve: usize,
    barred: &HashSet<PersonIx>,
) -> Land {
    let mut dice = Dice::new(spec.seed, "land");
    let scale = |county: u64| county * u64::from(spec.scale.people()) / u64::from(COUNTY_PEOPLE);
    let target_count = scale(u64::from(COUNTY_PAYMENTS)) as usize;
    let target_fen = scale(COUNTY_PAID_YUAN as u64) as i64 * 100;
    let paid_fen: i64 = payments.iter().map(|x| x.amount.fen()).sum();
    let months: Vec<Month> = (0..MONTHS)
        .map(|i| spec.first_month().plus(i))
        .filter(|m| pays_in(p::LAND, *m))
        .collect();
    let mut due: Vec<(u32, Month)> = Vec::with_capacity(families.len() * 3);
    for family in 0..families.len() as u32 {
        due.extend(months.iter().map(|m| (family, *m)));
    }
    dice.shuffle(&mut due);
    let room = target_count.saturating_sub(payments.len() + reserve);
    let rate = PROGRAMMES[p::LAND as usize].rate_fen;
    let mean_fen = (target_fen - paid_fen).max(0) / (room.min(due.len()).max(1) as i64);
    let mean_mu = (mean_fen * 100 / i64::from(rate)).clamp(120, 3_000) as u32;
    let land: Vec<u32> = families.iter().map(|_| mean_mu * (60 + dice.below(81)) / 100).collect();
    let mut left = room;
    for (family, month) in due {
        if left == 0 {
            break;
        }
        let pay_day = pay_day(p::LAND, month);
        // The head, or the eldest adult still living.
        let payee = families[family as usize].members().find(|m| {
            let person = &people[*m as usize];
            !barred.contains(m)
                && person.death.is_none_or(|d| Month::of(d) >= month)
                && days::age(person.birth, pay_day) >= 18
        });
        if let Some(payee) = payee {
            let account = book.of(people, payee);
            payments.push(payment(
                p::LAND,
                payee,
                month,
                land[family as usize] as i32,
                rate,
                account,
            ));
            left -= 1;
        }
    }
    Land(land)
}
