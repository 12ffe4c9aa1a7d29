//! The register in a small county: who sees which household, and how a number is shown.

use std::sync::Arc;

use access::{AccountId, Actor, Role, Scope};
use axum::http::StatusCode;
use directory::{Region, load_regions};
use households::{HouseholdFilter, count, load, page_of};
use kernel::{IdNumber, PersonKey};
use store::{FromQueryResult, Query, args};
use testkit::{
    TestApp, TestDb, an_actor, both_databases,
    county::{DIVISIONS, EAST, WEST, code, day, number},
};
use trail::Act;

/// Two villages of two towns, one household of two people in each; account 1016 helps the western one.
async fn a_county(db: TestDb) -> TestApp {
    let app = TestApp::with_parts(
        db,
        vec![directory::module(), records::module(), households::module()],
        vec![Arc::new(directory::regions::RegionCache::default())],
    )
    .await;
    let regions = DIVISIONS.map(|(c, name)| Region::invented(code(c), name));
    load_regions(&app.app, &Actor::system(), &regions).await.unwrap();
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let mut nonces = load::Nonces::from_random(app.app.nonce().unwrap());
    let numbers: Vec<IdNumber> = (1..=4).map(number).collect();
    let key = |i: usize| app.app.keys.person_key(&numbers[i]);
    let names = ["张大山", "李秀英", "王建国", "赵小兰"];
    let people = (0..4).map(|i| load::NewPerson {
        number: &numbers[i],
        name: names[i],
        region: code(if i < 2 { WEST } else { EAST }),
        kin: if i % 2 == 0 { 2 } else { 12 },
        household: Some(if i < 2 { 1 } else { 2 }),
        phone: Some("15400000001"),
        death: None,
    });
    load::people(&tx, &app.app.keys, &mut nonces, people).await.unwrap();
    let households = [(1, WEST, 0, 1), (2, EAST, 2, 5)].map(|(id, region, head, status)| load::NewHousehold {
        id,
        household_no: if id == 1 {
            "3716211020010010001"
        } else {
            "3716211030010010001"
        },
        region: code(region),
        head: key(head),
        head_name: names[head],
        population: 2,
        status,
        attr: 2,
        monitor_class: None,
        main_cause: "缺劳力",
        registered_on: Some(day("2016-01-01")),
        exited_on: None,
        removed_on: None,
    });
    load::households(&tx, households).await.unwrap();
    let members = (0..4).map(|i| load::NewMember {
        household: if i < 2 { 1 } else { 2 },
        person: key(i),
        kin: if i % 2 == 0 { 2 } else { 12 },
        joined_on: day("2016-01-01"),
        left_on: None,
    });
    load::members(&tx, members).await.unwrap();
    let pairing = load::NewPairing {
        household: 1,
        account: 1016,
        helper_name: "孙帮扶",
        from_on: day("2020-01-01"),
        to_on: None,
    };
    load::pairings(&tx, [pairing]).await.unwrap();
    tx.commit(Act::new("household.load", "household:all")).await.unwrap();
    app
}

fn a_helper() -> Actor {
    Actor {
        account: Some(AccountId(1016)),
        scope: Scope::area(code("371621")).paired_with(AccountId(1016)),
        ..an_actor(Role::Helper, "371621")
    }
}

