//! One step of an entry. With the check its sums are kept, in the same transaction.

use ::store::args;
use access::Actor;
use kernel::{AppError, AppResult, ErrorKind};
use records::{
    flow::{Code, Who},
    papers::{self, Upload},
};
use serde_json::json;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    KIND, enter,
    entry::{self, Entry},
    totals,
};
use crate::model::{Direction, ENTRY_FLOW, EntryAct, EntryState};

/// Carries out an act on an entry. A refusal changes nothing and is itself on the record.
///
/// # Errors
/// Not found outside the scope; the refusals of the flow; conflict where a guard does not hold.
pub async fn step(app: &App, actor: &Actor, id: i64, request_id: &str, act: EntryAct, reason: &str) -> AppResult<()> {
    let done = attempt(app, actor, id, request_id, act, reason).await;
    if let Err(error) = &done
        && matches!(
            error.kind,
            ErrorKind::Conflict | ErrorKind::Forbidden | ErrorKind::Invalid
        )
    {
        let note = Act::new("ledger.refused", format!("ledger:{id}"));
        let detail = json!({"act": act.title(), "why": error.message});
        app.trail.note(actor, note.with(detail)).await?;
    }
    done
}

async fn attempt(app: &App, actor: &Actor, id: i64, request_id: &str, act: EntryAct, reason: &str) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = entry::entry(&*tx, &actor.scope, id).await?.ok_or_else(entry::missing)?;
    let who = Who {
        concerned: row.concerns(actor),
        reason,
        ..enter::who(actor, Some(row.last_actor))
    };
    let from = row.state();
    let taken = ENTRY_FLOW.permit(from, act, &who)?;
    guard(&tx, &row, act, who.account).await?;
    let name = actor.name.as_str();
    let (signed, checked, at) = match act {
        EntryAct::Sign => (name, "", 0),
        EntryAct::Check => (row.signed_name.as_str(), name, tx.at().millis()),
        _ => (row.signed_name.as_str(), "", 0),
    };
    let changed = tx
        .execute(
            "UPDATE village_entry SET state = $1, last_actor = $2, signed_name = $3, checked_name = $4, \
             checked_millis = $5 WHERE id = $6 AND state = $7",
            args![taken.to.id(), who.account, signed, checked, at, id, from.id()],
        )
        .await?;
    if changed == 0 {
        return Err(AppError::conflict("这笔账刚刚由他人办理，请刷新后再看。"));
    }
    if taken.to == EntryState::Checked {
        totals::add(&tx, &row).await?;
    }
    enter::version(&tx, id, act.id(), reason.trim()).await?;
    let trace = json!({"act": act.id(), "from": from.id(), "to": taken.to.id(), "reason": reason.trim()});
    let event = Act::new("ledger.step", format!("ledger:{id}")).in_region(row.place());
    tx.commit(event.with(trace)).await?;
    Ok(())
}

async fn guard(tx: &RecordedTx, row: &Entry, act: EntryAct, account: i64) -> AppResult<()> {
    match act {
        EntryAct::Check if row.entered_by == account => Err(AppError::forbidden(
            "记账人不能核自己记的账，请由经管站的另一位同志核账。",
        )),
        EntryAct::Check if row.direction() == Direction::Expense && row.reverses.is_none() => {
            let vouchers = papers::of(&**tx, KIND, row.id).await?;
            if vouchers.is_empty() && row.decision_no.is_empty() {
                return Err(AppError::conflict(
                    "支出没有附票据，也没有写决议号，不能核账；请先上传票据，或退回补正。",
                ));
            }
            Ok(())
        }
        EntryAct::Withdraw if row.entered_by != account => {
            Err(AppError::forbidden("只能撤回自己所记的账；有问题的请退回。"))
        }
        _ => Ok(()),
    }
}

/// Adds vouchers to an entry that is not checked yet.
///
/// # Errors
/// Conflict once it is checked: what the check saw stays as it was.
pub async fn attach(app: &App, actor: &Actor, id: i64, request_id: &str, files: Vec<Upload>) -> AppResult<()> {
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = entry::entry(&*tx, &actor.scope, id).await?.ok_or_else(entry::missing)?;
    if matches!(row.state(), EntryState::Checked | EntryState::Withdrawn) {
        return Err(AppError::conflict("这笔账已经核账或撤回，票据不能再改。"));
    }
    if files.is_empty() {
        return Err(AppError::invalid("请选择要上传的票据。"));
    }
    papers::attach(&tx, &app.objects, KIND, id, "voucher", files).await?;
    let event = Act::new("ledger.attach", format!("ledger:{id}")).in_region(row.place());
    tx.commit(event).await?;
    Ok(())
}
