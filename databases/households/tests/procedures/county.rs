//! Two villages of two towns with a household each, and the people who work on them.
#![allow(dead_code)]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use access::{AccountId, Actor, Role, Scope};
use async_trait::async_trait;
use directory::{Region, load_regions};
use households::{
    load,
    model::{
        exit::Guarantees,
        flows::{Act, Kind},
        guards::{Brought, Vote},
        income::IncomeKind,
        sign::CONFIRMATIONS,
    },
    store::{
        OpenFindings, OpenFindingsPart, Outcome,
        facts::{self, Entry, NewIncome},
        perform, reading,
        register::{self, NewHousehold, NewMember},
    },
};
use kernel::{AppResult, IdNumber, Money};
use records::flow::Code;
use store::{Db, Query, args};
pub(crate) use testkit::county::{EAST, WEST, code, day, number, number_text};
use testkit::{TestApp, TestDb, an_actor, county::DIVISIONS};
use trail::Act as TrailAct;

pub(crate) const ZHANG: i64 = 1;
pub(crate) const WANG: i64 = 2;

pub(crate) const SIGNERS: [(i64, Role, i64); 5] = [
    (1, Role::ResidentTeam, 2),
    (2, Role::Helper, 7),
    (3, Role::VillageAdmin, 3),
    (4, Role::TownPoverty, 4),
    (5, Role::FundUnitAdmin, 5),
];

/// Somebody of a role in the county, with an account of their own.
pub(crate) fn an(role: Role, account: i64) -> Actor {
    Actor {
        account: Some(AccountId(account)),
        scope: Scope::area(code("371621")),
        ..an_actor(role, "371621")
    }
}

pub(crate) fn request() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("request-{:08}", NEXT.fetch_add(1, Ordering::SeqCst))
}

struct Findings(Vec<String>);

#[async_trait]
impl OpenFindings for Findings {
    async fn open_red(&self, _: &Db, _: i64, _: &[i64]) -> AppResult<Vec<String>> {
        Ok(self.0.clone())
    }
}

pub(crate) async fn a_county(db: TestDb, red: &[&str]) -> TestApp {
    let findings = Findings(red.iter().map(|t| (*t).to_owned()).collect());
    let app = TestApp::with_parts(
        db,
        vec![directory::module(), records::module(), households::module()],
        vec![
            Arc::new(directory::regions::RegionCache::default()),
            Arc::new(OpenFindingsPart(Arc::new(findings))),
        ],
    )
    .await;
    let regions = DIVISIONS.map(|(c, name)| Region::invented(code(c), name));
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut nonces = load::Nonces::from_random(app.app.nonce().unwrap());
    let numbers: Vec<IdNumber> = (1..=4).map(number).collect();
    let key = |i: usize| app.app.keys.person_key(&numbers[i]);
    let names = ["张大山", "李秀英", "王海林", "赵小兰"];
    let people = (0..4).map(|i| load::NewPerson {
        number: &numbers[i],
        name: names[i],
        region: code(if i < 2 { WEST } else { EAST }),
        kin: if i % 2 == 0 { 2 } else { 12 },
        household: Some(if i < 2 { ZHANG } else { WANG }),
        phone: None,
        death: None,
    });
    load::people(&tx, &app.app.keys, &mut nonces, people).await.unwrap();
    let households = [(ZHANG, WEST, 0), (WANG, EAST, 2)].map(|(id, region, head)| load::NewHousehold {
        id,
        household_no: if id == ZHANG {
            "3716211020010010001"
        } else {
            "3716211030010010001"
        },
        region: code(region),
        head: key(head),
        head_name: names[head],
        population: 2,
        status: 0,
        attr: 1,
        monitor_class: None,
        main_cause: "缺劳力",
        registered_on: Some(day("2016-01-01")),
        exited_on: None,
        removed_on: None,
    });
    load::households(&tx, households).await.unwrap();
    let members = (0..4).map(|i| load::NewMember {
        household: if i < 2 { ZHANG } else { WANG },
        person: key(i),
        kin: if i % 2 == 0 { 2 } else { 12 },
        joined_on: day("2016-01-01"),
        left_on: None,
    });
    load::members(&tx, members).await.unwrap();
    let pairing = load::NewPairing {
        household: ZHANG,
        account: 1016,
        helper_name: "孙帮扶",
        from_on: day("2020-01-01"),
        to_on: None,
    };
    load::pairings(&tx, [pairing]).await.unwrap();
    tx.commit(TrailAct::new("household.load", "household:all"))
        .await
        .unwrap();
    app
}

/// What every step may bring.
pub(crate) fn brought() -> Brought {
    Brought {
        reason: "按规定办理".into(),
        codes: Vec::new(),
        basis: "会议纪要〔2026〕1 号".into(),
        people: vec!["李四".into(), "王五".into()],
        vote: Vote {
            due: 30,
            present: 22,
            agree: 20,
            against: 1,
            abstain: 1,
        },
        place: "村务公开栏".into(),
        ..Brought::default()
    }
}

