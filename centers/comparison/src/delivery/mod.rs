//! What departments really send, and what becomes of it.

mod bad_files;
mod bad_rows;
mod formats;
mod outcome;
mod rates;
mod workbooks;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use intake::{ImportJob, ImportReport, IngestError, Limits, Progress, contract::Contracts, run};
use kernel::KeyRing;
use tempfile::TempDir;

use crate::snapshot::{Snapshot, SnapshotStore};

/// Valid numbers of three people; the second is a woman's.
pub(super) const IDS: [&str; 3] = ["11010519491231002X", "440524188001010014", "371621199003071227"];

/// A folder to import into.
pub(super) struct Desk {
    folder: TempDir,
    pub(super) store: SnapshotStore,
    pub(super) contracts: Contracts,
    pub(super) keyring: KeyRing,
    nonces: AtomicU64,
}

impl Desk {
    pub(super) fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let store = SnapshotStore::open(folder.path().join("snapshots")).unwrap();
        let contracts = Contracts::embedded().unwrap();
        Desk {
            folder,
            store,
            contracts,
            keyring: KeyRing::for_tests(7),
            nonces: AtomicU64::new(0),
        }
    }

    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) fn rejects_path(&self) -> PathBuf {
        self.folder.path().join("rejects")
    }

    pub(super) fn take(&self, data_set: &str, input: &Path, dry_run: bool) -> Result<ImportReport, IngestError> {
        self.take_with(data_set, input, dry_run, &Progress::default())
    }

    pub(super) fn take_with(
        &self,
        data_set: &str,
        input: &Path,
        dry_run: bool,
        progress: &Progress,
    ) -> Result<ImportReport, IngestError> {
        let nonce = || {
            let mut bytes = [0; 12];
            bytes[..8].copy_from_slice(&self.nonces.fetch_add(1, Ordering::Relaxed).to_le_bytes());
            bytes
        };
        let rejects = self.rejects_path();
        let job = ImportJob {
            input,
            file_name: &input.file_name().unwrap().to_string_lossy(),
            contract: self.contracts.get(data_set).unwrap(),
            contracts: &self.contracts,
            keyring: &self.keyring,
            nonce: &nonce,
            shelf: &self.store,
            rejects: Some(&rejects),
            dry_run,
            limits: Limits::default(),
        };
        run(&job, progress)
    }

    /// Imports a text file of a data set.
    pub(super) fn import(&self, data_set: &str, text: &str) -> Result<ImportReport, IngestError> {
        self.take(data_set, &self.file("delivery.csv", text.as_bytes()), false)
    }

    pub(super) fn snapshot(&self, report: &ImportReport) -> Snapshot {
        let kept = report.snapshot.as_ref().unwrap();
        Snapshot::open(&self.store.path(&kept.data_set, &kept.hash)).unwrap()
    }

    /// Every file below the store, to see that nothing half-made is left.
    pub(super) fn stored_files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.store.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path)
                } else {
                    found.push(path)
                }
            }
        }
        found
    }
}

/// A payroll file: header and rows of (id, name, from, pay).
pub(super) fn payroll(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "身份证号码,姓名,工作单位,人员类别,职务,月工资,起发年月,停发年月\r\n".to_owned();
    for (id, name, from, pay) in rows {
        text += &format!("{id},{name},惠民县水利局,事业编制,科员,{pay},{from},\r\n");
    }
    text
}

pub(super) fn said(report: &ImportReport) -> String {
    report.errors.iter().map(|e| format!("{e}\n")).collect()
}
