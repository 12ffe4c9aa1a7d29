//! The Fuyuan figures: 9,555 applications for house renovation, of which 202 concern public employees and village
//! cadres' families, 51 traders, 7 car owners and 2 owners of commodity houses; 262 in all, 2.742 %.

use kernel::{Month, RegionCode, period::ymd};

use crate::{
    build::{Story, tell},
    county::{County, Family, Household, Person},
    days,
    dice::Dice,
    divisions::{Region, VillagePlan},
    programmes::ALLOWANCE,
    registry::{Entitlement, Registry},
    spec::{Scale, Spec},
};

const DIVISIONS: &str = include_str!("../data/fuyuan.csv");

/// Published counts, in the order of precedence C > A-05 > A-01 > A-03.
pub const APPLICATIONS: usize = 9_555;
/// Applicants on the public payroll, village cadres, or their near relatives.
pub const PUBLIC: usize = 202;
/// Applicants with a business.
pub const TRADERS: usize = 51;
/// Applicants with a vehicle.
pub const CARS: usize = 7;
/// Applicants with a commodity house.
pub const HOUSES: usize = 2;

/// Families settled so that there are applicants and ordinary neighbours enough.
const PEOPLE: u32 = 52_000;

/// The fixture. Its numbers are free of clerks' errors that exact comparison cannot bridge, so that all counts
/// must come out.
pub fn fuyuan(seed: u64) -> County {
    let spec = Spec {
        scale: Scale::Town,
        seed,
        as_of: ymd(2018, 6, 30).unwrap_or(kernel::Date::MIN),
    };
    let mut dice = Dice::new(seed, "fuyuan");
    let listed = [("53", "云南省"), ("5303", "曲靖市")]
        .into_iter()
        .chain(DIVISIONS.lines().filter_map(|l| l.split_once(',')));
    let mut regions: Vec<Region> = listed
        .filter_map(|(code, name)| {
            let parsed: RegionCode = code.parse().ok()?;
            let level = [(2, 1), (4, 2), (6, 3), (9, 4)]
                .iter()
                .find(|(n, _)| *n == code.len())
                .map_or(5, |x| x.1);
            Some(Region {
                code: parsed,
                name: name.into(),
                level,
                synthetic: false,
            })
        })
        .collect();
    let communities: Vec<RegionCode> = regions.iter().filter(|r| r.level == 5).map(|r| r.code).collect();
    let each = PEOPLE / communities.len() as u32;
    let mut villages = Vec::new();
    for community in communities {
        let code = RegionCode::from_i64(community.as_i64() + 1).unwrap_or(community);
        let surname = crate::names::surname(&mut dice);
        regions.push(Region {
            code,
            name: "一组".into(),
            level: 6,
            synthetic: true,
        });
        villages.push(VillagePlan {
            region: code,
            people: each,
            surname,
        });
    }
    regions.sort_by_key(|r| r.code);
    tell(&spec, regions, &villages, Story::Fuyuan)
}

/// Registers as many families as may apply, each with an allowance over all months.
pub(crate) fn register(spec: &Spec, people: &[Person], families: &mut [Family]) -> Registry {
    let mut out = Registry {
        households: Vec::new(),
        entitlements: Vec::new(),
        disabled: Vec::new(),
    };
    let mut dice = Dice::new(spec.seed, "fuyuan register");
    let (first, last) = (spec.first_month(), spec.last_month());
    for (i, family) in families.iter_mut().enumerate() {
        let head = &people[family.head as usize];
        if out.households.len() >= APPLICATIONS + 600
            || head.death.is_some()
            || days::age(head.birth, first.first_day()) < 19
        {
            continue;
        }
        family.touched = true;
        let attr = [1, 2, 2, 4][dice.below(4) as usize];
        let registered_on = days::plus(first.first_day(), -dice.between(60, 900));
        debug_assert!(Month::of(registered_on) < first);
        out.households.push(Household {
            family: i as u32,
            status: 0,
            attr,
            main_cause: 1,
            registered_on,
            exited_on: None,
        });
        out.entitlements.push(Entitlement {
            programme: ALLOWANCE,
            payee: family.head,
            from: first,
            to: last,
            qty: i32::from(family.size) * 100,
        });
    }
    out
}
