//! Changing a rule's text: checked at once, tried, approved by another person, used with a raised version, taken back.

use access::Role;
use axum::http::StatusCode;
use testkit::{Client, both_databases, eventually};

use super::{
    changes, rules_in_force,
    tests::{decision, too_much, tried},
    wording::{CONDITION, NAME, Wording, wording_of},
};
use crate::{
    rules::Rules,
    runs::{
        execute, request_run, run_rules,
        tests::{Desk, desk, request},
    },
};

const PAGE: &str = "/desk/rules/B-16/text";
/// What the too much of the test's world no longer meets.
const LESS: &str = "\r\n  AND NOT (qty = 100 AND amount_fen < 71000)";

fn texts_of_file() -> Wording {
    wording_of(Rules::embedded().unwrap().get("B-16").unwrap())
}

/// Sends the whole form with these parts changed.
async fn send(client: &mut Client, request: &str, step: &str, texts: &[(&str, String)]) -> testkit::Shown {
    let mut form = texts_of_file();
    form.extend(texts.iter().map(|(id, text)| ((*id).to_owned(), text.clone())));
    for (name, value) in [
        ("request_id", request),
        ("do", step),
        ("basis", "县财政〔2026〕3号"),
        ("reason", "小额差异另行核对"),
    ] {
        form.insert(name.to_owned(), value.to_owned());
    }
    let fields: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.post(PAGE, &fields).await
}

fn condition(more: &str) -> (&'static str, String) {
    (CONDITION, format!("{}{more}", texts_of_file()[CONDITION]))
}

/// Proposes, tries and has it approved.
async fn carried(desk: &Desk, request: &str, texts: &[(&str, String)]) -> String {
    let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
    let sent = send(&mut owner, request, "propose", texts).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = sent.location().to_owned();
    tried(desk, &mut owner, &page).await;
    let mut discipline = desk.app.as_role(Role::CdiAdmin, "371621").await;
    let yes = discipline
        .post(
            &format!("{page}/decide"),
            &decision(&format!("{request}-yes"), "approve", "同意"),
        )
        .await;
    assert_eq!(yes.status, StatusCode::SEE_OTHER, "{}", yes.text());
    page
}

async fn found_by_a_run(desk: &Desk) -> (Vec<String>, i64, i64) {
    let actor = testkit::an_actor(Role::CountyAdmin, "371621");
    let id = request_run(&desk.app.app, &actor, &request()).await.unwrap();
    execute(&desk.app.app, &actor, id).await.unwrap();
    let used = run_rules(&desk.app.app.db, id).await.unwrap();
    let version = used.iter().find(|r| r.rule_id == "B-16").unwrap().rule_version;
    let found = desk
        .memory
        .0
        .lock()
        .unwrap()
        .iter()
        .map(|d| d.rule_id.clone())
        .collect();
    (found, version, id)
}

