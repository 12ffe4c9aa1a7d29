//! Tables as people send them, checked against a contract: nothing is believed, nothing half-applied, nothing lost.
//!
//! ```text
//! file -> detect format and encoding -> rows in blocks -> header located -> cells read by the contract
//!      -> accepted rows, batch by batch, to a [`Shelf`]; rejected rows, sealed, to a file to correct and send again
//! ```
//! Memory is bounded by blocks in flight, whatever the file's size. A dry run reads every row as an import does and
//! writes nothing. What becomes of accepted rows is the shelf's business: snapshots for the comparison center, rows of
//! a register elsewhere.

mod batch;
mod cell;
mod column;
pub mod contract;
mod csv_source;
mod detect;
mod error;
mod layout;
mod plain;
mod raw;
mod rejects;
mod report;
mod row;
mod run;
mod shelf;
pub mod table;
mod xls_source;
mod xlsx;

pub use detect::Format;
pub use error::IngestError;
pub(crate) use layout::plain_header;
pub use plain::{PlainFile, PlainRow};
pub use rejects::{open_rejects, rejects_xlsx};
pub use report::{CellError, ImportReport, LISTED_FAULTS, SnapshotRef, check_title};
pub use row::seal_label;
pub use run::{ImportJob, Progress, run};
pub use shelf::{Delivered, Rows, Shelf, content_hasher};
pub use xlsx::Limits;
