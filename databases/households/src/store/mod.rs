//! Where a household's procedures and yearly facts are kept. Every write adds a version of the whole household.

pub mod audit;
pub mod bulk;
pub mod campaign;
pub mod cases;
pub mod change;
mod effects;
pub(crate) mod exported;
pub mod facts;
pub mod fill;
pub mod gathered;
pub mod means;
pub mod measures;
pub mod perform;
pub mod plan;
pub mod reading;
pub mod register;
pub mod split;
mod whole;

use std::sync::Arc;

use ::store::{Db, Query};
use access::Actor;
use async_trait::async_trait;
use kernel::{AppError, AppResult, RegionCode};
use trail::{Act as TrailAct, Once, RecordedTx};
use web::App;

/// The red findings about a household that nobody has answered yet. The comparison centre stands above this module,
/// so the server hands it in.
#[async_trait]
pub trait OpenFindings: Send + Sync {
    /// Each finding in words; empty when none is open.
    async fn open_red(&self, db: &Db, household: i64, people: &[i64]) -> AppResult<Vec<String>>;
}

/// The part under which an installation finds its [`OpenFindings`].
pub struct OpenFindingsPart(pub Arc<dyn OpenFindings>);

/// How a household stands against the departments' data, in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseNote {
    /// success, info or warning
    pub tone: &'static str,
    pub text: String,
    /// The page that compares, and shows what was found.
    pub href: String,
}

/// Compares a household with the departments' data while the clerk waits; handed in by the server.
#[async_trait]
pub trait CaseCheck: Send + Sync {
    /// What the last comparison came to.
    async fn last(&self, db: &Db, household: i64) -> AppResult<CaseNote>;
}

/// The part under which an installation finds its [`CaseCheck`].
pub struct CaseCheckPart(pub Arc<dyn CaseCheck>);

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The same request was carried out before.
    Already,
}

/// Kind of the household in histories and papers.
pub const KIND: &str = "household";

pub(crate) fn missing() -> AppError {
    AppError::not_found("没有找到这一户，或不在您的管理范围内。")
}

pub(crate) fn region_of(code: i64) -> RegionCode {
    RegionCode::from_i64(code).unwrap_or(RegionCode::NATION)
}

pub(crate) fn subject(household: i64) -> String {
    format!("household:{household}")
}

/// Begins the write of one request; `None` when it was done before.
pub(crate) async fn begin(app: &App, actor: &Actor, request_id: &str) -> AppResult<Option<RecordedTx>> {
    match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => Ok(Some(tx)),
        Once::Done(_) => Ok(None),
    }
}

/// A refused attempt goes on the record too.
pub(crate) async fn refused(app: &App, actor: &Actor, household: i64, act: &str, error: AppError) -> AppError {
    let detail = serde_json::json!({ "act": act, "why": error.message });
    let noted = TrailAct::new("household.refused", subject(household)).with(detail);
    match app.trail.note(actor, noted).await {
        Ok(_) => error,
        Err(other) => other,
    }
}

/// Stands for all households together; no household has this id.
const ALL: i64 = -1;

/// Holds other writers of this household back until the end of the transaction, those of all households included.
pub(crate) async fn lock(tx: &RecordedTx, household: i64) -> AppResult<()> {
    if !tx.is_sqlite() {
        tx.number(
            "SELECT CAST(1 AS BIGINT) FROM pg_advisory_xact_lock_shared($2), pg_advisory_xact_lock($1)",
            ::store::args![household, ALL],
        )
        .await?;
    }
    Ok(())
}

/// Holds writers of any household back: thousands of single locks would not fit the server's table of locks.
pub(crate) async fn lock_all(tx: &RecordedTx) -> AppResult<()> {
    if !tx.is_sqlite() {
        tx.number(
            "SELECT CAST(1 AS BIGINT) FROM pg_advisory_xact_lock($1)",
            ::store::args![ALL],
        )
        .await?;
    }
    Ok(())
}
