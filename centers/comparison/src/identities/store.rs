//! Links kept by delivery, so that a check of a few people reads what the last comparison found out.

use std::collections::HashMap;

use ::store::{Digest, FromQueryResult, Objects, Query, Sql, args};
use kernel::{AppError, AppResult};
use trail::RecordedTx;

use super::{Classes, LinkedSet};
use crate::sources::CurrentSource;

/// What is known of a delivery's identities.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Kept {
    pub(crate) object: String,
    row_count: i64,
    exact: i64,
    repaired: i64,
    linked: i64,
    undecided: i64,
    outsider: i64,
    unlinked: i64,
    misused: i64,
    placeholder_rows: i64,
    placeholders: i64,
    crowds: i64,
}

impl Kept {
    pub(crate) fn classes(&self) -> Classes {
        let whole = |n: i64| n.max(0) as u64;
        Classes {
            rows: whole(self.row_count),
            exact: whole(self.exact),
            repaired: whole(self.repaired),
            linked: whole(self.linked),
            undecided: whole(self.undecided),
            outsider: whole(self.outsider),
            unlinked: whole(self.unlinked),
            misused: whole(self.misused),
            placeholder_rows: whole(self.placeholder_rows),
            placeholders: whole(self.placeholders),
            crowds: whole(self.crowds),
        }
    }
}

/// The object of a set, named by its content.
pub(crate) fn put_object(objects: &Objects, set: &LinkedSet) -> AppResult<String> {
    let bytes = serde_json::to_vec(set).map_err(AppError::internal)?;
    Ok(objects.put(&bytes).map_err(AppError::internal)?.as_str().to_owned())
}

/// A set back.
pub(crate) fn read_object(objects: &Objects, digest: &str) -> AppResult<LinkedSet> {
    let digest = Digest::from_hex(digest).ok_or_else(|| AppError::internal("no digest of links"))?;
    let bytes = objects.read(&digest).map_err(AppError::internal)?;
    serde_json::from_slice(&bytes).map_err(AppError::internal)
}

/// Keeps what a run found out about a delivery's identities, in place of what an earlier one did.
pub(crate) async fn keep(tx: &RecordedTx, objects: &Objects, run: i64, set: &LinkedSet) -> AppResult<()> {
    let object = put_object(objects, set)?;
    let c = &set.classes;
    tx.execute(
        "INSERT INTO snapshot_links (data_set, snapshot, object, run_id, made_at, row_count, exact, repaired, linked, undecided, \
         outsider, unlinked, misused, placeholder_rows, placeholders, crowds) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (data_set, snapshot) DO UPDATE SET object = excluded.object, run_id = excluded.run_id, \
         made_at = excluded.made_at, exact = excluded.exact, repaired = excluded.repaired, linked = excluded.linked, \
         undecided = excluded.undecided, outsider = excluded.outsider, unlinked = excluded.unlinked, \
         misused = excluded.misused, placeholder_rows = excluded.placeholder_rows, placeholders = excluded.placeholders, \
         crowds = excluded.crowds",
        args![
            set.data_set.as_str(),
            set.snapshot.as_str(),
            object.as_str(),
            run,
            tx.at().millis(),
            c.rows as i64,
            c.exact as i64,
            c.repaired as i64,
            c.linked as i64,
            c.undecided as i64,
            c.outsider as i64,
            c.unlinked as i64,
            c.misused as i64,
            c.placeholder_rows as i64,
            c.placeholders as i64,
            c.crowds as i64
        ],
    )
    .await?;
    tx.execute(
        "UPDATE run_snapshot SET links = $3 WHERE run_id = $1 AND data_set = $2",
        args![run, set.data_set.as_str(), object.as_str()],
    )
    .await
    .map(|_| ())
}

/// What is known of a delivery; `None` before the first comparison read it.
pub(crate) async fn kept(db: &impl Query, data_set: &str, snapshot: &str) -> AppResult<Option<Kept>> {
    db.row(
        "SELECT object, row_count, exact, repaired, linked, undecided, outsider, unlinked, misused, placeholder_rows, \
         placeholders, crowds FROM snapshot_links WHERE data_set = $1 AND snapshot = $2",
        args![data_set, snapshot],
    )
    .await
}

/// The objects of the links of these deliveries, by data set; one that no comparison read is not among them.
pub(crate) async fn objects_of(db: &impl Query, current: &[CurrentSource]) -> AppResult<HashMap<String, String>> {
    #[derive(FromQueryResult)]
    struct Row {
        data_set: String,
        snapshot: String,
        object: String,
    }
    if current.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("SELECT data_set, snapshot, object FROM snapshot_links WHERE snapshot IN ");
    sql.bind_list(current.iter().map(|source| source.snapshot.clone()));
    let rows: Vec<Row> = db.fetch(sql).await?;
    let is_current = |row: &Row| {
        current
            .iter()
            .any(|c| c.data_set == row.data_set && c.snapshot == row.snapshot)
    };
    Ok(rows
        .into_iter()
        .filter(is_current)
        .map(|row| (row.data_set, row.object))
        .collect())
}

/// The delivery of a data set that was linked last.
pub(super) async fn last_linked(db: &impl Query, data_set: &str) -> AppResult<Option<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        snapshot: String,
    }
    // By the order of runs, which a clock set back does not change.
    let row: Option<Row> = db
        .row(
            "SELECT l.snapshot FROM snapshot_links l JOIN run r ON r.id = l.run_id WHERE l.data_set = $1 \
             ORDER BY r.seq DESC LIMIT 1",
            args![data_set],
        )
        .await?;
    Ok(row.map(|row| row.snapshot))
}

/// The links of a delivery as the last comparison found them.
pub(crate) async fn latest(
    db: &impl Query,
    objects: &Objects,
    data_set: &str,
    snapshot: &str,
) -> AppResult<Option<LinkedSet>> {
    match kept(db, data_set, snapshot).await? {
        None => Ok(None),
        Some(kept) => read_object(objects, &kept.object).map(Some),
    }
}
