//! What people see of the policy library, and who may do what in it.

use access::{AccountId, Actor, Role};
use policies::{model::FLOW, store};
use testkit::{TestApp, TestDb, an_actor, both_databases};

const COUNTY: &str = "371621";

async fn an_app(db: TestDb) -> TestApp {
    TestApp::new(db, vec![records::module(), policies::module()]).await
}

fn one(role: Role, n: i64) -> Actor {
    Actor {
        account: Some(AccountId(n)),
        name: format!("{}{n}", role.title()),
        ..an_actor(role, COUNTY)
    }
}

const NEW: [(&str, &str); 7] = [
    ("title", "耕地地力保护补贴发放办法"),
    ("issuer", "惠民县农业农村局"),
    ("category", "benefit"),
    ("place", "惠民县"),
    ("issued", "2026-01-05"),
    ("summary", "按承包面积发放。"),
    ("plain_words", "种自家承包地的农户，每年六月底前打到一卡通。"),
];

/// Entered by the finance office's first person; the address of its desk page.
async fn entered(app: &TestApp, request: &str, fields: &[(&str, &str)]) -> String {
    let mut first = app.signed_in(one(Role::Finance, 1)).await;
    let mut form = fields.to_vec();
    form.push(("request_id", request));
    let done = first.post("/desk/policies/new", &form).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    done.location().to_owned()
}

both_databases! {
    // accept: 003-18, 004-14a
    async fn a_draft_is_never_public_and_a_second_person_publishes_it_with_its_interpretation(db: TestDb) {
        let app = an_app(db).await;
        let desk = entered(&app, "policy-test-1", &NEW).await;
        let open = desk.replace("/desk", "");
        for path in [open.clone(), format!("{open}/print")] {
            assert_eq!(app.visitor().get(&path).await.status, 404);
        }
        assert!(!app.visitor().get("/policies?state=draft").await.text().contains("耕地地力"));
        let mut first = app.signed_in(one(Role::Finance, 1)).await;
        assert!(!first.get(&desk).await.texts("button").contains(&"发布".to_owned()));
        let publish = format!("{desk}/steps/publish");
        let own = first.post(&publish, &[("request_id", "policy-test-2")]).await;
        assert!(!own.status.is_redirection());
        assert_eq!(app.visitor().get(&open).await.status, 404);
        let mut second = app.signed_in(one(Role::CountyAdmin, 2)).await;
        let done = second.post(&publish, &[("request_id", "policy-test-3")]).await;
        assert!(done.status.is_redirection(), "{}", done.text());
        let page = app.visitor().get(&open).await;
        for shown in ["耕地地力保护补贴发放办法", "惠民县农业农村局", "政策解读", "每年六月底前打到一卡通"] {
            assert!(page.text().contains(shown), "{shown}: {}", page.text());
        }
        assert!(app.visitor().get(&format!("{open}/print")).await.text().contains("每年六月底前"));
        let found = app.visitor().get("/policies?q=%E8%80%95%E5%9C%B0").await;
        assert_eq!(found.texts("tbody tr").len(), 1);
    }

    async fn who_edits_the_draft_of_another_does_not_make_its_enterer_a_second_person(db: TestDb) {
        let app = an_app(db).await;
        let desk = entered(&app, "policy-test-1", &NEW).await;
        let mut second = app.signed_in(one(Role::CountyAdmin, 2)).await;
        let mut form = NEW.to_vec();
        form.push(("request_id", "policy-test-2"));
        assert!(second.post(&format!("{desk}/edit"), &form).await.status.is_redirection());
        for (role, n) in [(Role::Finance, 1), (Role::CountyAdmin, 2)] {
            let mut client = app.signed_in(one(role, n)).await;
            let request = format!("policy-test-by-{n}");
            let refused = client.post(&format!("{desk}/steps/publish"), &[("request_id", &request)]).await;
            assert!(!refused.status.is_redirection());
        }
        assert_eq!(app.visitor().get(&desk.replace("/desk", "")).await.status, 404);
    }

    async fn without_an_interpretation_nothing_is_published_and_bad_input_is_said_at_its_field(db: TestDb) {
        let app = an_app(db).await;
        let desk = entered(&app, "policy-test-1", &NEW[..6]).await;
        let mut second = app.signed_in(one(Role::CountyAdmin, 2)).await;
        let refused = second.post(&format!("{desk}/steps/publish"), &[("request_id", "policy-test-2")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("还没有写政策解读"), "{}", refused.text());
        let bad = [("request_id", "policy-test-3"), ("title", "试"), ("category", "none"), ("issued", "1899-01-01")];
        let page = second.post("/desk/policies/new", &bad).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.texts(".field-error").len(), 5, "{:?}", page.texts(".field-error"));
        let mut village = app.signed_in(one(Role::VillageAdmin, 3)).await;
        assert_eq!(village.get(&desk).await.status, 200);
        assert_eq!(village.get("/desk/policies/new").await.status, 403);
    }

    async fn a_withdrawn_document_says_so_and_stays_readable(db: TestDb) {
        let app = an_app(db).await;
        let mut county = app.signed_in(one(Role::CountyAdmin, 2)).await;
        let step = "/desk/policies/7/steps/withdraw";
        let bare = county.post(step, &[("request_id", "policy-test-1"), ("reason", " ")]).await;
        assert_eq!(bare.status, 422);
        let done = county.post(step, &[("request_id", "policy-test-2"), ("reason", "由新办法代替")]).await;
        assert!(done.status.is_redirection(), "{}", done.text());
        let page = app.visitor().get("/policies/7").await.text();
        assert!(page.contains("废止，保留供查阅") && page.contains("由新办法代替") && page.contains("产业扶持基金"), "{page}");
        assert!(app.visitor().get("/policies").await.text().contains("已废止"));
    }

    // accept: 000-77, 001-06, 004-29a, 004-29b, 004-29c, 004-29d, 004-29e, 004-29f
    async fn the_documents_the_sources_name_are_in_the_library_with_their_source(db: TestDb) {
        let app = an_app(db).await;
        let list = app.visitor().get("/policies").await.text();
        for title in [
            "关于加强扶贫开发机构和队伍建设的意见", "困难家庭经济状况核对实施办法", "财政专项扶贫资金区级财政报账制实施办法",
            "财政专项扶贫资金项目公告公示实施办法", "产业扶持基金管理办法", "卫生扶贫救助基金使用管理办法",
            "扶贫小额信贷分险基金使用管理办法", "统筹整合使用财政涉农资金管理办法",
        ] {
            assert!(list.contains(title), "{title}");
        }
        let named = store::list(&app.app.db, &store::Asked { public: true, ..store::Asked::default() }).await.unwrap();
        assert!(named.iter().all(|p| !p.source.is_empty() && p.doc_no.is_empty()), "no number is made up");
        let funds = named.iter().filter(|p| p.place == "广安市广安区" && !p.fund_type.is_empty());
        assert_eq!(funds.count(), 6);
        let page = app.visitor().get("/policies/5").await.text();
        assert!(page.contains("没有收录文件原文") && page.contains("2018年第89期"), "{page}");
    }
}

#[test]
fn the_page_of_the_flow_is_what_the_code_does() {
    let path = format!("{}/../../docs/flows/policy.md", env!("CARGO_MANIFEST_DIR"));
    let made = FLOW.to_markdown();
    if std::env::var("UPDATE_SNAPSHOTS").is_ok() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, made, "run once with UPDATE_SNAPSHOTS=1");
}
