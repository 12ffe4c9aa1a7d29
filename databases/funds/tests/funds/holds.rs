//! Held rows: decided by a named person who did not make the list, or let go by themselves after their limit.

use std::sync::Arc;

use access::{Role, Scope};
use async_trait::async_trait;
use funds::{
    batch::{
        self, BatchAnswer, BatchCheck, BatchCheckPart, ConcernField, ConcernRecord, Decision, HoldState, Mode,
        RowConcern,
    },
    chain::Asked,
    model::flows::BatchAct,
};
use kernel::{AppResult, Clock, ErrorKind};
use store::{FromQueryResult, Query, args};
use testkit::{TestApp, both_databases};
use web::App;

use crate::support::*;

/// Asks about every second row of a list.
struct AsksAboutEverySecond;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
}

#[async_trait]
impl BatchCheck for AsksAboutEverySecond {
    async fn check(&self, app: &App, batch: i64) -> AppResult<BatchAnswer> {
        let rows: Vec<Row> = app
            .db
            .rows(
                "SELECT id FROM payment WHERE batch_id = $1 ORDER BY row_no",
                args![batch],
            )
            .await?;
        let field = |label: &str, value: &str, sensitive| ConcernField {
            label: label.into(),
            value: value.into(),
            differs: false,
            sensitive,
        };
        let concern = |row: &Row| RowConcern {
            payment: row.id,
            rule: "B-01".into(),
            rule_name: "死亡人员领取".into(),
            severity: "R".into(),
            text: "殡葬登记显示于2026-01-09去世，账户仍有余额，是否属实，请核实？".into(),
            verdict: "与殡葬登记有关，请核实".into(),
            holds: true,
            records: vec![ConcernRecord {
                title: "殡葬登记".into(),
                department: "民政局".into(),
                file_name: "殡葬.csv".into(),
                row_no: Some(7),
                snapshot: "ab".repeat(32),
                fields: vec![
                    field("火化日期", "2026-01-09", false),
                    field("丧葬补助", "9000元", true),
                ],
            }],
        };
        Ok(BatchAnswer {
            concerns: rows.iter().step_by(2).map(concern).collect(),
            hold_working_days: 5,
            told: "比对了 1 类数据。".into(),
        })
    }
}

/// Four listed rows, two of them held.
async fn held(db: testkit::TestDb) -> (TestApp, i64) {
    let app = a_county_with(db, vec![Arc::new(BatchCheckPart(Arc::new(AsksAboutEverySecond)))]).await;
    with_households(&app, 4).await;
    with_money(&app, "HN17", "文1", COUNTY, 10_000).await;
    let id = listed(&app, &[row(0), row(1), row(2), row(3)], Mode::AllOrNothing)
        .await
        .unwrap()
        .batch
        .unwrap();
    for (role, act) in [
        (Role::TownPoverty, BatchAct::Check),
        (Role::FundUnitAdmin, BatchAct::Publish),
    ] {
        take(&app, &office(role, false), id, act).await.unwrap();
    }
    app.clock.advance_days(10);
    for act in [BatchAct::Approve, BatchAct::Compare] {
        take(&app, &office(Role::FundUnitAdmin, true), id, act).await.unwrap();
    }
    (app, id)
}

