//! Leave: asked for by the helper, decided by someone else. Approved leave excuses from visits of that time.

use access::Actor;
use kernel::{AppError, AppResult, DateSpan};
use serde_json::json;
use trail::{Act, Once};
use web::App;

use super::{day, missing, visit::own_helper, words};
use crate::{
    model::duty::leave_days,
    store::duties::{self, Leave},
};

/// A leave as typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct LeaveForm {
    pub request_id: String,
    pub from_on: String,
    pub to_on: String,
    pub reason: String,
}

/// Asks for leave for oneself.
///
/// # Errors
/// Invalid for days in the wrong order or more than a year; conflict with another leave.
pub async fn ask(app: &App, actor: &Actor, form: &LeaveForm) -> AppResult<()> {
    let from = day("开始日期", &form.from_on)?;
    let to = day("结束日期", &form.to_on)?;
    if to < from {
        return Err(AppError::invalid("结束日期：不能早于开始日期。"));
    }
    if (to - from).whole_days() > 366 {
        return Err(AppError::invalid("结束日期：一次请假不超过一年。"));
    }
    let reason = words("请假理由", &form.reason, 2, 200)?;
    let helper = own_helper(&app.db, actor).await?;
    let tx = match app.trail.begin_once(actor, &form.request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let (from_on, to_on) = (from.to_string(), to.to_string());
    if duties::leave_overlaps(&tx, helper.id, &from_on, &to_on).await? {
        return Err(AppError::conflict("这段时间已有请假，请勿重复申请。"));
    }
    let leave = Leave {
        id: app.next_id(),
        helper_id: helper.id,
        helper_name: helper.name.clone(),
        region: helper.region,
        from_on,
        to_on,
        reason,
        state: "asked".to_owned(),
        asked_by: actor.account.map_or(-1, |a| a.0),
        decided_by: String::new(),
        decided_note: String::new(),
    };
    duties::insert_leave(&tx, &leave).await?;
    let act = Act::new("leave.ask", format!("leave:{}", leave.id)).in_region(leave.region());
    tx.commit(act.with(json!({"from": leave.from_on, "to": leave.to_on})))
        .await
        .map(|_| ())
}

/// Decides a leave: the days of an approved one count from then on.
///
/// # Errors
/// Forbidden for one's own; conflict when it was decided before; a refusal needs a reason.
pub async fn decide(app: &App, actor: &Actor, id: i64, approve: bool, request_id: &str, note: &str) -> AppResult<()> {
    let leave = duties::leave(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| missing("这次请假"))?;
    if actor.account.is_some_and(|a| a.0 == leave.asked_by) {
        return Err(AppError::forbidden("自己的请假须由他人审批。"));
    }
    let note = words("审批意见", note, if approve { 0 } else { 2 }, 200)?;
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(_) => return Ok(()),
    };
    let state = if approve { "approved" } else { "refused" };
    if duties::decide_leave(&tx, id, state, &actor.name, &note).await? == 0 {
        return Err(AppError::conflict("这次请假已经审批，请刷新页面。"));
    }
    if approve {
        let span = DateSpan {
            from: households::pairing::day(&leave.from_on)?,
            to: Some(households::pairing::day(&leave.to_on)?),
        };
        duties::add_leave_days(&tx, leave.helper_id, &leave_days(span)).await?;
    }
    let act = Act::new("leave.decide", format!("leave:{id}")).in_region(leave.region());
    tx.commit(act.with(json!({"state": state, "note": note})))
        .await
        .map(|_| ())
}
