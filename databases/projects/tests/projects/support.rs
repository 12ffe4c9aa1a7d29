//! A county of two towns with five households, the officials who deal with projects, and a way to take a project
//! to any state.

use std::sync::Arc;

use access::{Actor, Role};
use directory::{Region, load_regions};
use households::load;
use kernel::{AppResult, IdNumber, PersonKey};
use projects::{
    model::{EntryKind, Filled, ProjectAct, plan},
    store::{assets, draws, enter, entries, project, step},
};
use records::papers::Upload;
use store::{Query, args};
pub(crate) use testkit::county::{COMMUNITY, TOWN, WEST, code, day, number, one};
use testkit::{TestApp, TestDb, county::DIVISIONS};
use trail::Act;

pub(crate) fn village() -> Actor {
    one(Role::VillageAdmin, COMMUNITY, 1)
}

pub(crate) fn town() -> Actor {
    one(Role::TownPoverty, TOWN, 1)
}

pub(crate) fn county(n: i64) -> Actor {
    one(Role::FundUnitAdmin, "371621", n)
}

pub(crate) fn finance() -> Actor {
    one(Role::Finance, "371621", 1)
}

pub(crate) fn agri() -> Actor {
    one(Role::AgriAdmin, "371621", 1)
}

pub(crate) fn station(n: i64) -> Actor {
    one(Role::TownAgriStation, TOWN, n)
}

/// Households 1 to 5 in the west village, of one to five heads; two people of the first are known.
pub(crate) async fn a_county(db: TestDb) -> TestApp {
    let modules = vec![
        directory::module(),
        records::module(),
        households::module(),
        projects::module(),
    ];
    let app = TestApp::with_parts(db, modules, vec![Arc::new(directory::regions::RegionCache::default())]).await;
    let regions = DIVISIONS.map(|(c, name)| Region::invented(code(c), name));
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut nonces = load::Nonces::from_random(app.app.nonce().unwrap());
    let numbers: Vec<IdNumber> = (1..=6).map(number).collect();
    let names = ["张大山", "李秀英", "王建国", "赵小兰", "孙福来", "钱二姐"];
    let people = (0..6).map(|i| load::NewPerson {
        number: &numbers[i],
        name: names[i],
        region: code(WEST),
        kin: 2,
        household: Some(if i == 5 { 1 } else { i as i64 + 1 }),
        phone: None,
        death: None,
    });
    load::people(&tx, &app.app.keys, &mut nonces, people).await.unwrap();
    let nos: Vec<String> = (1..=5).map(|i| format!("H{i}")).collect();
    let households = (0..5).map(|i| load::NewHousehold {
        id: i as i64 + 1,
        household_no: &nos[i],
        region: code(WEST),
        head: app.app.keys.person_key(&numbers[i]),
        head_name: names[i],
        population: i as i64 + 1,
        status: 1,
        attr: 1,
        monitor_class: None,
        main_cause: "缺技术",
        registered_on: Some(day("2016-01-01")),
        exited_on: None,
        removed_on: None,
    });
    load::households(&tx, households).await.unwrap();
    let members = (0..6).map(|i| load::NewMember {
        household: if i == 5 { 1 } else { i as i64 + 1 },
        person: app.app.keys.person_key(&numbers[i]),
        kin: 2,
        joined_on: day("2016-01-01"),
        left_on: None,
    });
    load::members(&tx, members).await.unwrap();
    tx.commit(Act::new("household.load", "household:all")).await.unwrap();
    app
}

pub(crate) fn person(app: &TestApp, n: u32) -> PersonKey {
    app.app.keys.person_key(&number(n))
}

/// A filled entry form; the changes replace its values.
pub(crate) fn form(changes: &[(&str, &str)]) -> impl Fn(&str) -> String + Clone {
    let mut all = vec![
        ("name", "西街村蔬菜大棚"),
        ("region", WEST),
        ("site", "村东"),
        ("mode", "carrier"),
        ("content", "新建日光温室蔬菜大棚二十座"),
        ("need", "户户有种菜经验，缺设施"),
        ("site_note", "离村近，不误农活，已有承包意向"),
        ("surveyed_on", "2026-02-20"),
        ("source1", "财政专项扶贫资金"),
        ("level1", "省"),
        ("amount1", "1000000"),
        ("owner", "石庙镇人民政府"),
        ("responsible", "刘镇长"),
        ("start", "2026-04-01"),
        ("end", "2026-12-31"),
        ("duty", "按期建成，收益到户"),
        ("expected_yield", "80000"),
        ("subsidy", "none"),
        ("households", "H1 H2 H3"),
    ];
    all.extend_from_slice(changes);
    let all: Vec<(String, String)> = all.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    move |name| {
        all.iter()
            .rev()
            .find(|(k, _)| k == name)
            .map(|(_, v)| v.clone())
            .unwrap_or_default()
    }
}

pub(crate) fn rid(app: &TestApp) -> String {
    format!("request-{}", app.app.next_id())
}

