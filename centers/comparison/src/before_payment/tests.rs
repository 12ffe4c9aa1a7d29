//! A batch and an application against the departments' data, on both databases.

use std::sync::Arc;

use access::{Actor, Role, Scope};
use funds::{
    batch::{self, BatchCheck, BatchCheckPart},
    chain::Asked,
    model::flows::BatchAct,
};
use kernel::{Clock, IdNumber};
use store::{Query, args};
use testkit::{TestApp, an_actor, both_databases};
use web::Module;

use super::{BeforePayment, last_check};
use crate::{rules::Rules, sources::Sources};

const COUNTY: &str = "371621";
const VILLAGE: i64 = 371_621_103_005_001;
/// 张三 owns a car, 李四 died in January, 王五 and 赵六 have nothing against them.
const PEOPLE: [(&str, &str); 4] = [
    ("11010519491231002X", "张三"),
    ("110105195001010011", "李四"),
    ("110105195202020020", "王五"),
    ("110105196003030031", "赵六"),
];

/// Into which 张三 is paid, and another one.
const ACCOUNTS: [&str; 2] = ["6217000000000000012", "6217000000000000020"];

/// A valid number with this beginning.
fn number(n: usize) -> String {
    let first = &PEOPLE[n].0[..17];
    format!("{first}{}", kernel::identity::check_char(first).unwrap())
}

fn key(app: &TestApp, n: usize) -> i64 {
    app.app.keys.person_key(&IdNumber::parse(&number(n)).unwrap().number).0
}

struct Desk {
    app: TestApp,
    check: Arc<BeforePayment>,
    folder: tempfile::TempDir,
}

async fn desk(db: testkit::TestDb) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let check = Arc::new(BeforePayment::open(folder.path()).unwrap());
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
        check.clone(),
        Arc::new(households::CaseCheckPart(check.clone())),
        Arc::new(BatchCheckPart(check.clone())),
    ];
    let app = TestApp::with_parts(db, modules, parts).await;
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    tx.execute(
        "INSERT INTO programme (code, name, org, fund_class, unit, rate_fen, cycle, payee_kind, targeted, public_name_mode, basis, what_done, effect) VALUES ('HN02', '低保金', 'civil_affairs', 3, '人', 66000, '季', 'household', TRUE, 'full', '', '', '')",
        vec![],
    )
    .await
    .unwrap();
    tx.execute(
        "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen, region, entered_by, last_by, version) \
         VALUES (9, 'B9', 'HN02', 'civil_affairs', '2026-02', 'dept_approved', 4, 264000, 371621000000000, 77, 77, 1)",
        vec![],
    )
    .await
    .unwrap();
    for (n, (_, name)) in PEOPLE.iter().enumerate() {
        let (person, house) = (key(&app, n), n as i64 + 5);
        tx.execute(
            "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) VALUES ($1, $2, 1, '1949-12-31', $3, '01', $4, $5)",
            args![person, *name, VILLAGE, house, vec![0_u8]],
        )
        .await
        .unwrap();
        if n == 3 {
            // 赵六 applies and is not registered yet.
            tx.execute(
                "INSERT INTO applicant (household_id, household_no, region, head_key, head_name, attr, main_cause, applied_on, open) VALUES ($1, '8', $2, $3, $4, 4, '1', '2026-01-10', TRUE)",
                args![house, VILLAGE, person, *name],
            )
            .await
            .unwrap();
            tx.execute(
                "INSERT INTO applicant_member (household_id, person_key, kin, open) VALUES ($1, $2, '01', TRUE)",
                args![house, person],
            )
            .await
            .unwrap();
            continue;
        }
        tx.execute(
            "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, main_cause, registered_on) VALUES ($1, $2, $3, $4, $5, 1, 0, 4, '1', '2020-01-01')",
            args![house, house.to_string(), VILLAGE, person, *name],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES ($1, $2, '01', '2020-01-01')",
            args![house, person],
        )
        .await
        .unwrap();
        let account = match n {
            0 => app.app.keys.digest("account", ACCOUNTS[0]) as i64,
            _ => 500 + n as i64,
        };
        tx.execute(
            "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, \
             amount_fen, paid_on, account_digest, account_tail, account_name, arrears, state, row_no) VALUES ($1, 9, 'HN02', $2, $3, $4, \
             $5, '2026-02', 100, 66000, 66000, '', $6, '0077', $3, FALSE, 'listed', $7)",
            args![n as i64 + 1, person, *name, house, VILLAGE, account, n as i64 + 2],
        )
        .await
        .unwrap();
    }
    tx.commit(trail::Act::new("test.seed", "desk")).await.unwrap();
    Desk { app, check, folder }
}

