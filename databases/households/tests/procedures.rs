//! The procedures of a household driven right, wrong, twice, by the wrong people, on both databases.

mod county;

use access::Role;
use county::*;
use households::{
    model::{
        flows::{self, Act, Kind},
        guards::Brought,
    },
    store::{
        Outcome, campaign, cases, change,
        facts::{self, Entry},
        perform, reading, split,
    },
};
use kernel::Money;
use records::flow::Code;
use store::{Query, args};
use testkit::both_databases;

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

/// `UPDATE_SNAPSHOTS=1 cargo test -p households` renews the pages; a reviewer reads the difference.
#[test]
fn the_pages_of_the_procedures_are_what_the_tables_say() {
    for kind in Kind::ALL {
        let (name, text) = flows::page(*kind);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/flows");
        let path = format!("{folder}/{name}.md");
        if std::env::var("UPDATE_SNAPSHOTS").is_ok() {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap_or_default(),
            text,
            "{path} differs"
        );
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

    // accept: 001-03, 001-04
    async fn each_quarter_every_household_and_village_has_a_task(db: TestDb) {
        let app = a_county(db, &[]).await;
        let new = campaign::NewCampaign { region: code("371621"), kind: "quarter".into(), period: "2026Q1".into(), opens_on: day("2026-03-01"), due_on: day("2026-03-31") };
        let id = campaign::create(&app.app, &an(Role::CountyAdmin, 9), &request(), &new).await.unwrap().unwrap();
        assert!(campaign::create(&app.app, &an(Role::CountyAdmin, 9), &request(), &new).await.is_err(), "once a quarter");
        let scope = access::Scope::area(code("371621"));
        let households = campaign::coverage(&app.app.db, &scope, id, "household").await.unwrap();
        let villages = campaign::coverage(&app.app.db, &scope, id, "village").await.unwrap();
        assert_eq!(households.iter().map(|c| c.tasks).sum::<i64>(), 2);
        assert_eq!(villages.iter().map(|c| c.tasks).sum::<i64>(), 2);
        assert_eq!(campaign::submit_household(&app.app, &an(Role::VillageAdmin, 3), id, ZHANG, &request(), "").await.unwrap(), Outcome::Done);
        assert!(campaign::submit_household(&app.app, &an(Role::VillageAdmin, 3), id, ZHANG, &request(), "").await.is_err());
        let done: i64 = campaign::coverage(&app.app.db, &scope, id, "household").await.unwrap().iter().map(|c| c.done).sum();
        assert_eq!(done, 1);
        app.clock.advance_days(40);
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let page = village.get(&format!("/desk/campaigns/{id}")).await.text();
        assert!(page.contains("逾期"), "{page}");
    }

    // accept: 002-03, 002-04a, 002-04b, 002-04c, 002-04d, 002-05, 002-06
    async fn the_card_of_mi_guanxiang_reads_as_on_the_wall(db: TestDb) {
        let app = a_county(db, &[]).await;
        app.app.db.run_schema("UPDATE household SET head_name = '米关祥', main_cause = '缺劳力' WHERE id = 1").await.unwrap();
        let basics = change::Basics::of(&reading::record(&app.app.db, ZHANG).await.unwrap().unwrap());
        let seen = reading::version(&app.app.db, ZHANG).await.unwrap();
        let with = change::Basics { other_causes: vec!["因残".into(), "缺资金".into()], ..basics };
        change::correct(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), seen, &with, "登记").await.unwrap();
        for policy in ["新农合补助", "签约医生服务", "基本医疗保险"] {
            let entry = Entry::Measure { policy: true, kind: "健康".into(), content: policy.into(), amount: Money::ZERO, on: day("2026-01-05") };
            facts::enter(&app.app, &an(Role::TownPoverty, 4), ZHANG, &request(), entry).await.unwrap();
        }
        incomes(&app, ZHANG, "tr_pension", 2_400).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let card = town.get(&format!("/desk/households/{ZHANG}/card")).await;
        assert_eq!(card.texts(".card-basics tr:nth-child(1) td"), ["米关祥", "2 人"], "{}", card.text());
        assert_eq!(card.texts(".card-basics tr:nth-child(3) td"), ["缺劳力", "因残、缺资金"]);
        let mut policies = card.texts(".card-policies td:first-child");
        policies.sort_unstable();
        assert_eq!(policies, ["基本医疗保险", "新农合补助", "签约医生服务"]);
        assert_eq!(card.texts(".card-helpers td:first-child"), ["孙帮扶"]);
        assert!(card.text().contains("养老金") && !card.attributes("figure svg", "viewBox").is_empty());
        let caption = card.texts("figcaption").join("");
        let path = caption.split("yangguang.test").nth(1).unwrap().to_owned();
        let checked = app.visitor().get(&path).await.text();
        assert!(checked.contains("由本平台印发") && checked.contains("米*祥") && !checked.contains("因残"), "{checked}");
        let forged = app.visitor().get("/check/card/1-0000000000000000").await.text();
        assert!(forged.contains("没有找到这张明白卡"), "{forged}");
    }

    // accept: 000-97, 000-98
    async fn the_timeline_shows_each_income_and_each_help(db: TestDb) {
        let app = a_county(db, &[]).await;
        ready_to_leave(&app, WANG).await;
        open(&app, WANG, Kind::Exit).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let page = town.get(&format!("/desk/households/{WANG}/timeline")).await.text();
        for seen in ["外出务工 40,000.00 元", "帮扶措施：养猪二十头", "脱贫退出：提出 → 预脱贫", "建档"] {
            assert!(page.contains(seen), "{seen}: {page}");
        }
        let only = town.get(&format!("/desk/households/{WANG}/timeline?kind=income")).await.text();
        assert!(only.contains("外出务工") && !only.contains("养猪"), "{only}");
    }

    async fn a_household_of_four_is_registered_on_one_page(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let empty = village.get("/desk/households/new").await;
        assert_eq!(empty.attributes("tbody input[name$=_id_no]", "name").len(), 4, "{}", empty.text());
        let numbers: Vec<String> = (21..=24).map(|n| number_text(n)).collect();
        let mut form = vec![
            ("request_id", "form-registers-four"), ("do", "submit"), ("kind", "identification"), ("region", WEST), ("origin", "household"),
            ("cause", "因病"), ("cause2", "缺资金"), ("attr", "1"), ("std", "1"), ("applied_on", "2026-03-02"), ("members", "4"), ("incomes", "4"),
            ("i1_kind", "wage_away"), ("i1_who", "1"), ("i1_period", "2026-02"), ("i1_gross", "18000"),
            ("i2_kind", "op_crop"), ("i2_who", "0"), ("i2_period", "2025"), ("i2_gross", "6000"), ("i2_cost", "2000"),
        ];
        let rows = [("m1_name", "m1_id_no", "m1_kin"), ("m2_name", "m2_id_no", "m2_kin"), ("m3_name", "m3_id_no", "m3_kin"), ("m4_name", "m4_id_no", "m4_kin")];
        for (n, (name, id_no, kin)) in rows.into_iter().enumerate() {
            form.push((name, ["钱大有", "周秀兰", "钱小强", "钱小美"][n]));
            form.push((id_no, &numbers[n]));
            form.push((kin, ["02", "12", "20", "30"][n]));
        }
        let mut wrong = form.clone();
        wrong.retain(|(name, _)| *name != "i2_cost" && *name != "request_id");
        wrong.push(("request_id", "form-lacks-a-cost"));
        let refused = village.post("/desk/households/new", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("种植成本"), "{}", refused.text());
        assert!(refused.attributes("input[name=m3_name]", "value") == ["钱小强"], "what was typed is kept");
        let mut kept = form.clone();
        kept.retain(|(name, _)| *name != "do");
        kept.push(("do", "draft"));
        village.post("/desk/households/new", &kept).await;
        let draft = app.app.db.number("SELECT COUNT(*) FROM form_draft WHERE body LIKE '%371621%0001%' AND body LIKE '%197001%'", args![]).await.unwrap();
        assert_eq!(draft, 0, "no ID number is readable in a draft");
        assert_eq!(village.get("/desk/households/new").await.attributes("input[name=m1_id_no]", "value"), [numbers[0].as_str()]);
        let done = village.post("/desk/households/new", &form).await;
        assert_eq!(done.status, 303, "{}", done.text());
        let page = village.get(done.location()).await;
        assert!(page.text().contains("已申请") && page.text().contains("入户核查"), "{}", page.text());
        let incomes = village.get(&done.location().replace("tab=flow", "tab=incomes")).await.text();
        assert!(incomes.contains("5,500.00 元"), "(18000 + 6000 - 2000) / 4: {incomes}");
        let again = village.post("/desk/households/new", &form).await;
        assert_eq!(again.status, 303);
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM applicant", args![]).await.unwrap(), 1, "the same form twice is one household");
    }

    async fn amounts_and_dates_that_cannot_be_are_refused_with_the_field_named(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let path = format!("/desk/households/{ZHANG}/enter");
        for (gross, says) in [("-5", "不能是负数"), ("1.234", "最多两位小数"), ("99999999999999999999", "超出范围")] {
            let shown = village.post(&path, &[("what", "income"), ("request_id", &request()), ("kind", "wage_odd"), ("period", "2026-02"), ("gross", gross)]).await;
            assert_eq!(shown.status, 422);
            assert!(shown.text().contains("零工毛收入") && shown.text().contains(says), "{}", shown.text());
        }
        let old = village.post(&path, &[("what", "measure"), ("request_id", &request()), ("content", "送药"), ("on", "1899-01-01")]).await;
        assert!(old.text().contains("1900 年以后"), "{}", old.text());
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM income_item", args![]).await.unwrap(), 0);
    }

    // accept: 002-02
    async fn a_review_names_229_missed_and_59_wrong_returns_until_each_is_handled(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        for (kind, count) in [("missed", 229), ("wrong_return", 59)] {
            let lines: Vec<String> = (1..=count).map(|n| format!("{WEST}，户主{n}，两项困难")).collect();
            let sent = town.post("/desk/households/audit", &[("what", "enter"), ("request_id", &request()), ("kind", kind), ("source", "专项审查"), ("on", "2026-03-02"), ("lines", &lines.join("\n"))]).await;
            assert_eq!(sent.status, 303, "{}", sent.text());
        }
        let page = town.get("/desk/households/audit").await.text();
        assert!(page.contains("应纳入未纳入 229 户，待处理 229 户") && page.contains("返贫核定不准 59 户，待处理 59 户"), "{page}");
        let line = town.get("/desk/households/audit").await.attributes("input[name=line]", "value").remove(0);
        town.post("/desk/households/audit", &[("what", "handle"), ("request_id", &request()), ("line", &line), ("outcome", "已按程序申请纳入")]).await;
        assert!(town.get("/desk/households/audit").await.text().contains("待处理 228 户"));
        let bad = town.post("/desk/households/audit", &[("what", "enter"), ("request_id", &request()), ("kind", "missed"), ("source", "审查"), ("lines", "西街，张三")]).await;
        assert!(bad.text().contains("名单第 1 行"), "{}", bad.text());
        let mut elsewhere = app.as_role(Role::TownPoverty, "371621103").await;
        assert!(!elsewhere.get("/desk/households/audit").await.text().contains("户主1"), "another town sees none of it");
    }

    async fn the_support_fee_is_reckoned_on_a_page_with_its_parameters(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let page = village.get("/desk/households/support-fee?name1=%E5%BC%A0%E5%BC%BA&income1=30000&agreed2=3600&base=10000&rate=10").await.text();
        assert!(page.contains("全年赡养费合计 5,600.00 元"), "{page}");
        assert_eq!(village.get("/desk/households/support-fee?income1=-3").await.status, 422);
    }

    async fn births_and_deaths_are_entered_without_notice_and_the_next_eldest_heads_the_household(db: TestDb) {
        let app = a_county(db, &[]).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let path = format!("/desk/households/{ZHANG}/enter");
        let baby = number_text(41);
        let born = village.post(&path, &[("what", "join"), ("request_id", &request()), ("why", "birth"), ("name", "张小宝"), ("id_no", &baby), ("kin", "20"), ("on", "2026-02-20")]).await;
        assert_eq!(born.status, 303, "{}", born.text());
        let head = app.app.keys.person_key(&number(1)).0.to_string();
        village.post(&path, &[("what", "leave"), ("request_id", &request()), ("why", "death"), ("person", &head), ("on", "2026-03-01")]).await;
        let record = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap();
        assert_eq!((record.head_name.as_str(), record.present().count()), ("李秀英", 2));
        let (_, then) = reading::as_of(&app.app.db, ZHANG, "2026-02-25").await.unwrap().unwrap();
        assert_eq!((then.head_name.as_str(), then.present().count()), ("张大山", 3));
        let page = village.get(&format!("/desk/households/{ZHANG}?tab=basics&on=2026-02-25")).await.text();
        assert!(page.contains("2026-02-25 当天的样子") && page.contains("3 人"), "{page}");
        let history = village.get(&format!("/desk/households/{ZHANG}?tab=history")).await.text();
        assert!(history.contains("户主：张大山 → 李秀英") && history.contains("去世：张大山"), "{history}");
    }

    async fn the_second_clerk_sees_the_first_ones_change_on_the_page(db: TestDb) {
        let app = a_county(db, &[]).await;
        let (mut village, mut town) = (app.signed_in(an(Role::VillageAdmin, 3)).await, app.signed_in(an(Role::TownPoverty, 4)).await);
        let path = format!("/desk/households/{ZHANG}/edit");
        let version = town.get(&path).await.attributes("input[name=version]", "value").remove(0);
        let first = village.post(&path, &[("request_id", &request()), ("version", &version), ("cause", "因病"), ("attr", "1"), ("std", "1"), ("reason", "复核")]).await;
        assert_eq!(first.status, 303, "{}", first.text());
        let second = town.post(&path, &[("request_id", &request()), ("version", &version), ("cause", "缺劳力"), ("attr", "2"), ("std", "1"), ("address", "西街 3 号"), ("reason", "入户")]).await;
        assert_eq!(second.status, 422);
        assert!(second.text().contains("修改了这一户") && second.text().contains("缺劳力 因病"), "{}", second.text());
        let next = second.attributes("input[name=version]", "value").remove(0);
        let saved = town.post(&path, &[("request_id", &request()), ("version", &next), ("cause", "因病"), ("attr", "2"), ("std", "1"), ("address", "西街 3 号"), ("reason", "入户")]).await;
        assert_eq!(saved.status, 303, "{}", saved.text());
    }

    async fn an_objection_holds_the_next_step_until_it_is_answered(db: TestDb) {
        let app = a_county(db, &[]).await;
        set_case(&app, ZHANG, Kind::Identification, "compared").await;
        go(&app, ZHANG, Role::VillageAdmin, 3, Act::PostNotice1).await;
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let path = format!("/desk/households/{ZHANG}/objection");
        village.post(&path, &[("request_id", &request()), ("text", "他家有门面房")]).await;
        app.clock.advance_days(8);
        let held = step(&app, ZHANG, Role::TownPoverty, 4, Act::TownReview).await.unwrap_err();
        assert!(held.message.contains("1 条异议没有答复"), "{}", held.message);
        let id = village.get(&format!("/desk/households/{ZHANG}?tab=flow")).await.attributes("input[name=objection]", "value").remove(0);
        village.post(&path, &[("request_id", &request()), ("objection", &id), ("text", "经核实门面房已于2019年出售")]).await;
        go(&app, ZHANG, Role::TownPoverty, 4, Act::TownReview).await;
    }
}