/// Enters a project by the village.
pub(crate) async fn entered(app: &TestApp, changes: &[(&str, &str)]) -> i64 {
    let new = plan::read(form(changes), app.app.clock.today()).unwrap();
    enter::enter(&app.app, &village(), &rid(app), new).await.unwrap()
}

pub(crate) async fn act(
    app: &TestApp,
    who: &Actor,
    id: i64,
    act: ProjectAct,
    fields: &[(&str, &str)],
) -> AppResult<()> {
    step::step(&app.app, who, id, &rid(app), act, &Filled::of(fields.iter().copied())).await
}

pub(crate) async fn beside(
    app: &TestApp,
    who: &Actor,
    id: i64,
    kind: EntryKind,
    fields: &[(&str, &str)],
) -> AppResult<()> {
    beside_of(app, who, id, kind, 0, fields).await
}

pub(crate) async fn beside_of(
    app: &TestApp,
    who: &Actor,
    id: i64,
    kind: EntryKind,
    target: i64,
    fields: &[(&str, &str)],
) -> AppResult<()> {
    entries::enter_beside(
        &app.app,
        who,
        id,
        &rid(app),
        kind,
        target,
        &Filled::of(fields.iter().copied()),
    )
    .await
}

pub(crate) async fn asset_act(
    app: &TestApp,
    who: &Actor,
    id: i64,
    act: projects::model::AssetAct,
    fields: &[(&str, &str)],
) -> AppResult<()> {
    assets::asset_step(&app.app, who, id, &rid(app), act, &Filled::of(fields.iter().copied())).await
}

pub(crate) async fn state(app: &TestApp, id: i64) -> String {
    project::project(&app.app.db, &access::Scope::area(code("371621")), id)
        .await
        .unwrap()
        .unwrap()
        .state
}

pub(crate) const MEETINGS: [(&str, &str); 8] = [
    ("group_on", "2026-02-22"),
    ("group_due", "30"),
    ("group_present", "20"),
    ("group_agree", "11"),
    ("reps_on", "2026-02-24"),
    ("reps_due", "30"),
    ("reps_present", "24"),
    ("reps_agree", "20"),
];

/// A valid unified code from its first 17 characters.
pub(crate) fn uscc(n: usize) -> String {
    let first = format!("9137160000000000{n}");
    format!("{first}{}", kernel::checks::uscc_check_char(&first).unwrap())
}

pub(crate) async fn pledge(app: &TestApp, who: &Actor, id: i64) {
    for paper in ["duty", "integrity"] {
        let upload = Upload {
            file_name: format!("{paper}.pdf"),
            bytes: format!("%PDF-1.7 {paper} {id}").into_bytes(),
        };
        entries::attach(&app.app, who, id, &rid(app), paper, vec![upload])
            .await
            .unwrap();
    }
}

/// Takes a project through the county's notice; today moves on.
pub(crate) async fn to_notice(app: &TestApp, id: i64) {
    use ProjectAct as A;
    act(app, &village(), id, A::Argue, &MEETINGS).await.unwrap();
    act(app, &village(), id, A::Declare, &[]).await.unwrap();
    act(app, &town(), id, A::Compile, &[("opinion", "同意")]).await.unwrap();
    act(app, &county(1), id, A::Review, &[("opinion", "同意")])
        .await
        .unwrap();
    let checked = [("checked_on", "2026-03-01"), ("checkers", "扶贫办 甲、财政局 乙")];
    act(app, &county(2), id, A::Enlist, &checked).await.unwrap();
    act(app, &county(1), id, A::Approve, &[("basis", "惠扶〔2026〕3号")])
        .await
        .unwrap();
    act(app, &county(2), id, A::File, &[("basis", "备〔2026〕9号")])
        .await
        .unwrap();
    act(app, &county(2), id, A::NoticeBefore, &[("places", "县网站、镇、村")])
        .await
        .unwrap();
    app.clock.advance_days(10);
    for n in 1..=3 {
        let name = format!("代表{n}");
        let on = app.app.clock.today().to_string();
        beside(app, &village(), id, EntryKind::Rep, &[("name", &name), ("on", &on)])
            .await
            .unwrap();
    }
    pledge(app, &town(), id).await;
}

/// On to building, by tender.
pub(crate) async fn to_building(app: &TestApp, id: i64) {
    use ProjectAct as A;
    to_notice(app, id).await;
    act(
        app,
        &county(1),
        id,
        A::Tender,
        &[("kind", "works"), ("method", "compared")],
    )
    .await
    .unwrap();
    let today = app.app.clock.today().to_string();
    for (n, price) in [(1, "960000"), (2, "970000"), (3, "990000")] {
        let (name, code) = (format!("建设公司{n}"), uscc(n));
        let bid = [("bidder", name.as_str()), ("uscc", &code), ("price", price)];
        beside(app, &county(1), id, EntryKind::Bid, &bid).await.unwrap();
    }
    beside(
        app,
        &county(1),
        id,
        EntryKind::Award,
        &[("uscc", &uscc(1)), ("on", &today)],
    )
    .await
    .unwrap();
    let contract = [
        ("no", "合2026-1"),
        ("amount", "960000"),
        ("signed_on", &today),
        ("retention", "48000"),
    ];
    act(app, &county(1), id, A::Contract, &contract).await.unwrap();
    act(
        app,
        &county(1),
        id,
        A::Start,
        &[("legal_person", "石庙镇政府"), ("supervisor", "正信监理")],
    )
    .await
    .unwrap();
}

