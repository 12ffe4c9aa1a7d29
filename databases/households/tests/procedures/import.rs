//! A file of members or incomes: what it would change is shown first, and only what was shown is written.

use access::Role;
use axum::http::StatusCode;
use households::store::reading;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, both_databases};

use crate::county::{WANG, ZHANG, a_county, number_text};

const MEMBERS: &str = "/desk/households/import";
const INCOMES: &str = "/desk/households/incomes/import";
const HEAD: &str = "户编号,户序号,所在村,身份证号,姓名,与户主关系,健康状况,主要致贫原因,日期";

/// Uploads a file and waits until it is checked.
async fn check(client: &mut Client, path: &str, text: &str) -> (String, Shown) {
    client.import(path, "名单.csv", text.as_bytes()).await
}

async fn confirm(client: &mut Client, page: &str) -> Shown {
    client.post(page, &[("do", "apply")]).await;
    client.import_ended(page).await
}

/// Rows, new, updated, unchanged, returned.
fn tiles(shown: &Shown) -> Vec<String> {
    shown.texts(".tile-value")
}

async fn health(app: &TestApp, id: i64) -> Vec<Option<String>> {
    let record = reading::record(&app.app.db, id).await.unwrap().unwrap();
    record.present().map(|m| m.health.clone()).collect()
}

