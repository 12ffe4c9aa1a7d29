//! What became of the files, as stored.

use access::Scope;
use kernel::{AppResult, RegionLevel};
use store::{FromQueryResult, Query, args};
use trail::RecordedTx;

/// A file that was looked at.
#[derive(Clone, Debug, FromQueryResult)]
pub struct UsageFile {
    pub id: i64,
    pub file_name: String,
    pub at_millis: i64,
    pub by_name: String,
    /// `taken` or `refused`.
    pub state: String,
    pub rows: i64,
    pub amount_fen: i64,
    /// What was wrong, a line each.
    pub faults: String,
}

/// The latest files, for those who see the whole county.
pub async fn usage_files(db: &impl Query, scope: &Scope) -> AppResult<Vec<UsageFile>> {
    let whole = scope.region().is_some_and(|area| area.level() <= RegionLevel::County);
    if !whole || scope.department().is_some() {
        return Ok(Vec::new());
    }
    db.rows(
        "SELECT id, file_name, at_millis, by_name, state, rows, amount_fen, faults FROM usage_file \
         ORDER BY id DESC LIMIT 200",
        args![],
    )
    .await
}

/// Whether the same content was taken before.
pub(super) async fn taken_before(db: &impl Query, digest: &str) -> AppResult<bool> {
    let count = db
        .number(
            "SELECT COUNT(*) FROM usage_file WHERE digest = $1 AND state = 'taken'",
            args![digest],
        )
        .await?;
    Ok(count > 0)
}

/// Whether a share has a use under this voucher already.
pub(super) async fn voucher_known(db: &impl Query, allocation: i64, voucher: &str) -> AppResult<bool> {
    let count = db
        .number(
            "SELECT COUNT(*) FROM fund_entry WHERE to_allocation = $1 AND kind = 'use' AND doc = $2",
            args![allocation, voucher],
        )
        .await?;
    Ok(count > 0)
}

/// The share is in use from now on.
pub(super) async fn in_use(tx: &RecordedTx, allocation: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE fund_allocation SET state = 'used', version = version + 1 WHERE id = $1 AND state IN \
         ('allocated', 'requested', 'disbursed')",
        args![allocation],
    )
    .await?;
    Ok(())
}

pub(super) async fn remember(tx: &RecordedTx, file: &UsageFile, digest: &str) -> AppResult<()> {
    tx.execute(
        "INSERT INTO usage_file (id, digest, file_name, at_millis, by_name, state, rows, amount_fen, faults) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)",
        args![
            file.id,
            digest,
            file.file_name.as_str(),
            file.at_millis,
            file.by_name.as_str(),
            file.state.as_str(),
            file.rows,
            file.amount_fen,
            file.faults.as_str()
        ],
    )
    .await?;
    Ok(())
}
