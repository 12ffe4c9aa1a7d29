//! Before money leaves, a batch is compared: who does it is wired by the server, because comparison stands above.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::AppResult;
use web::App;

/// A question about one row of a batch; never a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowConcern {
    pub payment: i64,
    /// The rule that asks.
    pub rule: String,
    /// The question in words, without ID numbers.
    pub text: String,
}

/// Compares a batch before it is paid.
#[async_trait]
pub trait BatchCheck: Send + Sync {
    /// The rows about which a red question is open; the others may be paid.
    async fn check(&self, app: &App, batch: i64) -> AppResult<Vec<RowConcern>>;
}

/// The part by which an installation wires its comparison. Without it a batch says that it was not compared.
pub struct BatchCheckPart(pub Arc<dyn BatchCheck>);
