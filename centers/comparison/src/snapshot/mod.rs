//! Snapshots: the accepted rows of one delivery, immutable, named by their content.
//!
//! `<root>/<data set>/<hash>.parquet`, sorted by `person_key`, with page index and a bloom filter on it. The
//! file carries its own contract, so that old rows are shown with the labels they were delivered under.

mod columns;
mod difference;
mod read;
mod store;
mod write;

pub use difference::{Difference, difference};
pub use read::{EvidenceField, EvidenceRow, Snapshot, SnapshotError};
pub use store::SnapshotStore;
pub use write::SnapshotWriter;
