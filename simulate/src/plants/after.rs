//! What the finished payments say about the cases of [`super::money`]: complete by construction, whoever they concern.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{Money, Month};

use super::money::Later;
use crate::{
    county::{Account, Application, Cadre, CadreKin, Family, Household, Payment, Person, PersonIx, ProgrammeIx},
    dice::Dice,
    facts::{Cell, Fact},
    programmes::{self as p, PROGRAMMES},
    spec::Spec,
    truth::{ErrorClass, Expected, Truth},
};

/// The county as far as it is finished.
pub(crate) struct After<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) people: &'a [Person],
    pub(crate) families: &'a [Family],
    pub(crate) households: &'a [Household],
    pub(crate) cadres: &'a [Cadre],
    pub(crate) kin: &'a [CadreKin],
    pub(crate) applications: &'a [Application],
    pub(crate) used: &'a mut Vec<bool>,
    pub(crate) facts: &'a mut Vec<Fact>,
    pub(crate) later: &'a mut Later,
    pub(crate) truth: &'a mut Vec<Truth>,
}

impl After<'_> {
    /// Changes payments: second accounts, wrong amounts. Before the truth about accounts is read off.
    pub(crate) fn change(&mut self, payments: &mut [Payment], accounts: &mut Vec<Account>) {
        for (person, from, fact) in self.later.new_account.clone() {
            let mut number = 0;
            for x in payments
                .iter_mut()
                .filter(|x| x.payee == person && x.benefit_month >= from)
            {
                if number == 0 {
                    number = accounts.len() as u32;
                    let running = accounts.len() as u64;
                    accounts.push(Account {
                        number: 903_716_500_000_000 + running * 7,
                        holder_name: self.people[person as usize].name.clone(),
                        holder: Some(person),
                    });
                }
                x.account = number;
            }
            if let (Some(fact), true) = (fact, number > 0) {
                let text = accounts[number as usize].number.to_string();
                self.facts[fact as usize].cells.push(("new_account", Cell::Text(text)));
            }
        }
        let mut dice = Dice::new(self.spec.seed, "wrong amounts");
        let share = |county: u32, floor: u32| self.spec.scale.share(county, floor);
        let (hits, arrears, rounding) = (share(80, 4), share(30, 2), share(30, 2));
        for n in 0..hits + arrears + rounding {
            let x = &mut payments[dice.below(payments.len() as u32) as usize];
            if x.arrears || x.amount.fen() * 100 != i64::from(x.qty) * i64::from(x.rate) || x.amount.fen() < 20_000 {
                continue;
            }
            let sign = if n % 2 == 0 { 1 } else { -1 };
            if n >= hits + arrears {
                x.amount = Money(x.amount.fen() + sign);
                let (person, programme, month) = (x.payee, x.programme, x.benefit_month);
                let miss = self.case("B-16", Expected::Miss, person, Some(programme), month, month);
                self.truth.push(miss);
            } else {
                x.amount = Money(x.amount.fen() + sign * i64::from(dice.between(10, 60)) * 100);
                x.arrears = n >= hits;
            }
        }
    }

    pub(super) fn case(
        &self,
        rule: &'static str,
        expected: Expected,
        person: PersonIx,
        programme: Option<ProgrammeIx>,
        from: Month,
        to: Month,
    ) -> Truth {
        Truth {
            rule,
            via: "",
            expected,
            person,
            programme,
            from,
            to,
            class: ErrorClass::Exact,
            exception: "",
            fact: None,
        }
    }

    /// A case that rests on a department's row, with the clerk's error in it.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn with_row(
        &mut self,
        rule: &'static str,
        exception: &'static str,
        person: PersonIx,
        programme: ProgrammeIx,
        span: (Month, Month),
        class: ErrorClass,
        fact: u32,
    ) {
        let exception = match class {
            ErrorClass::MisusedId if exception.is_empty() => "X05",
            _ => exception,
        };
        let expected = if exception.is_empty() {
            Expected::Hit
        } else {
            Expected::Exception
        };
        let base = self.case(rule, expected, person, Some(programme), span.0, span.1);
        self.truth.push(Truth {
            exception,
            class,
            fact: Some(fact),
            ..base
        });
    }

    /// Writes the truth of everything that depends on payments.
    pub(crate) fn tell(mut self, payments: &[Payment], accounts: &[Account], land: &[u32]) {
        let mut by_person: HashMap<PersonIx, Vec<&Payment>> = HashMap::new();
        for x in payments {
            by_person.entry(x.payee).or_default().push(x);
        }
        for list in by_person.values_mut() {
            list.sort_by_key(|x| (x.programme, x.benefit_month));
        }
        self.spans(&by_person);
        self.exclusive(&by_person);
        self.two_accounts(&by_person);
        self.holders(payments, accounts);
        self.amounts(payments);
        self.conditions(&by_person);
        self.categories(&by_person);
        self.herds(&by_person);
        self.land(payments, land);
    }

    /// B-02 and B-05: months of each programme within a stretch of time.
    fn spans(&mut self, by_person: &HashMap<PersonIx, Vec<&Payment>>) {
        let span = |person: PersonIx, fits: &dyn Fn(&Payment) -> bool| {
            let mut out: BTreeMap<ProgrammeIx, (Month, Month)> = BTreeMap::new();
            for x in by_person.get(&person).into_iter().flatten().filter(|x| fits(x)) {
                let at = out.entry(x.programme).or_insert((x.benefit_month, x.benefit_month));
                *at = (at.0.min(x.benefit_month), at.1.max(x.benefit_month));
            }
            out
        };
        for (person, from, to, class, fact) in self.later.custody.clone() {
            let (from, to) = (Month::of(from), Month::of(to));
            for (programme, months) in span(person, &|x| x.benefit_month > from && x.benefit_month < to) {
                let exception = if PROGRAMMES[programme as usize].targeted {
                    ""
                } else {
                    "X18"
                };
                self.with_row("B-02", exception, person, programme, months, class, fact);
            }
        }
        for (person, programme, from, to, returned, class, fact) in self.later.outside.clone() {
            let fits = |x: &Payment| x.programme == programme && x.benefit_month >= from && x.benefit_month <= to;
            for (programme, months) in span(person, &fits) {
                let exception = if returned { "X17" } else { "" };
                self.with_row("B-05", exception, person, programme, months, class, fact);
            }
        }
    }

    /// B-04.
    fn exclusive(&mut self, by_person: &HashMap<PersonIx, Vec<&Payment>>) {
        const PAIRS: [(u8, u8); 5] = [
            (p::ALLOWANCE, p::DESTITUTE),
            (p::ALLOWANCE, p::ORPHANS),
            (p::DESTITUTE, p::ORPHANS),
            (p::DESTITUTE, p::DISABLED_LIVING),
            (p::DESTITUTE, p::DISABLED_CARE),
        ];
        for (person, list) in by_person {
            let months = |programme: u8| -> BTreeSet<Month> {
                let of = list.iter().filter(|x| x.programme == programme);
                of.map(|x| x.benefit_month).collect()
            };
            for (one, other) in PAIRS {
                let both: Vec<Month> = months(one).intersection(&months(other)).copied().collect();
                let (Some(from), Some(to)) = (both.first(), both.last()) else {
                    continue;
                };
                let (expected, exception) = if both.len() <= 1 {
                    (Expected::Exception, "X18")
                } else {
                    (Expected::Hit, "")
                };
                let base = self.case("B-04", expected, *person, Some(other), *from, *to);
                self.truth.push(Truth { exception, ..base });
            }
        }
    }

    /// B-07.
    fn two_accounts(&mut self, by_person: &HashMap<PersonIx, Vec<&Payment>>) {
        let recorded: HashSet<(PersonIx, i32)> = self
            .later
            .new_account
            .iter()
            .filter(|(_, _, fact)| fact.is_some())
            .map(|(person, from, _)| (*person, from.year()))
            .collect();
        for (person, list) in by_person {
            let mut years: BTreeMap<i32, (BTreeSet<u32>, Month, Month)> = BTreeMap::new();
            for x in list {
                let m = x.benefit_month;
                let year = years.entry(m.year()).or_insert((BTreeSet::new(), m, m));
                year.0.insert(x.account);
                (year.1, year.2) = (year.1.min(m), year.2.max(m));
            }
            for (year, (used, from, to)) in years.iter().filter(|(_, y)| y.0.len() >= 2) {
                debug_assert!(!used.is_empty());
                let (expected, exception) = if recorded.contains(&(*person, *year)) {
                    (Expected::Exception, "X11")
                } else {
                    (Expected::Hit, "")
                };
                let base = self.case("B-07", expected, *person, None, *from, *to);
                self.truth.push(Truth { exception, ..base });
            }
        }
    }

    /// B-08 and B-09: whose accounts they are.
    fn holders(&mut self, payments: &[Payment], accounts: &[Account]) {
        let registered: HashSet<u32> = self.households.iter().map(|h| h.family).collect();
        let mut seen: BTreeMap<(PersonIx, u32), (Month, Month)> = BTreeMap::new();
        for x in payments {
            let m = x.benefit_month;
            let span = seen.entry((x.payee, x.account)).or_insert((m, m));
            *span = (span.0.min(m), span.1.max(m));
        }
        let near = |kin: u8| matches!(kin, 10..=12 | 20..=39 | 50..=59 | 70..=79);
        let mut posts: HashMap<PersonIx, Vec<(Month, Option<Month>)>> = HashMap::new();
        for cadre in self.cadres {
            let post = (Month::of(cadre.from), cadre.to.map(Month::of));
            posts.entry(cadre.person).or_default().push(post);
            for kin in self.kin.iter().filter(|k| k.cadre == cadre.person && near(k.kin)) {
                posts.entry(kin.relative).or_default().push(post);
            }
        }
        for ((person, account), (from, to)) in seen {
            let Some(holder) = accounts[account as usize].holder else {
                continue;
            };
            let (me, them) = (&self.people[person as usize], &self.people[holder as usize]);
            if holder == person || me.family == them.family && registered.contains(&me.family) {
                continue;
            }
            let minor = Month::of(me.birth).index() + 216 > to.index();
            let (expected, exception) = if minor {
                (Expected::Exception, "X10")
            } else {
                (Expected::Hit, "")
            };
            if registered.contains(&me.family) {
                let base = self.case("B-08", expected, person, None, from, to);
                self.truth.push(Truth { exception, ..base });
            }
            let in_post = |(since, until): &&(Month, Option<Month>)| *since <= to && until.is_none_or(|u| u >= from);
            if let Some((since, until)) = posts.get(&holder).and_then(|all| all.iter().find(in_post)) {
                let span = (from.max(*since), until.map_or(to, |u| u.min(to)));
                let base = self.case("B-09", expected, person, None, span.0, span.1);
                self.truth.push(Truth { exception, ..base });
            }
        }
    }

    /// B-16: of several payments for a month, one that is no arrears makes the case.
    fn amounts(&mut self, payments: &[Payment]) {
        let mut odd: BTreeMap<(PersonIx, ProgrammeIx, Month), bool> = BTreeMap::new();
        for x in payments {
            let off = (x.amount.fen() * 100 - i64::from(x.qty) * i64::from(x.rate)).abs() > 100;
            if off && x.rate > 0 {
                let all_arrears = odd.entry((x.payee, x.programme, x.benefit_month)).or_insert(true);
                *all_arrears &= x.arrears;
            }
        }
        for ((person, programme, month), arrears) in odd {
            let (expected, exception) = if arrears {
                (Expected::Exception, "X18")
            } else {
                (Expected::Hit, "")
            };
            let base = self.case("B-16", expected, person, Some(programme), month, month);
            self.truth.push(Truth { exception, ..base });
        }
    }

    /// B-17: every payment made without its condition.
    fn conditions(&mut self, by_person: &HashMap<PersonIx, Vec<&Payment>>) {
        let of = |person: PersonIx| by_person.get(&person).into_iter().flatten();
        for (person, last_good, exception, class, fact) in self.later.certificates.clone() {
            for x in of(person) {
                // A grade that is too low ends only the care allowance.
                let bad = match (x.programme, last_good) {
                    (p::DISABLED_CARE, None) => true,
                    (p::DISABLED_CARE | p::DISABLED_LIVING, Some(last)) => x.benefit_month > last,
                    _ => false,
                };
                if bad {
                    let span = (x.benefit_month, x.benefit_month);
                    self.with_row("B-17", exception, person, x.programme, span, class, fact);
                }
            }
        }
        for (person, left, class, fact) in self.later.left_school.clone() {
            for x in of(person).filter(|x| matches!(x.programme, p::VOCATIONAL | p::STUDENTS) && x.benefit_month > left)
            {
                let span = (x.benefit_month, x.benefit_month);
                self.with_row("B-17", "", person, x.programme, span, class, fact);
            }
        }
        let own = self.later.too_young.iter().map(|person| (*person, p::OLD_AGE));
        let houses = self.later.sound_house.iter().map(|person| (*person, p::HOUSING));
        for (person, programme) in own.chain(houses).collect::<Vec<_>>() {
            for x in of(person).filter(|x| x.programme == programme) {
                let month = x.benefit_month;
                let eighty = Month::of(self.people[person as usize].birth).plus(960);
                if programme == p::HOUSING || month < eighty {
                    let base = self.case("B-17", Expected::Hit, person, Some(programme), month, month);
                    self.truth.push(base);
                }
            }
        }
    }

    /// B-22: what the lists and the payments say around the day of application.
    fn categories(&mut self, by_person: &HashMap<PersonIx, Vec<&Payment>>) {
        let planted: HashSet<PersonIx> = self
            .facts
            .iter()
            .filter(|f| f.dataset == "civil_aid")
            .map(|f| f.person)
            .collect();
        for a in self.applications {
            let programme = match a.aid_category {
                "2" => p::ALLOWANCE,
                "3" => p::DESTITUTE,
                _ => continue,
            };
            let at = Month::of(a.applied_on);
            let of = by_person.get(&a.person).into_iter().flatten();
            let months: Vec<Month> = of
                .filter(|x| x.programme == programme)
                .map(|x| x.benefit_month)
                .collect();
            let (from, to) = (months.iter().min(), months.iter().max());
            let listed = from.zip(to).is_some_and(|(from, to)| {
                let open = to.plus(3) > self.spec.last_month();
                from.plus(-8) <= at && (open || to.plus(6) >= at)
            });
            if listed {
                continue;
            }
            let (expected, exception) = if from.is_some() || planted.contains(&a.person) {
                (Expected::Exception, "X17")
            } else {
                (Expected::Hit, "")
            };
            let base = self.case("B-22", expected, a.person, None, at, at);
            self.truth.push(Truth { exception, ..base });
        }
    }

    /// B-15.
    fn herds(&mut self, by_person: &HashMap<PersonIx, Vec<&Payment>>) {
        for (person, immunised, dead, class, fact) in self.later.herds.clone() {
            for x in by_person
                .get(&person)
                .into_iter()
                .flatten()
                .filter(|x| x.programme == p::LIVESTOCK)
            {
                let span = (x.benefit_month, x.benefit_month);
                if x.qty <= immunised * 130 {
                    let base = self.case("B-15", Expected::Miss, person, Some(x.programme), span.0, span.1);
                    self.truth.push(Truth { class, ..base });
                } else {
                    let exception = if x.qty <= (immunised + dead) * 130 { "X17" } else { "" };
                    self.with_row("B-15", exception, person, x.programme, span, class, fact);
                }
            }
        }
    }

    /// How the clerk spoils a planted row.
    pub(super) fn spoiled(&self, dice: &mut Dice, person: PersonIx) -> ErrorClass {
        use ErrorClass::{Exact, FifteenDigits, MissingId, MisusedId, NameVariant, OneDigitTypo, Swap};
        let class = [
            Exact,
            FifteenDigits,
            OneDigitTypo,
            Swap,
            MissingId,
            NameVariant,
            MisusedId,
        ][dice.weighted(&[70, 8, 6, 4, 2, 7, 3])];
        match class {
            FifteenDigits if self.people[person as usize].birth.year() >= 2000 => Exact,
            other => other,
        }
    }
}
