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
use crate::{
    model::plan::{IncomeModel, SubsidyClass},
    store::{
        list::rows,
        project::{beneficiaries, funds},
    },
};

const CHUNK_ROWS: i64 = 1000;

pub(crate) async fn send(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let tree = regions(ctx.app()).await?;
    let columns = [
        ("项目编号", 20.0),
        ("项目名称", 30.0),
        ("类别", 10.0),
        ("所在村", 28.0),
        ("所在村代码", 18.0),
        ("实施地点", 20.0),
        ("年度", 8.0),
        ("省级支持", 8.0),
        ("建设内容", 40.0),
        ("真实需求", 30.0),
        ("选址说明", 24.0),
        ("调研日期", 12.0),
        ("开工", 12.0),
        ("完工", 12.0),
        ("实施单位", 20.0),
        ("责任人", 10.0),
        ("何责任", 24.0),
        ("计划资金（元）", 16.0),
        ("预期年收益（元）", 16.0),
        ("带动机制", 18.0),
        ("薄弱村补助", 16.0),
        ("增收方式", 14.0),
        ("资金来源1", 20.0),
        ("层级1", 8.0),
        ("金额1（元）", 16.0),
        ("资金来源2", 20.0),
        ("层级2", 8.0),
        ("金额2（元）", 16.0),
        ("资金来源3", 20.0),
        ("层级3", 8.0),
        ("金额3（元）", 16.0),
        ("受益户编号", 40.0),
        ("状态", 12.0),
    ];
    let mut export = Export::begin(ctx.app(), "项目库", &columns)?;
    let mut offset = 0;
    loop {
        let chunk = rows(&ctx.db, ctx.scope(), &filter, CHUNK_ROWS, offset).await?;
        for p in &chunk {
            let mut cells = vec![
                Cell::text(&p.no),
                Cell::text(&p.name),
                Cell::text(p.mode().title()),
                Cell::text(place(&tree, p.region)),
                Cell::text(p.place().to_string()),
                Cell::text(&p.site),
                Cell::Count(p.year),
                Cell::text(if p.province_key { "是" } else { "否" }),
                Cell::text(&p.content),
                Cell::text(&p.need),
                Cell::text(&p.site_note),
                Cell::text(&p.surveyed_on),
                Cell::text(&p.start_plan),
                Cell::text(&p.end_plan),
                Cell::text(&p.owner),
                Cell::text(&p.responsible),
                Cell::text(&p.duty),
                Cell::Money(p.planned()),
                Cell::Money(Money(p.expected_yield_fen)),
                Cell::text(&p.link),
                Cell::text(SubsidyClass::parse(&p.subsidy).map_or("", Code::title)),
                Cell::text(IncomeModel::parse(&p.income_model).map_or("", Code::title)),
            ];
            let sources = funds(&ctx.db, p.id).await?;
            for n in 0..3 {
                match sources.get(n) {
                    Some(f) => cells.extend([
                        Cell::text(&f.source),
                        Cell::text(&f.level),
                        Cell::Money(Money(f.amount_fen)),
                    ]),
                    None => cells.extend([Cell::text(""), Cell::text(""), Cell::text("")]),
                }
            }
            let households = beneficiaries(&ctx.db, p.id).await?;
            let numbers: Vec<&str> = households.iter().map(|b| b.household_no.as_str()).collect();
            cells.extend([Cell::text(numbers.join("、")), Cell::text(p.state().title())]);
            export.row(cells)?;
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
