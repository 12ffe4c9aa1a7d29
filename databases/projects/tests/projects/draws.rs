//! The county's draws: announced before they are drawn, repeatable by anyone, widened when something fails.

use access::{Role, Scope};
use kernel::{ErrorKind, Money};
use projects::{
    model::{
        EntryKind, ProjectAct as A,
        draw::{Listed, draw, list_hash},
    },
    store::{draws, load, project::Project},
};
use testkit::{TestApp, both_databases};
use trail::Act;

use crate::support::*;

/// `n` projects of the town that wait for the county, of 10,000 yuan each.
pub(crate) async fn waiting(app: &TestApp, n: i64) -> Vec<Project> {
    let id = entered(app, &[]).await;
    let model = projects::store::project::project(&app.app.db, &Scope::area(code("371621")), id)
        .await
        .unwrap()
        .unwrap();
    let loaded: Vec<load::Loaded> = (1..=n)
        .map(|i| load::Loaded {
            row: Project {
                id: 5_000 + i,
                no: format!("D-{i:03}"),
                name: format!("抽查项目{i}"),
                state: "acc_town".into(),
                planned_fen: 1_000_000,
                ..model.clone()
            },
            funds: vec![("财政专项扶贫资金".into(), "省".into(), Money(1_000_000))],
            households: vec![1],
            steps: vec![
                ("enter", "demand", "2026-01-01".into()),
                ("accept_town", "acc_town", "2026-02-20".into()),
            ],
        })
        .collect();
    let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
    load::projects(&tx, &loaded).await.unwrap();
    tx.commit(Act::new("project.load", "test")).await.unwrap();
    loaded.into_iter().map(|l| l.row).collect()
}

