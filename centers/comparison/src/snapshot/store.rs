//! Where snapshots lie, and what each says about itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use arrow::datatypes::SchemaRef;
use intake::{IngestError, Rows, Shelf};

use super::SnapshotWriter;

/// A folder of snapshots.
#[derive(Clone, Debug)]
pub struct SnapshotStore {
    root: PathBuf,
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

impl Shelf for SnapshotStore {
    fn open(&self, schema: SchemaRef) -> Result<Box<dyn Rows + '_>, IngestError> {
        Ok(Box::new(SnapshotWriter::new(self, schema)?))
    }

    fn holds(&self, data_set: &str, hash: &str) -> bool {
        self.path(data_set, hash).exists()
    }
}
