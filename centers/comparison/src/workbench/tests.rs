//! Adjusting a rule: proposed, tried without a trace in the warning center, approved by another person, then used.

use ::store::args;
use access::Role;
use axum::http::StatusCode;
use testkit::{Client, both_databases, eventually};

use super::{ChangeState, FLOW, change, changes, rules_in_force};
use crate::runs::tests::{Desk, desk, request};

/// One payment of 40 yuan more than the rate, beside the two of the world.
pub(super) async fn too_much(desk: &Desk) {
    let tx = desk.app.app.trail.begin(&access::Actor::system()).await.unwrap();
    tx.execute(
        "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, \
         amount_fen, paid_on, account_digest, account_tail, account_name, arrears, state) SELECT 3, 9, 'HN02', person_key, \
         '张三', 5, 371621103005001, '2025-09', 100, 66000, 70000, '2025-09-20', 77, '0077', '张三', FALSE, 'paid' FROM person",
        args![],
    )
    .await
    .unwrap();
    tx.commit(trail::Act::new("test.seed", "payment")).await.unwrap();
}

const FORM: [(&str, &str); 8] = [
    ("request_id", "change-1"),
    ("param", "tolerance_fen"),
    ("value", "5，000"),
    ("region", "371621"),
    ("from", "2020-01-01"),
    ("to", ""),
    ("basis", "县财政〔2026〕3号"),
    ("reason", "尾差按五十元以内处理"),
];

async fn proposed(client: &mut Client) -> String {
    let sent = client.post("/desk/rules/B-16/change", &FORM).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    sent.location().to_owned()
}

/// Waits until the trial in the background is over.
pub(super) async fn tried(desk: &Desk, client: &mut Client, page: &str) {
    let begun = client.post(&format!("{page}/try"), &[("run", "")]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    let id: i64 = page.rsplit('/').next().unwrap().parse().unwrap();
    eventually("the end of the trial", async || {
        let state = change(&desk.app.app.db, id).await.unwrap().state();
        (state == ChangeState::Tried).then_some(())
    })
    .await;
}

pub(super) fn decision<'a>(request: &'a str, act: &'a str, reason: &'a str) -> [(&'a str, &'a str); 3] {
    [("request_id", request), ("act", act), ("reason", reason)]
}

both_databases! {
    async fn a_parameter_is_tried_approved_by_another_person_and_then_used_by_runs(db: TestDb) {
        let desk = desk(db).await;
        too_much(&desk).await;
        let app = &desk.app.app;
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        let page = proposed(&mut owner).await;
        desk.memory.1.lock().unwrap().insert("B-16|unknown".into(), true);
        let early = owner.post(&format!("{page}/decide"), &decision("decision-0", "approve", "同意")).await;
        assert_ne!(early.status, StatusCode::SEE_OTHER, "not before it was tried");
        tried(&desk, &mut owner, &page).await;
        let shown = owner.get(&page).await;
        assert_eq!(shown.texts(".tile-value"), ["1", "0", "1", "0", "0", "0"], "{}", shown.text());
        assert!(shown.text().contains("张*"), "{}", shown.text());
        assert!(desk.memory.0.lock().unwrap().is_empty(), "a trial hands nothing on");

        let own = owner.post(&format!("{page}/decide"), &decision("decision-1", "approve", "同意")).await;
        assert!(own.text().contains("另一") || own.status == StatusCode::FORBIDDEN, "{}", own.text());
        let mut discipline = desk.app.as_role(Role::CdiAdmin, "371621").await;
        let silent = discipline.post(&format!("{page}/decide"), &decision("decision-2", "approve", " ")).await;
        assert_ne!(silent.status, StatusCode::SEE_OTHER, "an opinion is asked for");
        let before = rules_in_force(app).await.unwrap().get("B-16").unwrap().hash.clone();
        let yes = discipline.post(&format!("{page}/decide"), &decision("decision-3", "approve", "同意")).await;
        assert_eq!(yes.status, StatusCode::SEE_OTHER, "{}", yes.text());
        assert_ne!(rules_in_force(app).await.unwrap().get("B-16").unwrap().hash, before, "a run's record says so");
        let shown = discipline.get("/desk/rules/B-16").await.text();
        assert!(shown.contains("50.00 元") && shown.contains("第 2 版"), "{shown}");
        let actor = testkit::an_actor(Role::CountyAdmin, "371621");
        let id = crate::runs::request_run(app, &actor, &request()).await.unwrap();
        crate::runs::execute(app, &actor, id).await.unwrap();
        let rules: Vec<String> = desk.memory.0.lock().unwrap().iter().map(|d| d.rule_id.clone()).collect();
        assert_eq!(rules, ["B-03"], "the payment within the tolerance is not asked about");

        let back = discipline.post(&format!("{page}/decide"), &decision("decision-4", "revoke", "文件废止")).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
        assert_eq!(rules_in_force(app).await.unwrap().get("B-16").unwrap().hash, before);
    }

    async fn a_verdict_that_would_have_been_missed_is_said(db: TestDb) {
        let desk = desk(db).await;
        too_much(&desk).await;
        let actor = testkit::an_actor(Role::CountyAdmin, "371621");
        let id = crate::runs::request_run(&desk.app.app, &actor, &request()).await.unwrap();
        crate::runs::execute(&desk.app.app, &actor, id).await.unwrap();
        let key = desk.memory.0.lock().unwrap().iter().find(|d| d.rule_id == "B-16").unwrap().key.clone();
        desk.memory.1.lock().unwrap().insert(key, true);
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        let page = proposed(&mut owner).await;
        assert!(owner.get(&page).await.text().contains("第 1 次比对"), "earlier runs are offered");
        tried(&desk, &mut owner, &page).await;
        let shown = owner.get(&page).await.text();
        assert!(shown.contains("不再列出的疑点中有 1 条核查属实"), "{shown}");
    }

    async fn bad_input_is_refused_with_the_way_out_and_nothing_is_kept(db: TestDb) {
        let desk = desk(db).await;
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        for (field, value, says) in [
            ("param", "none", "请从列表中选择参数"),
            ("value", "-1", "不小于 0 的整数"),
            ("value", "1; DROP TABLE run", "不小于 0 的整数"),
            ("region", "371622", "适用区划须是本县"),
            ("from", "2026-02-30", "生效日期请填成"),
            ("to", "2019-01-01", "失效日期早于生效日期"),
            ("basis", " ", "请填写依据的文件"),
            ("reason", "", "请填写调整理由"),
        ] {
            let form: Vec<(&str, &str)> = FORM.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect();
            let shown = owner.post("/desk/rules/B-16/change", &form).await;
            assert!(shown.text().contains(says), "{field}: {}", shown.text());
        }
        assert!(changes(&desk.app.app.db, None).await.unwrap().is_empty());
        assert!(owner.get("/desk/rule-changes").await.text().contains("没有规则调整"));
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        assert_eq!(county.get("/desk/rules/B-16/change").await.status, StatusCode::FORBIDDEN, "who runs does not tune");
        let mut town = desk.app.as_role(Role::TownPoverty, "371621103").await;
        assert_eq!(town.get("/desk/rule-changes").await.status, StatusCode::FORBIDDEN);
        let mut audit = desk.app.as_role(Role::Audit, "371621").await;
        assert_eq!(audit.get("/desk/rules/B-16/change").await.status, StatusCode::FORBIDDEN);
    }
}

#[test]
fn the_page_of_the_flow_is_what_the_code_does() {
    testkit::docs::agree("flows/rule-change.md", &FLOW.to_markdown());
}
