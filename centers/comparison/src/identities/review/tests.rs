//! From a row nobody can place to an answer, what the next comparison makes of it, and the way back.

use std::sync::Arc;

use ::store::args;
use access::{Actor, Role};
use axum::http::StatusCode;
use testkit::{Client, TestApp, an_actor, both_databases};
use web::Module;

use super::store::{Narrow, page};
use crate::{
    finding::{Confidence, FindingDraft, FindingSinkPart, Severity},
    rules::Rules,
    runs::{RunKind, RunRequest, execute, request_run, tests::Memory},
    sources::{Sources, import_file},
};

const VILLAGE: i64 = 371_621_104_201_001;
const COUNTY: &str = "371621";
const HEAD: &str = "身份证明号码,机动车所有人,所有人住址,号牌号码,车辆类型,使用性质,初次登记日期,机动车状态,购置价格";

pub(in crate::identities) struct Desk {
    pub(in crate::identities) app: TestApp,
    memory: Arc<Memory>,
    folder: tempfile::TempDir,
    /// The one in an assisted household.
    pub(in crate::identities) her: i64,
}

/// A village with two people called 欧阳明月, one of them in an assisted household, and sixty others.
pub(in crate::identities) async fn desk(db: testkit::TestDb) -> Desk {
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
        ],
    )
    .await;
    let number = kernel::IdNumber::parse("11010519491231002X").unwrap().number;
    let her = app.app.keys.person_key(&number).0;
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    for (code, name, level) in [
        (371_621_000_000_000_i64, "惠民县", 3_i64),
        (371_621_104_000_000, "胡集镇", 4),
        (371_621_104_201_000, "前王社区村民委员会", 5),
        (VILLAGE, "前王村", 6),
        (VILLAGE + 1, "后李村", 6),
    ] {
        tx.execute(
            "INSERT INTO region (code, name, level, parent, kind, synthetic) VALUES ($1, $2, $3, 0, '', FALSE)",
            args![code, name, level],
        )
        .await
        .unwrap();
    }
    let surnames = ["王", "李", "张", "刘", "陈", "赵"];
    let given = [
        "建国", "秀英", "志强", "桂兰", "海涛", "玉梅", "德福", "春花", "文斌", "小燕",
    ];
    let mut people: Vec<(i64, String, String, i64)> = Vec::new();
    for (i, surname) in surnames.iter().enumerate() {
        for (j, given) in given.iter().enumerate() {
            let n = (i * 10 + j) as i64;
            let birth = format!("{}-{:02}-{:02}", 1940 + n % 50, n % 12 + 1, n % 27 + 1);
            people.push((1_000 + n, format!("{surname}{given}"), birth, VILLAGE + n % 2));
        }
    }
    people.push((her, "欧阳明月".into(), "1951-03-08".into(), VILLAGE));
    people.push((8, "欧阳明月".into(), "1987-11-20".into(), VILLAGE));
    for (key, name, birth, region) in &people {
        tx.execute(
            "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) \
             VALUES ($1, $2, 2, $3, $4, '01', $5, $6)",
            args![
                *key,
                name.as_str(),
                birth.as_str(),
                *region,
                (*key == her).then_some(5_i64),
                vec![0_u8]
            ],
        )
        .await
        .unwrap();
    }
    for statement in [
        "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, main_cause, registered_on) VALUES (5, '5', 371621104201001, $1, '欧阳明月', 1, 0, 4, '1', '2020-01-01')",
        "INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES (5, $1, '01', '2020-01-01')",
        "INSERT INTO programme (code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, public_name_mode, basis, what_done, effect) VALUES ('HN02', '低保金', 'civil_affairs', 3, '人', 66000, '季', 'household', TRUE, 'full', '', '', '')",
        "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen) VALUES (9, 'B9', 'HN02', 'civil_affairs', '2025-06', 'paid', 1, 66000)",
        "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, amount_fen, paid_on, account_digest, account_tail, account_name, arrears, state) VALUES (1, 9, 'HN02', $1, '欧阳明月', 5, 371621104201001, '2025-06', 100, 66000, 66000, '2025-06-20', 77, '0077', '欧阳明月', FALSE, 'paid')",
    ] {
        let given = if statement.contains("$1") { args![her] } else { vec![] };
        tx.execute(statement, given).await.unwrap();
    }
    tx.commit(trail::Act::new("test.seed", "desk")).await.unwrap();
    Desk {
        app,
        memory,
        folder,
        her,
    }
}

