//! B-19: villages in which nearly every household that still lives there got the same amount of a targeted benefit; and those
//! in which one household less did. What is paid stays as it is: the police counts few residents there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::Month;

use crate::{
    county::{Family, FamilyIx, Household, Payment, Person},
    programmes::PROGRAMMES,
    spec::Spec,
    truth::Expected,
    works::ThingTruth,
};

/// Households and percent from which B-19 asks.
const HOMES: i64 = 4;
const PERCENT: i64 = 90;

/// A village and year of a case.
pub(crate) struct Even {
    pub(crate) resident: i64,
    expected: Expected,
    programme: &'static str,
}

/// The years of which every month is in the window.
pub(crate) fn years(spec: &Spec) -> std::ops::RangeInclusive<i32> {
    spec.first_month().year()..=spec.last_month().year()
}

/// The villages and years, by code and year.
pub(crate) fn few_residents(
    spec: &Spec,
    people: &[Person],
    families: &[Family],
    households: &[Household],
    payments: &[Payment],
) -> BTreeMap<(i64, i32), Even> {
    let listed: BTreeSet<FamilyIx> = households.iter().map(|h| h.family).collect();
    // What one home got of one programme in one month.
    let mut paid: BTreeMap<(i64, u8, i32, i64), i64> = BTreeMap::new();
    for x in payments.iter().filter(|x| !x.arrears) {
        if !PROGRAMMES[usize::from(x.programme)].targeted {
            continue;
        }
        let person = &people[x.payee as usize];
        let home = if listed.contains(&person.family) {
            i64::from(person.family)
        } else {
            -1 - i64::from(x.payee)
        };
        let region = families[person.family as usize].region.as_i64();
        *paid
            .entry((region, x.programme, x.benefit_month.index(), home))
            .or_default() += x.amount.fen();
    }
    let mut same: HashMap<(i64, u8, i32, i64), i64> = HashMap::new();
    for ((village, programme, month, _), fen) in paid {
        *same.entry((village, programme, month, fen)).or_default() += 1;
    }
    // The most homes with one amount, by village, year and programme.
    let mut most: BTreeMap<(i64, i32), BTreeMap<u8, i64>> = BTreeMap::new();
    for ((village, programme, month, fen), homes) in same {
        if fen != i64::from(PROGRAMMES[usize::from(programme)].rate_fen) {
            let of = most.entry((village, month.div_euclid(12))).or_default();
            let homes_before = of.entry(programme).or_default();
            *homes_before = homes.max(*homes_before);
        }
    }
    let floor = if spec.scale.people() < 20_000 { 1 } else { 4 };
    let wanted = spec.scale.share(30, floor) as usize;
    let mut out = BTreeMap::new();
    let mut villages = BTreeSet::new();
    for ((village, year), programmes) in most {
        let Some((programme, homes)) = programmes.iter().max_by_key(|(_, homes)| **homes) else {
            continue;
        };
        let next = programmes
            .iter()
            .filter(|(p, _)| *p != programme)
            .map(|(_, h)| *h)
            .max();
        // One case a village, and one programme of it that stands out.
        if *homes < HOMES || next.is_some_and(|next| next >= HOMES.min(*homes)) || !years(spec).contains(&year) {
            continue;
        }
        if out.len() >= 2 * wanted || !villages.insert(village) {
            continue;
        }
        let most_residents = homes * 100 / PERCENT;
        let (expected, resident) = if out.len() % 2 == 0 {
            (Expected::Hit, most_residents)
        } else {
            (Expected::Miss, most_residents + 1)
        };
        let programme = PROGRAMMES[usize::from(*programme)].code;
        let case = Even {
            resident,
            expected,
            programme,
        };
        out.insert((village, year), case);
    }
    out
}

/// What a comparison should say of them.
pub(crate) fn tell(few: &BTreeMap<(i64, i32), Even>) -> Vec<ThingTruth> {
    let told = few.iter().filter_map(|((village, year), case)| {
        Some(ThingTruth {
            rule: "B-19",
            expected: case.expected,
            exception: "",
            thing: format!("village:{village}"),
            programme: case.programme,
            from: Month::new(*year, 1)?,
            to: Month::new(*year, 12)?,
        })
    });
    told.collect()
}
