//! Programmes by page: what is known of each, and changes that two clerks make at once.

use access::{Role, Scope};
use axum::http::StatusCode;
use store::{Query, args};
use testkit::{Client, Shown, both_databases};

use crate::support::*;

const ONE: &str = "/desk/funds/programmes/HN17";

/// The form as it stands: fields by name.
async fn form(client: &mut Client) -> Vec<(String, String)> {
    let page = client.get(&format!("{ONE}/edit")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    fields(&page)
}

fn fields(page: &Shown) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for name in ["version", "name", "unit", "rate"] {
        let value = page.attributes(&format!("input[name={name}]"), "value").remove(0);
        fields.push((name.to_owned(), value));
    }
    for name in ["cycle", "public_name_mode"] {
        let value = page
            .attributes(&format!("select[name={name}] option[selected]"), "value")
            .remove(0);
        fields.push((name.to_owned(), value));
    }
    for name in ["basis", "what_done", "effect"] {
        fields.push((name.to_owned(), page.texts(&format!("textarea[name={name}]")).remove(0)));
    }
    fields
}

async fn send(client: &mut Client, request: &str, fields: &[(String, String)], changes: &[(&str, &str)]) -> Shown {
    let mut form: Vec<(&str, &str)> = vec![("request_id", request)];
    for (name, value) in fields {
        let changed = changes.iter().find(|(n, _)| n == name).map(|(_, v)| *v);
        form.push((name, changed.unwrap_or(value)));
    }
    if let Some(reason) = changes.iter().find(|(n, _)| *n == "reason") {
        form.push(*reason);
    }
    client.post(&format!("{ONE}/edit"), &form).await
}

