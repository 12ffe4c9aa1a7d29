//! Group B: payments to the dead, twice, into strangers' accounts, and to people outside the register.

use std::collections::BTreeMap;

use kernel::{Month, RegionLevel};

use super::{Planter, Quota};
use crate::{
    county::{Account, Payment, Person, PersonIx, ProgrammeIx},
    days,
    dice::Dice,
    facts::Cell,
    names,
    payments::{pay_day, pays_in},
    programmes::{self as p, PROGRAMMES},
    spec::Spec,
    truth::{ErrorClass, Expected, Truth},
};

pub(super) fn plant(planter: &mut Planter) {
    for (expected, count) in planter.counts(&Quota {
        hits: 350,
        exceptions: 50,
        misses: 60,
    }) {
        deaths(planter, expected, count);
    }
    let groups = planter.share(60, 3);
    for i in 0..groups {
        shared_account(planter, i);
    }
    institutions(planter);
    for (expected, count) in planter.counts(&Quota {
        hits: 140,
        exceptions: 40,
        misses: 60,
    }) {
        for _ in 0..count {
            account_name(planter, expected);
        }
    }
    for (expected, count) in planter.counts(&Quota {
        hits: 150,
        exceptions: 0,
        misses: 60,
    }) {
        let count = if expected == Expected::Exception { 0 } else { count };
        for i in 0..count {
            outside_register(planter, expected, i);
        }
    }
}

/// B-01: deaths the departments know and the paying office does not.
fn deaths(planter: &mut Planter, expected: Expected, count: u32) {
    let (first, last) = planter.window();
    let elders: Vec<PersonIx> = planter
        .registry
        .entitlements
        .iter()
        .filter(|e| e.programme == p::OLD_AGE && e.from == first && e.to == last)
        .map(|e| e.payee)
        .collect();
    let mut left = count;
    let mut start = planter.dice.below(elders.len() as u32);
    for _ in 0..elders.len() {
        if left == 0 {
            return;
        }
        start = (start + 1) % elders.len() as u32;
        let person = elders[start as usize];
        let family = planter.people[person as usize].family;
        let head = planter.families[family as usize].head == person;
        if planter.used[family as usize] || planter.people[person as usize].death.is_some() {
            continue;
        }
        // Exceptions and look-alikes end all benefits with the death, so that no land subsidy follows.
        if expected != Expected::Hit && head {
            continue;
        }
        planter.used[family as usize] = true;
        left -= 1;
        let month = first.plus(planter.dice.between(4, 28));
        // Exceptions: the list was frozen less than 30 days after the death.
        let (month, day) = match expected {
            Expected::Exception => {
                let quarter = (0..3)
                    .map(|i| month.plus(i))
                    .find(|m| pays_in(p::OLD_AGE, *m))
                    .unwrap_or(month);
                let death = days::plus(pay_day(p::OLD_AGE, quarter), -planter.dice.between(26, 29));
                (quarter, death)
            }
            // Paid for the month of death itself, after the death.
            Expected::Miss => {
                let quarter = (0..3)
                    .map(|i| month.plus(i))
                    .find(|m| pays_in(p::OLD_AGE, *m))
                    .unwrap_or(month);
                (quarter, quarter.first_day())
            }
            Expected::Hit => (last, planter.day_in(month, month)),
        };
        if expected == Expected::Exception && Month::of(day) >= month {
            planter.used[family as usize] = false;
            left += 1;
            continue;
        }
        if expected != Expected::Hit {
            for e in planter.registry.entitlements.iter_mut().filter(|e| e.payee == person) {
                e.to = e.to.min(month);
            }
        }
        let class = planter.class(person);
        let event = if planter.dice.percent(70) { "death" } else { "funeral" };
        let fact = planter.fact(
            "life_events",
            person,
            class,
            vec![
                ("event", Cell::Code(event)),
                ("date_from", Cell::Date(day)),
                ("date_to", Cell::Empty),
            ],
        );
        planter.dead.push((person, day, expected, class, fact));
    }
}

/// B-06: one account receives for people of different families.
fn shared_account(planter: &mut Planter, i: u32) {
    let size = 2 + i % 3;
    let mut account = None;
    for _ in 0..size {
        let Some(h) = planter.steady(|_, _| true) else { return };
        let head = planter.families[h.family as usize].head;
        match account {
            None => account = Some(planter.book.of(planter.people, head)),
            Some(account) => planter.book.redirect(head, account),
        }
    }
}

