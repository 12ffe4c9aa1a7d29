//! The table of versions.

use std::collections::HashMap;

use ::store::{BulkInsert, Query, Sql, args};
use kernel::{AppError, AppResult, ErrorKind};
use serde_json::Value;
use trail::RecordedTx;

/// A change about to be written.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What sort of record: `household`, `project`.
    pub kind: &'static str,
    pub id: i64,
    /// The version the form was filled from; `None` when the writer has just read the record in this transaction.
    pub expected: Option<i64>,
    /// The step or act by its id.
    pub act: &'a str,
    pub reason: &'a str,
    pub basis: &'a str,
    /// The local day on which it takes effect, `YYYY-MM-DD`.
    pub on: &'a str,
    /// The whole record after the change, without readable ID numbers.
    pub state: &'a Value,
}

/// One version.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub version: i64,
    /// When it was written.
    pub at_millis: i64,
    /// When it took effect, `YYYY-MM-DD`.
    pub on: String,
    pub actor: Option<i64>,
    pub actor_name: String,
    pub role: String,
    pub act: String,
    pub reason: String,
    pub basis: String,
    pub state: Value,
}

#[derive(::store::FromQueryResult)]
struct Row {
    version: i64,
    at_millis: i64,
    day: String,
    actor: Option<i64>,
    actor_name: String,
    role: String,
    act: String,
    reason: String,
    basis: String,
    state: String,
}

const SELECT: &str = "SELECT version, at_millis, day, actor, actor_name, role, act, reason, basis, state \
     FROM record_version WHERE kind = $1 AND record_id = $2";

/// Writes the next version and returns its number.
///
/// # Errors
/// Conflict when the record has a later version than `expected`.
pub async fn record(tx: &RecordedTx, change: &Change<'_>) -> AppResult<i64> {
    let last = tx
        .number(
            "SELECT COALESCE(MAX(version), 0) FROM record_version WHERE kind = $1 AND record_id = $2",
            args![change.kind, change.id],
        )
        .await?;
    if change.expected.is_some_and(|expected| expected != last) {
        return Err(AppError::new(
            ErrorKind::Conflict,
            "在您填写期间，这份记录已由他人修改；没有写入任何内容。请对照新的内容合并后再提交。",
        ));
    }
    let actor = tx.actor();
    tx.execute(
        "INSERT INTO record_version (kind, record_id, version, at_millis, day, actor, actor_name, role, act, reason, \
         basis, state) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        args![
            change.kind,
            change.id,
            last + 1,
            tx.at().millis(),
            change.on,
            actor.account.map(|a| a.0),
            actor.name.as_str(),
            actor.role.id(),
            change.act,
            change.reason,
            change.basis,
            change.state.to_string()
        ],
    )
    .await?;
    Ok(last + 1)
}

const COLUMNS: [&str; 12] = [
    "kind",
    "record_id",
    "version",
    "at_millis",
    "day",
    "actor",
    "actor_name",
    "role",
    "act",
    "reason",
    "basis",
    "state",
];

/// Writes first versions of many records at once: loaders and first fills. Returns how many.
pub async fn bulk(
    tx: &RecordedTx,
    kind: &'static str,
    act: &str,
    records: impl IntoIterator<Item = (i64, String, Value)>,
) -> AppResult<u64> {
    let (actor, at) = (tx.actor().clone(), tx.at().millis());
    let mut rows = BulkInsert::new(tx, "record_version", &COLUMNS, "");
    for (id, on, state) in records {
        rows.push(args![
            kind,
            id,
            1_i64,
            at,
            on,
            actor.account.map(|a| a.0),
            actor.name.as_str(),
            actor.role.id(),
            act,
            "",
            "",
            state.to_string()
        ])
        .await?;
    }
    rows.finish().await
}

/// The number of the latest version of each record that has one.
pub async fn versions(db: &impl Query, kind: &str, ids: &[i64]) -> AppResult<HashMap<i64, i64>> {
    #[derive(::store::FromQueryResult)]
    struct Last {
        record_id: i64,
        version: i64,
    }
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(1000) {
        let mut sql = Sql::new("SELECT record_id, MAX(version) AS version FROM record_version WHERE kind = ");
        sql.bind(kind)
            .push(" AND record_id IN ")
            .bind_list(chunk.iter().copied());
        sql.push(" GROUP BY record_id");
        let rows: Vec<Last> = db.fetch(sql).await?;
        found.extend(rows.into_iter().map(|row| (row.record_id, row.version)));
    }
    Ok(found)
}

/// Writes the next version of many records at once: each by its id, the version the writer has read in this
/// transaction (0 when there is none) and its state. `why` is act, reason, basis and day of effect, as in [`Change`].
///
/// # Errors
/// A record that moved on meanwhile leaves the whole transaction unwritten.
pub async fn record_many(
    tx: &RecordedTx,
    kind: &'static str,
    why: (&str, &str, &str, &str),
    records: impl IntoIterator<Item = (i64, i64, Value)>,
) -> AppResult<u64> {
    let (act, reason, basis, on) = why;
    let (actor, at) = (tx.actor().clone(), tx.at().millis());
    let mut rows = BulkInsert::new(tx, "record_version", &COLUMNS, "");
    for (id, last, state) in records {
        rows.push(args![
            kind,
            id,
            last + 1,
            at,
            on,
            actor.account.map(|a| a.0),
            actor.name.as_str(),
            actor.role.id(),
            act,
            reason,
            basis,
            state.to_string()
        ])
        .await?;
    }
    rows.finish().await
}

/// The latest version.
pub async fn current(db: &impl Query, kind: &str, id: i64) -> AppResult<Option<Entry>> {
    one(db, " ORDER BY version DESC LIMIT 1", args![kind, id]).await
}

/// How the record stood at the end of a day: the last version that had taken effect by then.
pub async fn as_of(db: &impl Query, kind: &str, id: i64, day: &str) -> AppResult<Option<Entry>> {
    one(db, " AND day <= $3 ORDER BY version DESC LIMIT 1", args![kind, id, day]).await
}

/// All versions, the latest first.
pub async fn entries(db: &impl Query, kind: &str, id: i64) -> AppResult<Vec<Entry>> {
    let sql = format!("{SELECT} ORDER BY version DESC");
    let rows: Vec<Row> = db.rows(&sql, args![kind, id]).await?;
    rows.into_iter().map(Entry::of).collect()
}

async fn one(db: &impl Query, tail: &str, values: Vec<::store::Value>) -> AppResult<Option<Entry>> {
    let row: Option<Row> = db.row(&format!("{SELECT}{tail}"), values).await?;
    row.map(Entry::of).transpose()
}

impl Entry {
    fn of(row: Row) -> AppResult<Entry> {
        Ok(Entry {
            version: row.version,
            at_millis: row.at_millis,
            on: row.day,
            actor: row.actor,
            actor_name: row.actor_name,
            role: row.role,
            act: row.act,
            reason: row.reason,
            basis: row.basis,
            state: serde_json::from_str(&row.state).map_err(AppError::internal)?,
        })
    }

    /// The time of writing for the page: `2026-11-21 09:30`.
    pub fn at(&self) -> String {
        kernel::Timestamp(self.at_millis).to_string()
    }
}
