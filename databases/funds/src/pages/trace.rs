//! `GET /desk/funds/trace`: any yuan both ways on one page: source, share, project or village or household, and back.
//!
//! Four questions of every trace stand on top: where did it come from, where is it, what is unusual, what came of it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Query;
use directory::{AreaQuery, RegionTree, area_fields, regions};
use kernel::{AppResult, Money, RegionCode};
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{
    indicators::target,
    payments::within_reach,
    sheet::{Cell, Grid, Note, Sheet, Tile, layer, place, short},
};
use crate::{
    PaymentFilter, PaymentState,
    batch::batch,
    chain::{AllocationRow, Books, books, filing_due},
    model::{
        idle::{DEFAULT_LIMIT_DAYS, on_day, percent},
        ledger::Stage,
    },
    page_of,
    payment::payment_by_id,
    programme, total_of,
};
use records::flow::Code;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TraceQuery {
    #[serde(flatten)]
    area: AreaQuery,
    payment: String,
    household: String,
    batch: String,
    project: String,
    allocation: String,
    indicator: String,
}

/// Where a trace starts, in words, and the shares it runs through.
struct Start {
    title: String,
    shares: BTreeSet<i64>,
    /// Documents asked for as a whole.
    documents: BTreeSet<i64>,
    payments: Option<PaymentFilter>,
    one: Option<i64>,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<TraceQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let books = books(&ctx.db, ctx.scope()).await?;
    let start = start(&ctx, &query, &tree, &books).await?;
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("search", "project", "项目名称").value(&query.project));
    let filter = Filter {
        action: "/desk/funds/trace".into(),
        fields,
    };
    let Some(start) = start else {
        return html(Sheet {
            shell: ctx
                .shell(layer(&ctx))
                .crumb("资金总览", "/desk/funds/board")
                .here("资金追踪"),
            filter: Some(filter),
            notes: vec![Note {
                tone: "info",
                text:
                    "按项目、按村、按户追踪：选择镇村或填写项目名称；从发放明细、批次、指标、分配和户页面也可直接进入。"
                        .into(),
            }],
            ..Sheet::default()
        });
    };
    let shares: Vec<&AllocationRow> = books
        .allocations
        .iter()
        .filter(|a| start.shares.contains(&a.id))
        .collect();
    let mut documents = start.documents.clone();
    documents.extend(shares.iter().map(|a| a.indicator_id));
    let grids = vec![
        sources(&books, &documents),
        share_grid(&tree, &books, &shares, &ctx),
        payments_grid(&ctx, &tree, &start).await?,
        way(&books, &start, &shares),
    ];
    let tiles = verbs(&ctx, &books, &documents, &shares, &start).await?;
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("资金追踪"),
        filter: Some(filter),
        notes: vec![Note {
            tone: "info",
            text: format!("{}：来源 → 分配 → 去向；表中每一项都可点开往回看。", start.title),
        }],
        tiles,
        grids,
        ..Sheet::default()
    })
}

async fn start(ctx: &Ctx, query: &TraceQuery, tree: &RegionTree, books: &Books) -> AppResult<Option<Start>> {
    let all_of = |keep: &dyn Fn(&AllocationRow) -> bool| -> BTreeSet<i64> {
        books.allocations.iter().filter(|a| keep(a)).map(|a| a.id).collect()
    };
    let through = |holder: i64| -> BTreeSet<i64> {
        let entries = books
            .entries
            .iter()
            .filter(|e| e.to_holder == holder && e.to_allocation != 0 && holder != 0);
        entries.map(|e| e.to_allocation).collect()
    };
    let none = |title: String, shares| Start {
        title,
        shares,
        documents: BTreeSet::new(),
        payments: None,
        one: None,
    };
    if let Ok(id) = query.payment.parse::<i64>() {
        let Some((payment, batch_id)) = payment_by_id(&ctx.db, ctx.scope(), id).await? else {
            return Err(kernel::AppError::not_found("没有找到这笔发放。"));
        };
        let place = payment.place();
        let mut shares = through(batch_id);
        shares.retain(|id| {
            let share = books.allocations.iter().find(|a| a.id == *id);
            share.is_none_or(|a| a.place().contains(place))
        });
        return Ok(Some(Start {
            payments: Some(PaymentFilter::default()),
            one: Some(id),
            ..none(
                format!(
                    "{} {} 领取的 {} 元",
                    payment.payee_name,
                    payment.month,
                    payment.amount()
                ),
                shares,
            )
        }));
    }
    if let Ok(id) = query.household.parse::<i64>() {
        let Some(household) = households::household(&ctx.db, ctx.scope(), id).await? else {
            return Err(kernel::AppError::not_found("没有找到这一户。"));
        };
        let filter = PaymentFilter {
            household: Some(id),
            ..PaymentFilter::default()
        };
        let rows = page_of(&ctx.db, ctx.scope(), &filter, 1, crate::PAGE_ROWS).await?;
        let place = RegionCode::from_i64(household.row.region).unwrap_or(RegionCode::NATION);
        let programmes: BTreeSet<&str> = rows.iter().map(|p| p.programme.as_str()).collect();
        let shares = all_of(&|a| programmes.contains(a.programme.as_str()) && a.place().contains(place));
        return Ok(Some(Start {
            payments: Some(filter),
            ..none(
                format!("{}户（{}）", household.row.head_name, household.row.household_no),
                shares,
            )
        }));
    }
    if let Ok(id) = query.batch.parse::<i64>() {
        let Some(row) = batch(&ctx.db, ctx.scope(), id).await? else {
            return Err(kernel::AppError::not_found("没有找到这一批发放。"));
        };
        return Ok(Some(none(format!("批次 {}", row.batch_no), through(id))));
    }
    if let Ok(id) = query.allocation.parse::<i64>() {
        return Ok(Some(none("这笔分配".into(), all_of(&|a| a.id == id))));
    }
    if let Ok(id) = query.indicator.parse::<i64>() {
        let documents = books.indicators.iter().filter(|i| i.id == id).map(|i| i.id).collect();
        return Ok(Some(Start {
            documents,
            ..none("这份指标".into(), all_of(&|a| a.indicator_id == id))
        }));
    }
    if !query.project.trim().is_empty() {
        let asked = query.project.trim();
        let shares = all_of(&|a| a.project_name.contains(asked));
        return Ok(Some(none(format!("项目“{asked}”"), shares)));
    }
    let Some(area) = query.area.area(tree, ctx.scope()) else {
        return Ok(None);
    };
    let filter = PaymentFilter {
        area: Some(area),
        ..PaymentFilter::default()
    };
    let shares = all_of(&|a| area.contains(a.place()) || (a.target != "project" && a.place().contains(area)));
    Ok(Some(Start {
        payments: Some(filter),
        ..none(place(tree, area.as_i64()), shares)
    }))
}