impl Desk {
    /// Lets these people live in the village: key, name, birth.
    pub(in crate::identities) async fn settle(&self, people: &[(i64, String, String)]) {
        let tx = self.app.app.trail.begin(&Actor::system()).await.unwrap();
        for (key, name, birth) in people {
            tx.execute(
                "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) \
                 VALUES ($1, $2, 2, $3, $4, '01', NULL, $5)",
                args![*key, name.as_str(), birth.as_str(), VILLAGE, vec![0_u8]],
            )
            .await
            .unwrap();
        }
        tx.commit(trail::Act::new("test.seed", "people")).await.unwrap();
    }

    pub(in crate::identities) fn key_of(&self, number: &str) -> i64 {
        let number = kernel::IdNumber::parse(number).unwrap().number;
        self.app.app.keys.person_key(&number).0
    }

    /// Lets these people live in households: key, name, birth, kin, household.
    pub(in crate::identities) async fn house(&self, people: &[(i64, &str, &str, &str, i64)]) {
        let tx = self.app.app.trail.begin(&Actor::system()).await.unwrap();
        for (key, name, birth, kin, household) in people {
            tx.execute(
                "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) \
                 VALUES ($1, $2, 2, $3, $4, $5, $6, $7)",
                args![*key, *name, *birth, VILLAGE, *kin, *household, vec![0_u8]],
            )
            .await
            .unwrap();
        }
        tx.commit(trail::Act::new("test.seed", "people")).await.unwrap();
    }

    /// Registers people anywhere: key, name, sex, birth, region.
    pub(in crate::identities) async fn live(&self, people: &[(i64, &str, i64, &str, i64)]) {
        let tx = self.app.app.trail.begin(&Actor::system()).await.unwrap();
        for (key, name, sex, birth, region) in people {
            tx.execute(
                "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) \
                 VALUES ($1, $2, $3, $4, $5, '01', NULL, $6)",
                args![*key, *name, *sex, *birth, *region, vec![0_u8]],
            )
            .await
            .unwrap();
        }
        tx.commit(trail::Act::new("test.seed", "people")).await.unwrap();
    }

    /// Imports a delivery as the office would send it.
    pub(in crate::identities) async fn deliver(&self, data_set: &str, text: &str) {
        let file = self.folder.path().join(format!("{data_set}.csv"));
        std::fs::write(&file, text).unwrap();
        import_file(&self.app.app, &Actor::system(), data_set, &file, false)
            .await
            .unwrap();
    }

    /// What the last comparison found out about a delivery.
    pub(in crate::identities) async fn links(&self, data_set: &str) -> crate::identities::LinkedSet {
        let app = &self.app.app;
        let current = crate::sources::current_sources(&app.db).await.unwrap();
        let current = current.into_iter().find(|c| c.data_set == data_set).unwrap();
        let found = crate::identities::latest(&app.db, &app.objects, data_set, &current.snapshot).await;
        found.unwrap().unwrap()
    }

    /// Imports a table of cars: number, name, address, plate.
    pub(in crate::identities) async fn cars(&self, rows: &[(&str, &str, &str, &str)]) {
        self.cars_worth(86_000, rows).await;
    }

    /// The same, all of one value in yuan.
    pub(in crate::identities) async fn cars_worth(&self, yuan: u32, rows: &[(&str, &str, &str, &str)]) {
        let line = |(number, name, address, plate): &(&str, &str, &str, &str)| {
            format!("{number},{name},{address},{plate},K33,A,2019-06-18,A,{yuan}\n")
        };
        let text: String = rows.iter().map(line).collect();
        let file = self.folder.path().join("cars.csv");
        std::fs::write(&file, format!("{HEAD}\n{text}")).unwrap();
        import_file(&self.app.app, &Actor::system(), "vehicles", &file, false)
            .await
            .unwrap();
    }

