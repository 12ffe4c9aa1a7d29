//! The table of imports.

use kernel::{AppError, AppResult, Timestamp};
use store::{FromQueryResult, Query, args};

use super::Summary;

/// One file that was sent.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Batch {
    pub id: i64,
    pub register: String,
    pub state: String,
    pub file_name: String,
    pub file_sha256: String,
    pub file_object: String,
    pub returned_object: String,
    summary: String,
    pub message: String,
    pub actor_name: String,
    started_millis: i64,
    finished_millis: Option<i64>,
}

const SELECT: &str = "SELECT id, register, state, file_name, file_sha256, file_object, returned_object, summary, message, \
                      actor_name, started_millis, finished_millis FROM record_import";

impl Batch {
    pub(crate) fn summary(&self) -> Option<Summary> {
        serde_json::from_str(&self.summary).ok()
    }

    pub(crate) fn started(&self) -> String {
        Timestamp(self.started_millis).to_string()
    }

    pub(crate) fn finished(&self) -> String {
        self.finished_millis
            .map(|t| Timestamp(t).to_string())
            .unwrap_or_default()
    }

    /// Title and tone of its badge.
    pub(crate) fn state_title(&self) -> (&'static str, &'static str) {
        match self.state.as_str() {
            "checking" => ("核对中", "doing"),
            "checked" => ("待确认", "wait"),
            "applied" => ("已导入", "done"),
            "refused" => ("全部退回", "closed"),
            _ => ("未通过", "late"),
        }
    }
}

/// One's own import; nobody else is shown the rows of a file.
pub(crate) async fn own(db: &impl Query, register: &str, account: i64, id: i64) -> AppResult<Batch> {
    db.row(
        &format!("{SELECT} WHERE id = $1 AND register = $2 AND account = $3"),
        args![id, register, account],
    )
    .await?
    .ok_or_else(|| AppError::not_found("没有这次导入，或不是您上传的。"))
}

/// One's last imports, newest first.
pub(crate) async fn last(db: &impl Query, register: &str, account: i64, limit: i64) -> AppResult<Vec<Batch>> {
    db.rows(
        &format!("{SELECT} WHERE account = $1 AND register = $2 ORDER BY id DESC LIMIT $3"),
        args![account, register, limit],
    )
    .await
}
