//! From a department's file to a snapshot: nothing is believed, nothing half-applied, nothing lost.
//!
//! ```text
//! file -> detect format and encoding -> rows in blocks -> header located -> cells read by the contract
//!      -> accepted rows to a Parquet snapshot; rejected rows, sealed, to a file to correct and send again
//! ```
//! Memory is bounded by blocks in flight and by one sort run, whatever the file's size. A dry run reads every
//! row as an import does and writes nothing.

mod batch;
mod cell;
mod column;
mod csv_source;
mod detect;
mod error;
mod layout;
mod raw;
mod rejects;
mod report;
mod row;
mod run;
mod xls_source;
mod xlsx;

pub use detect::Format;
pub use error::IngestError;
pub(crate) use layout::plain_header;
pub use rejects::{open_rejects, rejects_xlsx};
pub use report::{CellError, ImportReport, LISTED_FAULTS, SnapshotRef, check_title};
pub use run::{ImportJob, Progress, run};
pub use xlsx::Limits;

#[cfg(test)]
mod tests;
