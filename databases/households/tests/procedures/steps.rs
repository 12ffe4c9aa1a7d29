//! The procedures driven right, wrong, twice, by the wrong people, on both databases.

use access::Role;
use households::{
    model::{
        flows::{self, Act, Kind},
        guards::Brought,
    },
    store::{cases, change, perform, reading, split},
};
use records::flow::Code;
use store::{Query, args};
use testkit::both_databases;

use crate::county::*;

/// Everything the register holds about households, as one text: what must not change when a step is refused.
async fn everything(app: &testkit::TestApp) -> String {
    let mut out = String::new();
    for id in [ZHANG, WANG] {
        let record = reading::record(&app.app.db, id).await.unwrap().unwrap();
        out += &serde_json::to_string(&record).unwrap();
    }
    for table in [
        "case_step",
        "five_sign",
        "case_notice",
        "record_version",
        "review_meeting",
    ] {
        let n = app
            .app
            .db
            .number(&format!("SELECT COUNT(*) FROM {table}"), args![])
            .await
            .unwrap();
        out += &format!("{table}={n};");
    }
    out
}

#[test]
fn the_pages_of_the_procedures_are_what_the_tables_say() {
    for kind in Kind::ALL {
        let (name, text) = flows::page(*kind);
        testkit::docs::agree(&format!("flows/{name}.md"), &text);
    }
}