    pub(in crate::identities) async fn compare(&self) -> Vec<FindingDraft> {
        self.compare_by(&["A-01"]).await
    }

    pub(in crate::identities) async fn compare_by(&self, rules: &[&str]) -> Vec<FindingDraft> {
        let request = RunRequest {
            purpose: "季度例行比对".into(),
            legal_basis: "社会救助暂行办法第五十八条".into(),
            rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            area: COUNTY.parse().unwrap(),
            public_interest: String::new(),
            kind: RunKind::Full,
        };
        let actor = an_actor(Role::CountyAdmin, COUNTY);
        let id = request_run(&self.app.app, &actor, &request).await.unwrap();
        execute(&self.app.app, &actor, id).await.unwrap();
        self.memory.0.lock().unwrap().clone()
    }

    /// Pages of all cases, the one about the household on benefits first.
    async fn cases(&self) -> Vec<(i64, i64)> {
        let scope = access::Scope::area(COUNTY.parse().unwrap());
        let found = page(&self.app.app.db, &scope, &Narrow::default(), 0, 50).await.unwrap();
        found.iter().map(|case| (case.id, case.person_key)).collect()
    }

    /// The case, seen by whom it concerns most: the two are equally likely, so either may be the one shown.
    async fn about(&self, person: i64) -> i64 {
        let cases = self.cases().await;
        let found = cases.iter().find(|(_, key)| *key == person);
        match found {
            Some((id, _)) => *id,
            None => {
                // Shown with the other one first: make it the one asked about.
                let (id, _) = cases[0];
                let tx = self.app.app.trail.begin(&Actor::system()).await.unwrap();
                tx.execute(
                    "UPDATE identity_case SET person_key = $2, second_key = 8, concern = 2 WHERE id = $1",
                    args![id, person],
                )
                .await
                .unwrap();
                tx.commit(trail::Act::new("test.seed", "case")).await.unwrap();
                id
            }
        }
    }
}

async fn say(clerk: &mut Client, id: i64, said: &str, reason: &str, request: &str) -> StatusCode {
    let form = [("said", said), ("reason", reason), ("request_id", request)];
    clerk.post(&format!("/desk/identities/{id}/answer"), &form).await.status
}

