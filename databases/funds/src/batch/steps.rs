//! The steps of a batch, with the guards the table of [`BATCH`] puts into words.

use access::Actor;
use kernel::{AppError, AppResult, Calendar, Date, period::parse_date};
use records::flow::{Code, Step};
use serde_json::json;
use store::{Query, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    compare::{BatchAnswer, BatchCheckPart},
    hold, issue,
    rows::{BatchRow, batch, remember},
};
use crate::{
    chain::{Asked, conflicting, day_within, who},
    model::flows::{BATCH, BatchAct, BatchState},
};

/// Working days a list hangs out before it may be approved.
pub const PUBLIC_WORKING_DAYS: u32 = 7;

/// Working days within which returned items are issued again.
pub const REISSUE_WORKING_DAYS: u32 = 10;

/// The last day of the public notice.
pub fn public_until(row: &BatchRow, calendar: &Calendar) -> Option<Date> {
    let from = row.public_on.as_deref().and_then(parse_date)?;
    Some(calendar.add_working_days(from, PUBLIC_WORKING_DAYS))
}

/// The last day for issuing returned items again, while there are any.
pub fn reissue_due(row: &BatchRow, calendar: &Calendar) -> Option<Date> {
    let from = row.settled_on.as_deref().and_then(parse_date)?;
    (row.state() == BatchState::Returned).then(|| calendar.add_working_days(from, REISSUE_WORKING_DAYS))
}

/// Takes a step of [`BATCH`]. Results of the bank come by [`super::settle`], never by hand.
///
/// # Errors
/// Not found outside the scope; what the flow refuses; the notice still running; too little money; stale version.
pub async fn step(app: &App, actor: &Actor, id: i64, act: BatchAct, asked: &Asked<'_>) -> AppResult<()> {
    day_within("办理日期", asked.on, app.clock.today())?;
    if matches!(act, BatchAct::SettlePaid | BatchAct::SettleReturned) {
        return Err(AppError::invalid("发放结果以银行回盘文件为准，请上传回盘文件。"));
    }
    // The comparison reads much: it runs before the write begins, and only when the step is open at all.
    let answer = if act == BatchAct::Compare {
        let row = batch(&app.db, &actor.scope, id).await?.ok_or_else(not_found)?;
        BATCH.permit(row.state(), act, &who(actor, row.last_by, false, asked))?;
        Some(compared(app, id, asked).await?)
    } else {
        None
    };
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(());
    };
    let row = batch(&*tx, &actor.scope, id).await?.ok_or_else(not_found)?;
    let taken = permitted(app, &*tx, actor, &row, act, asked).await?;
    let along = Along {
        answer: answer.unwrap_or_default(),
        reasons: &[],
    };
    perform(app, &tx, &row, taken, asked, along).await?;
    let detail = json!({ "act": act.id(), "from": row.state, "to": taken.to.id() });
    let done = Act::new("batch.step", format!("batch:{id}")).in_region(row.place());
    tx.commit(done.with(detail)).await?;
    Ok(())
}

/// The step, when nothing stands against it: reach, the flow, near kin, who made the list, the notice.
pub(super) async fn permitted(
    app: &App,
    db: &impl Query,
    actor: &Actor,
    row: &BatchRow,
    act: BatchAct,
    asked: &Asked<'_>,
) -> AppResult<&'static Step<BatchState, BatchAct>> {
    if !actor.scope.covers(row.place()) {
        return Err(AppError::forbidden("这一批跨越您的辖区，请由镇街或县级单位办理。"));
    }
    let concerned = concerns_actor(db, actor, row.id).await?;
    let taken = BATCH.permit(row.state(), act, &who(actor, row.last_by, concerned, asked))?;
    let reviews = matches!(
        act,
        BatchAct::Check | BatchAct::Approve | BatchAct::Pass | BatchAct::Send
    );
    if reviews && row.entered_by == actor.account.map_or(-1, |a| a.0) {
        return Err(AppError::forbidden(format!(
            "这一批是您造册的，“{}”须由另一人办理。",
            act.title()
        )));
    }
    if act == BatchAct::Approve {
        let until = public_until(row, &app.calendar);
        if until.is_none_or(|day| asked.on < day) {
            let until = until.map_or_else(String::new, |day| day.to_string());
            return Err(AppError::conflict(format!(
                "公示须满 {PUBLIC_WORKING_DAYS} 个工作日（至 {until}），期满后再审批。"
            )));
        }
    }
    Ok(taken)
}

