//! Waiting work: what the desk tells an actor first. Modules answer for their own lists.

use std::sync::Arc;

use access::Actor;
use async_trait::async_trait;
use kernel::AppResult;
use web::App;

/// One line of waiting work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// What waits, e.g. 待我核查的疑点.
    pub title: String,
    pub count: u64,
    /// The list that shows exactly these items.
    pub href: String,
    /// Something among them is overdue or red.
    pub urgent: bool,
}

/// A module that knows what waits for an actor.
#[async_trait]
pub trait WaitingWork: Send + Sync {
    /// Counts within the actor's scope; lines without permission are left out.
    async fn waiting(&self, app: &App, actor: &Actor) -> AppResult<Vec<Waiting>>;
}

/// All modules that contribute waiting work, in the order of the desk; a part of the app.
#[derive(Default)]
pub struct WaitingList(pub Vec<Arc<dyn WaitingWork>>);

/// What waits for this actor, over all modules.
pub(crate) async fn for_actor(app: &App, actor: &Actor) -> AppResult<Vec<Waiting>> {
    let Ok(list) = app.part::<WaitingList>() else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for work in &list.0 {
        all.extend(work.waiting(app, actor).await?);
    }
    Ok(all)
}