/// The exception X10 of B-06: every town has a home for the elderly that collects for those who live there.
fn institutions(planter: &mut Planter) {
    let mut homes: BTreeMap<i64, u32> = BTreeMap::new();
    let residents: Vec<u32> = (0..planter.registry.households.len() as u32)
        .filter(|i| i % 3 == 0)
        .collect();
    for i in residents {
        let h = planter.registry.households[i as usize];
        if h.attr != 3 || planter.used[h.family as usize] {
            continue;
        }
        planter.used[h.family as usize] = true;
        let town = planter.families[h.family as usize].region.at(RegionLevel::Town);
        let book = &mut *planter.book;
        let home = *homes
            .entry(town.as_i64())
            .or_insert_with(|| book.open(format!("{town}中心敬老院").into(), None));
        planter.book.redirect(planter.families[h.family as usize].head, home);
    }
}

/// B-10: the account bears another name, or its card number fails its check digit.
fn account_name(planter: &mut Planter, expected: Expected) {
    let Some(h) = planter.steady(|_, f| expected != Expected::Exception || f.size >= 3) else {
        return;
    };
    let family = planter.families[h.family as usize];
    let head = &planter.people[family.head as usize];
    match expected {
        Expected::Hit => {
            let name = names::foreign_name(&mut planter.dice, &head.name);
            let account = planter.book.open(name, None);
            planter.book.redirect(family.head, account);
        }
        // A guardian's account collects for a child.
        Expected::Exception => {
            let first = planter.spec.first_month();
            let child = family.members().find(|m| {
                let age = days::age(planter.people[*m as usize].birth, planter.spec.as_of);
                (6..=16).contains(&age)
            });
            let Some(child) = child else { return };
            let last = planter.spec.last_month();
            planter.entitle(p::STUDENTS, child, first, last, 100);
            let guardian = planter.book.of(planter.people, family.head);
            planter.book.redirect(child, guardian);
        }
        // The bank wrote the same name with one other character.
        Expected::Miss => {
            let name = names::variant(&mut planter.dice, &head.name);
            let account = planter.book.open(name, Some(family.head));
            planter.book.redirect(family.head, account);
        }
    }
}

/// B-13: poverty-relief money for a family that is not, or no longer, registered.
fn outside_register(planter: &mut Planter, expected: Expected, i: u32) {
    let (first, last) = planter.window();
    let (person, from, to) = match expected {
        // Left less than 24 months ago: consolidation, nothing wrong.
        Expected::Miss => {
            let found = (0..planter.registry.households.len()).find_map(|n| {
                let h = planter.registry.households[n];
                let exit = h.exited_on?;
                let ok = h.status == 1
                    && !planter.used[h.family as usize]
                    && Month::of(exit) > first.plus(2)
                    && Month::of(exit).plus(14) < last;
                ok.then_some((h, exit))
            });
            let Some((h, exit)) = found else { return };
            planter.used[h.family as usize] = true;
            let month = next_paid(p::INDUSTRY, Month::of(exit).plus(1));
            (planter.families[h.family as usize].head, month, month)
        }
        _ if i.is_multiple_of(3) => {
            let Some((h, over)) = planter.gone() else { return };
            let month = next_paid(p::INDUSTRY, over);
            if month > last {
                return;
            }
            (planter.families[h.family as usize].head, month, month)
        }
        _ => {
            let Some(family) = planter.ordinary(|f| f.size >= 2) else {
                return;
            };
            planter.touch(family);
            let from = next_paid(p::INDUSTRY, first.plus(12 * (i as i32 % 3)));
            (
                planter.families[family as usize].head,
                from,
                from.max(last.plus(-11)).min(last),
            )
        }
    };
    planter
        .registry
        .entitlements
        .retain(|e| !(e.payee == person && e.programme == p::INDUSTRY && expected != Expected::Miss));
    let already = expected == Expected::Miss
        && planter
            .registry
            .entitlements
            .iter()
            .any(|e| e.payee == person && e.programme == p::INDUSTRY);
    if !already {
        planter.entitle(p::INDUSTRY, person, from, to, 100);
    }
    planter.record("B-13", "", expected, "", person, ErrorClass::Exact, (from, to), None);
    if let Some(truth) = planter.truth.last_mut() {
        truth.programme = Some(p::INDUSTRY);
    }
}

