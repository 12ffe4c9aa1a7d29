//! A small county with people, cards, programmes and money.

use std::{any::Any, sync::Arc};

use access::{AccountId, Actor, Role};
use directory::{Org, Region, load_orgs, load_regions};
use funds::{
    Programme,
    batch::{self, Created, ListRow, Mode, NewBatch},
    chain::{self, Asked, NewIndicator, NewPlan},
    load,
    model::flows::{AllocationAct, BatchAct},
};
use households::load::{NewHousehold, NewPerson, Nonces};
use kernel::{Clock, IdNumber, Money, Month, RegionCode};
pub(crate) use testkit::county::{
    COUNTY, EAST as OTHER_VILLAGE, OTHER_TOWN, TOWN, WEST as VILLAGE, code, day as d, fresh,
};
use testkit::{
    TestApp, TestDb, an_actor,
    county::{DIVISIONS, checked},
};
use trail::Act;

pub(crate) fn a_programme(code: &str, name: &str, org: &str, rate_fen: i64) -> Programme {
    Programme {
        code: code.into(),
        name: name.into(),
        org: org.into(),
        fund_class: 1,
        unit: "户".into(),
        rate_fen,
        cycle: "年".into(),
        payee_kind: if rate_fen > 0 { "household" } else { "project" }.into(),
        targeted: true,
        public_name_mode: "full".into(),
        basis: String::new(),
        what_done: "发放补贴。".into(),
        effect: "户均收入增加。".into(),
    }
}

pub(crate) async fn a_county(db: TestDb) -> TestApp {
    a_county_with(db, Vec::new()).await
}

pub(crate) async fn a_county_with(db: TestDb, more: Vec<Arc<dyn Any + Send + Sync>>) -> TestApp {
    let mut parts: Vec<Arc<dyn Any + Send + Sync>> = vec![Arc::new(directory::regions::RegionCache::default())];
    parts.extend(funds::parts());
    parts.extend(more);
    let modules = vec![
        directory::module(),
        records::module(),
        households::module(),
        funds::module(),
    ];
    let app = TestApp::with_parts(db, modules, parts).await;
    let regions = DIVISIONS.map(|(c, name)| Region::invented(code(c), name));
    let system = Actor::system();
    load_regions(&app.app, &system, &regions).await.unwrap();
    let org = |id: &str, name: &str| Org {
        id: id.into(),
        name: name.into(),
        kind: "部门".into(),
        region: code(COUNTY),
        uscc: None,
        hotline: None,
    };
    load_orgs(
        &app.app,
        &system,
        &[org("poverty_relief", "扶贫办"), org("finance", "财政局")],
    )
    .await
    .unwrap();
    let tx = app.app.trail.begin(&system).await.unwrap();
    let programmes = [
        a_programme("HN17", "产业帮扶到户补助", "poverty_relief", 140_000),
        a_programme("HN25", "扶贫产业园区建设", "poverty_relief", 0),
    ];
    load::programmes(&tx, programmes).await.unwrap();
    tx.commit(Act::new("programme.load", "programme:all")).await.unwrap();
    app
}

/// A valid ID number for the n-th invented person.
pub(crate) fn number(n: usize) -> String {
    checked(&format!(
        "37162119{:02}{:02}{:02}{:03}",
        50 + n / 300_000 % 40,
        1 + n / 1000 % 12,
        1 + n / 12_000 % 25,
        n % 1000
    ))
}

/// A card number with a right check digit.
pub(crate) fn card(n: usize) -> String {
    let body = format!("62170000{n:010}");
    (0..10)
        .map(|c| format!("{body}{c}"))
        .find(|c| kernel::checks::luhn_is_valid(c))
        .unwrap()
}

pub(crate) fn name(n: usize) -> String {
    const SURNAMES: [char; 5] = ['王', '李', '张', '刘', '陈'];
    const GIVEN: [char; 10] = ['建', '国', '秀', '英', '春', '华', '明', '海', '文', '丽'];
    [SURNAMES[n % 5], GIVEN[n / 5 % 10], GIVEN[n / 50 % 10]]
        .iter()
        .collect()
}

/// `count` registered households of one, every other one in the second town.
pub(crate) async fn with_households(app: &TestApp, count: usize) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut nonces = Nonces::from_random([7; 12]);
    let numbers: Vec<IdNumber> = (0..count)
        .map(|n| IdNumber::parse(&number(n)).unwrap().number)
        .collect();
    let names: Vec<String> = (0..count).map(name).collect();
    let nos: Vec<String> = (0..count).map(|n| format!("H{n:06}")).collect();
    let people = (0..count).map(|n| NewPerson {
        number: &numbers[n],
        name: &names[n],
        region: region_of(n),
        kin: 2,
        household: Some(n as i64 + 1),
        phone: None,
        death: None,
    });
    households::load::people(&tx, &app.app.keys, &mut nonces, people)
        .await
        .unwrap();
    let registered = (0..count).map(|n| NewHousehold {
        id: n as i64 + 1,
        household_no: &nos[n],
        region: region_of(n),
        head: app.app.keys.person_key(&numbers[n]),
        head_name: &names[n],
        population: 1,
        status: 0,
        attr: 1,
        monitor_class: None,
        main_cause: "因病",
        registered_on: Some(d("2020-01-01")),
        exited_on: None,
        removed_on: None,
    });
    households::load::households(&tx, registered).await.unwrap();
    tx.commit(Act::new("household.load", "register")).await.unwrap();
}