/// Rows by column id, as a department would deliver them.
async fn deliver(desk: &Desk, data_set: &str, rows: &[&[(&str, &str)]]) {
    let sources = desk.app.app.part::<Sources>().unwrap();
    let contract = sources.contracts.get(data_set).cloned().unwrap();
    let header: Vec<&str> = contract.columns.iter().map(|c| c.header.as_str()).collect();
    let mut text = header.join(",") + "\n";
    for row in rows {
        let cell = |id: &str| row.iter().find(|(name, _)| *name == id).map_or("", |(_, v)| *v);
        let cells: Vec<&str> = contract.columns.iter().map(|c| cell(&c.id)).collect();
        text += &(cells.join(",") + "\n");
    }
    let file = desk
        .folder
        .path()
        .join(format!("{data_set}-{}.csv", desk.app.app.next_id()));
    std::fs::write(&file, text).unwrap();
    let report = crate::sources::import_file(&desk.app.app, &Actor::system(), data_set, &file, false)
        .await
        .unwrap();
    assert_eq!(report.accepted as usize, rows.len(), "{report:?}");
}

async fn deliver_cars_and_deaths(desk: &Desk, cars_of: usize) {
    let (owner, dead) = (number(cars_of), number(1));
    deliver(
        desk,
        "vehicles",
        &[&[
            ("id_no", owner.as_str()),
            ("owner_name", PEOPLE[cars_of].1),
            ("plate_no", "鲁M12345"),
            ("vehicle_type", "K33"),
            ("reg_date", "2019-06-18"),
            ("status", "A"),
            ("value", "86000"),
        ]],
    )
    .await;
    deliver(
        desk,
        "life_events",
        &[&[
            ("id_no", dead.as_str()),
            ("name", "李四"),
            ("event", "death"),
            ("date_from", "2025-11-05"),
        ]],
    )
    .await;
}

