//! Who is registered, who is entitled to what, and since when.

use kernel::{Date, Month};

use crate::{
    county::{Family, FamilyIx, Household, Person, PersonIx, ProgrammeIx},
    days,
    dice::Dice,
    programmes::{self as p, Cycle, PROGRAMMES},
    spec::{MONTHS, Spec},
};

/// A right to a benefit for a span of months, paid at every cycle month while the payee lives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entitlement {
    pub(crate) programme: ProgrammeIx,
    pub(crate) payee: PersonIx,
    pub(crate) from: Month,
    pub(crate) to: Month,
    /// Hundredths of a unit.
    pub(crate) qty: i32,
}

/// A person with a disability certificate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disabled {
    pub(crate) person: PersonIx,
    pub(crate) kind: u8,
    pub(crate) grade: u8,
    pub(crate) issued_on: Date,
}

/// Registrations, entitlements and disabilities of a population.
pub(crate) struct Registry {
    pub(crate) households: Vec<Household>,
    pub(crate) entitlements: Vec<Entitlement>,
    pub(crate) disabled: Vec<Disabled>,
}

struct Registrar<'a> {
    spec: &'a Spec,
    dice: Dice,
    people: &'a [Person],
    families: &'a mut [Family],
    out: Registry,
}

/// Registers families by need and derives what they are entitled to. Marks every family with a targeted benefit.
pub(crate) fn register(spec: &Spec, people: &[Person], families: &mut [Family]) -> Registry {
    let out = Registry {
        households: Vec::new(),
        entitlements: Vec::new(),
        disabled: Vec::new(),
    };
    let mut r = Registrar {
        spec,
        dice: Dice::new(spec.seed, "registry"),
        people,
        families,
        out,
    };
    r.households();
    r.people_with_disabilities();
    r.elders();
    r.students();
    r.others();
    r.out
}

