//! Near kin of a helper: those of one household, present or past, and whomever the kin graph names.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{AppResult, PersonKey};
use store::Query;
use web::App;

use super::helpers::Helper;
use crate::model::pairing::{Near, Refusal, kin_conflict};

/// Where near kin outside one's household are known (干部亲属关系图谱). The server puts it in as a part.
#[async_trait]
pub trait KinOf: Send + Sync {
    /// Everyone near to a person.
    async fn near_kin(&self, app: &App, person: PersonKey) -> AppResult<Vec<PersonKey>>;
}

/// The part that holds it; without one, households alone are asked.
pub struct KinPart(pub Arc<dyn KinOf>);

/// Why this person may not deal with this household, if there is a reason.
pub(crate) async fn conflict(
    app: &App,
    db: &impl Query,
    name: &str,
    person: Option<i64>,
    household: i64,
) -> AppResult<Option<Refusal>> {
    let Some(person) = person else { return Ok(None) };
    let members = households::pairing::present_members(db, household).await?;
    let mut near: Vec<Near> = households::pairing::same_roof(db, person)
        .await?
        .into_iter()
        .map(|kin| Near {
            person: kin.person_key,
            from_graph: false,
        })
        .collect();
    if let Ok(graph) = app.part::<KinPart>() {
        let kin = graph.0.near_kin(app, PersonKey(person)).await?;
        near.extend(kin.into_iter().map(|person| Near {
            person: person.0,
            from_graph: true,
        }));
    }
    Ok(kin_conflict(name, person, &near, &members))
}

/// [`conflict`] of a helper.
pub(crate) async fn conflict_of(
    app: &App,
    db: &impl Query,
    helper: &Helper,
    household: i64,
) -> AppResult<Option<Refusal>> {
    conflict(app, db, &helper.name, helper.person_key, household).await
}
