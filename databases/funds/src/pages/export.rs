//! `GET /desk/payments.xlsx`: every payment the filter holds, on the record. No account numbers leave.

use std::collections::HashMap;

use axum::extract::Query;
use directory::regions;
use kernel::Money;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::payments::{PaymentQuery, place_of, within_reach};
use crate::{PaymentState, search::after};

const CHUNK_ROWS: i64 = 5000;

pub(crate) async fn send(ctx: Ctx, Query(query): Query<PaymentQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = query.filter(&ctx, &tree);
    let names: HashMap<String, (String, String)> = within_reach(&ctx)
        .await?
        .into_iter()
        .map(|p| (p.code, (p.name, p.unit)))
        .collect();
    let columns = [
        ("领取人", 10.0),
        ("项目", 24.0),
        ("所在村", 28.0),
        ("所属月份", 10.0),
        ("补发", 6.0),
        ("数量", 8.0),
        ("单位", 6.0),
        ("标准（元）", 10.0),
        ("金额（元）", 12.0),
        ("发放日期", 12.0),
        ("状态", 10.0),
        ("批次", 28.0),
    ];
    let mut export = Export::begin(ctx.app(), "发放明细", &columns)?;
    let mut last = None;
    loop {
        let rows = after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        for p in &rows {
            let (name, unit) = names
                .get(&p.programme)
                .cloned()
                .unwrap_or_else(|| (p.programme.clone(), String::new()));
            export.row([
                Cell::text(&p.payee_name),
                Cell::text(name),
                Cell::text(place_of(&tree, p.region)),
                Cell::text(&p.month),
                Cell::text(if p.arrears { "补发" } else { "" }),
                Cell::Hundredths(p.qty),
                Cell::text(unit),
                Cell::Money(Money(p.rate_fen)),
                Cell::Money(p.amount()),
                Cell::text(&p.paid_on),
                Cell::text(PaymentState::from_id(&p.state).map_or("", PaymentState::title)),
                Cell::text(&p.batch_no),
            ])?;
        }
        let full = rows.len() as i64 == CHUNK_ROWS;
        last = rows.into_iter().next_back();
        if !full {
            break;
        }
    }
    let act = Act::new("payment.export", "payment:list").with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send("发放明细.xlsx").await?)
}
