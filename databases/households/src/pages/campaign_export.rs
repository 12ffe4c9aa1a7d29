//! `GET /desk/campaigns/{id}/tasks.xlsx`: every task of the filtered list, on the record.

use axum::extract::{Path, Query};
use directory::regions;
use kernel::{AppError, Timestamp, name};
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::{campaigns::Asked, list::place_path};
use crate::{reach::sees_masked_names, store::campaign};

const CHUNK_ROWS: i64 = 2000;

pub(crate) async fn send(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let found = campaign::campaign(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这项采集任务。"))?;
    let filter = asked.filter(id, &tree, &ctx);
    let today = ctx.clock.today().to_string();
    let columns = [
        ("对象", 8.0),
        ("户主", 10.0),
        ("所在村", 28.0),
        ("截止", 12.0),
        ("情况", 10.0),
        ("提交日期", 12.0),
        ("提交人", 16.0),
    ];
    let mut export = Export::begin(ctx.app(), "采集任务", &columns)?;
    let masked = sees_masked_names(ctx.actor().role);
    let mut last = None;
    loop {
        let rows = campaign::tasks_after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        for task in &rows {
            let state = match task.submitted_millis {
                Some(_) => "已交",
                None if task.due_on < today => "逾期",
                None => "未交",
            };
            export.row([
                Cell::text(if task.target == "household" { "户" } else { "村" }),
                Cell::text(if masked {
                    name::mask(&task.name)
                } else {
                    task.name.clone()
                }),
                Cell::text(place_path(&tree, task.region)),
                Cell::text(&task.due_on),
                Cell::text(state),
                Cell::text(
                    task.submitted_millis
                        .map_or_else(String::new, |at| Timestamp(at).date().to_string()),
                ),
                Cell::text(task.submitted_by.clone().unwrap_or_default()),
            ])?;
        }
        let full = rows.len() as i64 == CHUNK_ROWS;
        last = rows.into_iter().next_back();
        if !full {
            break;
        }
    }
    let act = Act::new("household.export", format!("campaign:{id}")).with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send(&format!("{}.xlsx", found.title)).await?)
}
