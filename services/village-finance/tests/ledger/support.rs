//! Two towns with three villages, their accounts, and the people who keep, sign and check the books.

use std::sync::Arc;

use access::{Actor, Role};
use directory::{Region, load_regions};
use kernel::{AppResult, Money, period::parse_date};
pub(crate) use testkit::county::{COMMUNITY, COUNTY, EAST, TOWN, WEST, code, fresh, one};
use testkit::{TestApp, TestDb, county::DIVISIONS};
use village_finance::{
    model::{AccountKind, Category, Channel, EntryAct, NewEntry},
    store::{accounts, enter, step},
};

pub(crate) const NORTH: &str = "371621102001002";

pub(crate) fn clerk() -> Actor {
    one(Role::VillageAdmin, COMMUNITY, 1)
}

pub(crate) fn committee() -> Actor {
    one(Role::VillageSupervision, COMMUNITY, 1)
}

pub(crate) fn station(n: i64) -> Actor {
    one(Role::TownAgriStation, TOWN, n)
}

/// Each village has a basic account with 1,000 yuan and a card.
pub(crate) async fn a_county(db: TestDb) -> TestApp {
    let modules = vec![
        directory::module(),
        records::module(),
        households::module(),
        village_finance::module(),
    ];
    let app = TestApp::with_parts(db, modules, vec![Arc::new(directory::regions::RegionCache::default())]).await;
    let villages = DIVISIONS.into_iter().chain([(NORTH, "北街村")]);
    let regions: Vec<Region> = villages.map(|(c, name)| Region::invented(code(c), name)).collect();
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    let agri = one(Role::AgriAdmin, COUNTY, 1);
    for (n, village) in [WEST, NORTH, EAST].into_iter().enumerate() {
        for (kind, opening) in [(AccountKind::Basic, 1_000), (AccountKind::Card, 0)] {
            let new = accounts::NewAccount {
                village: code(village),
                kind,
                bank: "农村商业银行".into(),
                number: format!("62284800{n}{}00001", if opening > 0 { 1 } else { 2 }),
                holder: "股份经济合作社".into(),
                opening: Money::from_yuan(opening),
                opened_on: parse_date("2025-01-01").unwrap(),
            };
            accounts::open(&app.app, &agri, &fresh(&app), &new).await.unwrap();
        }
    }
    app
}

pub(crate) fn spending(village: &str, day: &str, yuan: i64) -> NewEntry {
    NewEntry {
        village: code(village),
        voucher_no: String::new(),
        day: parse_date(day).unwrap(),
        category: Category::Utilities,
        amount: Money::from_yuan(yuan),
        channel: Channel::Swipe,
        party: "石庙供电所".into(),
        party_is_person: false,
        summary: "付路灯电费".into(),
        decision_no: "决议 1 号".into(),
    }
}

pub(crate) fn receipt(village: &str, day: &str, yuan: i64) -> NewEntry {
    NewEntry {
        category: Category::Land,
        channel: Channel::Transfer,
        party: "李大山".into(),
        party_is_person: true,
        summary: "收土地承包费".into(),
        ..spending(village, day, yuan)
    }
}

pub(crate) async fn entered(app: &TestApp, new: NewEntry) -> i64 {
    let who = one(Role::VillageAdmin, COUNTY, 1);
    enter::enter(&app.app, &who, &fresh(app), new, Vec::new())
        .await
        .unwrap()
}

pub(crate) async fn act(app: &TestApp, who: &Actor, id: i64, act: EntryAct, reason: &str) -> AppResult<()> {
    step::step(&app.app, who, id, &fresh(app), act, reason).await
}

/// Signed by the county-wide committee, checked by the county-wide station.
pub(crate) async fn check(app: &TestApp, id: i64) {
    let committee = one(Role::VillageSupervision, COUNTY, 1);
    let station = one(Role::TownAgriStation, COUNTY, 1);
    act(app, &committee, id, EntryAct::Sign, "").await.unwrap();
    act(app, &station, id, EntryAct::Check, "").await.unwrap();
}

pub(crate) async fn checked(app: &TestApp, new: NewEntry) -> i64 {
    let id = entered(app, new).await;
    check(app, id).await;
    id
}
