//! Snapshots: the accepted rows of one delivery, immutable, named by their content.
//!
//! `<root>/<data set>/<hash>.parquet`, sorted by `person_key`, with page index and a bloom filter on it. The
//! file carries its own contract, so that old rows are shown with the labels they were delivered under.

mod read;
mod store;
mod write;

use kernel::PersonKey;
pub use read::{EvidenceField, EvidenceRow, Snapshot, SnapshotError};
pub(crate) use store::content_hasher;
pub use store::{SnapshotSource, SnapshotStore};
pub use write::SnapshotWriter;

/// The label under which an ID text that failed its check is sealed (`id_sealed`), for `KeyRing::reveal`.
pub fn seal_label(key: PersonKey) -> String {
    format!("person:{}", key.0)
}
