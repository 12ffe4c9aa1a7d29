//! The table of papers.

use ::store::{BulkInsert, Digest, Objects, Query, args};
use kernel::{AppError, AppResult};
use trail::RecordedTx;

use super::{MAX_PAPERS, clean};

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// A paper as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, ::store::FromQueryResult)]
pub struct Paper {
    /// The step it came with, by the register's own name.
    pub step: String,
    pub digest: String,
    pub file_name: String,
    pub mime: String,
    pub size_bytes: i64,
    pub at_millis: i64,
    pub actor_name: String,
}

/// Keeps files with a step of a record and returns their digests. The same file twice is one.
///
/// # Errors
/// Invalid, naming the file, when one is too large, empty, damaged or of another kind; nothing is attached.
pub async fn attach(
    tx: &RecordedTx,
    objects: &Objects,
    kind: &'static str,
    id: i64,
    step: &str,
    uploads: Vec<Upload>,
) -> AppResult<Vec<String>> {
    if uploads.len() > MAX_PAPERS {
        return Err(AppError::invalid(format!("一次最多上传 {MAX_PAPERS} 个附件。")));
    }
    let mut kept = Vec::new();
    for upload in uploads {
        let name = short_name(&upload.file_name);
        let (paper, bytes) = clean(&upload.bytes).map_err(|why| AppError::invalid(format!("附件“{name}”：{why}")))?;
        let digest = objects.put(&bytes).map_err(AppError::internal)?.as_str().to_owned();
        tx.execute(
            "INSERT INTO record_paper (kind, record_id, step, digest, file_name, mime, size_bytes, at_millis, actor_name) \
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9) ON CONFLICT (kind, record_id, step, digest) DO NOTHING",
            args![
                kind,
                id,
                step,
                digest.as_str(),
                name,
                paper.mime(),
                bytes.len() as i64,
                tx.at().millis(),
                tx.actor().name.as_str()
            ],
        )
        .await?;
        kept.push(digest);
    }
    Ok(kept)
}

/// Enters papers of a whole register, each with the record it belongs to: only what is known of them, the bytes are kept
/// elsewhere. Returns how many.
pub async fn bulk(
    tx: &RecordedTx,
    kind: &'static str,
    papers: impl IntoIterator<Item = (i64, Paper)>,
) -> AppResult<u64> {
    let columns = &[
        "kind",
        "record_id",
        "step",
        "digest",
        "file_name",
        "mime",
        "size_bytes",
        "at_millis",
        "actor_name",
    ];
    let mut rows = BulkInsert::new(tx, "record_paper", columns, "");
    for (record, p) in papers {
        rows.push(args![
            kind,
            record,
            p.step,
            p.digest,
            p.file_name,
            p.mime,
            p.size_bytes,
            p.at_millis,
            p.actor_name
        ])
        .await?;
    }
    rows.finish().await
}

/// Takes a paper away from a record that may still change, and returns how many entries that were: a file may stand
/// with several steps. The bytes stay where they are, for other records may name them.
pub async fn detach(tx: &RecordedTx, kind: &str, id: i64, digest: &str) -> AppResult<u64> {
    tx.execute(
        "DELETE FROM record_paper WHERE kind = $1 AND record_id = $2 AND digest = $3",
        args![kind, id, digest],
    )
    .await
}

/// The papers of a record, in the order they came.
pub async fn of(db: &impl Query, kind: &str, id: i64) -> AppResult<Vec<Paper>> {
    db.rows(
        "SELECT step, digest, file_name, mime, size_bytes, at_millis, actor_name FROM record_paper \
         WHERE kind = $1 AND record_id = $2 ORDER BY at_millis, step, file_name, digest",
        args![kind, id],
    )
    .await
}

/// The bytes of one paper of a record the caller has found within the scope; `None` when it has no such paper.
pub async fn read(
    db: &impl Query,
    objects: &Objects,
    kind: &str,
    id: i64,
    digest: &str,
) -> AppResult<Option<(Paper, Vec<u8>)>> {
    let Some(paper) = of(db, kind, id).await?.into_iter().find(|p| p.digest == digest) else {
        return Ok(None);
    };
    let Some(digest) = Digest::from_hex(&paper.digest) else {
        return Ok(None);
    };
    let bytes = objects.read(&digest)?;
    Ok(Some((paper, bytes)))
}

/// The last part of the name as sent, without control characters, at most 80 characters.
pub fn short_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(80).collect();
    if clean.is_empty() { "附件".to_owned() } else { clean }
}
