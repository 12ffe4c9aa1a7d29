//! Runs through the app on both databases: published once, repeated without change, refused on altered data.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use ::store::{Query, args};
use access::Role;
use async_trait::async_trait;
use axum::http::StatusCode;
use testkit::{TestApp, TestDb, an_actor, both_databases};
use web::Module;

use super::{RunKind, RunRequest, RunState, execute, recover_runs, request_run, run, run_rules, run_snapshots};
use crate::{
    finding::{Absorbed, FindingDraft, FindingSink, FindingSinkPart, RunStamp, drafts_digest},
    rules::Rules,
    sources::Sources,
};

/// Remembers what it was given; what happens meanwhile can be said beforehand.
#[derive(Default)]
pub(crate) struct Memory(
    pub(crate) Mutex<Vec<FindingDraft>>,
    pub(crate) Mutex<BTreeMap<String, bool>>,
    pub(crate) Mutex<Option<Box<dyn FnOnce() + Send>>>,
);

#[async_trait]
impl FindingSink for Memory {
    async fn absorb(
        &self,
        _tx: &trail::RecordedTx,
        _run: &RunStamp,
        drafts: Vec<FindingDraft>,
    ) -> kernel::AppResult<Absorbed> {
        if let Some(meanwhile) = self.2.lock().unwrap().take() {
            meanwhile();
        }
        let mut kept = self.0.lock().unwrap();
        let unchanged = drafts.iter().filter(|d| kept.contains(d)).count() as u64;
        let new = drafts.len() as u64 - unchanged;
        *kept = drafts;
        Ok(Absorbed {
            new,
            unchanged,
            ..Absorbed::default()
        })
    }

    async fn verdicts(&self, _db: &::store::Db, rule: &str) -> kernel::AppResult<BTreeMap<String, bool>> {
        let kept = self.1.lock().unwrap().clone();
        Ok(kept.into_iter().filter(|(key, _)| key.starts_with(rule)).collect())
    }
}

pub(crate) struct Desk {
    pub(crate) app: TestApp,
    pub(crate) memory: Arc<Memory>,
    _folder: tempfile::TempDir,
}

/// The registers' modules and ours, with one registered household that was paid for 2025.
pub(crate) async fn desk(db: TestDb) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let memory = Arc::new(Memory::default());
    let modules: Vec<Module> = vec![
        directory::module(),
        households::module(),
        funds::module(),
        crate::module(),
    ];
    let app = TestApp::with_parts(
        db,
        modules,
        vec![
            Arc::new(Sources::open(folder.path()).unwrap()),
            Arc::new(Rules::embedded().unwrap()),
            Arc::new(FindingSinkPart(memory.clone())),
            Arc::new(directory::regions::RegionCache::default()),
        ],
    )
    .await;
    let person = app
        .app
        .keys
        .person_key(&kernel::IdNumber::parse("11010519491231002X").unwrap().number)
        .0;
    let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
    let statements = [
        "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) VALUES ($1, '张三', 1, '1949-12-31', 371621103005001, '01', 5, $2)",
        "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, main_cause, registered_on) VALUES (5, '5', 371621103005001, $1, '张三', 1, 0, 4, '1', '2020-01-01')",
        "INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES (5, $1, '01', '2020-01-01')",
        "INSERT INTO programme (code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, public_name_mode, basis, what_done, effect) VALUES ('HN02', '低保金', 'civil_affairs', 3, '人', 66000, '季', 'household', TRUE, 'full', '', '', '')",
        "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen) VALUES (9, 'B9', 'HN02', 'civil_affairs', '2025-06', 'paid', 1, 66000)",
    ];
    tx.execute(statements[0], args![person, vec![0_u8]]).await.unwrap();
    tx.execute(statements[1], args![person]).await.unwrap();
    tx.execute(statements[2], args![person]).await.unwrap();
    tx.execute(statements[3], vec![]).await.unwrap();
    tx.execute(statements[4], vec![]).await.unwrap();
    for (id, paid_on) in [(1_i64, "2025-06-20"), (2, "2025-07-02")] {
        tx.execute(
            "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, \
             amount_fen, paid_on, account_digest, account_tail, account_name, arrears, state) VALUES ($1, 9, 'HN02', $2, '张三', 5, \
             371621103005001, '2025-06', 100, 66000, 66000, $3, 77, '0077', '张三', FALSE, 'paid')",
            args![id, person, paid_on],
        )
        .await
        .unwrap();
    }
    tx.commit(trail::Act::new("test.seed", "desk")).await.unwrap();
    Desk {
        app,
        memory,
        _folder: folder,
    }
}

