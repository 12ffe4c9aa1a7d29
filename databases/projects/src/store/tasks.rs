//! Tasks of the year that were done.

use access::Actor;
use kernel::{AppError, AppResult, RegionCode};
use records::flow::Code;
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::{Act, Once};
use web::App;

use crate::model::{Filled, calendar::TaskKind};

/// A task somebody reported done.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DoneTask {
    pub kind: String,
    pub region: i64,
    pub done_on: String,
    pub note: String,
    pub actor_name: String,
}

/// What was done in a year, within an area.
pub async fn done_tasks(db: &impl Query, year: i64, area: RegionCode) -> AppResult<Vec<DoneTask>> {
    let range = area.range();
    db.rows(
        "SELECT kind, region, done_on, note, actor_name FROM project_task WHERE year = $1 AND region >= $2 AND region < $3",
        args![year, range.start, range.end],
    )
    .await
}

/// Reports a task done. Towns report theirs, the county its own.
pub async fn finish_task(
    app: &App,
    actor: &Actor,
    request_id: &str,
    region: RegionCode,
    form: &Filled,
) -> AppResult<()> {
    let kind = TaskKind::parse(form.get("kind")).ok_or_else(|| AppError::invalid("没有这项任务。"))?;
    let year = form.count("year", "年度")?;
    if region.level() != kind.level() || !actor.scope.covers(region) {
        return Err(AppError::not_found("没有找到这项任务，或不在您的管理范围内。"));
    }
    let today = app.clock.today();
    let on = form.past_date("on", "完成日期", today)?;
    let first = kind.span(year as i32).0;
    if on < first {
        return Err(AppError::invalid(format!("完成日期早于任务开始（{first}）。")));
    }
    let note = form.words("note", "完成情况", 300)?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let new = tx
        .execute(
            "INSERT INTO project_task (year, kind, region, done_on, note, actor_name) VALUES ($1,$2,$3,$4,$5,$6) \
             ON CONFLICT (year, kind, region) DO NOTHING",
            args![
                year,
                kind.id(),
                region.as_i64(),
                on.to_string(),
                note,
                actor.name.as_str()
            ],
        )
        .await?;
    if new == 0 {
        return Err(AppError::conflict("这项任务已经登记完成。"));
    }
    let act = Act::new("project.task", format!("task:{year}:{}", kind.id())).in_region(region);
    tx.commit(act.with(json!({"on": on.to_string()}))).await?;
    Ok(())
}
