//! D-10, D-12 and D-15: money bunched at the end of a year, rosters of which many lines go into one account or name the dead,
//! funds whose interest nobody entered. The first two are told of all payments made, whichever case they belong to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{Date, Money, Month, RegionCode, RegionLevel};

use super::Planter;
use crate::{
    care::SpecialEntry,
    county::{Account, Payment, Person, PersonIx, ProgrammeIx},
    days,
    facts::{Cell, Fact},
    programmes::{self as p, Cycle, PROGRAMMES},
    spec::Spec,
    truth::{ErrorClass, Expected},
    works::ThingTruth,
};

/// What is too much at the end of a year: percent of the year, and yuan.
const LATE_PERCENT: i64 = 30;
const LATE_FEN: i64 = 10_000 * 100;
/// What makes a roster odd: so many people and percent of at least so many lines.
const ODD_PEOPLE: usize = 5;
const ODD_PERCENT: usize = 5;
const LINES: usize = 20;
/// Look-alikes told of at most.
const ALIKE: usize = 40;

/// D-15: one fund has seen no interest for long; another has, and one stood empty meanwhile. Which is which is chance.
pub(super) fn interest(p: &mut Planter) {
    let as_of = p.spec.as_of;
    let ago = |n: i32| days::plus(as_of, -n);
    let funds = [("industry", 1), ("health", 2), ("credit_risk", 3)];
    let turn = (p.spec.seed % 3) as usize;
    let lines: [(Expected, i32, &[(&str, i64, i32, i64)]); 3] = [
        (
            Expected::Hit,
            940 - 401,
            &[("财政注入", 80, 940, 80), ("扶持合作社", 30, 300, 50)],
        ),
        (
            Expected::Miss,
            0,
            &[("财政注入", 60, 900, 60), ("利息转入", 1, 399, 61)],
        ),
        (
            Expected::Miss,
            0,
            &[
                ("财政注入", 40, 900, 40),
                ("核销损失", 40, 350, 0),
                ("财政注入", 30, 90, 30),
            ],
        ),
    ];
    for (n, (expected, since, entries)) in lines.into_iter().enumerate() {
        let (fund, key) = funds[(n + turn) % 3];
        for (kind, yuan, back, balance) in entries {
            p.entered.care.special.push(SpecialEntry {
                fund,
                kind,
                amount: Money::from_yuan(yuan * 10_000),
                on: ago(*back),
                balance: Money::from_yuan(balance * 10_000),
            });
        }
        super::funds::note(p, "D-15", expected, format!("fund:{key}"), (ago(since), as_of));
    }
}

/// D-10: in one year the posts of two quarters are paid shortly before its end.
pub(crate) fn hold_back(spec: &Spec, payments: &mut [Payment]) {
    let year = spec.first_month().year() + 1;
    let Some(december) = Month::new(year, 12) else { return };
    for x in payments.iter_mut().filter(|x| x.programme == p::PUBLIC_POST) {
        let m = x.benefit_month;
        if m.year() == year && m.month() > 6 {
            x.paid_on = days::in_month(december, 22);
        }
    }
}

/// D-12: many lines of one town's roster go into the account of the first on it. Nobody whose account changes anyway.
pub(crate) fn one_account(
    spec: &Spec,
    people: &[Person],
    payments: &mut [Payment],
    accounts: &mut Vec<Account>,
    changing: &HashSet<PersonIx>,
) {
    let year = spec.first_month().year() + 1;
    let town = |x: &Payment| people[x.payee as usize].region.at(RegionLevel::Town);
    let of = |x: &Payment| x.programme == p::INDUSTRY && x.benefit_month.year() == year;
    let towns: BTreeSet<RegionCode> = payments.iter().filter(|x| of(x)).map(town).collect();
    let towns: Vec<RegionCode> = towns.into_iter().collect();
    let rosters = spec.scale.share(4, 1).min(towns.len() as u32);
    for n in 0..rosters as usize {
        let here = towns[(spec.seed as usize + n) % towns.len()];
        let lines = payments.iter().filter(|x| of(x) && town(x) == here).count();
        let wanted = ODD_PEOPLE.max(lines * ODD_PERCENT / 100) + 1;
        let fits = |x: &Payment, accounts: &[Account]| {
            let own = accounts[x.account as usize].holder == Some(x.payee);
            of(x) && town(x) == here && own && !changing.contains(&x.payee)
        };
        let names: Vec<PersonIx> = payments.iter().filter(|x| fits(x, accounts)).map(|x| x.payee).collect();
        if lines < LINES || names.len() < wanted {
            continue;
        }
        let first = names[0];
        let at = accounts.len() as u32;
        accounts.push(Account {
            number: 903_716_700_000_000 + u64::from(at) * 7,
            holder_name: people[first as usize].name.clone(),
            holder: Some(first),
        });
        let listed: HashSet<PersonIx> = names.into_iter().take(wanted).collect();
        for x in payments
            .iter_mut()
            .filter(|x| of(x) && town(x) == here && listed.contains(&x.payee))
        {
            x.account = at;
        }
    }
}

