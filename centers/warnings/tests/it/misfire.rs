//! J-09: a rule that is hardly ever borne out becomes a finding for whoever keeps it, and closes by itself.

use access::Role;
use store::args;
use testkit::{TestApp, both_databases};

use crate::world::*;

/// Sixty questions of A-01, of which so many were borne out.
async fn judged(world: &TestApp, borne_out: i64) {
    let sql = format!(
        "UPDATE finding SET verdict = CASE WHEN subject_key <= {borne_out} THEN 'true' ELSE 'false' END WHERE rule_id = 'A-01'"
    );
    world.app.db.run_schema(&sql).await.unwrap();
}

async fn sixty(world: &TestApp) {
    absorb(world, &a_run(1), (1..=60).map(a_draft).collect()).await;
}

async fn open(world: &TestApp) -> i64 {
    number(
        world,
        "SELECT COUNT(*) FROM finding WHERE rule_id = 'J-09' AND stage <> 'closed'",
    )
    .await
}

async fn all(world: &TestApp) -> i64 {
    number(world, "SELECT COUNT(*) FROM finding WHERE rule_id = 'J-09'").await
}

both_databases! {
    async fn a_rule_hardly_ever_borne_out_is_a_finding_for_its_keeper_once_and_closes_when_it_recovers(db: TestDb) {
        let world = a_county(db).await;
        sixty(&world).await;
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 0), "nobody has judged yet");
        judged(&world, 5).await;
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (1, 0));
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 0), "once");
        judged(&world, 6).await;
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 0), "still the same question");
        assert_eq!((open(&world).await, all(&world).await), (1, 1));

        let id = number(&world, "SELECT id FROM finding WHERE rule_id = 'J-09'").await;
        let mut clerk = world.signed_in(of_department(11, "李民政", "civil_affairs")).await;
        let list = clerk.get("/desk/warnings?rule=J-09").await.text();
        assert!(list.contains("J-09 规则失准") && list.contains("规则 A-01"), "{list}");
        let shown = clerk.get(&format!("/desk/warnings/{id}")).await;
        let page = shown.text();
        assert!(page.contains("60 条核查结论，属实 5 条（8.33%") && page.contains("请维护单位核实"), "{page}");
        let ways = shown.attributes("main a", "href");
        assert!(ways.contains(&"/desk/rules/A-01".to_owned()), "the way to the rule: {ways:?}");
        done(&mut clerk, id, "acknowledge", &[]).await;
        let mut other = world.signed_in(of_department(21, "钱财政", "finance")).await;
        assert_eq!(other.get(&format!("/desk/warnings/{id}")).await.status.as_u16(), 404, "not the keeper");

        judged(&world, 12).await;
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 1), "a fifth is not below a fifth");
        assert_eq!(stage(&world, id).await, "closed");
        let page = clerk.get(&format!("/desk/warnings/{id}")).await.text();
        assert!(page.contains("属实率已回升"), "{page}");
        judged(&world, 5).await;
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (1, 0));
        assert_eq!((open(&world).await, all(&world).await), (1, 1), "the same finding of the same year begins again");
    }

    async fn a_change_of_the_rule_closes_it_and_what_was_asked_before_is_not_held_against_the_rule(db: TestDb) {
        let world = a_county(db).await;
        sixty(&world).await;
        judged(&world, 5).await;
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (1, 0));
        let at = world.app.clock.now().millis() + 1_000;
        let tx = world.app.trail.begin(&access::Actor::system()).await.unwrap();
        tx.execute(
            "INSERT INTO rule_change (id, rule_id, param, region, from_on, value, basis, reason, state, proposed_by, \
             proposed_name, proposed_at, decided_name, decided_at, opinion, trial) VALUES (1, 'A-01', 'low_value_fen', \
             371621000000000, '2020-01-01', '5000000', '文件', '误报多', 'approved', 1, '甲', $1, '乙', $1, '同意', '')",
            args![at],
        )
        .await
        .unwrap();
        tx.commit(trail::Act::new("test.seed", "rule_change")).await.unwrap();
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 1));
        assert_eq!(open(&world).await, 0);
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 0));
    }

    async fn fifty_verdicts_are_needed_and_the_last_one_of_them_tells(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), (1..=50).map(a_draft).collect()).await;
        let told = "UPDATE finding SET verdict = 'false' WHERE rule_id = 'A-01' AND subject_key > 1";
        world.app.db.run_schema(told).await.unwrap();
        assert_eq!(warnings::store::review(&world.app).await.unwrap(), (0, 0), "forty-nine");
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        to_reviewed(&mut desk, id, &[("verdict", "false"), ("reason", "车辆已卖出")]).await;
        assert_eq!(open(&world).await, 1, "the verdict itself made the platform look");
        let mut village = world.as_role(Role::VillageAdmin, VILLAGE).await;
        assert!(!village.get("/desk/warnings?rule=J-09").await.text().contains("规则失准"));
    }
}