/// On to the town's re-check.
pub(crate) async fn to_town(app: &TestApp, id: i64) {
    use ProjectAct as A;
    to_building(app, id).await;
    finish(app, id).await;
    let team = [
        ("team_committee", "村委甲"),
        ("team_finance", "理财乙"),
        ("team_reps", "代表丙"),
        ("opinion", "合格"),
    ];
    act(app, &village(), id, A::AcceptVillage, &team).await.unwrap();
    act(app, &town(), id, A::AcceptTown, &TOWN_TEAM).await.unwrap();
}

pub(crate) const TOWN_TEAM: [(&str, &str); 4] = [
    ("team_town", "驻村丁、站所戊"),
    ("asked", "20"),
    ("satisfied", "18"),
    ("opinion", "合格"),
];

/// A milestone, an inspection, completion: all on one day.
pub(crate) async fn finish(app: &TestApp, id: i64) {
    let today = app.app.clock.today().to_string();
    let photo = [("stage", "near"), ("on", today.as_str()), ("note", "棚架完成")];
    beside(app, &town(), id, EntryKind::Milestone, &photo).await.unwrap();
    let seen = [
        ("on", today.as_str()),
        ("inspectors", "镇监管组"),
        ("result", "ok"),
        ("note", "正常"),
    ];
    beside(app, &town(), id, EntryKind::Inspection, &seen).await.unwrap();
    photographed(app, id).await;
    act(app, &county(1), id, ProjectAct::Complete, &[]).await.unwrap();
}

pub(crate) async fn photographed(app: &TestApp, id: i64) {
    let upload = Upload {
        file_name: "现场.pdf".to_owned(),
        bytes: format!("%PDF-1.7 photo {id}").into_bytes(),
    };
    entries::attach(&app.app, &town(), id, &rid(app), "photo", vec![upload])
        .await
        .unwrap();
}

/// Announces and draws the town's batch; returns the draw.
pub(crate) async fn drawn(app: &TestApp, batch: &str) -> i64 {
    let id = draws::announce(&app.app, &county(1), &rid(app), code(TOWN), batch)
        .await
        .unwrap();
    app.clock.advance_days(1);
    draws::draw_now(&app.app, &county(2), &rid(app), id).await.unwrap();
    id
}

pub(crate) const COUNTY_TEAM: [(&str, &str); 2] = [
    (
        "team_county",
        "扶贫 甲、财政 乙、发改 丙、交通 丁、水利 戊、住建 己、农业 庚、审计 辛",
    ),
    ("opinion", "合格"),
];

/// On to the settled project with its registered operating asset. Returns the asset.
pub(crate) async fn to_asset(app: &TestApp, id: i64) -> i64 {
    use ProjectAct as A;
    use projects::model::AssetAct as X;
    to_town(app, id).await;
    drawn(app, "第一批").await;
    beside(
        app,
        &county(1),
        id,
        EntryKind::DrawResult,
        &[("result", "pass"), ("note", "合格")],
    )
    .await
    .unwrap();
    act(app, &county(1), id, A::AcceptCounty, &COUNTY_TEAM).await.unwrap();
    act(app, &finance(), id, A::Settle, &[("audit", "审〔2026〕5号")])
        .await
        .unwrap();
    act(app, &county(1), id, A::NoticeAfter, &[("places", "村公示栏")])
        .await
        .unwrap();
    let today = app.app.clock.today().to_string();
    let thing = [
        ("name", "蔬菜大棚"),
        ("class", "operating"),
        ("cost", "960000"),
        ("on", today.as_str()),
    ];
    beside(app, &village(), id, EntryKind::Asset, &thing).await.unwrap();
    let asset = app
        .app
        .db
        .number("SELECT MAX(id) FROM project_asset WHERE project = $1", args![id])
        .await
        .unwrap();
    asset_act(app, &village(), asset, X::Inventory, &[]).await.unwrap();
    let owner = [("owner_level", "village"), ("owner_name", "西街村集体")];
    asset_act(app, &station(1), asset, X::DefineOwnership, &owner)
        .await
        .unwrap();
    let card = [("basis", "登〔2026〕1号"), ("certificate", "惠资001")];
    asset_act(app, &agri(), asset, X::Register, &card).await.unwrap();
    act(app, &agri(), id, A::RegisterAsset, &[]).await.unwrap();
    asset
}
