//! The books kept between requests, so that no page adds up a county's movements for itself.
//!
//! Every write goes through the trail, so while its head stands still the copy is the database. When it has moved, a
//! count of movements and the versions of documents, shares and programmes tell whether the books were touched; only
//! then they are read again. Several servers on one database each see each other's acts this way.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use access::Scope;
use kernel::{AppError, AppResult, RegionCode};
use store::{Db, FromQueryResult, Query, args};
use tokio::sync::Mutex;
use web::App;

use super::books::{Books, books, everything};

/// Areas and departments whose part of the books is kept; more than that are read off the whole again.
const MOST_SCOPES: usize = 400;
/// Readings in a row that acts may interrupt before the last one is taken as it is.
const MOST_TRIES: usize = 3;

/// A part of the app; without it every page reads the tables.
#[derive(Default)]
pub struct BookCache {
    copy: RwLock<Option<Kept>>,
    /// One reader at a time: the others wait for what it finds.
    reading: Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    /// Head of the trail up to which the copy is known to hold.
    head: i64,
    marks: Marks,
    scopes: Arc<RwLock<HashMap<(Option<RegionCode>, Option<String>), Arc<Books>>>>,
    whole: Arc<Books>,
}

/// What changes whenever the books do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
struct Marks {
    entries: i64,
    indicators: i64,
    allocations: i64,
    programmes: i64,
}

async fn head(db: &Db) -> AppResult<i64> {
    db.number("SELECT seq FROM trail_head WHERE one = 1", args![]).await
}

async fn marks(db: &Db) -> AppResult<Marks> {
    db.row(
        "SELECT (SELECT COUNT(*) FROM fund_entry) AS entries, \
         (SELECT CAST(COALESCE(SUM(version + 1), 0) AS BIGINT) FROM indicator) AS indicators, \
         (SELECT CAST(COALESCE(SUM(version + 1), 0) AS BIGINT) FROM fund_allocation) AS allocations, \
         (SELECT CAST(COALESCE(SUM(version + 1), 0) AS BIGINT) FROM programme) AS programmes",
        args![],
    )
    .await?
    .ok_or_else(|| AppError::internal("marks of the books"))
}

/// The books of a scope as they stand, from memory while nothing has changed them.
pub async fn kept(app: &App, scope: &Scope) -> AppResult<Arc<Books>> {
    let Ok(cache) = app.part::<BookCache>() else {
        return Ok(Arc::new(books(&app.db, scope).await?));
    };
    let copy = cache.fresh(&app.db).await?;
    let key = (scope.region(), scope.department().map(str::to_owned));
    if let Some(found) = copy.scopes.read().ok().and_then(|s| s.get(&key).cloned()) {
        return Ok(found);
    }
    let part = Arc::new(copy.whole.within(scope));
    if let Ok(mut scopes) = copy.scopes.write() {
        if scopes.len() >= MOST_SCOPES {
            scopes.clear();
        }
        scopes.insert(key, part.clone());
    }
    Ok(part)
}

impl BookCache {
    fn copy_at(&self, head: i64) -> Option<Kept> {
        let copy = self.copy.read().ok()?.clone()?;
        (copy.head == head).then_some(copy)
    }

    async fn fresh(&self, db: &Db) -> AppResult<Kept> {
        if let Some(copy) = self.copy_at(head(db).await?) {
            return Ok(copy);
        }
        let _one = self.reading.lock().await;
        let mut at = head(db).await?;
        if let Some(copy) = self.copy_at(at) {
            return Ok(copy);
        }
        let mut tries = 0;
        let copy = loop {
            let marks = marks(db).await?;
            let same = self.copy.read().ok().and_then(|c| c.clone());
            let copy = match same.filter(|c| c.marks == marks) {
                Some(copy) => Kept { head: at, ..copy },
                None => Kept {
                    head: at,
                    marks,
                    scopes: Arc::default(),
                    whole: Arc::new(everything(db).await?),
                },
            };
            let now = head(db).await?;
            tries += 1;
            if now == at || tries == MOST_TRIES {
                break copy;
            }
            at = now;
        };
        if let Ok(mut place) = self.copy.write() {
            *place = Some(copy.clone());
        }
        Ok(copy)
    }
}
