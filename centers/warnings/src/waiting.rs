//! What the desk tells an actor about findings that wait for him.

use access::{Actor, Resource};
use async_trait::async_trait;
use directory::{Waiting, WaitingWork};
use kernel::AppResult;
use web::App;

use crate::{pages::LIST, store::waiting};

/// Findings at which the actor is the next to act.
pub struct WaitingFindings;

#[async_trait]
impl WaitingWork for WaitingFindings {
    async fn waiting(&self, app: &App, actor: &Actor) -> AppResult<Vec<Waiting>> {
        if !app.policies.permits(actor, "finding.list", &Resource::any()) {
            return Ok(Vec::new());
        }
        let (count, urgent) = waiting(&app.db, actor, app.clock.now()).await?;
        Ok(vec![Waiting {
            title: "待我办理的预警".to_owned(),
            count,
            href: format!("{LIST}?mine=1&sort=due"),
            urgent: urgent > 0,
        }])
    }
}
