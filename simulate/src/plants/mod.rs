//! Planted cases: for every rule some true hits, some exceptions and some innocent look-alikes.
//!
//! Each case takes a family of its own, so that rules do not interfere and the truth stays complete.

pub(crate) mod after;
mod assets;
pub(crate) mod benefits;
pub(crate) mod budgets;
pub(crate) mod cadres;
mod contracts;
mod copies;
mod drawn;
mod earnings;
mod eligibility;
pub(crate) mod evenly;
mod funds;
mod hardship;
mod homes;
mod loans;
mod means;
pub(crate) mod money;
mod paid_ahead;
mod plots;
mod power;
mod projects;
mod register;
mod relations;
mod renovation;
pub(crate) mod rosters;
mod settled;
mod suppliers;
mod supporters;
mod tenders;
mod terms;
mod traces;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{Date, Month, RegionCode, period::ymd};

pub(crate) use benefits::after_payments;
pub(crate) use renovation::aid_category;

use crate::{
    county::{Application, Cadre, CadreKin, Entered, Family, FamilyIx, Household, Person, PersonIx, ProgrammeIx},
    days,
    dice::Dice,
    facts::{Cell, Fact},
    moneys::Moneys,
    names,
    payments::AccountBook,
    programmes::{self as p, PROGRAMMES},
    registry::{Entitlement, Registry},
    spec::Spec,
    truth::{ErrorClass, Expected, Truth},
    works::Works,
};

/// County-scale numbers of planted cases and the least number at small scales.
pub(crate) struct Quota {
    pub(crate) hits: u32,
    pub(crate) exceptions: u32,
    pub(crate) misses: u32,
}

/// Everything a plant may read or change.
pub(crate) struct Planter<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) dice: Dice,
    pub(crate) people: &'a [Person],
    pub(crate) families: &'a mut [Family],
    pub(crate) registry: Registry,
    pub(crate) book: &'a mut AccountBook,
    pub(crate) facts: Vec<Fact>,
    pub(crate) truth: Vec<Truth>,
    pub(crate) cadres: Vec<Cadre>,
    pub(crate) kin: Vec<CadreKin>,
    pub(crate) applications: Vec<Application>,
    /// Planted deaths the register does not know.
    pub(crate) dead: Vec<(PersonIx, Date, Expected, ErrorClass, u32)>,
    /// Registered families with a steady benefit over all months, not yet used.
    steady: Vec<u32>,
    /// Registered families whose benefits ended long ago, with the month from which all is over.
    gone: Vec<(u32, Month)>,
    /// Ordinary families for cadres and strangers.
    ordinary: Vec<FamilyIx>,
    pub(crate) used: Vec<bool>,
    /// People with a targeted benefit of their own.
    pub(crate) own_benefit: HashSet<PersonIx>,
    /// Only identity errors that exact comparison bridges.
    pub(crate) linkable_only: bool,
    /// Cases that depend on the payments made.
    pub(crate) later: money::Later,
    pub(crate) entered: Entered,
    /// Helpers of households by position.
    pub(crate) helpers: BTreeMap<u32, PersonIx>,
    /// Positions of registered households that stay in the register.
    staying: Vec<u32>,
    /// Pairs of communities in which cadres' kin are listed crosswise.
    pub(crate) crossings: BTreeSet<(RegionCode, RegionCode)>,
    pub(crate) works: Works,
    pub(crate) moneys: Moneys,
}

impl<'a> Planter<'a> {
    pub(crate) fn new(
        spec: &'a Spec,
        people: &'a [Person],
        families: &'a mut [Family],
        registry: Registry,
        book: &'a mut AccountBook,
    ) -> Planter<'a> {
        let mut dice = Dice::new(spec.seed, "plants");
        let used = vec![false; families.len()];
        let living = |f: &Family| f.members().all(|m| people[m as usize].death.is_none());
        let (first, last) = (spec.first_month(), spec.last_month());

