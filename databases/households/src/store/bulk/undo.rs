//! Withdrawing an act (撤回批量办理): with a reason, from all households where nothing has followed on it.

use ::store::{FromQueryResult, Query, args};
use access::Actor;
use kernel::{AppError, AppResult};
use serde_json::json;
use trail::Act as TrailAct;
use web::App;

use super::done_one;
use crate::store::{
    begin, lock_all,
    reading::{Why, keep_of},
    region_of,
};

#[derive(FromQueryResult)]
struct Id {
    household_id: i64,
}

/// Withdraws the act `id`: tasks not handed in yet, measures that neither ended nor were answered by the household.
/// Returns from how many households; `None` when this request was carried out before.
///
/// # Errors
/// Invalid without a reason; conflict when it was withdrawn, or when everything has moved on.
pub async fn undo(app: &App, actor: &Actor, request_id: &str, id: i64, reason: &str) -> AppResult<Option<i64>> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AppError::invalid("撤回理由：请填写。"));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(None);
    };
    lock_all(&tx).await?;
    let done = done_one(&*tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这次批量办理。"))?;
    if done.undone_millis.is_some() {
        return Err(AppError::conflict("这次批量办理已经撤回过。"));
    }
    let (find, remove) = if done.what == "tasks" {
        (
            "SELECT subject AS household_id FROM collection_task WHERE bulk_id = $1 AND submitted_millis IS NULL \
             ORDER BY subject",
            "DELETE FROM collection_task WHERE bulk_id = $1 AND submitted_millis IS NULL",
        )
    } else {
        (
            "SELECT household_id FROM measure WHERE bulk_id = $1 AND confirmed = 'none' AND ended_on IS NULL \
             ORDER BY household_id",
            "DELETE FROM measure WHERE bulk_id = $1 AND confirmed = 'none' AND ended_on IS NULL",
        )
    };
    let found: Vec<Id> = tx.rows(find, args![id]).await?;
    let ids: Vec<i64> = found.into_iter().map(|row| row.household_id).collect();
    if ids.is_empty() {
        return Err(AppError::conflict(
            "各户都已提交、结束或经农户答复，没有可以撤回的。个别有误的，请逐户更正。",
        ));
    }
    tx.execute(remove, args![id]).await?;
    if let Some(campaign) = done.campaign_id {
        tx.execute(
            "DELETE FROM campaign WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM collection_task t WHERE t.campaign_id = $1)",
            args![campaign],
        )
        .await?;
    }
    let versions = records::history::versions(&*tx, crate::store::KIND, &ids).await?;
    let why = Why {
        act: "bulk_undo",
        reason,
        basis: &format!("撤回批量办理：{}", done.title),
        on: &tx.at().date().to_string(),
        expected: None,
    };
    keep_of(&tx, &ids, &versions, &why).await?;
    tx.execute(
        "UPDATE household_bulk SET undone = $2, undone_millis = $3, undone_by = $4, undone_reason = $5 WHERE id = $1",
        args![id, ids.len() as i64, tx.at().millis(), actor.name.as_str(), reason],
    )
    .await?;
    let act = TrailAct::new("household.bulk_undo", format!("household_bulk:{id}")).in_region(region_of(done.region));
    let detail = json!({ "what": done.title, "households": ids.len(), "kept": done.households - ids.len() as i64, "reason": reason });
    tx.commit(act.with(detail)).await?;
    Ok(Some(ids.len() as i64))
}
