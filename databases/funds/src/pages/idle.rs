//! `GET /desk/funds/idle`: how much money lies idle, over time, for any scope and day.

use std::sync::Arc;

use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use kernel::Month;
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{
    chart,
    payments::within_reach,
    sheet::{Cell, Grid, Note, Sheet, Tile, day_of, layer, short},
};
use crate::{
    chain::{FAMILIES, LEVELS, kept},
    model::idle::{DEFAULT_LIMIT_DAYS, Idle, on_day, over_days, percent},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct IdleQuery {
    #[serde(flatten)]
    area: AreaQuery,
    programme: String,
    level: String,
    family: String,
    on: String,
    from: String,
    limit: String,
}

/// Months on the chart at most.
const MOST_MONTHS: i32 = 120;

pub(crate) async fn show(ctx: Ctx, Query(query): Query<IdleQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let day = day_of(&ctx, &query.on);
    let limit: i64 = query.limit.parse().unwrap_or(DEFAULT_LIMIT_DAYS).clamp(1, 3650);
    let scope = query
        .area
        .area(&tree, ctx.scope())
        .map_or_else(|| ctx.scope().clone(), |area| ctx.scope().within(area));
    let same = |asked: &str, is: &str| asked.is_empty() || asked == is;
    let filtered = [&query.programme, &query.level, &query.family]
        .iter()
        .any(|f| !f.is_empty());
    let mut books = kept(ctx.app(), &scope).await?;
    if filtered {
        books = Arc::new(books.narrowed(|i| {
            same(&query.programme, &i.programme) && same(&query.level, &i.level) && same(&query.family, &i.family)
        }));
    }
    let now = on_day(books.parts(), day, limit);
    let last = Month::of(day);
    let first = books.entries.first().map_or(last, |e| Month::of(e.on));
    let first = query
        .from
        .parse::<Month>()
        .unwrap_or(first)
        .max(last.plus(1 - MOST_MONTHS))
        .min(last);
    let months: Vec<Month> = (0..=last.index() - first.index()).map(|n| first.plus(n)).collect();
    let days: Vec<_> = months.iter().map(|m| m.last_day().min(day)).collect();
    let series: Vec<Idle> = over_days(books.parts(), &days, limit);
    let labels: Vec<String> = months.iter().map(Month::to_string).collect();
    let chart = chart::lines(
        "滞留率和超期率逐月变化",
        &labels,
        &[
            chart::Line {
                name: "滞留率",
                colour: "#1557a8",
                dashed: false,
                values: series.iter().map(Idle::rate_bp).collect(),
            },
            chart::Line {
                name: "超期率",
                colour: "#b3261e",
                dashed: true,
                values: series.iter().map(Idle::overdue_bp).collect(),
            },
        ],
    );
    let mut programmes = vec![(String::new(), "全部".to_owned())];
    programmes.extend(within_reach(&ctx).await?.into_iter().map(|p| (p.code, p.name)));
    let all = |list: &[&str]| -> Vec<(String, String)> {
        std::iter::once((String::new(), "全部".to_owned()))
            .chain(list.iter().map(|t| ((*t).to_owned(), (*t).to_owned())))
            .collect()
    };
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.extend([
        Field::select("programme", "项目", programmes).value(&query.programme),
        Field::select("level", "来源层级", all(&LEVELS)).value(&query.level),
        Field::select("family", "资金大类", all(&FAMILIES)).value(&query.family),
        Field::input("date", "on", "截至").value(day.to_string()),
        Field::input("number", "limit", "超期天数").value(limit.to_string()),
    ]);
    let rows = months
        .iter()
        .zip(&series)
        .rev()
        .map(|(month, s)| {
            vec![
                Cell::whole(month.to_string()),
                Cell::money(s.received_fen),
                Cell::money(s.used_fen),
                Cell::money(s.not_due_fen),
                Cell::money(s.idle_fen),
                Cell {
                    class: "num",
                    ..Cell::text(percent(s.rate_bp()))
                },
                Cell::money(s.overdue_fen),
                Cell {
                    class: "num",
                    ..Cell::text(percent(s.overdue_bp()))
                },
            ]
        })
        .collect();
    html(Sheet {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("资金滞留率"),
        filter: Some(Filter {
            action: "/desk/funds/idle".into(),
            fields,
        }),
        notes: vec![Note {
            tone: "info",
            text: format!(
                "滞留率 =（到位 − 使用到位）÷ 到位；合同约定未到期的不计滞留。超期率只计到位超过 {limit} 天仍未使用的。滞留只是提示，原因须核实。"
            ),
        }],
        tiles: vec![
            Tile {
                title: "滞留率",
                value: percent(now.rate_bp()),
                foot: format!("截至 {day}"),
                alert: false,
            },
            Tile {
                title: "超期率",
                value: percent(now.overdue_bp()),
                foot: format!("{} 元", now.overdue()),
                alert: now.overdue_fen > 0,
            },
            Tile {
                title: "到位",
                value: short(now.received_fen),
                foot: format!("使用到位 {} 元", now.used()),
                alert: false,
            },
            Tile {
                title: "滞留",
                value: short(now.idle_fen),
                foot: format!("未到约定期 {} 元", kernel::Money(now.not_due_fen)),
                alert: false,
            },
        ],
        chart,
        grids: vec![Grid {
            title: "逐月".into(),
            heads: vec![
                "月末",
                "到位（元）",
                "使用到位（元）",
                "未到约定期（元）",
                "滞留（元）",
                "滞留率",
                "超期（元）",
                "超期率",
            ],
            rows,
            empty: "还没有资金到位。",
            ..Grid::default()
        }],
        ..Sheet::default()
    })
}
