//! E-08 and E-21: another text of a project's contract, and a price above what others pay; and what only looks so. Written
//! about projects that are there already, so that no other rule finds more or fewer of them.

use std::collections::BTreeMap;

use kernel::{Money, RegionCode, RegionLevel};

use super::{Planter, Quota, projects};
use crate::{
    days,
    dice::Dice,
    truth::Expected,
    works::{Alteration, ContractText, PriceLine},
};

const QUOTA: Quota = Quota {
    hits: 30,
    exceptions: 0,
    misses: 30,
};

/// Others beside whose prices one is seen.
const OTHERS: usize = 4;

pub(super) fn plant(p: &mut Planter) {
    let mut dice = Dice::new(p.spec.seed, "contracts");
    let mut signed: Vec<usize> = (0..p.works.done.len())
        .filter(|at| p.works.done[*at].contract.is_some())
        .collect();
    dice.shuffle(&mut signed);
    let counts = p.few(&QUOTA);
    let mut next = signed.iter().copied();
    for (expected, count) in counts {
        for i in 0..if expected == Expected::Exception { 0 } else { count } {
            if let Some(at) = next.next() {
                another_text(p, at, expected, i);
            }
        }
    }
    let mut places: BTreeMap<(RegionCode, i32), Vec<usize>> = BTreeMap::new();
    for at in signed {
        let work = &p.works.done[at];
        let place = (work.region.at(RegionLevel::County), work.start_plan.year());
        places.entry(place).or_default().push(at);
    }
    let Some(alike) = places.into_values().max_by_key(Vec::len) else {
        return;
    };
    let mut n = 0;
    for (expected, count) in counts {
        for i in 0..if expected == Expected::Exception { 0 } else { count } {
            dear(p, &mut dice, &alike, n, expected, i);
            n += 1;
        }
    }
}

/// E-08: a text that says another amount or another firm; or what an approved change or an amendment explains, the contract
/// of a lot, a true copy.
fn another_text(p: &mut Planter, at: usize, expected: Expected, i: u32) {
    let work = &mut p.works.done[at];
    let Some(contract) = work.contract.clone() else {
        return;
    };
    let (id, signed) = (work.id, contract.signed_on);
    let more = Money(contract.amount.fen() / 100 * 8);
    let copy = |kind| ContractText {
        kind,
        no: contract.no.clone(),
        contractor: contract.contractor.clone(),
        uscc: contract.uscc.clone(),
        amount: contract.amount,
        signed_on: signed,
        voided_on: None,
    };
    let other_firm = ("县诚信建筑队".to_owned(), crate::works::firm_code(9_000_000 + i));
    match (expected, i % 4) {
        (Expected::Hit, 0) => work.texts.push(ContractText {
            amount: Money(contract.amount.fen() + more.fen()),
            ..copy("claim")
        }),
        (Expected::Hit, 1) => work.texts.push(ContractText {
            contractor: other_firm.0,
            uscc: other_firm.1,
            ..copy("kept")
        }),
        (Expected::Hit, 2) => {
            work.texts.push(copy("claim"));
            work.texts.push(ContractText {
                amount: Money(contract.amount.fen() - more.fen()),
                ..copy("filed")
            });
        }
        (Expected::Hit, _) => work.texts.push(ContractText {
            no: format!("{}-2", contract.no),
            signed_on: days::plus(signed, 6),
            amount: Money(contract.amount.fen() + more.fen()),
            ..copy("kept")
        }),
        (_, 0) => {
            let approved: i64 = (work.alterations.iter())
                .filter(|a: &&Alteration| a.approved_on.is_some())
                .map(|a| a.amount.fen())
                .sum();
            work.texts.push(ContractText {
                amount: Money(contract.amount.fen() + approved),
                ..copy("claim")
            });
        }
        (_, 1) => {
            work.texts.push(ContractText {
                amount: more,
                no: format!("{}-补", contract.no),
                ..copy("amend")
            });
            work.texts.push(ContractText {
                amount: Money(contract.amount.fen() + more.fen()),
                ..copy("claim")
            });
        }
        (_, 2) => work.texts.push(ContractText {
            contractor: other_firm.0,
            uscc: other_firm.1,
            amount: more,
            no: format!("{}-附属", contract.no),
            ..copy("lot")
        }),
        _ => work.texts.push(ContractText {
            amount: Money(contract.amount.fen() + more.fen()),
            voided_on: Some(days::plus(signed, 40)),
            ..copy("filed")
        }),
    }
    projects::note(p, "E-08", expected, "", id, (signed, signed));
}

const ITEMS: [(&str, &str, i64); 6] = [
    ("C25 混凝土路面", "平方米", 8_600),
    ("DN110 PE 给水管", "米", 6_200),
    ("M7.5 浆砌石", "立方米", 38_000),
    ("6 米太阳能路灯", "盏", 265_000),
    ("机械挖沟槽土方", "立方米", 1_850),
    ("彩钢瓦屋面", "平方米", 14_500),
];

/// E-21: half as much again as four others pay; or just three tenths more, of another make, or with too few beside it.
fn dear(p: &mut Planter, dice: &mut Dice, alike: &[usize], n: u32, expected: Expected, i: u32) {
    // Each case has lines of its own; the project asked about stands in no other case.
    let (asked, rest) = (n as usize, alike.len());
    if asked + OTHERS >= rest {
        return;
    }
    let (item, unit, usual) = ITEMS[n as usize % ITEMS.len()];
    let spec = format!("设计图号 {}", 101 + n);
    let line = |price: i64, spec: &str| PriceLine {
        item,
        spec: spec.to_owned(),
        unit,
        quantity: i64::from(100 + n) * 100,
        price: Money(price),
    };
    let others = match (expected, i % 3) {
        (Expected::Miss, 2) => 2,
        _ => OTHERS,
    };
    let even = expected == Expected::Miss && i % 3 == 0;
    for k in 0..others {
        let at = alike[(asked + 1 + k) % rest];
        let price = if even {
            usual
        } else {
            usual * i64::from(dice.between(93, 107)) / 100
        };
        p.works.done[at].prices.push(line(price, &spec));
    }
    let work = &mut p.works.done[alike[asked]];
    let (price, made) = match (expected, i % 3) {
        (Expected::Hit, _) => (usual * i64::from(150 + 3 * (i % 20)) / 100, spec),
        (_, 0) => (usual * 13 / 10, spec),
        (_, 1) => (usual * 2, format!("{spec} 加厚")),
        _ => (usual * 2, spec),
    };
    work.prices.push(line(price, &made));
    let (id, signed) = (work.id, work.signed_on());
    projects::note(p, "E-21", expected, "", id, (signed, signed));
}
