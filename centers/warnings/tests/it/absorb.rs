//! One subject, rule and period is one finding for ever.

use comparison::finding::{Absorbed, Severity};

use crate::world::*;
use testkit::both_databases;

both_databases! {
    async fn a_new_finding_is_assigned_by_rule_and_region_with_a_term(db: TestDb) {
        let world = a_county(db).await;
        let mut red = a_draft(2);
        red.severity = Severity::R;
        let counts = absorb(&world, &a_run(1), vec![a_draft(1), red]).await;
        assert_eq!(counts, Absorbed { new: 2, ..Absorbed::default() });
        let assigned = "SELECT COUNT(*) FROM finding WHERE stage = 'assigned' AND owner_department = 'civil_affairs' \
                        AND origin = 'department' AND finding_no LIKE 'YJ20260302-000%'";
        assert_eq!(number(&world, assigned).await, 2);
        let earlier = "SELECT COUNT(*) FROM finding a, finding b WHERE a.person_key = 2 AND b.person_key = 1 \
                       AND a.due_millis < b.due_millis";
        assert_eq!(number(&world, earlier).await, 1, "red is due before orange");
    }

    async fn the_same_drafts_twice_change_nothing(db: TestDb) {
        let world = a_county(db).await;
        let drafts: Vec<_> = (1..=30).map(a_draft).collect();
        absorb(&world, &a_run(1), drafts.clone()).await;
        let steps = number(&world, "SELECT COUNT(*) FROM finding_step").await;
        let counts = absorb(&world, &a_run(2), drafts).await;
        assert_eq!(counts, Absorbed { unchanged: 30, ..Absorbed::default() });
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding_step").await, steps);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding").await, 30);
    }

    async fn a_newer_file_with_the_same_facts_is_no_news(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let mut again = a_draft(1);
        again.evidence[1].snapshot = "ef".repeat(32);
        again.evidence[1].file_name = "机动车202603.csv".into();
        again.evidence[1].row_no = Some(99);
        assert_eq!(absorb(&world, &a_run(2), vec![again]).await.unchanged, 1);
    }

    async fn new_facts_renew_an_open_finding_and_leave_a_step(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut changed = a_draft(1);
        changed.money_fen = 99_900;
        assert_eq!(absorb(&world, &a_run(2), vec![changed]).await.updated, 1);
        assert_eq!(number(&world, "SELECT money_fen FROM finding").await, 99_900);
        assert_eq!((id_of(&world, 1).await, stage(&world, id).await.as_str()), (id, "assigned"));
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding_step WHERE act = 'evidence'").await, 1);
        assert_eq!(number(&world, "SELECT steps FROM finding").await, 3);
    }

    async fn what_is_not_found_again_is_cleared_unless_people_have_judged_it(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1), a_draft(2), a_draft(3)]).await;
        let mut desk = a_desk(&world).await;
        let judged = id_of(&world, 2).await;
        to_reviewed(&mut desk, judged, &[("verdict", "false")]).await;
        let supervised = id_of(&world, 3).await;
        done(&mut desk.inspector, supervised, "supervise", &[("leader", "赵书记"), ("reason", "群众反映强烈")]).await;
        let counts = absorb(&world, &a_run(2), vec![]).await;
        assert_eq!(counts.cleared, 1);
        let gone = id_of(&world, 1).await;
        assert_eq!(stage(&world, gone).await, "closed");
        assert_eq!(stage(&world, judged).await, "dept_reviewed");
        assert_eq!(stage(&world, supervised).await, "assigned");
        assert_eq!(absorb(&world, &a_run(3), vec![]).await, Absorbed::default(), "twice clears nothing twice");
        assert_eq!(absorb(&world, &a_run(4), vec![a_draft(1)]).await.updated, 1);
        assert_eq!(stage(&world, gone).await, "reopened", "the cause is back, so the question is");
    }

    async fn a_run_of_other_rules_or_places_clears_nothing(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let mut elsewhere = a_run(2);
        elsewhere.rules.iter_mut().for_each(|r| r.region = OTHER_TOWN.parse().unwrap());
        assert_eq!(absorb(&world, &elsewhere, vec![]).await.cleared, 0);
        let mut other_rule = a_run(3);
        other_rule.rules.retain(|r| r.rule_id == "B-01");
        assert_eq!(absorb(&world, &other_rule, vec![]).await.cleared, 0);
    }

    async fn a_closed_finding_stays_closed_until_the_facts_change(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let mut desk = a_desk(&world).await;
        let id = id_of(&world, 1).await;
        to_reviewed(&mut desk, id, &[("verdict", "exception"), ("exception", "X04")]).await;
        done(&mut desk.inspector, id, "cdi_check", &[("opinion", "同意")]).await;
        done(&mut desk.inspector, id, "close", &[("reason", "例外成立")]).await;
        assert_eq!(absorb(&world, &a_run(2), vec![a_draft(1)]).await.unchanged, 1);
        assert_eq!(stage(&world, id).await, "closed");
        let mut changed = a_draft(1);
        changed.evidence[1].fields[1].value = "鲁M99999".into();
        assert_eq!(absorb(&world, &a_run(3), vec![changed]).await.updated, 1);
        assert_eq!(stage(&world, id).await, "reopened");
        let fresh = "SELECT COUNT(*) FROM finding WHERE verdict IS NULL AND colour = 'O' AND due_millis > 0";
        assert_eq!(number(&world, fresh).await, 1);
        done(&mut desk.clerk, id, "acknowledge", &[]).await;
    }

    async fn a_run_that_dies_leaves_nothing(db: TestDb) {
        let world = a_county(db).await;
        let tx = world.app.trail.begin(&access::Actor::system()).await.unwrap();
        warnings::sink().absorb(&tx, &a_run(1), vec![a_draft(1)]).await.unwrap();
        drop(tx);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding").await, 0);
        assert_eq!(absorb(&world, &a_run(1), vec![a_draft(1)]).await.new, 1);
    }

    async fn ten_thousand_findings_are_taken_in_at_once(db: TestDb) {
        let world = a_county(db).await;
        let drafts: Vec<_> = (1..=10_000).map(a_draft).collect();
        let mut changed = drafts.clone();
        changed.iter_mut().for_each(|d| d.money_fen += 1);
        assert_eq!(absorb(&world, &a_run(1), drafts.clone()).await.new, 10_000);
        assert_eq!(absorb(&world, &a_run(2), drafts).await.unchanged, 10_000);
        assert_eq!(absorb(&world, &a_run(3), changed).await.updated, 10_000);
        assert_eq!(absorb(&world, &a_run(4), vec![]).await.cleared, 10_000);
    }

    async fn a_run_about_a_few_people_clears_only_their_findings_and_says_why(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1), a_draft(2)]).await;
        let mut few = a_run(2);
        few.touched = Some([1].into());
        few.because = "“机动车登记”已更新（快照 abcdef012345）".into();
        let counts = absorb(&world, &few, Vec::new()).await;
        assert_eq!(counts.cleared, 1, "nobody asked about the second");
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding WHERE person_key = 1 AND stage = 'closed'").await, 1);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding WHERE person_key = 2 AND stage <> 'closed'").await, 1);
        let told = "SELECT COUNT(*) FROM finding_step WHERE note LIKE '%快照 abcdef012345%再次比对已无此疑点%'";
        assert_eq!(number(&world, told).await, 1);
    }
}
