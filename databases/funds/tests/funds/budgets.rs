//! Yearly budgets: entered, adjusted by another document, brought by template, and seen beside what was spent.

use access::Role;
use axum::http::StatusCode;
use funds::budget::{Budget, budgets};
use store::{Query, args};
use testkit::{TestApp, both_databases};

use crate::support::*;

const HEAD: &str = "年度,项目代码,资金项目,经济分类,预算（元）,批复文号,批复日期";

async fn lines(app: &TestApp) -> Vec<Budget> {
    budgets(&app.app.db, &office(Role::Finance, false).scope, None)
        .await
        .unwrap()
}

both_databases! {
    async fn a_budget_is_entered_and_adjusted_only_by_another_document(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let shown = finance.get("/desk/funds/budgets").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        assert!(shown.text().contains("这一年还没有登记预算"), "{}", shown.text());
        let form = |request: &'static str, code: &'static str, amount: &'static str, doc: &'static str| [
            ("request_id", request), ("year", "2026"), ("programme", "HN17"), ("code", code), ("amount", amount),
            ("doc_no", doc), ("approved_on", "2026-01-20"),
        ];
        for (n, code, amount, why) in [
            ("request-budget-1", "30305", "-1", "不能为负"),
            ("request-budget-2", "30305", "1.234", "最多两位小数"),
            ("request-budget-3", "科目", "100", "3 至 12 位数字"),
        ] {
            let refused = finance.post("/desk/funds/budgets", &form(n, code, amount, "惠财预〔2026〕1号")).await;
            assert!(refused.text().contains(why), "{why}: {}", refused.text());
        }
        let done = finance.post("/desk/funds/budgets", &form("request-budget-4", "30305", "100000", "惠财预〔2026〕1号")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let same = finance.post("/desk/funds/budgets", &form("request-budget-5", "30305", "80000", "惠财预〔2026〕1号")).await;
        assert_eq!(same.status, StatusCode::CONFLICT);
        assert!(same.text().contains("调整预算须填另一个文号"), "{}", same.text());
        let raised = finance.post("/desk/funds/budgets", &form("request-budget-6", "30305", "120000", "惠财预〔2026〕9号")).await;
        assert_eq!(raised.status, StatusCode::SEE_OTHER, "{}", raised.text());
        let found = lines(&app).await;
        assert_eq!((found.len(), found[0].first_fen, found[0].amount_fen), (1, 10_000_000, 12_000_000));
        let shown = finance.get("/desk/funds/budgets?year=2026").await.text();
        assert!(shown.contains("120,000.00 100,000.00") && shown.contains("惠财预〔2026〕9号"), "{shown}");
        let town = app.signed_in(office(Role::TownPoverty, false)).await.post("/desk/funds/budgets", &form("request-budget-7", "", "1", "文号")).await;
        assert_eq!(town.status, StatusCode::FORBIDDEN);
    }

    async fn budgets_come_by_template_and_the_export_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let file = [
            HEAD,
            "2026,HN17,产业帮扶到户补助,30305,100000,惠财预〔2026〕1号,2026-01-20",
            "2026,HN17,,,50000,惠财预〔2026〕1号,2026-01-20",
            "2026,HN99,,30305,50000,惠财预〔2026〕1号,2026-01-20",
            "2026,HN25,,3030A,50000,惠财预〔2026〕1号,2026-01-20",
            "1999,HN25,,30305,50000,惠财预〔2026〕1号,2026-01-20",
        ].join("\n");
        let (href, page) = finance.import("/desk/funds/budgets/import", "预算.csv", file.as_bytes()).await;
        for told in ["2026 年 产业帮扶到户补助 30305：100,000.00 元", "没有这个资金项目", "3 至 12 位数字"] {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
        assert!(lines(&app).await.is_empty(), "nothing before it is confirmed");
        let empty = finance.upload("/desk/funds/budgets/import", &[], "空表.csv", b"").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.texts(".field-error").concat().contains("文件是空的"), "{}", empty.text());
        assert!(!empty.attributes("input[type=file]", "name").is_empty(), "the form is still there");
        finance.apply_import(&href).await;
        let found = lines(&app).await;
        assert_eq!(found.iter().map(|b| b.code.as_str()).collect::<Vec<_>>(), ["", "30305"]);
        let shown = finance.get("/desk/funds/budgets?year=2026").await.text();
        assert!(shown.contains("没有经济分类 1 项"), "{shown}");
        let taken = finance.get("/desk/funds/budgets.xlsx?year=2026").await;
        assert_eq!((taken.status, &taken.bytes[..2]), (StatusCode::OK, &b"PK"[..]));
        let (_, page) = finance.import("/desk/funds/budgets/import", "年度预算.xlsx", &taken.bytes).await;
        let tiles = page.texts(".tile");
        let of = |title: &str| tiles.iter().find_map(|t| t.strip_prefix(title)).map(|n| n.trim().to_owned());
        let counted = ["无变化", "新增", "更新", "退回"].map(|title| of(title).unwrap_or_default());
        assert_eq!(counted, ["2", "0", "0", "0"], "{}", page.text());
    }

    async fn money_used_by_the_ledger_counts_where_nobody_is_paid_by_name(db: TestDb) {
        let app = a_county(db).await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let (works, document) = ("PX01", 7_001_i64);
        tx.execute(
            "INSERT INTO programme (code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, \
             public_name_mode, basis, what_done, effect) VALUES ($1,'村道建设','finance',1,'公里',0,'年','project',$2,'none','','','')",
            args![works, false],
        ).await.unwrap();
        tx.execute(
            "INSERT INTO indicator (id, programme, doc_no, level, amount_fen, arrived_on) VALUES ($1,$2,'文1','省',900000,'2026-01-01')",
            args![document, works],
        ).await.unwrap();
        for (n, from, to, fen, day) in [
            (1_i64, "allocated", "used", 30_000_i64, "2026-02-01"),
            (2, "used", "allocated", 10_000, "2026-02-03"),
            (3, "allocated", "used", 5_000, "2026-11-03"),
        ] {
            tx.execute(
                "INSERT INTO fund_entry (id, indicator_id, kind, from_stage, from_allocation, from_holder, to_stage, \
                 to_allocation, to_holder, amount_fen, on_day, doc, at_millis, account) VALUES ($1,$2,'use',$3,0,0,$4,0,0,$5,$6,'',0,0)",
                args![n, document, from, to, fen, day],
            ).await.unwrap();
        }
        tx.execute(
            "INSERT INTO fund_budget (id, programme, year, code, first_fen, amount_fen, doc_no, approved_on, entered_by) \
             VALUES (1,$1,2026,'30905',100000,100000,'预1','2026-01-20',0)",
            args![works],
        ).await.unwrap();
        tx.commit(trail::Act::new("fund.load", "test")).await.unwrap();
        #[derive(store::FromQueryResult, Debug, PartialEq)]
        struct Frozen { programme: String, to_people: bool, budget_fen: i64, early_fen: i64, used_fen: i64 }
        let frozen: Vec<Frozen> = app.app.db.rows(funds::frozen::BUDGETS, vec![]).await.unwrap();
        let row = Frozen { programme: works.into(), to_people: false, budget_fen: 100_000, early_fen: 20_000, used_fen: 25_000 };
        assert_eq!(frozen, [row]);
        let spent = funds::budget::spent(&app.app.db, code(COUNTY)).await.unwrap();
        assert_eq!(spent.iter().map(|s| (s.year, s.spent_fen)).collect::<Vec<_>>(), [(2026, 25_000)]);
    }
}
