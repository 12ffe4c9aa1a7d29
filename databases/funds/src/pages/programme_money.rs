//! What a programme's own page says of its money: how much came, where it is, its latest documents and batches.

use access::Resource;
use directory::regions;
use kernel::AppResult;
use web::Ctx;

use super::{
    batches,
    board::standing_tiles,
    sheet::{Cell, Grid, Tile},
};
use crate::{
    Programme,
    batch::{self, BatchFilter},
    chain::{Books, Standing, kept},
    model::idle::{DEFAULT_LIMIT_DAYS, on_day},
};

/// Documents and batches shown; the rest stands in their lists.
const LATEST: usize = 10;

pub(super) async fn tiles_and_grids(ctx: &Ctx, programme: &Programme) -> AppResult<(Vec<Tile>, Vec<Grid>)> {
    let day = ctx.clock.today();
    let books = kept(ctx.app(), ctx.scope())
        .await?
        .narrowed(|i| i.programme == programme.code);
    let mut sum = Standing::default();
    for each in books.standing_by_indicator(day).values() {
        super::board::add(&mut sum, each);
    }
    let idle = on_day(books.parts(), day, DEFAULT_LIMIT_DAYS);
    let tiles = standing_tiles(&sum, &idle, format!("{} 份文件", books.indicators.len()));
    let mut grids = vec![documents(&books)];
    if programme.pays_people() && ctx.may("batch.view", &Resource::any()) {
        grids.push(latest_batches(ctx, &programme.code).await?);
    }
    Ok((tiles, grids))
}

fn documents(books: &Books) -> Grid {
    let mut newest: Vec<_> = books.indicators.iter().collect();
    newest.sort_by(|a, b| (&b.arrived_on, b.id).cmp(&(&a.arrived_on, a.id)));
    Grid {
        title: "资金指标".into(),
        total: format!("共 {} 份，显示最近 {} 份", newest.len(), newest.len().min(LATEST)),
        heads: vec!["文号", "层级", "金额（元）", "到位日期", "去向"],
        rows: newest
            .iter()
            .take(LATEST)
            .map(|i| {
                vec![
                    Cell::link(&i.doc_no, format!("/desk/funds/indicators/{}", i.id)),
                    Cell::text(&i.level),
                    Cell::money(i.amount_fen),
                    Cell::whole(&i.arrived_on),
                    Cell::link("追踪", format!("/desk/funds/trace?indicator={}", i.id)),
                ]
            })
            .collect(),
        empty: "还没有登记这个项目的指标。",
        pager: None,
    }
}

async fn latest_batches(ctx: &Ctx, code: &str) -> AppResult<Grid> {
    let filter = BatchFilter {
        programme: Some(code.to_owned()),
        ..BatchFilter::default()
    };
    let tree = regions(ctx.app()).await?;
    let (count, amount) = batch::batch_counts(&ctx.db, ctx.scope(), &filter).await?;
    let mut rows = batch::batches(&ctx.db, ctx.scope(), &filter, 1).await?;
    rows.truncate(LATEST);
    Ok(Grid {
        title: "发放批次".into(),
        total: format!("共 {count} 批，合计 {amount} 元，显示最近 {} 批", rows.len()),
        empty: "还没有发放批次。",
        ..batches::grid(ctx, &tree, &rows)
    })
}
