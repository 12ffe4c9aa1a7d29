//! What one module asks of another and neither may know of the other: the server joins them.

use std::{any::Any, sync::Arc};

use access::Scope;
use async_trait::async_trait;
use forces::{HelpedProject, ProjectsPart, ProjectsToHelp};
use kernel::{AppResult, Date};
use web::App;

/// All seams, as parts of the app.
pub(crate) fn parts() -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![Arc::new(ProjectsPart(Arc::new(OfTheRegister)))]
}

/// Teams help the projects of the project database.
struct OfTheRegister;

#[async_trait]
impl ProjectsToHelp for OfTheRegister {
    async fn to_help(&self, app: &App, scope: &Scope, day: Date) -> AppResult<Vec<HelpedProject>> {
        let rows = projects::store::list::under_way(&app.db, scope, day).await?;
        let known = |p: projects::store::list::UnderWay| HelpedProject {
            id: p.id,
            no: p.no,
            title: p.name,
            region: p.region,
            from_on: p.from_on,
            to_on: None,
        };
        Ok(rows.into_iter().map(known).collect())
    }
}