both_databases! {
    // accept: 001-18, 002-22
    async fn the_dead_payee_is_held_the_car_owner_pointed_out_and_the_rest_goes(db: TestDb) {
        let desk = desk(db).await;
        deliver_cars_and_deaths(&desk, 0).await;
        let answer = desk.check.check(&desk.app.app, 9).await.unwrap();
        let told: Vec<(i64, &str, bool)> = answer.concerns.iter().map(|c| (c.payment, c.rule.as_str(), c.holds)).collect();
        assert_eq!(told, [(1, "A-01", false), (2, "B-01", true)], "{}", answer.told);
        assert_eq!(answer.hold_working_days, 5);
        assert!(answer.told.contains("2 类部门数据") && answer.told.contains("尚未报送"), "{}", answer.told);
        let car = &answer.concerns[0];
        assert!(car.text.contains("鲁M12345") && !car.verdict.contains("鲁M12345"), "{car:?}");
        assert_eq!(car.verdict, "与“机动车登记”有关的疑点，请核实");
        let event = answer.concerns[1].records[1].fields.iter().find(|f| f.label == "事件类别").unwrap();
        assert!(event.sensitive, "marked by the contract of its data set");

        let mut clerk = an_actor(Role::FundUnitAdmin, COUNTY);
        clerk.scope = clerk.scope.of_department("civil_affairs");
        clerk.department = Some("civil_affairs".into());
        let asked = Asked::on("compare-1", desk.app.clock.today());
        batch::step(&desk.app.app, &clerk, 9, BatchAct::Compare, &asked).await.unwrap();
        let slots = batch::slots(&desk.app.app.db, &Scope::area(COUNTY.parse().unwrap()), 9).await.unwrap();
        let slots: Vec<(&str, i64)> = slots.iter().map(|s| (s.state.as_str(), s.rows)).collect();
        assert_eq!(slots, [("held", 1), ("listed", 2)]);
        let page = desk.app.signed_in(clerk).await.get("/desk/batches/9").await.text();
        for words in ["1 行因疑点暂缓发放", "B-01 死亡人员领取", "鲁M12345", "到期没有人决定的自动解除"] {
            assert!(page.contains(words), "{words} not in {page}");
        }
    }

    async fn a_newer_delivery_is_read_at_once_and_an_altered_one_is_refused(db: TestDb) {
        let desk = desk(db).await;
        deliver_cars_and_deaths(&desk, 0).await;
        desk.check.check(&desk.app.app, 9).await.unwrap();
        deliver_cars_and_deaths(&desk, 2).await;
        let answer = desk.check.check(&desk.app.app, 9).await.unwrap();
        let told: Vec<(i64, &str)> = answer.concerns.iter().map(|c| (c.payment, c.rule.as_str())).collect();
        assert_eq!(told, [(2, "B-01"), (3, "A-01")]);
        let current = crate::sources::current_sources(&desk.app.app.db).await.unwrap();
        let cars = current.iter().find(|c| c.data_set == "vehicles").unwrap();
        let path = desk.app.app.part::<Sources>().unwrap().store.path("vehicles", &cars.snapshot);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[100] ^= 1;
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::write(&path, bytes).unwrap();
        let refused = desk.check.check(&desk.app.app, 9).await.unwrap_err();
        assert!(refused.message.contains("机动车登记") && refused.message.contains("重新导入"), "{refused}");
    }

    async fn what_the_first_check_waits_for_is_made_ready_once_and_again_after_a_delivery(db: TestDb) {
        let desk = desk(db).await;
        deliver_cars_and_deaths(&desk, 0).await;
        assert!(desk.check.make_ready(&desk.app.app).await.unwrap());
        assert!(!desk.check.make_ready(&desk.app.app).await.unwrap(), "nothing changed since");
        deliver_cars_and_deaths(&desk, 2).await;
        assert!(desk.check.make_ready(&desk.app.app).await.unwrap());
        // What was made ready over nobody answers for everybody.
        let answer = desk.check.check(&desk.app.app, 9).await.unwrap();
        let told: Vec<(i64, &str)> = answer.concerns.iter().map(|c| (c.payment, c.rule.as_str())).collect();
        assert_eq!(told, [(2, "B-01"), (3, "A-01")]);
    }

    async fn of_all_accounts_only_those_that_are_paid_into_are_looked_at(db: TestDb) {
        let desk = desk(db).await;
        let (own, stranger) = (number(0), number(3));
        let rows: Vec<[(&str, &str); 5]> = [(&stranger, ACCOUNTS[0]), (&own, ACCOUNTS[1])]
            .iter()
            .map(|(holder, account)| {
                [("id_no", holder.as_str()), ("account", *account), ("name", "赵六"), ("bank", "农商行"), ("opened_on", "2016-05-04")]
            })
            .collect();
        let rows: Vec<&[(&str, &str)]> = rows.iter().map(|row| &row[..]).collect();
        deliver(&desk, "bank_accounts", &rows).await;
        let answer = desk.check.check(&desk.app.app, 9).await.unwrap();
        let told: Vec<(i64, &str)> = answer.concerns.iter().map(|c| (c.payment, c.rule.as_str())).collect();
        assert_eq!(told, [(1, "B-08")], "held by a stranger who is in no list: {}", answer.told);
    }

    async fn households_without_an_authorisation_are_counted_among_those_asked_about(db: TestDb) {
        let desk = desk(db).await;
        let tx = desk.app.app.trail.begin(&Actor::system()).await.unwrap();
        // Last year a neighbour, who is in no list now, was paid to the account 王五 is paid to.
        tx.execute(
            "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) VALUES (4711, '钱七', 1, '1961-01-01', $1, '01', 70, $2)",
            args![VILLAGE, vec![0_u8]],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO household (id, household_no, region, head_key, head_name, population, status, attr, main_cause, registered_on) VALUES (70, '70', $1, 4711, '钱七', 1, 0, 4, '1', '2020-01-01')",
            args![VILLAGE],
        )
        .await
        .unwrap();
        tx.execute("INSERT INTO household_member (household_id, person_key, kin, joined_on) VALUES (70, 4711, '01', '2020-01-01')", vec![])
            .await
            .unwrap();
        tx.execute(
            "INSERT INTO payment (id, batch_id, programme, person_key, payee_name, household_id, region, month, qty, rate_fen, amount_fen, \
             paid_on, account_digest, account_tail, account_name, arrears, state, row_no) VALUES (99, 8, 'HN02', 4711, '钱七', 70, $1, \
             '2025-12', 100, 66000, 66000, '2025-12-20', 502, '0077', '钱七', FALSE, 'paid', 2)",
            args![VILLAGE],
        )
        .await
        .unwrap();
        // 李四 signed; 张三 and 王五 did not.
        tx.execute(
            "INSERT INTO check_authorisation (household_id, person_key, signed_on, valid_to) VALUES (6, $1, '2020-01-01', '2099-01-01')",
            args![key(&desk.app, 1)],
        )
        .await
        .unwrap();
        tx.commit(trail::Act::new("test.seed", "desk")).await.unwrap();
        let saver = number(0);
        deliver(
            &desk,
            "deposits",
            &[&[
                ("id_no", saver.as_str()),
                ("name", "张三"),
                ("bank", "农商行"),
                ("total", "800000"),
                ("as_of", "2025-12-31"),
                ("authorisation_no", "SQ1"),
            ]],
        )
        .await;
        let answer = desk.check.check(&desk.app.app, 9).await.unwrap();
        assert!(answer.told.contains("2 户没有有效授权"), "three are read, two are asked about: {}", answer.told);
    }

    async fn an_application_is_compared_while_the_clerk_waits(db: TestDb) {
        let desk = desk(db).await;
        deliver_cars_and_deaths(&desk, 3).await;
        let mut village = desk.app.as_role(Role::VillageAdmin, "371621103005").await;
        let at = "/desk/households/8/check";
        let empty = village.get(at).await.text();
        assert!(empty.contains("还没有与部门数据比对") && empty.contains("赵六"), "whose household it is: {empty}");
        let refused = village.post(at, &[("purpose", "查")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("请写明用途") && refused.attributes("#purpose", "value") == ["查"], "{}", refused.text());
        let numbered = village.post(at, &[("purpose", "核对 371621102001001 的账号")]).await;
        assert!(numbered.status == 422 && numbered.text().contains("请勿填写身份证号"), "the record holds nobody's number");
        let sent = village.post(at, &[("purpose", "入户调查前核对"), ("request_id", "check-0001")]).await;
        assert!(sent.status.is_redirection(), "{}", sent.text());
        let kept = last_check(&desk.app.app.db, 8).await.unwrap().unwrap();
        assert_eq!(kept.concerns().iter().map(|c| c.rule.as_str()).collect::<Vec<_>>(), ["A-01"]);
        let page = village.get(at).await.text();
        assert!(page.contains("与“机动车登记”有关的疑点") && !page.contains("鲁M12345"), "the village reads that there is a question: {page}");
        let flow = village.get("/desk/households/8?tab=flow").await.text();
        assert!(flow.contains("数据比对"), "{flow}");
        let mut department = desk.app.as_role(Role::CdiAdmin, COUNTY).await;
        assert!(department.get(at).await.text().contains("鲁M12345"));
        let looked = desk.app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'case.check_view'", vec![]).await.unwrap();
        assert_eq!(looked, 1, "who read the records is on the record; who read the verdict needs no entry");
        let mut elsewhere = desk.app.as_role(Role::VillageAdmin, "371621102001").await;
        assert_eq!(elsewhere.get(at).await.status, 404);
    }
}