both_databases! {
    // accept: 000-18, 000-30
    async fn the_list_shows_households_with_totals_and_filters(db: TestDb) {
        let app = a_county(db).await;
        let mut admin = app.as_role(Role::CountyAdmin, "371621").await;
        let shown = admin.get("/desk/households").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        assert_eq!(shown.texts(".list-total"), ["共 2 户， 4 人"]);
        assert!(shown.text().contains("石庙镇 大田社区 西街村"), "{}", shown.text());
        let filtered = admin.get("/desk/households?town=371621103&status=5&name=建").await;
        assert_eq!(filtered.texts("tbody tr td:first-child"), ["王建国"]);
        assert_eq!(filtered.texts(".list-total"), ["共 1 户， 2 人"]);
    }

    // accept: 000-65
    async fn a_town_sees_its_own_households_only(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, "371621102").await;
        let shown = town.get("/desk/households?town=371621103").await;
        assert_eq!(shown.texts("tbody tr td:first-child"), ["张大山"], "the filter cannot widen the reach");
        assert_eq!(town.get("/desk/households/2").await.status, StatusCode::NOT_FOUND);
        assert_eq!(town.get("/desk/households/1").await.status, StatusCode::OK);
    }

    // accept: 000-29
    async fn a_helper_sees_paired_households_only(db: TestDb) {
        let app = a_county(db).await;
        let mut helper = app.signed_in(a_helper()).await;
        assert_eq!(helper.get("/desk/households").await.texts("tbody tr td:first-child"), ["张大山"]);
        assert_eq!(helper.get("/desk/households/2").await.status, StatusCode::NOT_FOUND);
        let own = helper.get("/desk/households/1").await;
        assert!(own.text().contains("李秀英") && own.text().contains("孙帮扶"), "{}", own.text());
        assert_eq!(helper.get("/desk/households.xlsx").await.status, StatusCode::FORBIDDEN);
    }

    async fn the_supervision_committee_sees_masked_names(db: TestDb) {
        let app = a_county(db).await;
        let mut village = app.as_role(Role::VillageSupervision, "371621102001").await;
        let text = village.get("/desk/households/1").await.text();
        assert!(text.contains("张*山") && !text.contains("张大山"), "{text}");
    }

    async fn a_number_is_shown_once_after_its_purpose_is_on_the_record(db: TestDb) {
        let app = a_county(db).await;
        let key = app.app.keys.person_key(&number(1));
        let path = format!("/desk/people/{}/reveal", key.0);
        let mut office = app.as_role(Role::CdiOfficeAdmin, "371621").await;
        let expected = number(1);
        let refused = office.post(&path, &[("purpose", "verify"), ("words", "看")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.body.contains(expected.expose()));
        let leaking = office.post(&path, &[("purpose", "verify"), ("words", "核实 371621197001010015 是否有误")]).await;
        assert_eq!(leaking.status, StatusCode::UNPROCESSABLE_ENTITY);
        let shown = office.post(&path, &[("purpose", "verify"), ("words", "核实西街村疑点")]).await;
        assert!(shown.text().contains(expected.expose()), "{}", shown.text());
        assert_eq!(shown.headers["cache-control"], "no-store");
        let noted = app
            .app
            .db
            .number(
                "SELECT COUNT(*) FROM trail_event WHERE act = 'person.reveal' AND subject = $1 AND purpose = '核实疑点：核实西街村疑点'",
                args![format!("person:{}", key.0)],
            )
            .await
            .unwrap();
        assert_eq!(noted, 1);
        let mut elsewhere = app.as_role(Role::TownPoverty, "371621103").await;
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND);
        let mut village = app.as_role(Role::VillageAdmin, "371621102001").await;
        assert_eq!(village.get(&path).await.status, StatusCode::FORBIDDEN);
    }

    async fn the_export_holds_every_row_and_is_on_the_record(db: TestDb) {
        let app = a_county(db).await;
        let mut admin = app.as_role(Role::CountyAdmin, "371621").await;
        let sent = admin.get("/desk/households.xlsx?name=张").await;
        assert_eq!(sent.status, StatusCode::OK);
        assert_eq!(&sent.bytes[..2], b"PK");
        let noted = app
            .app
            .db
            .number("SELECT COUNT(*) FROM trail_event WHERE act = 'household.export' AND payload = '{\"rows\":1}'", args![])
            .await
            .unwrap();
        assert_eq!(noted, 1);
    }

    async fn loading_the_same_register_twice_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
        let mut nonces = load::Nonces::from_random(app.app.nonce().unwrap());
        let again = number(1);
        let person = load::NewPerson {
            number: &again,
            name: "张大山",
            region: code(WEST),
            kin: 2,
            household: Some(1),
            phone: None,
            death: None,
        };
        load::people(&tx, &app.app.keys, &mut nonces, [person.clone(), person]).await.unwrap();
        tx.commit(Act::new("household.load", "household:all")).await.unwrap();
        let scope = Scope::area(code("371621"));
        let totals = count(&app.app.db, &scope, &HouseholdFilter::default()).await.unwrap();
        assert_eq!((totals.households, totals.people), (2, 4));
        assert_eq!(page_of(&app.app.db, &scope, &HouseholdFilter::default(), 2).await.unwrap(), []);
    }

    async fn no_number_is_readable_in_the_register(db: TestDb) {
        #[derive(FromQueryResult)]
        struct Row {
            id_sealed: Vec<u8>,
            person_key: i64,
        }
        let app = a_county(db).await;
        let rows: Vec<Row> = app.app.db.rows("SELECT id_sealed, person_key FROM person", args![]).await.unwrap();
        assert_eq!(rows.len(), 4);
        for row in rows {
            assert!(!row.id_sealed.windows(6).any(|w| w == b"371621"));
            let sealed = kernel::Sealed(row.id_sealed);
            let opened = app.app.keys.reveal_number(PersonKey(row.person_key), &sealed).unwrap();
            assert_eq!(app.app.keys.person_key(&opened).0, row.person_key);
        }
    }
}
