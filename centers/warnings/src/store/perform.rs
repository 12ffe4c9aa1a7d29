//! An act, carried out: finding, history, files, notes and trail change together or not at all.

use ::store::{Query, WriteTx, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, ErrorKind};
use serde_json::json;
use trail::{Once, RecordedTx};
use web::App;

use super::{
    FindingRow, Upload,
    attachments::{attach, keep},
    conflict_of, find,
};
use crate::model::{Act, ActKind, Applied, By, Case, Due, Effect, Params, parts_of};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The same request was carried out before; nothing changed now.
    Already,
}

/// Carries out `act` on the finding `id` within the actor's scope.
///
/// # Errors
/// `NotFound` outside the scope; `Conflict` when the stage has moved on or another act came first; `Forbidden`
/// and `Invalid` as the model says. Nothing changes with any of them.
pub async fn perform(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    act: Act,
    files: Vec<Upload>,
) -> AppResult<Outcome> {
    let note = match organisation(app, &act).await? {
        Some(name) => format!("承办单位：{name}。{}", act.note()),
        None => act.note(),
    };
    let kept = keep(&app.objects, files)?;
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::Done(_) => return Ok(Outcome::Already),
        Once::New(tx) => tx,
    };
    let outcome = async {
        let (row, applied) = decide(app, &tx, actor, id, &act).await?;
        let seq = write_step(&tx, &row, act.kind(), &note, &applied.case).await?;
        attach(&tx, id, seq, &kept).await?;
        write_effects(&tx, &row, &act, &applied, seq).await?;
        let detail = json!({
            "from": row.stage, "to": applied.case.stage.id(), "step": seq, "files": kept.len(),
            "verdict": applied.case.verdict.map(|v| v.id()), "owner": applied.case.owner,
        });
        let event = trail::Act::new(act.kind().action(), format!("finding:{id}"))
            .in_region(applied.case.region)
            .with(detail);
        tx.commit(event).await
    }
    .await;
    match outcome {
        Ok(_) => Ok(Outcome::Done),
        // Two copies of one request at the same moment: the second finds the work done.
        Err(error) if error.kind == ErrorKind::Conflict && was_done(app, request_id).await? => Ok(Outcome::Already),
        Err(error) => Err(error),
    }
}

async fn decide(app: &App, tx: &RecordedTx, actor: &Actor, id: i64, act: &Act) -> AppResult<(FindingRow, Applied)> {
    let row = find(&**tx, &actor.scope, id).await?.ok_or_else(not_found)?;
    let case = row.case()?;
    if let Act::Merge { into, .. } = act {
        mergeable(tx, &actor.scope, &row, *into).await?;
    }
    let by = By {
        account: actor
            .account
            .ok_or_else(|| AppError::new(ErrorKind::Unauthenticated, "请先登录。"))?,
        parts: parts_of(actor, &case.owner),
        conflict: conflict_of(&**tx, actor, &row).await?,
    };
    let due = Due {
        params: Params::of(case.region, tx.at().date()),
        calendar: &app.calendar,
        now: tx.at(),
    };
    let applied = case.apply(act, &by, &due)?;
    Ok((row, applied))
}

/// What one may not see does not exist.
pub(crate) fn not_found() -> AppError {
    AppError::not_found("没有找到这条预警，或不在您的管理范围内。")
}

async fn mergeable(tx: &RecordedTx, scope: &Scope, row: &FindingRow, into: i64) -> AppResult<()> {
    let Some(main) = find(&**tx, scope, into).await? else {
        return Err(AppError::invalid("没有找到要并入的预警，请核对编号。"));
    };
    let same = main.person_key.is_some() && main.person_key == row.person_key
        || main.household_id.is_some() && main.household_id == row.household_id;
    if main.merged_into.is_some() {
        return Err(AppError::invalid("要并入的预警自己已并入别的预警。"));
    }
    if same {
        Ok(())
    } else {
        Err(AppError::invalid("只能并入同一人或同一户的预警。"))
    }
}

/// The name of the organisation that an act puts in charge.
async fn organisation(app: &App, act: &Act) -> AppResult<Option<String>> {
    let (Act::Assign { to } | Act::Reassign { to, .. }) = act else {
        return Ok(None);
    };
    if to == "town" {
        return Ok(Some("所在镇（街）".to_owned()));
    }
    match directory::orgs::org(&app.db, to).await? {
        Some(org) => Ok(Some(org.name)),
        None => Err(AppError::invalid("请从列表中选择承办单位。")),
    }
}

async fn was_done(app: &App, request_id: &str) -> AppResult<bool> {
    let count = "SELECT COUNT(*) FROM trail_event WHERE request_id = $1";
    Ok(app.db.number(count, args![request_id]).await? > 0)
}

