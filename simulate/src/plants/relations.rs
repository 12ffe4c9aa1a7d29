//! C-04, C-06, C-07, C-08: contracts of a cadre's kin, kin moved into a listed household, two villages that look after
//! each other's kin, helpers who help their own.

use kernel::{Month, RegionCode, RegionLevel};

use super::{Planter, Quota, cadres};
use crate::{
    county::{Family, Membership, PersonIx},
    days,
    facts::Cell,
    truth::{ErrorClass, Expected},
    works::firm_code,
};

const QUOTA: Quota = Quota {
    hits: 40,
    exceptions: 0,
    misses: 30,
};

pub(super) fn plant(p: &mut Planter) {
    for case in [contractor, moved_in, crossed, helper] {
        for (expected, count) in p.few(&QUOTA) {
            // A stranger's name is their only exception, and any hit of C-04 may turn into it.
            let count = if expected == Expected::Exception { 0 } else { count };
            for i in 0..count {
                case(p, expected, i);
            }
        }
    }
}

/// C-04: the firm of a cadre's near kin builds in his village; or of an uncle, after his time, or elsewhere.
fn contractor(p: &mut Planter, expected: Expected, i: u32) {
    let Some(owner) = cadres::villager(p, RegionCode::NATION) else {
        return;
    };
    let here = p.people[owner as usize].region;
    let Some(cadre) = cadres::villager(p, here.at(RegionLevel::Community)) else {
        return;
    };
    p.touch(p.people[owner as usize].family);
    let signed_on = p.day_in(p.spec.first_month().plus(3), p.spec.last_month().plus(-8));
    let look_alike = expected == Expected::Miss;
    let left = (look_alike && i % 3 == 1).then(|| days::plus(signed_on, -p.dice.between(1, 300)));
    let elsewhere = look_alike && i % 3 == 2;
    let from = days::plus(signed_on, -p.dice.between(700, 2_000));
    cadres::cadre(p, cadre, from, left, ErrorClass::Exact);
    let near = !(look_alike && i.is_multiple_of(3));
    let kin = cadres::kin_code(p, cadre, owner, near);
    cadres::declare_plainly(p, cadre, owner, kin);
    let class = p.class(owner);
    let number = p.works.next_firm();
    let founded = days::plus(signed_on, -p.dice.between(400, 3_000));
    let name = format!("{}建筑工程有限公司", p.people[owner as usize].name);
    let (kind, role) = *p.dice.pick(&[("1", "1"), ("1", "4"), ("3", "3")]);
    let fact = p.fact(
        "business",
        owner,
        class,
        vec![
            ("uscc", Cell::Text(firm_code(number))),
            ("enterprise_name", Cell::Text(name.clone())),
            ("kind", Cell::Code(kind)),
            ("role", Cell::Code(role)),
            ("status", Cell::Code("1")),
            ("established_on", Cell::Date(founded)),
            ("closed_on", Cell::Empty),
        ],
    );
    let place = if elsewhere { another(p, here) } else { Some(here) };
    let Some(place) = place else { return };
    let open = i % 2 == 1;
    p.works.contract(place, number, &name, signed_on, open);
    let month = Month::of(signed_on);
    p.record("C-04", "", expected, "", owner, class, (month, month), Some(fact));
}

/// A natural village of another community, of the same town where there is one.
fn another(p: &mut Planter, here: RegionCode) -> Option<RegionCode> {
    let community = here.at(RegionLevel::Community);
    let town = here.at(RegionLevel::Town);
    let others = || p.families.iter().map(|f| f.region).filter(|r| !community.contains(*r));
    others().find(|r| town.contains(*r)).or_else(|| others().next())
}

/// C-06: a cadre's child joins a listed household and draws with it; or by marriage, or long before, or was in it.
fn moved_in(p: &mut Planter, expected: Expected, i: u32) {
    let (first, last) = p.window();
    let early = days::plus(first.first_day(), -1_300);
    let Some(household) = p.steady(|h, _| h.registered_on < early) else {
        return;
    };
    let (people, as_of) = (p.people, p.spec.as_of);
    let paid: std::collections::HashSet<PersonIx> = p.registry.entitlements.iter().map(|e| e.payee).collect();
    let child = |m: &PersonIx| {
        let who = &people[*m as usize];
        matches!(who.kin, 22 | 32) && !paid.contains(m) && (19..=30).contains(&days::age(who.birth, as_of))
    };
    // A neighbour's: kin of a cadre in another village would be half a case of C-07.
    let home = p.families[household.family as usize].region.at(RegionLevel::Community);
    let Some(family) = p.ordinary(|f| home.contains(f.region) && f.members().any(|m| child(&m))) else {
        return;
    };
    p.touch(family);
    let cadre = p.families[family as usize].head;
    let Some(person) = p.families[family as usize].members().find(child) else {
        return;
    };
    let look_alike = expected == Expected::Miss;
    let (kin, joined_on) = match i % 3 {
        0 if look_alike => (
            if people[person as usize].kin == 22 { 28 } else { 38 },
            p.day_in(first.plus(3), last.plus(-6)),
        ),
        // More than two years before the household drew anything.
        1 if look_alike => (97, days::plus(first.first_day(), -p.dice.between(800, 1_100))),
        _ if look_alike => (97, household.registered_on),
        _ => (97, p.day_in(first.plus(3), last.plus(-6))),
    };
    cadres::cadre(p, cadre, days::plus(early, -1_500), None, ErrorClass::Exact);
    let code = people[person as usize].kin;
    let filed_on = look_alike.then(|| days::plus(joined_on, 10));
    let (class, fact) = cadres::declare(p, cadre, person, code, filed_on);
    // As a member he would rightly be asked about an ordinary person's large bill (I-08).
    p.later.replaced.insert(("medical_insurance", person));
    let household = p.position(household.family);
    p.entered.moved.push(Membership {
        household,
        person,
        kin,
        joined_on,
        left_on: None,
    });
    let span = (Month::of(joined_on).max(first), last);
    p.record("C-06", "", expected, "", person, class, span, Some(fact));
    // Listed kin of a cadre he is in any case, filed or not.
    let (of_kin, code) = if look_alike {
        (Expected::Exception, "X14")
    } else {
        (Expected::Hit, "")
    };
    p.record("C-02", "cadre_kin", of_kin, code, person, class, span, Some(fact));
}