fn next_paid(programme: ProgrammeIx, month: Month) -> Month {
    (0..12)
        .map(|i| month.plus(i))
        .find(|m| pays_in(programme, *m))
        .unwrap_or(month)
}

/// How many payments [`after_payments`] will add.
pub(crate) fn duplicates_to_come(spec: &Spec) -> usize {
    let floor = |n: u32| if spec.scale.people() < 20_000 { n.min(1) } else { n };
    (spec.scale.share(120, floor(6)) + spec.scale.share(40, floor(4))) as usize
}

/// What can be said only when the payments exist: B-01 spans, B-03 duplicates, B-06 and B-10 accounts.
pub(crate) fn after_payments(
    spec: &Spec,
    people: &[Person],
    accounts: &mut [Account],
    payments: &mut Vec<Payment>,
    dead: &[(PersonIx, kernel::Date, Expected, ErrorClass, u32)],
    truth: &mut Vec<Truth>,
) {
    let mut dice = Dice::new(spec.seed, "after payments");
    paid_after_death(payments, dead, truth);
    duplicates(spec, &mut dice, payments, dead, truth);
    spoil_cards(spec, &mut dice, accounts, payments);
    accounts_of_others(people, accounts, payments, truth);
}

fn paid_after_death(
    payments: &[Payment],
    dead: &[(PersonIx, kernel::Date, Expected, ErrorClass, u32)],
    truth: &mut Vec<Truth>,
) {
    let by_person: std::collections::HashMap<PersonIx, usize> =
        dead.iter().enumerate().map(|(i, d)| (d.0, i)).collect();
    let mut spans: BTreeMap<(usize, ProgrammeIx), (Month, Month, kernel::Date)> = BTreeMap::new();
    for x in payments {
        let Some(i) = by_person.get(&x.payee) else { continue };
        if x.benefit_month > Month::of(dead[*i].1) {
            let span = spans
                .entry((*i, x.programme))
                .or_insert((x.benefit_month, x.benefit_month, x.paid_on));
            *span = (
                span.0.min(x.benefit_month),
                span.1.max(x.benefit_month),
                span.2.max(x.paid_on),
            );
        }
    }
    for ((i, programme), (from, to, paid_on)) in &spans {
        let (person, died, expected, class, fact) = dead[*i];
        // X09 is a matter of days, whatever was planted: no payment later than a month after the death.
        let frozen_list = days::days_between(died, *paid_on) <= 30;
        let (expected, exception) = match expected {
            _ if frozen_list => (Expected::Exception, "X09"),
            _ if class == ErrorClass::MisusedId => (Expected::Exception, "X05"),
            _ => (Expected::Hit, ""),
        };
        truth.push(Truth {
            rule: "B-01",
            via: "",
            expected,
            person,
            programme: Some(*programme),
            from: *from,
            to: *to,
            class,
            exception,
            fact: Some(fact),
        });
    }
    for (person, day, expected, class, fact) in dead.iter().filter(|d| d.2 == Expected::Miss) {
        let month = Month::of(*day);
        truth.push(Truth {
            rule: "B-01",
            via: "",
            expected: *expected,
            person: *person,
            programme: Some(p::OLD_AGE),
            from: month,
            to: month,
            class: *class,
            exception: "",
            fact: Some(*fact),
        });
    }
}

/// B-03: the same person, programme and month twice; some marked as arrears.
fn duplicates(
    spec: &Spec,
    dice: &mut Dice,
    payments: &mut Vec<Payment>,
    dead: &[(PersonIx, kernel::Date, Expected, ErrorClass, u32)],
    truth: &mut Vec<Truth>,
) {
    let floor = |n: u32| if spec.scale.people() < 20_000 { n.min(1) } else { n };
    let hits = spec.scale.share(120, floor(6));
    let arrears = spec.scale.share(40, floor(4));
    let mut seen = std::collections::HashSet::new();
    let dead: std::collections::HashSet<PersonIx> = dead.iter().map(|d| d.0).collect();
    let natural = payments.len() as u32;
    let mut n = 0;
    while n < hits + arrears {
        let x = payments[dice.below(natural) as usize];
        if !seen.insert((x.payee, x.programme, x.benefit_month)) || dead.contains(&x.payee) || x.arrears {
            continue;
        }
        let marked = n >= hits;
        let paid_on = days::plus(x.paid_on, dice.between(1, 25)).min(spec.as_of);
        payments.push(Payment {
            paid_on,
            arrears: marked,
            ..x
        });
        truth.push(Truth {
            rule: "B-03",
            via: "",
            expected: if marked { Expected::Exception } else { Expected::Hit },
            person: x.payee,
            programme: Some(x.programme),
            from: x.benefit_month,
            to: x.benefit_month,
            class: ErrorClass::Exact,
            exception: if marked { "arrears" } else { "" },
            fact: None,
        });
        n += 1;
    }
}

