//! Projects by template: judged as the form is, shown before anything is written, corrected by their number.

use access::Role;
use axum::http::StatusCode;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, both_databases};

use crate::support::{COMMUNITY, WEST, a_county, entered, state, town};

const HEAD: &str = "项目编号,项目名称,类别,所在村代码,实施地点,建设内容,真实需求,选址说明,调研日期,资金来源1,层级1,金额1（元）,\
                    实施单位,责任人,开工,完工,何责任,预期年收益（元）,受益户编号";

fn row(no: &str, name: &str, village: &str, amount: &str, households: &str) -> String {
    format!(
        "{no},{name},载体带动,{village},村东,新建{name}二十座,户户有经验,离村近,2026-02-20,财政专项扶贫资金,省,{amount},\
         石庙镇人民政府,刘镇长,2026-04-01,2026-12-31,按期建成,80000,{households}"
    )
}

async fn checked(client: &mut Client, text: &str) -> (String, Shown) {
    brought(client, "项目.csv", text.as_bytes()).await
}

async fn brought(client: &mut Client, name: &str, bytes: &[u8]) -> (String, Shown) {
    client.import("/desk/projects/import", name, bytes).await
}

async fn projects(app: &TestApp) -> i64 {
    app.app
        .db
        .number("SELECT COUNT(*) FROM project", args![])
        .await
        .unwrap()
}

both_databases! {
    async fn projects_come_by_template_and_bad_rows_are_returned_with_the_reason(db: TestDb) {
        let app = a_county(db).await;
        let mut village = app.as_role(Role::VillageAdmin, COMMUNITY).await;
        let rows = [
            HEAD.to_owned(),
            row("", "蔬菜大棚", WEST, "1000000", "H1、H2"),
            row("", "粮食烘干中心", WEST, "-5", "H1"),
            row("", "扶贫车间", WEST, "500000", "H99"),
            row("", "外村光伏", "371621103001001", "500000", ""),
        ];
        let file = rows.join("\n");
        let (href, page) = checked(&mut village, &file).await;
        let text = page.text();
        assert!(text.contains("蔬菜大棚（1,000,000.00 元）"), "{text}");
        for why in ["不能为负", "本镇没有这些户编号：H99", "不在您的管理范围内"] {
            assert!(text.contains(why), "{why}: {text}");
        }
        assert_eq!(projects(&app).await, 0, "nothing before it is confirmed");
        village.apply_import(&href).await;
        assert_eq!(projects(&app).await, 1);
        let id = app.app.db.number("SELECT MAX(id) FROM project", args![]).await.unwrap();
        assert_eq!(state(&app, id).await, "demand");
        let (_, again) = checked(&mut village, &file).await;
        assert!(!again.text().contains("只导入无误的行"), "the same file twice: {}", again.text());

        let changed = [HEAD.to_owned(), row("371621-2026-0001", "蔬菜大棚", WEST, "900000", "H1、H2")].join("\n");
        let (href, page) = checked(&mut village, &changed).await;
        assert!(page.text().contains("计划资金 1,000,000.00 元→900,000.00 元"), "{}", page.text());
        village.apply_import(&href).await;
        let planned = app.app.db.number("SELECT planned_fen FROM project WHERE id = $1", args![id]).await;
        assert_eq!(planned.unwrap(), 90_000_000);
        let history = village.get(&format!("/desk/projects/{id}?tab=history")).await;
        assert!(history.text().contains("计划资金（元）：1,000,000.00 → 900,000.00"), "{}", history.text());
    }
    async fn the_table_of_projects_brought_back_unchanged_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        entered(&app, &[]).await;
        let mut town = app.signed_in(town()).await;
        let taken = town.get("/desk/projects.xlsx").await;
        assert_eq!((taken.status, &taken.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
        let (_, page) = brought(&mut town, "项目库.xlsx", &taken.bytes).await;
        let tiles = page.texts(".tile");
        let of = |title: &str| tiles.iter().find_map(|t| t.strip_prefix(title)).map(|n| n.trim().to_owned());
        let counted = ["无变化", "新增", "更新", "退回"].map(|title| of(title).unwrap_or_default());
        assert_eq!(counted, ["1", "0", "0", "0"], "{}", page.text());
    }
}