both_databases! {
    async fn a_programmes_page_says_what_came_where_it_is_and_names_its_documents_and_no_others(db: TestDb) {
        let app = a_county(db).await;
        with_money(&app, "HN17", "鲁财农指〔2026〕1号", TOWN, 100_000).await;
        with_money(&app, "HN25", "鲁财农指〔2026〕9号", TOWN, 700_000).await;
        let mut audit = app.signed_in(office(Role::Audit, false)).await;
        let page = audit.get(ONE).await;
        assert_eq!(page.texts(".tile-value")[0], "100,000.00", "{}", page.text());
        let tables = page.texts("tbody").join("；");
        assert!(tables.contains("鲁财农指〔2026〕1号") && !tables.contains("〔2026〕9号"), "{tables}");
        assert!(page.text().contains("还没有发放批次。"), "{}", page.text());
    }

    async fn the_second_clerk_sees_what_the_first_changed_and_merges_instead_of_losing_his_work(db: TestDb) {
        let app = a_county(db).await;
        let mut first = app.signed_in(office(Role::FundUnitAdmin, false)).await;
        let mut second = app.signed_in(office(Role::Finance, false)).await;
        let (one, two) = (form(&mut first).await, form(&mut second).await);
        let changes = [("rate", "1500"), ("effect", "户均增收一千五百元。"), ("reason", "标准提高")];
        let done = send(&mut first, "programme-test-1", &one, &changes).await;
        assert_eq!(done.location(), ONE, "{}", done.text());
        let mine = [("rate", "1600.50"), ("what_done", "按户发放产业补助。"), ("reason", "按文件更正")];
        let met = send(&mut second, "programme-test-2", &two, &mine).await;
        assert_eq!(met.status, StatusCode::UNPROCESSABLE_ENTITY);
        for says in [
            "修改了这个项目，您的修改还没有保存", "补助标准（元）：1400.00 → 1500.00", "成效：户均收入增加。 → 户均增收一千五百元。",
            "两边改得不一样，对方填“1500.00”，您填“1600.50”",
        ] {
            assert!(met.text().contains(says), "{says}: {}", met.text());
        }
        let merged = fields(&met);
        let value = |name: &str| merged.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap();
        assert_eq!(value("what_done"), "按户发放产业补助。", "his own work is kept");
        assert_eq!(value("effect"), "户均增收一千五百元。", "so is the other's");
        assert_eq!(value("rate"), "1500.00");
        let stored = async || funds::programme(&app.app.db, "HN17").await.unwrap().unwrap();
        assert_eq!((stored().await.rate_fen, stored().await.what_done.as_str()), (150_000, "发放补贴。"), "nothing yet");
        let again = [("rate", "1600.50"), ("reason", "按文件更正")];
        assert_eq!(send(&mut second, "programme-test-3", &merged, &again).await.location(), ONE);
        assert_eq!(send(&mut second, "programme-test-3", &merged, &again).await.location(), ONE, "once");
        let now = stored().await;
        assert_eq!((now.rate_fen, now.what_done.as_str(), now.effect.as_str()), (160_050, "按户发放产业补助。", "户均增收一千五百元。"));
        let page = second.get(ONE).await;
        assert_eq!(page.texts(".timeline-head").len(), 3, "before, the first's, the second's");
        assert!(page.text().contains("补助标准（元）：1500.00 → 1600.50") && page.text().contains("理由：按文件更正"), "{}", page.text());
        let acts = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'programme.edit'", args![]).await.unwrap();
        assert_eq!(acts, 2);
    }

    async fn facts_that_were_loaded_anew_meanwhile_are_met_like_another_clerks(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let one = form(&mut finance).await;
        assert_eq!(send(&mut finance, "programme-test-1", &one, &[("unit", "人"), ("reason", "更正单位")]).await.location(), ONE);
        let two = form(&mut finance).await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let loaded = a_programme("HN17", "产业帮扶到户补助", "poverty_relief", 200_000);
        funds::load::programmes(&tx, [loaded]).await.unwrap();
        tx.commit(trail::Act::new("programme.load", "programme:all")).await.unwrap();
        let met = send(&mut finance, "programme-test-2", &two, &[("basis", "惠财〔2026〕1号"), ("reason", "补依据")]).await;
        assert_eq!(met.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(met.text().contains("数据装入修改了这个项目") && met.text().contains("1400.00 → 2000.00"), "{}", met.text());
        assert_eq!(send(&mut finance, "programme-test-3", &fields(&met), &[("reason", "补依据")]).await.location(), ONE);
        let now = funds::programme(&app.app.db, "HN17").await.unwrap().unwrap();
        assert_eq!((now.rate_fen, now.basis.as_str()), (200_000, "惠财〔2026〕1号"));
    }

    async fn wrong_input_and_wrong_offices_change_nothing(db: TestDb) {
        let app = a_county(db).await;
        let mut finance = app.signed_in(office(Role::Finance, false)).await;
        let one = form(&mut finance).await;
        for (n, (field, value, why)) in [
            ("rate", "-1", "补助标准（元）"), ("rate", "1.234", "补助标准（元）"), ("rate", "99999999999999999999", "补助标准（元）"),
            ("name", " ", "项目名称：请填写"), ("public_name_mode", "all", "姓名公开方式"), ("unit", "户", "没有改动任何内容"),
        ].into_iter().enumerate() {
            let request = format!("programme-bad-{n}");
            let refused = send(&mut finance, &request, &one, &[(field, value), ("reason", "试一试")]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
            assert!(refused.text().contains(why), "{why}: {}", refused.text());
        }
        let bare = send(&mut finance, "programme-bad-9", &one, &[("unit", "人")]).await;
        assert!(bare.text().contains("修改理由"), "{}", bare.text());
        let mut other = office(Role::FundUnitAdmin, false);
        other.scope = Scope::area(code(COUNTY)).of_department("agriculture");
        other.department = Some("agriculture".into());
        let mut other = app.signed_in(other).await;
        assert_eq!(other.get(&format!("{ONE}/edit")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(send(&mut other, "programme-bad-10", &one, &[("unit", "人"), ("reason", "越权")]).await.status, StatusCode::NOT_FOUND);
        let mut audit = app.signed_in(office(Role::Audit, false)).await;
        assert_eq!(audit.get(ONE).await.status, StatusCode::OK);
        assert_eq!(audit.get(&format!("{ONE}/edit")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(funds::programme(&app.app.db, "HN17").await.unwrap().unwrap().unit, "户");
        let list = finance.get("/desk/funds/programmes?text=产业园").await;
        assert_eq!(list.texts("tbody tr").len(), 1, "{}", list.text());
        assert!(finance.get("/desk/funds/programmes.xlsx").await.bytes.starts_with(b"PK"));
    }
}
