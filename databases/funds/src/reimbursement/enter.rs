//! A reimbursement is drafted: for a share that was decided, not for anything outside the plan.

use access::Actor;
use kernel::{AppError, AppResult, Money};
use serde_json::json;
use store::args;
use trail::{Act, Once, RecordedTx};
use web::App;

use super::rows::reimbursement;
use crate::chain::{Asked, allocation};

/// A reimbursement to be drafted.
#[derive(Clone, Debug)]
pub struct NewReimbursement<'a> {
    pub allocation: i64,
    pub title: &'a str,
    /// Works need report, invoice and contract.
    pub works: bool,
    pub payee: &'a str,
    pub amount: Money,
}

/// Drafts a reimbursement.
///
/// # Errors
/// A share out of reach or not decided; invalid fields.
pub async fn enter(app: &App, actor: &Actor, request_id: &str, new: &NewReimbursement<'_>) -> AppResult<i64> {
    for (text, field) in [(new.title, "报账事项"), (new.payee, "收款单位或个人")] {
        if !(2..=100).contains(&text.trim().chars().count()) {
            return Err(AppError::invalid(format!("{field}应为 2 至 100 字。")));
        }
    }
    if new.amount <= Money::ZERO {
        return Err(AppError::invalid("报账金额：必须大于零。请核对。"));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => {
            return Ok(earlier
                .subject
                .rsplit(':')
                .next()
                .and_then(|n| n.parse().ok())
                .unwrap_or(0));
        }
    };
    let share = allocation(&*tx, &actor.scope, new.allocation)
        .await?
        .filter(|a| a.decided_on.is_some())
        .ok_or_else(|| AppError::invalid("不在已决定的分配方案内，不予报账。请选择分配项目。"))?;
    if new.amount > share.amount() {
        return Err(AppError::invalid(format!(
            "报账金额：{} 元超过分配数 {} 元。",
            new.amount,
            share.amount()
        )));
    }
    let id = app.next_id();
    let account = actor.account.map_or(-1, |a| a.0);
    let today = app.clock.today();
    let no = format!(
        "BZ{}{:06}",
        today.to_string().replace('-', ""),
        id.rem_euclid(1_000_000)
    );
    tx.execute(
        "INSERT INTO reimbursement (id, no, allocation_id, region, org, title, works, payee, amount_fen, state, entered_by, \
         last_by, version) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,'draft',$10,$11,1)",
        args![
            id,
            no.as_str(),
            share.id,
            share.region,
            share.programme_org.as_str(),
            new.title.trim(),
            new.works,
            new.payee.trim(),
            new.amount.fen(),
            account,
            account
        ],
    )
    .await?;
    remember(&tx, actor, id, "draft", &Asked::on(request_id, today)).await?;
    let done = Act::new("reimbursement.enter", format!("reimbursement:{id}")).in_region(share.place());
    tx.commit(done.with(json!({ "no": no, "amount_fen": new.amount.fen() })))
        .await?;
    Ok(id)
}

pub(super) async fn remember(tx: &RecordedTx, actor: &Actor, id: i64, act: &str, asked: &Asked<'_>) -> AppResult<i64> {
    let row = reimbursement(&**tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::internal("reimbursement"))?;
    asked.kept(tx, "reimbursement", id, act, &row.as_json()).await
}
