//! `GET /desk/funds/special`: the four special funds, what each holds, and its ledger line by line.

use access::Resource;
use axum::extract::Query;
use kernel::Money;
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter, Pager},
};

use super::{shell, tabs};
use crate::{
    PAGE_ROWS,
    oversight::{FUNDS, NewEntry, SpecialEntry, balances, enter, entries},
    pages::{
        filled::Filled,
        lists,
        sheet::{ActForm, Cell, Grid, Sheet, Tile, short},
    },
};

const LIST: &str = "/desk/funds/special";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FundQuery {
    fund: String,
    page: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<FundQuery>) -> Page {
    let (id, title, ins, outs) = FUNDS.into_iter().find(|f| f.0 == query.fund).unwrap_or(FUNDS[0]);
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let held = balances(&ctx.db, ctx.scope()).await?;
    let (count, rows) = entries(&ctx.db, ctx.scope(), id, page).await?;
    let mut forms = Vec::new();
    if ctx.may("fund.record", &Resource::any()) {
        let kinds = ins
            .iter()
            .map(|k| (*k, format!("收入：{k}")))
            .chain(outs.iter().map(|k| (*k, format!("支出：{k}"))));
        forms.push(ActForm {
            title: format!("{title}记账"),
            action: LIST.into(),
            request_id: format!("special-{:x}", ctx.next_id()),
            hidden: vec![("fund", id.to_owned())],
            fields: vec![
                Field::select("kind", "收支类别", kinds.collect::<Vec<_>>()).required(),
                Field::text("amount", "金额（元）").required(),
                Field::input("date", "on", "日期")
                    .value(ctx.clock.today().to_string())
                    .required(),
                Field::text("party", "对方单位或个人").required(),
                Field::text("doc", "依据文件或凭证号").required(),
            ],
            button: "记账".into(),
            class: "btn-primary",
            ..ActForm::default()
        });
    }
    let query = format!("fund={id}");
    let sheet = Sheet {
        shell: shell(&ctx, "专项基金台账"),
        tabs: tabs(LIST),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![Field::select("fund", "基金", FUNDS.map(|f| (f.0, f.1))).value(id)],
        }),
        tiles: FUNDS
            .iter()
            .map(|f| {
                let sums = held.iter().find(|b| b.fund == f.0);
                let (into, out) = sums.map_or((0, 0), |b| (b.in_fen, b.out_fen));
                Tile {
                    title: f.1,
                    value: short(into - out),
                    foot: format!("收 {}，支 {}", Money(into), Money(out)),
                    alert: false,
                }
            })
            .collect(),
        grids: vec![Grid {
            pager: Some(Pager {
                page,
                page_size: PAGE_ROWS,
                total_rows: count,
                total_amount: None,
                path: LIST.into(),
                query: format!("fund={id}"),
            }),
            ..ledger(title, ins, count, &rows)
        }],
        forms,
        ..Sheet::default()
    };
    html(sheet.with_bar(&ctx, LIST, &query).await?)
}

/// The lines of a fund's ledger.
fn ledger(title: &str, ins: &[&str], count: u64, rows: &[SpecialEntry]) -> Grid {
    Grid {
        title: format!("{title}台账"),
        total: format!("共 {count} 笔"),
        heads: vec!["日期", "类别", "收入（元）", "支出（元）", "结余（元）", "对方", "依据"],
        rows: rows
            .iter()
            .map(|e| {
                let incoming = ins.contains(&e.kind.as_str());
                let blank = Cell::default;
                vec![
                    Cell::whole(&e.on_day),
                    Cell::text(&e.kind),
                    if incoming { Cell::money(e.amount_fen) } else { blank() },
                    if incoming { blank() } else { Cell::money(e.amount_fen) },
                    Cell::money(e.balance_fen),
                    Cell::text(&e.party),
                    Cell::text(&e.doc),
                ]
            })
            .collect(),
        empty: "这项基金还没有记账。",
        ..Grid::default()
    }
}

/// `GET /desk/funds/special.xlsx`: the whole ledger of a fund.
pub(crate) async fn export(ctx: Ctx, Query(query): Query<FundQuery>) -> Page {
    let (id, title, ins, _) = FUNDS.into_iter().find(|f| f.0 == query.fund).unwrap_or(FUNDS[0]);
    let (mut rows, mut page) = (Vec::new(), 1);
    loop {
        let (count, more) = entries(&ctx.db, ctx.scope(), id, page).await?;
        let last = more.is_empty();
        rows.extend(more);
        if last {
            return lists::send(&ctx, title, ledger(title, ins, count, &rows), "special_fund:list").await;
        }
        page += 1;
    }
}

pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    let new = NewEntry {
        fund: filled.get("fund"),
        kind: filled.get("kind"),
        amount: filled.money("amount", "金额")?,
        on: filled.day("on", "日期")?.unwrap_or(ctx.clock.today()),
        party: filled.get("party"),
        doc: filled.get("doc"),
    };
    enter(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done("已记账。", &format!("{LIST}?fund={}", new.fund)).await
}
