//! Five signatures, then the money: filler, village, town, department in charge, finance, each by another person.

use access::Actor;
use kernel::{AppError, AppResult, Calendar, Date, Money, period::parse_date};
use records::{flow::Code, papers};
use serde_json::json;
use store::{Query, args};
use trail::{Act, Once};
use web::App;

use super::{
    enter::remember,
    rows::{ReimbursementRow, reimbursement, signs},
};
use crate::{
    chain::{Asked, conflicting, day_within, draw, nodes_of_allocation, who},
    model::{
        flows::{REIMBURSEMENT, ReimbursementAct, ReimbursementState},
        ledger::{Kind, Stage},
    },
};

/// The five signatures in their order.
pub const SLOTS: [(ReimbursementAct, &str); 5] = [
    (ReimbursementAct::Submit, "填报"),
    (ReimbursementAct::VillageSign, "村级"),
    (ReimbursementAct::TownSign, "镇级"),
    (ReimbursementAct::PovertySign, "扶贫部门"),
    (ReimbursementAct::FinanceSign, "财政部门"),
];

/// The papers without which works are not submitted.
pub const MANDATORY: [(&str, &str); 3] = [
    ("acceptance", "验收报告"),
    ("invoice", "税务发票"),
    ("contract", "实施合同"),
];

/// Working days within which finance answers.
pub const FINANCE_WORKING_DAYS: u32 = 5;

/// The last day of finance's answer, while it is awaited.
pub fn finance_due(row: &ReimbursementRow, calendar: &Calendar) -> Option<Date> {
    let from = row.received_on.as_deref().and_then(parse_date)?;
    (row.state() == ReimbursementState::PovertySigned).then(|| calendar.add_working_days(from, FINANCE_WORKING_DAYS))
}

/// The mandatory papers that are not there yet, by title.
pub async fn missing_papers(db: &impl Query, row: &ReimbursementRow) -> AppResult<Vec<&'static str>> {
    if !row.works {
        return Ok(Vec::new());
    }
    let there = papers::of(db, "reimbursement", row.id).await?;
    let missing = MANDATORY.iter().filter(|(id, _)| !there.iter().any(|p| p.step == *id));
    Ok(missing.map(|(_, title)| *title).collect())
}

/// Adds papers to a draft.
///
/// # Errors
/// Not a draft any more; not a paper by its content; out of reach.
pub async fn attach(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    paper: &str,
    files: Vec<papers::Upload>,
) -> AppResult<()> {
    if !MANDATORY.iter().any(|(known, _)| *known == paper) && paper != "list" {
        return Err(AppError::invalid("请选择附件种类。"));
    }
    if files.is_empty() {
        return Err(AppError::invalid("请选择要上传的文件。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = reimbursement(&*tx, &actor.scope, id).await?.ok_or_else(not_found)?;
    if row.state() != ReimbursementState::Draft {
        return Err(AppError::conflict("已提交的报账不能再加附件，请先退回补正。"));
    }
    let digests = papers::attach(&tx, &app.objects, "reimbursement", id, paper, files).await?;
    let done = Act::new("reimbursement.paper", format!("reimbursement:{id}")).in_region(row.place());
    tx.commit(done.with(json!({ "paper": paper, "digests": digests })))
        .await?;
    Ok(())
}

fn not_found() -> AppError {
    AppError::not_found("没有找到这笔报账。")
}

/// Takes a step of [`REIMBURSEMENT`].
///
/// # Errors
/// What the flow refuses; missing papers; someone who signed before; too little money; stale version.
pub async fn step(app: &App, actor: &Actor, id: i64, act: ReimbursementAct, asked: &Asked<'_>) -> AppResult<()> {
    let on = day_within("办理日期", asked.on, app.clock.today())?;
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(());
    };
    let row = reimbursement(&*tx, &actor.scope, id).await?.ok_or_else(not_found)?;
    let account = actor.account.map_or(-1, |a| a.0);
    let taken = REIMBURSEMENT.permit(row.state(), act, &who(actor, row.last_by, false, asked))?;
    let slot = SLOTS.iter().any(|(slot, _)| *slot == act);
    if slot && signs(&*tx, id).await?.iter().any(|s| s.account == account) {
        return Err(AppError::forbidden(
            "您已在这笔报账上签过字，五方签字须由不同的人办理。",
        ));
    }
    match act {
        ReimbursementAct::Submit => {
            let missing = missing_papers(&*tx, &row).await?;
            if !missing.is_empty() {
                return Err(AppError::invalid(format!(
                    "工程类报账缺少“{}”，补齐后才能提交。",
                    missing.join("”“")
                )));
            }
            let open: Money = nodes_of_allocation(&*tx, row.allocation_id)
                .await?
                .iter()
                .filter(|n| n.is(Stage::Allocation) || n.is(Stage::Hop))
                .map(|n| n.balance())
                .sum();
            if open < row.amount() {
                return Err(AppError::invalid(format!(
                    "报账金额 {} 元超过可用资金 {open} 元，请核对。",
                    row.amount()
                )));
            }
        }
        ReimbursementAct::PovertySign => {
            tx.execute(
                "UPDATE reimbursement SET received_on = $2 WHERE id = $1",
                args![id, on.as_str()],
            )
            .await?;
        }
        ReimbursementAct::Pay => {
            if signs(&*tx, id).await?.len() != SLOTS.len() {
                return Err(AppError::conflict("五方签字不齐，不能支付。"));
            }
            let next_id = || app.next_id();
            let to = (Stage::Used, id);
            draw(
                &tx,
                &next_id,
                row.allocation_id,
                row.amount(),
                Kind::Use,
                to,
                &on,
                &row.no,
            )
            .await?;
            tx.execute(
                "UPDATE fund_allocation SET state = 'used', version = version + 1 WHERE id = $1 AND state IN \
                 ('allocated', 'requested', 'disbursed')",
                args![row.allocation_id],
            )
            .await?;
            tx.execute(
                "UPDATE reimbursement SET paid_on = $2 WHERE id = $1",
                args![id, on.as_str()],
            )
            .await?;
        }
        ReimbursementAct::SendBack => {
            tx.execute("DELETE FROM reimbursement_sign WHERE reimbursement_id = $1", args![id])
                .await?;
        }
        _ => {}
    }
    if slot {
        tx.execute(
            "INSERT INTO reimbursement_sign (reimbursement_id, slot, account, name, role, at_millis) \
             VALUES ($1,$2,$3,$4,$5,$6)",
            args![
                id,
                act.id(),
                account,
                actor.name.as_str(),
                actor.role.id(),
                tx.at().millis()
            ],
        )
        .await?;
    }
    let changed = tx
        .execute(
            "UPDATE reimbursement SET state = $2, last_by = $3, version = version + 1 WHERE id = $1 AND version = $4",
            args![id, taken.to.id(), account, asked.expected.unwrap_or(row.version)],
        )
        .await?;
    if changed != 1 {
        return Err(conflicting());
    }
    remember(&tx, actor, id, act.id(), asked).await?;
    let detail = json!({ "act": act.id(), "from": row.state, "to": taken.to.id() });
    let done = Act::new("reimbursement.step", format!("reimbursement:{id}")).in_region(row.place());
    tx.commit(done.with(detail)).await?;
    Ok(())
}
