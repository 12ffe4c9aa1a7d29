//! A small county with offices, people who work in them, and findings.

use access::{AccountId, Actor, Role, Scope};
use comparison::finding::{
    Absorbed, Confidence, Evaluated, EvidenceField, EvidenceRecord, FindingDraft, Mode, RunStamp, Severity, Subject,
    SubjectKind,
};
use directory::{Org, Region};
use store::{Query, args};
use testkit::{Client, Shown, TestApp, TestDb};

pub(crate) const COUNTY: &str = "371621";
pub(crate) const TOWN: &str = "371621103";
pub(crate) const OTHER_TOWN: &str = "371621104";
pub(crate) const COMMUNITY: &str = "371621103201";
pub(crate) const VILLAGE: &str = "371621103201001";

/// A JPEG with an EXIF record.
pub(crate) const PHOTO: &[u8] = b"\xff\xd8\xff\xe1\x00\x0aExif\0\0GP\xff\xdb\x00\x04qt\xff\xda\x00\x02pixels\xff\xd9";

pub(crate) async fn a_county(db: TestDb) -> TestApp {
    let modules = vec![
        directory::module(),
        households::module(),
        funds::module(),
        comparison::module(),
        warnings::module(),
    ];
    let rules = comparison::rules::Rules::embedded().expect("the rules of the catalogue");
    let world = TestApp::with_parts(db, modules, vec![std::sync::Arc::new(rules)]).await;
    let regions = [
        (COUNTY, "惠民县"),
        (TOWN, "石庙镇"),
        (OTHER_TOWN, "桑落墅镇"),
        (COMMUNITY, "石庙社区"),
        (VILLAGE, "前王村"),
        ("371621104201", "桑落墅社区"),
        ("371621104201001", "后李村"),
    ]
    .map(|(code, name)| Region::invented(code.parse().unwrap(), name));
    directory::load_regions(&world.app, &Actor::system(), &regions)
        .await
        .unwrap();
    let org = |(id, name): (&str, &str)| Org {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: "部门".to_owned(),
        region: COUNTY.parse().unwrap(),
        uscc: None,
        hotline: None,
    };
    let orgs = [
        ("civil_affairs", "县民政局"),
        ("finance", "县财政局"),
        ("housing", "县住建局"),
        ("discipline", "县纪委监委"),
    ]
    .map(org);
    directory::load_orgs(&world.app, &Actor::system(), &orgs).await.unwrap();
    world
}

/// Someone of a department of the county.
pub(crate) fn of_department(account: i64, name: &str, department: &str) -> Actor {
    let area: kernel::RegionCode = COUNTY.parse().unwrap();
    Actor {
        account: Some(AccountId(account)),
        name: name.to_owned(),
        role: Role::FundUnitAdmin,
        scope: Scope::area(area).of_department(department),
        department: Some(department.to_owned()),
        person: None,
    }
}

pub(crate) fn of_area(account: i64, name: &str, role: Role, area: &str) -> Actor {
    Actor {
        account: Some(AccountId(account)),
        name: name.to_owned(),
        role,
        scope: if role.is_platform_admin() {
            Scope::nothing()
        } else {
            Scope::area(area.parse().unwrap())
        },
        department: None,
        person: None,
    }
}

pub(crate) fn inspector() -> Actor {
    of_area(31, "王审核", Role::CdiAdmin, COUNTY)
}

/// A draft about person `n`: paid the allowance while a car was registered.
pub(crate) fn a_draft(n: i64) -> FindingDraft {
    let field = |label: &str, value: String, differs: bool| EvidenceField {
        label: label.into(),
        value,
        differs,
    };
    let name = format!("张三{n}");
    FindingDraft {
        key: format!("A-01|person:{n}|2026-01"),
        rule_id: "A-01".into(),
        rule_version: 1,
        mode: Mode::ASC,
        severity: Severity::O,
        confidence: Confidence::E1,
        subject: Subject {
            kind: SubjectKind::Person,
            key: n,
        },
        person_key: Some(n),
        household_id: Some(9000 + n),
        subject_name: name.clone(),
        region: VILLAGE.parse::<kernel::RegionCode>().unwrap().as_i64(),
        programme: None,
        period_from: "2026-01".parse().unwrap(),
        period_to: "2026-02".parse().unwrap(),
        money_fen: 30_000 + n,
        proposed_exception: None,
        summary: format!("{name}领取农村低保期间名下登记有机动车，是否仍符合条件？"),
        evidence: vec![
            EvidenceRecord {
                title: "发放记录".into(),
                department: "县民政局".into(),
                snapshot: "ab".repeat(32),
                file_name: String::new(),
                row_no: None,
                row_hash: String::new(),
                fields: vec![
                    field("姓名", name.clone(), false),
                    field("发放月份", "2026-01".into(), false),
                ],
            },
            EvidenceRecord {
                title: "机动车登记".into(),
                department: "县公安局".into(),
                snapshot: "cd".repeat(32),
                file_name: "机动车202602.csv".into(),
                row_no: Some(17),
                row_hash: "0123456789abcdef".into(),
                fields: vec![field("姓名", name, false), field("号牌", format!("鲁M{n:05}"), true)],
            },
        ],
        owner_department: "CIV".into(),
    }
}

