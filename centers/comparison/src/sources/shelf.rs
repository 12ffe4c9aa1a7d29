//! What the importer keeps at hand: contracts, snapshots, and the places of files under way.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use intake::{Limits, contract::Contracts};
use kernel::{AppError, AppResult};
use tokio::sync::Semaphore;

use crate::snapshot::SnapshotStore;

/// Uploads larger than this are refused; a county's largest table is a tenth of it.
const MAX_UPLOAD_BYTES: u64 = 2 << 30;

/// A part of the app; see `web::App::part`.
pub struct Sources {
    pub contracts: Contracts,
    pub store: SnapshotStore,
    pub limits: Limits,
    pub max_upload_bytes: u64,
    uploads: PathBuf,
    rejects: PathBuf,
    /// One import at a time: memory stays bounded however many clerks upload.
    pub(super) turn: Semaphore,
    /// One run at a time; a second waits and says so.
    pub(crate) run_turn: Semaphore,
}

impl Sources {
    /// Opens the folders below the data folder; contracts in `datasets/` there add to the embedded ones.
    pub fn open(data_dir: &Path) -> AppResult<Sources> {
        let contracts = Contracts::load(Some(&data_dir.join("datasets"))).map_err(AppError::internal)?;
        let imports = data_dir.join("imports");
        let (uploads, rejects) = (imports.join("uploads"), imports.join("rejects"));
        for folder in [&uploads, &rejects] {
            private_folder(folder).map_err(AppError::internal)?;
        }
        let store = SnapshotStore::open(data_dir.join("snapshots")).map_err(AppError::internal)?;
        Ok(Sources {
            contracts,
            store,
            limits: Limits::default(),
            max_upload_bytes: MAX_UPLOAD_BYTES,
            uploads,
            rejects,
            turn: Semaphore::new(1),
            run_turn: Semaphore::new(1),
        })
    }

    /// Where the private copy of a file lies while it is imported.
    pub fn upload_path(&self, batch: i64) -> PathBuf {
        self.uploads.join(batch.to_string())
    }

    /// Where the rejected rows of a batch lie, sealed.
    pub fn rejects_path(&self, batch: i64) -> PathBuf {
        self.rejects.join(batch.to_string())
    }

    /// Removes private copies and half-written snapshots of imports that a crash ended.
    pub(super) fn clean(&self) -> io::Result<u64> {
        let mut removed = self.store.clean_unfinished()?;
        for entry in fs::read_dir(&self.uploads)? {
            fs::remove_file(entry?.path())?;
            removed += 1;
        }
        Ok(removed)
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Nonces for sealing: a random start and a counter, so that none comes twice.
pub(super) struct Nonces {
    start: [u8; 12],
    count: AtomicU64,
}

impl Nonces {
    pub(super) fn new(start: [u8; 12]) -> Nonces {
        Nonces {
            start,
            count: AtomicU64::new(0),
        }
    }

    pub(super) fn next(&self) -> [u8; 12] {
        let mut nonce = self.start;
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        for (byte, part) in nonce[4..].iter_mut().zip(count.to_le_bytes()) {
            *byte ^= part;
        }
        nonce
    }
}
