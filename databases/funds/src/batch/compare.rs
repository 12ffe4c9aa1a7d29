//! Before money leaves, a batch is compared: who does it is wired by the server, because comparison stands above.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::AppResult;
use serde::{Deserialize, Serialize};
use web::App;

/// One value of a record behind a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernField {
    pub label: String,
    pub value: String,
    /// What the rule turns on.
    pub differs: bool,
    /// Shown only to roles that may see figures, with a purpose, on the record.
    pub sensitive: bool,
}

/// One record behind a question, with where it can be found again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernRecord {
    pub title: String,
    pub department: String,
    /// Delivered file and line; empty for our own registers.
    pub file_name: String,
    pub row_no: Option<i64>,
    /// SHA-256 of the snapshot.
    pub snapshot: String,
    pub fields: Vec<ConcernField>,
}

/// A question about one row of a batch; never a verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowConcern {
    pub payment: i64,
    /// The rule that asks.
    pub rule: String,
    pub rule_name: String,
    /// R, O, Y or B of the rule catalogue.
    pub severity: String,
    /// The question in words, without ID numbers; it may name figures.
    pub text: String,
    /// What may be told to a role that sees no figures.
    pub verdict: String,
    /// Whether the row waits for a person's decision; otherwise it is only pointed out.
    pub holds: bool,
    pub records: Vec<ConcernRecord>,
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchAnswer {
    pub concerns: Vec<RowConcern>,
    /// Working days after which a hold without a decision ends by itself.
    pub hold_working_days: u32,
    /// With what it was compared, in words.
    pub told: String,
}

/// Compares a batch before it is paid.
#[async_trait]
pub trait BatchCheck: Send + Sync {
    /// The rows about which a question is open; the others may be paid.
    async fn check(&self, app: &App, batch: i64) -> AppResult<BatchAnswer>;
}

/// The part by which an installation wires its comparison. Without it a batch says that it was not compared.
pub struct BatchCheckPart(pub Arc<dyn BatchCheck>);
