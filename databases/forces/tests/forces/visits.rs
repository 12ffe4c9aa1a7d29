//! Visits: entered at the desk, driven right and wrong, counted against the duty.

use access::{AccountId, Actor, Role, Scope};
use axum::http::StatusCode;
use forces::{
    acts::visit::{StepForm, VisitForm, enter, step},
    model::visit::{FLOW, VisitAct, VisitState},
    store::load::{self, Visit},
};
use kernel::ErrorKind;
use records::flow::Code;
use store::{Query, args};
use testkit::{TestApp, an_actor, both_databases};
use trail::Act;

use crate::support::{HELPER, OTHER, RESIDENT, TOWN, WEST, a_county, a_helper, code, events};

fn a_visit(request: &str, household: &str) -> VisitForm {
    VisitForm {
        request_id: request.into(),
        household: household.into(),
        day: "2026-03-01".into(),
        arrived: "09:30".into(),
        left: "10:10".into(),
        note: "了解春耕准备和用药情况".into(),
        measures: vec!["industry".into()],
        ..VisitForm::default()
    }
}

async fn in_state(app: &TestApp, id: i64, state: VisitState) {
    let tx = app.app.trail.begin(&Actor::system()).await.unwrap();
    let visit = Visit {
        id,
        household_id: 1,
        region: code("371621102001001").as_i64(),
        helper_id: HELPER,
        month: "2026-03".into(),
        day: "2026-03-01".into(),
        state: state.id().into(),
        took_place: state.took_place(),
        household_confirm: "none".into(),
        ..Visit::default()
    };
    load::visits(&tx, vec![visit]).await.unwrap();
    tx.commit(Act::new("force.load", "register")).await.unwrap();
}

fn someone(role: Role) -> Actor {
    match role {
        Role::Helper => a_helper(HELPER),
        Role::ResidentTeam => Actor {
            account: Some(AccountId(RESIDENT)),
            scope: Scope::area(code(WEST)),
            ..an_actor(Role::ResidentTeam, WEST)
        },
        Role::TownPoverty => an_actor(role, TOWN),
        _ => an_actor(role, WEST),
    }
}

#[test]
fn the_page_of_the_workflow_is_made_from_this_table() {
    testkit::docs::agree("flows/visit.md", &FLOW.to_markdown());
}

