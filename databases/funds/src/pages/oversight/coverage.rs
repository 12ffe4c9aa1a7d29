//! `GET /desk/funds/coverage`: what is reported and what is missing, by department, town or programme and by month.

use std::collections::BTreeMap;

use axum::extract::Query;
use directory::{orgs, regions};
use kernel::{AppResult, Month, RegionLevel};
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{shell, tabs};
use crate::{
    oversight::{Line, coverage},
    pages::{
        lists,
        payments::within_reach,
        sheet::{Cell, Grid, Note, Sheet, Tile, place, short},
    },
};

const HERE: &str = "/desk/funds/coverage";
const WAYS: [(&str, &str); 3] = [("programme", "按项目"), ("department", "按部门"), ("town", "按镇街")];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CoverageQuery {
    by: String,
    year: String,
}

impl CoverageQuery {
    fn query(&self) -> String {
        web::query_of([("by", &self.by), ("year", &self.year)])
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<CoverageQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.with_bar(&ctx, HERE, &query.query()).await?)
}

/// `GET /desk/funds/coverage.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<CoverageQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "覆盖情况", grid, "fund_coverage:list").await
}

async fn sheet(ctx: &Ctx, query: &CoverageQuery) -> AppResult<Sheet> {
    let today = Month::of(ctx.clock.today());
    let year: i32 = query.year.parse().unwrap_or(today.year()).clamp(2000, today.year());
    let by = WAYS
        .iter()
        .find(|(id, _)| *id == query.by)
        .map_or("programme", |(id, _)| id);
    let (Some(first), Some(december)) = (Month::new(year, 1), Month::new(year, 12)) else {
        return Err(kernel::AppError::invalid("年度不对。"));
    };
    let last = december.min(today);
    let tree = regions(ctx.app()).await?;
    let own = ctx.scope().region().unwrap_or(ctx.config.area);
    let towns: Vec<_> = if own.level() <= RegionLevel::County {
        tree.children(ctx.config.area).iter().map(|r| r.code).collect()
    } else {
        vec![own.at(RegionLevel::Town)]
    };
    let programmes = within_reach(ctx).await?;
    let found = coverage(&ctx.db, ctx.scope(), &programmes, &towns, (first, last), today).await?;
    let office: BTreeMap<String, String> = orgs(&ctx.db, ctx.config.area)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    let lines: Vec<(String, Line)> = match by {
        "department" => {
            let name = |id: String| office.get(&id).cloned().unwrap_or(id);
            found.by_department.into_iter().map(|(id, l)| (name(id), l)).collect()
        }
        "town" => found.by_town.into_iter().map(|(t, l)| (place(&tree, t), l)).collect(),
        _ => {
            let name = |code: String| {
                let known = programmes.iter().find(|p| p.code == code);
                known.map_or(code, |p| p.name.clone())
            };
            found.by_programme.into_iter().map(|(c, l)| (name(c), l)).collect()
        }
    };
    let missing: i64 = lines.iter().map(|(_, l)| l.missing_items()).sum();
    let rows_total: i64 = lines.iter().map(|(_, l)| l.rows).sum();
    let fen_total: i64 = lines.iter().map(|(_, l)| l.amount_fen).sum();
    const MONTHS: [&str; 12] = [
        "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
    ];
    let months = usize::from(last.month());
    let mut heads = vec!["名称", "笔数", "金额（元）"];
    heads.extend(&MONTHS[..months]);
    heads.push("缺报");
    let rows = lines
        .iter()
        .map(|(name, line)| {
            let mut cells = vec![Cell::text(name), Cell::number(line.rows), Cell::money(line.amount_fen)];
            for n in 0..months as i32 {
                let month = first.plus(n);
                let there = line.reported.get(&month).copied().unwrap_or_default();
                cells.push(match line.missing.get(&month) {
                    Some(n) => Cell {
                        text: if there > 0 {
                            format!("{there}，缺 {n}")
                        } else {
                            format!("缺 {n}")
                        },
                        class: "mid overdue",
                        ..Cell::default()
                    },
                    None if there > 0 => Cell {
                        class: "mid",
                        ..Cell::text(there.to_string())
                    },
                    None => Cell {
                        class: "mid none",
                        ..Cell::text("—")
                    },
                });
            }
            cells.push(Cell::number(line.missing_items()));
            cells
        })
        .collect();
    let years: Vec<(String, String)> = (today.year() - 9..=today.year())
        .rev()
        .map(|y| (y.to_string(), format!("{y} 年")))
        .collect();
    Ok(Sheet {
        shell: shell(ctx, "覆盖情况"),
        tabs: tabs(HERE),
        filter: Some(Filter {
            action: HERE.into(),
            fields: vec![
                Field::select("by", "汇总方式", WAYS).value(by),
                Field::select("year", "年度", years).value(year.to_string()),
            ],
        }),
        notes: vec![Note {
            tone: "info",
            text: "一项 = 一个发放项目的一个月。按发放周期应报、或已有镇街上报的月份，没有数据的记为缺；缺报只是提示，可能确无发放对象。"
                .into(),
        }],
        tiles: vec![
            Tile {
                title: "已上报",
                value: format!("{rows_total} 笔"),
                foot: format!("{} 元", short(fen_total)),
                alert: false,
            },
            Tile {
                title: "缺报",
                value: format!("{missing} 项"),
                foot: format!("{year} 年 1 至 {months} 月"),
                alert: missing > 0,
            },
        ],
        grids: vec![Grid {
            title: format!("{year} 年{}", crate::chain::title_of(&WAYS, by)),
            total: format!("共 {} 行", lines.len()),
            heads,
            rows,
            empty: "这一年没有应报的项目。",
            ..Grid::default()
        }],
        ..Sheet::default()
    })
}
