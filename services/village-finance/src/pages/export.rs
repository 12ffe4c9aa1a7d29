//! `GET /desk/village-ledger.xlsx`: every entry the filter holds, on the record; its columns are those the import reads.

use axum::extract::Query;
use directory::regions;
use records::flow::Code;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::{list::ListQuery, place};
use crate::{model::Direction, store::list::rows_after};

const CHUNK_ROWS: i64 = 2000;

pub(crate) async fn send(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let tree = regions(ctx.app()).await?;
    let columns = [
        ("凭证号", 16.0),
        ("日期", 12.0),
        ("村代码", 18.0),
        ("村", 28.0),
        ("摘要", 30.0),
        ("对方", 20.0),
        ("对方是个人", 12.0),
        ("科目", 16.0),
        ("收付方式", 12.0),
        ("收入（元）", 16.0),
        ("支出（元）", 16.0),
        ("决议号", 16.0),
        ("记账", 12.0),
        ("签字", 12.0),
        ("核账", 12.0),
        ("状态", 16.0),
    ];
    let mut export = Export::begin(ctx.app(), "村级收支账", &columns)?;
    let mut last: Option<(String, i64)> = None;
    loop {
        let after = last.as_ref().map(|(day, id)| (day.as_str(), *id));
        let chunk = rows_after(&ctx.db, ctx.scope(), &filter, after, CHUNK_ROWS).await?;
        for e in &chunk {
            let amount = Cell::Money(e.amount());
            let (income, expense) = match e.direction() {
                Direction::Income => (amount, Cell::Empty),
                Direction::Expense => (Cell::Empty, amount),
            };
            export.row([
                Cell::text(&e.voucher_no),
                Cell::text(&e.day),
                Cell::text(e.place().to_string()),
                Cell::text(place(&tree, e.region)),
                Cell::text(&e.summary),
                Cell::text(&e.party),
                Cell::text(if e.party_is_person { "是" } else { "否" }),
                Cell::text(e.category()),
                Cell::text(e.channel()),
                income,
                expense,
                Cell::text(&e.decision_no),
                Cell::text(&e.entered_name),
                Cell::text(&e.signed_name),
                Cell::text(&e.checked_name),
                Cell::text(e.state().title()),
            ])?;
        }
        if (chunk.len() as i64) < CHUNK_ROWS {
            break;
        }
        last = chunk.last().map(|e| (e.day.clone(), e.id));
    }
    let act = Act::new("ledger.export", "ledger:list").with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("村级收支账.xlsx").await?)
}