pub(crate) fn signature(slot: i64) -> Brought {
    Brought {
        slot,
        signer: format!("签字人{slot}"),
        confirmed: CONFIRMATIONS.iter().map(|(id, _)| (*id).to_owned()).collect(),
        sustainability: "与合作社签有三年收购合同，务工稳定".into(),
        device: "办公电脑".into(),
        ..brought()
    }
}

pub(crate) async fn step(app: &TestApp, id: i64, role: Role, account: i64, act: Act) -> AppResult<Outcome> {
    perform::perform(&app.app, &an(role, account), id, &request(), act, &brought(), vec![]).await
}

pub(crate) async fn go(app: &TestApp, id: i64, role: Role, account: i64, act: Act) {
    let outcome = step(app, id, role, account, act).await;
    assert_eq!(
        outcome.unwrap_or_else(|e| panic!("{act:?}: {}", e.message)),
        Outcome::Done
    );
}

pub(crate) async fn open(app: &TestApp, id: i64, kind: Kind) {
    perform::open(
        &app.app,
        &an(Role::VillageAdmin, 3),
        id,
        &request(),
        kind,
        "village",
        &brought(),
    )
    .await
    .unwrap();
}

pub(crate) async fn try_apply(app: &TestApp, name: &str, n: u32) -> AppResult<Option<register::Applied>> {
    let member = |n: u32, name: &str, kin: &str| NewMember {
        number: number(n),
        name: name.into(),
        kin: kin.into(),
        phone: None,
        health: "健康".into(),
        labour: "普通劳动力".into(),
        student: "非在校".into(),
        wants_training: false,
        skill: String::new(),
    };
    let new = NewHousehold {
        kind: Kind::Identification,
        origin: "household".into(),
        region: code(WEST),
        attr: 1,
        std: 1,
        monitor_class: None,
        main_cause: "因病".into(),
        other_causes: vec![],
        cause_note: String::new(),
        risk_types: vec![],
        address: String::new(),
        applied_on: day("2026-03-02"),
        members: vec![member(n, name, "02"), member(n + 1, "钱小妹", "12")],
        incomes: vec![income("wage_odd", 4_000)],
    };
    register::apply(&app.app, &an(Role::VillageAdmin, 3), &request(), &new).await
}

pub(crate) async fn apply(app: &TestApp, name: &str, n: u32) -> i64 {
    try_apply(app, name, n).await.unwrap().unwrap().household
}

fn income(kind: &str, yuan: i64) -> NewIncome {
    NewIncome {
        person_key: None,
        period: "2026-01".into(),
        kind: IncomeKind::of(kind).unwrap(),
        gross: Money::from_yuan(yuan),
        cost: Money::ZERO,
        evidence: "工资流水".into(),
        recorder: "村".into(),
        excluded_reason: None,
    }
}

pub(crate) async fn incomes(app: &TestApp, id: i64, kind: &str, yuan: i64) {
    let entry = Entry::Incomes(vec![income(kind, yuan)]);
    facts::enter(&app.app, &an(Role::TownPoverty, 4), id, &request(), entry)
        .await
        .unwrap();
}

pub(crate) async fn sign_authorisations(app: &TestApp, id: i64) {
    let record = reading::record(&app.app.db, id).await.unwrap().unwrap();
    let entry = Entry::Authorise {
        people: record.present().map(|m| m.person_key).collect(),
        on: day("2026-03-01"),
        valid_to: day("2027-03-01"),
    };
    facts::enter(&app.app, &an(Role::TownPoverty, 4), id, &request(), entry)
        .await
        .unwrap();
}

/// Income, guarantees and industry as an exit needs them.
pub(crate) async fn ready_to_leave(app: &TestApp, id: i64) {
    incomes(app, id, "wage_away", 40_000).await;
    let guarantees = Entry::Guarantees {
        on: day("2026-03-01"),
        checks: Guarantees::ALL,
        evidence: "入户查看".into(),
        assessor: "李四".into(),
    };
    let industry = Entry::Measure {
        policy: false,
        kind: "产业".into(),
        content: "养猪二十头".into(),
        amount: Money::from_yuan(5_000),
        on: day("2025-05-01"),
    };
    for entry in [guarantees, industry] {
        facts::enter(&app.app, &an(Role::TownPoverty, 4), id, &request(), entry)
            .await
            .unwrap();
    }
}

pub(crate) async fn status(app: &TestApp, id: i64) -> i64 {
    app.app
        .db
        .number("SELECT status FROM household WHERE id = $1", args![id])
        .await
        .unwrap()
}

/// Puts a household into a state of a procedure, past all guards.
pub(crate) async fn set_case(app: &TestApp, id: i64, kind: Kind, state: &str) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    tx.execute("DELETE FROM household_case WHERE household_id = $1", args![id])
        .await
        .unwrap();
    tx.execute(
        "INSERT INTO household_case (id, household_id, region, head_name, kind, state, origin, open, opened_on, since_on) \
         VALUES (1, $1, 371621102001001, '张大山', $2, $3, 'village', $4, '2026-03-01', '2026-03-01')",
        args![id, kind.id(), state, true],
    )
    .await
    .unwrap();
    tx.commit(TrailAct::new("test.case", "case:1")).await.unwrap();
}
