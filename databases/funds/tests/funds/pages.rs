//! What people see, in the order of their work.

use access::{Role, Scope};
use axum::http::StatusCode;
use funds::{batch::Mode, chain, model::flows::BatchAct};
use kernel::{Clock, Money};
use testkit::both_databases;

use crate::support::*;

both_databases! {
    // accept: 000-55, 000-85, 001-20a
    async fn a_document_is_entered_planned_decided_and_seen_as_of_any_day(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let form = finance.get("/desk/funds/indicators/new").await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text());
        let entered = |amount: &'static str, request: &'static str| {
            [
                ("request_id", request), ("programme", "HN25"), ("doc_no", "鲁财农指〔2026〕5号"), ("level", "省"), ("amount", amount),
                ("arrived_on", "2026-02-10"), ("fund_class", "1"), ("family", "扶贫"), ("origin", "fiscal"),
            ]
        };
        for (amount, says) in [("1.234", "最多两位小数"), ("-5", "必须大于零"), ("999999999999999999999", "超出范围"), ("", "金额为空")] {
            let refused = finance.post("/desk/funds/indicators", &entered(amount, "request-bad-1")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text().contains(says), "{}", refused.text());
            assert!(refused.attributes("input[name=doc_no]", "value") == ["鲁财农指〔2026〕5号"], "what was typed is kept");
        }
        let done = finance.post("/desk/funds/indicators", &entered("100000", "request-good-1")).await;
        let path = done.location().to_owned();
        assert!(path.starts_with("/desk/funds/indicators/"), "{} {}", done.status, done.text());
        let mut bureau = app.signed_in(office(Role::FundUnitAdmin, false)).await;
        let over = bureau.post(&format!("{path}/allocations"), &plan("100001", "request-plan-1")).await;
        assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(over.text().contains("超过可分配数 100,000.00 元"), "{}", over.text());
        let planned = bureau.post(&format!("{path}/allocations"), &plan("60000", "request-plan-2")).await;
        let share = planned.location().to_owned();
        let decided = finance.post(&format!("{share}/decide"), &[("request_id", "request-decide-1"), ("decide_basis", "会议纪要3号")]).await;
        assert_eq!(decided.location(), share, "{}", decided.text());
        let shown = finance.get(&path).await;
        assert!(shown.text().contains("未分配 40,000.00 元") && shown.text().contains("石庙镇"), "{}", shown.text());
        assert!(shown.text().contains("登记") && shown.texts(".timeline-head").len() == 1);
        let before = finance.get(&format!("{path}?on=2026-02-09")).await;
        assert!(before.text().contains("当天结束时的样子") && before.text().contains("截至 2026-02-09 到位 0.00"), "{}", before.text());
        let between = finance.get(&format!("{path}?on=2026-03-01")).await;
        assert!(between.text().contains("未分配 100,000.00 元"), "decided only today: {}", between.text());
        let board = finance.get("/desk/funds/board").await;
        assert!(board.text().contains("扶贫产业园区建设"), "{}", board.text());
        let list = finance.get("/desk/funds/indicators?level=省&state=arrived").await;
        assert_eq!(list.texts(".list-total"), ["共 1 份，合计 100,000.00 元"]);
        let sent = finance.get("/desk/funds/indicators.xlsx").await;
        assert!(sent.bytes.starts_with(b"PK"));
    }

    // accept: 000-58a, 000-58b, 000-58c, 000-06a, 000-06b, 000-06c, 000-06d, 001-19a, 001-19b, 001-19c, 001-19d, 001-19e, 001-23
    async fn any_yuan_is_traced_both_ways_by_project_village_and_household(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 2).await;
        let (indicator, share) = with_money(&app, "HN17", "鲁财农指〔2026〕9号", TOWN, 5_000).await;
        with_money(&app, "HN17", "惠财预〔2026〕2号", OTHER_TOWN, 5_000).await;
        let mut project = a_plan(indicator, TOWN, 1);
        project.target = "project".into();
        let full = chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &project).await;
        assert!(full.is_err(), "a project needs a name and money");
        let doc = chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &a_document("HN25", "鲁财农指〔2026〕10号", 900)).await.unwrap();
        let plan = chain::NewPlan { target: "project".into(), project_name: "西街村大棚".into(), ..a_plan(doc, VILLAGE, 900) };
        let built = chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &plan).await.unwrap();
        allocation(&app, Role::Finance, built, funds::model::flows::AllocationAct::Decide, None).await.unwrap();
        let id = listed(&app, &[row(0), row(1)], Mode::AllOrNothing).await.unwrap().batch.unwrap();
        to_the_bank(&app, id).await;
        let text = format!(
            "序号,账号尾号,户名,金额,结果,原因\n2,{},{},1400,成功,\n3,{},{},1400,成功,\n",
            &card(0)[15..], name(0), &card(1)[15..], name(1)
        );
        let tail = |n: usize| card(n)[card(n).len() - 4..].to_owned();
        let text = text.replace(&card(0)[15..], &tail(0)).replace(&card(1)[15..], &tail(1));
        funds::batch::settle(&app.app, &office(Role::Finance, false), id, &fresh(&app), app.clock.today(), text.as_bytes()).await.unwrap();
        let mut audit = app.signed_in(office(Role::Audit, false)).await;
        let rows = funds::batch::pay_rows(&app.app.db, &Scope::area(code(COUNTY)), id, &Default::default(), 1).await.unwrap();
        let payment = audit.get(&format!("/desk/funds/trace?payment={}", rows[0].id)).await;
        assert!(payment.text().contains("鲁财农指〔2026〕9号") && !payment.text().contains("惠财预〔2026〕2号"), "its own town's money: {}", payment.text());
        for verb in ["可追溯", "可跟踪", "可预警", "可评估"] {
            assert!(payment.text().contains(verb));
        }
        let household = audit.get("/desk/funds/trace?household=2").await;
        assert!(household.text().contains("惠财预〔2026〕2号") && household.text().contains("1,400.00"), "{}", household.text());
        let village = audit.get("/desk/funds/trace?town=371621102&community=371621102001&village=371621102001001").await;
        assert!(village.text().contains("共 1 笔，1,400.00 元") && village.text().contains("西街村大棚"), "{}", village.text());
        let by_project = audit.get("/desk/funds/trace?project=大棚").await;
        assert!(by_project.text().contains("鲁财农指〔2026〕10号"), "{}", by_project.text());
        let back = audit.get(&format!("/desk/funds/trace?indicator={indicator}")).await;
        assert!(back.text().contains("石庙镇 到户") && back.text().contains("打卡到账"), "{}", back.text());
        assert!(audit.get(&format!("/desk/funds/allocations/{share}")).await.text().contains("中间环节 0 个"), "straight to the card");
        let mut other = app.as_role(Role::TownCdi, OTHER_TOWN).await;
        assert_eq!(other.get(&format!("/desk/funds/trace?payment={}", rows[0].id)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.get(&format!("/desk/funds/allocations/{share}")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_clerk_uploads_a_list_reads_the_faults_and_lists_the_rest(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 3).await;
        let mut clerk = app.signed_in(office(Role::FundUnitAdmin, false)).await;
        assert_eq!(clerk.get("/desk/batches/new").await.status, StatusCode::OK);
        let file = format!(
            "身份证号码,姓名,数量,金额,银行账号,户名\n{},{},1,1400,{},{}\n{},{},1,1400.123,{},{}\n",
            number(0), name(0), card(0), name(0), number(1), name(1), card(1), name(1)
        );
        let fields = |mode: &'static str, request: &'static str| {
            [("request_id", request), ("list_programme", "HN17"), ("list_month", "2026-02"), ("list_region", COUNTY), ("list_mode", mode)]
        };
        let dry = clerk.upload("/desk/batches/upload", &fields("dry_run", "request-dry-1"), "名册.csv", file.as_bytes()).await;
        assert_eq!(dry.status, StatusCode::OK, "{}", dry.text());
        assert!(dry.text().contains("可造册 1 笔，1,400.00 元；有误 1 行") && dry.text().contains("最多两位小数"), "{}", dry.text());
        assert!(!dry.body.contains(&number(1)), "no ID number on the page");
        let refused = clerk.upload("/desk/batches/upload", &fields("all_or_nothing", "request-all-1"), "名册.csv", file.as_bytes()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = clerk.upload("/desk/batches/upload", &fields("keep_good", "request-keep-1"), "名册.csv", file.as_bytes()).await;
        let path = kept.location().to_owned();
        let shown = clerk.get(&path).await;
        assert!(shown.text().contains("造册时退回的行") && shown.text().contains("已造册"), "{}", shown.text());
        let again = clerk.upload("/desk/batches/upload", &fields("keep_good", "request-keep-1"), "名册.csv", file.as_bytes()).await;
        assert_eq!(again.location(), path, "the same request once more changes nothing");
        let wrong = clerk.upload("/desk/batches/upload", &fields("keep_good", "request-zip-1"), "名册.csv", b"PK\x03\x04").await;
        assert!(wrong.text().contains("损坏"), "{}", wrong.text());
        let mut village = app.as_role(Role::VillageSupervision, TOWN).await;
        let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
        let cross = village.post(&format!("{path}/check"), &[("request_id", "request-check-1")]).await;
        assert_eq!(cross.status, StatusCode::FORBIDDEN, "the batch goes beyond the town: {}", cross.text());
        let mut town = app.signed_in(office(Role::TownPoverty, false)).await;
        let checked = town.post(&format!("{path}/check"), &[("request_id", "request-check-2")]).await;
        assert_eq!(checked.location(), path, "{}", checked.text());
        take(&app, &office(Role::FundUnitAdmin, false), id, BatchAct::Publish).await.unwrap();
        assert!(clerk.get(&path).await.text().contains("公示至 2026-03-11"));
        assert_eq!(clerk.get("/desk/batches?state=public").await.texts(".list-total"), [format!("共 1 批，合计 {} 元", Money::from_yuan(1_400))]);
        assert!(clerk.get("/desk/batches/template.xlsx").await.bytes.starts_with(b"PK"));
    }
}

fn plan(amount: &'static str, request: &'static str) -> [(&'static str, &'static str); 5] {
    [
        ("request_id", request),
        ("plan_target", "region"),
        ("plan_region", TOWN),
        ("plan_amount", amount),
        ("plan_doc", "惠扶〔2026〕1号"),
    ]
}