both_databases! {
    // accept: 000-28, 000-33
    async fn a_visit_is_entered_in_one_form_and_confirmed_by_the_village(db: TestDb) {
        let app = a_county(db).await;
        let mut helper = app.signed_in(a_helper(HELPER)).await;
        let mine = helper.get("/desk/forces/mine").await.text();
        assert!(mine.contains("张大山") && !mine.contains("孙有田"), "{mine}");
        let fields = [
            ("request_id", "visit-0001"), ("household", "1"), ("day", "2026-03-01"), ("arrived", "09:30"),
            ("left", "10:10"), ("note", "了解春耕准备和用药情况"), ("measures", "industry"), ("measures", "health"),
        ];
        let sent = helper.upload("/desk/forces/visits/new", &fields, "", b"").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let page = sent.location().to_owned();
        assert!(helper.get(&page).await.text().contains("产业帮扶、健康帮扶"));
        let again = helper.upload("/desk/forces/visits/new", &fields, "", b"").await;
        assert_eq!(again.location(), page, "the same request twice is one visit");
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM visit", args![]).await.unwrap(), 1);
        assert!(helper.get("/desk/forces/mine").await.text().contains("本月都已走访"));
        let mut village = app.as_role(Role::VillageAdmin, WEST).await;
        let confirmed = village.post(&format!("{page}/confirm"), &[("request_id", "confirm-01")]).await;
        assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text());
        assert!(village.get(&page).await.text().contains("农户已确认"));
    }

    // accept: 000-29
    async fn a_helper_acts_on_his_own_households_only(db: TestDb) {
        let app = a_county(db).await;
        let refused = enter(&app.app, &a_helper(HELPER), &a_visit("other-0001", "3"), Vec::new()).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NotFound);
        let own = enter(&app.app, &a_helper(HELPER), &a_visit("own-000001", "1"), Vec::new()).await.unwrap();
        let mut other = app.signed_in(a_helper(OTHER)).await;
        assert_eq!(other.get(&format!("/desk/forces/visits/{own}")).await.status, StatusCode::NOT_FOUND);
        assert!(other.get("/desk/forces/visits").await.text().contains("共 0 次"));
        let mut county = app.as_role(Role::CountyAdmin, "371621").await;
        assert_eq!(county.get("/desk/forces/visits").await.status, StatusCode::FORBIDDEN, "the county sees totals");
        assert_eq!(county.get("/desk/forces/overdue").await.status, StatusCode::OK);
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        assert_eq!(town.get("/desk/forces/visits/new").await.status, StatusCode::FORBIDDEN);
    }

    async fn every_step_that_is_not_in_the_table_is_refused_and_changes_nothing(db: TestDb) {
        let app = a_county(db).await;
        for (n, state) in VisitState::ALL.iter().enumerate() {
            in_state(&app, 9000 + n as i64, *state).await;
        }
        let illegal = FLOW.illegal();
        assert!(illegal.len() > 50);
        for (n, (state, act)) in illegal.iter().enumerate() {
            let id = 9000 + VisitState::ALL.iter().position(|s| s == state).unwrap() as i64;
            let role = FLOW.steps.iter().find(|s| s.act == *act).unwrap().by[0];
            let form = StepForm {
                request_id: format!("illegal-{n:04}"),
                reason: "试一试".into(),
                note: "走访内容如此".into(),
                ..StepForm::default()
            };
            let error = step(&app.app, &someone(role), id, *act, &form).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Conflict, "{state:?} {act:?}: {error:?}");
            let kept = app
                .app
                .db
                .number("SELECT COUNT(*) FROM visit WHERE id = $1 AND state = $2", args![id, state.id()])
                .await
                .unwrap();
            assert_eq!(kept, 1, "{state:?} {act:?}");
        }
        assert_eq!(events(&app, "visit.refused").await, illegal.len() as i64, "refused attempts are on the record");
        assert_eq!(events(&app, "visit.step").await, 0);
    }

    async fn the_wrong_role_and_the_same_person_are_refused(db: TestDb) {
        let app = a_county(db).await;
        in_state(&app, 9100, VisitState::Uploaded).await;
        let form = |n: u32| StepForm { request_id: format!("wrong-{n:05}"), reason: "理由如此".into(), ..StepForm::default() };
        for (n, (role, act)) in [
            (Role::Helper, VisitAct::Confirm), (Role::TownPoverty, VisitAct::Confirm), (Role::VillageAdmin, VisitAct::Return),
        ].into_iter().enumerate() {
            let error = step(&app.app, &someone(role), 9100, act, &form(n as u32)).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Forbidden, "{role:?} {act:?}");
        }
        let reason_missing = StepForm { reason: String::new(), ..form(9) };
        let error = step(&app.app, &someone(Role::TownPoverty), 9100, VisitAct::Return, &reason_missing).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        let back = form(10);
        step(&app.app, &someone(Role::TownPoverty), 9100, VisitAct::Return, &back).await.unwrap();
        step(&app.app, &someone(Role::TownPoverty), 9100, VisitAct::Return, &back).await.unwrap();
        assert_eq!(events(&app, "visit.step").await, 1, "the same request twice is one step");
    }

    async fn times_and_late_entries_are_checked(db: TestDb) {
        let app = a_county(db).await;
        let helper = a_helper(HELPER);
        let wrong = [
            VisitForm { left: "09:00".into(), ..a_visit("wrong-0001", "1") },
            VisitForm { day: "2026-03-03".into(), ..a_visit("wrong-0002", "1") },
            VisitForm { day: "1899-01-01".into(), ..a_visit("wrong-0003", "1") },
            VisitForm { note: "好".into(), ..a_visit("wrong-0004", "1") },
            VisitForm { arrived: "25:00".into(), ..a_visit("wrong-0005", "1") },
            VisitForm { day: "2026-02-20".into(), ..a_visit("wrong-0006", "1") },
        ];
        for form in wrong {
            let error = enter(&app.app, &helper, &form, Vec::new()).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid, "{}", form.request_id);
        }
        let late = VisitForm { day: "2026-02-20".into(), late_reason: "村里停电两天".into(), ..a_visit("late-00001", "1") };
        enter(&app.app, &helper, &late, Vec::new()).await.unwrap();
    }

    // accept: 000-28, 000-69
    async fn whoever_did_not_come_is_listed_reminded_once_and_answers(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let listed = town.get("/desk/forces/overdue?month=2026-02").await;
        assert!(listed.text().contains("张大山") && listed.text().contains("逾期"), "{}", listed.text());
        let now = town.get("/desk/forces/overdue").await;
        assert!(now.text().contains("本月未走访"), "an open month is not overdue");
        for request in ["remind-0001", "remind-0002"] {
            town.post("/desk/forces/overdue/remind", &[("request_id", request), ("month", "2026-02")]).await;
        }
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM reminder", args![]).await.unwrap(), 1);
        let mut helper = app.signed_in(a_helper(HELPER)).await;
        let mine = helper.get("/desk/forces/mine").await;
        assert!(mine.text().contains("2026-02 尚有 1 户未走访"), "{}", mine.text());
        let form = mine.attributes("form[action*='/answer']", "action").pop().unwrap();
        let answered = helper.post(&form, &[("request_id", "answer-001"), ("answer", "本周已入户")]).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text());
        assert!(town.get("/desk/forces/reminders").await.text().contains("本周已入户"));
    }

    async fn approved_leave_excuses_and_nobody_approves_his_own(db: TestDb) {
        let app = a_county(db).await;
        let mut helper = app.signed_in(a_helper(HELPER)).await;
        let asked = [("request_id", "leave-0001"), ("from_on", "2026-02-01"), ("to_on", "2026-02-28"), ("reason", "住院治疗")];
        assert_eq!(helper.post("/desk/forces/leaves", &asked).await.status, StatusCode::SEE_OTHER);
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        assert!(town.get("/desk/forces/overdue?month=2026-02").await.text().contains("张大山"), "asked is not approved");
        let page = town.get("/desk/forces/leaves").await;
        let approve = page.attributes("form[action$='/approve']", "action").pop().unwrap();
        assert_eq!(helper.post(&approve, &[("request_id", "approve-01")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(town.post(&approve, &[("request_id", "approve-02")]).await.status, StatusCode::SEE_OTHER);
        assert!(!town.get("/desk/forces/overdue?month=2026-02").await.text().contains("张大山"));
        let again = town.post(&approve, &[("request_id", "approve-03")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "decided once");
    }

    async fn a_plan_lists_each_household_once_and_the_visit_carries_it_out(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        for request in ["plan-00001", "plan-00002"] {
            town.post("/desk/forces/overdue/plan", &[("request_id", request), ("month", "2026-03")]).await;
        }
        let rows = app.app.db.number("SELECT COUNT(*) FROM visit WHERE state = 'planned'", args![]).await.unwrap();
        assert_eq!(rows, 1);
        let id = app.app.db.number("SELECT id FROM visit", args![]).await.unwrap();
        let form = VisitForm { visit: id.to_string(), ..a_visit("carry-0001", "1") };
        assert_eq!(enter(&app.app, &a_helper(HELPER), &form, Vec::new()).await.unwrap(), id);
        let twice = VisitForm { request_id: "carry-0002".into(), ..form };
        let error = enter(&app.app, &a_helper(HELPER), &twice, Vec::new()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Conflict);
    }

    async fn a_spot_check_asks_five_questions_and_colours_the_rate(db: TestDb) {
        let app = a_county(db).await;
        let id = enter(&app.app, &a_helper(HELPER), &a_visit("spot-00001", "1"), Vec::new()).await.unwrap().to_string();
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let mut fields = vec![
            ("request_id", "spot-00002"), ("visit", id.as_str()), ("household", "1"), ("day", "2026-03-02"),
            ("q1", "1"), ("q2", "1"), ("q3", "1"), ("q4", "0"),
        ];
        let refused = town.post("/desk/forces/spot-checks/new", &fields).await;
        assert!(refused.text().contains("请选择是或否"), "{}", refused.text());
        fields.push(("q5", "0"));
        let entered = town.post("/desk/forces/spot-checks/new", &fields).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
        let list = town.get("/desk/forces/spot-checks").await.text();
        assert!(list.contains("有效率 60.0%") && list.contains("黄色"), "{list}");
        assert!(town.get(&format!("/desk/forces/visits/{id}")).await.text().contains("已抽查"));
        let mut helper = app.signed_in(a_helper(HELPER)).await;
        assert_eq!(helper.post("/desk/forces/spot-checks/new", &fields).await.status, StatusCode::FORBIDDEN);
    }

    async fn days_in_the_village_count_once(db: TestDb) {
        let app = a_county(db).await;
        let mut town = app.as_role(Role::TownPoverty, TOWN).await;
        let resident = RESIDENT.to_string();
        for request in ["present-01", "present-02"] {
            let fields = [("request_id", request), ("helper", resident.as_str()), ("from_on", "2026-02-01"), ("to_on", "2026-02-19")];
            let entered = town.post("/desk/forces/teams/500/present", &fields).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
        }
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM presence", args![]).await.unwrap(), 19);
        let fields = [
            ("request_id", "duty-00001"), ("parameter", "team_days_a_month"), ("from_on", "2026-02-01"), ("value", "20"),
            ("basis", "县委组织部通知"),
        ];
        assert_eq!(town.post("/desk/forces/duties", &fields).await.status, StatusCode::FORBIDDEN);
        let mut county = app.as_role(Role::AgriAdmin, "371621").await;
        assert_eq!(county.post("/desk/forces/duties", &fields).await.status, StatusCode::SEE_OTHER);
        let team = town.get("/desk/forces/teams/500").await.text();
        assert!(team.contains("2026-02 在村 19 天，要求 20 天"), "{team}");
    }
}
