//! What people see of the policy library, and who may do what in it.

mod evaluation;

use access::{AccountId, Actor, Role};
use policies::{
    model::{FLOW, Governs},
    store,
};
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
        form.extend([("request_id", "policy-test-2"), ("version", "1")]);
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
        let named = store::page_of(&app.app.db, &store::Asked { public: true, ..store::Asked::default() }, 1).await.unwrap();
        assert!(named.iter().all(|p| !p.source.is_empty() && p.doc_no.is_empty()), "no number is made up");
        let funds = named.iter().filter(|p| p.place == "广安市广安区" && !p.fund_type.is_empty());
        assert_eq!(funds.count(), 6);
        let page = app.visitor().get("/policies/5").await.text();
        assert!(page.contains("没有收录文件原文") && page.contains("2018年第89期"), "{page}");
    }

    // accept: 000-14
    async fn the_portal_has_a_section_that_makes_policies_known_to_everyone(db: TestDb) {
        let app = an_app(db).await;
        let desk = entered(&app, "policy-test-1", &NEW).await;
        published(&app, &desk).await;
        let mut visitor = app.visitor();
        let page = visitor.get("/policies").await;
        assert!(page.attributes(".pub-nav a", "href").contains(&"/policies".to_owned()), "in the menu of the portal");
        assert!(page.texts("tbody tr").iter().any(|row| row.contains("耕地地力保护补贴发放办法")));
        let benefit = visitor.get("/policies?category=benefit").await.texts("tbody tr");
        assert_eq!(benefit.len(), 2, "{benefit:?}");
        let found = visitor.get(&search("一卡通")).await;
        assert_eq!(found.texts("tbody tr").len(), 1, "found by the words of its interpretation");
        let href = found.attributes("tbody a", "href").remove(0);
        let one = visitor.get(&href).await;
        for told in ["政策解读", "每年六月底前打到一卡通", "惠民县农业农村局", "惠民补助", "2026-01-05"] {
            assert!(one.text().contains(told), "{told}");
        }
        let none = visitor.get(&search("没有这样的字")).await.text();
        assert!(none.contains("没有找到这样的政策") && none.contains("少输几个字"), "{none}");
    }

    // accept: 004-14b
    async fn papers_of_a_draft_become_public_with_it_and_stand_from_then_on(db: TestDb) {
        let app = an_app(db).await;
        let desk = entered(&app, "policy-test-1", &NEW).await;
        let open = desk.replace("/desk", "");
        let mut first = app.signed_in(one(Role::Finance, 1)).await;
        let papers = format!("{desk}/papers");
        let send = async |client: &mut testkit::Client, id: &str, kind: &str, name: &str, bytes: &[u8]| {
            client.upload(&papers, &[("request_id", id), ("kind", kind)], name, bytes).await
        };
        assert!(send(&mut first, "policy-paper-1", "text", "办法.pdf", b"%PDF-1.7 text").await.status.is_redirection());
        assert!(send(&mut first, "policy-paper-2", "picture", "图解.png", &a_picture()).await.status.is_redirection());
        assert!(send(&mut first, "policy-paper-3", "other", "多余.pdf", b"%PDF-1.7 more").await.status.is_redirection());
        for (id, kind, name, bytes, why) in [
            ("policy-bad-1", "text", "办法.pdf.exe", &b"MZ program"[..], "只收 JPG、PNG 图片和 PDF"),
            ("policy-bad-2", "picture", "图解.pdf", b"%PDF-1.7 drawn", "不是图片"),
            ("policy-bad-3", "none", "办法.pdf", b"%PDF-1.7 text", "请选择附件种类"),
        ] {
            let refused = send(&mut first, id, kind, name, bytes).await;
            assert_eq!(refused.status, 422);
            assert!(refused.text().contains(why), "{}", refused.text());
        }
        let page = first.get(&desk).await;
        assert_eq!(page.texts(".papers li").len(), 3, "refused files left nothing");
        let links: Vec<String> = page.attributes(".papers a", "href").iter().map(|l| l.replace("/desk", "")).collect();
        for link in &links {
            assert_eq!(app.visitor().get(link).await.status, 404, "a draft's papers are not public");
        }
        let remove = format!("/desk{}/remove", links[2]);
        assert!(first.post(&remove, &[("request_id", "policy-paper-4")]).await.status.is_redirection());
        assert!(first.post(&remove, &[("request_id", "policy-paper-4")]).await.status.is_redirection(), "once");
        assert_eq!(first.get(&desk).await.texts(".papers li").len(), 2);
        let mut village = app.signed_in(one(Role::VillageAdmin, 3)).await;
        assert_eq!(send(&mut village, "policy-paper-5", "text", "办法.pdf", b"%PDF-1.7 x").await.status, 403);
        published(&app, &desk).await;
        let shown = app.visitor().get(&open).await;
        assert!(shown.texts(".papers li")[0].contains("文件原文： 办法.pdf"), "{:?}", shown.texts(".papers li"));
        let picture = shown.attributes("figure img", "src").remove(0);
        let sent = app.visitor().get(&picture).await;
        assert_eq!(sent.headers["content-type"], "image/png");
        let text = app.visitor().get(&links[0]).await;
        assert!(text.bytes.starts_with(b"%PDF-") && text.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        assert_eq!(app.visitor().get(&links[2]).await.status, 404, "what was removed is gone");
        assert!(app.visitor().get(&format!("{open}/print")).await.text().contains("办法.pdf"));
        assert_eq!(send(&mut first, "policy-paper-6", "text", "新.pdf", b"%PDF-1.7 late").await.status, 422);
        assert_eq!(first.post(&format!("/desk{}/remove", links[0]), &[("request_id", "policy-paper-7")]).await.status, 422);
    }

    async fn a_library_of_any_size_is_counted_paged_searched_and_exported(db: TestDb) {
        let app = an_app(db).await;
        for n in 0..60 {
            let (request, title) = (format!("policy-many-{n}"), format!("一号_{n}% 补贴通知"));
            let mut fields = NEW.to_vec();
            fields[0].1 = &title;
            entered(&app, &request, &fields).await;
        }
        let mut county = app.signed_in(one(Role::CountyAdmin, 2)).await;
        let first = county.get("/desk/policies?state=draft").await;
        assert_eq!(first.texts("tbody tr").len(), 50);
        assert!(first.texts(".pager-total")[0].contains("共 60 条，第 1 / 2 页"), "{:?}", first.texts(".pager-total"));
        let second = county.get("/desk/policies?state=draft&page=2").await;
        assert_eq!(second.texts("tbody tr").len(), 10);
        let found = county.get("/desk/policies?q=_7%25").await.texts("tbody tr");
        assert_eq!(found.len(), 1, "signs are searched as they are: {found:?}");
        assert_eq!(county.get("/desk/policies?page=99999999999999999999").await.status, 200);
        assert!(county.get("/desk/policies?page=9999999999999999").await.texts("tbody tr").is_empty());
        let kept = [("page", "/desk/policies"), ("name", "待发布的"), ("query", "state=draft")];
        assert!(county.post("/desk/filters", &kept).await.status.is_redirection());
        assert!(county.get("/desk/policies").await.text().contains("待发布的"));
        let sent = county.get("/desk/policies.xlsx?state=draft").await;
        let table = sheet(sent.bytes);
        assert_eq!(table.len(), 61, "the head and every row of the filter");
        let open = app.visitor().get("/policies").await;
        assert!(open.texts(".pager-total")[0].contains("共 11 条"), "drafts are not counted either");
    }

    async fn the_second_clerk_sees_what_the_first_changed_and_loses_nothing(db: TestDb) {
        let app = an_app(db).await;
        let desk = entered(&app, "policy-test-1", &NEW).await;
        let edit = format!("{desk}/edit");
        let (mut first, mut second) =
            (app.signed_in(one(Role::Finance, 1)).await, app.signed_in(one(Role::CountyAdmin, 2)).await);
        let version = first.get(&edit).await.attributes("input[name=version]", "value").remove(0);
        let mut theirs = NEW.to_vec();
        theirs[5].1 = "按确权面积发放。";
        theirs[0].1 = "耕地地力保护补贴发放细则";
        theirs.extend([("request_id", "policy-test-2"), ("version", &version)]);
        assert!(first.post(&edit, &theirs).await.status.is_redirection());
        let mut mine = NEW.to_vec();
        mine[0].1 = "耕地补贴办法";
        mine[6].1 = "六月底前到账。";
        mine.extend([("request_id", "policy-test-3"), ("version", &version)]);
        let met = second.post(&edit, &mine).await;
        assert_eq!(met.status, 422);
        assert!(met.text().contains("已由他人修改") && met.text().contains("耕地地力保护补贴发放细则"), "{}", met.text());
        assert_eq!(met.attributes("input[name=title]", "value"), ["耕地地力保护补贴发放细则"], "what both changed is to be chosen");
        assert_eq!(met.texts("textarea[name=summary]"), ["按确权面积发放。"], "what only the other changed is taken over");
        assert_eq!(met.texts("textarea[name=plain_words]"), ["六月底前到账。"]);
        assert_eq!(first.get(&desk).await.texts("h1"), ["耕地地力保护补贴发放细则"], "nothing was written");
        let version = met.attributes("input[name=version]", "value").remove(0);
        mine[5].1 = "按确权面积发放。";
        mine.truncate(7);
        mine.extend([("request_id", "policy-test-4"), ("version", &version)]);
        assert!(second.post(&edit, &mine).await.status.is_redirection());
        let page = first.get(&desk).await.text();
        assert!(page.contains("按确权面积发放") && page.contains("耕地补贴办法") && page.contains("六月底前到账"), "{page}");
    }

    async fn the_document_a_work_rests_on_is_the_one_in_force_on_its_day(db: TestDb) {
        let app = an_app(db).await;
        let day = |text: &str| kernel::period::parse_date(text).unwrap();
        let on = async |text: &str| {
            let found = store::in_force(&app.app.db, Governs::FundEvaluation, day(text)).await.unwrap();
            found.map(|p| p.title).unwrap_or_default()
        };
        assert_eq!(on("2020-01-01").await, "财政扶贫资金管理和绩效评价办法", "its day is not known: it stands behind others");
        let mut fields = NEW.to_vec();
        fields[0].1 = "惠民县资金管理和绩效评价办法";
        fields.extend([("effective_on", "2026-02-01"), ("governs", "fund_evaluation")]);
        let desk = entered(&app, "policy-test-1", &fields).await;
        assert_eq!(on("2026-02-10").await, "财政扶贫资金管理和绩效评价办法", "a draft governs nothing");
        published(&app, &desk).await;
        assert_eq!(on("2026-01-31").await, "财政扶贫资金管理和绩效评价办法");
        assert_eq!(on("2026-02-01").await, "惠民县资金管理和绩效评价办法");
        let mut county = app.signed_in(one(Role::CountyAdmin, 2)).await;
        let gone = [("request_id", "policy-test-9"), ("reason", "由新办法代替")];
        assert!(county.post(&format!("{desk}/steps/withdraw"), &gone).await.status.is_redirection());
        assert_eq!(on("2026-03-01").await, "惠民县资金管理和绩效评价办法", "until the day it was withdrawn");
        assert_eq!(on("2026-03-02").await, "财政扶贫资金管理和绩效评价办法");
    }
}

fn search(words: &str) -> String {
    format!("/policies?{}", web::query_of([("q", words)]))
}

/// The rows of an exported workbook.
fn sheet(bytes: Vec<u8>) -> Vec<Vec<calamine::Data>> {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[calamine::Data]>::to_vec).collect()
}

/// A picture of no size, whole in its form.
fn a_picture() -> Vec<u8> {
    [&b"\x89PNG\r\n\x1a\n"[..], b"\0\0\0\0IEND\xae\x42\x60\x82"].concat()
}

/// Published by a second person.
async fn published(app: &TestApp, desk: &str) {
    let mut second = app.signed_in(one(Role::CountyAdmin, 2)).await;
    let done = second
        .post(&format!("{desk}/steps/publish"), &[("request_id", "policy-published")])
        .await;
    assert!(done.status.is_redirection(), "{}", done.text());
}

#[test]
fn the_page_of_the_flow_is_what_the_code_does() {
    testkit::docs::agree("flows/policy.md", &FLOW.to_markdown());
}
