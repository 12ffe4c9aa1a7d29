//! `GET /desk/households.xlsx`: every row of the filtered list, names masked as on the page, on the record.

use axum::extract::Query;
use directory::regions;
use kernel::name;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::list::{ListQuery, place_path};
use crate::{codes, list::after, reach::sees_masked_names};

const CHUNK_ROWS: i64 = 2000;

pub(crate) async fn send(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let tree = regions(ctx.app()).await?;
    let masked = sees_masked_names(ctx.actor().role);
    let columns = [
        ("户编号", 22.0),
        ("户主", 10.0),
        ("所在村", 28.0),
        ("人口", 6.0),
        ("户状态", 10.0),
        ("户属性", 12.0),
        ("监测类别", 16.0),
        ("主要致贫原因", 14.0),
        ("建档日期", 12.0),
        ("脱贫日期", 12.0),
        ("清退日期", 12.0),
    ];
    let mut export = Export::begin(ctx.app(), "帮扶户", &columns)?;
    let mut last = None;
    loop {
        let rows = after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        for row in &rows {
            export.row([
                Cell::text(&row.household_no),
                Cell::text(if masked {
                    name::mask(&row.head_name)
                } else {
                    row.head_name.clone()
                }),
                Cell::text(place_path(&tree, row.region)),
                Cell::Count(row.population),
                Cell::text(codes::title(&codes::STATUSES, row.status)),
                Cell::text(codes::title(&codes::ATTRS, row.attr)),
                Cell::text(
                    row.monitor_class
                        .map_or_else(String::new, |c| codes::title(&codes::MONITOR_CLASSES, c)),
                ),
                Cell::text(&row.main_cause),
                Cell::text(row.registered_on.clone().unwrap_or_default()),
                Cell::text(row.exited_on.clone().unwrap_or_default()),
                Cell::text(row.removed_on.clone().unwrap_or_default()),
            ])?;
        }
        let full = rows.len() as i64 == CHUNK_ROWS;
        last = rows.into_iter().next_back();
        if !full {
            break;
        }
    }
    let act = Act::new("household.export", "household:list").with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("帮扶户.xlsx").await?)
}
