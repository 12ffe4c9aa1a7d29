//! Where the money comes from and where it goes: indicators, shares of towns, and what was built.

use kernel::{Date, Money, RegionCode, RegionLevel};

use crate::{
    county::{Payment, Person, ProgrammeIx},
    days,
    dice::Dice,
    divisions::Region,
    programmes::PROGRAMMES,
    spec::Spec,
};

/// Money announced by a document of a higher level. `amount` = `allocated` + `balance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    pub programme: ProgrammeIx,
    pub year: i32,
    pub doc_no: String,
    /// 中央, 省, 市 or 县.
    pub level: &'static str,
    pub amount: Money,
    pub arrived_on: Date,
    pub allocated: Money,
    pub balance: Money,
}

/// What one town got of a programme in a year; for paid programmes exactly what was paid there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TownAllocation {
    pub programme: ProgrammeIx,
    pub year: i32,
    pub town: RegionCode,
    pub amount: Money,
    pub decided_on: Date,
}

/// A project: what was done with money that is not paid to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub no: String,
    pub name: String,
    pub programme: ProgrammeIx,
    pub region: RegionCode,
    pub content: &'static str,
    pub owner: String,
    pub start: Date,
    pub end: Option<Date>,
    pub amount: Money,
    pub effect: &'static str,
}

const DOC: [(&str, &str); 4] = [
    ("中央", "财农"),
    ("省", "鲁财社指"),
    ("市", "滨财农指"),
    ("县", "惠财预"),
];

/// Indicators and town shares that agree with the payments, and projects for the other policies.
pub(crate) fn fund(
    spec: &Spec,
    regions: &[Region],
    people: &[Person],
    payments: &[Payment],
) -> (Vec<Indicator>, Vec<TownAllocation>, Vec<Project>) {
    let mut dice = Dice::new(spec.seed, "funding");
    let towns: Vec<&Region> = regions.iter().filter(|r| r.level == 4).collect();
    let years: Vec<i32> = (spec.first_month().year()..=spec.last_month().year()).collect();
    let mut shares = std::collections::BTreeMap::<(ProgrammeIx, i32, RegionCode), i64>::new();
    for x in payments {
        let town = people[x.payee as usize].region.at(RegionLevel::Town);
        *shares.entry((x.programme, x.paid_on.year(), town)).or_default() += x.amount.fen();
    }
    let mut projects = Vec::new();
    for (i, programme) in PROGRAMMES.iter().enumerate().filter(|(_, x)| !x.paid) {
        for year in &years {
            for town in &towns {
                if dice.percent(45) {
                    continue;
                }
                let amount = Money::from_yuan(i64::from(dice.between(8, 160)) * 5_000);
                let start = days::plus(first_of(*year), dice.between(60, 200)).min(spec.as_of);
                let end = days::plus(start, dice.between(40, 160));
                *shares.entry((i as u8, *year, town.code)).or_default() += amount.fen();
                projects.push(Project {
                    no: format!("XM{year}{:04}", projects.len() + 1),
                    name: format!("{}{year}年{}", town.name, programme.name),
                    programme: i as u8,
                    region: town.code,
                    content: programme.what_done,
                    owner: format!("{}人民政府", town.name).replace("街道人民政府", "街道办事处"),
                    start,
                    end: (end <= spec.as_of).then_some(end),
                    amount,
                    effect: programme.effect,
                });
            }
        }
    }
    let allocations: Vec<TownAllocation> = shares
        .into_iter()
        .map(|((programme, year, town), fen)| TownAllocation {
            programme,
            year,
            town,
            amount: Money(fen),
            decided_on: days::plus(first_of(year), 45 + i32::from(programme)),
        })
        .collect();
    (indicators(&mut dice, &allocations, &years), allocations, projects)
}

fn indicators(dice: &mut Dice, allocations: &[TownAllocation], years: &[i32]) -> Vec<Indicator> {
    let mut out = Vec::new();
    for (i, programme) in PROGRAMMES.iter().enumerate() {
        for year in years {
            let here = allocations
                .iter()
                .filter(|a| usize::from(a.programme) == i && a.year == *year);
            let spent: i64 = here.map(|a| a.amount.fen()).sum();
            if spent == 0 {
                continue;
            }
            let top = DOC
                .iter()
                .position(|(level, _)| *level == programme.fund_level)
                .unwrap_or(3);
            // Most comes from the highest level, the county adds its share.
            let parts: Vec<(usize, i64)> = if top == 3 {
                vec![(3, 100)]
            } else {
                vec![(top, 72), (3, 28)]
            };
            let mut left = spent;
            for (n, (level, percent)) in parts.iter().enumerate() {
                let allocated = if n + 1 == parts.len() {
                    left
                } else {
                    spent * percent / 100
                };
                left -= allocated;
                let balance = allocated * i64::from(dice.between(0, 40)) / 1000 / 10_000 * 10_000;
                let (level, series) = DOC[*level];
                out.push(Indicator {
                    programme: i as u8,
                    year: *year,
                    doc_no: format!("{series}〔{year}〕{}号", 3 + i * 4 + n),
                    level,
                    amount: Money(allocated + balance),
                    arrived_on: days::plus(first_of(*year), dice.between(8, 50)),
                    allocated: Money(allocated),
                    balance: Money(balance),
                });
            }
        }
    }
    out
}

fn first_of(year: i32) -> Date {
    kernel::period::ymd(year, 1, 1).unwrap_or(Date::MIN)
}
