//! Whether all money is seen and well kept, by what people read on the pages.

use std::collections::BTreeMap;

use access::{Role, Scope};
use axum::http::StatusCode;
use funds::{
    batch::{self, Mode},
    chain,
    model::flows::AllocationAct,
    oversight::{self, ITEMS},
};
use kernel::{Clock, Money};
use testkit::both_databases;

use crate::support::*;

both_databases! {
    // accept: 000-88
    async fn the_catalogue_names_28_kinds_of_seven_departments_and_the_teams_with_what_was_collected(db: TestDb) {
        let app = a_county(db).await;
        let finance = office(Role::Finance, false);
        let mut own = a_document("HN25", "帮扶〔2026〕1号", 3_000);
        own.origin = "own".into();
        own.giver = "省派工作队".into();
        own.level = "社会".into();
        for new in [own, a_document("HN17", "鲁财农指〔2026〕1号", 5_000)] {
            chain::enter(&app.app, &finance, &fresh(&app), &new).await.unwrap();
        }
        let shown = app.signed_in(finance).await.get("/desk/funds/sources").await.text();
        assert!(shown.contains("7 个部门和帮扶工作队，28 类资金，已归集 2 类"), "{shown}");
        assert!(shown.contains("产业帮扶到户补助 财政扶贫专项资金 1 5,000.00"), "{shown}");
        assert!(shown.contains("帮扶单位自有资金 社会帮扶资金 1 3,000.00"), "{shown}");
    }

    // accept: 000-87
    async fn money_known_from_above_and_not_collected_differing_or_unfiled_is_asked_for(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let mut bypass = a_document("HN25", "财农〔2026〕7号", 900);
        bypass.bypass_city = true;
        for new in [a_document("HN17", "鲁财农指〔2026〕1号", 5_000), a_document("HN17", "鲁财农指〔2026〕2号", 700), bypass] {
            chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &new).await.unwrap();
        }
        for (n, (doc_no, amount, issued_on)) in [
            ("鲁财农指〔2026〕1号", "5000", "2026-01-20"),
            ("鲁财农指〔2026〕2号", "800", "2026-01-20"),
            ("财农〔2026〕7号", "900", "2026-01-20"),
            ("鲁财农指〔2026〕3号", "650", "2026-01-20"),
        ].into_iter().enumerate() {
            let request = format!("request-upper-{n}");
            let form = [("request_id", request.as_str()), ("doc_no", doc_no), ("title", "下达衔接资金"), ("level", "省"), ("org", "poverty_relief"), ("amount", amount), ("issued_on", issued_on)];
            let done = finance.post("/desk/funds/sources", &form).await;
            assert_eq!(done.location(), "/desk/funds/sources", "{}", done.text());
        }
        let shown = finance.get("/desk/funds/sources").await.text();
        assert!(shown.contains("共 4 份，需要核实 3 份"), "{shown}");
        for says in ["金额不一致：已登记 700.00 元", "已登记，未报备", "未归集，已过"] {
            assert!(shown.contains(says), "{says}: {shown}");
        }
        let twice = finance.post("/desk/funds/sources", &[("request_id", "request-upper-9"), ("doc_no", "鲁财农指〔2026〕3号"), ("title", "下达衔接资金"), ("level", "省"), ("org", "poverty_relief"), ("amount", "650"), ("issued_on", "2026-01-20")]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        let town = app.signed_in(office(Role::TownPoverty, false)).await.post("/desk/funds/sources", &[("request_id", "request-upper-8")]).await;
        assert_eq!(town.status, StatusCode::FORBIDDEN);
    }

    // accept: 000-101
    async fn projects_of_the_helping_teams_are_counted_by_whose_money_it_was(db: TestDb) {
        let app = a_county(db).await;
        let finance = office(Role::Finance, false);
        // 710 projects of 2017: 0.81 yi of the units' own, 10.08 yi they coordinated; 9.3 yi of fiscal money in the five years.
        for (doc, origin, yuan, projects) in [("帮扶自有", "own", 81_000_000_i64, 150), ("帮扶协调", "coordinated", 1_008_000_000, 560), ("财政", "fiscal", 930_000_000, 0)] {
            let mut new = a_document("HN25", doc, yuan);
            new.origin = origin.into();
            if origin != "fiscal" {
                new.giver = "省市驻县帮扶工作队".into();
                new.level = "社会".into();
                new.fund_class = 2;
            }
            let id = chain::enter(&app.app, &finance, &fresh(&app), &new).await.unwrap();
            let shares = (0..projects).map(|n| chain::load::LoadedAllocation {
                id: app.app.next_id(),
                indicator: id,
                programme: "HN25".into(),
                target: "project",
                region: code(TOWN).as_i64(),
                project_name: format!("帮扶项目{n}"),
                amount_fen: yuan * 100 / projects,
                plan_doc: "帮扶计划".into(),
                decided_on: "2026-02-03".into(),
                due_on: None,
                state: "allocated",
            });
            let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
            chain::load::allocations(&tx, shares).await.unwrap();
            tx.commit(trail::Act::new("fund.load", "register")).await.unwrap();
        }
        let board = app.signed_in(finance).await.get("/desk/funds/board?by=origin").await.text();
        for line in ["帮扶单位自有资金 1 150 81,000,000.00", "帮扶单位协调资金 1 560 1,008,000,000.00", "财政资金 1 0 930,000,000.00"] {
            assert!(board.contains(line), "{line}: {board}");
        }
        assert!(board.contains("710 个项目"), "{board}");
    }

    // accept: 001-21
    async fn what_is_reported_and_what_is_missing_shows_by_department_town_and_programme(db: TestDb) {
        let app = a_county(db).await;
        with_households(&app, 4).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        // The first town alone reports for February.
        let id = listed(&app, &[row(0), row(2)], Mode::KeepGood).await.unwrap().batch.unwrap();
        to_the_bank(&app, id).await;
        let row = batch::batch(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap().unwrap();
        let file = batch::answered(&batch::bank_file(&app.app.db, &row).await.unwrap(), |_| ("成功", ""));
        batch::settle(&app.app, &office(Role::Finance, false), id, &fresh(&app), app.clock.today(), &file).await.unwrap();
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let by_town = finance.get("/desk/funds/coverage?by=town&year=2026").await.text();
        assert!(by_town.contains("石庙镇 2 2,800.00 — 1"), "{by_town}");
        assert!(by_town.contains("桑落墅镇 0 0.00 — 缺 1"), "{by_town}");
        let by_programme = finance.get("/desk/funds/coverage?by=programme&year=2026").await.text();
        assert!(by_programme.contains("产业帮扶到户补助 2 2,800.00 — 1"), "{by_programme}");
        let by_department = finance.get("/desk/funds/coverage?by=department&year=2026").await.text();
        assert!(by_department.contains("扶贫办 2 2,800.00 — 1"), "{by_department}");
        let before = finance.get("/desk/funds/coverage?by=programme&year=2025").await.text();
        assert!(before.contains("产业帮扶到户补助 0 0.00") && before.contains("缺 1"), "a yearly programme owes December: {before}");
    }

    // accept: 001-26a, 001-26b, 001-26c
    async fn analysis_warning_and_third_party_check_are_recorded_and_answered_by_another(db: TestDb) {
        let app = a_county(db).await;
        let mut auditor = app.signed_in(office(Role::ThirdParty, false)).await;
        for (n, (kind, finding)) in [("analysis", ""), ("warning", "支出进度偏慢"), ("inspection", "一户缺核查表")].into_iter().enumerate() {
            let request = format!("request-activity-{n}");
            let form = [("request_id", request.as_str()), ("kind", kind), ("programme", "HN17"), ("title", "资金专项检查"), ("by_whom", "某会计师事务所"), ("on", "2026-02-20"), ("finding", finding), ("due_on", "2026-12-01")];
            let done = auditor.post("/desk/funds/activities", &form).await;
            assert!(done.location().starts_with("/desk/funds/activities"), "{}", done.text());
        }
        let all = oversight::activities(&app.app.db, &Scope::area(code(COUNTY)), "", "inspection").await.unwrap();
        let (id, request) = (all[0].id.to_string(), fresh(&app));
        let form = [("request_id", request.as_str()), ("activity", id.as_str()), ("answer", "已补齐")];
        let own = auditor.post("/desk/funds/activities/answer", &form).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
        let mut bureau = app.signed_in(office(Role::FundUnitAdmin, false)).await;
        let request = fresh(&app);
        let done = bureau.post("/desk/funds/activities/answer", &[("request_id", request.as_str()), ("activity", &id), ("answer", "已入户补核归档")]).await;
        assert_eq!(done.location(), "/desk/funds/activities", "{}", done.text());
        let shown = bureau.get("/desk/funds/activities?programme=HN17").await.text();
        for says in ["定期分析 1 次 待反馈 0", "网上预警 1 次 待反馈 1", "第三方检查 1 次 待反馈 0", "已入户补核归档", "未发现问题"] {
            assert!(shown.contains(says), "{says}: {shown}");
        }
    }

    // accept: 001-25
    async fn the_management_of_a_programme_is_scored_confirmed_by_another_and_printed(db: TestDb) {
        let app = a_county(db).await;
        with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
        let mut bureau = app.signed_in(office(Role::FundUnitAdmin, false)).await;
        let full: BTreeMap<&str, String> = ITEMS.iter().map(|(id, _, most, _)| (*id, most.to_string())).collect();
        let mut form: Vec<(&str, &str)> = vec![("request_id", "request-score-1"), ("programme", "HN17"), ("year", "2026"), ("opinion", "管理规范。")];
        form.extend(full.iter().map(|(id, points)| (*id, points.as_str())));
        let mut too_many = form.clone();
        too_many.retain(|(id, _)| *id != "idle");
        too_many.push(("idle", "16"));
        assert_eq!(bureau.post("/desk/funds/evaluations", &too_many).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = bureau.post("/desk/funds/evaluations", &form).await;
        let path = done.location().to_owned();
        let own = bureau.post(&format!("{path}/confirm"), &[("request_id", "request-confirm-1")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        assert_eq!(finance.post(&format!("{path}/confirm"), &[("request_id", "request-confirm-2")]).await.location(), path);
        let print = finance.get(&format!("{path}/print")).await.text();
        assert!(print.contains("得分：100 分 等次：优秀") && print.contains("滞留率 100.00%") && print.contains("管理规范。"), "{print}");
        form[0].1 = "request-score-2";
        assert_eq!(bureau.post("/desk/funds/evaluations", &form).await.status, StatusCode::CONFLICT, "confirmed is confirmed");
    }

    // accept: 004-29c, 004-29d, 004-29e, 004-29f
    async fn four_special_funds_keep_their_ledgers_and_never_give_what_they_do_not_hold(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        for (n, (fund, into, out)) in [("industry", "财政注入", "扶持合作社"), ("health", "社会捐助", "住院救助"), ("credit_risk", "追偿收回", "逾期代偿"), ("integrated", "整合转入", "安排项目")].into_iter().enumerate() {
            let post = async |client: &mut testkit::Client, kind: &str, amount: &str, request: &str| {
                client.post("/desk/funds/special", &[("request_id", request), ("fund", fund), ("kind", kind), ("amount", amount), ("on", "2026-02-20"), ("party", "县财政局"), ("doc", "凭证1号")]).await
            };
            let done = post(&mut finance, into, "1000", &format!("request-in-{n}")).await;
            assert_eq!(done.location(), format!("/desk/funds/special?fund={fund}"), "{}", done.text());
            let over = post(&mut finance, out, "1000.01", &format!("request-over-{n}")).await;
            assert!(over.text().contains("只有 1,000.00 元"), "{}", over.text());
            post(&mut finance, out, "400", &format!("request-out-{n}")).await;
            let shown = finance.get(&format!("/desk/funds/special?fund={fund}")).await.text();
            assert!(shown.contains("共 2 笔") && shown.contains("400.00 600.00") && shown.contains("收 1,000.00，支 400.00"), "{shown}");
        }
    }

    // accept: 004-33
    async fn integrated_money_changes_its_subject_and_is_paid_by_progress(db: TestDb) {
        let app = a_county(db).await;
        let doc = chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &a_document("HN25", "文1", 1_000)).await.unwrap();
        let plan = chain::NewPlan { target: "project".into(), project_name: "西街村机耕路".into(), ..a_plan(doc, VILLAGE, 1_000) };
        let share = chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &plan).await.unwrap();
        allocation(&app, Role::Finance, share, AllocationAct::Decide, None).await.unwrap();
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let id = share.to_string();
        let done = finance.post("/desk/funds/integrated/change", &[("request_id", "request-change-1"), ("allocation", &id), ("from_subject", "2130505 生产发展"), ("to_subject", "2130504 基础设施"), ("org", "县农业农村局"), ("doc", "整合方案"), ("on", "2026-02-20")]).await;
        assert_eq!(done.location(), "/desk/funds/integrated", "{}", done.text());
        allocation(&app, Role::TownPoverty, share, AllocationAct::Request, None).await.unwrap();
        let over = allocation(&app, Role::Finance, share, AllocationAct::Disburse, Some(Money::from_yuan(401))).await.unwrap_err();
        assert!(over.message.contains("已报进度 0%，至多可拨 400.00 元"), "{over}");
        allocation(&app, Role::Finance, share, AllocationAct::Disburse, Some(Money::from_yuan(400))).await.unwrap();
        finance.post("/desk/funds/integrated/progress", &[("request_id", "request-progress-1"), ("allocation", &id), ("percent", "70"), ("on", "2026-02-20")]).await;
        let back = finance.post("/desk/funds/integrated/progress", &[("request_id", "request-progress-2"), ("allocation", &id), ("percent", "60"), ("on", "2026-02-20")]).await;
        assert!(back.text().contains("不能倒退"), "{}", back.text());
        let early = allocation(&app, Role::FundUnitAdmin, share, AllocationAct::Use, Some(Money::from_yuan(701))).await.unwrap_err();
        assert!(early.message.contains("至多可拨 700.00 元"), "{early}");
        let ledger = finance.get("/desk/funds/integrated").await.text();
        assert!(ledger.contains("西街村机耕路 文1 2130505 生产发展 2130504 基础设施 县农业农村局 2026-02-20 1,000.00 70% 700.00 400.00 0.00"), "{ledger}");
    }

    // accept: 000-71
    async fn files_in_the_folder_are_taken_in_whole_or_refused_naming_their_rows(db: TestDb) {
        let app = a_county(db).await;
        let doc = chain::enter(&app.app, &office(Role::Finance, false), &fresh(&app), &a_document("HN25", "鲁财农指〔2026〕6号", 1_000)).await.unwrap();
        let plan = chain::NewPlan { target: "project".into(), project_name: "西街村机耕路".into(), ..a_plan(doc, VILLAGE, 1_000) };
        let share = chain::plan(&app.app, &office(Role::FundUnitAdmin, false), &fresh(&app), &plan).await.unwrap();
        allocation(&app, Role::Finance, share, AllocationAct::Decide, None).await.unwrap();
        let folder = funds::usage::inbox(&app.app);
        std::fs::create_dir_all(&folder).unwrap();
        let head = "指标文号,项目名称,支付日期,支付金额,凭证号\n";
        let good = format!("{head}鲁财农指〔2026〕6号,机耕路,2026-02-20,300.50,农2026-01\n鲁财农指〔2026〕6号,,2026/2/21,99.50,农2026-02\n");
        // The second row takes more than there is: nothing of the file is applied.
        let beyond = format!("{head}鲁财农指〔2026〕6号,,2026-02-22,100,农2026-03\n鲁财农指〔2026〕6号,,2026-02-22,5000,农2026-04\n");
        let wrong = format!("{head}没有的文号,,2026-02-22,100,农2026-05\n鲁财农指〔2026〕6号,,2026-02-30,1.234,农2026-06\n");
        for (name, text) in [("1.csv", &good), ("2-同一份.csv", &good), ("3.csv", &beyond), ("4.csv", &wrong), ("5.csv.part", &good)] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        assert!(finance.get("/desk/funds/usage").await.text().contains("目录中待归集 5 份"));
        let done = finance.post("/desk/funds/usage/run", &[("request_id", "request-run-1")]).await;
        assert_eq!(done.location(), "/desk/funds/usage", "{}", done.text());
        let shown = finance.get("/desk/funds/usage").await.text();
        for says in ["归集 1 份，退回 3 份", "已归集 2 400.00", "内容相同的文件已归集过", "第 2 笔（凭证 农2026-04）", "没有这个文号下的已定分配", "第 3 行"] {
            assert!(shown.contains(says), "{says}: {shown}");
        }
        let books = chain::books(&app.app.db, &Scope::area(code(COUNTY))).await.unwrap();
        assert_eq!(books.standing_by_allocation(app.clock.today())[&share].used_fen, 40_000, "the good file and nothing else");
        assert!(folder.join("5.csv.part").exists(), "what is still being written is left alone");
        let again = finance.upload("/desk/funds/usage/drop", &[("request_id", "request-drop-1")], "补.csv", format!("{head}鲁财农指〔2026〕6号,,2026-02-23,1,农2026-01\n").as_bytes()).await;
        assert_eq!(again.location(), "/desk/funds/usage", "{}", again.text());
        assert!(finance.get("/desk/funds/usage").await.text().contains("凭证号 农2026-01 已登记过"));
    }
}