pub(crate) fn region_of(n: usize) -> RegionCode {
    code(if n.is_multiple_of(2) { VILLAGE } else { OTHER_VILLAGE })
}

/// Row n of a list, in order.
pub(crate) fn row(n: usize) -> ListRow {
    ListRow {
        row_no: n as i64 + 2,
        id_no: number(n),
        name: name(n),
        qty: "1".into(),
        amount: "1400".into(),
        account: card(n),
        account_name: name(n),
        region: String::new(),
        arrears: String::new(),
        ..ListRow::default()
    }
}

/// Two people of each office, so that a second person exists.
pub(crate) fn office(role: Role, second: bool) -> Actor {
    let mut actor = an_actor(role, COUNTY);
    if second {
        actor.account = Some(AccountId(actor.account.unwrap().0 + 500));
        actor.name.push('乙');
    }
    if role == Role::FundUnitAdmin {
        actor.scope = actor.scope.of_department("poverty_relief");
        actor.department = Some("poverty_relief".into());
    }
    actor
}

pub(crate) fn a_document(programme: &str, doc_no: &str, yuan: i64) -> NewIndicator {
    NewIndicator {
        programme: programme.into(),
        doc_no: doc_no.into(),
        level: "省".into(),
        amount: Money::from_yuan(yuan),
        arrived_on: Some(d("2026-02-02")),
        fund_class: 1,
        family: "扶贫".into(),
        origin: "fiscal".into(),
        giver: String::new(),
        need: String::new(),
        destination: String::new(),
        bypass_city: false,
        due_on: None,
    }
}

pub(crate) fn a_plan(indicator: i64, region: &str, yuan: i64) -> NewPlan {
    NewPlan {
        indicator,
        target: "households".into(),
        region: code(region),
        org: None,
        project_id: None,
        project_name: String::new(),
        amount: Money::from_yuan(yuan),
        plan_doc: "惠扶〔2026〕3号".into(),
        due_on: None,
    }
}

/// A document of `yuan` with a share decided for an area; returns both ids.
pub(crate) async fn with_money(app: &TestApp, programme: &str, doc_no: &str, region: &str, yuan: i64) -> (i64, i64) {
    let indicator = chain::enter(
        &app.app,
        &office(Role::Finance, false),
        &fresh(app),
        &a_document(programme, doc_no, yuan),
    )
    .await
    .unwrap();
    let share = chain::plan(
        &app.app,
        &office(Role::FundUnitAdmin, false),
        &fresh(app),
        &a_plan(indicator, region, yuan),
    )
    .await
    .unwrap();
    allocation(app, Role::Finance, share, AllocationAct::Decide, None)
        .await
        .unwrap();
    (indicator, share)
}

pub(crate) async fn allocation(
    app: &TestApp,
    role: Role,
    id: i64,
    act: AllocationAct,
    amount: Option<Money>,
) -> kernel::AppResult<()> {
    let request = fresh(app);
    let mut asked = Asked::on(&request, app.clock.today())
        .because("按规定办理")
        .by("惠财〔2026〕8号");
    asked.amount = amount;
    chain::allocation_step(&app.app, &office(role, false), id, act, &asked).await
}

/// A batch of the first `count` households, listed by the department's first clerk.
pub(crate) async fn listed(app: &TestApp, rows: &[ListRow], mode: Mode) -> kernel::AppResult<Created> {
    let new = NewBatch {
        programme: "HN17",
        month: Month::new(2026, 2).unwrap(),
        region: code(COUNTY),
        mode,
        rows,
    };
    batch::create(&app.app, &office(Role::FundUnitAdmin, false), &fresh(app), &new).await
}

pub(crate) async fn take(app: &TestApp, actor: &Actor, id: i64, act: BatchAct) -> kernel::AppResult<()> {
    let request = fresh(app);
    let asked = Asked::on(&request, app.clock.today()).because("未接通比对，已人工核对");
    batch::step(&app.app, actor, id, act, &asked).await
}

/// Drives a listed batch to the bank.
pub(crate) async fn to_the_bank(app: &TestApp, id: i64) {
    take(app, &office(Role::TownPoverty, false), id, BatchAct::Check)
        .await
        .unwrap();
    take(app, &office(Role::FundUnitAdmin, false), id, BatchAct::Publish)
        .await
        .unwrap();
    app.clock.advance_days(10);
    take(app, &office(Role::FundUnitAdmin, true), id, BatchAct::Approve)
        .await
        .unwrap();
    take(app, &office(Role::FundUnitAdmin, true), id, BatchAct::Compare)
        .await
        .unwrap();
    take(app, &office(Role::Finance, false), id, BatchAct::Pass)
        .await
        .unwrap();
    take(app, &office(Role::Finance, false), id, BatchAct::Send)
        .await
        .unwrap();
}

pub(crate) async fn state_of(app: &TestApp, table: &str, id: i64) -> String {
    #[derive(store::FromQueryResult)]
    struct State {
        state: String,
    }
    use store::Query;
    let row: Option<State> = app
        .app
        .db
        .row(&format!("SELECT state FROM {table} WHERE id = $1"), store::args![id])
        .await
        .unwrap();
    row.unwrap().state
}
