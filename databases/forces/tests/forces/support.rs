//! Two towns, a village each, three households, and helpers with and without accounts.

use std::sync::Arc;

use access::{AccountId, Actor, Role, Scope};
use directory::{Region, load_regions};
use forces::{
    model::team::{Part, TeamKind},
    store::load::{self, HelpedProject, Helper, Team, TeamPairing},
};
use households::load as homes;
use kernel::{IdNumber, PersonKey};
use records::flow::Code;
pub(crate) use testkit::county::{COMMUNITY as WEST, TOWN, code, day, number};
use testkit::{TestApp, TestDb, an_actor, county::DIVISIONS};
use trail::Act;

/// Accounts of the resident and of the helper; helpers of the same key.
pub(crate) const HELPER: i64 = 1016;
pub(crate) const OTHER: i64 = 2016;
pub(crate) const RESIDENT: i64 = 1017;
/// Helpers without an account, by id.
pub(crate) const SPARE: i64 = 77;
pub(crate) const KIN: i64 = 78;
pub(crate) const LAWYER: i64 = 79;
pub(crate) const GROUP: i64 = 500;

pub(crate) fn helper(id: i64, name: &str, kind: &str, region: &str) -> Helper {
    Helper {
        id,
        name: name.into(),
        kind: kind.into(),
        unit: "县直单位".into(),
        region: code(region).as_i64(),
        pair_key: id,
        entered_on: "2020-01-01".into(),
        state: "active".into(),
        ..Helper::default()
    }
}

/// Households 1 (西, paired with 1016), 2 (西, unpaired), 3 (东, paired with 2016). Person 3 of household 2 once
/// lived under one roof with person 9, the helper `KIN`.
pub(crate) async fn a_county(db: TestDb) -> TestApp {
    let app = TestApp::with_parts(
        db,
        vec![
            records::module(),
            directory::module(),
            households::module(),
            forces::module(),
        ],
        vec![Arc::new(directory::regions::RegionCache::default())],
    )
    .await;
    let regions = DIVISIONS.map(|(c, name)| Region::invented(code(c), name));
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut nonces = homes::Nonces::from_random(app.app.nonce().unwrap());
    let numbers: Vec<IdNumber> = (1..=9).map(number).collect();
    let key = |i: usize| app.app.keys.person_key(&numbers[i]);
    let names = ["张大山", "李秀英", "王建国", "赵小兰", "孙有田"];
    let places = [(0, 1), (2, 2), (4, 3)];
    let village = |id: i64| code(if id < 3 { "371621102001001" } else { "371621103001001" });
    let people = places.map(|(i, id)| homes::NewPerson {
        number: &numbers[i],
        name: names[i],
        region: village(id),
        kin: 2,
        household: Some(id),
        phone: None,
        death: None,
    });
    homes::people(&tx, &app.app.keys, &mut nonces, people).await.unwrap();
    let texts = ["3716211020010010001", "3716211020010010002", "3716211030010010001"];
    let rows = places.map(|(i, id)| homes::NewHousehold {
        id,
        household_no: texts[id as usize - 1],
        region: village(id),
        head: key(i),
        head_name: names[i],
        population: 2,
        status: 0,
        attr: 2,
        monitor_class: None,
        main_cause: "缺劳力",
        registered_on: Some(day("2016-01-01")),
        exited_on: None,
        removed_on: None,
    });
    homes::households(&tx, rows).await.unwrap();
    let member = |household: i64, person: PersonKey, kin: u8, left: Option<&str>| homes::NewMember {
        household,
        person,
        kin,
        joined_on: day("2016-01-01"),
        left_on: left.map(day),
    };
    let members = [
        member(1, key(0), 2, None),
        member(2, key(2), 2, None),
        member(3, key(4), 2, None),
        // His daughter moved out of this home into a post in the county.
        member(2, key(8), 30, Some("2019-01-01")),
    ];
    homes::members(&tx, members).await.unwrap();
    let pairing = |household, account, name| homes::NewPairing {
        household,
        account,
        helper_name: name,
        from_on: day("2020-01-01"),
        to_on: None,
    };
    homes::pairings(&tx, [pairing(1, HELPER, "何春燕"), pairing(3, OTHER, "吴帮扶")])
        .await
        .unwrap();
    let with_account = |account: i64, name: &str, kind: &str, region: &str| Helper {
        account: Some(account),
        ..helper(account, name, kind, region)
    };
    let helpers = [
        with_account(HELPER, "何春燕", "responsible", TOWN),
        with_account(OTHER, "吴帮扶", "responsible", "371621103"),
        with_account(RESIDENT, "高明远", "first_secretary", WEST),
        helper(SPARE, "孙接手", "responsible", TOWN),
        Helper {
            person_key: Some(key(8).0),
            ..helper(KIN, "王亲属", "responsible", TOWN)
        },
        Helper {
            branch: "law_firm".into(),
            until_on: Some("2026-12-31".into()),
            ..helper(LAWYER, "正大律师事务所", "third_party", "371621")
        },
    ];
    load::helpers(&tx, day("2020-01-01"), &helpers).await.unwrap();
    let team = Team {
        id: GROUP,
        name: "大田驻村工作队".into(),
        kind: TeamKind::Resident.id().into(),
        unit: "县农业农村局".into(),
        region: code(WEST).as_i64(),
        founded_on: "2020-01-01".into(),
        closed_on: None,
    };
    let paired = TeamPairing {
        id: 501,
        team_id: GROUP,
        team_name: team.name.clone(),
        team_kind: team.kind.clone(),
        unit: team.unit.clone(),
        target_kind: "village".into(),
        target_id: code(WEST).as_i64(),
        title: "石庙镇 大田社区".into(),
        region: code(WEST).as_i64(),
        from_on: "2020-01-01".into(),
        to_on: None,
    };
    load::teams(&tx, &[(team, vec![(RESIDENT, Part::FirstSecretary)])])
        .await
        .unwrap();
    load::team_pairings(&tx, &[paired]).await.unwrap();
    let project = HelpedProject {
        id: 900,
        no: "XM-1".into(),
        title: "大田光伏项目".into(),
        region: code(WEST).as_i64(),
        from_on: "2025-01-01".into(),
        to_on: None,
    };
    load::know_projects(&tx, [project]).await.unwrap();
    tx.commit(Act::new("force.load", "register")).await.unwrap();
    app
}

pub(crate) fn a_helper(account: i64) -> Actor {
    Actor {
        account: Some(AccountId(account)),
        scope: Scope::area(code("371621")).paired_with(AccountId(account)),
        ..an_actor(Role::Helper, "371621")
    }
}

pub(crate) async fn events(app: &TestApp, act: &str) -> i64 {
    use store::{Query, args};
    app.app
        .db
        .number("SELECT COUNT(*) FROM trail_event WHERE act = $1", args![act])
        .await
        .unwrap()
}
