//! The evaluation of how a programme's money is managed rests on a document of the library.

use funds::{Programme, oversight::ITEMS};
use trail::Act;

use super::*;

async fn with_funds(db: TestDb) -> TestApp {
    let modules = vec![
        directory::module(),
        records::module(),
        households::module(),
        funds::module(),
        policies::module(),
    ];
    let mut parts = funds::parts();
    parts.extend(policies::parts());
    parts.push(std::sync::Arc::new(directory::regions::RegionCache::default()));
    let app = TestApp::with_parts(db, modules, parts).await;
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let programme = Programme {
        code: "HN17".into(),
        name: "产业帮扶到户补助".into(),
        org: "poverty_relief".into(),
        fund_class: 1,
        unit: "户".into(),
        rate_fen: 140_000,
        cycle: "年".into(),
        payee_kind: "household".into(),
        targeted: true,
        public_name_mode: "full".into(),
        basis: String::new(),
        what_done: "发放补贴。".into(),
        effect: "户均收入增加。".into(),
    };
    funds::load::programmes(&tx, [programme]).await.unwrap();
    tx.commit(Act::new("programme.load", "programme:all")).await.unwrap();
    app
}

both_databases! {
    // accept: 001-25
    async fn an_evaluation_sheet_names_the_policy_in_force_on_its_day_and_leads_to_it(db: TestDb) {
        let app = with_funds(db).await;
        let mut finance = app.signed_in(one(Role::Finance, 1)).await;
        let sheets = finance.get("/desk/funds/evaluations").await;
        assert!(sheets.text().contains("评价依据：《财政扶贫资金管理和绩效评价办法》"), "{}", sheets.text());
        let mut fields = NEW.to_vec();
        fields[0].1 = "惠民县资金管理和绩效评价办法";
        fields.extend([("doc_no", "惠财〔2026〕3号"), ("effective_on", "2026-02-01"), ("governs", "fund_evaluation")]);
        let desk = entered(&app, "policy-test-1", &fields).await;
        published(&app, &desk).await;
        let mut form: Vec<(&str, String)> = ITEMS.iter().map(|(id, _, most, _)| (*id, most.to_string())).collect();
        for (name, value) in [
            ("request_id", "evaluation-test"), ("programme", "HN17"), ("year", "2025"), ("opinion", "资金管理规范。"),
        ] {
            form.push((name, value.to_owned()));
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let done = finance.post("/desk/funds/evaluations", &form).await;
        assert!(done.status.is_redirection(), "{}", done.text());
        let sheet = finance.get(done.location()).await;
        let told = "《惠民县资金管理和绩效评价办法》（惠财〔2026〕3号），惠民县农业农村局，2026-02-01 起施行";
        assert!(sheet.text().contains(told), "{}", sheet.text());
        assert!(sheet.attributes("a.btn", "href").contains(&desk), "{:?}", sheet.attributes("a.btn", "href"));
        let printed = finance.get(&format!("{}/print", done.location())).await.text();
        assert!(printed.contains(told) && printed.contains("资金管理绩效评价表"), "{printed}");
        let policy = finance.get(&desk).await;
        assert!(policy.text().contains("作为依据 资金管理绩效评价"), "{}", policy.text());
        assert!(policy.attributes("a.btn", "href").contains(&"/desk/funds/evaluations".to_owned()));
        assert!(app.visitor().get(&desk.replace("/desk", "")).await.text().contains("惠财〔2026〕3号"), "and everyone reads it");
    }
}
