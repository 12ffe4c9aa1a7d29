//! What waits for an actor in the procedures of households: cases whose next step is theirs, if their office answers for
//! them at all.

use access::{Actor, Resource};
use async_trait::async_trait;
use directory::{Waiting, WaitingWork};
use kernel::AppResult;
use records::flow::Code;
use web::App;

use crate::{
    model::flows::Kind,
    store::cases::{self, CaseFilter, Waits},
};

/// Counts open cases whose state waits for the actor, by procedure.
pub struct WaitingCases;

#[async_trait]
impl WaitingWork for WaitingCases {
    async fn waiting(&self, app: &App, actor: &Actor) -> AppResult<Vec<Waiting>> {
        if !app.policies.permits(actor, "household.step", &Resource::any()) {
            return Ok(Vec::new());
        }
        let waits = Waits::of(&app.db, actor).await?;
        let mut waiting = Vec::new();
        for kind in Kind::ALL {
            let filter = CaseFilter {
                kind: kind.id().to_owned(),
                open_only: true,
                waits_for: Some(waits),
                ..CaseFilter::default()
            };
            let count = cases::count(&app.db, &actor.scope, &filter).await?;
            if count > 0 {
                waiting.push(Waiting {
                    title: format!("待我办理的{}", kind.title()),
                    count: count.unsigned_abs(),
                    href: format!("/desk/households/cases?kind={}&mine=1", kind.id()),
                    urgent: false,
                });
            }
        }
        Ok(waiting)
    }
}
