//! The record of imports: one row a delivery, whatever became of it.

use kernel::{AppResult, Timestamp};
use store::{FromQueryResult, Query, args};

use intake::ImportReport;

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    Running,
    /// Good rows are in a snapshot.
    Accepted,
    /// A dry run: looked at, not kept.
    Checked,
    /// Refused as a whole; nothing kept.
    Failed,
    /// The platform stopped in the middle; nothing kept, may be repeated.
    Interrupted,
}

impl BatchState {
    pub fn id(self) -> &'static str {
        match self {
            BatchState::Running => "running",
            BatchState::Accepted => "accepted",
            BatchState::Checked => "dry_run",
            BatchState::Failed => "failed",
            BatchState::Interrupted => "interrupted",
        }
    }

    pub fn from_id(id: &str) -> BatchState {
        match id {
            "running" => BatchState::Running,
            "accepted" => BatchState::Accepted,
            "dry_run" => BatchState::Checked,
            "interrupted" => BatchState::Interrupted,
            _ => BatchState::Failed,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            BatchState::Running => "导入中",
            BatchState::Accepted => "已导入",
            BatchState::Checked => "试导入",
            BatchState::Failed => "未通过",
            BatchState::Interrupted => "中断",
        }
    }

    /// Tone of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            BatchState::Running => "doing",
            BatchState::Accepted => "done",
            BatchState::Checked => "wait",
            BatchState::Failed | BatchState::Interrupted => "late",
        }
    }
}

/// A delivery.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Batch {
    pub id: i64,
    pub data_set: String,
    state: String,
    pub dry_run: bool,
    pub file_name: String,
    pub file_sha256: String,
    pub file_bytes: i64,
    /// Hash of the snapshot; empty when nothing was kept.
    pub snapshot: String,
    pub unchanged: bool,
    pub row_count: i64,
    pub accepted: i64,
    pub warned: i64,
    pub rejected: i64,
    /// Why it was refused.
    pub message: String,
    report: String,
    pub has_rejects: bool,
    pub account: i64,
    pub actor_name: String,
    started_at: i64,
    finished_at: Option<i64>,
    /// The machine's clock stood before the delivery before this one.
    pub clock_back: bool,
}

impl Batch {
    pub fn state(&self) -> BatchState {
        BatchState::from_id(&self.state)
    }

    pub fn started_at(&self) -> Timestamp {
        Timestamp(self.started_at)
    }

    pub fn finished_at(&self) -> Option<Timestamp> {
        self.finished_at.map(Timestamp)
    }

    /// The report as it was given, with faults by row and column.
    pub fn report(&self) -> Option<ImportReport> {
        serde_json::from_str(&self.report).ok()
    }
}

/// The delivery a comparison reads for a data set: the last accepted one.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CurrentSource {
    pub data_set: String,
    pub batch: i64,
    pub snapshot: String,
    pub file_name: String,
    pub row_count: i64,
    pub accepted: i64,
    pub warned: i64,
    pub rejected: i64,
    pub started_at: i64,
}

const COLUMNS: &str = "id, data_set, state, dry_run, file_name, file_sha256, file_bytes, snapshot, unchanged, row_count, \
                       accepted, warned, rejected, message, report, has_rejects, account, actor_name, started_at, finished_at, clock_back";

/// One delivery.
pub async fn batch(db: &impl Query, id: i64) -> AppResult<Option<Batch>> {
    db.row(&format!("SELECT {COLUMNS} FROM import_batch WHERE id = $1"), args![id])
        .await
}

/// The deliveries of a data set, newest first.
pub async fn batches_of(db: &impl Query, data_set: &str, limit: i64) -> AppResult<Vec<Batch>> {
    let sql = format!("SELECT {COLUMNS} FROM import_batch WHERE data_set = $1 ORDER BY seq DESC LIMIT $2");
    db.rows(&sql, args![data_set, limit]).await
}

/// What comparisons read now: the last accepted delivery of each data set.
pub async fn current_sources(db: &impl Query) -> AppResult<Vec<CurrentSource>> {
    db.rows(
        "SELECT data_set, id AS batch, snapshot, file_name, row_count, accepted, warned, rejected, started_at \
         FROM import_batch WHERE seq IN (SELECT MAX(seq) FROM import_batch WHERE state = 'accepted' AND snapshot <> '' \
         GROUP BY data_set) ORDER BY data_set",
        vec![],
    )
    .await
}

/// Deliveries that were under way.
pub(super) async fn running(db: &impl Query) -> AppResult<Vec<Batch>> {
    db.rows(
        &format!("SELECT {COLUMNS} FROM import_batch WHERE state = 'running' ORDER BY id"),
        vec![],
    )
    .await
}

/// Rows of the current deliveries that an import check marked: check, data set, line.
pub async fn marked_rows(db: &impl Query) -> AppResult<Vec<(String, String, i64)>> {
    let mut all = Vec::new();
    for source in current_sources(db).await? {
        let report = batch(db, source.batch).await?.and_then(|b| b.report());
        for (check, lines) in report.map(|r| r.marked).unwrap_or_default() {
            all.extend(
                lines
                    .into_iter()
                    .map(|line| (check.clone(), source.data_set.clone(), line as i64)),
            );
        }
    }
    Ok(all)
}
