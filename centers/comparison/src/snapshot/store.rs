//! Where snapshots lie, and what each says about itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use arrow::datatypes::Schema;
use sha2::{Digest, Sha256};

use crate::contract::Contract;

/// Raised when reading cells changes its meaning: the same file then gives a new snapshot.
const FORMAT: &str = "yangguang-snapshot-1";

/// A folder of snapshots.
#[derive(Clone, Debug)]
pub struct SnapshotStore {
    root: PathBuf,
}

/// Where a snapshot came from; stored inside it.
#[derive(Clone, Debug)]
pub struct SnapshotSource {
    pub data_set: String,
    /// SHA-256 of the logical content, hexadecimal.
    pub hash: String,
    pub rows: u64,
    pub file_name: String,
    pub file_sha256: String,
    pub contract: Contract,
}

impl SnapshotStore {
    /// Creates the folder if needed.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<SnapshotStore> {
        let root = root.into();
        fs::create_dir_all(root.join(".work"))?;
        Ok(SnapshotStore { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file of a snapshot, whether or not it exists.
    pub fn path(&self, data_set: &str, hash: &str) -> PathBuf {
        self.root.join(data_set).join(format!("{hash}.parquet"))
    }

    /// Unfinished files live here; a crash leaves nothing elsewhere.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join(".work")
    }

    /// Removes what a crash left behind. Call before the first import, never while one runs.
    pub fn clean_unfinished(&self) -> io::Result<u64> {
        let mut removed = 0;
        for entry in fs::read_dir(self.work())? {
            let path = entry?.path();
            if path.is_dir() {
                fs::remove_dir_all(&path)?
            } else {
                fs::remove_file(&path)?
            }
            removed += 1;
        }
        Ok(removed)
    }
}

/// A hasher that already knows the table; rows are fed to it in file order.
pub(crate) fn content_hasher(contract: &Contract, schema: &Schema) -> Sha256 {
    let mut hasher = Sha256::new();
    hasher.update(FORMAT);
    hasher.update(&contract.name);
    for field in schema.fields() {
        hasher.update(format!("\n{}:{}", field.name(), field.data_type()));
    }
    hasher
}