/// C-07: each of two cadres has near kin on the list of the other's village; or one of them filed, or is an uncle, or
/// left before. Two villages are crossed once, so that no case mixes with another.
fn crossed(p: &mut Planter, expected: Expected, i: u32) {
    let Some(one) = p.steady(|_, f| f.size >= 1) else {
        return;
    };
    let here = p.families[one.family as usize].region.at(RegionLevel::Community);
    let pair = |region: RegionCode| (here.min(region), here.max(region));
    let taken = p.crossings.clone();
    let fits = |f: &Family| !here.contains(f.region) && !taken.contains(&pair(f.region.at(RegionLevel::Community)));
    let Some(other) = p.steady(|_, f| fits(f)) else { return };
    let there = p.families[other.family as usize].region.at(RegionLevel::Community);
    p.crossings.insert(pair(there));
    let (Some(a), Some(b)) = (cadres::villager(p, here), cadres::villager(p, there)) else {
        return;
    };
    // The kin of each live where the other holds his post.
    let first = p.families[other.family as usize].head;
    let second = p.families[one.family as usize].head;
    let since = p.day_before_window(6);
    cadres::cadre(p, a, since, None, ErrorClass::Exact);
    let code = cadres::kin_code(p, a, first, true);
    let plain = cadres::declare_plainly(p, a, first, code);

    let look_alike = expected == Expected::Miss;
    let (filed, uncle, gone) = (
        look_alike && i % 3 == 0,
        look_alike && i % 3 == 1,
        look_alike && i % 3 == 2,
    );
    let left = gone.then(|| days::plus(one.registered_on, -p.dice.between(30, 700)));
    let since = left.map_or_else(|| p.day_before_window(6), |day| days::plus(day, -2_000));
    cadres::cadre(p, b, since, left, ErrorClass::Exact);
    let code = cadres::kin_code(p, b, second, !uncle);
    let filed_on = filed.then(|| days::plus(one.registered_on, 20));
    let (class, fact) = cadres::declare(p, b, second, code, filed_on);

    let span = p.window();
    // Both declarations are needed: the case is as hard to see as the harder of them.
    p.record("C-07", "", expected, "", first, class, span, Some(plain));
    p.record("C-07", "", expected, "", second, class, span, Some(fact));
    p.record(
        "C-02",
        "cadre_kin",
        Expected::Hit,
        "",
        first,
        ErrorClass::Exact,
        span,
        Some(plain),
    );
    let (of_kin, exception) = match (filed, uncle || gone) {
        (true, _) => (Expected::Exception, "X14"),
        (_, true) => (Expected::Miss, ""),
        _ => (Expected::Hit, ""),
    };
    p.record("C-02", "cadre_kin", of_kin, exception, second, class, span, Some(fact));
}

/// C-08: a cadre is paired with the household of near kin, filed though they are; or of an uncle.
fn helper(p: &mut Planter, expected: Expected, i: u32) {
    let Some(household) = p.steady(|_, f| f.size >= 1) else {
        return;
    };
    let kin = p.families[household.family as usize].head;
    let home = p.people[kin as usize].region.at(RegionLevel::Community);
    let Some(cadre) = cadres::villager(p, home) else { return };
    let from = p.day_before_window(6);
    cadres::cadre(p, cadre, from, None, ErrorClass::Exact);
    let near = expected == Expected::Hit;
    let code = cadres::kin_code(p, cadre, kin, near);
    let filed_on = near.then(|| days::plus(household.registered_on, 20));
    let (class, fact) = cadres::declare(p, cadre, kin, code, filed_on);
    let at = p.position(household.family);
    p.helpers.insert(at, cadre);
    let since = Month::of(days::plus(household.registered_on, 30));
    let span = (since, p.spec.last_month());
    // The question is about the helper; the clerk's error is in the relative's number.
    p.record("C-08", "", expected, "", cadre, class, span, Some(fact));
    let (of_kin, exception) = if near {
        (Expected::Exception, "X14")
    } else {
        (Expected::Miss, "")
    };
    let window = p.window();
    p.record("C-02", "cadre_kin", of_kin, exception, kin, class, window, Some(fact));
    let _ = i;
}