async fn rows(app: &TestApp, id: i64) -> Vec<batch::HoldRow> {
    batch::holds(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap()
}

async fn decide(app: &TestApp, actor: &access::Actor, id: i64, payment: i64, to: Decision, why: &str) -> AppResult<()> {
    let request = fresh(app);
    let asked = Asked::on(&request, app.clock.today()).because(why);
    batch::decide(&app.app, actor, id, payment, to, &asked).await
}

async fn states(app: &TestApp, id: i64) -> Vec<(String, i64)> {
    let slots = batch::slots(&app.app.db, &Scope::area(code(COUNTY)), id).await.unwrap();
    slots.into_iter().map(|s| (s.state, s.rows)).collect()
}

both_databases! {
    // accept: 001-18
    async fn a_named_person_lets_one_row_go_and_confirms_the_other(db: TestDb) {
        let (app, id) = held(db).await;
        assert_eq!(states(&app, id).await, [("held".to_owned(), 2), ("listed".to_owned(), 2)]);
        let asked = rows(&app, id).await;
        assert_eq!(asked.len(), 2);
        let (clerk, second) = (office(Role::FundUnitAdmin, false), office(Role::FundUnitAdmin, true));
        let why = "已入户见到本人，殡葬登记有误";
        let refused = decide(&app, &clerk, id, asked[0].payment_id, Decision::Release, why).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Forbidden, "who made the list does not decide");
        let refused = decide(&app, &second, id, asked[0].payment_id, Decision::Release, " ").await.unwrap_err();
        assert!(refused.message.contains("理由"), "{refused}");
        decide(&app, &second, id, asked[0].payment_id, Decision::Release, why).await.unwrap();
        decide(&app, &second, id, asked[1].payment_id, Decision::Confirm, "家属承认已去世").await.unwrap();
        let again = decide(&app, &second, id, asked[0].payment_id, Decision::Confirm, "改主意了吧").await.unwrap_err();
        assert_eq!(again.kind, ErrorKind::Conflict, "decided once");
        assert_eq!(states(&app, id).await, [("held".to_owned(), 1), ("listed".to_owned(), 3)]);
        let after = rows(&app, id).await;
        assert_eq!(after[0].state(), HoldState::Released);
        assert_eq!(after[0].decided_name.as_deref(), Some(second.name.as_str()));
        app.clock.advance_days(30);
        assert_eq!(batch::expire_holds(&app.app).await.unwrap(), 0, "a confirmed hold does not end by itself");
        assert_eq!(rows(&app, id).await[1].state(), HoldState::Confirmed);
        let noted = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'batch.hold'", vec![]).await.unwrap();
        assert_eq!(noted, 2);
    }

    async fn a_hold_nobody_decided_about_ends_after_five_working_days_and_says_so(db: TestDb) {
        let (app, id) = held(db).await;
        app.clock.advance_days(3);
        assert_eq!(batch::expire_holds(&app.app).await.unwrap(), 0);
        app.clock.advance_days(10);
        assert_eq!(batch::expire_holds(&app.app).await.unwrap(), 2);
        assert_eq!(states(&app, id).await, [("listed".to_owned(), 4)]);
        let mut clerk = app.signed_in(office(Role::Finance, false)).await;
        let page = clerk.get(&format!("/desk/batches/{id}")).await.text();
        assert!(page.contains("到期自动解除") && page.contains("没有人作出决定，自动解除"), "{page}");
        assert_eq!(batch::expire_holds(&app.app).await.unwrap(), 0);
    }

    async fn a_row_let_go_after_its_batch_left_travels_in_a_batch_of_its_own(db: TestDb) {
        let (app, id) = held(db).await;
        for act in [BatchAct::Pass, BatchAct::Send] {
            take(&app, &office(Role::Finance, false), id, act).await.unwrap();
        }
        assert_eq!(states(&app, id).await, [("held".to_owned(), 2), ("sent".to_owned(), 2)], "the rest went");
        let asked = rows(&app, id).await;
        let second = office(Role::FundUnitAdmin, true);
        for row in &asked {
            decide(&app, &second, id, row.payment_id, Decision::Release, "已核实，本人健在").await.unwrap();
        }
        assert_eq!(states(&app, id).await, [("sent".to_owned(), 2)]);
        let next = rows(&app, id).await[0].travels_in;
        let follow = batch::batch(&app.app.db, &Scope::area(code(COUNTY)), next).await.unwrap().unwrap();
        assert!(follow.batch_no.ends_with("-续1") && follow.rows == 2, "{follow:?}");
        for act in [BatchAct::Pass, BatchAct::Send] {
            take(&app, &office(Role::Finance, false), next, act).await.unwrap();
        }
        assert_eq!(states(&app, next).await, [("sent".to_owned(), 2)]);
    }

    async fn a_batch_sent_back_is_asked_anew(db: TestDb) {
        let (app, id) = held(db).await;
        take(&app, &office(Role::Finance, false), id, BatchAct::SendBack).await.unwrap();
        assert_eq!(states(&app, id).await, [("listed".to_owned(), 4)]);
        assert!(rows(&app, id).await.is_empty());
    }

    async fn offices_read_as_much_of_a_question_as_their_role_may(db: TestDb) {
        let (app, id) = held(db).await;
        let hold = rows(&app, id).await[0].id;
        let at = format!("/desk/batches/{id}/holds/{hold}");
        let mut treasury = app.signed_in(office(Role::Finance, false)).await;
        let page = treasury.get(&at).await.text();
        assert!(page.contains("与殡葬登记有关") && !page.contains("2026-01-09") && !page.contains("9000元"), "{page}");
        assert_eq!(treasury.post(&at, &[("reveal_purpose", "看看数额")]).await.status, 403);
        let list = treasury.get(&format!("/desk/batches/{id}")).await.text();
        assert!(list.contains("暂缓发放") && !list.contains("2026-01-09"), "{list}");
        let mut department = app.signed_in(office(Role::FundUnitAdmin, true)).await;
        let page = department.get(&at).await.text();
        assert!(page.contains("2026-01-09") && page.contains("依规不显示") && !page.contains("9000元"), "{page}");
        assert!(department.post(&at, &[("reveal_purpose", "看")]).await.text().contains("查看用途"));
        let page = department.post(&at, &[("reveal_purpose", "核实暂缓发放的依据")]).await.text();
        assert!(page.contains("9000元"));
        let looked = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'batch.hold_view'", vec![]).await.unwrap();
        assert_eq!(looked, 2, "each look at the records is on the record");
        let mut other = app.as_role(Role::VillageAdmin, "371621102001").await;
        assert_eq!(other.post(&format!("/desk/batches/{id}/hold"), &[]).await.status, 403);
    }
}