/// A few card numbers fail their check digit.
fn spoil_cards(spec: &Spec, dice: &mut Dice, accounts: &mut [Account], payments: &[Payment]) {
    let mut left = spec.scale.share(60, 2);
    while left > 0 {
        let x = payments[dice.below(payments.len() as u32) as usize];
        let account = &mut accounts[x.account as usize];
        if PROGRAMMES[x.programme as usize].targeted
            && account.number >= 6_000_000_000_000_000_000
            && account.holder == Some(x.payee)
            && kernel::checks::luhn_is_valid(&account.number.to_string())
        {
            account.number = account.number / 10 * 10 + (account.number + 3) % 10;
        }
        left -= 1;
    }
}

/// B-06 and B-10 as the finished payments show them, complete by construction.
fn accounts_of_others(people: &[Person], accounts: &[Account], payments: &[Payment], truth: &mut Vec<Truth>) {
    type Seen = BTreeMap<PersonIx, (Month, Month)>;
    let mut payees: Vec<Option<(PersonIx, bool)>> = vec![None; accounts.len()];
    for x in payments {
        let slot = &mut payees[x.account as usize];
        match slot {
            None => *slot = Some((x.payee, false)),
            Some((first, several)) => {
                *several |= people[*first as usize].family != people[x.payee as usize].family;
            }
        }
    }
    let mut shared: BTreeMap<u32, Seen> = BTreeMap::new();
    let mut foreign: BTreeMap<(PersonIx, u32), (Month, Month)> = BTreeMap::new();
    for x in payments {
        let account = &accounts[x.account as usize];
        let grow = |span: &mut (Month, Month)| {
            *span = (span.0.min(x.benefit_month), span.1.max(x.benefit_month));
        };
        if payees[x.account as usize].is_some_and(|(_, several)| several) {
            let seen = shared.entry(x.account).or_default();
            grow(seen.entry(x.payee).or_insert((x.benefit_month, x.benefit_month)));
        }
        let bad_card =
            account.number >= 6_000_000_000_000_000_000 && !kernel::checks::luhn_is_valid(&account.number.to_string());
        if bad_card || account.holder_name != people[x.payee as usize].name {
            grow(
                foreign
                    .entry((x.payee, x.account))
                    .or_insert((x.benefit_month, x.benefit_month)),
            );
        }
    }
    for (account, seen) in shared {
        let institution = accounts[account as usize].holder.is_none();
        for (person, (from, to)) in seen {
            let (expected, exception) = if institution {
                (Expected::Exception, "X10")
            } else {
                (Expected::Hit, "")
            };
            truth.push(Truth {
                rule: "B-06",
                via: "",
                expected,
                person,
                programme: None,
                from,
                to,
                class: ErrorClass::Exact,
                exception,
                fact: None,
            });
        }
    }
    for ((person, account), (from, to)) in foreign {
        let account = &accounts[account as usize];
        let name = &people[person as usize].name;
        let institution = account.holder.is_none() && account.holder_name.ends_with("敬老院");
        let guardian = account
            .holder
            .is_some_and(|h| h != person && people[h as usize].family == people[person as usize].family);
        let (via, expected, exception) = if account.holder_name == *name {
            ("card", Expected::Hit, "")
        } else if institution || guardian {
            ("name", Expected::Exception, "X10")
        } else if account.holder == Some(person) {
            // The bank's spelling of the payee's own name.
            ("name", Expected::Miss, "")
        } else {
            ("name", Expected::Hit, "")
        };
        let class = if expected == Expected::Miss {
            ErrorClass::NameVariant
        } else {
            ErrorClass::Exact
        };
        truth.push(Truth {
            rule: "B-10",
            via,
            expected,
            person,
            programme: None,
            from,
            to,
            class,
            exception,
            fact: None,
        });
    }
}
