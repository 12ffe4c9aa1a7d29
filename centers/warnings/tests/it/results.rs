//! 核查成效: shares of verdicts by rule with their interval, and the way from doubtful households to those removed.

use testkit::both_databases;

use crate::world::*;

async fn some_verdicts(world: &testkit::TestApp) {
    absorb(world, &a_run(1), (1..=6).map(a_draft).collect()).await;
    let mut desk = a_desk(world).await;
    for (n, verdict) in [
        (
            1,
            &[("verdict", "true"), ("confirmed", "200"), ("reason", "车辆在其名下")][..],
        ),
        (2, &[("verdict", "false"), ("reason", "车辆已卖出")]),
        (3, &[("verdict", "false"), ("reason", "同名")]),
    ] {
        let id = id_of(world, n).await;
        to_reviewed(&mut desk, id, verdict).await;
    }
}

/// Procedures of households that came to their end on a day, one a household from `first` on.
fn ended_cases(first: i64, count: i64, kind: &str, state: &str, day: kernel::Date) -> String {
    format!(
        "INSERT INTO household_case (id, household_id, region, head_name, kind, state, origin, open, opened_on, since_on) \
         WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         SELECT i, 9000 + i, {VILLAGE}, '户主', '{kind}', '{state}', 'comparison', FALSE, '{day}', '{day}' FROM n",
        first + count - 1
    )
}

/// The last step of each of them.
fn ended_steps(kind: &str, state: &str, day: kernel::Date) -> String {
    format!(
        "INSERT INTO case_step (case_id, no, act, from_state, to_state, at_millis, on_day, actor_name, role, reason, \
         reason_codes, basis, detail) SELECT id, 1, 'decide', '', '{state}', 0, '{day}', '县办', 'county_admin', '', '', '', '' \
         FROM household_case WHERE kind = '{kind}'"
    )
}

both_databases! {
    // accept: 000-48
    async fn doubted_verified_and_confirmed_households_and_the_share_borne_out_stand_on_one_page(db: TestDb) {
        let world = a_county(db).await;
        some_verdicts(&world).await;
        let mut client = world.signed_in(inspector()).await;
        let shown = client.get("/desk/warnings/results").await;
        assert_eq!(shown.status.as_u16(), 200, "{}", shown.text());
        assert_eq!(shown.texts(".tile-value"), ["6 户", "3 户", "1 户", "0 户", "0 户"]);
        let cells = shown.texts("tbody tr td");
        assert!(cells[0].starts_with("A-01"), "{cells:?}");
        assert_eq!(cells[1..9], ["6", "3", "1", "2", "0", "0", "33.33%", "6.15% 至 79.23%"]);
        let before = client.get("/desk/warnings/results?from=2020-01-01&to=2020-12-31").await;
        assert!(before.text().contains("这段时间没有预警"));
        let other = client.get(&format!("/desk/warnings/results?town={OTHER_TOWN}")).await;
        assert_eq!(other.texts(".tile-value")[0], "0 户");
        let wrong = client.get("/desk/warnings/results?from=2026-13-01").await;
        assert!(wrong.status.as_u16() == 422 || wrong.status.as_u16() == 400, "{}", wrong.status);
        assert!(wrong.text().contains("起始日期请填成"));
    }

    // accept: 000-48
    async fn of_52_000_doubts_17_000_households_were_struck_off_and_13_000_taken_in_besides(db: TestDb) {
        let (doubted, struck_off, taken_in) = (52_000, 17_000, 13_000);
        let world = a_county(db).await;
        absorb(&world, &a_run(1), (1..=doubted).map(a_draft).collect()).await;
        let day = world.app.clock.today();
        let verdicts = format!(
            "UPDATE finding SET verdict = CASE WHEN person_key <= {struck_off} THEN 'true' ELSE 'false' END \
             WHERE person_key <= {}",
            doubted - 1
        );
        for sql in [
            verdicts,
            ended_cases(1, struck_off, "removal", "removed", day),
            ended_steps("removal", "removed", day),
            ended_cases(doubted + 1, taken_in, "identification", "registered", day),
            ended_steps("identification", "registered", day),
        ] {
            world.app.db.run_schema(&sql).await.unwrap();
        }
        let mut client = world.signed_in(inspector()).await;
        let shown = client.get("/desk/warnings/results").await;
        let tiles = ["52000 户", "51999 户", "17000 户", "17000 户", "13000 户"];
        assert_eq!(shown.texts(".tile-value"), tiles, "{}", shown.text());
        let cells = shown.texts("tbody tr td");
        assert_eq!(cells[1..5], ["52000", "51999", "17000", "34999"], "{cells:?}");
    }

    async fn a_rule_that_is_hardly_ever_borne_out_is_named(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), (1..=60).map(a_draft).collect()).await;
        let decided = "UPDATE finding SET verdict = CASE WHEN subject_key <= 5 THEN 'true' ELSE 'false' END";
        world.app.db.run_schema(decided).await.unwrap();
        let mut client = world.signed_in(inspector()).await;
        let shown = client.get("/desk/warnings/results").await;
        assert!(shown.text().contains("1 条规则失准"), "{}", shown.text());
        let file = client.get("/desk/warnings/results.xlsx").await;
        assert_eq!(file.status.as_u16(), 200);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM trail_event WHERE act = 'finding.export'").await, 1);
    }

    async fn helpers_and_villages_have_no_business_with_the_shares_of_rules(db: TestDb) {
        let world = a_county(db).await;
        let mut helper = world.as_role(access::Role::Helper, TOWN).await;
        assert_eq!(helper.get("/desk/warnings/results").await.status.as_u16(), 403);
    }
}
