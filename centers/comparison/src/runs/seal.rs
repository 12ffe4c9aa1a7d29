//! A snapshot is what it was: its bytes are hashed before a run reads them and compared with the first time.

use std::{fs::File, io, path::Path};

use kernel::{AppError, AppResult};
use sha2::{Digest, Sha256};
use store::{FromQueryResult, Query, args};
use trail::RecordedTx;

use crate::snapshot::Snapshot;

#[derive(FromQueryResult)]
struct Seal {
    bytes_sha256: String,
}

/// The hash of a file's bytes.
pub(super) fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        let read = io::Read::read(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}

/// Compares the bytes with the seal; `Some` is a hash not sealed yet.
pub(crate) async fn examine(db: &impl Query, snapshot: &Snapshot) -> AppResult<Option<String>> {
    let path = snapshot.path().to_owned();
    let refused = |title: &str| {
        AppError::conflict(format!(
            "“{title}”的数据快照与封存时不一致，可能已损坏或被改动，本次比对没有进行。请重新导入该数据后再运行。"
        ))
    };
    let title = snapshot.contract.title.clone();
    let bytes = tokio::task::spawn_blocking(move || hash_file(&path))
        .await
        .map_err(AppError::internal)?
        .map_err(|e| refused(&title).caused_by(e))?;
    let seal: Option<Seal> = db
        .row(
            "SELECT bytes_sha256 FROM snapshot_seal WHERE data_set = $1 AND hash = $2",
            args![snapshot.contract.name.as_str(), snapshot.hash.as_str()],
        )
        .await?;
    match seal {
        Some(seal) if seal.bytes_sha256 != bytes => Err(refused(&title)),
        Some(_) => Ok(None),
        None => Ok(Some(bytes)),
    }
}

/// Seals a snapshot seen for the first time.
pub(crate) async fn seal(tx: &RecordedTx, snapshot: &Snapshot, bytes: &str) -> AppResult<()> {
    tx.execute(
        "INSERT INTO snapshot_seal (data_set, hash, bytes_sha256, sealed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (data_set, hash) DO NOTHING",
        args![
            snapshot.contract.name.as_str(),
            snapshot.hash.as_str(),
            bytes,
            tx.at().millis()
        ],
    )
    .await
    .map(|_| ())
}
