//! Integrated agricultural money (004-33): the treasury changes the budget subject, the responsible department takes it
//! over, payments follow the progress of the works, and every project has its line in the ledger of payments.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money};
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::sized;
use crate::chain::{AllocationRow, allocation, day_within};

/// A share with its change of subject, progress and payments.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Integrated {
    pub id: i64,
    pub doc_no: String,
    pub project_name: String,
    pub amount_fen: i64,
    pub from_subject: String,
    pub to_subject: String,
    pub org: String,
    pub doc: String,
    pub changed_on: String,
    /// Percent of the works done.
    pub percent: i64,
    /// Gone out of the treasury for it.
    pub paid_fen: i64,
    /// Reached its use.
    pub used_fen: i64,
}

impl Integrated {
    /// What may have been paid at this progress.
    pub fn ceiling(&self) -> Money {
        ceiling(Money(self.amount_fen), self.percent)
    }
}

/// What may be paid by progress: 40 percent to begin with, as much as is built, all when it is finished; before the end
/// a tenth stays back.
pub fn ceiling(amount: Money, percent: i64) -> Money {
    let share = if percent >= 100 { 100 } else { percent.clamp(40, 90) };
    Money((i128::from(amount.fen()) * i128::from(share) / 100) as i64)
}

/// The ledger of payments to projects, the latest change first.
pub async fn integrated(db: &impl Query, scope: &Scope) -> AppResult<Vec<Integrated>> {
    let mut sql = Sql::new(
        "SELECT a.id, i.doc_no, a.project_name, a.amount_fen, c.from_subject, c.to_subject, c.org, c.doc, \
         c.on_day AS changed_on, \
         COALESCE((SELECT MAX(p.percent) FROM progress_report p WHERE p.allocation_id = a.id), 0) AS percent, \
         CAST(COALESCE((SELECT a.amount_fen - SUM(n.in_fen - n.out_fen) FROM fund_node n WHERE n.allocation_id = a.id \
         AND n.stage = 'allocation'), 0) AS BIGINT) AS paid_fen, \
         CAST(COALESCE((SELECT SUM(n.in_fen - n.out_fen) FROM fund_node n WHERE n.allocation_id = a.id AND \
         n.stage = 'used'), 0) AS BIGINT) AS used_fen \
         FROM subject_change c JOIN fund_allocation a ON a.id = c.allocation_id JOIN indicator i ON i.id = a.indicator_id \
         LEFT JOIN programme g ON g.code = a.programme WHERE 1 = 1",
    );
    scope.restrict(&mut sql, "a.region");
    scope.restrict_department(&mut sql, "g.org");
    sql.push(" ORDER BY c.on_day DESC, a.id DESC");
    db.fetch(sql).await
}

/// A change of the budget subject.
#[derive(Clone, Copy, Debug)]
pub struct NewChange<'a> {
    pub from_subject: &'a str,
    pub to_subject: &'a str,
    /// The responsible department from now on.
    pub org: &'a str,
    pub doc: &'a str,
    pub on: Date,
}

async fn of_project(app: &App, actor: &Actor, id: i64) -> AppResult<AllocationRow> {
    let row = allocation(&app.db, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这笔分配。"))?;
    if row.target != "project" {
        return Err(AppError::invalid("只有分配到项目的资金可以变更预算科目。"));
    }
    Ok(row)
}

/// Changes the budget subject of a share and hands it to the responsible department. Once a share.
///
/// # Errors
/// Not a project's share; the same subject twice; changed before.
pub async fn change_subject(app: &App, actor: &Actor, request_id: &str, id: i64, new: &NewChange<'_>) -> AppResult<()> {
    let from = sized(new.from_subject, "原预算科目", 2, 60)?;
    let to = sized(new.to_subject, "变更后科目", 2, 60)?;
    let org = sized(new.org, "责任部门", 2, 60)?;
    let doc = sized(new.doc, "变更文件", 2, 60)?;
    if from == to {
        return Err(AppError::invalid("变更后科目与原科目相同，请核对。"));
    }
    let on = day_within("变更日期", new.on, app.clock.today())?;
    let row = of_project(app, actor, id).await?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let written = tx
        .execute(
            "INSERT INTO subject_change (allocation_id, from_subject, to_subject, org, doc, on_day, entered_by) \
             VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT (allocation_id) DO NOTHING",
            args![id, from, to, org, doc, on, actor.account.map_or(-1, |a| a.0)],
        )
        .await?;
    if written == 0 {
        return Err(AppError::conflict("这笔分配已变更过预算科目，没有改动任何内容。"));
    }
    let act = Act::new("integrated.change_subject", format!("allocation:{id}"));
    tx.commit(act.in_region(row.place()).with(json!({ "to": new.to_subject.trim() })))
        .await?;
    Ok(())
}

/// Reports how far the works are; progress never goes back.
pub async fn report_progress(
    app: &App,
    actor: &Actor,
    request_id: &str,
    id: i64,
    percent: i64,
    on: Date,
    note: &str,
) -> AppResult<()> {
    if !(1..=100).contains(&percent) {
        return Err(AppError::invalid("进度应为 1 至 100 的整数。"));
    }
    let note = sized(note, "说明", 0, 200)?;
    let day = day_within("日期", on, app.clock.today())?;
    let row = of_project(app, actor, id).await?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let so_far = progress(&tx, id).await?;
    if percent < so_far {
        return Err(AppError::invalid(format!("已报进度 {so_far}%，不能倒退。")));
    }
    tx.execute(
        "INSERT INTO progress_report (id, allocation_id, percent, on_day, note, entered_by) VALUES ($1,$2,$3,$4,$5,$6)",
        args![app.next_id(), id, percent, day, note, actor.account.map_or(-1, |a| a.0)],
    )
    .await?;
    let act = Act::new("integrated.progress", format!("allocation:{id}"));
    tx.commit(act.in_region(row.place()).with(json!({ "percent": percent })))
        .await?;
    Ok(())
}

async fn progress(tx: &RecordedTx, id: i64) -> AppResult<i64> {
    tx.number(
        "SELECT COALESCE(MAX(percent), 0) FROM progress_report WHERE allocation_id = $1",
        args![id],
    )
    .await
}

/// Whether so much more may leave the treasury for a share. Only money whose subject was changed follows progress.
///
/// # Errors
/// Beyond the ceiling of the progress reported.
pub(crate) async fn may_disburse(tx: &RecordedTx, row: &AllocationRow, amount: Money) -> AppResult<()> {
    let changed = tx
        .number(
            "SELECT COUNT(*) FROM subject_change WHERE allocation_id = $1",
            args![row.id],
        )
        .await?;
    if changed == 0 {
        return Ok(());
    }
    let percent = progress(tx, row.id).await?;
    let paid = tx
        .number(
            "SELECT CAST(COALESCE($2 - SUM(in_fen - out_fen), 0) AS BIGINT) FROM fund_node WHERE allocation_id = $1 AND \
             stage = 'allocation'",
            args![row.id, row.amount_fen],
        )
        .await?;
    let most = ceiling(row.amount(), percent);
    if paid.saturating_add(amount.fen()) > most.fen() {
        return Err(AppError::invalid(format!(
            "已报进度 {percent}%，至多可拨 {most} 元，已拨 {} 元。请先报进度，再按进度拨付。",
            Money(paid)
        )));
    }
    Ok(())
}