/// What is known when all payments are made.
pub(crate) struct Made<'a> {
    pub(crate) people: &'a [Person],
    pub(crate) payments: &'a [Payment],
    pub(crate) accounts: &'a [Account],
    pub(crate) dead: &'a [(PersonIx, Date, Expected, ErrorClass, u32)],
    pub(crate) facts: &'a [Fact],
}

impl Made<'_> {
    /// The truth of D-10 and D-12.
    pub(crate) fn tell(&self) -> Vec<ThingTruth> {
        let mut out = self.years();
        out.extend(self.rosters());
        out
    }

    fn years(&self) -> Vec<ThingTruth> {
        let Some(first) = self.people.first() else {
            return Vec::new();
        };
        let area = first.region.at(RegionLevel::County);
        let mut years: BTreeMap<(ProgrammeIx, i32), (i64, i64)> = BTreeMap::new();
        for x in self.payments {
            let late = u8::from(x.paid_on.month()) == 12 && x.paid_on.day() >= 20;
            let sums = years.entry((x.programme, x.paid_on.year())).or_default();
            sums.0 += x.amount.fen();
            sums.1 += if late { x.amount.fen() } else { 0 };
        }
        let told = years.into_iter().filter_map(|((programme, year), (all, late))| {
            let programme = &PROGRAMMES[usize::from(programme)];
            let odd = programme.cycle == Cycle::Quarter && late > LATE_FEN && late * 100 > all * LATE_PERCENT;
            let month = Month::new(year, 12)?;
            (late > 0).then(|| ThingTruth {
                rule: "D-10",
                expected: if odd { Expected::Hit } else { Expected::Miss },
                exception: "",
                thing: format!("village:{}", area.as_i64()),
                programme: programme.code,
                from: month,
                to: month,
            })
        });
        told.collect()
    }

    fn rosters(&self) -> Vec<ThingTruth> {
        let died: HashMap<PersonIx, Month> = self
            .dead
            .iter()
            // A stranger's death under somebody's number says nothing of him; of funerals another rule asks.
            .filter(|d| d.3 != ErrorClass::MisusedId)
            .filter(|d| self.facts[d.4 as usize].cells.contains(&("event", Cell::Code("death"))))
            .map(|d| (d.0, Month::of(d.1)))
            .collect();
        let mut rosters: BTreeMap<(ProgrammeIx, Month, RegionCode), Vec<&Payment>> = BTreeMap::new();
        for x in self.payments {
            let town = self.people[x.payee as usize].region.at(RegionLevel::Town);
            rosters.entry((x.programme, x.benefit_month, town)).or_default().push(x);
        }
        let mut out = Vec::new();
        let mut alike = 0;
        for ((programme, month, town), lines) in rosters.iter().filter(|(_, lines)| lines.len() >= LINES) {
            let mut holders: HashMap<u64, HashSet<PersonIx>> = HashMap::new();
            for x in lines {
                let account = &self.accounts[x.account as usize];
                if !account.holder_name.ends_with('院') {
                    holders.entry(account.number).or_default().insert(x.payee);
                }
            }
            let shared = |x: &&&Payment| {
                let number = self.accounts[x.account as usize].number;
                holders.get(&number).is_some_and(|people| people.len() >= ODD_PEOPLE)
            };
            let same = lines.iter().filter(shared).count();
            let gone = lines
                .iter()
                .filter(|x| died.get(&x.payee).is_some_and(|m| *m < x.benefit_month))
                .count();
            let odd = |n: usize| n >= ODD_PEOPLE && n * 100 >= lines.len() * ODD_PERCENT;
            let close = gone > 0 && gone * 100 >= lines.len() * 4 || holders.values().any(|people| people.len() >= 3);
            let expected = match (odd(same) || odd(gone), close && alike < ALIKE) {
                (true, _) => Expected::Hit,
                (_, true) => Expected::Miss,
                _ => continue,
            };
            alike += usize::from(expected == Expected::Miss);
            let code = PROGRAMMES[usize::from(*programme)].code;
            out.push(ThingTruth {
                rule: "D-12",
                expected,
                exception: "",
                thing: format!("fund:{code}-{:04}{:02}-{town}", month.year(), month.month()),
                programme: code,
                from: *month,
                to: *month,
            });
        }
        out
    }
}
