//! One share of money: where it stands, its hops, its steps.

use access::Resource;
use axum::extract::{Path, Query};
use directory::regions;
use kernel::{AppError, Money};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter, Pair},
};

use super::{
    filled::Filled,
    indicators::{as_of_note, entries_grid, money_tile, target},
    sheet::{Cell, Grid, Link, Sheet, act_form, day_of, history_of, layer, line},
};
use crate::{
    chain::{accounts, allocation, allocation_step, hops_of, kept},
    model::flows::{ALLOCATION, AllocationAct, AllocationState},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AsOf {
    on: String,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(as_of): Query<AsOf>) -> Page {
    let row = allocation(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这笔分配。"))?;
    let today = ctx.clock.today();
    let day = day_of(&ctx, &as_of.on);
    let tree = regions(ctx.app()).await?;
    let books = kept(ctx.app(), ctx.scope()).await?.of_shares(&[id].into());
    let sums = books.standing_by_allocation(day).remove(&id).unwrap_or_default();
    let path = format!("/desk/funds/allocations/{id}");
    let known: Vec<(String, String)> = std::iter::once((String::new(), "不填".to_owned()))
        .chain(accounts(&ctx.db, ctx.scope()).await?.into_iter().map(|a| {
            let mark = if a.is_dedicated() { "" } else { "，非三专" };
            (
                a.id.to_string(),
                format!("{}（{}，尾号 {}{mark}）", a.name, a.kind, a.account_tail),
            )
        }))
        .collect();
    let more = |act: AllocationAct| match act {
        AllocationAct::Disburse | AllocationAct::PassOn => vec![
            Field::text("amount", "金额（元）").required(),
            Field::select("from_account", "付款账户", known.clone()),
            Field::select("to_account", "收款账户", known.clone()),
            Field::text("purpose", "经济分类").placeholder("例如 30399"),
        ],
        AllocationAct::Use => vec![Field::text("amount", "金额（元）").required()],
        _ => Vec::new(),
    };
    let forms = if day == today && ctx.may("allocation.step", &Resource::any()) {
        ALLOCATION
            .open_to(row.state(), ctx.actor().role)
            .into_iter()
            .filter(|s| s.act != AllocationAct::PayToCard)
            .map(|s| act_form(&ctx, s, &path, row.version, more(s.act)))
            .collect()
    } else {
        Vec::new()
    };
    let hops = hops_of(&ctx.db, id).await?;
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .crumb(
                row.doc_no.clone(),
                &format!("/desk/funds/indicators/{}", row.indicator_id),
            )
            .here("资金分配"),
        filter: Some(Filter {
            action: path.clone(),
            fields: vec![Field::input("date", "on", "查看哪一天的样子").value(day.to_string())],
        }),
        links: vec![Link {
            title: "追踪这笔资金",
            href: format!("/desk/funds/trace?allocation={id}"),
            download: false,
        }],
        notes: as_of_note(day, today),
        steps: line(
            &[
                AllocationState::Planned,
                AllocationState::Allocated,
                AllocationState::Requested,
                AllocationState::Disbursed,
                AllocationState::Used,
                AllocationState::Confirmed,
            ],
            row.state(),
        ),
        tiles: vec![
            money_tile("分配数", row.amount_fen, format!("待拨 {} 元", Money(sums.waiting_fen))),
            money_tile("在账", sums.at_hop_fen, format!("中间环节 {} 个", row.last_hop)),
            money_tile("在途和退票", sums.on_the_way_fen + sums.returned_fen, String::new()),
            money_tile(
                "使用到位",
                sums.used_fen,
                format!("收回 {} 元", Money(sums.recovered_fen)),
            ),
        ],
        pairs: vec![
            Pair::new("去向", target(&tree, &row)),
            Pair::new("资金项目", &row.programme_name),
            Pair::whole("指标文号", &row.doc_no),
            Pair::new("分配方案", &row.plan_doc),
            Pair::whole("决定日期", row.decided_on.clone().unwrap_or_default()),
            Pair::whole("约定使用日期", row.due_on.clone().unwrap_or_else(|| "未约定".into())),
            Pair::new("状态", row.state().title()),
        ],
        forms,
        grids: vec![
            Grid {
                title: "拨付环节".into(),
                heads: vec!["环节", "付款账户", "收款账户", "金额（元）", "日期", "经济分类"],
                rows: hops
                    .into_iter()
                    .map(|h| {
                        vec![
                            Cell::number(h.hop_no),
                            Cell::text(h.from_name.unwrap_or_default()),
                            Cell::text(h.to_name.unwrap_or_default()),
                            Cell::money(h.amount_fen),
                            Cell::whole(h.on_day),
                            Cell::text(h.purpose_code),
                        ]
                    })
                    .collect(),
                empty: "没有中间环节：财政直接打卡，或还没有拨付。",
                ..Grid::default()
            },
            entries_grid(&books, day),
        ],
        timeline: history_of(&ctx, "allocation", id, &ALLOCATION).await?,
        ..Sheet::default()
    })
}

pub(crate) async fn step(ctx: Ctx, Path((id, act)): Path<(i64, String)>, filled: Filled) -> Page {
    let act = AllocationAct::parse(&act).ok_or_else(|| AppError::not_found("没有这个办理步骤。"))?;
    let asked = filled.asked(act.id(), ctx.clock.today())?;
    allocation_step(ctx.app(), ctx.actor(), id, act, &asked).await?;
    ctx.done(
        format!("已办理：{}。", act.title()),
        &format!("/desk/funds/allocations/{id}"),
    )
    .await
}
