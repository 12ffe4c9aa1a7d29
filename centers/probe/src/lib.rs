//! What touches every row of every department table, and nothing else: the people of a run as one sorted list, Parquet
//! tables sorted alike and read by their key alone, the columns of the rows found, the register's name beside each, and the
//! comparison that needs nothing more than these.
//!
//! A crate of its own so that it is compiled for speed while the planner above it is compiled quickly.

mod beside;
mod constant;
mod found;
mod meet;
mod people;
mod pick;
mod plain;
mod table;

pub use beside::{Beside, Merge};
pub use found::{Department, Found, write_found};
pub use people::{People, class};
pub use table::{Hits, Table, TableReader, find_all};

/// A table that could not be read, and why.
#[derive(Debug, thiserror::Error)]
#[error("table {table}: {problem}")]
pub struct ProbeError {
    pub table: String,
    pub problem: String,
}

impl ProbeError {
    pub(crate) fn new(table: &str, problem: impl ToString) -> ProbeError {
        ProbeError {
            table: table.to_owned(),
            problem: problem.to_string(),
        }
    }
}
