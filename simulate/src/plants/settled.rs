//! Families that draw a benefit all the time, for cases whose records no other rule reads: each stands in one of them, however
//! many other cases it stands in.

use std::collections::HashSet;

use kernel::{Month, RegionCode, RegionLevel};

use super::Planter;
use crate::{
    county::{Family, Household, PersonIx},
    dice::Dice,
    facts::Cell,
    programmes as p,
    truth::{ErrorClass, Expected},
};

/// A registered family with a steady benefit.
pub(super) struct Settled {
    /// Position in the register.
    pub(super) at: u32,
    pub(super) household: Household,
    pub(super) family: Family,
}

/// Such families in chance order, each once.
pub(super) struct Settlement<'s, 'a> {
    pub(super) p: &'s mut Planter<'a>,
    pub(super) dice: Dice,
    order: Vec<u32>,
}

impl<'s, 'a> Settlement<'s, 'a> {
    pub(super) fn new(p: &'s mut Planter<'a>) -> Settlement<'s, 'a> {
        let mut dice = Dice::new(p.spec.seed, "settled");
        let (first, last) = p.window();
        let steady: HashSet<PersonIx> = p
            .registry
            .entitlements
            .iter()
            .filter(|e| matches!(e.programme, p::ALLOWANCE | p::DESTITUTE) && e.from == first && e.to == last)
            .map(|e| e.payee)
            .collect();
        // Where somebody moved, was entered elsewhere or died, months are no longer sure.
        let entered = &p.entered;
        let mut unsure: HashSet<u32> = entered.moved.iter().map(|m| m.household).collect();
        unsure.extend(entered.misplaced.iter().map(|(at, _)| *at));
        let died: HashSet<PersonIx> = p.dead.iter().map(|d| d.0).collect();
        let gone =
            |m: PersonIx| p.people[m as usize].death.is_some() || p.later.silenced.contains(&m) || died.contains(&m);
        let mut order: Vec<u32> = (0_u32..)
            .zip(&p.registry.households)
            .filter(|(at, h)| {
                let family = &p.families[h.family as usize];
                h.exited_on.is_none()
                    && !unsure.contains(at)
                    && steady.contains(&family.head)
                    && !family.members().any(gone)
            })
            .map(|(at, _)| at)
            .collect();
        dice.shuffle(&mut order);
        Settlement { p, dice, order }
    }

    /// The next family that `fits`.
    pub(super) fn next(&mut self, fits: impl Fn(&Planter, u32, &Family) -> bool) -> Option<Settled> {
        let planter = &*self.p;
        let family = |at: u32| &planter.families[planter.registry.households[at as usize].family as usize];
        let found = self.order.iter().position(|at| fits(planter, *at, family(*at)))?;
        let at = self.order.swap_remove(found);
        let household = self.p.registry.households[at as usize];
        let family = self.p.families[household.family as usize];
        Some(Settled { at, household, family })
    }

    /// Heads of such families that live in one town, whatever else they stand in.
    pub(super) fn neighbours(&mut self, count: usize) -> Option<(RegionCode, Vec<PersonIx>)> {
        let planter = &*self.p;
        let head = |at: &u32| planter.families[planter.registry.households[*at as usize].family as usize].head;
        let town = |m: PersonIx| planter.people[m as usize].region.at(RegionLevel::Town);
        let begin = self.dice.below(self.order.len().max(1) as u32) as usize;
        let here = town(head(self.order.get(begin)?));
        let from_here = self.order.iter().skip(begin).chain(self.order.iter().take(begin));
        let heads: Vec<PersonIx> = from_here.map(head).filter(|m| town(*m) == here).take(count).collect();
        (heads.len() == count).then_some((here, heads))
    }

    /// A planted row about somebody, with the case it makes.
    pub(super) fn case(
        &mut self,
        rule: &'static str,
        expected: Expected,
        person: PersonIx,
        span: (Month, Month),
        row: (&'static str, Vec<(&'static str, Cell)>),
    ) {
        let class = self.p.class(person);
        self.case_as(rule, expected, "", person, class, span, row);
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn case_as(
        &mut self,
        rule: &'static str,
        expected: Expected,
        exception: &'static str,
        person: PersonIx,
        class: ErrorClass,
        span: (Month, Month),
        (dataset, cells): (&'static str, Vec<(&'static str, Cell)>),
    ) {
        let fact = self.p.fact(dataset, person, class, cells);
        self.p
            .record(rule, "", expected, exception, person, class, span, Some(fact));
    }
}