both_databases! {
    // What is registered changes only after the page has said how, and the same file again changes nothing.
    async fn a_file_says_what_it_would_change_before_it_does(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        let file = format!(
            "{HEAD}\n3716211020010010001,,,{},张大山,户主,患有大病,因病,\n3716211020010010001,,,{},李秀英,妻,,,\n\
             3716211020010010001,,,{},张小树,子,健康,,2026-01-05\n",
            number_text(1), number_text(2), number_text(31),
        );
        let (page, shown) = check(&mut clerk, MEMBERS, &file).await;
        assert_eq!(tiles(&shown), ["3", "0", "2", "1", "0"], "{}", shown.text());
        assert!(shown.text().contains("健康状况 未填→患有大病"), "{}", shown.text());
        assert!(shown.text().contains("主要致贫原因 缺劳力→因病"), "{}", shown.text());
        assert!(shown.text().contains("增加成员 张小树（子）"), "{}", shown.text());
        assert_eq!(health(&app, ZHANG).await, [None, None], "nothing is written by a check");

        let shown = confirm(&mut clerk, &page).await;
        assert!(shown.text().contains("已导入"), "{}", shown.text());
        let record = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
        assert_eq!(record.present().count(), 3);
        assert_eq!(record.main_cause, "因病");
        let versions = records::history::entries(&app.app.db, "household", ZHANG).await.unwrap();
        assert_eq!((versions.len(), versions[0].act.as_str()), (2, "import"));
        assert!(!serde_json::to_string(&versions[0].state).unwrap().contains(&number_text(31)));

        let (_, shown) = check(&mut clerk, MEMBERS, &file).await;
        assert_eq!(tiles(&shown), ["3", "0", "0", "3", "0"]);
        assert!(shown.text().contains("没有需要写入的"), "{}", shown.text());
        assert!(shown.texts("button[value=apply]").is_empty());
    }

    // Each bad row is named with its column; the good ones are entered or nothing is, as the clerk chooses.
    async fn bad_rows_are_named_and_the_clerk_chooses(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621102").await;
        let file = format!(
            "{HEAD}\n3716211020010010001,,,{},张大山,户主,患有大病,,\n3716211020010010001,,,{},王海林,子,,,\n\
             3716211030010010001,,,{},赵小兰,妻,,,\n3716211020010010001,,,{},李秀英,表妹夫,,,\n\
             3716211020010010001,,,{},钱新来,子,,,1899-05-01\n,1,西街村,{},孙新户,户主,健康,因病,\n\
             ,1,西街村,37162119700101001X,孙小妹,女,健康,,\n,2,西街村,{},周新户,户主,健康,因学,2026-01-05\n",
            number_text(1), number_text(3), number_text(4), number_text(2), number_text(40), number_text(41), number_text(43),
        );
        let (page, shown) = check(&mut clerk, MEMBERS, &file).await;
        let faults = shown.texts("tbody tr").join("\n");
        for fault in [
            "3 D 身份证号 已在另一户", "4 A 户编号 没有这个户编号，或不在您的管理范围内", "5 F 与户主关系",
            "6 I 日期", "早于 1900", "7 B 户序号 同户第 8 行退回", "8 D 身份证号",
        ] {
            assert!(faults.contains(fault), "{fault}\n{faults}");
        }
        assert_eq!(tiles(&shown), ["8", "1", "1", "0", "6"]);
        assert!(!shown.body.contains(&number_text(1)), "no readable number on the page");
        let file_back = clerk.get(&format!("{page}/returned.xlsx")).await;
        assert_eq!(file_back.status, StatusCode::OK);
        let mut other = app.as_role(Role::FundUnitAdmin, "371621").await;
        assert_eq!(other.get(&page).await.status, StatusCode::NOT_FOUND, "a file is shown to who sent it");

        clerk.post(&page, &[("do", "refuse")]).await;
        assert_eq!(health(&app, ZHANG).await, [None, None]);
        let (page, _) = check(&mut clerk, MEMBERS, &file).await;
        let shown = confirm(&mut clerk, &page).await;
        assert!(shown.text().contains("已导入"), "{}", shown.text());
        assert_eq!(health(&app, ZHANG).await[0].as_deref(), Some("患有大病"));
        let cases = app.app.db.number("SELECT COUNT(*) FROM household_case WHERE head_name = $1", args!["周新户"]).await;
        assert_eq!(cases.unwrap(), 1, "a new household applies, it is not registered by a file");
        clerk.post(&page, &[("do", "apply")]).await;
        let cases = app.app.db.number("SELECT COUNT(*) FROM household_case", args![]).await;
        assert_eq!(cases.unwrap(), 1, "the same press twice enters it once");
    }

    async fn what_moved_between_check_and_confirmation_stops_the_import(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        let file = format!("{HEAD}\n3716211020010010001,,,{},张大山,户主,患有大病,,\n", number_text(1));
        let (page, _) = check(&mut clerk, MEMBERS, &file).await;
        let (second, _) = check(&mut clerk, MEMBERS, &file).await;
        confirm(&mut clerk, &second).await;
        let shown = confirm(&mut clerk, &page).await;
        assert!(shown.text().contains("登记内容有了变化"), "{}", shown.text());
        assert_eq!(tiles(&shown), ["1", "0", "0", "1", "0"]);
    }

    async fn a_removed_household_takes_no_rows(db: TestDb) {
        let app = a_county(db, &[]).await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        tx.execute("UPDATE household SET status = 4 WHERE id = $1", args![WANG]).await.unwrap();
        tx.commit(trail::Act::new("test.case", "household:2")).await.unwrap();
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        let file = "户编号,收入小类,期间,毛收入\n3716211030010010001,外出务工,2026-01,100\n";
        let (_, shown) = check(&mut clerk, INCOMES, file).await;
        assert!(shown.text().contains("本户已清退"), "{}", shown.text());
    }

    async fn incomes_come_in_and_a_corrected_amount_replaces_the_first(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        let head = "户编号,身份证号,收入小类,期间,毛收入,成本";
        let good = format!("3716211020010010001,{},外出务工,2026-01,1200.50,", number_text(1));
        let file = format!(
            "{head}\n{good}\n3716211020010010001,,种植,2025,3000,\n3716211020010010001,,低保金,2025,-5,\n\
             3716211020010010001,,低保金,2025,1.234,\n3716211020010010001,{},养老金,2025,60,\n",
            number_text(3),
        );
        let (page, shown) = check(&mut clerk, INCOMES, &file).await;
        let faults = shown.texts("tbody tr").join("\n");
        for fault in ["3 F 成本 生产经营性收入须填写成本", "4 E 毛收入 不能为负数", "5 E 毛收入", "6 人员编号 这个人不是本户成员"] {
            assert!(faults.contains(fault), "{fault}\n{faults}");
        }
        assert_eq!(tiles(&shown), ["5", "1", "0", "0", "4"]);
        confirm(&mut clerk, &page).await;
        let corrected = format!("{head}\n{}\n", good.replace("1200.50", "1300"));
        let (page, shown) = check(&mut clerk, INCOMES, &corrected).await;
        assert!(shown.text().contains("毛收入 1,200.50→1,300.00 元") || shown.text().contains("毛收入 1200.50→1300.00 元"), "{}", shown.text());
        confirm(&mut clerk, &page).await;
        let record = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
        let amounts: Vec<i64> = record.incomes.iter().map(|i| i.gross_fen).collect();
        assert_eq!(amounts, [130_000]);
    }

    // An exported file goes in again unchanged, and shows no readable number.
    async fn an_exported_file_goes_in_again_and_changes_nothing(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        let file = format!("户编号,收入小类,期间,毛收入\n3716211020010010001,外出务工,2026-01,{}\n", 1500);
        let (page, _) = check(&mut clerk, INCOMES, &file).await;
        confirm(&mut clerk, &page).await;
        for (export, path, rows) in [("members.xlsx", MEMBERS, "4"), ("incomes.xlsx", INCOMES, "1")] {
            let book = clerk.get(&format!("/desk/households/{export}")).await;
            assert_eq!(book.status, StatusCode::OK);
            let sent = clerk.upload(path, &[], "导出.xlsx", &book.bytes).await;
            let page = sent.location().to_owned();
            let shown = clerk.import_ended(&page).await;
            assert_eq!(tiles(&shown), [rows, "0", "0", rows, "0"], "{}", shown.text());
        }
        let template = clerk.get(&format!("{MEMBERS}/template.xlsx")).await;
        assert_eq!(template.status, StatusCode::OK);
    }

    async fn a_file_that_is_no_table_is_refused_as_a_whole(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut clerk = app.as_role(Role::TownPoverty, "371621").await;
        for text in ["%PDF-1.7 nothing", "甲,乙\n1,2\n", HEAD] {
            let (_, shown) = check(&mut clerk, MEMBERS, text).await;
            assert!(shown.text().contains("未通过"), "{}", shown.text());
        }
        let empty = clerk.upload(MEMBERS, &[], "空.csv", b"").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut viewer = app.as_role(Role::Audit, "371621").await;
        assert_eq!(viewer.get(MEMBERS).await.status, StatusCode::FORBIDDEN);
    }
}
