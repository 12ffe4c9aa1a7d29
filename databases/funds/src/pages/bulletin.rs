//! `GET /desk/funds/bulletin`: the periodic bulletin to the departments in charge (定期通报), for any day, to print.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use directory::orgs;
use kernel::Money;
use serde::Deserialize;
use web::{Ctx, Page, Shell, html, parts::Paper};

use super::{
    board::add,
    sheet::{Cell, Grid, day_of, layer},
};
use crate::{
    chain::{Standing, filing_due, kept},
    model::idle::{DEFAULT_LIMIT_DAYS, on_day, percent},
};

#[derive(Template)]
#[template(path = "pages/bulletin.html")]
struct Bulletin {
    shell: Shell,
    paper: Paper,
    lead: String,
    tables: Vec<Grid>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Day {
    on: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<Day>) -> Page {
    let day = day_of(&ctx, &query.on);
    let all = kept(ctx.app(), ctx.scope()).await?;
    let whole = on_day(all.parts(), day, DEFAULT_LIMIT_DAYS);
    let names: BTreeMap<String, String> = orgs(&ctx.db, ctx.config.area)
        .await?
        .into_iter()
        .map(|o| (o.id, o.name))
        .collect();
    let standing = all.standing_by_indicator(day);
    let mut departments: BTreeMap<String, Standing> = BTreeMap::new();
    for i in &all.indicators {
        add(
            departments.entry(i.org.clone()).or_default(),
            &standing.get(&i.id).copied().unwrap_or_default(),
        );
    }
    let mut rows = Vec::new();
    for (org, sum) in &departments {
        let idle = on_day(all.narrowed(|i| i.org == *org).parts(), day, DEFAULT_LIMIT_DAYS);
        rows.push(vec![
            Cell::text(names.get(org).cloned().unwrap_or_else(|| org.clone())),
            Cell::money(sum.appropriated_fen),
            Cell::money(sum.allocated_fen),
            Cell::money(sum.used_fen),
            Cell {
                class: "num",
                ..Cell::text(percent(idle.rate_bp()))
            },
            Cell {
                class: "num",
                ..Cell::text(percent(idle.overdue_bp()))
            },
            Cell::money(idle.overdue_fen),
        ]);
    }
    let late: Vec<Vec<Cell>> = all
        .indicators
        .iter()
        .filter(|i| i.arrived_on <= day.to_string())
        .filter(|i| i.filed_on.is_none() && filing_due(i, &ctx.calendar).is_some_and(|d| d < day))
        .map(|i| {
            vec![
                Cell::text(names.get(&i.org).cloned().unwrap_or_else(|| i.org.clone())),
                Cell::whole(&i.doc_no),
                Cell::money(i.amount_fen),
                Cell::whole(&i.arrived_on),
            ]
        })
        .collect();
    let mut tables = vec![Grid {
        title: "一、各部门资金使用情况（单位：元）".into(),
        heads: vec!["主管部门", "到位", "已分配", "使用到位", "滞留率", "超期率", "超期未用"],
        rows,
        ..Grid::default()
    }];
    if !late.is_empty() {
        tables.push(Grid {
            title: "二、逾期未报备".into(),
            heads: vec!["主管部门", "文号", "金额（元）", "到位日期"],
            rows: late,
            ..Grid::default()
        });
    }
    let lead = format!(
        "截至 {day}，全县（区）登记资金 {} 元，使用到位 {} 元，滞留率 {}，超过 {DEFAULT_LIMIT_DAYS} 天未使用 {} 元（{}）。",
        whole.received(),
        whole.used(),
        percent(whole.rate_bp()),
        Money(whole.overdue_fen),
        percent(whole.overdue_bp())
    );
    html(Bulletin {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("资金总览", "/desk/funds/board")
            .here("资金使用情况通报"),
        paper: Paper {
            serial: format!("资金通报 {}", day.to_string().replace('-', "")),
            issuer: ctx.config.area_title.clone(),
            issued: ctx.clock.today().to_string(),
            ..Paper::default()
        },
        lead,
        tables,
    })
}
