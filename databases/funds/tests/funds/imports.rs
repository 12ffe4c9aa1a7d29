//! Documents of money by template: what would change is shown, then it is done or not; what was exported comes back as
//! unchanged.

use access::{Role, Scope};
use axum::http::StatusCode;
use funds::chain;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, both_databases};

use crate::support::*;

const PATH: &str = "/desk/funds/indicators/import";
const HEAD: &str =
    "文号,项目代码,项目,来源层级,资金渠道,资金类别,资金大类,出资单位,金额（元）,到位日期,约定使用日期,未经市级财政\n";

/// Sends a file and waits for its check; returns its address and the page.
async fn brought(client: &mut Client, name: &str, bytes: &[u8]) -> (String, Shown) {
    let sent = client.upload(PATH, &[], name, bytes).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let href = sent.location().to_owned();
    let page = ended(client, &href).await;
    (href, page)
}

async fn ended(client: &mut Client, href: &str) -> Shown {
    testkit::eventually("the end of the import", async || {
        let page = client.get(href).await;
        (!page.body.contains("id=\"progress\"")).then_some(page)
    })
    .await
}

/// 新增, 更新, 无变化, 退回
fn counts(page: &Shown) -> [i64; 4] {
    let tiles = page.texts(".tile");
    ["新增", "更新", "无变化", "退回"].map(|title| {
        let tile = tiles
            .iter()
            .find(|t| t.starts_with(title))
            .unwrap_or_else(|| panic!("{}", page.text()));
        tile.trim_start_matches(title).trim().replace(',', "").parse().unwrap()
    })
}

async fn indicators(app: &TestApp) -> i64 {
    app.app
        .db
        .number("SELECT COUNT(*) FROM indicator", args![])
        .await
        .unwrap()
}

both_databases! {
    async fn documents_come_by_template_with_their_money_and_bad_rows_are_named_by_column(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        assert!(finance.get("/desk/funds/indicators").await.texts("a").contains(&"导入表格".to_owned()));
        assert!(finance.get(&format!("{PATH}/template.xlsx")).await.bytes.starts_with(b"PK"));
        let file = format!(
            "{HEAD}鲁财农指〔2026〕1号,HN17,产业帮扶到户补助,省,财政资金,财政扶贫专项资金,扶贫,,1000.50,2026-02-01,,是\n\
             鲁财农指〔2026〕2号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,2000,,,否\n\
             鲁财农指〔2026〕3号,HN99,,省,财政资金,财政扶贫专项资金,扶贫,,2000,,,否\n\
             鲁财农指〔2026〕4号,HN17,别的项目,省,财政资金,财政扶贫专项资金,扶贫,,2000,,,否\n\
             鲁财农指〔2026〕5号,HN17,,省,社会捐助,社会帮扶资金,扶贫,,2000,,,否\n\
             鲁财农指〔2026〕6号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,-3,,,否\n\
             鲁财农指〔2026〕7号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,1.234,,,否\n\
             鲁财农指〔2026〕8号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,2000,2026-12-01,,否\n\
             鲁财农指〔2026〕9号,HN17,,乡,财政资金,财政扶贫专项资金,扶贫,,2000,,,否\n\
             鲁财农指〔2026〕2号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,2000,,,否\n"
        );
        let (href, page) = brought(&mut finance, "指标.csv", file.as_bytes()).await;
        assert_eq!(counts(&page), [2, 0, 0, 8], "{}", page.text());
        for why in ["没有这个资金项目", "的项目是“产业帮扶到户补助”", "出资单位或捐赠人应为 2 至 100 字", "到位日期不能晚于今天"] {
            assert!(page.text().contains(why), "{why}: {}", page.text());
        }
        assert_eq!(indicators(&app).await, 0, "nothing is written before it was seen");
        let sent = finance.post(&href, &[("do", "apply")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        ended(&mut finance, &href).await;
        let list = finance.get("/desk/funds/indicators").await;
        assert_eq!(list.texts(".list-total"), ["共 2 份，合计 3,000.50 元"]);
        let rows = chain::indicator_rows(&app.app.db, &Scope::area(code(COUNTY))).await.unwrap();
        let first = rows.iter().find(|r| r.doc_no.ends_with("1号")).unwrap();
        let one = finance.get(&format!("/desk/funds/indicators/{}", first.id)).await;
        assert!(one.text().contains("未分配 1,000.50 元") && one.text().contains("报备期限"), "{}", one.text());
        assert_eq!(one.texts(".timeline-head").len(), 1, "its history begins");
        let (_, again) = brought(&mut finance, "指标.csv", file.as_bytes()).await;
        assert_eq!(counts(&again), [0, 0, 2, 8], "{}", again.text());
        let other = format!("{HEAD}鲁财农指〔2026〕1号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,999,2026-02-01,,是\n");
        let (_, other) = brought(&mut finance, "改.csv", other.as_bytes()).await;
        assert_eq!(counts(&other), [0, 0, 0, 1]);
        assert!(other.text().contains("登记的是“1,000.50 元”；登记过的不改动"), "{}", other.text());
    }

    async fn what_was_exported_and_brought_back_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        let mut given = a_document("HN25", "捐〔2026〕1号（补）", 700);
        given.origin = "donation".into();
        given.giver = "爱心企业（惠民）".into();
        given.level = "社会".into();
        given.fund_class = 2;
        given.need = "大棚两座".into();
        given.due_on = Some(d("2026-06-30"));
        let mut announced = a_document("HN17", "鲁财农指〔2026〕2号", 900);
        announced.arrived_on = None;
        let mut bypass = a_document("HN17", "财农〔2026〕7号", 1);
        bypass.bypass_city = true;
        for new in [given, announced, bypass] {
            chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &new).await.unwrap();
        }
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let taken = finance.get("/desk/funds/indicators.xlsx").await;
        let (_, page) = brought(&mut finance, "资金指标.xlsx", &taken.bytes).await;
        assert_eq!(counts(&page), [0, 0, 3, 0], "{}", page.text());
    }

    async fn a_department_brings_documents_of_its_own_programmes_only(db: TestDb) {
        let app = a_county(db).await;
        let mut bureau = office(Role::FundUnitAdmin, false);
        bureau.scope = Scope::area(code(COUNTY)).of_department("agriculture");
        let mut client = app.signed_in(bureau).await;
        let file = format!("{HEAD}鲁财农指〔2026〕1号,HN17,,省,财政资金,财政扶贫专项资金,扶贫,,1000,,,否\n");
        let (_, page) = brought(&mut client, "指标.csv", file.as_bytes()).await;
        assert_eq!(counts(&page), [0, 0, 0, 1], "{}", page.text());
        let mut village = app.signed_in(office(Role::VillageAdmin, false)).await;
        assert_eq!(village.get(PATH).await.status, StatusCode::FORBIDDEN);
    }
}
