//! `GET /desk/projects.xlsx`: every project the filter holds, on the record.

use axum::extract::Query;
use directory::regions;
use kernel::Money;
use records::flow::Code;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::{list::ListQuery, place};
use crate::store::list::rows;

const CHUNK_ROWS: i64 = 1000;

pub(crate) async fn send(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let tree = regions(ctx.app()).await?;
    let columns = [
        ("项目编号", 20.0),
        ("项目名称", 30.0),
        ("类别", 10.0),
        ("所在村", 28.0),
        ("年度", 8.0),
        ("省级支持", 8.0),
        ("建设内容", 40.0),
        ("开工", 12.0),
        ("完工", 12.0),
        ("实施单位", 20.0),
        ("责任人", 10.0),
        ("计划资金（元）", 16.0),
        ("预期年收益（元）", 16.0),
        ("状态", 12.0),
    ];
    let mut export = Export::begin(ctx.app(), "项目库", &columns)?;
    let mut offset = 0;
    loop {
        let chunk = rows(&ctx.db, ctx.scope(), &filter, CHUNK_ROWS, offset).await?;
        for p in &chunk {
            export.row([
                Cell::text(&p.no),
                Cell::text(&p.name),
                Cell::text(p.mode().title()),
                Cell::text(place(&tree, p.region)),
                Cell::Count(p.year),
                Cell::text(if p.province_key { "是" } else { "" }),
                Cell::text(&p.content),
                Cell::text(&p.start_plan),
                Cell::text(&p.end_plan),
                Cell::text(&p.owner),
                Cell::text(&p.responsible),
                Cell::Money(p.planned()),
                Cell::Money(Money(p.expected_yield_fen)),
                Cell::text(p.state().title()),
            ])?;
        }
        if (chunk.len() as i64) < CHUNK_ROWS {
            break;
        }
        offset += CHUNK_ROWS;
    }
    let act = Act::new("project.export", "project:list").with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("项目库.xlsx").await?)
}
