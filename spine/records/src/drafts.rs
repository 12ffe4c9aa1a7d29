//! Half-filled forms, kept per account until they are sent or thrown away.

use kernel::{AppError, AppResult};
use serde_json::Value;
use store::{Query, args};
use trail::RecordedTx;

/// Keeps what has been filled in so far. `form` names the page, `key` the record it is about (empty for a new one).
pub async fn save(tx: &RecordedTx, form: &str, key: &str, body: &Value) -> AppResult<()> {
    let account = account(tx)?;
    tx.execute(
        "INSERT INTO form_draft (account, form, form_key, body, saved_millis) VALUES ($1,$2,$3,$4,$5) \
         ON CONFLICT (account, form, form_key) DO UPDATE SET body = excluded.body, saved_millis = excluded.saved_millis",
        args![account, form, key, body.to_string(), tx.at().millis()],
    )
    .await?;
    Ok(())
}

/// A kept form.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub body: Value,
    pub saved_millis: i64,
}

#[derive(store::FromQueryResult)]
struct Row {
    body: String,
    saved_millis: i64,
}

/// What this account had filled in.
pub async fn load(db: &impl Query, account: i64, form: &str, key: &str) -> AppResult<Option<Draft>> {
    let row: Option<Row> = db
        .row(
            "SELECT body, saved_millis FROM form_draft WHERE account = $1 AND form = $2 AND form_key = $3",
            args![account, form, key],
        )
        .await?;
    row.map(|row| {
        Ok(Draft {
            body: serde_json::from_str(&row.body).map_err(AppError::internal)?,
            saved_millis: row.saved_millis,
        })
    })
    .transpose()
}

/// Throws a kept form away: sent, or no longer wanted.
pub async fn discard(tx: &RecordedTx, form: &str, key: &str) -> AppResult<()> {
    let account = account(tx)?;
    tx.execute(
        "DELETE FROM form_draft WHERE account = $1 AND form = $2 AND form_key = $3",
        args![account, form, key],
    )
    .await?;
    Ok(())
}

fn account(tx: &RecordedTx) -> AppResult<i64> {
    let account = tx.actor().account;
    account.map(|a| a.0).ok_or_else(|| AppError::forbidden("请先登录。"))
}
