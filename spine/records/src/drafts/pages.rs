//! `GET /desk/drafts`: the kept forms among those a page holds; `POST`: keep one, or throw it away. Asked by the desk's
//! script only; without script a form is simply not kept.

use axum::{Form, Json, extract::RawQuery, http::StatusCode, response::IntoResponse};
use kernel::{AppError, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trail::Act;
use web::{Ctx, Page};

use super::{allowed, discard, load, save};

/// Characters of a key.
pub(super) const MAX_KEY: usize = 200;
/// Forms asked about at once.
const MAX_ASKED: usize = 30;

#[derive(Serialize)]
struct Offered {
    form: String,
    key: String,
    /// When it was kept, as shown.
    saved: String,
    /// Names and values in the order of the form.
    fields: Vec<(String, String)>,
}

/// `?of=form|key&of=…`: those of them that are kept.
pub(crate) async fn offered(ctx: Ctx, RawQuery(query): RawQuery) -> Page {
    let asked: Vec<(String, String)> =
        serde_urlencoded::from_str(&query.unwrap_or_default()).map_err(|_| unreadable())?;
    let account = ctx.actor().account.map_or(-1, |a| a.0);
    let now = ctx.clock.now();
    let mut found = Vec::new();
    for (_, of) in asked.iter().filter(|(name, _)| name == "of").take(MAX_ASKED) {
        let (form, key) = of.split_once('|').unwrap_or((of, ""));
        if let Some(draft) = load(&ctx.db, account, form, key, now).await? {
            let fields: Vec<(String, String)> = serde_json::from_value(draft.body).unwrap_or_default();
            found.push(Offered {
                form: form.to_owned(),
                key: key.to_owned(),
                saved: Timestamp(draft.saved_millis).to_string(),
                // Judged once more: what was kept before a rule became stricter is not offered.
                fields: allowed(fields).0,
            });
        }
    }
    Ok(Json(found).into_response())
}

#[derive(Deserialize)]
pub(crate) struct KeepForm {
    form: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    request: String,
    /// `[["name", "value"], …]`; left out to throw the draft away.
    #[serde(default)]
    fields: String,
}

pub(crate) async fn keep(ctx: Ctx, Form(sent): Form<KeepForm>) -> Page {
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let form_fits = (1..=60).contains(&sent.form.len()) && sent.form.chars().all(named);
    let key_fits = sent.key.chars().count() <= MAX_KEY && !sent.key.chars().any(char::is_control);
    if !form_fits || !key_fits || sent.request.len() > 64 {
        return Err(unreadable().into());
    }
    let subject = format!("draft:{}", sent.form);
    if sent.fields.is_empty() {
        let tx = ctx.trail.begin(ctx.actor()).await?;
        discard(&tx, &sent.form, &sent.key).await?;
        tx.commit(Act::new("draft.discard", subject)).await?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let fields: Vec<(String, String)> = serde_json::from_str(&sent.fields).map_err(|_| unreadable())?;
    let (kept, left_out) = allowed(fields);
    let tx = ctx.trail.begin(ctx.actor()).await?;
    save(&tx, &sent.form, &sent.key, &sent.request, &json!(kept)).await?;
    tx.commit(Act::new("draft.keep", subject)).await?;
    Ok(Json(json!({ "saved": ctx.clock.now().to_string(), "left_out": left_out })).into_response())
}

fn unreadable() -> AppError {
    AppError::invalid("草稿没有保存。")
}
