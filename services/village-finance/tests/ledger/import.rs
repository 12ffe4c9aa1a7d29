//! A book by template: good rows wait for signature like any other, bad ones are named, and an export comes back.

use access::Role;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, both_databases};

use crate::support::*;

const PATH: &str = "/desk/village-ledger/import";
const HEAD: &str = "凭证号,日期,村代码,摘要,对方,对方是个人,科目,收付方式,收入（元）,支出（元）,决议号\n";

async fn checked_file(client: &mut Client, name: &str, bytes: &[u8]) -> (String, Shown) {
    client.import(PATH, name, bytes).await
}

async fn entries(app: &TestApp) -> i64 {
    app.app
        .db
        .number("SELECT COUNT(*) FROM village_entry WHERE state = 'entered'", args![])
        .await
        .unwrap()
}

both_databases! {
    async fn a_file_is_entered_once_and_its_bad_rows_are_named(db: TestDb) {
        let app = a_county(db).await;
        let mut clerk = app.signed_in(one(Role::TownAgriStation, TOWN, 1)).await;
        let file = format!(
            "{HEAD}A-1,2025-03-02,{WEST},付路灯电费,石庙供电所,否,水电支出,村务卡刷卡,,128.50,决议 1 号\n\
             A-2,2025-03-03,{WEST},收土地承包费,李大山,是,土地发包收入,转账,2000.00,,\n\
             B-1,2025-03-02,{WEST},付路灯电费,石庙供电所,否,水电支出,转账,,1.005,\n\
             B-2,1899-12-31,{WEST},付路灯电费,石庙供电所,否,水电支出,转账,,5.00,\n\
             B-3,2025-03-02,{COMMUNITY},付路灯电费,石庙供电所,否,水电支出,转账,,5.00,\n\
             B-4,2025-03-02,{EAST},付路灯电费,石庙供电所,否,水电支出,转账,,5.00,\n\
             B-5,2025-03-02,{WEST},付路灯电费,石庙供电所,否,水电支出,转账,5.00,,\n\
             B-6,2025-03-02,{WEST},付张三 13812340001,石庙供电所,否,水电支出,转账,,5.00,\n\
             B-7,2025-03-02,{WEST},付路灯电费,石庙供电所,否,水电支出,转账,,-5.00,\n"
        );
        let (href, page) = checked_file(&mut clerk, "账.csv", file.as_bytes()).await;
        let text = page.text();
        for said in [
            "A-1 2025-03-02：水电支出 128.50 元，付路灯电费", "A-2 2025-03-03：土地发包收入 2,000.00 元，收土地承包费",
            "1.005", "1900", "没有在用的基本户", "不在您的管理范围内", "金额应填在支出一栏", "会公开", "金额应大于 0",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert_eq!(entries(&app).await, 0, "nothing is written before it is confirmed");
        clerk.apply_import(&href).await;
        assert_eq!(entries(&app).await, 2, "entered, neither signed nor checked");
        let (_, again) = checked_file(&mut clerk, "账.csv", file.as_bytes()).await;
        assert!(!again.text().contains("A-1 2025-03-02"), "{}", again.text());
        assert_eq!(entries(&app).await, 2);
    }

    async fn an_export_comes_back_and_changes_nothing_and_another_entry_under_its_number_is_refused(db: TestDb) {
        let app = a_county(db).await;
        checked(&app, spending(WEST, "2025-03-02", 30)).await;
        let wrong = checked(&app, receipt(NORTH, "2025-03-04", 700)).await;
        entered(&app, spending(WEST, "2025-03-05", 40)).await;
        let agri = one(Role::VillageAdmin, COUNTY, 1);
        let back = village_finance::store::enter::reverse(&app.app, &agri, &fresh(&app), wrong, "重复收取").await.unwrap();
        check(&app, back).await;
        let mut clerk = app.signed_in(one(Role::TownAgriStation, TOWN, 1)).await;
        let sent = clerk.get("/desk/village-ledger.xlsx").await;
        let before = entries(&app).await;
        let (_, page) = checked_file(&mut clerk, "账.xlsx", &sent.bytes).await;
        let text = page.text();
        assert!(text.contains("表中内容与登记的完全一致"), "{text}");
        let other = format!("{HEAD}2025-03-0001,2025-03-02,{WEST},付路灯电费,石庙供电所,否,水电支出,村务卡刷卡,,31.00,决议 1 号\n");
        let (_, page) = checked_file(&mut clerk, "账.csv", other.as_bytes()).await;
        assert!(page.text().contains("已记过另一笔账"), "{}", page.text());
        assert_eq!(entries(&app).await, before);
    }
}
