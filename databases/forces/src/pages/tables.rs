//! Pairings and visits as tables, under the heads their import reads: what was taken home can be corrected and brought
//! back, and unchanged it changes nothing.

use std::collections::HashMap;

use axum::extract::Query;
use directory::regions;
use households::pairing::helped_households;
use kernel::Timestamp;
use records::flow::Code;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::{pairings, sheet::path, visits};
use crate::{
    model::visit::VisitState,
    store::{
        helpers::{self, HelperFilter},
        visits as store,
    },
};

const CHUNK: i64 = 2000;

/// `GET /desk/forces/pairings.xlsx`: every household the filter holds; those without a helper can be filled in.
pub(crate) async fn pairings(ctx: Ctx, Query(query): Query<pairings::ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let today = ctx.clock.today();
    let columns = [
        ("户编号", 24.0),
        ("户主", 12.0),
        ("所在村", 28.0),
        ("人口", 8.0),
        ("帮扶责任人", 14.0),
        ("责任人单位", 28.0),
        ("结对开始", 12.0),
        ("理由", 20.0),
    ];
    let all = helpers::rows(&ctx.db, ctx.scope(), &HelperFilter::default(), 500_000, 0).await?;
    let units: HashMap<i64, String> = all.into_iter().map(|h| (h.pair_key, h.unit)).collect();
    let mut file = Export::begin(ctx.app(), "结对帮扶", &columns)?;
    let mut offset = 0;
    loop {
        let rows = helped_households(&ctx.db, ctx.scope(), &filter, today, CHUNK, offset).await?;
        for r in &rows {
            let unit = r.account.and_then(|key| units.get(&key)).cloned();
            file.row([
                Cell::text(&r.household_no),
                Cell::text(&r.head_name),
                Cell::text(path(&tree, r.region)),
                Cell::Count(r.population),
                Cell::text(r.helper_name.clone().unwrap_or_default()),
                Cell::text(unit.unwrap_or_default()),
                Cell::text(r.from_on.clone().unwrap_or_default()),
                Cell::Empty,
            ])?;
        }
        if (rows.len() as i64) < CHUNK {
            break;
        }
        offset += CHUNK;
    }
    let act = Act::new("force.export", "pairing:list").with(json!({"rows": file.rows()}));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("结对帮扶.xlsx").await?)
}

/// `GET /desk/forces/visits.xlsx`: every visit the filter holds.
pub(crate) async fn visits(ctx: Ctx, Query(query): Query<visits::ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let columns = [
        ("户编号", 24.0),
        ("户主", 12.0),
        ("所在村", 28.0),
        ("走访人", 12.0),
        ("走访日期", 12.0),
        ("到达时间", 10.0),
        ("离开时间", 10.0),
        ("走访内容", 48.0),
        ("帮扶措施", 28.0),
        ("迟交理由", 24.0),
        ("状态", 12.0),
    ];
    let time = |millis: Option<i64>| {
        let text = millis.map_or_else(String::new, |at| Timestamp(at).to_string());
        text.rsplit(" ").next().unwrap_or_default().to_owned()
    };
    let mut file = Export::begin(ctx.app(), "走访记录", &columns)?;
    let mut offset = 0;
    loop {
        let rows = store::for_table(&ctx.db, ctx.scope(), &filter, CHUNK, offset).await?;
        for v in &rows {
            file.row([
                Cell::text(&v.household_no),
                Cell::text(&v.head_name),
                Cell::text(path(&tree, v.region)),
                Cell::text(&v.helper_name),
                Cell::text(&v.day),
                Cell::text(time(v.check_in_millis)),
                Cell::text(time(v.check_out_millis)),
                Cell::text(&v.note),
                Cell::text(&v.measures),
                Cell::text(&v.late_reason),
                Cell::text(VisitState::parse(&v.state).map_or("", Code::title)),
            ])?;
        }
        if (rows.len() as i64) < CHUNK {
            break;
        }
        offset += CHUNK;
    }
    let act = Act::new("force.export", "visit:list").with(json!({"rows": file.rows()}));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("走访记录.xlsx").await?)
}
