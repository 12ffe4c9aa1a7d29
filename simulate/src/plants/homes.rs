//! Households that need help and get none, or are done with too early: H-12, I-03, I-05, I-12, I-13, I-14, I-15; and what
//! only looks so. Each household stands in one case, so that the questions of one rule are not those of another.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use kernel::{Date, Month};

use super::{Planter, earnings, terms};
use crate::{
    care::{Ability, Check, Handover, HelpNote, Living, Measure, Watch},
    county::{Family, Household, PersonIx},
    days,
    dice::Dice,
    programmes as p,
    truth::{ErrorClass, Expected},
};

/// A household of a case, by position.
pub(super) struct Home {
    pub(super) at: u32,
    pub(super) household: Household,
    pub(super) family: Family,
}

/// Households that no case of this kind has taken, in chance order.
pub(super) struct Homes<'h, 'a> {
    pub(super) p: &'h mut Planter<'a>,
    /// Those whose members are alive.
    order: Vec<u32>,
    taken: HashSet<u32>,
    /// How far each question went along the order: a household that is taken or does not fit never does again.
    asked: HashMap<Question, usize>,
    people: HashMap<&'static str, Rc<HashSet<PersonIx>>>,
    /// Households whose incomes are told anew, and how many incomes were told before.
    retold: HashSet<u32>,
    told_before: usize,
}

