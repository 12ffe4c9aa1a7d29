//! `GET /desk/funds/trace`: any yuan both ways on one page: source, share, project or village or household, and back.
//!
//! Four questions of every trace stand on top: where did it come from, where is it, what is unusual, what came of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    sheet::{Cell, Grid, Note, Sheet, Tile, layer, place, short},
    trace_receivers::{self, Receivers},
};
use crate::{
    PaymentFilter,
    batch::{batch, batches_of_household},
    chain::{AllocationRow, BookEntry, Books, Standing, filing_due, kept},
    model::{
        idle::{DEFAULT_LIMIT_DAYS, on_day, percent},
        ledger::{Node, Stage},
    },
    payment::payment_by_id,
    programme,
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
    page: String,
}

impl TraceQuery {
    /// The query without its page.
    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("payment", &self.payment),
            ("household", &self.household),
            ("batch", &self.batch),
            ("project", &self.project),
            ("allocation", &self.allocation),
            ("indicator", &self.indicator),
        ])
    }
}

/// Lines of shares on a page.
const MOST_SHARES: usize = 100;

/// Sums by share.
type Standings = HashMap<i64, Standing>;

/// Where a trace starts, in words, and the shares it runs through.
struct Start {
    title: String,
    shares: HashSet<i64>,
    /// Documents asked for as a whole.
    documents: HashSet<i64>,
    receivers: Receivers,
    /// Only the ways of these batches, when a trace is of them.
    batches: Option<BTreeSet<i64>>,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<TraceQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let books = kept(ctx.app(), ctx.scope()).await?;
    let start = start(&ctx, &query, &tree, &books).await?;
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("search", "project", "项目名称").value(&query.project));
    let filter = Filter {
        action: "/desk/funds/trace".into(),
        fields,
    };
    let Some(start) = start else {
        return html(Sheet {
            shell: way_here(&ctx),
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
    let ours = books.of_shares(&shares.iter().map(|a| a.id).collect());
    let standing = ours.standing_by_allocation(ctx.clock.today());
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let grids = vec![
        sources(&books, &documents),
        share_grid(&tree, &standing, &shares),
        trace_receivers::grid(&ctx, &tree, &books, &start.receivers, query.text(), page).await?,
        way(&books, &start, &shares),
    ];
    let tiles = verbs(&ctx, &books, &ours, &standing, &documents, &shares, &start).await?;
    html(Sheet {
        shell: way_here(&ctx),
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

/// The frame with the way back: village offices see payments and their traces, not the board.
fn way_here(ctx: &Ctx) -> web::Shell {
    let (title, href) = if ctx.may("fund.view", &access::Resource::any()) {
        ("资金总览", "/desk/funds/board")
    } else {
        ("发放明细", "/desk/payments")
    };
    ctx.shell(layer(ctx)).crumb(title, href).here("资金追踪")
}

async fn start(ctx: &Ctx, query: &TraceQuery, tree: &RegionTree, books: &Books) -> AppResult<Option<Start>> {
    let all_of = |keep: &dyn Fn(&AllocationRow) -> bool| -> HashSet<i64> {
        books.allocations.iter().filter(|a| keep(a)).map(|a| a.id).collect()
    };
    let through = |holder: i64| -> HashSet<i64> {
        let entries = books
            .entries
            .iter()
            .filter(|e| e.to.holder == holder && e.to.allocation != 0 && holder != 0);
        entries.map(|e| e.to.allocation).collect()
    };
    let none = |title: String, shares| Start {
        title,
        shares,
        documents: HashSet::new(),
        receivers: Receivers::Nobody,
        batches: None,
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
            receivers: Receivers::One(id),
            batches: Some([batch_id].into()),
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
        let place = RegionCode::from_i64(household.row.region).unwrap_or(RegionCode::NATION);
        let mut shares = HashSet::new();
        let batches: BTreeSet<i64> = batches_of_household(&ctx.db, id).await?.into_iter().collect();
        for batch in &batches {
            shares.extend(through(*batch));
        }
        shares.retain(|id| {
            let share = books.allocations.iter().find(|a| a.id == *id);
            share.is_none_or(|a| a.place().contains(place))
        });
        return Ok(Some(Start {
            receivers: Receivers::Filter(filter),
            batches: Some(batches),
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
        return Ok(Some(Start {
            title: format!("批次 {}", row.batch_no),
            receivers: Receivers::Batch(Box::new(row)),
            batches: Some([id].into()),
            ..none(String::new(), through(id))
        }));
    }
    if let Ok(id) = query.allocation.parse::<i64>() {
        return Ok(Some(Start {
            receivers: Receivers::BatchesOf([id].into()),
            ..none("这笔分配".into(), all_of(&|a| a.id == id))
        }));
    }
    if let Ok(id) = query.indicator.parse::<i64>() {
        let documents = books.indicators.iter().filter(|i| i.id == id).map(|i| i.id).collect();
        let shares = all_of(&|a| a.indicator_id == id);
        return Ok(Some(Start {
            documents,
            receivers: Receivers::BatchesOf(shares.clone()),
            ..none("这份指标".into(), shares)
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
        receivers: Receivers::Filter(filter),
        ..none(place(tree, area.as_i64()), shares)
    }))
}

fn sources(books: &Books, documents: &HashSet<i64>) -> Grid {
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

fn share_grid(tree: &RegionTree, standing: &Standings, shares: &[&AllocationRow]) -> Grid {
    let total: Money = shares.iter().map(|a| a.amount()).sum();
    Grid {
        title: "二、分配：分到哪里".into(),
        total: format!(
            "{} 笔，{total} 元，显示 {} 笔",
            shares.len(),
            shares.len().min(MOST_SHARES)
        ),
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
            .take(MOST_SHARES)
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

/// The movements of these shares, oldest first.
fn way(books: &Books, start: &Start, shares: &[&AllocationRow]) -> Grid {
    const MOST: usize = 100;
    let documents: BTreeMap<i64, &str> = books.indicators.iter().map(|i| (i.id, i.doc_no.as_str())).collect();
    let above: HashSet<i64> = start
        .documents
        .iter()
        .copied()
        .chain(shares.iter().map(|a| a.indicator_id))
        .collect();
    let of_others = |node: &Node| {
        let at_batch = matches!(node.stage, Stage::OnTheWay | Stage::Returned | Stage::Used);
        at_batch && node.holder != 0 && start.batches.as_ref().is_some_and(|own| !own.contains(&node.holder))
    };
    let through = |e: &&BookEntry| !of_others(&e.from) && !of_others(&e.to);
    let ids = shares.iter().map(|a| a.id).collect();
    let all: Vec<&BookEntry> = books.movements(&ids, &above).filter(through).collect();
    Grid {
        title: "四、流水：每一步".into(),
        total: format!("{} 笔，显示前 {} 笔", all.len(), all.len().min(MOST)),
        heads: vec!["日期", "事由", "从", "到", "金额（元）", "指标文号", "依据"],
        rows: all
            .iter()
            .take(MOST)
            .map(|e| {
                vec![
                    Cell::whole(e.on.to_string()),
                    Cell::text(e.kind.title()),
                    Cell::text(e.from.stage.title()),
                    Cell::text(e.to.stage.title()),
                    Cell::money(e.amount_fen),
                    Cell::text(documents.get(&e.indicator()).copied().unwrap_or_default()),
                    Cell::text(&*e.doc),
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
    ours: &Books,
    standing: &Standings,
    documents: &HashSet<i64>,
    shares: &[&AllocationRow],
    start: &Start,
) -> AppResult<Vec<Tile>> {
    let today = ctx.clock.today();
    let mut sum = Standing::default();
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
    let idle = on_day(ours.parts(), today, DEFAULT_LIMIT_DAYS);
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
            value: if matches!(start.receivers, Receivers::One(_)) {
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
            title: "可评估：滞留率和效果",
            value: percent(idle.rate_bp()),
            foot: effect,
            alert: false,
        },
    ])
}
