//! `GET /desk/notices.xlsx`: everything posted that the filter holds.

use axum::extract::Query;
use directory::regions;
use records::flow::Code;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::desk::DeskQuery;
use crate::{
    notices::{count, list},
    pages::PAGE_ROWS,
};

pub(super) async fn posted(ctx: Ctx, Query(query): Query<DeskQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.asked(&ctx, &tree).filter;
    let columns = [
        ("标题", 40.0),
        ("层级", 8.0),
        ("区域", 24.0),
        ("起始日期", 13.0),
        ("须公示（天）", 12.0),
        ("结束日期", 13.0),
        ("状态", 12.0),
    ];
    let mut file = Export::begin(ctx.app(), "三级公示", &columns)?;
    let total = count(&ctx.db, &filter).await?;
    for from in (0..total).step_by(PAGE_ROWS as usize) {
        for n in list(&ctx.db, &filter, PAGE_ROWS as i64, from).await? {
            file.row([
                Cell::text(&n.title),
                Cell::text(n.level().title()),
                Cell::text(tree.path_in_county(n.place())),
                Cell::text(&n.from_on),
                Cell::Count(n.days),
                Cell::text(n.closed_on.clone().unwrap_or_default()),
                Cell::text(n.state().title()),
            ])?;
        }
    }
    let act = Act::new("notice.export", "notice:list").with(json!({ "rows": file.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("三级公示.xlsx").await?)
}
