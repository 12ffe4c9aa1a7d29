//! Pairing a household, handing it over, ending a pairing.

use access::Actor;
use kernel::{AppError, AppResult, Date, ErrorKind};
use records::history::{self, Change};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{missing, past_day, place, words};
use crate::{
    model::pairing::{self, Refusal, Span},
    store::{
        helpers::{self, Helper},
        kin,
    },
};

/// What is to be done with a household's pairing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Pair,
    HandOver,
    End,
}

/// The form of a pairing, as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PairingForm {
    pub request_id: String,
    /// The helper's id; empty when a pairing ends.
    pub helper: String,
    pub on: String,
    pub reason: String,
}

/// Carries out one act on one household.
///
/// # Errors
/// 404 outside the actor's area; the refusals of [`pairing`], near kin included; a hand-over and an end need a reason.
pub async fn act(app: &App, actor: &Actor, household: i64, wanted: Wanted, form: &PairingForm) -> AppResult<()> {
    let done = attempt(app, actor, household, wanted, form).await;
    if let Err(error) = &done {
        note_refusal(app, actor, format!("household:{household}"), error).await?;
    }
    done
}

/// Writes down that somebody tried what is not allowed.
async fn note_refusal(app: &App, actor: &Actor, subject: String, error: &AppError) -> AppResult<()> {
    if matches!(
        error.kind,
        ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Forbidden
    ) {
        let act = Act::new("pairing.refused", subject).with(json!({"why": error.message}));
        app.trail.note(actor, act).await?;
    }
    Ok(())
}

async fn attempt(app: &App, actor: &Actor, household: i64, wanted: Wanted, form: &PairingForm) -> AppResult<()> {
    let today = app.clock.today();
    let on = past_day("日期", &form.on, today)?;
    let least = if wanted == Wanted::Pair { 0 } else { 2 };
    let reason = words("理由", &form.reason, least, 200)?;
    let row = households::household(&app.db, &actor.scope, household)
        .await?
        .ok_or_else(|| missing("这一户"))?
        .row;
    let helper = match wanted {
        Wanted::End => None,
        _ => Some(chosen(app, actor, &form.helper).await?),
    };
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    change(app, &tx, household, wanted, helper.as_ref(), on, today, &reason).await?;
    let name = match wanted {
        Wanted::Pair => "pairing.pair",
        Wanted::HandOver => "pairing.hand_over",
        Wanted::End => "pairing.end",
    };
    let detail = json!({"helper": helper.map(|h| h.name), "on": on.to_string(), "reason": reason});
    let act = Act::new(name, format!("household:{household}")).in_region(place(row.region));
    tx.commit(act.with(detail)).await.map(|_| ())
}

/// Hands every household of one helper to another, all on one day or none at all. Returns how many.
///
/// # Errors
/// Those of [`act`], with the household's head named.
pub async fn hand_over_all(app: &App, actor: &Actor, from: i64, form: &PairingForm) -> AppResult<usize> {
    let done = attempt_all(app, actor, from, form).await;
    if let Err(error) = &done {
        note_refusal(app, actor, format!("helper:{from}"), error).await?;
    }
    done
}

async fn attempt_all(app: &App, actor: &Actor, from: i64, form: &PairingForm) -> AppResult<usize> {
    let today = app.clock.today();
    let on = past_day("日期", &form.on, today)?;
    let reason = words("理由", &form.reason, 2, 200)?;
    let old = helpers::one(&app.db, &actor.scope, from)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    let new = chosen(app, actor, &form.helper).await?;
    let filter = households::pairing::HelpFilter {
        account: Some(old.pair_key),
        ..Default::default()
    };
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(0),
    };
    let rows = households::pairing::helped_households(&*tx, &actor.scope, &filter, today, 2000, 0).await?;
    if rows.is_empty() {
        return Err(AppError::conflict(format!(
            "{}目前没有您管理范围内的结对户。",
            old.name
        )));
    }
    for row in &rows {
        change(app, &tx, row.id, Wanted::HandOver, Some(&new), on, today, &reason)
            .await
            .map_err(|e| AppError::new(e.kind, format!("{}户：{}本次全部未移交。", row.head_name, e.message)))?;
    }
    let act = Act::new("pairing.hand_over_all", format!("helper:{from}")).in_region(new.region());
    let detail = json!({"to": new.name, "households": rows.len(), "on": on.to_string(), "reason": reason});
    tx.commit(act.with(detail)).await?;
    Ok(rows.len())
}

/// A helper who can be given a household.
pub(crate) async fn chosen(app: &App, actor: &Actor, id: &str) -> AppResult<Helper> {
    let id = id
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("帮扶责任人：请选择。"))?;
    let helper = helpers::one(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| missing("这名帮扶人员"))?;
    if !helper.is_active() {
        return Err(AppError::invalid(format!("{}已离岗，请另选。", helper.name)));
    }
    if !helper.kind().is_some_and(|kind| kind.helps_households()) {
        return Err(AppError::invalid(format!(
            "{}是{}，不能担任一户的帮扶责任人。",
            helper.name,
            helper.kind_title()
        )));
    }
    Ok(helper)
}

/// Decides and writes inside a transaction.
#[allow(clippy::too_many_arguments)]
pub(crate) async fn change(
    app: &App,
    tx: &RecordedTx,
    household: i64,
    wanted: Wanted,
    helper: Option<&Helper>,
    on: Date,
    today: Date,
    reason: &str,
) -> AppResult<()> {
    households::pairing::hold(tx, household).await?;
    let mut spans = Vec::new();
    for row in households::pairing::of_household(&**tx, household).await? {
        spans.push(Span {
            helper: row.account,
            from: households::pairing::day(&row.from_on)?,
            to: row.to_on.as_deref().map(households::pairing::day).transpose()?,
        });
    }
    if let Some(helper) = helper
        && let Some(refusal) = kin::conflict_of(app, &**tx, helper, household).await?
    {
        return Err(refusal.into());
    }
    match (wanted, helper) {
        (Wanted::Pair, Some(helper)) => {
            pairing::pair(&spans, on, today)?;
            households::pairing::begin(tx, household, helper.pair_key, &helper.name, on).await?;
        }
        (Wanted::HandOver, Some(helper)) => {
            pairing::hand_over(&spans, helper.pair_key, on, today)?;
            households::pairing::hand_over(tx, household, helper.pair_key, &helper.name, on).await?;
        }
        (Wanted::End, _) => {
            pairing::end(&spans, on, today)?;
            households::pairing::end(tx, household, on).await?;
        }
        (_, None) => return Err(Refusal::NotPaired.into()),
    }
    let on = on.to_string();
    let record = json!({
        "helper": helper.map_or("", |h| h.name.as_str()), "unit": helper.map_or("", |h| h.unit.as_str()),
        "kind": helper.map_or("", |h| h.kind_title()),
    });
    let change = Change {
        kind: "pairing",
        id: household,
        expected: None,
        act: match wanted {
            Wanted::Pair => "pair",
            Wanted::HandOver => "hand_over",
            Wanted::End => "end",
        },
        reason,
        basis: "",
        on: &on,
        state: &record,
    };
    history::record(tx, &change).await.map(|_| ())
}