/// A run of the rules A-01 and B-01 over the county.
pub(crate) fn a_run(run_id: i64) -> RunStamp {
    let rule = |id: &str| Evaluated {
        rule_id: id.into(),
        rule_version: 1,
        region: COUNTY.parse().unwrap(),
    };
    RunStamp {
        run_id,
        started_at: kernel::Timestamp(0),
        rules: vec![rule("A-01"), rule("B-01")],
        touched: None,
        because: String::new(),
    }
}

pub(crate) async fn absorb(world: &TestApp, run: &RunStamp, drafts: Vec<FindingDraft>) -> Absorbed {
    let tx = world.app.trail.begin(&Actor::system()).await.unwrap();
    let counts = warnings::sink().absorb(&tx, run, drafts).await.unwrap();
    tx.commit(trail::Act::new("comparison.run", format!("run:{}", run.run_id)))
        .await
        .unwrap();
    counts
}

pub(crate) async fn number(world: &TestApp, sql: &str) -> i64 {
    world.app.db.number(sql, args![]).await.unwrap()
}

/// The id of the finding about person `n`.
pub(crate) async fn id_of(world: &TestApp, n: i64) -> i64 {
    number(world, &format!("SELECT id FROM finding WHERE person_key = {n}")).await
}

#[derive(sea_orm::FromQueryResult)]
struct State {
    stage: String,
}

pub(crate) async fn stage(world: &TestApp, id: i64) -> String {
    let row: Option<State> = world
        .app
        .db
        .row("SELECT stage FROM finding WHERE id = $1", args![id])
        .await
        .unwrap();
    row.unwrap().stage
}

/// Sends one act with a fresh request id.
pub(crate) async fn act(client: &mut Client, id: i64, act: &str, fields: &[(&str, &str)]) -> Shown {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let request_id = format!("request-{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
    let mut fields = fields.to_vec();
    fields.push(("request_id", &request_id));
    client.post(&format!("/desk/warnings/{id}/{act}"), &fields).await
}

/// Sends one act that must succeed.
pub(crate) async fn done(client: &mut Client, id: i64, name: &str, fields: &[(&str, &str)]) {
    let shown = act(client, id, name, fields).await;
    assert_eq!(shown.status.as_u16(), 303, "{name}: {}", shown.text());
}

/// The people of one department and the discipline office.
pub(crate) struct Desk {
    pub clerk: Client,
    pub chief: Client,
    pub inspector: Client,
}

pub(crate) async fn a_desk(world: &TestApp) -> Desk {
    Desk {
        clerk: world.signed_in(of_department(11, "李民政", "civil_affairs")).await,
        chief: world.signed_in(of_department(12, "赵科长", "civil_affairs")).await,
        inspector: world.signed_in(inspector()).await,
    }
}

/// Walks a finding to the department's review of a verdict.
pub(crate) async fn to_reviewed(desk: &mut Desk, id: i64, verdict: &[(&str, &str)]) {
    done(&mut desk.clerk, id, "acknowledge", &[]).await;
    done(&mut desk.clerk, id, "start_verification", &[("team", "李四、王五")]).await;
    let mut fields = vec![("team", "李四、王五"), ("evidence", "入户查看，询问邻里")];
    fields.extend_from_slice(verdict);
    done(&mut desk.clerk, id, "verify", &fields).await;
    done(&mut desk.chief, id, "dept_review", &[("opinion", "同意")]).await;
}

pub(crate) async fn trail_is_whole(world: &testkit::TestApp) {
    let verdict = trail::verify(&world.app.db).await;
    assert!(verdict.is_ok(), "{verdict:?}");
}