pub(crate) fn request() -> RunRequest {
    RunRequest {
        purpose: "季度例行比对".into(),
        legal_basis: "社会救助暂行办法第五十八条".into(),
        rules: Vec::new(),
        area: "371621".parse().unwrap(),
        public_interest: String::new(),
        kind: RunKind::Full,
    }
}

/// A cars table with one car of 张三, imported as the office would.
pub(super) async fn import_cars(desk: &Desk) {
    let file = desk._folder.path().join("cars.csv");
    let contract = desk
        .app
        .app
        .part::<Sources>()
        .unwrap()
        .contracts
        .get("vehicles")
        .cloned()
        .unwrap();
    let header: Vec<String> = contract.columns.iter().map(|c| c.header.clone()).collect();
    let row = |c: &intake::contract::Column| match c.id.as_str() {
        "id_no" => "11010519491231002X",
        "owner_name" => "张三",
        "plate_no" => "鲁M12345",
        "vehicle_type" => "K33",
        "reg_date" => "2019-06-18",
        "status" => "A",
        "value" => "86000",
        _ => "",
    };
    let cells: Vec<&str> = contract.columns.iter().map(row).collect();
    std::fs::write(&file, format!("{}\n{}\n", header.join(","), cells.join(","))).unwrap();
    crate::sources::import_file(&desk.app.app, &access::Actor::system(), "vehicles", &file, false)
        .await
        .unwrap();
}