        // Last month of any targeted benefit, and whether one steady benefit covers all months, by family.
        let mut own_benefit = HashSet::new();
        let mut ends: HashMap<FamilyIx, Month> = HashMap::new();
        let mut covered: HashMap<FamilyIx, bool> = HashMap::new();
        for e in &registry.entitlements {
            let family = people[e.payee as usize].family;
            if PROGRAMMES[e.programme as usize].targeted {
                own_benefit.insert(e.payee);
                let end = ends.entry(family).or_insert(e.to);
                *end = e.to.max(*end);
                let steady = matches!(e.programme, p::ALLOWANCE | p::DESTITUTE) && e.from == first && e.to == last;
                *covered.entry(family).or_default() |= steady;
            }
        }
        let mut steady = Vec::new();
        let mut gone = Vec::new();
        for (i, h) in registry.households.iter().enumerate() {
            let family = &families[h.family as usize];
            if !living(family) {
                continue;
            }
            if covered.get(&h.family) == Some(&true) {
                steady.push(i as u32);
            } else if let Some(exit) = h.exited_on {
                let over = ends
                    .get(&h.family)
                    .map_or(Month::of(exit), |m| (*m).max(Month::of(exit)))
                    .max(Month::of(exit).plus(24));
                if over.plus(5) < last {
                    gone.push((i as u32, over.plus(1)));
                }
            }
        }
        let mut ordinary: Vec<FamilyIx> = (0..families.len() as u32)
            .filter(|f| !families[*f as usize].touched && living(&families[*f as usize]))
            .collect();
        dice.shuffle(&mut steady);
        dice.shuffle(&mut gone);
        dice.shuffle(&mut ordinary);
        let mut staying: Vec<u32> = (0_u32..)
            .zip(&registry.households)
            .filter(|(_, h)| h.exited_on.is_none() && living(&families[h.family as usize]))
            .map(|(at, _)| at)
            .collect();
        Dice::new(spec.seed, "staying").shuffle(&mut staying);
        // Those whom others need for their steady benefit come last.
        let needed: HashSet<u32> = steady.iter().copied().collect();
        staying.sort_by_key(|at| !needed.contains(at));
        Planter {
            spec,
            dice,
            people,
            families,
            registry,
            book,
            facts: Vec::new(),
            truth: Vec::new(),
            cadres: Vec::new(),
            kin: Vec::new(),
            applications: Vec::new(),
            dead: Vec::new(),
            steady,
            gone,
            ordinary,
            used,
            own_benefit,
            linkable_only: false,
            later: money::Later::default(),
            entered: Entered::default(),
            helpers: BTreeMap::new(),
            staying,
            crossings: BTreeSet::new(),
            works: Works::new(spec),
            moneys: Moneys::default(),
        }
    }

    /// Plants every rule.
    pub(crate) fn plant_all(&mut self) {
        renovation::plant(
            self,
            self.share(202, 4),
            self.share(51, 2),
            self.share(7, 1),
            self.share(2, 1),
        );
        eligibility::plant(self);
        cadres::plant(self);
        benefits::plant(self);
        means::plant(self);
        money::plant(self);
        power::plant(self);
        hardship::plant(self);
        relations::plant(self);
        register::plant(self);
        projects::plant(self);
        funds::plant(self);
        assets::plant(self);
        homes::plant(self);
        copies::plant(self);
        rosters::interest(self);
        let alike = paid_ahead::plant(self);
        suppliers::plant(self);
        paid_ahead::tell(self, &alike);
        contracts::plant(self);
        let mut settlement = settled::Settlement::new(self);
        drawn::plant(&mut settlement);
        supporters::plant(&mut settlement);
        traces::plant(&mut settlement);
        loans::plant(self);
    }

    /// The renovation figures of Fuyuan alone.
    pub(crate) fn plant_fuyuan(&mut self) {
        renovation::plant(self, 202, 51, 7, 2);
    }

    pub(crate) fn share(&self, county_count: u32, floor: u32) -> u32 {
        let floor = if self.spec.scale.people() < 20_000 {
            floor.min(1)
        } else {
            floor
        };
        self.spec.scale.share(county_count, floor)
    }

    pub(crate) fn counts(&self, quota: &Quota) -> [(Expected, u32); 3] {
        [
            (Expected::Hit, self.share(quota.hits, 6)),
            (Expected::Exception, self.share(quota.exceptions, 4)),
            (Expected::Miss, self.share(quota.misses, 4)),
        ]
    }

    /// Smaller floors than [`Planter::counts`], so that a town has room for every rule.
    pub(crate) fn few(&self, quota: &Quota) -> [(Expected, u32); 3] {
        [
            (Expected::Hit, self.share(quota.hits, 4)),
            (Expected::Exception, self.share(quota.exceptions, 2)),
            (Expected::Miss, self.share(quota.misses, 2)),
        ]
    }

    pub(crate) fn window(&self) -> (Month, Month) {
        (self.spec.first_month(), self.spec.last_month())
    }

    /// The next unused registered family with a steady benefit that `fits`.
    pub(crate) fn steady(&mut self, fits: impl Fn(&Household, &Family) -> bool) -> Option<Household> {
        let households = &self.registry.households;
        let (families, used) = (&self.families, &self.used);
        let at = self.steady.iter().rposition(|i| {
            let h = &households[*i as usize];
            !used[h.family as usize] && fits(h, &families[h.family as usize])
        })?;
        let h = self.registry.households[self.steady.swap_remove(at) as usize];
        self.used[h.family as usize] = true;
        Some(h)
    }

    /// The position of the next unused household that stays in the register and `fits`.
    pub(crate) fn listed(&mut self, fits: impl Fn(&Family) -> bool) -> Option<u32> {
        let (households, families, used) = (&self.registry.households, &self.families, &self.used);
        let at = self.staying.iter().rposition(|i| {
            let family = households[*i as usize].family as usize;
            !used[family] && fits(&families[family])
        })?;
        // Not marked as used: what was entered about it does not keep it from applying for a house.
        Some(self.staying.swap_remove(at))
    }

    /// Where a registered family stands among the households.
    pub(crate) fn position(&self, family: FamilyIx) -> u32 {
        let at = self.registry.households.iter().position(|h| h.family == family);
        at.map_or(0, |at| at as u32)
    }

    /// The next family long out of the register, and the first month in which nothing reaches it any more.
    pub(crate) fn gone(&mut self) -> Option<(Household, Month)> {
        while let Some((i, month)) = self.gone.pop() {
            let h = self.registry.households[i as usize];
            if !self.used[h.family as usize] {
                self.used[h.family as usize] = true;
                return Some((h, month));
            }
        }
        None
    }

    /// The next ordinary family that `fits`; it stays ordinary unless the caller touches it.
    pub(crate) fn ordinary(&mut self, fits: impl Fn(&Family) -> bool) -> Option<FamilyIx> {
        let (families, used) = (&self.families, &self.used);
        let at = self
            .ordinary
            .iter()
            .rposition(|f| !used[*f as usize] && fits(&families[*f as usize]))?;
        let family = self.ordinary.swap_remove(at);
        self.used[family as usize] = true;
        Some(family)
    }

    /// A member who was of age when benefits began, other than the head if there is one.
    pub(crate) fn adult(&mut self, family: FamilyIx, other_than_head: bool) -> PersonIx {
        let f = self.families[family as usize];
        let start = self.spec.first_month().first_day();
        let adults: Vec<PersonIx> = f
            .members()
            .filter(|m| (20..=78).contains(&days::age(self.people[*m as usize].birth, start)))
            .filter(|m| !other_than_head || *m != f.head)
            .collect();
        if adults.is_empty() {
            f.head
        } else {
            *self.dice.pick(&adults)
        }
    }

    /// How the clerk spoils the identity of a planted row.
    pub(crate) fn class(&mut self, person: PersonIx) -> ErrorClass {
        use ErrorClass::{Exact, FifteenDigits, MissingId, MisusedId, NameVariant, OneDigitTypo, Swap};
        let class = [
            Exact,
            FifteenDigits,
            OneDigitTypo,
            Swap,
            MissingId,
            NameVariant,
            MisusedId,
        ][self.dice.weighted(&[70, 8, 6, 4, 2, 7, 3])];
        // The published renovation figures must come out of exact comparison.
        if self.linkable_only && !matches!(class, Exact | FifteenDigits | NameVariant) {
            return Exact;
        }
        match class {
            FifteenDigits if self.people[person as usize].birth.year() >= 2000 => Exact,
            other => other,
        }
    }

    /// Plants a department row and returns its number.
    pub(crate) fn fact(
        &mut self,
        dataset: &'static str,
        person: PersonIx,
        class: ErrorClass,
        cells: Vec<(&'static str, Cell)>,
    ) -> u32 {
        let stranger = (class == ErrorClass::MisusedId)
            .then(|| names::foreign_name(&mut self.dice, &self.people[person as usize].name));
        self.facts.push(Fact {
            dataset,
            person,
            class,
            stranger,
            cells,
        });
        self.facts.len() as u32 - 1
    }

    /// Records a case. A stranger's name beside the number makes a hit the exception X05.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn record(
        &mut self,
        rule: &'static str,
        via: &'static str,
        expected: Expected,
        exception: &'static str,
        person: PersonIx,
        class: ErrorClass,
        span: (Month, Month),
        fact: Option<u32>,
    ) {
        let misused = class == ErrorClass::MisusedId && expected == Expected::Hit;
        let (expected, exception) = if misused {
            (Expected::Exception, "X05")
        } else {
            (expected, exception)
        };
        let (from, to) = span;
        self.truth.push(Truth {
            rule,
            via,
            expected,
            person,
            programme: None,
            from,
            to,
            class,
            exception,
            fact,
        });
    }

    /// A day within the months.
    pub(crate) fn day_in(&mut self, from: Month, to: Month) -> Date {
        days::random(&mut self.dice, from.first_day(), to.last_day())
    }

    /// A day some years back, well before the benefits began.
    pub(crate) fn day_before_window(&mut self, years: i32) -> Date {
        let first = self.spec.first_month();
        let back = self.dice.between(40, years * 365);
        days::plus(first.first_day(), -back)
    }

    pub(crate) fn entitle(&mut self, programme: ProgrammeIx, payee: PersonIx, from: Month, to: Month, qty: i32) {
        self.registry.entitlements.push(Entitlement {
            programme,
            payee,
            from,
            to,
            qty,
        });
    }

    pub(crate) fn touch(&mut self, family: FamilyIx) {
        self.families[family as usize].touched = true;
    }

    /// A day of the year 2001, when nobody here had benefits yet.
    pub(crate) fn long_ago(&mut self) -> Date {
        ymd(
            2001 + self.dice.between(0, 8),
            self.dice.between(1, 12) as u8,
            self.dice.between(1, 28) as u8,
        )
        .unwrap_or(Date::MIN)
    }
}
