//! What can go wrong under a run, for the log; the run turns it into words for the clerk.

/// The table or rule it happened in, and why.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("table {0}: {1}")]
    Table(String, String),
    #[error("freezing registers: {0}")]
    Freeze(String),
    #[error("cancelled")]
    Cancelled,
    #[error("rule {0}: {1}")]
    Rule(String, String),
}

impl From<probe::ProbeError> for EngineError {
    fn from(error: probe::ProbeError) -> Self {
        EngineError::Table(error.table, error.problem)
    }
}
