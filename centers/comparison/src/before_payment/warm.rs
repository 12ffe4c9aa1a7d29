//! Snapshots kept open between checks. One is used again only while its file is the very file whose bytes were
//! examined: same name (its hash), same length, same time of change; anything else is examined anew.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use kernel::{AppError, AppResult};
use web::App;

use crate::{
    engine::Table,
    identities::{self, LinkedSet},
    rules::table_of,
    runs::{open_snapshot, seal},
    snapshot::Snapshot,
    sources::{CurrentSource, Sources},
};

#[derive(Clone)]
struct Kept {
    snapshot: Snapshot,
    table: Table,
    length: u64,
    changed: Option<SystemTime>,
}

/// Open snapshots by data set, and the links last found in them by the name of their object.
#[derive(Default)]
pub(super) struct Warm(
    Mutex<HashMap<String, Kept>>,
    Mutex<HashMap<String, (String, Arc<LinkedSet>)>>,
);

impl Warm {
    /// The snapshot of a source, examined, and its table.
    ///
    /// # Errors
    /// `Conflict` when the file is gone or no longer what was sealed.
    pub(super) async fn snapshot(
        &self,
        app: &App,
        sources: &Sources,
        current: &CurrentSource,
    ) -> AppResult<(Snapshot, Table)> {
        let path = sources.store.path(&current.data_set, &current.snapshot);
        let about = std::fs::metadata(&path).ok();
        let length = about.as_ref().map_or(0, std::fs::Metadata::len);
        let changed = about.and_then(|m| m.modified().ok());
        let kept = self.lock().get(&current.data_set).cloned();
        if let Some(kept) = kept {
            if kept.snapshot.hash == current.snapshot && kept.length == length && kept.changed == changed && length > 0
            {
                return Ok((kept.snapshot, kept.table));
            }
        }
        let snapshot = open_snapshot(sources, &current.data_set, &current.snapshot)?;
        if let Some(bytes) = seal::examine(&app.db, &snapshot).await? {
            let tx = app.trail.begin(&access::Actor::system()).await?;
            seal::seal(&tx, &snapshot, &bytes).await?;
            tx.commit(trail::Act::new("source.seal", format!("snapshot:{}", snapshot.hash)))
                .await?;
        }
        let table = table_of(&snapshot).map_err(AppError::internal)?;
        let kept = Kept {
            snapshot: snapshot.clone(),
            table: table.clone(),
            length,
            changed,
        };
        self.lock().insert(current.data_set.clone(), kept);
        Ok((snapshot, table))
    }

    /// Whose rows these are, from the object in which the last comparison kept what it found out.
    pub(super) fn links(&self, app: &App, current: &CurrentSource, object: String) -> AppResult<Arc<LinkedSet>> {
        let held = self
            .1
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&current.data_set)
            .cloned();
        if let Some((_, set)) = held.filter(|(known, _)| *known == object) {
            return Ok(set);
        }
        let set = Arc::new(identities::read_object(&app.objects, &object)?);
        let mut all = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(current.data_set.clone(), (object, set.clone()));
        Ok(set)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
