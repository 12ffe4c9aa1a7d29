//! The third table of a trace: the people the money reached, or the batches through which it goes to them.

use std::collections::{BTreeMap, HashSet};

use directory::RegionTree;
use kernel::{AppResult, Money};
use records::flow::Code;
use web::{Ctx, parts::Pager};

use super::{
    batches::tone,
    payments::within_reach,
    sheet::{Cell, Grid, place},
};
use crate::{
    PAGE_ROWS, PaymentFilter, PaymentState,
    batch::{self, BatchRow},
    chain::{Books, Standing},
    model::ledger::Stage,
    page_of,
    payment::{Payment, payment_by_id, payments_of_batch},
    total_of,
};

/// Who is shown.
pub(super) enum Receivers {
    /// Money of works ends with its supplier.
    Nobody,
    One(i64),
    Filter(PaymentFilter),
    Batch(Box<BatchRow>),
    /// The batches of these shares.
    BatchesOf(HashSet<i64>),
}

/// Batches on one page; more are found in the list of batches.
const MOST_BATCHES: usize = 100;
/// The latest batches are looked up; ids grow with time.
const MOST_ASKED: usize = 1000;

/// The table; `query` is the page's own, to which the pager adds its number.
pub(super) async fn grid(
    ctx: &Ctx,
    tree: &RegionTree,
    books: &Books,
    receivers: &Receivers,
    query: String,
    page: u64,
) -> AppResult<Grid> {
    let (rows, total, amount): (Vec<Payment>, u64, Option<Money>) = match receivers {
        Receivers::Nobody => (Vec::new(), 0, None),
        Receivers::BatchesOf(shares) => return batches_grid(ctx, tree, books, shares).await,
        Receivers::One(id) => {
            let found = payment_by_id(&ctx.db, ctx.scope(), *id).await?;
            (found.map(|(p, _)| p).into_iter().collect(), 1, None)
        }
        Receivers::Filter(filter) => {
            let sum = total_of(&ctx.db, ctx.scope(), filter).await?;
            let count = sum.rows.unsigned_abs();
            let rows = page_of(&ctx.db, ctx.scope(), filter, page, count).await?;
            (rows, count, Some(sum.amount()))
        }
        Receivers::Batch(row) => {
            let slots = batch::slots(&ctx.db, ctx.scope(), row.id).await?;
            let count: i64 = slots.iter().map(|s| s.rows).sum();
            let amount: Money = slots.iter().map(batch::SlotCounts::amount).sum();
            let rows = payments_of_batch(&ctx.db, ctx.scope(), row.id, page).await?;
            (rows, count.unsigned_abs(), Some(amount))
        }
    };
    let names: BTreeMap<String, String> = within_reach(ctx).await?.into_iter().map(|p| (p.code, p.name)).collect();
    Ok(Grid {
        title: "三、去向：到村到户".into(),
        total: amount.map_or_else(|| format!("共 {total} 笔"), |a| format!("共 {total} 笔，{a} 元")),
        heads: vec![
            "领取人",
            "项目",
            "所在村",
            "所属月份",
            "金额（元）",
            "到账日期",
            "状态",
            "批次",
        ],
        rows: rows.iter().map(|p| line(tree, &names, p)).collect(),
        empty: "这里不到人：资金用于项目，见流水中的报账支付。",
        pager: (total > PAGE_ROWS).then(|| Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total,
            total_amount: amount.map(|a| a.to_string()),
            path: "/desk/funds/trace".into(),
            query,
        }),
    })
}

fn line(tree: &RegionTree, names: &BTreeMap<String, String>, p: &Payment) -> Vec<Cell> {
    let household = p.household_id.map_or_else(
        || Cell::text(&p.payee_name),
        |id| Cell::link(&p.payee_name, format!("/desk/funds/trace?household={id}")),
    );
    vec![
        household,
        Cell::text(names.get(&p.programme).unwrap_or(&p.programme)),
        Cell::text(place(tree, p.region)),
        Cell::whole(&p.month),
        Cell::money(p.amount_fen),
        Cell::whole(&p.paid_on),
        Cell::text(PaymentState::from_id(&p.state).map_or("", PaymentState::title)),
        Cell::link(&p.batch_no, format!("/desk/funds/trace?payment={}", p.id)),
    ]
}

/// What each batch took of these shares and where that is.
async fn batches_grid(ctx: &Ctx, tree: &RegionTree, books: &Books, shares: &HashSet<i64>) -> AppResult<Grid> {
    let mut sums: BTreeMap<i64, Standing> = BTreeMap::new();
    for entry in books.entries.iter().filter(|e| shares.contains(&e.to.allocation)) {
        for (node, sign) in [(&entry.from, -1), (&entry.to, 1)] {
            let of_batch = matches!(node.stage, Stage::OnTheWay | Stage::Returned | Stage::Used);
            if of_batch && node.holder != 0 {
                sums.entry(node.holder)
                    .or_default()
                    .add(node.stage, sign * entry.amount_fen);
            }
        }
    }
    let ids: Vec<i64> = sums.keys().copied().collect();
    let rows = batch::batches_by_id(
        &ctx.db,
        ctx.scope(),
        &ids[ids.len().saturating_sub(MOST_ASKED)..],
        MOST_BATCHES,
    )
    .await?;
    Ok(Grid {
        title: "三、去向：发放批次".into(),
        total: format!("共 {} 批，显示最近 {} 批；点批次看每一户", ids.len(), rows.len()),
        heads: vec![
            "批次号",
            "地方",
            "所属月份",
            "笔数",
            "到账（元）",
            "在途（元）",
            "退票（元）",
            "状态",
        ],
        rows: rows
            .iter()
            .map(|b| {
                let sum = sums.get(&b.id).copied().unwrap_or_default();
                vec![
                    Cell::link(&b.batch_no, format!("/desk/funds/trace?batch={}", b.id)),
                    Cell::text(place(tree, b.region)),
                    Cell::whole(&b.month),
                    Cell::number(b.rows),
                    Cell::money(sum.used_fen),
                    Cell::money(sum.on_the_way_fen),
                    Cell::money(sum.returned_fen),
                    Cell::state(b.state().title(), tone(b.state())),
                ]
            })
            .collect(),
        empty: "还没有经发放批次到人；用于项目的见流水。",
        pager: None,
    })
}
