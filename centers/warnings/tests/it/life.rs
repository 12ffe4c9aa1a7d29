//! A finding from question to answer, as people do it in the browser.

use access::{Actor, Role};
use kernel::PersonKey;
use store::args;
use testkit::both_databases;

use crate::world::*;

both_databases! {
    // accept: 003-36d, 001-10
    async fn a_true_red_finding_is_verified_checked_rectified_and_cleared(db: TestDb) {
        let world = a_county(db).await;
        let mut red = a_draft(1);
        red.severity = comparison::finding::Severity::R;
        absorb(&world, &a_run(1), vec![red]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        let mut helper = world.signed_in(of_area(16, "驻村队员", Role::ResidentTeam, COMMUNITY)).await;

        let page = desk.clerk.get(&format!("/desk/warnings/{id}")).await;
        assert!(page.text().contains("是否仍符合条件？"), "{}", page.text());
        assert!(page.text().contains("鲁M00001") && page.text().contains("第 17 行"));
        assert_eq!(page.attributes("form[data-act]", "data-act"), ["acknowledge", "reassign", "return"]);
        done(&mut desk.clerk, id, "acknowledge", &[]).await;
        done(&mut helper, id, "start_verification", &[("team", "驻村队员、李四")]).await;
        let fields = [
            ("request_id", "upload-0001"),
            ("verify_team", "驻村队员、李四"),
            ("verify_verdict", "true"),
            ("verify_confirmed", "300.01"),
            ("verify_evidence", "入户查看，车辆在用"),
        ];
        let sent = helper.upload(&format!("/desk/warnings/{id}/verify"), &fields, "现场.jpg", PHOTO).await;
        assert_eq!(sent.status.as_u16(), 303, "{}", sent.text());
        done(&mut desk.chief, id, "dept_review", &[("opinion", "同意")]).await;
        let early = act(&mut desk.clerk, id, "start_rectification", &[]).await;
        assert_eq!(early.status.as_u16(), 409, "red ones wait for the discipline office");
        done(&mut desk.inspector, id, "cdi_check", &[("opinion", "同意")]).await;
        done(&mut desk.clerk, id, "start_rectification", &[]).await;
        let too_much = act(&mut desk.clerk, id, "rectify", &[("measures", "停发"), ("recovered", "301")]).await;
        assert_eq!(too_much.status.as_u16(), 422);
        assert!(too_much.text().contains("追回金额超过查实金额"));
        assert_eq!(too_much.attributes("#rectify_recovered", "value"), ["301"], "what was typed is kept");
        done(&mut desk.clerk, id, "rectify", &[("measures", "停发并追回"), ("recovered", "300.01")]).await;
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding WHERE colour = 'Y'").await, 1);
        done(&mut desk.clerk, id, "apply_elimination", &[("reasons", "已全部追回")]).await;
        done(&mut desk.inspector, id, "approve_elimination", &[("opinion", "同意消除")]).await;

        assert_eq!(stage(&world, id).await, "closed");
        let page = desk.clerk.get(&format!("/desk/warnings/{id}")).await;
        for told in ["已消除", "整改到位", "查实金额 300.01 元", "已批准", "登记核查结论", "现场.jpg"] {
            assert!(page.text().contains(told), "{told}: {}", page.text());
        }
        assert_eq!(number(&world, "SELECT COUNT(*) FROM trail_event WHERE act LIKE 'finding.%' AND act <> 'finding.look'").await, 9);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM trail_event WHERE act = 'finding.look'").await, 1, "one reader, once a day");
        trail_is_whole(&world).await;
    }

    async fn sending_twice_acts_once(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        let fields = [("request_id", "the-same-request")];
        let path = format!("/desk/warnings/{id}/acknowledge");
        for _ in 0..2 {
            assert_eq!(desk.clerk.post(&path, &fields).await.status.as_u16(), 303);
        }
        let mut other = desk.clerk.clone();
        let (a, b) = testkit::tokio::join!(desk.clerk.post(&path, &fields), other.post(&path, &fields));
        assert_eq!((a.status.as_u16(), b.status.as_u16()), (303, 303));
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding_step WHERE act = 'acknowledge'").await, 1);
    }

    async fn the_same_request_at_the_same_moment_acts_once(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        let mut other = desk.clerk.clone();
        let fields = [("request_id", "at-the-same-moment")];
        let path = format!("/desk/warnings/{id}/acknowledge");
        let (a, b) = testkit::tokio::join!(desk.clerk.post(&path, &fields), other.post(&path, &fields));
        assert_eq!((a.status.as_u16(), b.status.as_u16()), (303, 303), "{} {}", a.text(), b.text());
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding_step WHERE act = 'acknowledge'").await, 1);
    }

    async fn of_two_approvers_one_wins_and_the_other_is_told(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        to_reviewed(&mut desk, id, &[("verdict", "true"), ("confirmed", "0")]).await;
        done(&mut desk.clerk, id, "start_rectification", &[]).await;
        done(&mut desk.clerk, id, "rectify", &[("measures", "停发"), ("recovered", "0")]).await;
        done(&mut desk.clerk, id, "apply_elimination", &[("reasons", "已停发")]).await;
        let mut second = world.signed_in(of_area(32, "孙审核", Role::CdiOfficeAdmin, COUNTY)).await;
        let opinion = [("opinion", "同意")];
        let (a, b) = testkit::tokio::join!(
            act(&mut desk.inspector, id, "approve_elimination", &opinion),
            act(&mut second, id, "approve_elimination", &opinion)
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM finding_step WHERE act = 'approve_elimination'").await, 1);
        assert_eq!(number(&world, "SELECT COUNT(*) FROM warning_elimination WHERE state = 'approved'").await, 1);
    }

    async fn a_skipped_step_changes_nothing(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        let verdict = [("team", "李四、王五"), ("verdict", "false"), ("evidence", "未去")];
        for (name, fields) in [("verify", &verdict[..]), ("dept_review", &[("opinion", "同意")]), ("rectify", &[("measures", "无"), ("recovered", "0")])] {
            let shown = act(&mut desk.clerk, id, name, fields).await;
            assert_eq!(shown.status.as_u16(), 409, "{name}");
            assert!(shown.text().contains("待签收"), "{}", shown.text());
        }
        let shown = act(&mut desk.inspector, id, "close", &[("reason", "无")]).await;
        assert_eq!(shown.status.as_u16(), 409);
        assert_eq!((stage(&world, id).await.as_str(), number(&world, "SELECT steps FROM finding").await), ("assigned", 2));
    }

    async fn who_recorded_does_not_review(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        done(&mut desk.clerk, id, "acknowledge", &[]).await;
        done(&mut desk.clerk, id, "start_verification", &[("team", "李四、王五")]).await;
        done(&mut desk.clerk, id, "verify", &[("team", "李四、王五"), ("verdict", "false"), ("evidence", "入户")]).await;
        let own = act(&mut desk.clerk, id, "dept_review", &[("opinion", "同意")]).await;
        assert_eq!(own.status.as_u16(), 403);
        assert!(own.text().contains("另一人审核"));
        let page = desk.clerk.get(&format!("/desk/warnings/{id}")).await;
        assert!(!page.attributes("form[data-act]", "data-act").contains(&"dept_review".to_owned()));
    }

    async fn nobody_acts_on_himself_or_his_household(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1), a_draft(2)]).await;
        a_person(&world, 50, 9002).await;
        let mut himself = of_department(11, "李民政", "civil_affairs");
        himself.person = Some(PersonKey(1));
        let mut client = world.signed_in(himself).await;
        let shown = act(&mut client, id_of(&world, 1).await, "acknowledge", &[]).await;
        assert_eq!(shown.status.as_u16(), 403);
        assert!(shown.text().contains("本人"));
        let mut kin = of_department(12, "赵科长", "civil_affairs");
        kin.person = Some(PersonKey(50));
        let mut client = world.signed_in(kin).await;
        let shown = act(&mut client, id_of(&world, 2).await, "acknowledge", &[]).await;
        assert_eq!(shown.status.as_u16(), 403);
        assert!(shown.text().contains("近亲属"));
    }

    // accept: 000-92a
    async fn a_finding_on_the_board_has_a_named_leader_and_its_progress_is_told(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1), a_draft(2)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        let path = format!("/desk/warnings/{id}");
        let refused = act(&mut desk.inspector, id, "supervise", &[("leader", ""), ("reason", "群众反映强烈")]).await;
        assert_eq!(refused.status.as_u16(), 422, "a board without a leader is none");
        done(&mut desk.inspector, id, "supervise", &[("leader", "赵书记"), ("reason", "群众反映强烈")]).await;
        assert!(desk.clerk.get(&path).await.text().contains("督办领导：赵书记"));
        assert_eq!(desk.inspector.get("/desk/warnings?supervised=1").await.texts("tbody tr").len(), 1);
        done(&mut desk.clerk, id, "progress", &[("text", "已调取购车发票，下周入户")]).await;
        assert!(desk.inspector.get(&path).await.text().contains("已调取购车发票"));
        done(&mut desk.inspector, id, "lift_supervision", &[("reason", "已查清")]).await;
        assert_eq!(desk.inspector.get("/desk/warnings?supervised=1").await.texts("tbody tr").len(), 0);
    }

    // accept: 000-49, 000-92c
    async fn a_finding_goes_up_to_the_city_and_comes_back(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        let mut city = world.signed_in(of_area(41, "市纪委", Role::CityCdi, "3716")).await;
        done(&mut desk.inspector, id, "escalate", &[("reason", "涉及两个县")]).await;
        let waits = city.get("/desk/warnings?mine=1").await;
        assert_eq!(waits.texts("tbody tr").len(), 1);
        done(&mut city, id, "return", &[("reason", "由县里继续核查")]).await;
        assert_eq!(stage(&world, id).await, "assigned");
    }

    // accept: 003-66
    async fn a_false_finding_on_a_cadre_leaves_a_note_that_clears_the_name(db: TestDb) {
        let world = a_county(db).await;
        let mut draft = a_draft(1);
        draft.rule_id = "C-01".into();
        draft.key = "C-01|person:1|2026-01".into();
        absorb(&world, &a_run(1), vec![draft]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        to_reviewed(&mut desk, id, &[("verdict", "false")]).await;
        let page = desk.clerk.get(&format!("/desk/warnings/{id}")).await;
        assert!(page.text().contains("待复核生效"), "{}", page.text());
        done(&mut desk.inspector, id, "cdi_check", &[("opinion", "同意")]).await;
        done(&mut desk.inspector, id, "close", &[("reason", "不属实")]).await;
        let page = desk.inspector.get(&format!("/desk/warnings/{id}")).await;
        assert!(page.text().contains("澄清记录") && page.text().contains("已生效"));
        assert_eq!(number(&world, "SELECT COUNT(*) FROM clearance_note WHERE state = 'in_force'").await, 1);
        done(&mut desk.inspector, id, "reopen", &[("reason", "有新的证据")]).await;
        assert_eq!(number(&world, "SELECT COUNT(*) FROM clearance_note WHERE state = 'void'").await, 1);
    }

    async fn files_are_judged_by_what_they_hold(db: TestDb) {
        let world = a_county(db).await;
        absorb(&world, &a_run(1), vec![a_draft(1)]).await;
        let id = id_of(&world, 1).await;
        let mut desk = a_desk(&world).await;
        done(&mut desk.clerk, id, "acknowledge", &[]).await;
        done(&mut desk.clerk, id, "start_verification", &[("team", "李四、王五")]).await;
        let path = format!("/desk/warnings/{id}/verify");
        let fields = |request: &'static str| {
            [("request_id", request), ("team", "李四、王五"), ("verdict", "false"), ("evidence", "入户")]
        };
        let refused = desk.clerk.upload(&path, &fields("upload-bad"), "照片.jpg", b"MZ program").await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text().contains("附件“照片.jpg”"), "{}", refused.text());
        assert_eq!(stage(&world, id).await, "verifying");
        desk.clerk.upload(&path, &fields("upload-good"), "../../照片.jpg", PHOTO).await;
        let page = desk.clerk.get(&format!("/desk/warnings/{id}")).await;
        let file = page.attributes("a[href*='/files/']", "href").remove(0);
        let got = desk.clerk.get(&file).await;
        assert_eq!(got.status.as_u16(), 200);
        assert!(!got.bytes.windows(4).any(|w| w == b"Exif"), "the place is gone");
        let mut elsewhere = world.signed_in(of_area(61, "外镇", Role::TownCdi, OTHER_TOWN)).await;
        assert_eq!(elsewhere.get(&file).await.status.as_u16(), 404);
    }
}

async fn a_person(world: &testkit::TestApp, key: i64, household: i64) {
    let tx = world.app.trail.begin(&Actor::system()).await.unwrap();
    tx.execute(
        "INSERT INTO person (person_key, name, sex, birth, region, kin, household_id, id_sealed) \
         VALUES ($1, '某人', 1, '1980-01-01', 371621103201001, '01', $2, $3)",
        args![key, household, vec![0_u8]],
    )
    .await
    .unwrap();
    tx.commit(trail::Act::new("test.person", "person:1")).await.unwrap();
}
