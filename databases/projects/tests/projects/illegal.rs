//! Every step that the flows do not list, driven through the store: refused, nothing changed, on the record.

use access::Role;
use kernel::ErrorKind;
use projects::model::{ASSET_FLOW, AssetAct, AssetState, PROJECT_FLOW, ProjectAct, ProjectState};
use records::flow::Code;
use store::{Query, args};
use testkit::{TestApp, both_databases};
use trail::Act;

use crate::support::*;

async fn put(app: &TestApp, sql: &str, state: &str, id: i64) {
    let tx = app.app.trail.begin(&access::Actor::system()).await.unwrap();
    tx.execute(sql, args![state, id]).await.unwrap();
    tx.commit(Act::new("project.load", "test")).await.unwrap();
}

async fn refusals(app: &TestApp) -> i64 {
    app.app
        .db
        .number(
            "SELECT COUNT(*) FROM trail_event WHERE act = 'project.refused'",
            args![],
        )
        .await
        .unwrap()
}

both_databases! {
    async fn every_step_the_project_flow_does_not_list_is_refused(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let illegal = PROJECT_FLOW.illegal();
        assert!(illegal.len() > 600, "{}", illegal.len());
        let mut at = None;
        for (from, a) in &illegal {
            if at != Some(*from) {
                put(&app, "UPDATE project SET state = $1 WHERE id = $2", from.id(), id).await;
                at = Some(*from);
            }
            let role = PROJECT_FLOW.steps.iter().find(|s| s.act == *a).unwrap().by[0];
            let who = one(role, "371621", 9);
            let refused = act(&app, &who, id, *a, &[("reason", "试"), ("basis", "试")]).await.unwrap_err();
            assert_eq!(refused.kind, ErrorKind::Conflict, "{from:?} {a:?}: {}", refused.message);
            assert_eq!(state(&app, id).await, from.id());
        }
        assert_eq!(refusals(&app).await, illegal.len() as i64);
    }

    async fn every_step_the_asset_flow_does_not_list_is_refused(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let asset = to_asset(&app, id).await;
        let before = refusals(&app).await;
        let illegal = ASSET_FLOW.illegal();
        let mut at = None;
        for (from, a) in &illegal {
            if at != Some(*from) {
                put(&app, "UPDATE project_asset SET state = $1 WHERE id = $2", from.id(), asset).await;
                at = Some(*from);
            }
            let role = ASSET_FLOW.steps.iter().find(|s| s.act == *a).unwrap().by[0];
            let refused = asset_act(&app, &one(role, "371621", 9), asset, *a, &[("reason", "试"), ("basis", "试")]).await;
            assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict, "{from:?} {a:?}");
        }
        assert_eq!(refusals(&app).await - before, illegal.len() as i64);
    }

    async fn every_step_is_refused_to_roles_that_have_no_part_in_it(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        for row in PROJECT_FLOW.steps {
            put(&app, "UPDATE project SET state = $1 WHERE id = $2", row.from[0].id(), id).await;
            for role in [Role::CountyAdmin, Role::Audit, Role::TownCdi, Role::VillageAdmin, Role::Finance] {
                if !row.by.contains(&role) {
                    let refused = act(&app, &one(role, "371621", 9), id, row.act, &[]).await.unwrap_err();
                    assert_eq!(refused.kind, ErrorKind::Forbidden, "{:?} {role:?}", row.act);
                }
            }
        }
    }

    async fn a_project_of_another_town_does_not_exist(db: TestDb) {
        let app = a_county(db).await;
        let id = entered(&app, &[]).await;
        let elsewhere = one(Role::TownPoverty, "371621103", 1);
        assert_eq!(act(&app, &elsewhere, id, ProjectAct::Compile, &[]).await.unwrap_err().kind, ErrorKind::NotFound);
    }
}

#[test]
fn the_pages_of_the_flows_are_what_the_code_does() {
    testkit::docs::agree("flows/project.md", &PROJECT_FLOW.to_markdown());
    testkit::docs::agree("flows/asset.md", &ASSET_FLOW.to_markdown());
}

#[test]
fn every_state_can_be_reached_and_every_act_leads_somewhere() {
    for state in ProjectState::ALL.iter().filter(|s| **s != ProjectState::Demand) {
        assert!(PROJECT_FLOW.steps.iter().any(|s| s.to == *state), "{state:?}");
    }
    for state in AssetState::ALL.iter().filter(|s| **s != AssetState::Formed) {
        assert!(ASSET_FLOW.steps.iter().any(|s| s.to == *state), "{state:?}");
    }
    assert!(
        ProjectAct::ALL
            .iter()
            .all(|a| PROJECT_FLOW.steps.iter().any(|s| s.act == *a))
    );
    assert!(
        AssetAct::ALL
            .iter()
            .all(|a| ASSET_FLOW.steps.iter().any(|s| s.act == *a))
    );
}
