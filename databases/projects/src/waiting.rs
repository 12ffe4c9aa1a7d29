//! What the desk tells an official about projects: those whose next step is his, and those nobody inspected.

use access::{Actor, Resource, Role};
use async_trait::async_trait;
use directory::{Waiting, WaitingWork};
use kernel::AppResult;
use web::App;

use crate::store::{
    board,
    list::{NextBy, ProjectFilter, answers_for_projects, counters},
};

/// Projects at which the actor is the next to act.
pub struct WaitingProjects;

#[async_trait]
impl WaitingWork for WaitingProjects {
    async fn waiting(&self, app: &App, actor: &Actor) -> AppResult<Vec<Waiting>> {
        if !app.policies.permits(actor, "project.list", &Resource::any()) {
            return Ok(Vec::new());
        }
        let next = NextBy::of(&app.db, actor).await?;
        let mut all = Vec::new();
        if !next.is_nobody() {
            let filter = ProjectFilter {
                next: Some(next),
                ..ProjectFilter::default()
            };
            all.push(Waiting {
                title: "待我办理的项目".to_owned(),
                count: counters(&app.db, &actor.scope, &filter).await?.projects.unsigned_abs(),
                href: "/desk/projects?mine=1".to_owned(),
                urgent: false,
            });
        }
        let inspects = matches!(actor.role, Role::TownPoverty | Role::FundUnitAdmin);
        if inspects && answers_for_projects(&app.db, actor).await? {
            let lacking = board::uninspected(&app.db, &actor.scope, app.clock.today()).await?;
            all.push(Waiting {
                title: "上月没有督促检查的在建项目".to_owned(),
                count: lacking.len() as u64,
                href: "/desk/project-board".to_owned(),
                urgent: !lacking.is_empty(),
            });
        }
        Ok(all)
    }
}