/// Writes the case back unless someone else was faster, and the step behind the others.
pub(super) async fn write_step(
    tx: &RecordedTx,
    row: &FindingRow,
    kind: ActKind,
    note: &str,
    case: &Case,
) -> AppResult<i64> {
    let now = tx.at().millis();
    let seq = row.steps + 1;
    let answered = row.answered || kind == ActKind::Answer;
    let touched = tx
        .execute(
            "UPDATE finding SET colour = $1, owner_department = $2, stage = $3, supervisor = $4, due_millis = $5, \
             extended = $6, verdict = $7, exception_code = $8, confirmed_fen = $9, recovered_fen = $10, \
             verdict_by = $11, reviewed_by = $12, checked_by = $13, rectified_by = $14, elimination_by = $15, \
             check_due = $16, merged_into = $17, returns = $18, outcome = $19, answered = $20, changed_millis = $21, \
             steps = $22 WHERE id = $23 AND steps = $24",
            args![
                case.colour.id(),
                case.owner.as_str(),
                case.stage.id(),
                case.supervisor.clone(),
                case.due.map(|d| d.millis()),
                case.extended,
                case.verdict.map(|v| v.id().to_owned()),
                case.exception.clone(),
                case.confirmed.map(|m| m.fen()),
                case.recovered.map(|m| m.fen()),
                case.verdict_by.map(|a| a.0),
                case.reviewed_by.map(|a| a.0),
                case.checked_by.map(|a| a.0),
                case.rectified_by.map(|a| a.0),
                case.elimination_by.map(|a| a.0),
                case.check_due,
                case.merged_into,
                case.returns,
                case.outcome.as_str(),
                answered,
                now,
                seq,
                row.id,
                row.steps
            ],
        )
        .await?;
    if touched == 0 {
        return Err(AppError::conflict(
            "这条预警刚刚被其他人办理，您的操作没有生效。请刷新后查看最新状态。",
        ));
    }
    let actor = tx.actor();
    tx.execute(
        "INSERT INTO finding_step (finding_id, seq, act, from_stage, to_stage, account, actor_name, role, at_millis, note) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        args![
            row.id,
            seq,
            kind.id(),
            row.stage.as_str(),
            case.stage.id(),
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            actor.role.id(),
            now,
            note
        ],
    )
    .await?;
    Ok(seq)
}

pub(super) async fn write_effects(
    tx: &RecordedTx,
    row: &FindingRow,
    act: &Act,
    applied: &Applied,
    seq: i64,
) -> AppResult<()> {
    let (now, actor) = (tx.at().millis(), tx.actor());
    let account = actor.account.map_or(-1, |a| a.0);
    for effect in &applied.effects {
        match effect {
            Effect::DraftClearance => {
                let note = format!(
                    "关于预警 {} 的澄清记录：经现场核查，{}所涉“{}”不属实。{}",
                    row.finding_no,
                    row.subject_name,
                    row.summary,
                    act.note()
                );
                tx.execute(
                    "INSERT INTO clearance_note (finding_id, step_seq, state, subject_name, region, note, drafted_by, \
                     drafted_millis) VALUES ($1,$2,'draft',$3,$4,$5,$6,$7)",
                    args![row.id, seq, row.subject_name.as_str(), row.region, note, account, now],
                )
                .await?;
            }
            Effect::ConfirmClearance => settle_clearance(tx, row.id, "draft", "in_force", now).await?,
            Effect::VoidClearance => {
                settle_clearance(tx, row.id, "draft", "void", now).await?;
                settle_clearance(tx, row.id, "in_force", "void", now).await?;
            }
            Effect::ApplyElimination => {
                tx.execute(
                    "INSERT INTO warning_elimination (finding_id, step_seq, state, reasons, applied_by, applied_name, \
                     applied_millis, decision) VALUES ($1,$2,'pending',$3,$4,$5,$6,'')",
                    args![row.id, seq, act.note(), account, actor.name.as_str(), now],
                )
                .await?;
            }
            Effect::ApproveElimination | Effect::RefuseElimination => {
                let state = if *effect == Effect::ApproveElimination {
                    "approved"
                } else {
                    "refused"
                };
                tx.execute(
                    "UPDATE warning_elimination SET state = $1, decided_by = $2, decided_name = $3, \
                     decided_millis = $4, decision = $5 WHERE finding_id = $6 AND state = 'pending'",
                    args![state, account, actor.name.as_str(), now, act.note(), row.id],
                )
                .await?;
            }
        }
    }
    Ok(())
}

async fn settle_clearance(tx: &WriteTx, id: i64, from: &str, to: &str, now: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE clearance_note SET state = $1, decided_millis = $2 WHERE finding_id = $3 AND state = $4",
        args![to, now, id, from],
    )
    .await
    .map(|_| ())
}