both_databases! {
    async fn a_condition_is_checked_tried_approved_by_another_person_and_used_with_a_raised_version(db: TestDb) {
        let desk = desk(db).await;
        too_much(&desk).await;
        let (found, version, _) = found_by_a_run(&desk).await;
        assert!(found.contains(&"B-16".to_owned()) && version == 1, "{found:?}");
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        let shown = owner.get(PAGE).await.text();
        assert!(shown.contains("payments") && shown.contains("amount_fen") && shown.contains("{tolerance_fen}"), "{shown}");
        let checked = send(&mut owner, "rule-text-0", "check", &[condition(LESS)]).await;
        assert!(checked.text().contains("检查通过"), "{}", checked.text());
        assert!(changes(&desk.app.app.db, None).await.unwrap().is_empty(), "a check keeps nothing");

        let page = carried(&desk, "rule-text-1", &[condition(LESS), (NAME, "发放金额与标准相差较大".into())]).await;
        let shown = owner.get(&page).await;
        assert_eq!(shown.texts(".tile-value"), ["1", "0", "1", "0", "0", "0"], "{}", shown.text());
        assert_eq!(shown.texts("pre.diff ins"), ["＋发放金额与标准相差较大", "＋ AND NOT (qty = 100 AND amount_fen < 71000)"]);
        assert_eq!(shown.texts("pre.diff del"), ["－发放金额与标准不符"]);
        assert!(shown.text().contains("第 2 版") && shown.text().contains("小额差异另行核对"), "{}", shown.text());
        let (found, version, run) = found_by_a_run(&desk).await;
        assert!(!found.contains(&"B-16".to_owned()) && version == 2, "{found:?} {version}");
        let rule = owner.get("/desk/rules/B-16").await.text();
        for told in ["发放金额与标准相差较大", "AND NOT (qty = 100", "改名称、比对条件", "已批准", "本县又有调整"] {
            assert!(rule.contains(told), "{told}: {rule}");
        }

        let mut discipline = desk.app.as_role(Role::CdiAdmin, "371621").await;
        let offered = async |officer: &mut Client| officer.get("/desk/runs/new").await.texts("#f-rule option, #rule option");
        assert!(offered(&mut discipline).await.contains(&"B-16 发放金额与标准相差较大".to_owned()));
        let back = discipline.post(&format!("{page}/decide"), &decision("rule-text-back", "revoke", "仍按原口径")).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
        let (found, version, _) = found_by_a_run(&desk).await;
        assert!(found.contains(&"B-16".to_owned()) && version == 3, "back to the file's text: {found:?} {version}");
        let rule = owner.get("/desk/rules/B-16").await.text();
        assert!(rule.contains("发放金额与标准不符") && rule.contains("已撤销"), "{rule}");
        assert!(offered(&mut discipline).await.contains(&"B-16 发放金额与标准不符".to_owned()));
        let told = discipline.get(&format!("/desk/runs/{run}")).await.text();
        assert!(told.contains("发放金额与标准相差较大"), "a run keeps the name it asked under: {told}");
        let kept = owner.get(&page).await.text();
        assert!(kept.contains("仍按原口径") && kept.contains("同意"), "approval and end both stay on the record: {kept}");
    }

    async fn a_text_that_is_wrong_is_refused_by_its_line_and_nothing_is_kept(db: TestDb) {
        let desk = desk(db).await;
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        let whole = |text: &str| (CONDITION, text.to_owned());
        for (text, says) in [
            (condition("\n  AND )"), "第 6 行：写法有误"),
            (condition("\n  AND person_key IN (SELECT person_key FROM persons)"), "第 6 行：没有“persons”这张表"),
            (condition("\n  AND colour = 3"), "第 6 行：没有“colour”这一列"),
            (condition("\n  AND qty > {most}"), "第 6 行：没有名为 {most} 的参数"),
            (condition("\n  AND FALSE"), "例子“多发五十元”：应列为疑点，实际没有列出"),
            (condition(" OR TRUE"), "例子“相符”：不应列出，实际列出"),
            (condition("\n  AND repeat('x', 1000000000) <> ''"), "不能用“repeat”"),
            (condition(&" OR TRUE".repeat(400)), "超过 120 处"),
            (whole("DROP TABLE payments"), "第 1 行：只能写一句查询"),
            (whole(""), "请填写“比对条件（SQL）”"),
            ((NAME, "x".repeat(41)), "“名称”最多 40 个字"),
            ((NAME, texts_of_file()[NAME].clone()), "与现在的规则没有不同"),
        ] {
            let shown = send(&mut owner, "rule-text-bad", "propose", std::slice::from_ref(&text)).await;
            assert!(shown.text().contains(says), "{text:?}: {}", shown.text());
        }
        let nobody = owner.post("/desk/rules/Z-99/text", &[("do", "check")]).await;
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);
        assert!(changes(&desk.app.app.db, None).await.unwrap().is_empty());
        for role in [Role::CountyAdmin, Role::Finance, Role::Audit, Role::TownPoverty] {
            let mut other = desk.app.as_role(role, "371621").await;
            assert_eq!(other.get(PAGE).await.status, StatusCode::FORBIDDEN, "{role:?}");
        }
    }

    async fn a_text_written_over_another_one_is_not_approved(db: TestDb) {
        let desk = desk(db).await;
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        let first = send(&mut owner, "rule-text-1", "propose", &[(NAME, "第一个名称".into())]).await.location().to_owned();
        carried(&desk, "rule-text-2", &[(NAME, "第二个名称".into())]).await;
        owner.post(&format!("{first}/try"), &[("run", "")]).await;
        eventually("the refusal of the trial", async || {
            let said = owner.get(&first).await.text();
            said.contains("“名称”已有别的调整生效").then_some(())
        })
        .await;
        let name = rules_in_force(&desk.app.app).await.unwrap().get("B-16").unwrap().name.clone();
        assert_eq!(name, "第二个名称");
    }

    async fn words_alone_need_no_reckoning_and_no_data(db: TestDb) {
        let desk = desk(db).await;
        let page = carried(&desk, "rule-words", &[("zh.method", "逐笔比较。".into())]).await;
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        let shown = owner.get(&page).await;
        assert!(shown.text().contains("比对结果不受影响") && shown.texts(".tile").is_empty(), "{}", shown.text());
        assert!(owner.get("/desk/rules/B-16").await.text().contains("逐笔比较。"));
    }

    async fn a_change_over_a_file_of_before_is_set_aside(db: TestDb) {
        let desk = desk(db).await;
        let page = carried(&desk, "rule-text-1", &[(NAME, "县里的名称".into())]).await;
        let older = "UPDATE rule_change SET file_hash = 'of another release'";
        desk.app.app.db.run_schema(older).await.unwrap();
        let rules = rules_in_force(&desk.app.app).await.unwrap();
        let rule = rules.get("B-16").unwrap();
        assert_eq!((rule.name.as_str(), rule.version), ("发放金额与标准不符", 2), "the file holds, the version never falls");
        let mut owner = desk.app.as_role(Role::FundUnitAdmin, "371621").await;
        assert!(owner.get(&page).await.text().contains("规则的文件已更新"));
    }
}