impl Registrar<'_> {
    fn share(&self, county_count: u32) -> usize {
        self.spec.scale.share(county_count, 1) as usize
    }

    fn window(&self) -> (Month, Month) {
        (self.spec.first_month(), self.spec.last_month())
    }

    fn households(&mut self) {
        let mut order: Vec<FamilyIx> = (0..self.families.len() as u32).collect();
        self.dice.shuffle(&mut order);
        let mut wanted = [
            self.share(6_000),
            self.share(1_700),
            self.share(5_400),
            self.share(1_900),
        ];
        for family in order {
            let head = &self.people[self.families[family as usize].head as usize];
            let size = self.families[family as usize].size;
            let elder_alone = size == 1 && days::age(head.birth, self.spec.as_of) >= 63;
            let attr = if elder_alone && wanted[1] > 0 {
                3
            } else if elder_alone {
                continue;
            } else if wanted[2] > 0 {
                2
            } else if wanted[3] > 0 {
                4
            } else if wanted[0] > 0 {
                1
            } else if wanted[1] == 0 {
                break;
            } else {
                continue;
            };
            wanted[[0, 2, 1, 3][attr as usize - 1]] -= 1;
            self.registration(family, attr);
        }
    }

    fn registration(&mut self, family: FamilyIx, attr: u8) {
        let (first, last) = self.window();
        let early = days::random(&mut self.dice, first.plus(-70).first_day(), first.plus(-2).last_day());
        let late = days::random(&mut self.dice, first.plus(1).first_day(), last.plus(-4).last_day());
        let registered_on = if self.dice.percent(86) { early } else { late };
        // Exits at least half a year after registration and before now.
        let latest = last.plus(-3).last_day();
        let earliest = days::plus(registered_on, 200);
        let exit = (earliest < latest).then(|| days::random(&mut self.dice, earliest, latest));
        let (status, exited_on) = match attr {
            1 => match self.dice.weighted(&[20, 58, 6, 3, 3, 10]) {
                left @ (1 | 4) => (left as u8, exit),
                other => (other as u8, None),
            },
            2 | 4 => match self.dice.weighted(&[62, 0, 6, 0, 14, 18]) {
                4 => (4, exit),
                other => (other as u8, None),
            },
            _ => (0, None),
        };
        let status = if exited_on.is_none() && matches!(status, 1 | 4) {
            0
        } else {
            status
        };
        let main_cause = *self.dice.pick(&[1, 1, 1, 2, 2, 3, 8, 8, 7, 9, 4, 99]);
        self.out.households.push(Household {
            family,
            status,
            attr,
            main_cause,
            registered_on,
            exited_on,
        });
        self.families[family as usize].touched = true;

        let family_now = self.families[family as usize];
        let from = Month::of(registered_on).plus(1).max(first);
        let to = exited_on.map_or(last, |d| Month::of(d).plus(-1)).min(last);
        let head = family_now.head;
        let members = i32::from(family_now.size);
        match attr {
            2 | 4 => self.entitle(p::ALLOWANCE, head, from, to, members.min(3) * 100),
            3 => self.entitle(p::DESTITUTE, head, from, to, 100),
            _ => {}
        }
        if matches!(attr, 1 | 4) {
            // The consolidation period keeps support for up to 24 months after exit; most get some of it.
            let kept = if status == 4 { -1 } else { 20 };
            let to = exited_on.map_or(last, |d| Month::of(d).plus(kept)).min(last);
            if self.dice.percent(45) {
                self.entitle(p::INDUSTRY, head, from, to, 100);
            }
            if self.dice.percent(22) {
                self.entitle(p::LOAN_INTEREST, head, from, to, 100);
            }
        }
        if self.dice.percent(30) {
            self.once(p::WINTER, head, from, to, members * 100);
        }
    }

    fn people_with_disabilities(&mut self) {
        let mut certified = std::collections::HashSet::new();
        for _ in 0..self.share(19_000) {
            let person = self.anyone();
            let age = days::age(self.people[person as usize].birth, self.spec.as_of);
            if age < 4 || !certified.insert(person) {
                continue;
            }
            let kind = [1, 2, 3, 4, 4, 4, 4, 5, 6, 7][self.dice.below(10) as usize];
            let grade = 1 + self.dice.weighted(&[12, 22, 33, 33]) as u8;
            let issued_on = days::random(
                &mut self.dice,
                days::plus_years(self.spec.as_of, -9),
                days::plus_years(self.spec.as_of, -3),
            )
            .max(days::plus(self.people[person as usize].birth, 400));
            self.out.disabled.push(Disabled {
                person,
                kind,
                grade,
                issued_on,
            });
            let (first, last) = self.window();
            if grade <= 2 {
                self.entitle(
                    p::DISABLED_CARE,
                    person,
                    first.max(Month::of(issued_on).plus(1)),
                    last,
                    100,
                );
                self.touch(person);
            }
            if self.dice.percent(30) {
                self.entitle(
                    p::DISABLED_LIVING,
                    person,
                    first.max(Month::of(issued_on).plus(1)),
                    last,
                    100,
                );
                self.touch(person);
            }
        }
        // One certificate a person.
        self.out.disabled.sort_by_key(|d| d.person);
        self.out.entitlements.sort_by_key(|e| (e.programme, e.payee, e.from));
        self.out.entitlements.dedup_by_key(|e| (e.programme, e.payee));
    }

    fn elders(&mut self) {
        let (first, last) = self.window();
        for (i, person) in self.people.iter().enumerate() {
            let eighty = Month::of(days::plus_years(person.birth, 80));
            if eighty < last {
                let from = eighty.plus(1).max(first);
                self.out.entitlements.push(Entitlement {
                    programme: p::OLD_AGE,
                    payee: i as u32,
                    from,
                    to: last,
                    qty: 100,
                });
            }
        }
    }

    fn students(&mut self) {
        let (first, last) = self.window();
        let ages = |person: &Person| days::age(person.birth, self.spec.as_of);
        let pupils: Vec<PersonIx> = (0..self.people.len() as u32)
            .filter(|i| (7..=21).contains(&ages(&self.people[*i as usize])))
            .collect();
        if pupils.is_empty() {
            return;
        }
        for _ in 0..self.share(6_200) {
            let person = *self.dice.pick(&pupils);
            if self.already(person) {
                continue;
            }
            let programme = if ages_of(self.people, person, self.spec.as_of) >= 17 {
                p::VOCATIONAL
            } else {
                p::STUDENTS
            };
            self.entitle(programme, person, first, last, 100);
            self.touch(person);
        }
    }

    fn others(&mut self) {
        let (first, last) = self.window();
        let as_of = self.spec.as_of;
        for (programme, county_count, ages) in [
            (p::FAMILY_PLANNING, 8_000, 60..=75),
            (p::MACHINES, 8_000, 25..=62),
            (p::LIVESTOCK, 6_500, 25..=65),
            (p::PUBLIC_POST, 1_000, 45..=62),
            (p::RELIEF, 4_000, 25..=90),
            (p::MEDICAL_AID, 9_000, 3..=90),
            (p::ORPHANS, 140, 1..=17),
        ] {
            for _ in 0..self.share(county_count) {
                let person = self.anyone();
                if !ages.contains(&ages_of(self.people, person, as_of)) || self.already(person) {
                    continue;
                }
                let (from, to) = (first, last);
                match PROGRAMMES[programme as usize].cycle {
                    Cycle::Once => {
                        let qty = if programme == p::LIVESTOCK {
                            self.dice.between(2, 12) * 100
                        } else {
                            100
                        };
                        self.once(programme, person, from, to, qty);
                    }
                    _ => self.entitle(programme, person, from, to, 100),
                }
                if PROGRAMMES[programme as usize].targeted {
                    self.touch(person);
                }
            }
        }
        self.out.entitlements.sort_by_key(|e| (e.programme, e.payee, e.from));
        self.out.entitlements.dedup_by_key(|e| (e.programme, e.payee, e.from));
    }

    fn already(&self, person: PersonIx) -> bool {
        self.people[person as usize].death.is_some()
    }

    fn anyone(&mut self) -> PersonIx {
        self.dice.below(self.people.len() as u32)
    }

    fn touch(&mut self, person: PersonIx) {
        self.families[self.people[person as usize].family as usize].touched = true;
    }

    fn entitle(&mut self, programme: ProgrammeIx, payee: PersonIx, from: Month, to: Month, qty: i32) {
        if from <= to {
            self.out.entitlements.push(Entitlement {
                programme,
                payee,
                from,
                to,
                qty,
            });
        }
    }

    /// One payment in a random month of the span.
    fn once(&mut self, programme: ProgrammeIx, payee: PersonIx, from: Month, to: Month, qty: i32) {
        let span = (to.index() - from.index()).clamp(0, MONTHS - 1);
        let month = from.plus(self.dice.between(0, span));
        self.entitle(programme, payee, month, month, qty);
    }
}

fn ages_of(people: &[Person], person: PersonIx, on: Date) -> i32 {
    days::age(people[person as usize].birth, on)
}