both_databases! {
    async fn two_people_alike_wait_for_an_answer_which_the_next_comparison_follows(db: TestDb) {
        let desk = desk(db).await;
        desk.cars(&[("", "欧阳明月", "胡集镇前王村", "鲁M12345")]).await;
        assert!(desk.compare().await.is_empty(), "nobody is named while it is not known who is meant");
        assert_eq!(desk.cases().await.len(), 1);
        let id = desk.about(desk.her).await;

        let mut clerk = desk.app.as_role(Role::FundUnitAdmin, COUNTY).await;
        let list = clerk.get("/desk/identities?state=open").await.text();
        assert!(list.contains("欧阳明月") && list.contains("机动车") && list.contains("共 1 条"), "{list}");
        assert!(list.contains("另有一人相近") && list.contains("帮扶、低保等家庭成员"), "{list}");
        assert!(clerk.get("/desk/identities?state=same").await.text().contains("没有符合条件的记录"));
        let shown = clerk.get(&format!("/desk/identities/{id}")).await;
        for words in ["1951-03-08", "1987-11-20", "胡集镇前王村", "同一自然村", "鲁M12345", "缺失"] {
            assert!(shown.text().contains(words), "{words} not in {}", shown.text());
        }

        assert!(shown.text().contains("已核对 0 条，共 1 条") && !shown.text().contains("撤回这个判断"), "{}", shown.text());
        assert!(shown.text().contains("✓ 相同") && shown.text().contains("申请查看"), "{}", shown.text());
        assert_eq!(shown.body.matches(&format!("/desk/people/{}/reveal", desk.her)).count(), 1);

        let short = [("said", "same"), ("reason", "是"), ("request_id", "answer-one")];
        let refused = clerk.post(&format!("/desk/identities/{id}/answer"), &short).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason");
        assert!(refused.text().contains("请写明理由") && refused.text().contains("部门记录"), "where one was: {}", refused.text());
        assert!(refused.texts("textarea[name=reason]").contains(&"是".to_owned()), "what was typed is kept");
        assert_eq!(say(&mut clerk, id, "", "电话问过本人", "answer-two").await, StatusCode::UNPROCESSABLE_ENTITY, "a judgement");
        assert_eq!(say(&mut clerk, id, "same", "电话问过本人，车是她的", "answer-three").await, StatusCode::SEE_OTHER);
        assert_eq!(say(&mut clerk, id, "same", "电话问过本人，车是她的", "answer-three").await, StatusCode::SEE_OTHER, "once");
        assert_eq!(say(&mut clerk, id, "not_same", "又想了一想", "answer-four").await, StatusCode::CONFLICT);
        let list = clerk.get("/desk/identities?state=open").await.text();
        assert!(list.contains("没有等待核对的记录") && list.contains("下一次比对后"), "{list}");
        assert!(list.contains("已核对 1 条，共 1 条") && list.contains("刚才记下：") && list.contains("撤回这个判断"), "{list}");
        let mut colleague = desk.app.as_role(Role::CdiAdmin, COUNTY).await;
        let theirs = colleague.get("/desk/identities?state=open").await.text();
        assert!(!theirs.contains("刚才记下"), "what another said is taken back on its own page, with a reason");

        let found = desk.compare().await;
        assert_eq!((found.len(), found[0].confidence, found[0].severity), (1, Confidence::E1, Severity::O));
        let told = &found[0].evidence[1].fields[0];
        assert_eq!(told.label, "身份对应");
        assert!(told.value.contains("姓名一致") && told.value.contains("核对为同一人：电话问过本人，车是她的"), "{}", told.value);

        desk.app.clock.advance_days(1);
        let mut clerk = desk.app.as_role(Role::FundUnitAdmin, COUNTY).await;
        assert!(!clerk.get("/desk/identities").await.text().contains("撤回这个判断"), "not for ever");
        let back = [("reason", "记错了人，重新核对"), ("request_id", "return-one")];
        assert_eq!(clerk.post(&format!("/desk/identities/{id}/return"), &back).await.status, StatusCode::SEE_OTHER);
        let history = clerk.get(&format!("/desk/identities/{id}")).await.text();
        assert!(history.contains("退回重新核对") && history.contains("记错了人，重新核对"), "{history}");
        assert!(desk.compare().await.is_empty(), "what was taken back holds no longer");

        assert_eq!(say(&mut clerk, id, "not_same", "上门看过，车是同名邻居的", "answer-five").await, StatusCode::SEE_OTHER);
        let found = desk.compare().await;
        assert!(found.iter().all(|draft| draft.person_key != Some(desk.her)), "never linked again");
        assert!(trail::verify(&desk.app.app.db).await.is_ok());
    }

    async fn who_may_look_and_who_may_answer(db: TestDb) {
        let desk = desk(db).await;
        desk.cars(&[("", "欧阳明月", "胡集镇前王村", "鲁M12345")]).await;
        desk.compare().await;
        let id = desk.about(desk.her).await;
        let page = format!("/desk/identities/{id}");
        for (role, area, sees, answers) in [
            (Role::CountyAdmin, COUNTY, StatusCode::OK, StatusCode::FORBIDDEN),
            (Role::Audit, COUNTY, StatusCode::OK, StatusCode::FORBIDDEN),
            (Role::VillageAdmin, "371621104201", StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
            (Role::TownPoverty, "371621105", StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
            (Role::TownPoverty, "371621104", StatusCode::OK, StatusCode::SEE_OTHER),
        ] {
            let mut reader = desk.app.as_role(role, area).await;
            assert_eq!(reader.get(&page).await.status, sees, "{role:?} {area}");
            let request = format!("answer-by-{role:?}-{area}");
            assert_eq!(say(&mut reader, id, "cannot_tell", "没有联系上本人", &request).await, answers, "{role:?} {area}");
        }
        let mut county = desk.app.as_role(Role::CountyAdmin, COUNTY).await;
        assert!(!county.get("/desk/runs").await.text().contains("请人核对身份"), "none waits");
    }
}