/// What goes with a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Along<'a> {
    /// For the comparison.
    pub(super) answer: BatchAnswer,
    /// For issuing again: what came back for these reasons only; all when there are none.
    pub(super) reasons: &'a [String],
}

/// Takes a permitted step in this transaction.
pub(super) async fn perform(
    app: &App,
    tx: &RecordedTx,
    row: &BatchRow,
    taken: &Step<BatchState, BatchAct>,
    asked: &Asked<'_>,
    along: Along<'_>,
) -> AppResult<()> {
    let (id, on) = (row.id, asked.on.to_string());
    match taken.act {
        BatchAct::Publish => {
            tx.execute(
                "UPDATE payment_batch SET public_on = $2 WHERE id = $1",
                args![id, on.as_str()],
            )
            .await?;
        }
        BatchAct::Compare => set_aside(app, tx, id, &along.answer, asked).await?,
        BatchAct::Pass => {
            issue::hold_removed(tx, id).await?;
        }
        BatchAct::Send => {
            issue::hold_removed(tx, id).await?;
            issue::send(app, tx, row, &on).await?;
        }
        BatchAct::Reissue => issue::send_again(app, tx, row, &on, along.reasons).await?,
        BatchAct::SendBack => {
            tx.execute(
                "UPDATE payment SET state = 'listed', note = NULL WHERE batch_id = $1 AND state <> 'paid' AND state = 'held'",
                args![id],
            )
            .await?;
            tx.execute(
                "UPDATE payment_batch SET public_on = NULL, compared = NULL WHERE id = $1",
                args![id],
            )
            .await?;
            hold::withdraw(tx, id).await?;
        }
        BatchAct::Withdraw => {
            tx.execute(
                "UPDATE payment SET state = 'void' WHERE batch_id = $1 AND state <> 'paid'",
                args![id],
            )
            .await?;
        }
        _ => {}
    }
    let account = tx.actor().account.map_or(-1, |a| a.0);
    advance(tx, id, taken.to, account, asked.expected.unwrap_or(row.version)).await?;
    remember(app, tx, id, taken.act.id(), asked).await?;
    Ok(())
}

fn not_found() -> AppError {
    AppError::not_found("没有找到这一批发放。")
}

pub(super) async fn advance(tx: &RecordedTx, id: i64, to: BatchState, account: i64, version: i64) -> AppResult<()> {
    let changed = tx
        .execute(
            "UPDATE payment_batch SET state = $2, last_by = $3, version = version + 1 WHERE id = $1 AND version = $4",
            args![id, to.id(), account, version],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(conflicting()) }
}

/// Whether the batch pays the actor or someone of the actor's household.
pub(super) async fn concerns_actor(db: &impl Query, actor: &Actor, id: i64) -> AppResult<bool> {
    let Some(person) = actor.person else { return Ok(false) };
    let rows = db
        .number(
            "SELECT COUNT(*) FROM payment WHERE batch_id = $1 AND (person_key = $2 OR household_id = \
             (SELECT household_id FROM person WHERE person_key = $2))",
            args![id, person.0],
        )
        .await?;
    Ok(rows > 0)
}

/// The answer of the wired comparison; without one the step needs a reason to go on uncompared.
async fn compared(app: &App, id: i64, asked: &Asked<'_>) -> AppResult<BatchAnswer> {
    match app.part::<BatchCheckPart>() {
        Ok(part) => part.0.check(app, id).await,
        Err(_) if asked.reason.trim().is_empty() => Err(AppError::invalid(
            "平台未接通比对，这一批没有比对过。如须放行，请写明理由。",
        )),
        Err(_) => Ok(BatchAnswer {
            told: format!("未比对，放行理由：{}", asked.reason.trim()),
            ..BatchAnswer::default()
        }),
    }
}

async fn set_aside(app: &App, tx: &RecordedTx, id: i64, answer: &BatchAnswer, asked: &Asked<'_>) -> AppResult<()> {
    let held = hold::keep(app, tx, id, answer, asked.on).await?;
    let asks = answer.concerns.iter().filter(|c| !c.holds).count();
    let told = answer.told.trim();
    let text = match (held, asks) {
        _ if told.starts_with("未比对") => told.to_owned(),
        (0, 0) => format!("已比对，没有疑点。{told}"),
        (held, 0) => format!("已比对，{held} 行待核实暂缓。{told}"),
        (held, asks) => format!("已比对，{held} 行待核实暂缓，另有提示 {asks} 条。{told}"),
    };
    tx.execute("UPDATE payment_batch SET compared = $2 WHERE id = $1", args![id, text])
        .await?;
    Ok(())
}
