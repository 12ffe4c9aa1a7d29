//! Lists and small acts of the desk: what waits for whom, a search by number, the end of a measure.

use access::Role;
use axum::http::StatusCode;
use directory::{Org, WaitingWork, load_orgs};
use households::{WaitingCases, model::flows::Kind, store::reading};
use kernel::RegionCode;
use testkit::both_databases;

use crate::county::{WEST, ZHANG, a_county, an, ready_to_leave, request, set_case};

both_databases! {
    // The workbench counts the cases whose next step is the reader's, and its link shows exactly those.
    async fn a_case_waits_for_the_role_whose_step_is_next(db: TestDb) {
        let app = a_county(db, &[]).await;
        set_case(&app, ZHANG, Kind::Identification, "applied").await;
        let mut counted = 0;
        for role in [Role::VillageAdmin, Role::TownPoverty, Role::FundUnitAdmin, Role::CountyAdmin, Role::Audit] {
            let lines = WaitingCases.waiting(&app.app, &an(role, 9)).await.unwrap();
            let mut client = app.as_role(role, "371621").await;
            let shown = client.get("/desk/households/cases?kind=identification&mine=1").await;
            let listed = shown.texts("table[data-rows] tbody tr").len() as u64;
            let said = lines.first().map_or(0, |line| line.count);
            assert_eq!(said, if role == Role::Audit { 0 } else { listed }, "{role:?}");
            counted += said;
        }
        assert!(counted > 0, "an application waits for somebody");
        let elsewhere = access::Scope::area("371621103".parse::<RegionCode>().unwrap());
        let mut east = an(Role::VillageAdmin, 9);
        east.scope = elsewhere;
        assert!(WaitingCases.waiting(&app.app, &east).await.unwrap().is_empty());
    }

    // The police hold the role of offices that pay and approve, and answer for nobody's exit.
    async fn nothing_of_a_household_waits_for_an_office_that_does_not_answer_for_it(db: TestDb) {
        let app = a_county(db, &[]).await;
        set_case(&app, ZHANG, Kind::Exit, "town_reviewed").await;
        let county: RegionCode = "371621".parse().unwrap();
        let office = |(id, name, kind): (&str, &str, &str)| Org {
            id: id.into(),
            name: name.into(),
            kind: kind.into(),
            region: county,
            uscc: None,
            hotline: None,
        };
        let offices = [("civil_affairs", "民政局", "民政"), ("poverty_relief", "扶贫办", "扶贫"), ("public_security", "公安局", "公安")];
        load_orgs(&app.app, &access::Actor::system(), &offices.map(office)).await.unwrap();
        for (id, _, kind) in offices {
            let mut clerk = an(Role::FundUnitAdmin, 9);
            clerk.scope = access::Scope::area(county).of_department(id);
            let told: Vec<u64> = WaitingCases.waiting(&app.app, &clerk).await.unwrap().iter().map(|line| line.count).collect();
            let mut client = app.signed_in(clerk).await;
            let listed = client.get("/desk/households/cases?kind=exit&mine=1").await.texts("table[data-rows] tbody tr").len();
            let page = client.get(&format!("/desk/households/{ZHANG}?tab=flow")).await;
            let offered = page.attributes("input[name=act]", "value");
            let looks_on = page.text().contains("由民政、扶贫部门办理");
            let step = [("act", "county_approve"), ("basis", "惠扶贫〔2026〕3号"), ("request_id", &request())];
            let sent = client.post(&format!("/desk/households/{ZHANG}/step"), &step).await;
            if kind == "公安" {
                assert_eq!((told, listed), (vec![], 0));
                assert!(looks_on && offered.is_empty(), "{offered:?}");
                assert_eq!(sent.status, StatusCode::FORBIDDEN, "{}", sent.text());
                let all = client.get("/desk/households/cases?kind=exit").await;
                assert_eq!(all.texts("table[data-rows] tbody tr").len(), 1, "it may look on");
            } else {
                assert_eq!((told, listed), (vec![1], 1), "{kind}");
                assert!(!looks_on && offered.contains(&"county_approve".to_owned()), "{offered:?}");
                assert_ne!(sent.status, StatusCode::FORBIDDEN, "{}", sent.text());
            }
        }
    }

    async fn a_household_is_found_by_the_first_digits_of_its_number(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        for (sought, rows) in [(WEST, 1), ("3716211030010010001", 1), ("3716", 2), ("9999", 0), ("大山", 1)] {
            let shown = clerk.get(&format!("/desk/households?name={sought}")).await;
            assert_eq!(shown.texts("table[data-rows] tbody tr").len(), rows, "{sought}");
        }
    }

    async fn a_measure_is_ended_once_and_the_history_keeps_it(db: TestDb) {
        let app = a_county(db, &[]).await;
        ready_to_leave(&app, ZHANG).await;
        let id = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap().measures[0].id.to_string();
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        let page = format!("/desk/households/{ZHANG}?tab=measures");
        assert!(clerk.get(&page).await.text().contains("今日结束"));
        let end = [("what", "end_measure"), ("id", id.as_str()), ("request_id", "end-measure-1")];
        let sent = clerk.post(&format!("/desk/households/{ZHANG}/enter"), &end).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let record = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
        assert_eq!(record.measures[0].ended_on.as_deref(), Some(app.app.clock.today().to_string().as_str()));
        let again = [("what", "end_measure"), ("id", id.as_str()), ("request_id", "end-measure-2")];
        let sent = clerk.post(&format!("/desk/households/{ZHANG}/enter"), &again).await;
        assert!(!sent.status.is_redirection(), "it has ended already");
        assert!(!clerk.get(&page).await.text().contains("今日结束"));
    }
}
