//! E-19: one firm wins two of five contracts of a town and year; or one fewer. Planted last, when it is known what else was
//! signed there.

use std::collections::BTreeMap;

use kernel::{Month, RegionCode, period::ymd};

use super::{Planter, projects::town_of};
use crate::{days, truth::Expected, works::ThingTruth};

pub(super) fn plant(p: &mut Planter) {
    let mut towns: BTreeMap<RegionCode, RegionCode> = BTreeMap::new();
    for f in p.families.iter() {
        towns.entry(f.region.at(kernel::RegionLevel::Town)).or_insert(f.region);
    }
    let years = p.spec.first_month().year()..=p.spec.last_month().year();
    for (n, (town, village)) in towns.into_iter().take(40).enumerate() {
        for (k, year) in years.clone().enumerate() {
            let expected = if (n + k) % 2 == 0 {
                Expected::Hit
            } else {
                Expected::Miss
            };
            concentrate(p, town, village, year, expected);
        }
    }
}

fn concentrate(p: &mut Planter, town: RegionCode, village: RegionCode, year: i32, expected: Expected) {
    let there = p
        .works
        .done
        .iter()
        .filter(|w| w.contract.is_some() && w.signed_on().year() == year && town_of(w) == town)
        .count();
    // So many that they are two fifths of all, or just not.
    let mut won = 3;
    while won * 100 < (there + won) * 40 {
        won += 1;
    }
    if expected == Expected::Miss {
        if won == 3 {
            return;
        }
        won -= 1;
    }
    let Some(day) = ymd(year, 2, 10) else { return };
    let firm = p.works.next_firm();
    for n in 0..won {
        // Each a small one, so that all together stay below the limit of a tender.
        let on = days::plus(day, 2 * n as i32);
        let work = p
            .works
            .contract(village, firm, &format!("第{firm}建设有限公司"), on, false);
        work.owner = format!("第{n}号村民小组");
    }
    let (from, to) = (Month::new(year, 1), Month::new(year, 12));
    if let (Some(from), Some(to)) = (from, to) {
        p.works.truth.push(ThingTruth {
            rule: "E-19",
            expected,
            exception: "",
            thing: format!("village:{}", town.as_i64()),
            programme: "",
            from,
            to,
        });
    }
}
