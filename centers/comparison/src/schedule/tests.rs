//! What begins by itself: once, in its time, about what changed; on both databases.

use std::sync::{Arc, Mutex};

use ::store::{Query, args};
use access::{Actor, Role};
use async_trait::async_trait;
use kernel::{IdNumber, RegionCode, Timestamp};
use testkit::{TestApp, both_databases};
use web::Module;

use super::{Job, entries, perform, tick};
use crate::{
    before_payment::BeforePayment,
    finding::{Absorbed, FindingDraft, FindingSink, FindingSinkPart, RunStamp},
    rules::Rules,
    runs::{self, RunKind, RunState},
    sources::Sources,
};

const AREA: &str = "371621";
const VILLAGE: i64 = 371_621_103_005_001;
const PEOPLE: usize = 60;

/// Remembers the last delivery of drafts and how far it reached.
#[derive(Default)]
struct Memory(Mutex<Vec<(RunStamp, Vec<FindingDraft>)>>);

#[async_trait]
impl FindingSink for Memory {
    async fn absorb(
        &self,
        _tx: &trail::RecordedTx,
        run: &RunStamp,
        drafts: Vec<FindingDraft>,
    ) -> kernel::AppResult<Absorbed> {
        self.0.lock().unwrap().push((run.clone(), drafts));
        Ok(Absorbed::default())
    }
}

struct Desk {
    app: TestApp,
    memory: Arc<Memory>,
    folder: tempfile::TempDir,
}

fn number(n: usize) -> String {
    let first = format!("37162119500101{:03}", n);
    format!("{first}{}", kernel::identity::check_char(&first).unwrap())
}

fn area() -> RegionCode {
    AREA.parse().unwrap()
}

async fn desk(db: testkit::TestDb) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let memory = Arc::new(Memory::default());
    let modules: Vec<Module> = vec![
        directory::module(),
        records::module(),
        households::module(),
        funds::module(),
        crate::module(),
    ];
    let parts: Vec<Arc<dyn std::any::Any + Send + Sync>> = vec![
        Arc::new(directory::regions::RegionCache::default()),
        Arc::new(Sources::open(folder.path()).unwrap()),
        Arc::new(Rules::embedded().unwrap()),
        Arc::new(BeforePayment::open(folder.path()).unwrap()),
        Arc::new(FindingSinkPart(memory.clone())),
    ];
    let app = TestApp::with_parts(db, modules, parts).await;
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    for sql in [
        "INSERT INTO programme (code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, public_name_mode, basis, what_done, effect) VALUES ('HN02', '低保金', 'civil_affairs', 3, '人', 66000, '季', 'household', TRUE, 'full', '', '', '')",
        "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen) VALUES (9, 'B9', 'HN02', 'civil_affairs', '2025-06', 'paid', 1, 66000)",
    ] {
        tx.execute(sql, vec![]).await.unwrap();
    }
    for n in 0..PEOPLE {
        let key = app.app.keys.person_key(&IdNumber::parse(&number(n)).unwrap().number).0;
        let house = n as i64 + 1;
        tx.execute(
            "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) VALUES ($1, '张三', 1, '1950-01-01', $2, '01', $3, $4)",
            args![key, VILLAGE, house, vec![0_u8]],
        ).await.unwrap();
        tx.execute(
            "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, main_cause, registered_on) VALUES ($1, $2, $3, $4, '张三', 1, 0, 4, '1', '2020-01-01')",
            args![house, house.to_string(), VILLAGE, key],
        ).await.unwrap();
        tx.execute(
            "INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES ($1, $2, '01', '2020-01-01')",
            args![house, key],
        ).await.unwrap();
        tx.execute(
            "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, \
             amount_fen, paid_on, account_digest, account_tail, account_name, arrears, state) VALUES ($1, 9, 'HN02', $2, '张三', $3, \
             $4, '2025-06', 100, 66000, 66000, '2025-06-20', $5, '0077', '张三', FALSE, 'paid')",
            args![house, key, house, VILLAGE, 900 + house],
        ).await.unwrap();
    }
    tx.commit(trail::Act::new("test.seed", "desk")).await.unwrap();
    Desk { app, memory, folder }
}

/// Cars of these people, each with its value.
async fn cars(desk: &Desk, owners: &[(usize, i64)]) {
    let sources = desk.app.app.part::<Sources>().unwrap();
    let contract = sources.contracts.get("vehicles").cloned().unwrap();
    let header: Vec<&str> = contract.columns.iter().map(|c| c.header.as_str()).collect();
    let mut text = header.join(",") + "\n";
    for (n, value) in owners {
        let cell = |id: &str| match id {
            "id_no" => number(*n),
            "owner_name" => "张三".into(),
            "plate_no" => format!("鲁M{n:05}"),
            "vehicle_type" => "K33".into(),
            "reg_date" => "2019-06-18".into(),
            "status" => "A".into(),
            "value" => value.to_string(),
            _ => String::new(),
        };
        let cells: Vec<String> = contract.columns.iter().map(|c| cell(&c.id)).collect();
        text += &(cells.join(",") + "\n");
    }
    let file = desk.folder.path().join(format!("cars-{}.csv", desk.app.app.next_id()));
    std::fs::write(&file, text).unwrap();
    crate::sources::import_file(&desk.app.app, &Actor::system(), "vehicles", &file, false)
        .await
        .unwrap();
}

