//! People and registered households of the demo county. Only those enter whom the platform has to know: members
//! of registered households and everyone who was paid.

use std::collections::{HashMap, HashSet};

use access::Actor;
use households::load::{NewHousehold, NewMember, NewPairing, NewPerson, Nonces};
use kernel::{AppResult, RegionLevel};
use serde_json::json;
use simulate::{County, Household};
use trail::Act;
use web::App;

/// Causes of poverty by code (data dictionary 2.2); 0 is none.
const CAUSES: [&str; 14] = [
    "",
    "因病",
    "因残",
    "因学",
    "因灾",
    "缺土地",
    "缺水",
    "缺技术",
    "缺劳力",
    "缺资金",
    "交通条件落后",
    "自身发展动力不足",
    "因婚",
    "因丧",
];

/// The platform's household id for each family that is registered.
pub(super) type HouseholdIds = HashMap<u32, i64>;

pub(super) async fn load(app: &App, county: &County) -> AppResult<HouseholdIds> {
    let ids: HouseholdIds = county.households.iter().map(|h| (h.family, app.next_id())).collect();
    let known = people_to_know(county, &ids);
    let moved: HashMap<u32, i64> = county
        .entered
        .moved
        .iter()
        .filter(|m| m.left_on.is_none())
        .map(|m| (m.person, ids[&county.households[m.household as usize].family]))
        .collect();
    let phones: Vec<String> = known.iter().map(|&ix| phone(county.person(ix).phone)).collect();
    let tx = app.trail.begin(&Actor::system()).await?;
    let mut nonces = Nonces::from_random(app.nonce()?);
    let people = known.iter().zip(&phones).map(|(&ix, phone)| {
        let person = county.person(ix);
        NewPerson {
            number: &person.id,
            name: &person.name,
            region: person.region,
            kin: person.kin,
            household: moved.get(&ix).or_else(|| ids.get(&person.family)).copied(),
            phone: (!phone.is_empty()).then_some(phone.as_str()),
            death: person.death,
        }
    });
    households::load::people(&tx, &app.keys, &mut nonces, people).await?;

    let numbers: Vec<String> = county
        .households
        .iter()
        .map(|h| county.families[h.family as usize].no.to_string())
        .collect();
    let registered = county
        .households
        .iter()
        .zip(&numbers)
        .enumerate()
        .map(|(at, (h, no))| new_household(app, county, (at as u32, h), no, &ids));
    households::load::households(&tx, registered).await?;
    let members = county.memberships();
    let members = members.iter().map(|m| NewMember {
        household: ids[&county.households[m.household as usize].family],
        person: app.keys.person_key(&county.person(m.person).id),
        kin: m.kin,
        joined_on: m.joined_on,
        left_on: m.left_on,
    });
    households::load::members(&tx, members).await?;
    households::load::pairings(&tx, pairings(app, county, &ids).await?).await?;
    let detail = json!({"people": known.len(), "households": county.households.len()});
    tx.commit(Act::new("household.load", "register").with(detail)).await?;
    Ok(ids)
}

fn people_to_know(county: &County, ids: &HouseholdIds) -> Vec<u32> {
    let mut seen = HashSet::new();
    let members = county
        .families
        .iter()
        .enumerate()
        .filter(|(n, _)| ids.contains_key(&(*n as u32)));
    let members = members.flat_map(|(_, family)| family.members());
    let moved = county.entered.moved.iter().map(|m| m.person);
    let payees = county.payments.iter().map(|p| p.payee);
    members
        .chain(moved)
        .chain(payees)
        .filter(|ix| seen.insert(*ix))
        .collect()
}

fn new_household<'a>(
    app: &App,
    county: &'a County,
    (at, household): (u32, &Household),
    household_no: &'a str,
    ids: &HouseholdIds,
) -> NewHousehold<'a> {
    let family = &county.families[household.family as usize];
    let head = county.person(family.head);
    NewHousehold {
        id: ids[&household.family],
        household_no,
        region: county.region_of(at),
        head: app.keys.person_key(&head.id),
        head_name: &head.name,
        population: i64::from(family.size),
        status: i64::from(household.status),
        attr: i64::from(household.attr),
        monitor_class: (household.status == 5).then_some(1),
        main_cause: CAUSES.get(usize::from(household.main_cause)).copied().unwrap_or("其他"),
        registered_on: Some(household.registered_on),
        exited_on: household.exited_on,
        removed_on: None,
    }
}

/// The demo's helper account is paired with the first households of its town; all others carry the name of
/// the cadre who helps them.
async fn pairings<'a>(app: &App, county: &'a County, ids: &HouseholdIds) -> AppResult<Vec<NewPairing<'a>>> {
    const DEMO_HELPER: &str = "bangfu";
    const DEMO_HELPER_HOUSEHOLDS: usize = 12;
    let helper = directory::accounts::account_by_login(&app.db, DEMO_HELPER).await?;
    let mut left = DEMO_HELPER_HOUSEHOLDS;
    let mut paired = Vec::with_capacity(county.pairings.len());
    for pairing in &county.pairings {
        let family = county.households[pairing.household as usize].family;
        let region = county.families[family as usize].region;
        let own = helper
            .as_ref()
            .filter(|account| left > 0 && account.post.region.contains(region.at(RegionLevel::Town)));
        if own.is_some() {
            left -= 1;
        }
        paired.push(NewPairing {
            household: ids[&family],
            account: own.map_or(0, |account| account.id.0),
            helper_name: &county.person(pairing.helper).name,
            from_on: pairing.from,
            to_on: None,
        });
    }
    Ok(paired)
}

fn phone(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}
