//! What a clerk sees: upload, faults, history; and what a crash leaves.

use std::sync::Arc;

use access::{Actor, Role};
use kernel::ErrorKind;
use store::{Query, args};
use testkit::{Client, Shown, TestApp, TestDb, an_actor, both_databases};

use super::*;

const COUNTY: &str = "371621";
const HEAD: &str = "身份证号码,姓名,工作单位,人员类别,起发年月,月工资\r\n";
const GOOD: &str = "11010519491231002X,张三,水利局,事业编制,2015-07,5000\r\n";
const BAD: &str = "440524188001010014,李四,水利局,事业编制,2015-07,-5\r\n";
const WRONG_NUMBER: &str = "110105194912310021,王五,水利局,事业编制,2015-07,5\r\n";

async fn desk(db: TestDb) -> TestApp {
    let sources = Arc::new(Sources::open(db.folder.path()).unwrap());
    TestApp::with_parts(db, vec![crate::module()], vec![sources]).await
}

async fn send(clerk: &mut Client, mode: &str, text: &str) -> Shown {
    let sent = clerk
        .upload(
            "/desk/sources/payroll/import",
            &[("mode", mode)],
            "工资 (1).csv",
            text.as_bytes(),
        )
        .await;
    assert!(sent.status.is_redirection(), "{} {}", sent.status, sent.text());
    let page = sent.location().to_owned();
    testkit::eventually("the end of the import", async || {
        let shown = clerk.get(&page).await;
        (!shown.text().contains("导入中")).then_some(shown)
    })
    .await
}