/// What is looked for: the rule, and whether it is the other of its two sorts of household.
pub(super) type Question = (&'static str, bool);

type Case = fn(&mut Homes, Expected, u32);

pub(super) fn plant(planter: &mut Planter) {
    let mut homes = Homes::new(planter);
    let cases: [Case; 11] = [
        no_helper,
        unsafe_house,
        unsafe_water,
        nothing_done,
        not_watched,
        crossed_out,
        stopped_early,
        earnings::falls,
        earnings::swells,
        terms::no_aid,
        terms::out_of_work,
    ];
    for case in cases {
        let (hits, misses) = (homes.p.share(40, 4), homes.p.share(40, 4));
        for i in 0..hits {
            case(&mut homes, Expected::Hit, i);
        }
        for i in 0..misses {
            case(&mut homes, Expected::Miss, i);
        }
    }
    for i in 0..homes.p.share(20, 2) {
        earnings::falls(&mut homes, Expected::Exception, i);
    }
    homes.forget();
}

impl<'h, 'a> Homes<'h, 'a> {
    fn new(p: &'h mut Planter<'a>) -> Homes<'h, 'a> {
        let mut dice = Dice::new(p.spec.seed, "homes");
        let mut order: Vec<u32> = (0..p.registry.households.len() as u32).collect();
        dice.shuffle(&mut order);
        // What was entered about these is a case of its own already.
        let entered = &p.entered;
        let mut taken: HashSet<u32> = entered.moved.iter().map(|m| m.household).collect();
        taken.extend(entered.misplaced.iter().map(|(at, _)| *at));
        taken.extend(p.helpers.keys());
        let told: HashSet<u32> = p
            .truth
            .iter()
            .filter(|t| t.rule == "A-13")
            .map(|t| p.people[t.person as usize].family)
            .collect();
        taken.extend(
            (0_u32..)
                .zip(&p.registry.households)
                .filter(|(_, h)| told.contains(&h.family))
                .map(|(at, _)| at),
        );
        let dead = |m: u32| p.people[m as usize].death.is_some() || p.later.silenced.contains(&m);
        order.retain(|at| {
            let household = &p.registry.households[*at as usize];
            !p.families[household.family as usize].members().any(dead)
        });
        let told_before = p.entered.incomes.len();
        Homes {
            p,
            order,
            taken,
            asked: HashMap::new(),
            people: HashMap::new(),
            retold: HashSet::new(),
            told_before,
        }
    }

    /// The next household that `fits`. The same question is always asked with the same `fits`, and what does not fit once
    /// must not fit later: so the order is walked once for each question, not once for each case.
    pub(super) fn next(&mut self, question: Question, fits: impl Fn(&Planter, &Household) -> bool) -> Option<Home> {
        let planter = &*self.p;
        let from = self.asked.entry(question).or_default();
        let found = self.order[*from..].iter().position(|at| {
            let h = &planter.registry.households[*at as usize];
            !self.taken.contains(at) && fits(planter, h)
        });
        let Some(found) = found else {
            *from = self.order.len();
            return None;
        };
        let at = self.order[*from + found];
        *from += found + 1;
        self.taken.insert(at);
        let household = planter.registry.households[at as usize];
        let family = planter.families[household.family as usize];
        Some(Home { at, household, family })
    }

    /// People of a kind, gathered when they are first asked for. What cases add concerns households they took.
    pub(super) fn people(
        &mut self,
        kind: &'static str,
        gather: impl FnOnce(&Planter) -> HashSet<PersonIx>,
    ) -> Rc<HashSet<PersonIx>> {
        let planter = &*self.p;
        let gathered = self.people.entry(kind).or_insert_with(|| Rc::new(gather(planter)));
        Rc::clone(gathered)
    }

    /// The household has only the incomes that cases tell: [`Homes::forget`] takes away what was told before.
    pub(super) fn retell(&mut self, household: u32) {
        self.retold.insert(household);
    }

    /// Once for all cases: the list is long.
    fn forget(&mut self) {
        let (retold, mut left) = (&self.retold, self.told_before);
        self.p.entered.incomes.retain(|income| {
            let before = left > 0;
            left = left.saturating_sub(1);
            !(before && retold.contains(&income.household))
        });
    }

    pub(super) fn note(&mut self, rule: &'static str, expected: Expected, home: &Home, span: (Month, Month)) {
        let exception = if expected == Expected::Exception { "X20" } else { "" };
        let (head, class) = (home.family.head, ErrorClass::Exact);
        self.p.record(rule, "", expected, exception, head, class, span, None);
    }

    pub(super) fn ago(&self, n: i32) -> Date {
        days::plus(self.p.spec.as_of, -n)
    }

    pub(super) fn last(&self) -> Month {
        self.p.spec.last_month()
    }

    fn check(&mut self, home: &Home, on: Date, bad: &[usize]) {
        let ok = std::array::from_fn(|n| !bad.contains(&n));
        let household = home.at;
        self.p.entered.care.checks.push(Check { household, on, ok });
    }

    fn done(&mut self, home: &Home, sort: &'static str, kind: &'static str, on: Date, ended_on: Option<Date>) {
        self.p.entered.care.measures.push(Measure {
            household: home.at,
            sort,
            kind,
            on,
            ended_on,
        });
    }

    fn watch(&mut self, home: &Home, on: Date, cleared_on: Option<Date>) {
        let household = home.at;
        self.p.entered.care.watched.push(Watch {
            household,
            on,
            cleared_on,
        });
    }

    fn helped(&mut self, home: &Home, on: Date) {
        let household = home.at;
        self.p.entered.care.notes.push(HelpNote { household, on });
    }

    pub(super) fn able(&mut self, person: PersonIx) {
        self.p.entered.care.abilities.push(Ability {
            person,
            labour: "普通劳动力",
            student: "非在校",
        });
    }
}

/// Where food, clothes, school, medicine, house and water stand in a check.
const SCHOOL: usize = 2;
const MEDICINE: usize = 3;
const HOUSE: usize = 4;
const WATER: usize = 5;

pub(super) fn stays(h: &Household) -> bool {
    h.exited_on.is_none() && h.status != 4
}

/// H-12: the helper left and nobody followed, or there never was one; or left a week ago, or was followed, or the household
/// is out for more than two years.
fn no_helper(homes: &mut Homes, expected: Expected, i: u32) {
    let last = homes.last();
    let settled = homes.ago(700);
    let long_out = expected == Expected::Miss && i % 3 == 2;
    let home = homes.next(("H-12", long_out), |_, h| {
        let out = h.exited_on.is_some_and(|d| Month::of(d).plus(25) <= last);
        h.registered_on < settled && if long_out { h.status == 1 && out } else { stays(h) }
    });
    let Some(home) = home else { return };
    let (ended_on, next_on) = match (expected, i % 3) {
        (Expected::Hit, 1) => (None, None),
        (Expected::Hit, _) => (Some(homes.ago(8 + 23 * i as i32 % 500)), None),
        (_, 0) => (Some(homes.ago(7)), None),
        (_, 1) => (Some(homes.ago(60)), Some(homes.ago(54))),
        _ => (None, None),
    };
    homes.p.entered.care.handovers.push(Handover {
        household: home.at,
        ended_on,
        next_on,
    });
    let from = Month::of(ended_on.unwrap_or(home.household.registered_on));
    homes.note("H-12", expected, &home, (from, last));
}

/// I-03: found unsafe and nothing planned; or thirty days ago, or found safe since, or help given.
fn unsafe_house(homes: &mut Homes, expected: Expected, i: u32) {
    // Not one that applies for a new house: that would be help.
    let housed = homes.people("housed", |planter| {
        let grants = planter
            .registry
            .entitlements
            .iter()
            .filter(|e| e.programme == p::HOUSING);
        let applied = planter.applications.iter().map(|a| a.person);
        grants.map(|e| e.payee).chain(applied).collect()
    });
    let home = homes.next(("I-03", false), |planter, h| {
        let mut members = planter.families[h.family as usize].members();
        stays(h) && planter.used[h.family as usize] && !members.any(|m| housed.contains(&m))
    });
    let Some(home) = home else { return };
    let look_alike = expected == Expected::Miss;
    let on = homes.ago(if look_alike && i % 3 == 0 {
        30
    } else {
        31 + 19 * i as i32 % 300
    });
    if i % 2 == 0 {
        homes.check(&home, on, &[HOUSE]);
    } else {
        let grade = if i % 4 == 1 { "D" } else { "C" };
        homes.p.entered.care.living.push(Living {
            household: home.at,
            on,
            grade,
            water: "",
        });
    }
    match (look_alike, i % 3) {
        (true, 1) => homes.check(&home, days::plus(on, 20), &[]),
        (true, 2) => homes.done(&home, "measure", "住房", days::plus(on, 10), None),
        _ => {}
    }
    let span = (Month::of(on), homes.last());
    homes.note("I-03", expected, &home, span);
}

/// I-05: the water is unsafe for more than a week; or a week, or has been found safe since, or nobody said.
fn unsafe_water(homes: &mut Homes, expected: Expected, i: u32) {
    let Some(home) = homes.next(("I-05", false), |_, h| stays(h)) else {
        return;
    };
    let look_alike = expected == Expected::Miss;
    let on = homes.ago(if look_alike && i % 3 == 0 {
        7
    } else {
        8 + 29 * i as i32 % 400
    });
    if i % 2 == 0 || look_alike && i % 3 == 1 {
        homes.check(&home, on, &[WATER]);
    } else {
        let water = if look_alike && i % 3 == 2 { "" } else { "否" };
        homes.p.entered.care.living.push(Living {
            household: home.at,
            on,
            grade: "B",
            water,
        });
    }
    if look_alike && (i % 3 == 1 || i % 6 == 2) {
        homes.check(&home, days::plus(on, 5), &[]);
    }
    let span = (Month::of(on), homes.last());
    homes.note("I-05", expected, &home, span);
}

/// I-12: watched for more than thirty days and nothing done; or for thirty, or something was, by whomever.
fn nothing_done(homes: &mut Homes, expected: Expected, i: u32) {
    let Some(home) = homes.next(("I-12", false), |_, h| stays(h) && h.status == 5) else {
        return;
    };
    let look_alike = expected == Expected::Miss;
    let on = homes.ago(if look_alike && i % 3 == 0 {
        30
    } else {
        31 + 17 * i as i32 % 300
    });
    homes.watch(&home, on, None);
    match (look_alike, i % 3) {
        (true, 1) => homes.done(&home, "measure", "产业", days::plus(on, 9), None),
        (true, 2) => homes.helped(&home, days::plus(on, 12)),
        _ => {}
    }
    let span = (Month::of(on), homes.last());
    homes.note("I-12", expected, &home, span);
}

/// I-13: out of poverty, short of school, medicine, water or means, and not watched; or watched, or no longer short.
fn not_watched(homes: &mut Homes, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let watched = look_alike && i % 4 == 0;
    let home = homes.next(("I-13", watched), |_, h| {
        if watched {
            stays(h) && h.status == 5
        } else {
            h.status == 1 && h.exited_on.is_some()
        }
    });
    let Some(home) = home else { return };
    let on = homes.ago(20 + 13 * i as i32 % 200);
    match (expected, i % 4) {
        (Expected::Hit, 0) => homes.check(&home, on, &[MEDICINE]),
        (Expected::Hit, 1) => homes.check(&home, on, &[SCHOOL]),
        (Expected::Hit, 2) => {
            homes.check(&home, on, &[WATER]);
            // Unsafe water is asked about wherever it is.
            let span = (Month::of(on), homes.last());
            homes.note("I-05", expected, &home, span);
        }
        (Expected::Hit, _) => earnings::set(homes, &home, &[(0, 12, "wage_local", 62)]),
        (_, 0) => {
            homes.check(&home, on, &[SCHOOL]);
            homes.watch(&home, homes.ago(300), None);
            homes.helped(&home, homes.ago(250));
        }
        (_, 1) => {
            homes.check(&home, homes.ago(260), &[MEDICINE]);
            homes.check(&home, on, &[]);
        }
        (_, 2) => earnings::set(homes, &home, &[(0, 12, "wage_local", 100)]),
        _ => earnings::set(homes, &home, &[(13, 12, "wage_local", 40)]),
    }
    let from = home.household.exited_on.map_or(home.household.registered_on, |d| d);
    let span = (Month::of(from), homes.last());
    homes.note("I-13", expected, &home, span);
}

/// I-14: cleared without help, or relief only where somebody could work; or helped, or nobody can work, or not yet half a
/// year.
fn crossed_out(homes: &mut Homes, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let relief = i % 2 == 1;
    let home = homes.next(("I-14", relief), |_, h| stays(h) && (h.status == 5) == relief);
    let Some(home) = home else { return };
    let last = homes.last();
    if !relief {
        let (on, cleared) = (homes.ago(520 + i as i32), homes.ago(90 + 11 * i as i32 % 200));
        homes.watch(&home, on, Some(cleared));
        match (look_alike, i % 4) {
            (true, 0) => homes.done(&home, "measure", "就业", days::plus(on, 60), None),
            (true, _) => homes.helped(&home, days::plus(on, 100)),
            _ => {}
        }
        homes.note("I-14", expected, &home, (Month::of(on), Month::of(cleared)));
        return;
    }
    let unable = look_alike && i % 4 == 1;
    let on = homes.ago(if look_alike && !unable {
        180
    } else {
        181 + 7 * i as i32 % 300
    });
    homes.watch(&home, on, None);
    homes.done(&home, "measure", "兜底", days::plus(on, 15), None);
    if !unable {
        homes.able(home.family.head);
    }
    homes.note("I-14", expected, &home, (Month::of(on), last));
}

/// I-15: a policy ended within two years of the exit; or goes on in another form, or ended after, or was no policy.
fn stopped_early(homes: &mut Homes, expected: Expected, i: u32) {
    let look_alike = expected == Expected::Miss;
    let late = look_alike && i % 4 == 1;
    let last = homes.last();
    let home = homes.next(("I-15", late), |_, h| {
        let months = if late { 25 } else { 9 };
        h.status == 1 && h.exited_on.is_some_and(|d| Month::of(d).plus(months) <= last)
    });
    let Some(home) = home else { return };
    let Some(exit) = home.household.exited_on.map(Month::of) else {
        return;
    };
    let end = match (look_alike, i % 4) {
        (true, 1) => exit.plus(24),
        (true, 3) => exit.plus(-2),
        _ => exit.plus(3 + i as i32 % 5),
    };
    let kind = ["教育", "健康", "金融"][i as usize % 3];
    let sort = if look_alike && i % 4 == 2 { "measure" } else { "policy" };
    let (since, ended) = (exit.plus(-14).first_day(), days::plus(end.first_day(), 14));
    homes.done(&home, sort, kind, since, Some(ended));
    if look_alike && i % 4 == 0 {
        homes.done(&home, "policy", kind, days::plus(ended, 1), None);
    }
    homes.note("I-15", expected, &home, (end, exit.plus(24).max(end)));
}