both_databases! {
    // accept: 004-46
    async fn anyone_can_repeat_a_draw_from_what_was_published_before_it(db: TestDb) {
        let app = a_county(db).await;
        let all = waiting(&app, 24).await;
        let id = draws::announce(&app.app, &county(1), &rid(&app), code(TOWN), "第一批").await.unwrap();
        let scope = Scope::area(code("371621"));
        let published = draws::draw_of(&app.app.db, &scope, id).await.unwrap().unwrap();
        let same_day = draws::draw_now(&app.app, &county(1), &rid(&app), id).await.unwrap_err();
        assert!(same_day.message.contains("满 1 天后"), "{}", same_day.message);
        let second = draws::announce(&app.app, &county(1), &rid(&app), code(TOWN), "第一批").await.unwrap_err();
        assert_eq!(second.kind, ErrorKind::Conflict, "a seed is not changed until it pleases");
        app.clock.advance_days(1);
        draws::draw_now(&app.app, &county(1), &rid(&app), id).await.unwrap();
        // Somebody else, with the published list and seed alone.
        let list: Vec<Listed> = all.iter().map(|p| Listed { id: p.id, no: p.no.clone(), planned: p.planned() }).collect();
        assert_eq!(list_hash(&list), published.list_hash);
        let mine: Vec<String> =
            draw(&published.seed, &list, published.share_bp, Money(published.above_fen)).into_iter().map(|(p, _)| p.no).collect();
        let items = draws::draw_items(&app.app.db, id).await.unwrap();
        let theirs: Vec<String> = items.iter().filter(|i| i.why.is_some()).map(|i| i.no.clone()).collect();
        assert_eq!(mine, theirs);
        assert_eq!(mine.len(), 3, "a tenth of 24, rounded up");
        assert!(draws::draw_now(&app.app, &county(1), &rid(&app), id).await.is_err(), "once");
    }

    async fn a_failure_widens_the_sample_and_holds_the_others_until_all_have_passed(db: TestDb) {
        let app = a_county(db).await;
        waiting(&app, 10).await;
        let id = drawn(&app, "第一批").await;
        let items = draws::draw_items(&app.app.db, id).await.unwrap();
        let (first, other) = (items[0].project, items.iter().find(|i| i.why.is_none()).unwrap().project);
        assert_eq!(items.iter().filter(|i| i.why.is_some()).count(), 1);
        let early = act(&app, &county(1), other, A::AcceptCounty, &COUNTY_TEAM).await.unwrap_err();
        assert!(early.message.contains("还没有全部合格"), "{}", early.message);
        let not_drawn = beside(&app, &county(1), other, EntryKind::DrawResult, &[("result", "pass"), ("note", "x")]).await;
        assert_eq!(not_drawn.unwrap_err().kind, ErrorKind::Conflict);
        assert!(draws::widen(&app.app, &county(1), &rid(&app), id).await.is_err(), "nothing failed yet");
        beside(&app, &county(1), first, EntryKind::DrawResult, &[("result", "fail"), ("note", "漏水")]).await.unwrap();
        let failed = act(&app, &county(1), first, A::AcceptCounty, &COUNTY_TEAM).await.unwrap_err();
        assert!(failed.message.contains("退回整改"), "{}", failed.message);
        draws::widen(&app.app, &county(1), &rid(&app), id).await.unwrap();
        let drawn: Vec<_> = draws::draw_items(&app.app.db, id).await.unwrap().into_iter().filter(|i| i.why.is_some()).collect();
        assert_eq!(drawn.len(), 3);
        assert_eq!(drawn[0].project, first, "the order goes on, it does not begin anew");
        for item in &drawn {
            beside(&app, &county(1), item.project, EntryKind::DrawResult, &[("result", "pass"), ("note", "合格")]).await.unwrap();
        }
        let free = draws::draw_items(&app.app.db, id).await.unwrap().into_iter().find(|i| i.why.is_none()).unwrap().project;
        act(&app, &county(1), free, A::AcceptCounty, &[("opinion", "本批抽查合格")]).await.unwrap();
        act(&app, &county(1), first, A::AcceptCounty, &COUNTY_TEAM).await.unwrap();
    }

    async fn a_draw_needs_a_town_with_projects_and_the_county_office(db: TestDb) {
        let app = a_county(db).await;
        let none = draws::announce(&app.app, &county(1), &rid(&app), code(TOWN), "第一批").await.unwrap_err();
        assert!(none.message.contains("没有等待县级抽查的项目"));
        let place = draws::announce(&app.app, &county(1), &rid(&app), code(WEST), "第一批").await.unwrap_err();
        assert!(place.message.contains("请选择乡镇"));
        let mut client = app.signed_in(one(Role::TownPoverty, TOWN, 1)).await;
        let asked = client.post("/desk/project-draws", &[("town", TOWN), ("batch", "x"), ("request_id", "request-1")]).await;
        assert_eq!(asked.status.as_u16(), 403);
    }

    async fn villages_and_towns_check_all_and_with_different_people(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        to_building(&app, id).await;
        finish(&app, id).await;
        let without = [("team_committee", "村委甲"), ("opinion", "合格")];
        let lacking = act(&app, &village(), id, A::AcceptVillage, &without).await.unwrap_err().message;
        assert!(lacking.contains("民主理财小组") && lacking.contains("村民代表"), "{lacking}");
        let team = [("team_committee", "村委甲"), ("team_finance", "理财乙"), ("team_reps", "代表丙"), ("opinion", "合格")];
        act(&app, &village(), id, A::AcceptVillage, &team).await.unwrap();
        let twice = [("team_town", "村委甲、站所戊"), ("asked", "20"), ("satisfied", "15"), ("opinion", "合格")];
        let refused = act(&app, &town(), id, A::AcceptTown, &twice).await.unwrap_err().message;
        assert!(refused.contains("村委甲 已参加村级验收") && refused.contains("满意度 75%，不足 80%"), "{refused}");
        let skipped = act(&app, &county(1), id, A::AcceptCounty, &COUNTY_TEAM).await.unwrap_err();
        assert_eq!(skipped.kind, ErrorKind::Conflict, "no level is skipped");
        act(&app, &town(), id, A::AcceptTown, &TOWN_TEAM).await.unwrap();
        let undrawn = act(&app, &county(1), id, A::AcceptCounty, &COUNTY_TEAM).await.unwrap_err();
        assert!(undrawn.message.contains("还没有抽样"), "{}", undrawn.message);
    }
}
