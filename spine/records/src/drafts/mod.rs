//! Half-filled forms, kept per account until they are sent, thrown away, or too old.
//!
//! A form that carries `data-draft` and `data-draft-key` is kept while it is being filled: the desk's script sends
//! what stands in it to [`pages::keep`], and offers it again when the form is next opened. No handler of a form knows
//! of this. A draft carries the request id of the form it was typed into; when that request has been carried out, the
//! draft is done with, whichever of the two arrived first.

mod allow;
pub(crate) mod pages;

pub use allow::allowed;

use kernel::{AppError, AppResult, Timestamp};
use serde_json::Value;
use store::{Query, args};
use trail::RecordedTx;
use web::parts::Field;

/// So long a half-filled form is kept.
pub const KEPT_DAYS: i64 = 14;
/// Forms of one account that are kept at the same time; the oldest give way.
const MAX_DRAFTS: i64 = 40;

/// Keeps what has been filled in so far. `form` names the page, `key` the record it is about (empty for a new one),
/// `request_id` the request it will be sent as (empty when the form discards its draft itself).
pub async fn save(tx: &RecordedTx, form: &str, key: &str, request_id: &str, body: &Value) -> AppResult<()> {
    let account = account(tx)?;
    tx.execute("DELETE FROM form_draft WHERE saved_millis < $1", args![oldest(tx.at())])
        .await?;
    tx.execute(
        "INSERT INTO form_draft (account, form, form_key, body, saved_millis, request_id) VALUES ($1,$2,$3,$4,$5,$6) \
         ON CONFLICT (account, form, form_key) DO UPDATE SET body = excluded.body, \
         saved_millis = excluded.saved_millis, request_id = excluded.request_id",
        args![account, form, key, body.to_string(), tx.at().millis(), request_id],
    )
    .await?;
    tx.execute(
        "DELETE FROM form_draft WHERE account = $1 AND saved_millis < (SELECT MIN(saved_millis) FROM \
         (SELECT saved_millis FROM form_draft WHERE account = $1 ORDER BY saved_millis DESC LIMIT $2) AS newest)",
        args![account, MAX_DRAFTS],
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
    request_id: String,
}

/// What this account had filled in and neither sent nor thrown away by `now`.
pub async fn load(db: &impl Query, account: i64, form: &str, key: &str, now: Timestamp) -> AppResult<Option<Draft>> {
    let row: Option<Row> = db
        .row(
            "SELECT body, saved_millis, request_id FROM form_draft \
             WHERE account = $1 AND form = $2 AND form_key = $3 AND saved_millis >= $4",
            args![account, form, key, oldest(now)],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if !row.request_id.is_empty() && trail::was_carried_out(db, &row.request_id).await? {
        return Ok(None);
    }
    Ok(Some(Draft {
        body: serde_json::from_str(&row.body).map_err(AppError::internal)?,
        saved_millis: row.saved_millis,
    }))
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

/// The key under which a form of a register is kept: where it is sent and what it says without being asked. Empty for
/// forms too short to be worth it: up to five fields, none of several lines.
pub fn key(action: &str, hidden: &[(&str, String)], fields: &[Field]) -> String {
    if fields.len() <= 5 && fields.iter().all(|f| f.kind != "textarea") {
        return String::new();
    }
    let said = hidden
        .iter()
        .filter(|(name, _)| !matches!(*name, "request_id" | "version" | "seal" | "csrf"))
        .map(|(name, value)| format!("{name}={value}"));
    let key: Vec<String> = std::iter::once(action.to_owned()).chain(said).collect();
    key.join(" ").chars().take(pages::MAX_KEY).collect()
}

fn oldest(now: Timestamp) -> i64 {
    now.millis() - KEPT_DAYS * 86_400_000
}

fn account(tx: &RecordedTx) -> AppResult<i64> {
    let account = tx.actor().account;
    account.map(|a| a.0).ok_or_else(|| AppError::forbidden("请先登录。"))
}