async fn line(desk: &Desk, job: Job) -> super::Entry {
    entries(&desk.app.app.db)
        .await
        .unwrap()
        .into_iter()
        .find(|e| e.job() == Some(job))
        .unwrap()
}

both_databases! {
    // accept: 000-46
    async fn a_full_comparison_comes_once_a_quarter_and_a_new_delivery_is_compared_within_the_hour(db: TestDb) {
        let desk = desk(db).await;
        let app = &desk.app.app;
        cars(&desk, &(0..50).map(|n| (n, 86_000)).collect::<Vec<_>>()).await;
        tick(app).await.unwrap();
        assert!(desk.memory.0.lock().unwrap().is_empty(), "nothing is due yet, and nothing was compared before");
        desk.app.clock.set(Timestamp(line(&desk, Job::Quarterly).await.next_at().millis() + 60_000));
        tick(app).await.unwrap();
        let quarterly = line(&desk, Job::Quarterly).await;
        let first = runs::run(&app.db, quarterly.last_run.unwrap()).await.unwrap().unwrap();
        assert_eq!((first.state(), first.kind(), first.findings), (RunState::Published, RunKind::Full, 50), "{}", first.message);
        assert!(quarterly.last_note.contains("疑点 50 条"), "{quarterly:?}");
        tick(app).await.unwrap();
        assert_eq!(line(&desk, Job::Quarterly).await, quarterly, "not twice in a quarter");

        // One car sold, one revalued, one new: 3 of 60 people.
        let mut next: Vec<(usize, i64)> = (1..51).map(|n| (n, 86_000)).collect();
        next[4].1 = 12_000;
        cars(&desk, &next).await;
        desk.app.clock.advance_minutes(61);
        tick(app).await.unwrap();
        let deliveries = line(&desk, Job::Deliveries).await;
        let run = runs::run(&app.db, deliveries.last_run.unwrap()).await.unwrap().unwrap();
        assert_eq!((run.kind(), run.touched, run.people), (RunKind::Touched(vec!["vehicles".into()]), 3, 3), "only who is touched");
        let read: Vec<String> = runs::run_rules(&app.db, run.id).await.unwrap().into_iter().map(|r| r.rule_id).collect();
        assert_eq!(read, ["A-01", "K-11"], "only rules that read what came, with all their sources there, and whose it is");
        {
            let kept = desk.memory.0.lock().unwrap();
            let (stamp, drafts) = kept.last().unwrap();
            assert_eq!((drafts.len(), stamp.touched.as_ref().unwrap().len()), (2, 3), "sold: gone; revalued and new: asked");
            assert!(stamp.because.contains("机动车登记") && stamp.because.contains("快照"));
            assert!(stamp.reaches(Some(*stamp.touched.as_ref().unwrap().first().unwrap())) && !stamp.reaches(Some(-5)));
        }
        desk.app.clock.advance_minutes(61);
        tick(app).await.unwrap();
        assert_eq!(line(&desk, Job::Deliveries).await.last_note, "没有新报送的数据");
    }

    async fn a_touched_person_gets_the_same_answer_as_in_a_full_comparison(db: TestDb) {
        let desk = desk(db).await;
        let app = &desk.app.app;
        cars(&desk, &[(1, 86_000), (2, 86_000), (3, 86_000)]).await;
        perform(app, Job::Quarterly).await.unwrap();
        cars(&desk, &[(1, 86_000), (2, 15_000), (4, 86_000)]).await;
        perform(app, Job::Deliveries).await.unwrap();
        let partial = desk.memory.0.lock().unwrap().last().unwrap().1.clone();
        perform(app, Job::Quarterly).await.unwrap();
        let full = desk.memory.0.lock().unwrap().last().unwrap().1.clone();
        assert_eq!((partial.len(), full.len()), (2, 3));
        for draft in &partial {
            let same = full.iter().find(|d| d.key == draft.key).unwrap();
            assert_eq!((&same.summary, same.money_fen, &same.proposed_exception), (&draft.summary, draft.money_fen, &draft.proposed_exception));
        }
    }

    async fn a_run_cut_off_by_a_crash_goes_on_after_the_restart_and_is_left_to_a_person_when_cut_off_again(db: TestDb) {
        let desk = desk(db).await;
        let app = &desk.app.app;
        cars(&desk, &[(1, 86_000)]).await;
        let request = runs::RunRequest {
            purpose: "季度例行比对".into(),
            legal_basis: "社会救助暂行办法第五十八条".into(),
            public_interest: String::new(),
            rules: Vec::new(),
            area: area(),
            kind: RunKind::Full,
        };
        let id = runs::request_run(app, &Actor::system(), &request).await.unwrap();
        // The crash came after the data were frozen.
        let tx = app.trail.begin(&Actor::system()).await.unwrap();
        tx.execute("UPDATE run SET state = 'data_frozen' WHERE id = $1", args![id]).await.unwrap();
        tx.execute("INSERT INTO run_snapshot (run_id, data_set, hash, file_name, row_count, concerned) VALUES ($1, 'vehicles', 'x', 'x', 0, 0)", args![id]).await.unwrap();
        tx.commit(trail::Act::new("test.crash", "run")).await.unwrap();
        assert_eq!(runs::recover_runs(app).await.unwrap(), 1);
        assert!(desk.memory.0.lock().unwrap().is_empty(), "nothing half-applied");
        assert_eq!(runs::resume_runs(app).await.unwrap(), 1);
        let run = runs::run(&app.db, id).await.unwrap().unwrap();
        assert_eq!((run.state(), run.findings, run.attempts), (RunState::Published, 1, 1), "{}", run.message);
        let tx = app.trail.begin(&Actor::system()).await.unwrap();
        tx.execute("UPDATE run SET state = 'run' WHERE id = $1", args![id]).await.unwrap();
        tx.commit(trail::Act::new("test.crash", "run")).await.unwrap();
        runs::recover_runs(app).await.unwrap();
        assert_eq!(runs::resume_runs(app).await.unwrap(), 0);
        assert_eq!(runs::run(&app.db, id).await.unwrap().unwrap().state(), RunState::Interrupted);
    }

    async fn runs_and_deliveries_keep_their_order_when_the_clock_is_set_back(db: TestDb) {
        let desk = desk(db).await;
        let app = &desk.app.app;
        cars(&desk, &[(1, 86_000)]).await;
        perform(app, Job::Quarterly).await.unwrap();
        desk.app.clock.advance_days(-400);
        cars(&desk, &[(1, 86_000), (2, 86_000)]).await;
        perform(app, Job::Quarterly).await.unwrap();
        let listed = runs::runs(&app.db, &access::Scope::area(area()), 10).await.unwrap();
        assert_eq!(listed.iter().map(|r| (r.seq, r.findings, r.clock_back)).collect::<Vec<_>>(), [(2, 2, true), (1, 1, false)]);
        let mut county = desk.app.as_role(Role::CountyAdmin, AREA).await;
        let page = county.get(&format!("/desk/runs/{}", listed[0].id)).await.text();
        assert!(page.contains("系统时间早于上一次比对"), "{page}");
        tick(app).await.unwrap();
        assert!(line(&desk, Job::Quarterly).await.next_at() > desk.app.app.clock.now(), "not due for ever, not at once again");
    }

    async fn two_runs_at_once_come_one_after_the_other(db: TestDb) {
        let desk = desk(db).await;
        let app = &desk.app.app;
        cars(&desk, &[(1, 86_000), (2, 86_000)]).await;
        let (first, second) = futures::join!(perform(app, Job::Quarterly), perform(app, Job::Quarterly));
        first.unwrap();
        second.unwrap();
        let listed = runs::runs(&app.db, &access::Scope::area(area()), 10).await.unwrap();
        assert!(listed.len() == 2 && listed.iter().all(|r| r.state() == RunState::Published && r.findings == 2));
        assert_eq!(listed[0].digest, listed[1].digest);
    }

    async fn a_county_sees_the_schedule_switches_a_job_off_and_begins_one(db: TestDb) {
        let desk = desk(db).await;
        let mut county = desk.app.as_role(Role::CountyAdmin, AREA).await;
        let page = county.get("/desk/schedule").await.text();
        assert!(page.contains("每季度全面比对") && page.contains("还没有运行过"), "{page}");
        county.post("/desk/schedule/quarterly/switch", &[("on", "0")]).await;
        assert!(county.get("/desk/schedule").await.text().contains("已停用"));
        desk.app.clock.advance_days(200);
        tick(&desk.app.app).await.unwrap();
        assert_eq!(line(&desk, Job::Quarterly).await.last_at(), None, "switched off stays off");
        for _ in 0..2 {
            let sent = county.post("/desk/schedule/quarterly/now", &[("request_id", "now-0001")]).await;
            assert!(sent.status.is_redirection());
        }
        testkit::eventually("the end of the comparison", async || line(&desk, Job::Quarterly).await.last_at()).await;
        assert!(county.get("/desk/schedule").await.text().contains("查看这次比对"));
        assert_eq!(desk.app.app.db.number("SELECT COUNT(*) FROM run", vec![]).await.unwrap(), 1, "sent twice, begun once");
        let mut office = desk.app.as_role(Role::CdiOfficeAdmin, AREA).await;
        assert_eq!(office.post("/desk/schedule/quarterly/now", &[]).await.status, 403);
    }
}
