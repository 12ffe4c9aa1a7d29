//! Versions, papers, drafts and saved filters on both databases.

use access::Role;
use kernel::ErrorKind;
use records::{
    drafts, filters,
    history::{self, Change},
    papers::{self, Upload},
};
use serde_json::{Value, json};
use testkit::{TestApp, an_actor, both_databases};
use trail::Act;

fn change<'a>(expected: Option<i64>, on: &'a str, state: &'a Value) -> Change<'a> {
    Change {
        kind: "household",
        id: 7,
        expected,
        act: "edit",
        reason: "核对后更正",
        basis: "",
        on,
        state,
    }
}

async fn write(app: &TestApp, expected: Option<i64>, on: &str, state: &Value) -> kernel::AppResult<i64> {
    let tx = app.app.trail.begin(&an_actor(Role::VillageAdmin, "371621")).await?;
    let version = history::record(&tx, &change(expected, on, state)).await?;
    tx.commit(Act::new("household.edit", "household:7")).await?;
    Ok(version)
}

both_databases! {
    async fn a_record_is_seen_as_it_stood_on_a_past_day(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        write(&app, Some(0), "2026-01-05", &json!({"population": 4})).await.unwrap();
        write(&app, Some(1), "2026-02-10", &json!({"population": 3})).await.unwrap();
        let seen = |day: &'static str| {
            let db = app.app.db.clone();
            async move { history::as_of(&db, "household", 7, day).await.unwrap().map(|e| e.state["population"].clone()) }
        };
        assert_eq!(seen("2026-01-04").await, None);
        assert_eq!(seen("2026-02-09").await, Some(json!(4)));
        assert_eq!(seen("2026-02-10").await, Some(json!(3)));
        let all = history::entries(&app.app.db, "household", 7).await.unwrap();
        assert_eq!(all.iter().map(|e| e.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((all[0].role.as_str(), all[0].reason.as_str()), ("village_admin", "核对后更正"));
    }

    async fn the_second_of_two_clerks_writes_nothing_over_the_first(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        write(&app, Some(0), "2026-01-05", &json!({"cause": "因病"})).await.unwrap();
        write(&app, Some(1), "2026-01-06", &json!({"cause": "因残"})).await.unwrap();
        let refused = write(&app, Some(1), "2026-01-06", &json!({"cause": "因学"})).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Conflict);
        let now = history::current(&app.app.db, "household", 7).await.unwrap().unwrap();
        assert_eq!((now.version, now.state), (2, json!({"cause": "因残"})));
    }

    async fn first_versions_of_many_records_are_written_at_once(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
        let many = (0..2500).map(|id| (id, "2026-01-01".to_owned(), json!({"id": id})));
        assert_eq!(history::bulk(&tx, "project", "load", many).await.unwrap(), 2500);
        tx.commit(Act::new("project.load", "projects")).await.unwrap();
        let one = history::current(&app.app.db, "project", 2499).await.unwrap().unwrap();
        assert_eq!((one.version, one.state["id"].clone()), (1, json!(2499)));
    }

    async fn papers_are_kept_once_and_only_when_they_are_papers(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        let sent = |name: &str, bytes: &[u8]| Upload { file_name: name.to_owned(), bytes: bytes.to_vec() };
        let tx = app.app.trail.begin(&an_actor(Role::VillageAdmin, "371621")).await.unwrap();
        let minutes = vec![sent("C:\\纪要.pdf", b"%PDF-1.7 minutes"), sent("again.pdf", b"%PDF-1.7 minutes")];
        papers::attach(&tx, &app.app.objects, "household", 7, "review", minutes).await.unwrap();
        let refused = papers::attach(&tx, &app.app.objects, "household", 7, "review", vec![sent("x.jpg", b"MZ")])
            .await
            .unwrap_err();
        assert!(refused.message.starts_with("附件“x.jpg”"));
        tx.commit(Act::new("household.review", "household:7")).await.unwrap();
        let kept = papers::of(&app.app.db, "household", 7).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].file_name, "纪要.pdf");
        let (_, bytes) = papers::read(&app.app.db, &app.app.objects, "household", 7, &kept[0].digest)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(bytes, b"%PDF-1.7 minutes");
        assert!(papers::read(&app.app.db, &app.app.objects, "household", 8, &kept[0].digest).await.unwrap().is_none());
    }

    async fn a_half_filled_form_waits_for_its_clerk(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        let clerk = an_actor(Role::VillageAdmin, "371621");
        let account = clerk.account.unwrap().0;
        for population in [2, 4] {
            let tx = app.app.trail.begin(&clerk).await.unwrap();
            drafts::save(&tx, "household.new", "", "", &json!({"population": population})).await.unwrap();
            tx.commit(Act::new("draft.save", "form:household.new")).await.unwrap();
        }
        let draft = drafts::load(&app.app.db, account, "household.new", "", app.app.clock.now()).await.unwrap().unwrap();
        assert_eq!(draft.body, json!({"population": 4}));
        assert!(drafts::load(&app.app.db, account + 1, "household.new", "", app.app.clock.now()).await.unwrap().is_none());
        let tx = app.app.trail.begin(&clerk).await.unwrap();
        drafts::discard(&tx, "household.new", "").await.unwrap();
        tx.commit(Act::new("draft.discard", "form:household.new")).await.unwrap();
        assert!(drafts::load(&app.app.db, account, "household.new", "", app.app.clock.now()).await.unwrap().is_none());
    }

    async fn a_form_is_kept_while_it_is_filled_until_it_is_sent_thrown_away_or_old(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        let mut clerk = app.as_role(Role::VillageAdmin, "371621").await;
        let fields = r#"[["note","屋顶漏雨，待修"],["id_number","371621197001010012"],["said","证号 371621197001010012"]]"#;
        let form = [("form", "forces"), ("key", "/desk/forces/visits/new"), ("request", "visit-00000001"), ("fields", fields)];
        let kept = clerk.post("/desk/drafts", &form).await;
        assert_eq!(kept.status, 200, "{}", kept.text());
        assert!(kept.body.contains(r#""left_out":2"#), "{}", kept.body);
        let ask = "/desk/drafts?of=forces%7C%2Fdesk%2Fforces%2Fvisits%2Fnew&of=forces%7Cother";
        let offered = clerk.get(ask).await.body;
        assert!(offered.contains("屋顶漏雨") && !offered.contains("3716211970"), "{offered}");
        let mut other = app.as_role(Role::TownPoverty, "371621").await;
        assert_eq!(other.get(ask).await.body, "[]", "nobody sees what another typed");
        assert_eq!(app.visitor().get(ask).await.status, 303, "nothing is kept without an account");

        let actor = an_actor(Role::VillageAdmin, "371621");
        let trail::Once::New(tx) = app.app.trail.begin_once(&actor, "visit-00000001").await.unwrap() else {
            panic!("a new request")
        };
        tx.commit(Act::new("visit.enter", "visit:1")).await.unwrap();
        assert_eq!(clerk.get(ask).await.body, "[]", "what was sent is not offered again");
        clerk.post("/desk/drafts", &form).await;
        assert_eq!(clerk.get(ask).await.body, "[]", "not even when the page kept it a moment too late");

        let mut again = form;
        again[2].1 = "visit-00000002";
        clerk.post("/desk/drafts", &again).await;
        assert!(clerk.get(ask).await.body.contains("屋顶漏雨"));
        clerk.post("/desk/drafts", &again[..3]).await;
        assert_eq!(clerk.get(ask).await.body, "[]", "thrown away");
        clerk.post("/desk/drafts", &again).await;
        app.clock.advance_days(drafts::KEPT_DAYS + 1);
        assert_eq!(clerk.get(ask).await.body, "[]", "too old");
        for (form, fields) in [("Forces/..", fields), ("", fields), ("forces", "not json"), ("forces", r#"{"a":1}"#)] {
            let bad = [("form", form), ("key", "x"), ("request", "visit-00000003"), ("fields", fields)];
            assert_eq!(clerk.post("/desk/drafts", &bad).await.status, 422, "{form} {fields}");
        }
    }

    async fn a_filter_is_kept_under_a_name_and_removed_by_its_owner_only(db: TestDb) {
        let app = TestApp::new(db, vec![records::module()]).await;
        let mut clerk = app.as_role(Role::VillageAdmin, "371621").await;
        let form = [("page", "/desk/households"), ("name", "返贫户"), ("query", "status=3")];
        assert_eq!(clerk.post("/desk/filters", &form).await.location(), "/desk/households?status=3");
        let account = an_actor(Role::VillageAdmin, "371621").account.unwrap().0;
        let kept = filters::of(&app.app.db, account, "/desk/households").await.unwrap();
        assert_eq!(kept[0].query, "status=3");
        let elsewhere = [("page", "https://example.org/"), ("name", "x"), ("query", "")];
        assert_eq!(clerk.post("/desk/filters", &elsewhere).await.status, 422);
        let mut other = app.as_role(Role::TownPoverty, "371621").await;
        let path = format!("/desk/filters/{}/remove", kept[0].id);
        assert_eq!(other.post(&path, &[]).await.status, 404);
        assert_eq!(clerk.post(&path, &[]).await.location(), "/desk/households");
        assert!(filters::of(&app.app.db, account, "/desk/households").await.unwrap().is_empty());
    }
}