both_databases! {
    async fn a_clerk_tries_imports_and_reads_each_fault(db: TestDb) {
        let app = desk(db).await;
        let mut clerk = app.as_role(Role::CountyAdmin, COUNTY).await;
        let text = format!("{HEAD}{GOOD}{BAD}{WRONG_NUMBER}");

        let list = clerk.get("/desk/sources").await.text();
        assert!(list.contains("财政供养人员") && list.contains("未导入") && list.contains("第8类"), "{list}");

        let trial = send(&mut clerk, "dry_run", &text).await.text();
        assert!(trial.contains("试导入") && trial.contains("退回原因"), "{trial}");
        assert!(current_sources(&app.app.db).await.unwrap().is_empty());

        let done = send(&mut clerk, "import", &text).await;
        let said = done.text();
        for words in ["已导入", "3 F 月工资 不能为负数", "K-01 身份证号缺失或校验不通过 1", "4 A 身份证号码 身份证号校验位不符", "工资 (1).csv"] {
            assert!(said.contains(words), "{words} not in {said}");
        }
        for number in ["11010519491231002X", "440524188001010014", "110105194912310021"] {
            assert!(!done.body.contains(number));
        }
        let current = current_sources(&app.app.db).await.unwrap();
        assert_eq!((current.len(), current[0].accepted, current[0].rejected), (1, 2, 1));
        let kept = app.app.part::<Sources>().unwrap().store.path("payroll", &current[0].snapshot);
        assert!(kept.exists());

        let again = send(&mut clerk, "import", &text).await.text();
        assert!(again.contains("内容与已有快照相同，没有改动"), "{again}");
        assert!(clerk.get("/desk/sources").await.text().contains("在周期内"));
        app.clock.advance_days(40);
        assert!(clerk.get("/desk/sources").await.text().contains("已超期"));
        assert!(trail::verify(&app.app.db).await.is_ok());
    }

    async fn a_file_full_of_one_placeholder_is_named_counted_and_linked_to_nobody(db: TestDb) {
        let app = desk(db).await;
        let mut clerk = app.as_role(Role::CountyAdmin, COUNTY).await;
        let row = |number: &str, name: &str| format!("{number},{name},水利局,事业编制,2015-07,5000\r\n");
        let mut text = format!("{HEAD}{GOOD}");
        for n in 0..3 {
            text += &row("111111111111111111", &format!("张{n}"));
        }
        text += &row("123456789012345678", "李四");
        text += &row("000000", "王五");
        let said = send(&mut clerk, "import", &text).await.text();
        assert!(said.contains("5 行（占 83%）填的是占位号码，如“111111111111111111”"), "{said}");
        assert!(said.contains("不与任何人关联") && said.contains("K-PH 占位证件号码"), "{said}");
        let current = current_sources(&app.app.db).await.unwrap();
        assert_eq!((current[0].accepted, current[0].warned), (6, 5));
        assert!(clerk.get("/desk/sources").await.text().contains("有提示 83%"), "the overview says it too");
        let path = app.app.part::<Sources>().unwrap().store.path("payroll", &current[0].snapshot);
        let snapshot = crate::snapshot::Snapshot::open(&path).unwrap();
        let keys: std::collections::BTreeSet<i64> =
            snapshot.rows_by_no(&[2, 3, 4, 5, 6, 7]).unwrap().iter().map(|r| r.person_key).collect();
        assert_eq!(keys.len(), 6, "rows with the same placeholder are not one person");
    }

    async fn a_source_past_its_cycle_and_ten_days_is_a_question_to_its_department(db: TestDb) {
        let app = desk(db).await;
        let mut clerk = app.as_role(Role::CountyAdmin, COUNTY).await;
        send(&mut clerk, "import", &format!("{HEAD}{GOOD}{BAD}")).await;
        app.clock.advance_days(41);
        assert!(!clerk.get("/desk/sources").await.text().contains("J-10"));
        app.clock.advance_days(1);
        let list = clerk.get("/desk/sources").await.text();
        assert!(list.contains("J-10 数据源过期：距上次报送 42 天（周期 31 天、宽限 10 天），请财政局报送"), "{list}");
        let mut finance = an_actor(Role::FundUnitAdmin, COUNTY);
        finance.department = Some("finance".to_owned());
        let owes = directory::WaitingWork::waiting(&LateSources, &app.app, &finance).await.unwrap();
        assert_eq!((owes.len(), owes[0].count), (1, 1));
        finance.department = Some("civil_affairs".to_owned());
        assert!(directory::WaitingWork::waiting(&LateSources, &app.app, &finance).await.unwrap().is_empty());
        let page = clerk.get("/desk/sources/payroll").await.text();
        assert!(page.contains("质量变化") && page.contains("50.00%"), "one of two rows was refused: {page}");
    }

    async fn rejected_rows_are_downloaded_on_the_record(db: TestDb) {
        let app = desk(db).await;
        let mut clerk = app.as_role(Role::CountyAdmin, COUNTY).await;
        let page = send(&mut clerk, "import", &format!("{HEAD}{GOOD}{BAD}")).await;
        let href = page.attributes("a[download]", "href").remove(0);
        let file = clerk.get(&href).await;
        assert!(file.status.is_success() && file.bytes.starts_with(b"PK"));
        let noted = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'source.rejects'", vec![]).await.unwrap();
        assert_eq!(noted, 1);
    }

    async fn a_file_refused_as_a_whole_says_why_and_keeps_nothing(db: TestDb) {
        let app = desk(db).await;
        let mut clerk = app.as_role(Role::CountyAdmin, COUNTY).await;
        let text = "身份证号码,姓名,参保年度,险种,是否参保\n11010519491231002X,张三,2025,居民医保,是\n";
        let said = send(&mut clerk, "import", text).await.text();
        assert!(said.contains("未通过") && said.contains("看起来是「医保参保与结算」"), "{said}");
        let empty = clerk.upload("/desk/sources/payroll/import", &[("mode", "import")], "a.csv", b"").await;
        assert_eq!(empty.status, 422);
        let uploads = std::fs::read_dir(app.app.config.data_dir.join("imports/uploads")).unwrap().count();
        assert_eq!(uploads, 0, "no copy of a file stays behind");
    }

    async fn an_import_cut_off_by_a_crash_is_shown_as_interrupted_and_can_be_repeated(db: TestDb) {
        let app = desk(db).await;
        let actor = an_actor(Role::CountyAdmin, COUNTY);
        let tx = app.app.trail.begin(&actor).await.unwrap();
        tx.execute(
            "INSERT INTO import_batch (id, data_set, state, dry_run, file_name, file_sha256, file_bytes, snapshot, unchanged, \
             row_count, accepted, warned, rejected, message, report, has_rejects, account, actor_name, started_at, finished_at) \
             VALUES (7, 'payroll', 'running', FALSE, 'a.csv', '', 0, '', FALSE, 0, 0, 0, 0, '', '', FALSE, 1, '甲', $1, NULL)",
            args![app.app.clock.now().millis()],
        ).await.unwrap();
        tx.commit(trail::Act::new("source.import", "import:7")).await.unwrap();
        let sources = app.app.part::<Sources>().unwrap();
        std::fs::write(sources.upload_path(7), b"copy").unwrap();
        std::fs::write(sources.store.root().join(".work/half"), b"half").unwrap();

        assert_eq!(recover(&app.app).await.unwrap(), 1);
        assert!(!sources.upload_path(7).exists());
        let mut clerk = app.signed_in(actor).await;
        let said = clerk.get("/desk/imports/7").await.text();
        assert!(said.contains("中断") && said.contains("没有写入任何数据"), "{said}");
        assert!(send(&mut clerk, "import", &format!("{HEAD}{GOOD}")).await.text().contains("已导入"));
        assert_eq!(recover(&app.app).await.unwrap(), 0);
    }

    async fn a_department_reaches_its_own_tables_only(db: TestDb) {
        let app = desk(db).await;
        let mut actor = an_actor(Role::FundUnitAdmin, COUNTY);
        actor.scope = actor.scope.of_department("finance");
        actor.department = Some("finance".to_owned());
        let mut clerk = app.signed_in(actor).await;
        let list = clerk.get("/desk/sources").await.text();
        assert!(list.contains("财政供养人员") && !list.contains("机动车登记"), "{list}");
        assert_eq!(clerk.get("/desk/sources/vehicles").await.status, 404);
        let sent = clerk.upload("/desk/sources/vehicles/import", &[("mode", "import")], "a.csv", b"x").await;
        assert_eq!(sent.status, 404);
        assert!(send(&mut clerk, "import", &format!("{HEAD}{GOOD}")).await.text().contains("已导入"));
        let mut villager = app.as_role(Role::VillageAdmin, COUNTY).await;
        assert_eq!(villager.get("/desk/sources").await.status, 403);
    }

    async fn the_command_line_imports_on_the_same_record(db: TestDb) {
        let app = desk(db).await;
        let path = app.app.config.data_dir.join("payroll.csv");
        std::fs::write(&path, format!("{HEAD}{GOOD}{BAD}")).unwrap();
        let report = import_file(&app.app, &Actor::system(), "payroll", &path, false).await.unwrap();
        assert_eq!((report.accepted, report.rejected), (1, 1));
        assert!(path.exists());
        std::fs::write(&path, "").unwrap();
        let refusal = import_file(&app.app, &Actor::system(), "payroll", &path, false).await.unwrap_err();
        assert_eq!((refusal.kind, refusal.message.as_str()), (ErrorKind::Invalid, "文件是空的，没有可导入的数据"));
        assert_eq!(batches_of(&app.app.db, "payroll", 10).await.unwrap().len(), 2);
    }

    async fn a_template_is_there_to_download(db: TestDb) {
        let app = desk(db).await;
        let mut clerk = app.as_role(Role::CountyAdmin, COUNTY).await;
        let page = clerk.get("/desk/sources/vehicles").await;
        assert!(page.text().contains("机动车所有人") && page.text().contains("试导入"));
        for href in page.attributes("a[download]", "href") {
            assert!(clerk.get(&href).await.status.is_success());
        }
    }
}
