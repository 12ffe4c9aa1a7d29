//! B-11 and B-12: confirmed land that does not carry what its family was paid for.

use std::collections::BTreeMap;

use kernel::Month;

use super::after::After;
use crate::{
    county::{Payment, PersonIx},
    days,
    dice::Dice,
    facts::{Cell, Fact},
    names,
    programmes::{self as p},
    truth::{ErrorClass, Expected, Truth},
};

impl After<'_> {
    /// B-11 and B-12: confirmed land of ordinary families that does not carry what they were paid for.
    pub(super) fn land(&mut self, payments: &[Payment], land: &[u32]) {
        let mut dice = Dice::new(self.spec.seed, "land cases");
        let mut heads: BTreeMap<PersonIx, Vec<Month>> = BTreeMap::new();
        for x in payments.iter().filter(|x| x.programme == p::LAND) {
            let family = self.people[x.payee as usize].family as usize;
            let living = || {
                self.families[family]
                    .members()
                    .all(|m| self.people[m as usize].death.is_none())
            };
            if self.families[family].head == x.payee && !self.used[family] && !self.families[family].touched && living()
            {
                heads.entry(x.payee).or_default().push(x.benefit_month);
            }
        }
        let mut heads: Vec<(PersonIx, Vec<Month>)> = heads.into_iter().collect();
        dice.shuffle(&mut heads);
        let share = |county: u32, floor: u32| self.spec.scale.share(county, floor);
        let (hits, others) = (share(70, 4), share(24, 2));
        let kinds: Vec<(&'static str, Expected, u32)> = vec![
            ("B-11", Expected::Hit, hits),
            ("B-11", Expected::Exception, others),
            ("B-11", Expected::Miss, others),
            ("B-12", Expected::Hit, hits),
            ("B-12", Expected::Exception, others),
            ("B-12", Expected::Miss, others),
        ];
        for (rule, expected, count) in kinds {
            for _ in 0..count {
                let Some((person, months)) = heads.pop() else { return };
                self.plots(&mut dice, rule, expected, person, &months, land);
            }
        }
        for _ in 0..share(20, 1) {
            let (Some(one), Some(other)) = (heads.pop(), heads.pop()) else {
                return;
            };
            self.same_plot(&mut dice, one, other, land);
        }
    }

    fn plots(
        &mut self,
        dice: &mut Dice,
        rule: &'static str,
        expected: Expected,
        person: PersonIx,
        months: &[Month],
        land: &[u32],
    ) {
        let paid = i64::from(land[self.people[person as usize].family as usize]);
        let class = self.spoiled(dice, person);
        let part = |percent: i64| paid * percent / 100;
        // Area, kind, how it is held; the last with a certificate of its own when it was rented in.
        let rows: Vec<(i64, &'static str, &'static str)> = match (rule, expected) {
            ("B-11", Expected::Hit) => vec![(part(65), "0102", "1")],
            ("B-11", Expected::Exception) => vec![(part(65), "0102", "1"), (part(36), "0102", "2")],
            ("B-11", _) => vec![(part(94), "0102", "1")],
            (_, Expected::Hit) => vec![(part(60), "0102", "1"), (paid - part(60), "1104", "1")],
            (_, Expected::Exception) => vec![(part(60), "0102", "1"), (paid - part(60), "1104", "3")],
            _ => vec![(part(97), "0102", "1"), (paid - part(97), "0301", "1")],
        };
        let fact = self.certificates(person, class, &rows);
        let exception = if expected == Expected::Exception { "X13" } else { "" };
        for month in months {
            if expected == Expected::Miss {
                let base = self.case(rule, expected, person, Some(p::LAND), *month, *month);
                self.truth.push(Truth { class, ..base });
            } else {
                self.with_row(rule, exception, person, p::LAND, (*month, *month), class, fact);
            }
        }
    }

    /// A plot stands under two families, and both were paid for it.
    fn same_plot(&mut self, dice: &mut Dice, one: (PersonIx, Vec<Month>), other: (PersonIx, Vec<Month>), land: &[u32]) {
        debug_assert!(dice.below(2) < 2);
        let both: Vec<Month> = one.1.iter().filter(|m| other.1.contains(m)).copied().collect();
        let area = |person: PersonIx| i64::from(land[self.people[person as usize].family as usize]);
        let (mine, theirs) = (area(one.0), area(other.0));
        let first = self.certificates(one.0, ErrorClass::Exact, &[(mine, "0102", "1")]);
        let second = self.certificates(other.0, ErrorClass::Exact, &[(theirs, "0102", "1")]);
        let plot = self.facts[first as usize]
            .cells
            .iter()
            .find(|(c, _)| *c == "plot_no")
            .cloned();
        if let (Some(plot), Some(cell)) = (
            plot,
            self.facts[second as usize]
                .cells
                .iter_mut()
                .find(|(c, _)| *c == "plot_no"),
        ) {
            *cell = plot;
        }
        for month in both {
            self.with_row("B-12", "", one.0, p::LAND, (month, month), ErrorClass::Exact, first);
            self.with_row("B-12", "", other.0, p::LAND, (month, month), ErrorClass::Exact, second);
        }
    }

    /// The rows of one family's land, in place of the ordinary ones.
    fn certificates(&mut self, person: PersonIx, class: ErrorClass, rows: &[(i64, &'static str, &'static str)]) -> u32 {
        let family = self.people[person as usize].family as usize;
        self.used[family] = true;
        self.later.replaced.insert(("land", person));
        let confirmed = days::plus_years(self.spec.first_month().first_day(), -1);
        let own: i64 = rows.iter().filter(|r| r.2 != "2").map(|r| r.0).sum();
        let no = self.families[family].no;
        let stranger = (class == ErrorClass::MisusedId).then(|| {
            let mut dice = Dice::new(self.spec.seed ^ u64::from(person), "land stranger");
            names::foreign_name(&mut dice, &self.people[person as usize].name)
        });
        let first = self.facts.len() as u32;
        for (n, (area, kind, held)) in rows.iter().enumerate() {
            let rented = *held == "2";
            let certificate = if rented { format!("{no}L") } else { format!("{no}J") };
            self.facts.push(Fact {
                dataset: "land",
                person,
                class,
                stranger: stranger.clone(),
                cells: vec![
                    ("certificate_no", Cell::Text(certificate)),
                    ("plot_no", Cell::Text(format!("{no}{:02}", n + 1))),
                    ("land_kind", Cell::Code(kind)),
                    ("area", Cell::Area(*area)),
                    ("region", Cell::Int(self.families[family].region.parent().as_i64())),
                    ("confirmed_on", Cell::Date(confirmed)),
                    ("total_area", if rented { Cell::Empty } else { Cell::Area(own) }),
                    ("held_by", Cell::Code(held)),
                ],
            });
        }
        first
    }
}
