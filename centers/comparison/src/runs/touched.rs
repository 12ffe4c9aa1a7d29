//! What new deliveries touch: which data sets changed since they were last compared, who in them changed, and which
//! rules must be asked again about these people.

use std::{collections::BTreeSet, sync::Arc};

use kernel::{AppError, AppResult, RegionCode};
use store::Query;
use web::App;

use super::{job::open_snapshot, store::last_read};
use crate::{
    before_payment::{Params, people::everyone_beside},
    identities::{self, LinkedSet},
    rules::Rule,
    snapshot::{Snapshot, difference},
    sources::{Sources, current_sources},
};

/// Data sets delivered anew since the last comparison of the whole area read them. One that was never compared is
/// left to a full run.
pub async fn touched_since(db: &impl Query, area: RegionCode) -> AppResult<Vec<String>> {
    let mut out = Vec::new();
    for current in current_sources(db).await? {
        let before = last_read(db, &current.data_set, area).await?;
        if before.is_some_and(|hash| hash != current.snapshot) {
            out.push(current.data_set);
        }
    }
    Ok(out)
}

/// Who must be asked about again.
pub(super) struct Touched {
    /// Everyone with a changed row, and who lives with them; `None` when a register of our own changed, whose rows
    /// concern others than the person they name: then everyone is asked about.
    pub(super) people: Option<BTreeSet<i64>>,
    /// What changed, for findings that no longer hold.
    pub(super) because: String,
}

/// Walks the last compared snapshot of each data set beside the one that is current.
///
/// # Errors
/// A snapshot that is gone or was altered: the message names the data set.
pub(super) async fn touched_by(
    app: &App,
    sources: &Sources,
    data_sets: &[String],
    snapshots: &[Snapshot],
    sets: &[LinkedSet],
    area: RegionCode,
) -> AppResult<Touched> {
    let db = &app.db;
    let mut people = BTreeSet::new();
    let mut everyone = false;
    let mut told = Vec::new();
    for name in data_sets {
        let Some(after) = snapshots.iter().find(|s| s.contract.name == *name).cloned() else {
            continue;
        };
        told.push(format!(
            "“{}”已更新（快照 {}）",
            after.contract.title,
            after.hash.get(..12).unwrap_or_default()
        ));
        let before = last_read(db, name, area).await?;
        let before = before.and_then(|hash| open_snapshot(sources, name, &hash).ok());
        // Without the earlier delivery nobody can say what changed.
        let Some(before) = before.filter(|_| after.contract.category > 0) else {
            everyone = true;
            continue;
        };
        // Rows without a number say nothing of who changed: everyone is asked about to whom a row was linked otherwise.
        let was = identities::latest(db, &app.objects, name, &before.hash).await?;
        let is = sets.iter().find(|set| set.data_set == *name);
        people.extend(identities::linked_otherwise(was.as_ref(), is));
        let changed = tokio::task::spawn_blocking(move || difference(&before, &after))
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?;
        people.extend(changed.people);
    }
    let people = if everyone {
        None
    } else {
        Some(everyone_beside(db, people).await?)
    };
    Ok(Touched {
        people,
        because: told.join("，"),
    })
}

/// The rules to ask again: those that read what changed. Among a few people the ones that look at whole villages would
/// mislead; they wait for the next full run.
pub(super) fn rules_reading(rules: Vec<Arc<Rule>>, data_sets: &[String], few: bool, params: &Params) -> Vec<Arc<Rule>> {
    rules
        .into_iter()
        .filter(|r| r.asks_whose() || r.sources.iter().any(|s| data_sets.contains(s)))
        .filter(|r| !few || params.asks_of_few(r))
        .collect()
}