fn sources(books: &Books, documents: &BTreeSet<i64>) -> Grid {
    let rows: Vec<Vec<Cell>> = books
        .indicators
        .iter()
        .filter(|i| documents.contains(&i.id))
        .map(|i| {
            vec![
                Cell::link(&i.doc_no, format!("/desk/funds/trace?indicator={}", i.id)),
                Cell::text(&i.level),
                Cell::text(&i.programme_name),
                Cell::money(i.amount_fen),
                Cell::whole(&i.arrived_on),
                Cell::link("指标", format!("/desk/funds/indicators/{}", i.id)),
            ]
        })
        .collect();
    Grid {
        title: "一、来源：钱从哪里来".into(),
        total: format!("{} 份文件", rows.len()),
        heads: vec!["文号", "层级", "项目", "金额（元）", "到位日期", "查看"],
        rows,
        empty: "没有对应的指标文件。",
        pager: None,
    }
}

fn share_grid(tree: &RegionTree, books: &Books, shares: &[&AllocationRow], ctx: &Ctx) -> Grid {
    let standing = books.standing_by_allocation(ctx.clock.today());
    let total: Money = shares.iter().map(|a| a.amount()).sum();
    Grid {
        title: "二、分配：分到哪里".into(),
        total: format!("{} 笔，{total} 元", shares.len()),
        heads: vec![
            "去向",
            "项目",
            "分配（元）",
            "使用到位（元）",
            "未用（元）",
            "中间环节",
            "决定日期",
            "查看",
        ],
        rows: shares
            .iter()
            .take(200)
            .map(|a| {
                let s = standing.get(&a.id).copied().unwrap_or_default();
                vec![
                    Cell::link(target(tree, a), format!("/desk/funds/trace?allocation={}", a.id)),
                    Cell::text(&a.programme_name),
                    Cell::money(a.amount_fen),
                    Cell::money(s.used_fen),
                    Cell::money(s.waiting_fen + s.at_hop_fen + s.on_the_way_fen + s.returned_fen),
                    Cell::number(a.last_hop),
                    Cell::whole(a.decided_on.clone().unwrap_or_default()),
                    Cell::link("分配", format!("/desk/funds/allocations/{}", a.id)),
                ]
            })
            .collect(),
        empty: "没有对应的分配。",
        pager: None,
    }
}

async fn payments_grid(ctx: &Ctx, tree: &RegionTree, start: &Start) -> AppResult<Grid> {
    let names: BTreeMap<String, String> = within_reach(ctx).await?.into_iter().map(|p| (p.code, p.name)).collect();
    let mut rows = Vec::new();
    let mut total = String::new();
    if let Some(id) = start.one {
        if let Some((payment, _)) = payment_by_id(&ctx.db, ctx.scope(), id).await? {
            total = "1 笔".into();
            rows.push(payment);
        }
    } else if let Some(filter) = &start.payments {
        let sum = total_of(&ctx.db, ctx.scope(), filter).await?;
        total = format!("共 {} 笔，{} 元，显示最近 50 笔", sum.rows, sum.amount());
        rows = page_of(&ctx.db, ctx.scope(), filter, 1, sum.rows.unsigned_abs()).await?;
    }
    Ok(Grid {
        title: "三、去向：到村到户".into(),
        total,
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
        rows: rows
            .iter()
            .map(|p| {
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
            })
            .collect(),
        empty: "这里不到人：资金用于项目，见流水中的报账支付。",
        pager: None,
    })
}

