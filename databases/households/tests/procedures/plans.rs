//! 一户一法、一村一策: drawn up with five answers a line, passed by the village, approved by the town.

use access::Role;
use axum::http::StatusCode;
use households::{
    model::{
        guards::Vote,
        plan::{FLOW, PlanAct, PlanLine, PlanState, Target},
    },
    store::{
        plan::{self, Brought, Draft},
        reading,
    },
};
use kernel::ErrorKind;
use records::{flow::Code, history};
use store::{Query, args};
use testkit::{TestApp, both_databases};

use crate::county::*;

const PLANS: &str = "/desk/plans";
const WEST_VILLAGE: &str = "371621102001";

fn drawn() -> Draft {
    Draft {
        aim: "人均纯收入超过标准，住房达到安全等级".into(),
        lines: vec![PlanLine {
            what: "建蔬菜大棚一座".into(),
            fund: "省精准帮扶资金".into(),
            amount_fen: 1_200_000,
            who: "村合作社".into(),
            from_on: "2026-03-10".into(),
            to_on: "2026-06-30".into(),
            duty: "第一书记负责，逾期由镇约谈".into(),
            measure_id: None,
        }],
    }
}

fn meeting() -> Brought {
    Brought {
        basis: "村民代表会议纪要〔2026〕3 号".into(),
        vote: Vote {
            due: 30,
            present: 22,
            agree: 20,
            against: 1,
            abstain: 1,
        },
        household_agrees: true,
        ..Brought::default()
    }
}

async fn a_plan(app: &TestApp) -> i64 {
    plan::create(
        &app.app,
        &an(Role::VillageAdmin, 3),
        &request(),
        Target::Household,
        ZHANG,
        2026,
        &drawn(),
    )
    .await
    .unwrap()
    .unwrap()
}

#[test]
fn the_page_of_the_flow_is_what_the_table_says() {
    testkit::docs::agree("flows/assistance-plan.md", &FLOW.to_markdown());
}

