//! Lists people come back to: assets and draws, narrowed, kept under a name, taken home as a table; an asset as it was.

use access::Role;
use axum::http::StatusCode;
use projects::{
    model::AssetAct as X,
    store::{
        asset_list::{AssetFilter, page_of, totals},
        draws,
    },
};
use testkit::{TestApp, both_databases};

use crate::{draws::waiting, support::*};

/// One asset at the village collective, and the day on which it stands registered.
async fn registered(app: &TestApp) -> i64 {
    let id = entered(app, &[]).await;
    to_asset(app, id).await
}

both_databases! {
    async fn the_assets_of_a_scope_are_counted_narrowed_and_found_by_project(db: TestDb) {
        let app = a_county(db).await;
        let asset = registered(&app).await;
        let scope = county(1).scope;
        let all = totals(&app.app.db, &scope, &AssetFilter::default()).await.unwrap();
        assert_eq!((all.assets, all.cost_fen, all.idle, all.unregistered), (1, 96_000_000, 0, 0));
        let rows = page_of(&app.app.db, &scope, &AssetFilter::default(), 1).await.unwrap();
        assert_eq!((rows[0].asset.id, rows[0].project_no.as_str()), (asset, "371621-2026-0001"));
        let narrowed = [
            (AssetFilter { class: Some("operating"), ..AssetFilter::default() }, 1),
            (AssetFilter { class: Some("public"), ..AssetFilter::default() }, 0),
            (AssetFilter { state: Some("idle"), ..AssetFilter::default() }, 0),
            (AssetFilter { area: Some(code(WEST)), ..AssetFilter::default() }, 1),
            (AssetFilter { text: "集体".into(), ..AssetFilter::default() }, 1),
            (AssetFilter { text: "100%".into(), ..AssetFilter::default() }, 0),
            (AssetFilter { project: "2026-0001".into(), ..AssetFilter::default() }, 1),
            (AssetFilter { project: "光伏".into(), ..AssetFilter::default() }, 0),
        ];
        for (filter, wanted) in narrowed {
            assert_eq!(totals(&app.app.db, &scope, &filter).await.unwrap().assets, wanted, "{filter:?}");
        }
        let elsewhere = one(Role::TownPoverty, "371621103", 1).scope;
        assert!(page_of(&app.app.db, &elsewhere, &AssetFilter::default(), 1).await.unwrap().is_empty());
    }

    async fn a_clerk_keeps_a_view_of_the_assets_and_takes_the_table_home(db: TestDb) {
        let app = a_county(db).await;
        let asset = registered(&app).await;
        let mut client = app.signed_in(county(1)).await;
        let list = client.get("/desk/project-assets").await;
        assert_eq!(
            list.texts(".list-total"),
            ["共 1 项资产，原值 960,000.00 元，闲置 0 项，未登记权属 0 项"]
        );
        let row = list.texts("tbody tr").join("");
        for shown in ["蔬菜大棚", "经营性", "西街村蔬菜大棚", "960,000.00", "西街村集体", "惠资001", "已登记"] {
            assert!(row.contains(shown), "{shown}: {row}");
        }
        assert!(list.attributes("tbody a", "href").contains(&format!("/desk/project-assets/{asset}")));
        let idle = client.get("/desk/project-assets?state=idle").await;
        assert!(idle.text().contains("没有符合条件的资产"), "{}", idle.text());
        let kept = [("page", "/desk/project-assets"), ("name", "闲置的"), ("query", "state=idle")];
        assert_eq!(client.post("/desk/filters", &kept).await.location(), "/desk/project-assets?state=idle");
        let again = client.get("/desk/project-assets").await;
        assert_eq!(again.texts(".saved-filter a"), ["闲置的"]);
        assert_eq!(again.attributes(".saved-filter a", "href"), ["/desk/project-assets?state=idle"]);
        let table = client.get("/desk/project-assets.xlsx?class=operating").await;
        assert_eq!((table.status, &table.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
        let mut elsewhere = app.signed_in(one(Role::TownPoverty, "371621103", 1)).await;
        assert!(elsewhere.get("/desk/project-assets").await.text().contains("没有符合条件的资产"));
        let mut board = app.signed_in(one(Role::VillageSupervision, COMMUNITY, 1)).await;
        assert_eq!(board.get("/desk/project-assets.xlsx").await.status, StatusCode::FORBIDDEN);
    }

    async fn an_asset_is_seen_as_it_stood_on_a_past_day(db: TestDb) {
        let app = a_county(db).await;
        let asset = registered(&app).await;
        let before = app.app.clock.today().to_string();
        app.clock.advance_days(40);
        asset_act(&app, &station(1), asset, X::HandOver, &[("receiver", "村委会张主任")]).await.unwrap();
        let mut client = app.signed_in(county(1)).await;
        let page = async |client: &mut testkit::Client, day: &str| {
            client.get(&format!("/desk/project-assets/{asset}?as_of={day}")).await.texts("section:first-of-type").join("")
        };
        let then = page(&mut client, &before).await;
        assert!(then.contains("当时的样子") && then.contains("已登记") && !then.contains("村委会张主任"), "{then}");
        let now = page(&mut client, &app.app.clock.today().to_string()).await;
        assert!(now.contains("已移交") && now.contains("村委会张主任"), "{now}");
        let early = page(&mut client, "2020-01-01").await;
        assert!(early.contains("那一天还没有这项资产"), "{early}");
        let nonsense = client.get(&format!("/desk/project-assets/{asset}?as_of=昨天")).await;
        assert!(nonsense.status == StatusCode::OK && !nonsense.text().contains("当时的样子"));
    }

    async fn draws_are_narrowed_by_town_stage_and_batch_and_the_view_is_kept(db: TestDb) {
        let app = a_county(db).await;
        waiting(&app, 12).await;
        draws::announce(&app.app, &county(1), &rid(&app), code(TOWN), "第一批").await.unwrap();
        let mut client = app.signed_in(county(1)).await;
        for (query, wanted) in [
            ("", 1), ("stage=announced", 1), ("stage=drawn", 0), ("stage=widened", 0), ("batch=第一", 1), ("batch=第二", 0),
            ("town=371621102", 1), ("town=371621103", 0),
        ] {
            let page = client.get(&format!("/desk/project-draws?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text());
            assert_eq!(page.texts("tbody tr").len(), wanted, "{query}: {}", page.text());
        }
        let kept = [("page", "/desk/project-draws"), ("name", "待抽取"), ("query", "stage=announced")];
        assert_eq!(client.post("/desk/filters", &kept).await.location(), "/desk/project-draws?stage=announced");
        assert_eq!(client.get("/desk/project-draws").await.texts(".saved-filter a"), ["待抽取"]);
    }
}
