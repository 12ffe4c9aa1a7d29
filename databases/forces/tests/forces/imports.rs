//! Helpers, pairings, declared kin and visits by template: what would change is shown, then it is done or not.

use access::Role;
use axum::http::StatusCode;
use forces::store::helpers::{HelperFilter, count};
use households::pairing::of_household;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, an_actor, both_databases};

use crate::support::{HELPER, TOWN, a_county, a_helper, events, number};

/// Sends a file and waits for its check; returns the page and its address.
async fn checked(client: &mut Client, path: &str, text: &str) -> (String, Shown) {
    brought(client, path, "表.csv", text.as_bytes()).await
}

async fn brought(client: &mut Client, path: &str, name: &str, bytes: &[u8]) -> (String, Shown) {
    client.import(path, name, bytes).await
}

async fn helpers(app: &TestApp) -> i64 {
    let scope = an_actor(Role::TownPoverty, TOWN).scope;
    count(&app.app.db, &scope, &HelperFilter::default()).await.unwrap()
}

both_databases! {
    async fn helpers_come_by_template_new_and_updated_and_the_same_file_twice_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        let before = helpers(&app).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let own = number(5).expose().to_owned();
        let file = format!(
            "姓名,类别,细类,单位,服务区域代码,身份证号\n\
             孙接手,帮扶责任人,,县教育局,371621102,\n\
             钱新来,帮扶责任人,,县税务局,371621102001,{own}\n\
             外镇人,帮扶责任人,,县税务局,371621103,\n\
             正义所,第三方机构,律师事务所,,371621102,\n"
        );
        let path = "/desk/forces/helpers/import";
        let (href, page) = checked(&mut town, path, &file).await;
        let text = page.text();
        assert!(text.contains("孙接手：单位 县直单位→县教育局") && text.contains("钱新来（帮扶责任人 县税务局）"), "{text}");
        assert!(text.contains("不在您的管理范围内") && text.contains("服务期"), "{text}");
        assert!(!text.contains(&own), "no readable number");
        assert_eq!(helpers(&app).await, before, "nothing is written before it is confirmed");
        let done = town.apply_import(&href).await;
        assert!(done.text().contains("已写入") || done.text().contains("已导入"), "{}", done.text());
        assert_eq!(helpers(&app).await, before + 1);
        let changed = town.get("/desk/forces/helpers/77").await.text();
        assert!(changed.contains("县教育局") && changed.contains("按表导入"), "{changed}");
        let (_, again) = checked(&mut town, path, &file).await;
        assert!(again.text().contains("县税务局") || !again.text().contains("确认导入"), "{}", again.text());
        assert_eq!(helpers(&app).await, before + 1);
    }

    async fn pairings_come_by_template_and_near_kin_are_returned_with_the_reason(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let kin = format!(
            "帮扶人员身份证号,帮扶人员姓名,亲属身份证号,亲属姓名,与本人关系\n{},王亲属,{},张大山,祖父\n",
            number(9).expose(),
            number(1).expose()
        );
        let (href, page) = checked(&mut town, "/desk/forces/helpers/kin-import", &kin).await;
        assert!(page.text().contains("王亲属：张大山（祖父）"), "{}", page.text());
        town.apply_import(&href).await;
        let file = "户编号,帮扶责任人,责任人单位,结对开始,理由\n\
                    3716211020010010001,王亲属,,2026-03-01,调整\n\
                    3716211020010010002,孙接手,,2026-03-01,\n\
                    3716211030010010001,孙接手,,2026-03-01,\n\
                    3716211020010010003,孙接手,,2026-03-01,\n";
        let (href, page) = checked(&mut town, "/desk/forces/pairings/import", file).await;
        let text = page.text();
        assert!(text.contains("近亲属") && text.contains("王建国户：结对孙接手"), "{text}");
        assert!(text.contains("管理范围内没有这个应帮扶户"), "{text}");
        town.apply_import(&href).await;
        assert_eq!(of_household(&app.app.db, 2).await.unwrap().len(), 1);
        assert_eq!(of_household(&app.app.db, 1).await.unwrap().len(), 1, "kin were not paired");
        let over = "户编号,帮扶责任人,结对开始,理由\n3716211020010010001,孙接手,2026-03-01,换人\n";
        let (href, page) = checked(&mut town, "/desk/forces/pairings/import", over).await;
        assert!(page.text().contains("张大山户：何春燕→孙接手"), "{}", page.text());
        town.apply_import(&href).await;
        let rows = of_household(&app.app.db, 1).await.unwrap();
        assert_eq!((rows[0].to_on.as_deref(), rows[1].from_on.as_str()), (Some("2026-03-01"), "2026-03-01"));
    }

    async fn a_helper_brings_his_visits_in_one_file_and_none_twice(db: TestDb) {
        let app = a_county(db).await;
        let mut client = app.signed_in(a_helper(HELPER)).await;
        let day = app.app.clock.today().to_string();
        let file = format!(
            "户编号,走访日期,到达时间,离开时间,走访内容,帮扶措施\n\
             3716211020010010001,{day},00:10,00:40,了解春耕准备和用药情况,产业帮扶、健康帮扶\n\
             3716211030010010001,{day},00:10,00:40,别人的户,产业帮扶\n"
        );
        let path = "/desk/forces/visits/import";
        let (href, page) = checked(&mut client, path, &file).await;
        assert!(page.text().contains("张大山户") && page.text().contains("不是您结对"), "{}", page.text());
        client.apply_import(&href).await;
        let visits = async || app.app.db.number("SELECT COUNT(*) FROM visit", args![]).await.unwrap();
        assert_eq!(visits().await, 1);
        let (_, again) = checked(&mut client, path, &file).await;
        assert!(!again.text().contains("确认导入") && !again.text().contains("只导入"), "{}", again.text());
        assert_eq!((visits().await, events(&app, "import.apply").await), (1, 1));
    }
    async fn what_was_taken_home_and_brought_back_unchanged_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        let mut own = app.signed_in(a_helper(HELPER)).await;
        let day = app.app.clock.today().to_string();
        let file = format!(
            "户编号,走访日期,到达时间,离开时间,走访内容,帮扶措施\n\
             3716211020010010001,{day},00:10,00:40,了解春耕准备和用药情况,产业帮扶、健康帮扶\n"
        );
        let (href, _) = checked(&mut own, "/desk/forces/visits/import", &file).await;
        own.apply_import(&href).await;
        app.clock.advance_days(9);
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        for (mine, list, query) in [
            (false, "helpers", ""), (false, "pairings", "helped=1"), (true, "visits", ""),
        ] {
            let client = if mine { &mut own } else { &mut town };
            let taken = client.get(&format!("/desk/forces/{list}.xlsx?{query}")).await;
            assert_eq!((taken.status, &taken.bytes[..2]), (StatusCode::OK, &b"PK"[..]), "{list}");
            let (_, page) = brought(client, &format!("/desk/forces/{list}/import"), "表.xlsx", &taken.bytes).await;
            let tiles = page.texts(".tile");
            let of = |title: &str| -> i64 {
                let tile = tiles.iter().find(|t| t.starts_with(title)).unwrap_or_else(|| panic!("{list}: {}", page.text()));
                tile.trim_start_matches(title).trim().replace(',', "").parse().unwrap()
            };
            assert!(of("无变化") > 0, "{list}: {tiles:?}");
            assert_eq!((of("新增"), of("更新"), of("退回")), (0, 0, 0), "{list}: {}", page.text());
        }
    }

    async fn the_table_of_visits_goes_to_those_who_may_see_visits(db: TestDb) {
        let app = a_county(db).await;
        let mut county = app.as_role(Role::CountyAdmin, "371621").await;
        assert_eq!(county.get("/desk/forces/visits.xlsx").await.status, StatusCode::FORBIDDEN, "totals only");
        assert_eq!(county.get("/desk/forces/pairings.xlsx").await.status, StatusCode::OK);
        let mut board = app.as_role(Role::VillageSupervision, crate::support::WEST).await;
        assert_eq!(board.get("/desk/forces/visits.xlsx").await.status, StatusCode::FORBIDDEN);
        let mut own = app.signed_in(a_helper(HELPER)).await;
        assert_eq!(own.get("/desk/forces/pairings.xlsx").await.status, StatusCode::FORBIDDEN);
        assert!(own.get("/desk/forces/visits").await.texts("a").contains(&"导出表格".to_owned()));
    }
}
