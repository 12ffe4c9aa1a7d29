//! Files that go with a step.

use ::store::{Objects, Query, WriteTx, args};
use access::Scope;
use kernel::{AppError, AppResult};

use super::find;
pub use records::papers::Upload;
use records::papers::{MAX_PAPERS, clean, short_name};

/// A file as it is kept.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Attachment {
    pub step_seq: i64,
    pub digest: String,
    pub file_name: String,
    pub mime: String,
    pub size_bytes: i64,
}

/// All files of a finding, in the order of the steps.
pub async fn attachments(db: &impl Query, finding: i64) -> AppResult<Vec<Attachment>> {
    db.rows(
        "SELECT step_seq, digest, file_name, mime, size_bytes FROM finding_attachment WHERE finding_id = $1 \
         ORDER BY step_seq, file_name, digest",
        args![finding],
    )
    .await
}

/// One file, when its finding lies within the scope.
pub async fn attachment(db: &impl Query, scope: &Scope, finding: i64, digest: &str) -> AppResult<Option<Attachment>> {
    if find(db, scope, finding).await?.is_none() {
        return Ok(None);
    }
    Ok(attachments(db, finding).await?.into_iter().find(|a| a.digest == digest))
}

/// A file judged by its content and put away; nothing refers to it yet.
pub(super) struct Kept {
    digest: String,
    file_name: String,
    mime: &'static str,
    size_bytes: i64,
}

/// Keeps the files. The same file twice is one.
pub(super) fn keep(objects: &Objects, uploads: Vec<Upload>) -> AppResult<Vec<Kept>> {
    if uploads.len() > MAX_PAPERS {
        return Err(AppError::invalid(format!("一次最多上传 {MAX_PAPERS} 个附件。")));
    }
    let mut kept: Vec<Kept> = Vec::new();
    for upload in uploads {
        let (kind, bytes) = clean(&upload.bytes)
            .map_err(|why| AppError::invalid(format!("附件“{}”：{why}", short_name(&upload.file_name))))?;
        let digest = objects.put(&bytes).map_err(AppError::internal)?;
        if kept.iter().all(|k| k.digest != digest.as_str()) {
            kept.push(Kept {
                digest: digest.as_str().to_owned(),
                file_name: short_name(&upload.file_name),
                mime: kind.mime(),
                size_bytes: bytes.len() as i64,
            });
        }
    }
    Ok(kept)
}

pub(super) async fn attach(tx: &WriteTx, finding: i64, step_seq: i64, kept: &[Kept]) -> AppResult<()> {
    for file in kept {
        tx.execute(
            "INSERT INTO finding_attachment (finding_id, step_seq, digest, file_name, mime, size_bytes) \
             VALUES ($1,$2,$3,$4,$5,$6)",
            args![
                finding,
                step_seq,
                file.digest.as_str(),
                file.file_name.as_str(),
                file.mime,
                file.size_bytes
            ],
        )
        .await?;
    }
    Ok(())
}
