//! Snapshots kept open between checks. One is used again only while its file is the very file whose bytes were
//! examined: same name (its hash), same length, same time of change; anything else is examined anew.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use kernel::AppResult;
use web::App;

use crate::{
    identities::{self, LinkedSet},
    runs::{open_snapshot, seal},
    snapshot::Snapshot,
    sources::{CurrentSource, Sources},
};

#[derive(Clone)]
struct Kept {
    snapshot: Snapshot,
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
    /// The snapshot of a source, examined.
    ///
    /// # Errors
    /// `Conflict` when the file is gone or no longer what was sealed.
    pub(super) async fn snapshot(&self, app: &App, sources: &Sources, current: &CurrentSource) -> AppResult<Snapshot> {
        let path = sources.store.path(&current.data_set, &current.snapshot);
        let about = std::fs::metadata(&path).ok();
        let length = about.as_ref().map_or(0, std::fs::Metadata::len);
        let changed = about.and_then(|m| m.modified().ok());
        let kept = self.lock().get(&current.data_set).cloned();
        if let Some(kept) = kept {
            if kept.snapshot.hash == current.snapshot && kept.length == length && kept.changed == changed && length > 0
            {
                return Ok(kept.snapshot);
            }
        }
        let snapshot = open_snapshot(sources, &current.data_set, &current.snapshot)?;
        if let Some(bytes) = seal::examine(&app.db, &snapshot).await? {
            let tx = app.trail.begin(&access::Actor::system()).await?;
            seal::seal(&tx, &snapshot, &bytes).await?;
            tx.commit(trail::Act::new("source.seal", format!("snapshot:{}", snapshot.hash)))
                .await?;
        }
        let kept = Kept {
            snapshot: snapshot.clone(),
            length,
            changed,
        };
        self.lock().insert(current.data_set.clone(), kept);
        Ok(snapshot)
    }

    /// Whose rows these are, as the last comparison found out; nothing before the first.
    pub(super) async fn links(&self, app: &App, current: &CurrentSource) -> AppResult<Option<Arc<LinkedSet>>> {
        let Some(object) = identities::kept(&app.db, &current.data_set, &current.snapshot)
            .await?
            .map(|k| k.object)
        else {
            return Ok(None);
        };
        let held = self
            .1
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&current.data_set)
            .cloned();
        if let Some((_, set)) = held.filter(|(known, _)| *known == object) {
            return Ok(Some(set));
        }
        let set = Arc::new(identities::read_object(&app.objects, &object)?);
        let mut all = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(current.data_set.clone(), (object, set.clone()));
        Ok(Some(set))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