both_databases! {
    async fn every_step_a_procedure_does_not_list_is_refused_and_changes_nothing(db: TestDb) {
        let app = a_county(db, &[]).await;
        for kind in Kind::ALL {
            set_case(&app, ZHANG, *kind, flows::first_state(*kind)).await;
            let mut last = "";
            let mut before = String::new();
            for (state, act) in flows::illegal(*kind) {
                if state != last {
                    set_case(&app, ZHANG, *kind, state).await;
                    last = state;
                    before = everything(&app).await;
                }
                let outcome = perform::perform(&app.app, &an(Role::TownPoverty, 1), ZHANG, &request(), act, &brought(), vec![]).await;
                let refusal = outcome.expect_err(&format!("{kind:?} {state} {act:?}"));
                assert_eq!(refusal.kind, kernel::ErrorKind::Conflict, "{kind:?} {state} {act:?}: {refusal}");
            }
            assert_eq!(everything(&app).await, before, "{kind:?}");
        }
        let noted = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'household.refused'", args![]).await.unwrap();
        assert!(noted > 300, "refused attempts are on the record: {noted}");
    }

    // accept: 001-12, 000-50
    async fn an_application_passes_two_notices_and_an_announcement_before_it_is_registered(db: TestDb) {
        let app = a_county(db, &[]).await;
        let id = apply(&app, "赵新生", 11).await;
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM household", args![]).await.unwrap(), 2, "an applicant is not on the register");
        sign_authorisations(&app, id).await;
        go(&app, id, Role::ResidentTeam, 2, Act::Survey).await;
        go(&app, id, Role::VillageAdmin, 3, Act::GroupReview).await;
        go(&app, id, Role::ResidentTeam, 2, Act::VillageReview).await;
        go(&app, id, Role::TownPoverty, 4, Act::Compare).await;
        go(&app, id, Role::VillageAdmin, 3, Act::PostNotice1).await;
        let early = step(&app, id, Role::TownPoverty, 4, Act::TownReview).await.unwrap_err();
        assert!(early.message.contains("须满 7 天"), "{}", early.message);
        app.clock.advance_days(8);
        go(&app, id, Role::TownPoverty, 4, Act::TownReview).await;
        go(&app, id, Role::VillageAdmin, 3, Act::PostNotice2).await;
        app.clock.advance_days(8);
        let village = step(&app, id, Role::VillageAdmin, 3, Act::CountyApprove).await.unwrap_err();
        assert!(village.message.contains("民生资金责任单位"), "{}", village.message);
        go(&app, id, Role::FundUnitAdmin, 5, Act::CountyApprove).await;
        go(&app, id, Role::FundUnitAdmin, 5, Act::Announce).await;
        go(&app, id, Role::FundUnitAdmin, 5, Act::Register).await;
        let record = reading::record(&app.app.db, id).await.unwrap().unwrap();
        assert_eq!((record.status, record.members.len(), record.registered_on.as_deref()), (Some(0), 2, Some("2026-03-18")));
        assert_eq!(app.app.db.number("SELECT population FROM household WHERE id = $1", args![id]).await.unwrap(), 2);
        let again = step(&app, id, Role::FundUnitAdmin, 5, Act::Register).await.unwrap_err();
        assert!(again.message.contains("已办结"), "{}", again.message);
        let (_, then) = reading::as_of(&app.app.db, id, "2026-03-05").await.unwrap().unwrap();
        assert_eq!(then.status, None, "on a past day it was still applied for");
    }

    // accept: 001-07
    async fn means_are_not_compared_before_every_adult_has_signed(db: TestDb) {
        let app = a_county(db, &[]).await;
        let id = apply(&app, "赵新生", 11).await;
        go(&app, id, Role::ResidentTeam, 2, Act::Survey).await;
        go(&app, id, Role::VillageAdmin, 3, Act::GroupReview).await;
        go(&app, id, Role::ResidentTeam, 2, Act::VillageReview).await;
        let refused = step(&app, id, Role::TownPoverty, 4, Act::Compare).await.unwrap_err();
        assert!(refused.message.contains("授权委托书：赵新生、钱小妹"), "{}", refused.message);
        sign_authorisations(&app, id).await;
        go(&app, id, Role::TownPoverty, 4, Act::Compare).await;
    }

    // accept: 001-18
    async fn an_open_red_finding_keeps_a_new_household_off_the_register(db: TestDb) {
        let app = a_county(db, &["名下有经营性车辆"]).await;
        let id = apply(&app, "赵新生", 11).await;
        sign_authorisations(&app, id).await;
        go(&app, id, Role::ResidentTeam, 2, Act::Survey).await;
        go(&app, id, Role::VillageAdmin, 3, Act::GroupReview).await;
        go(&app, id, Role::ResidentTeam, 2, Act::VillageReview).await;
        let refused = step(&app, id, Role::TownPoverty, 4, Act::Compare).await.unwrap_err();
        assert!(refused.message.contains("名下有经营性车辆"), "{}", refused.message);
    }

    async fn one_does_not_act_on_ones_own_family_nor_check_ones_own_step(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut kin = an(Role::VillageAdmin, 3);
        kin.person = Some(app.app.keys.person_key(&number(1)));
        let refused = perform::open(&app.app, &kin, ZHANG, &request(), Kind::Exit, "village", &brought()).await.unwrap_err();
        assert!(refused.message.contains("回避"), "{}", refused.message);
        open(&app, ZHANG, Kind::Exit).await;
        incomes(&app, ZHANG, "wage_away", 40_000).await;
        go(&app, ZHANG, Role::ResidentTeam, 2, Act::Survey).await;
        let same = perform::perform(&app.app, &an(Role::VillageAdmin, 2), ZHANG, &request(), Act::VillageReview, &brought(), vec![]).await.unwrap_err();
        assert!(same.message.contains("另一人"), "{}", same.message);
        let noted = app.app.db.number("SELECT COUNT(*) FROM trail_event WHERE act = 'household.refused' AND subject = $1", args![format!("household:{ZHANG}")]).await.unwrap();
        assert_eq!(noted, 2);
    }

    // accept: 002-13, 002-14, 002-15, 002-16
    async fn kui_wanquan_asks_twice_and_is_kept_on_with_reasons(db: TestDb) {
        let app = a_county(db, &[]).await;
        for (codes, reason) in [
            (vec!["income_marginal", "housing"], "收入仅略高于标准，人均住房面积和质量未达标"),
            (vec!["industry_unstable"], "养殖刚起步，有待观察"),
        ] {
            perform::open(&app.app, &an(Role::VillageAdmin, 3), ZHANG, &request(), Kind::Exit, "household", &brought()).await.unwrap();
            incomes(&app, ZHANG, "wage_away", 17_000).await;
            go(&app, ZHANG, Role::ResidentTeam, 2, Act::Survey).await;
            go(&app, ZHANG, Role::VillageAdmin, 3, Act::VillageReview).await;
            let uncoded = step(&app, ZHANG, Role::ResidentTeam, 2, Act::Veto).await.unwrap_err();
            assert!(uncoded.message.contains("原因"), "{}", uncoded.message);
            let veto = Brought { codes: codes.into_iter().map(str::to_owned).collect(), reason: reason.into(), ..brought() };
            perform::perform(&app.app, &an(Role::ResidentTeam, 2), ZHANG, &request(), Act::Veto, &veto, vec![]).await.unwrap();
            let record = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
            assert_eq!((record.status, record.case.unwrap().state.as_str()), (Some(0), "registered"));
        }
        let mut team = app.signed_in(an(Role::ResidentTeam, 2)).await;
        let page = team.get(&format!("/desk/households/{ZHANG}?tab=flow")).await.text();
        assert!(page.contains("收入未达标或仅略高于标准、住房面积或质量未达标"), "{page}");
        assert!(page.contains("产业不稳定，有待观察") && page.contains("本户申请"), "{page}");
    }

    // accept: 002-17, 001-11, 001-13, 001-15, 001-16
    async fn wang_hailin_meets_every_condition_and_leaves_with_five_signatures(db: TestDb) {
        let app = a_county(db, &[]).await;
        ready_to_leave(&app, WANG).await;
        open(&app, WANG, Kind::Exit).await;
        assert_eq!(status(&app, WANG).await, 2);
        go(&app, WANG, Role::ResidentTeam, 2, Act::Survey).await;
        go(&app, WANG, Role::VillageAdmin, 3, Act::VillageReview).await;
        let unsigned = step(&app, WANG, Role::VillageAdmin, 3, Act::PostNotice).await.unwrap_err();
        assert!(unsigned.message.contains("不能"), "{}", unsigned.message);
        for (slot, role, account) in SIGNERS {
            if slot == 5 {
                let four = step(&app, WANG, Role::VillageAdmin, 3, Act::PostNotice).await.unwrap_err();
                assert!(four.message.contains("还缺：县级主管部门"), "{}", four.message);
            }
            let mut unconfirmed = signature(slot);
            unconfirmed.confirmed.pop();
            let refused = perform::perform(&app.app, &an(role, account), WANG, &request(), Act::Sign, &unconfirmed, vec![]).await.unwrap_err();
            assert!(refused.message.contains("档案齐全"), "{}", refused.message);
            perform::perform(&app.app, &an(role, account), WANG, &request(), Act::Sign, &signature(slot), vec![]).await.unwrap();
        }
        go(&app, WANG, Role::VillageAdmin, 3, Act::PostNotice).await;
        app.clock.advance_days(8);
        go(&app, WANG, Role::TownPoverty, 4, Act::TownReview).await;
        go(&app, WANG, Role::FundUnitAdmin, 5, Act::CountyApprove).await;
        go(&app, WANG, Role::FundUnitAdmin, 5, Act::Announce).await;
        let record = reading::record(&app.app.db, WANG).await.unwrap().unwrap();
        assert_eq!((record.status, record.exited_on.as_deref(), record.consolidation_until.as_deref()), (Some(1), Some("2026-03-10"), Some("2028-03-10")));
        let soon = step(&app, WANG, Role::TownPoverty, 4, Act::Close).await.unwrap_err();
        assert!(soon.message.contains("2028-03-10"), "{}", soon.message);
        app.clock.advance_days(731);
        go(&app, WANG, Role::TownPoverty, 4, Act::Close).await;
        let signs = cases::signatures(&app.app.db, record.case.unwrap().id).await.unwrap();
        assert_eq!(signs.len(), 5);
        assert!(signs.iter().all(|s| s.signed_millis > 0 && s.confirmed.split(',').count() == 5));
    }

    // accept: 000-76
    async fn twelve_thousand_yuan_of_medical_bills_do_not_make_an_exit(db: TestDb) {
        let app = a_county(db, &[]).await;
        ready_to_leave(&app, WANG).await;
        app.app.db.run_schema("DELETE FROM income_item").await.unwrap();
        incomes(&app, WANG, "wage_away", 6_000).await;
        incomes(&app, WANG, "tr_medical", 12_000).await;
        open(&app, WANG, Kind::Exit).await;
        go(&app, WANG, Role::ResidentTeam, 2, Act::Survey).await;
        go(&app, WANG, Role::VillageAdmin, 3, Act::VillageReview).await;
        let refused = perform::perform(&app.app, &an(Role::TownPoverty, 4), WANG, &request(), Act::Sign, &signature(4), vec![]).await.unwrap_err();
        assert!(refused.message.contains("医疗费报销 12,000.00 元"), "{}", refused.message);
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM five_sign", args![]).await.unwrap(), 0);
    }

    // accept: 001-14
    async fn who_falls_back_returns_by_a_shorter_way(db: TestDb) {
        let app = a_county(db, &[]).await;
        app.app.db.run_schema("UPDATE household SET status = 1, exited_on = '2025-06-30' WHERE id = 2").await.unwrap();
        sign_authorisations(&app, WANG).await;
        open(&app, WANG, Kind::Return).await;
        go(&app, WANG, Role::ResidentTeam, 2, Act::Survey).await;
        go(&app, WANG, Role::TownPoverty, 4, Act::Compare).await;
        go(&app, WANG, Role::VillageAdmin, 3, Act::VillageReview).await;
        go(&app, WANG, Role::VillageAdmin, 3, Act::PostNotice).await;
        app.clock.advance_days(8);
        go(&app, WANG, Role::FundUnitAdmin, 5, Act::CountyApprove).await;
        let record = reading::record(&app.app.db, WANG).await.unwrap().unwrap();
        assert_eq!((record.status, record.relapsed_on.as_deref()), (Some(3), Some("2026-03-10")));
    }

    // accept: 000-47
    async fn a_mistaken_removal_is_undone_with_arrears_and_both_stay_in_the_history(db: TestDb) {
        let app = a_county(db, &[]).await;
        open(&app, WANG, Kind::Removal).await;
        go(&app, WANG, Role::ResidentTeam, 2, Act::Verify).await;
        for (slot, role, account) in SIGNERS {
            perform::perform(&app.app, &an(role, account), WANG, &request(), Act::Sign, &signature(slot), vec![]).await.unwrap();
        }
        go(&app, WANG, Role::FundUnitAdmin, 5, Act::Remove).await;
        assert_eq!(status(&app, WANG).await, 4);
        app.clock.advance_days(60);
        let undo = Brought { arrears: "低保 2026-03 至 2026-04".into(), ..brought() };
        perform::perform(&app.app, &an(Role::FundUnitAdmin, 6), WANG, &request(), Act::Reinstate, &undo, vec![]).await.unwrap();
        let record = reading::record(&app.app.db, WANG).await.unwrap().unwrap();
        assert_eq!((record.status, record.removed_on), (Some(0), None));
        let (_, then) = reading::as_of(&app.app.db, WANG, "2026-04-01").await.unwrap().unwrap();
        assert_eq!(then.status, Some(4), "in between it was removed");
        assert!(cases::steps(&app.app.db, WANG).await.unwrap()[0].detail.contains("补发：低保 2026-03"));
    }

    async fn a_person_belongs_to_one_household_at_a_time(db: TestDb) {
        let app = a_county(db, &[]).await;
        let refused = try_apply(&app, "张大山", 1).await.unwrap_err();
        assert!(refused.message.contains("已在另一户") && refused.message.contains("张*山"), "{}", refused.message);
        apply(&app, "赵新生", 11).await;
        let twice = try_apply(&app, "赵新生", 11).await.unwrap_err();
        assert!(twice.message.contains("已在另一户"), "{}", twice.message);
        let other_name = try_apply(&app, "李秀英", 4).await.unwrap_err();
        assert!(other_name.message.contains("已在另一户") || other_name.message.contains("不一致"), "{}", other_name.message);
    }

    async fn a_split_keeps_both_files_and_a_merger_ends_one(db: TestDb) {
        let app = a_county(db, &[]).await;
        let second = app.app.keys.person_key(&number(2)).0;
        let grounds = split::Grounds { on: day("2026-03-01"), reason: "子女成家".into(), basis: "公安分户证明".into() };
        let new = split::split(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), &[second], second, &grounds).await.unwrap().unwrap();
        let (old, made) = (reading::record(&app.app.db, ZHANG).await.unwrap().unwrap(), reading::record(&app.app.db, new).await.unwrap().unwrap());
        assert_eq!((old.present().count(), made.present().count(), made.status), (1, 1, old.status));
        assert_eq!(old.members.len(), 2, "who left stays in the file");
        let (_, then) = reading::as_of(&app.app.db, ZHANG, "2026-02-01").await.unwrap().unwrap();
        assert_eq!(then.present().count(), 2);
        split::merge(&app.app, &an(Role::TownPoverty, 4), new, &request(), &old.household_no, &grounds).await.unwrap();
        assert_eq!(reading::record(&app.app.db, ZHANG).await.unwrap().unwrap().present().count(), 2);
        assert_eq!(status(&app, new).await, 4);
    }

    async fn the_second_of_two_clerks_sees_what_changed_and_merges(db: TestDb) {
        let app = a_county(db, &[]).await;
        let basics = change::Basics::of(&reading::record(&app.app.db, ZHANG).await.unwrap().unwrap());
        let seen = reading::version(&app.app.db, ZHANG).await.unwrap();
        let first = change::Basics { main_cause: "因病".into(), ..basics.clone() };
        change::correct(&app.app, &an(Role::VillageAdmin, 3), ZHANG, &request(), seen, &first, "复核").await.unwrap();
        let mine = change::Basics { main_cause: "因残".into(), address: "西街 3 号".into(), ..basics };
        let moved = change::correct(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), seen, &mine, "入户核对").await.unwrap();
        let change::Corrected::Moved { version, theirs, merged, clashes, .. } = moved else { panic!("{moved:?}") };
        assert_eq!(theirs[0].title, "主要致贫原因");
        assert_eq!((merged.main_cause.as_str(), merged.address.as_str()), ("因病", "西街 3 号"));
        assert_eq!((clashes[0].before.as_str(), clashes[0].after.as_str()), ("因病", "因残"));
        change::correct(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), version, &merged, "入户核对").await.unwrap();
        let now = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
        assert_eq!((now.main_cause.as_str(), now.address.as_str()), ("因病", "西街 3 号"));
    }
}
