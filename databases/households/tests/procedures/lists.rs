//! The lists of campaigns, tasks and measures: filtered, saved, counted, taken along as a file.

use access::Role;
use axum::http::StatusCode;
use households::store::{
    campaign,
    facts::{self, Entry},
};
use kernel::Money;
use testkit::both_databases;

use crate::county::*;

const MEASURES: &str = "/desk/households/measures";

both_databases! {
    async fn measures_of_all_households_are_filtered_summed_and_exported(db: TestDb) {
        let app = a_county(db, &[]).await;
        let clerk = an(Role::TownPoverty, 4);
        for (household, policy, kind, content, yuan, on) in [
            (ZHANG, false, "产业", "养猪二十头", 5_000, "2025-05-01"),
            (ZHANG, true, "健康", "参保补助", 380, "2026-01-05"),
            (WANG, false, "产业", "小拱棚蔬菜", 3_000, "2026-02-01"),
        ] {
            let entry = Entry::Measure { policy, kind: kind.into(), content: content.into(), amount: Money::from_yuan(yuan), on: day(on) };
            facts::enter(&app.app, &clerk, household, &request(), entry).await.unwrap();
        }
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        for (query, total) in [
            ("", "共 3 项，惠及 2 户，合计 8,380.00 元"),
            ("?sort=measure", "共 2 项，惠及 2 户，合计 8,000.00 元"),
            ("?town=371621102&community=371621102001", "共 2 项，惠及 1 户，合计 5,380.00 元"),
            ("?from=2026-01-01&kind=%E4%BA%A7%E4%B8%9A", "共 1 项，惠及 1 户，合计 3,000.00 元"),
            ("?name=%E5%8F%82%E4%BF%9D&confirmed=none&ended=0", "共 1 项，惠及 1 户，合计 380.00 元"),
            ("?confirmed=yes", "共 0 项"),
        ] {
            let page = town.get(&format!("{MEASURES}{query}")).await.text();
            assert!(page.contains(total), "{query}: {page}");
        }
        let kept = town.post("/desk/filters", &[("page", MEASURES), ("query", "sort=policy"), ("name", "享受政策")]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let page = town.get(MEASURES).await;
        assert!(page.attributes(".saved-filter a", "href").contains(&format!("{MEASURES}?sort=policy")), "{}", page.text());
        let file = town.get(&format!("{MEASURES}.xlsx?sort=measure")).await;
        assert_eq!(file.status, StatusCode::OK);
        let mut village = app.as_role(Role::VillageSupervision, WEST).await;
        let page = village.get(MEASURES).await.text();
        assert!(page.contains("共 2 项") && page.contains("张*山") && !page.contains("王海林"), "{page}");
        assert_eq!(village.get(&format!("{MEASURES}.xlsx")).await.status, StatusCode::FORBIDDEN);
    }

    async fn tasks_of_a_campaign_are_filtered_by_state_and_name_and_exported(db: TestDb) {
        let app = a_county(db, &[]).await;
        let new = |kind: &str, period: &str| campaign::NewCampaign { region: code("371621"), kind: kind.into(), period: period.into(), opens_on: day("2026-03-01"), due_on: day("2026-03-31") };
        let id = campaign::create(&app.app, &an(Role::CountyAdmin, 9), &request(), &new("quarter", "2026Q1")).await.unwrap().unwrap();
        campaign::create(&app.app, &an(Role::CountyAdmin, 9), &request(), &new("year_end", "2025")).await.unwrap();
        campaign::submit_household(&app.app, &an(Role::VillageAdmin, 3), id, ZHANG, &request(), "").await.unwrap();
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let path = format!("/desk/campaigns/{id}");
        for (query, rows) in [("", 3), ("?all=done", 1), ("?all=1", 4), ("?target=household", 1), ("?all=1&name=%E5%A4%A7%E5%B1%B1", 1), ("?target=village&town=371621103", 1)] {
            let page = town.get(&format!("{path}{query}")).await;
            assert_eq!(page.texts("table[data-rows] tbody tr").len(), rows, "{query}: {}", page.text());
        }
        assert_eq!(town.get(&format!("{path}/tasks.xlsx?all=1")).await.status, StatusCode::OK);
        let all = town.get("/desk/campaigns").await;
        assert_eq!(all.texts("table[data-rows] tbody tr").len(), 2, "{}", all.text());
        let only = town.get("/desk/campaigns?kind=year_end&year=2025").await;
        assert_eq!(only.texts("table[data-rows] tbody tr").len(), 1, "{}", only.text());
        let mut liaison = app.as_role(Role::Liaison, "371621").await;
        let page = liaison.get(&format!("{path}?all=1")).await.text();
        assert!(page.contains("张*山") && !page.contains("张大山"), "{page}");
    }
}