both_databases! {
    // accept: 002-11
    async fn a_household_and_a_village_have_their_plan_by_the_pages(db: TestDb) {
        let app = a_county(db, &[]).await;
        ready_to_leave(&app, ZHANG).await;
        let measure = reading::record(&app.app.db, ZHANG).await.unwrap().unwrap().measures[0].id.to_string();
        let mut village = app.signed_in(an(Role::VillageAdmin, 3)).await;
        let mut town = app.signed_in(an(Role::TownPoverty, 4)).await;
        let subject = ZHANG.to_string();
        let blank = village.get(&format!("{PLANS}/new?target=household&subject={ZHANG}")).await;
        assert!(blank.text().contains("第 3 项") && blank.text().contains("养猪二十头"), "{}", blank.text());
        let mut form = vec![
            ("request_id", "plan-of-zhang-01"), ("do", "submit"), ("target", "household"), ("subject", subject.as_str()), ("rows", "3"), ("year", "2026"),
            ("aim", "年内脱贫"), ("l1_what", "养猪二十头"), ("l1_fund", "小额信贷"), ("l1_amount", "5000"), ("l1_who", "本户"),
            ("l1_from", "2026-03-01"), ("l1_to", "2026-12-31"), ("l1_measure", measure.as_str()),
        ];
        let refused = village.post(&format!("{PLANS}/new"), &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("第 1 项“何责任”：请填写"), "{}", refused.text());
        assert_eq!(refused.attributes("input[name=l1_who]", "value"), ["本户"], "what was typed is kept");
        form.push(("l1_duty", "帮扶责任人孙帮扶每月查看"));
        let saved = village.post(&format!("{PLANS}/new"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let path = saved.location().to_owned();
        let again = village.post(&format!("{PLANS}/new"), &form).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert_eq!(app.app.db.number("SELECT COUNT(*) FROM assistance_plan", args![]).await.unwrap(), 1);
        let shown = village.get(&path).await.text();
        for seen in ["干什么", "资金在哪里", "谁来实施", "什么时间", "何责任", "小额信贷 5,000.00 元", "2025-05-01 养猪二十头"] {
            assert!(shown.contains(seen), "{seen}: {shown}");
        }
        let votes = [("due", "30"), ("present", "22"), ("agree", "20"), ("against", "1"), ("abstain", "1"), ("basis", "会议纪要〔2026〕3 号")];
        let mut meet = vec![("act", "meet"), ("request_id", "plan-meets-01")];
        meet.extend(votes);
        let held = village.post(&format!("{path}/step"), &meet).await;
        assert!(held.text().contains("户计划须本户同意"), "{}", held.text());
        meet.push(("household_agrees", "1"));
        let passed = village.post(&format!("{path}/step"), &meet).await;
        assert_eq!(passed.status, StatusCode::SEE_OTHER, "{}", passed.text());
        let approved = town.post(&format!("{path}/step"), &[("act", "approve"), ("request_id", &request())]).await;
        assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.text());
        let shown = town.get(&path).await.text();
        assert!(shown.contains("镇级已批准") && shown.contains("第 3 版：镇级批准") && shown.contains("应到 30，实到 22"), "{shown}");
        let paper = town.get(&format!("{path}/print")).await.text();
        assert!(paper.contains("张大山户 2026 年一户一法") && paper.contains("帮扶责任人孙帮扶每月查看") && paper.contains("户主："), "{paper}");

        let village_form = village.get(&format!("{PLANS}/new?target=village&town=371621102&community={WEST_VILLAGE}")).await;
        assert!(village_form.text().contains("一村一策：石庙镇 大田社区"), "{}", village_form.text());
        let subject = code(WEST_VILLAGE).as_i64().to_string();
        let form = [
            ("request_id", "plan-of-west-001"), ("do", "submit"), ("target", "village"), ("subject", subject.as_str()), ("rows", "3"), ("year", "2026"),
            ("aim", "村集体经营性收入二十万元"), ("l1_what", "修机耕路三公里"), ("l1_fund", "市级专项"), ("l1_amount", "300000"), ("l1_who", "镇水利站"),
            ("l1_from", "2026-03-01"), ("l1_to", "2026-10-31"), ("l1_duty", "村书记负责"),
        ];
        let saved = village.post(&format!("{PLANS}/new"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let list = town.get(PLANS).await.text();
        assert!(list.contains("共 2 份计划，计划资金 305,000.00 元") && list.contains("一村一策") && list.contains("一户一法"), "{list}");
        let lacking = town.get(&format!("{PLANS}?state=missing&year=2026")).await.text();
        assert!(lacking.contains("王海林") && !lacking.contains("张大山"), "{lacking}");
        let villages = town.get(&format!("{PLANS}?state=missing&target=village&year=2026")).await.text();
        assert!(villages.contains("东关社区") && villages.contains("还没有计划的村：1 个"), "{villages}");
        assert_eq!(town.get(&format!("{PLANS}.xlsx")).await.status, StatusCode::OK);
    }

    async fn every_step_of_a_plan_that_is_not_listed_is_refused_and_changes_nothing(db: TestDb) {
        let app = a_county(db, &[]).await;
        let id = a_plan(&app).await;
        for (state, act) in FLOW.illegal() {
            app.app.db.run_schema(&format!("UPDATE assistance_plan SET state = '{}'", state.id())).await.unwrap();
            let refused = plan::step(&app.app, &an(Role::TownPoverty, 9), id, &request(), act, &Brought { reason: "试".into(), ..meeting() }).await.unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Conflict, "{state:?} {act:?}: {}", refused.message);
            let now = plan::plan(&app.app.db, &access::Scope::area(code("371621")), id).await.unwrap().unwrap();
            assert_eq!(now.state, state.id());
        }
        assert_eq!(plan::version(&app.app.db, id).await.unwrap(), 1);
    }

    async fn a_plan_goes_back_only_with_a_reason_and_nobody_approves_what_he_entered(db: TestDb) {
        let app = a_county(db, &[]).await;
        let id = a_plan(&app).await;
        let village = an(Role::VillageAdmin, 3);
        let poor = Brought { vote: Vote { due: 30, present: 12, agree: 12, ..Vote::default() }, ..meeting() };
        assert!(plan::step(&app.app, &village, id, &request(), PlanAct::Meet, &poor).await.unwrap_err().message.contains("没有过半"));
        plan::step(&app.app, &village, id, &request(), PlanAct::Meet, &meeting()).await.unwrap();
        let locked = plan::edit(&app.app, &village, id, &request(), 2, &drawn()).await.unwrap_err();
        assert!(locked.message.contains("先退回修改"), "{}", locked.message);
        let same = plan::step(&app.app, &an(Role::TownPoverty, 3), id, &request(), PlanAct::Approve, &Brought::default()).await.unwrap_err();
        assert!(same.message.contains("须由另一人办理"), "{}", same.message);
        assert!(plan::step(&app.app, &village, id, &request(), PlanAct::Approve, &Brought::default()).await.is_err(), "the village does not approve");
        let town = an(Role::TownPoverty, 4);
        assert!(plan::step(&app.app, &town, id, &request(), PlanAct::SendBack, &Brought::default()).await.is_err(), "without a reason");
        let back = Brought { reason: "资金来源不明".into(), ..Brought::default() };
        plan::step(&app.app, &town, id, &request(), PlanAct::SendBack, &back).await.unwrap();
        let now = plan::plan(&app.app.db, &town.scope, id).await.unwrap().unwrap();
        assert_eq!((now.state.as_str(), now.meeting), (PlanState::Draft.id(), None));
        let stale = plan::edit(&app.app, &village, id, &request(), 2, &drawn()).await.unwrap_err();
        assert_eq!(stale.kind, ErrorKind::Conflict, "the second clerk is told");
        plan::edit(&app.app, &village, id, &request(), 3, &Draft { aim: "年内达标".into(), ..drawn() }).await.unwrap();
        let kept = history::entries(&app.app.db, plan::KIND, id).await.unwrap();
        assert_eq!(kept.iter().map(|e| e.act.as_str()).collect::<Vec<_>>(), ["edit", "send_back", "meet", "create"]);
    }

    async fn one_plan_a_year_within_reach_and_never_for_oneself(db: TestDb) {
        let app = a_county(db, &[]).await;
        a_plan(&app).await;
        let village = an(Role::VillageAdmin, 3);
        let twice = plan::create(&app.app, &village, &request(), Target::Household, ZHANG, 2026, &drawn()).await.unwrap_err();
        assert!(twice.message.contains("2026 年的计划已经制定"), "{}", twice.message);
        let mut zhang = an(Role::VillageAdmin, 3);
        zhang.person = Some(app.app.keys.person_key(&number(1)));
        assert!(plan::create(&app.app, &zhang, &request(), Target::Household, ZHANG, 2027, &drawn()).await.is_err());
        let strange = Draft { lines: vec![PlanLine { measure_id: Some(77), ..drawn().lines[0].clone() }], ..drawn() };
        let refused = plan::create(&app.app, &village, &request(), Target::Household, ZHANG, 2027, &strange).await.unwrap_err();
        assert!(refused.message.contains("不是本户的"), "{}", refused.message);
        let mut east = app.as_role(Role::TownPoverty, "371621103").await;
        assert!(east.get(PLANS).await.text().contains("共 0 份计划"));
        assert_eq!(east.get(&format!("{PLANS}/new?target=household&subject={ZHANG}")).await.status, StatusCode::NOT_FOUND);
        let mut liaison = app.as_role(Role::Liaison, WEST_VILLAGE).await;
        let seen = liaison.get(PLANS).await.text();
        assert!(seen.contains("张*山") && !seen.contains("张大山"), "{seen}");
    }
}