both_databases! {
    // accept: 000-43
    async fn a_run_is_published_once_and_repeated_without_change(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let first = request_run(app, &actor, &request()).await.unwrap();
        assert_eq!(execute(app, &actor, first).await.unwrap(), RunState::Published);
        let drafts = desk.memory.0.lock().unwrap().clone();
        let rules: Vec<&str> = drafts.iter().map(|d| d.rule_id.as_str()).collect();
        assert_eq!(rules, ["A-01", "B-03"], "one car, one month paid twice");
        assert!(drafts[0].summary.contains("鲁M12345") && drafts[0].summary.ends_with("请核实？"));
        assert_eq!(drafts[0].evidence[1].row_no, Some(2));

        let done = run(&app.db, first).await.unwrap().unwrap();
        assert_eq!((done.state(), done.findings, done.found_new), (RunState::Published, 2, 2));
        assert_eq!(done.digest, drafts_digest(&drafts));
        assert_eq!(run_snapshots(&app.db, first).await.unwrap()[0].concerned, 1);
        assert!(run_rules(&app.db, first).await.unwrap().iter().any(|r| r.rule_id == "A-01" && r.findings == 1 && r.rule_hash.len() == 64));

        let second = request_run(app, &actor, &request()).await.unwrap();
        execute(app, &actor, second).await.unwrap();
        let again = run(&app.db, second).await.unwrap().unwrap();
        assert_eq!((again.digest, again.registers), (done.digest, done.registers), "same rules and data, same findings");
        assert_eq!((again.found_new, again.found_unchanged), (0, 2));
        assert!(execute(app, &actor, second).await.is_err(), "a finished run does not run again");
    }

    async fn an_altered_snapshot_is_refused_and_nothing_is_handed_on(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let first = request_run(app, &actor, &request()).await.unwrap();
        execute(app, &actor, first).await.unwrap();
        desk.memory.0.lock().unwrap().clear();
        let used = run_snapshots(&app.db, first).await.unwrap().remove(0);
        let path = app.part::<Sources>().unwrap().store.path("vehicles", &used.hash);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[100] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let second = request_run(app, &actor, &request()).await.unwrap();
        let refusal = execute(app, &actor, second).await.unwrap_err();
        assert!(refusal.message.contains("机动车登记") && refusal.message.contains("重新导入"), "{}", refusal.message);
        assert!(desk.memory.0.lock().unwrap().is_empty());
        let failed = run(&app.db, second).await.unwrap().unwrap();
        assert_eq!(failed.state(), RunState::Failed);
        assert!(failed.message.contains("快照"));
    }

    async fn a_snapshot_deleted_under_a_run_is_named_and_nothing_is_found_or_cleared(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let first = request_run(app, &actor, &request()).await.unwrap();
        execute(app, &actor, first).await.unwrap();
        let before = desk.memory.0.lock().unwrap().clone();
        let used = run_snapshots(&app.db, first).await.unwrap().remove(0);
        let second = request_run(app, &actor, &request()).await.unwrap();
        std::fs::remove_file(app.part::<Sources>().unwrap().store.path("vehicles", &used.hash)).unwrap();
        let refusal = execute(app, &actor, second).await.unwrap_err();
        assert!(refusal.message.contains("“机动车登记”的数据快照无法读取") && refusal.message.contains("重新导入"), "{}", refusal.message);
        assert_eq!(*desk.memory.0.lock().unwrap(), before, "what is known stays as it is");
        assert_eq!(run(&app.db, second).await.unwrap().unwrap().state(), RunState::Failed);
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        assert!(county.get(&format!("/desk/runs/{second}")).await.text().contains("数据快照无法读取"));
        import_cars(&desk).await;
        let third = request_run(app, &actor, &request()).await.unwrap();
        assert_eq!(execute(app, &actor, third).await.unwrap(), RunState::Published, "the way out works");
    }

    async fn a_snapshot_altered_while_a_run_reads_it_yields_no_finding(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let first = request_run(app, &actor, &request()).await.unwrap();
        execute(app, &actor, first).await.unwrap();
        let used = run_snapshots(&app.db, first).await.unwrap().remove(0);
        let path = app.part::<Sources>().unwrap().store.path("vehicles", &used.hash);
        let whole = std::fs::read(&path).unwrap();
        // The first byte is read by nobody: only the seal can tell.
        let mut altered = whole.clone();
        altered[0] ^= 1;
        // A run that was over before the file was altered is asked for once more.
        let (id, refused) = testkit::eventually("a run whose file is altered in time", async || {
            std::fs::write(&path, &whole).unwrap();
            desk.memory.0.lock().unwrap().clear();
            let id = request_run(app, &actor, &request()).await.unwrap();
            let meanwhile = async {
                let now = async || run(&app.db, id).await.unwrap().unwrap().state();
                while matches!(now().await, RunState::Requested | RunState::Authorised) {
                    testkit::tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
                std::fs::write(&path, &altered).unwrap();
            };
            let (done, ()) = futures::join!(execute(app, &actor, id), meanwhile);
            done.err().map(|refused| (id, refused))
        })
        .await;
        assert!(refused.message.contains("机动车登记") && refused.message.contains("与封存时不一致"), "{refused}");
        assert!(desk.memory.0.lock().unwrap().is_empty());
        assert_eq!(run(&app.db, id).await.unwrap().unwrap().state(), RunState::Failed);
    }

    async fn a_run_that_waits_is_stopped_by_its_page_and_the_record_says_by_whom(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let app = &desk.app.app;
        let sources = app.part::<Sources>().unwrap();
        let turn = sources.run_turn.acquire().await.unwrap();
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let form = [("purpose", "例行比对"), ("legal_basis", "某某办法第一条"), ("area", "371621"), ("rule", ""), ("request_id", "run-0001")];
        let href = county.post("/desk/runs/new", &form).await.location().to_owned();
        assert_eq!(county.post("/desk/runs/new", &form).await.location(), href, "sent twice, one run");
        testkit::eventually("the run's turn", async || {
            county.get(&href).await.text().contains("排队等候").then_some(())
        })
        .await;
        let mut audit = desk.app.as_role(Role::Audit, "371621").await;
        assert_eq!(audit.post(&format!("{href}/cancel"), &[]).await.status, StatusCode::FORBIDDEN);
        assert!(county.post(&format!("{href}/cancel"), &[]).await.status.is_redirection());
        drop(turn);
        let ended = testkit::eventually("the end of the run", async || {
            let page = county.get(&href).await;
            page.texts("#progress").is_empty().then(|| page.text())
        })
        .await;
        assert!(ended.contains("已按要求停止，没有产生任何疑点"), "{ended}");
        assert!(desk.memory.0.lock().unwrap().is_empty());
        let who = "SELECT COUNT(*) FROM trail_event WHERE act = 'run.cancel'";
        assert_eq!(app.db.number(who, vec![]).await.unwrap(), 1);
        assert!(county.post(&format!("{href}/cancel"), &[]).await.status.is_redirection(), "nothing left to stop");
        assert_eq!(app.db.number(who, vec![]).await.unwrap(), 1);
        let again = [("request_id", "run-again-1")];
        let repeated = county.post(&format!("{href}/repeat"), &again).await.location().to_owned();
        assert_eq!(county.post(&format!("{href}/repeat"), &again).await.location(), repeated);
        assert_eq!(app.db.number("SELECT COUNT(*) FROM run", vec![]).await.unwrap(), 2);
    }

    async fn a_run_stopped_while_it_hands_on_leaves_nothing_behind(db: TestDb) {
        let desk = desk(db).await;
        import_cars(&desk).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let id = request_run(app, &actor, &request()).await.unwrap();
        let progress = app.progress.clone();
        *desk.memory.2.lock().unwrap() = Some(Box::new(move || {
            progress.cancel(&format!("run:{id}"));
        }));
        assert!(execute(app, &actor, id).await.is_err());
        let stopped = run(&app.db, id).await.unwrap().unwrap();
        assert_eq!((stopped.state(), stopped.findings), (RunState::Cancelled, 0));
        assert!(run_rules(&app.db, id).await.unwrap().is_empty(), "one transaction, taken back whole");
    }

    async fn a_crash_leaves_the_run_interrupted_and_repeatable(db: TestDb) {
        let desk = desk(db).await;
        let (app, actor) = (&desk.app.app, an_actor(Role::CountyAdmin, "371621"));
        let id = request_run(app, &actor, &request()).await.unwrap();
        assert_eq!(recover_runs(app).await.unwrap(), 1);
        let left = run(&app.db, id).await.unwrap().unwrap();
        assert_eq!(left.state(), RunState::Interrupted);
        assert!(left.message.contains("重新运行"));
        assert_eq!(app.db.number("SELECT COUNT(*) FROM run_rule", vec![]).await.unwrap(), 0);
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let again = county.post(&format!("/desk/runs/{id}/repeat"), &[]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
    }

    async fn a_run_needs_purpose_and_basis_and_the_right_office(db: TestDb) {
        let desk = desk(db).await;
        let tx = desk.app.app.trail.begin(&access::Actor::system()).await.unwrap();
        for (code, name, level) in [(371_621_000_000_000_i64, "惠民县", 3_i64), (371_621_103_000_000, "桑落墅镇", 4)] {
            let sql = "INSERT INTO region (code, name, level, parent, kind, synthetic) VALUES ($1, $2, $3, 0, '', FALSE)";
            tx.execute(sql, args![code, name, level]).await.unwrap();
        }
        tx.commit(trail::Act::new("test.seed", "regions")).await.unwrap();
        let mut county = desk.app.as_role(Role::CountyAdmin, "371621").await;
        let places = county.get("/desk/runs/new").await.text();
        assert!(places.contains("惠民县（全部）") && places.contains("桑落墅镇"), "an area is chosen by its name: {places}");
        let form = [("purpose", ""), ("legal_basis", "某办法"), ("area", "371621"), ("rule", "")];
        let refused = county.post("/desk/runs/new", &form).await;
        assert!(refused.status == 422 && refused.text().contains("请填写比对目的"), "{}", refused.text());
        let form = [("purpose", "例行比对"), ("legal_basis", "某某办法第一条"), ("area", "371622"), ("rule", "")];
        assert_eq!(county.post("/desk/runs/new", &form).await.status, StatusCode::NOT_FOUND, "another county");
        let form = [("purpose", "例行比对"), ("legal_basis", "某某办法第一条"), ("area", "371621"), ("rule", "B-03")];
        let begun = county.post("/desk/runs/new", &form).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER);
        let page = county.get(begun.location()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("惠民县"));
        assert!(county.get("/desk/runs").await.text().contains("例行比对"));
        assert!(county.get("/desk/runs?kind=full").await.text().contains("例行比对"));
        let none = county.get("/desk/runs?kind=touched&page=9").await.text();
        assert!(none.contains("没有符合条件的比对") && !none.contains("例行比对"), "{none}");
        assert!(county.get("/desk/rules").await.text().contains("死亡人员领取"));
        let exits = county.get("/desk/rules?problem=exit").await;
        assert!(exits.text().contains("退出收入靠不可计入的项目达标") && !exits.text().contains("死亡人员领取"));
        let narrowed = county.get("/desk/rules?q=%E6%AD%BB%E4%BA%A1&severity=red&source=life_events").await;
        assert!(narrowed.text().contains("死亡人员领取") && !narrowed.text().contains("重复领取"), "{}", narrowed.text());
        assert!(county.get("/desk/rules?q=zzz").await.text().contains("没有符合条件的规则"));
        let rule = county.get("/desk/rules/A-01").await;
        assert!(rule.text().contains("识别不精准"));
        assert!(rule.text().contains("JOIN vehicles") && rule.text().contains("残疾人功能性补偿代步车"));
        let mut office = desk.app.as_role(Role::CdiOfficeAdmin, "371621").await;
        assert_eq!(office.get("/desk/runs").await.status, StatusCode::OK);
        assert_eq!(office.post("/desk/runs/new", &form).await.status, StatusCode::FORBIDDEN);
        let mut village = desk.app.as_role(Role::VillageAdmin, "371621103005").await;
        assert_eq!(village.get("/desk/runs").await.status, StatusCode::FORBIDDEN);
    }
}
