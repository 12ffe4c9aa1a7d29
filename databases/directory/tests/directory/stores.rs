//! What is loaded is what is read, on both databases; loading twice changes nothing.

use access::Actor;
use directory::{Holiday, Org, calendar, load_holidays, load_orgs, orgs, regions};
use kernel::period::parse_date;
use store::{Query, args};
use testkit::{TestApp, TestDb, both_databases};

use crate::support::{PLACES, a_county, load_places};

async fn an_app(db: TestDb) -> TestApp {
    TestApp::with_parts(db, vec![directory::module()], directory::parts(false, vec![])).await
}

both_databases! {
    async fn divisions_are_read_back_as_a_tree_and_loaded_twice_they_are_the_same(db: TestDb) {
        let app = an_app(db).await;
        load_places(&app).await;
        load_places(&app).await;
        let tree = regions(&app.app).await.unwrap();
        assert_eq!(tree.len(), PLACES.len());
        assert_eq!(tree.path("371621101201001".parse().unwrap()), "惠民县 › 石庙镇 › 石庙社区 › 前王村");
        assert_eq!(app.app.db.number("SELECT parent FROM region WHERE code = $1", args![371_621_101_201_000_i64]).await.unwrap(), 371_621_101_000_000);
    }

    async fn a_renamed_division_shows_its_new_name_at_once(db: TestDb) {
        let app = an_app(db).await;
        load_places(&app).await;
        let code = "371621101".parse().unwrap();
        let renamed = directory::Region { code, name: "石庙街道".into(), kind: String::new(), synthetic: false };
        assert_eq!(regions(&app.app).await.unwrap().name(code), "石庙镇");
        directory::load_regions(&app.app, &Actor::system(), &[renamed]).await.unwrap();
        assert_eq!(regions(&app.app).await.unwrap().name(code), "石庙街道");
    }

    async fn organisations_are_listed_by_area(db: TestDb) {
        let app = an_app(db).await;
        let org = |id: &str, region: &str| Org {
            id: id.into(),
            name: format!("单位{id}"),
            kind: "镇".into(),
            region: region.parse().unwrap(),
            uscc: None,
            hotline: Some("0543-5320000".into()),
        };
        let list = [org("town_1", "371621101"), org("town_2", "371621102"), org("finance", "371621")];
        load_orgs(&app.app, &Actor::system(), &list).await.unwrap();
        let ids = |found: Vec<Org>| found.into_iter().map(|o| o.id).collect::<Vec<_>>();
        assert_eq!(ids(orgs(&app.app.db, "371621".parse().unwrap()).await.unwrap()), ["finance", "town_1", "town_2"]);
        assert_eq!(ids(orgs(&app.app.db, "371621102".parse().unwrap()).await.unwrap()), ["town_2"]);
    }

    async fn the_calendar_is_the_published_one_until_the_office_edits_it(db: TestDb) {
        let app = an_app(db).await;
        let day = |text: &str| parse_date(text).unwrap();
        assert!(!calendar(&app.app.db).await.is_working_day(day("2026-10-01")));
        let edited = Holiday { day: day("2027-01-01"), working: false, name: "元旦".into() };
        load_holidays(&app.app, &Actor::system(), &[edited]).await.unwrap();
        let calendar = calendar(&app.app.db).await;
        assert!(!calendar.is_working_day(day("2027-01-01")) && calendar.is_working_day(day("2026-10-01")));
    }

    async fn demo_accounts_are_seeded_once_and_never_beside_real_ones(db: TestDb) {
        let app = a_county(db).await;
        let before = app.app.db.number("SELECT COUNT(*) FROM account", args![]).await.unwrap();
        directory::seed_demo_accounts(&app.app, None).await.unwrap();
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM account", args![]).await.unwrap(), before);
        let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
        tx.execute("UPDATE account SET demo = FALSE WHERE login = 'xianji'", args![]).await.unwrap();
        tx.commit(trail::Act::new("test.change", "account:1")).await.unwrap();
        assert!(directory::seed_demo_accounts(&app.app, None).await.is_err());
    }
}