/// The movements of these shares, oldest first.
fn way(books: &Books, start: &Start, shares: &[&AllocationRow]) -> Grid {
    const MOST: usize = 300;
    let ids: BTreeSet<i64> = shares.iter().map(|a| a.id).collect();
    let documents: BTreeMap<i64, &str> = books.indicators.iter().map(|i| (i.id, i.doc_no.as_str())).collect();
    let through = |e: &&crate::chain::BookEntry| {
        ids.contains(&e.from_allocation)
            || ids.contains(&e.to_allocation)
            || (e.to_allocation == 0
                && (start.documents.contains(&e.indicator_id)
                    || shares.iter().any(|a| a.indicator_id == e.indicator_id)))
    };
    let stage = |id: &str| Stage::parse(id).map_or("", |s| s.title());
    let all: Vec<&crate::chain::BookEntry> = books.entries.iter().filter(through).collect();
    Grid {
        title: "四、流水：每一步".into(),
        total: format!("{} 笔，显示前 {} 笔", all.len(), all.len().min(MOST)),
        heads: vec!["日期", "事由", "从", "到", "金额（元）", "指标文号", "依据"],
        rows: all
            .iter()
            .take(MOST)
            .map(|e| {
                vec![
                    Cell::whole(&e.on_day),
                    Cell::text(e.kind().map_or("", |k| k.title())),
                    Cell::text(stage(&e.from_stage)),
                    Cell::text(stage(&e.to_stage)),
                    Cell::money(e.amount_fen),
                    Cell::text(documents.get(&e.indicator_id).copied().unwrap_or_default()),
                    Cell::text(&e.doc),
                ]
            })
            .collect(),
        empty: "没有流水。",
        pager: None,
    }
}

/// 可追溯、可跟踪、可预警、可评估.
async fn verbs(
    ctx: &Ctx,
    books: &Books,
    documents: &BTreeSet<i64>,
    shares: &[&AllocationRow],
    start: &Start,
) -> AppResult<Vec<Tile>> {
    let today = ctx.clock.today();
    let standing = books.standing_by_allocation(today);
    let mut sum = crate::chain::Standing::default();
    for a in shares {
        super::board::add(&mut sum, &standing.get(&a.id).copied().unwrap_or_default());
    }
    let mut warnings = Vec::new();
    for i in books.indicators.iter().filter(|i| documents.contains(&i.id)) {
        if i.filed_on.is_none() && filing_due(i, &ctx.calendar).is_some_and(|d| d < today) {
            warnings.push(format!("{} 逾期未报备", i.doc_no));
        }
    }
    if sum.returned_fen > 0 {
        warnings.push(format!("退票 {} 元待重发", Money(sum.returned_fen)));
    }
    if shares.iter().any(|a| a.last_hop > 1) {
        warnings.push("中间环节超过一个".into());
    }
    let mut idle_books = books.clone();
    idle_books.allocations.retain(|a| shares.iter().any(|s| s.id == a.id));
    idle_books.whole = false;
    let idle = on_day(&idle_books.parts(), today, DEFAULT_LIMIT_DAYS);
    if idle.overdue_fen > 0 {
        warnings.push(format!("超 {DEFAULT_LIMIT_DAYS} 天未用 {} 元", idle.overdue()));
    }
    let code = shares.first().map(|a| a.programme.clone()).unwrap_or_default();
    let effect = programme(&ctx.db, &code).await?.map(|p| p.effect).unwrap_or_default();
    let levels: BTreeSet<&str> = books
        .indicators
        .iter()
        .filter(|i| documents.contains(&i.id))
        .map(|i| i.level.as_str())
        .collect();
    let levels: Vec<&str> = levels.into_iter().collect();
    Ok(vec![
        Tile {
            title: "可追溯：来源",
            value: format!("{} 份文件", documents.len()),
            foot: levels.join("、"),
            alert: false,
        },
        Tile {
            title: "可跟踪：现在在哪里",
            value: if start.one.is_some() {
                "见去向".into()
            } else {
                short(sum.used_fen)
            },
            foot: format!(
                "使用到位；待拨 {}，在账 {}，在途 {}，退票 {}",
                Money(sum.waiting_fen),
                Money(sum.at_hop_fen),
                Money(sum.on_the_way_fen),
                Money(sum.returned_fen)
            ),
            alert: false,
        },
        Tile {
            title: "可预警：需要留意",
            value: format!("{} 项", warnings.len()),
            foot: if warnings.is_empty() {
                "没有".into()
            } else {
                warnings.join("；")
            },
            alert: !warnings.is_empty(),
        },
        Tile {
            title: "可评估：效果",
            value: format!("滞留率 {}", percent(idle.rate_bp())),
            foot: effect,
            alert: false,
        },
    ])
}
