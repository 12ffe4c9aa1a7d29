//! `GET /desk/village-totals`: receipts, spending and balance of every place inside an area, and by month; each line
//! is the sum of those below it.

use askama::Template;
use axum::extract::Query;
use directory::regions;
use households::desk_layer;
use kernel::{AppError, Money, RegionCode, RegionLevel};
use serde::Deserialize;
use web::{Ctx, Page, Shell, html, parts::Tab};

use super::{count, inside_title, line_name};
use crate::store::{
    accounts,
    totals::{self, Span, Sums},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TotalsQuery {
    area: String,
    year: String,
}

#[derive(Template)]
#[template(path = "pages/totals.html")]
struct TotalsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    period: String,
    rows: String,
    income: String,
    expense: String,
    both: String,
    balance: Option<String>,
    inside_title: &'static str,
    places: Vec<Line>,
    months: Vec<Line>,
    total: Line,
}

struct Line {
    name: String,
    href: Option<String>,
    rows: String,
    income: String,
    expense: String,
    left: String,
}

impl Line {
    fn new(name: String, href: Option<String>, sums: Sums) -> Line {
        Line {
            name,
            href,
            rows: count(sums.rows()),
            income: sums.income().to_string(),
            expense: sums.expense().to_string(),
            left: sums.left().to_string(),
        }
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<TotalsQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let own = ctx.scope().region().unwrap_or(ctx.config.area);
    // Whoever looks from above the county sees the county.
    let own = if own.level() < RegionLevel::County {
        ctx.config.area
    } else {
        own
    };
    let area = match query.area.parse::<RegionCode>() {
        Ok(area) if own.contains(area) && tree.get(area).is_some() => area,
        Ok(_) => return Err(AppError::not_found("没有这个地方，或不在您的管理范围内。").into()),
        Err(_) => own,
    };
    let year: Option<i32> = query.year.parse().ok().filter(|y| (1990..=2200).contains(y));
    let span = year.map_or_else(Span::default, Span::year);
    let total = totals::total(&ctx.db, area, span).await?;
    let places = totals::by_place(&ctx.db, area, span).await?;
    let months = totals::by_month(&ctx.db, area, span).await?;
    let years = totals::years(&ctx.db, area).await?;
    let balance = match year {
        Some(_) => None,
        None => Some(accounts::openings(&ctx.db, area).await?.fen() + total.left().fen()),
    };
    let tail = year.map_or_else(String::new, |y| format!("&year={y}"));
    let mut shell = ctx.shell(desk_layer(&ctx));
    for step in between(own, area) {
        shell = shell.crumb(tree.name(step), format!("/desk/village-totals?area={step}{tail}"));
    }
    let mut shell = shell.here(tree.name(area));
    shell.title = format!("{} 村级收支汇总", tree.name(area));
    html(TotalsPage {
        shell,
        tabs: year_tabs(&format!("/desk/village-totals?area={area}"), year, &years),
        period: year.map_or_else(|| "历年".to_owned(), |y| format!("{y} 年")),
        rows: count(total.rows()),
        income: total.income().to_string(),
        expense: total.expense().to_string(),
        both: Money(total.income_fen + total.expense_fen).to_string(),
        balance: balance.map(|fen| Money(fen).to_string()),
        inside_title: inside_title(&tree, area),
        places: places
            .iter()
            .filter_map(|p| {
                let code = RegionCode::from_i64(p.of)?;
                let href = (code != area).then(|| format!("/desk/village-totals?area={code}{tail}"));
                Some(Line::new(line_name(&tree, area, code), href, p.sums()))
            })
            .collect(),
        months: months
            .iter()
            .map(|m| {
                let href = format!("/desk/village-statements/{area}/{}", m.of);
                Line::new(m.of.clone(), Some(href), m.sums())
            })
            .collect(),
        total: Line::new("合计".to_owned(), None, total),
    })
}

/// All years and each of them, as links.
pub(crate) fn year_tabs(path: &str, here: Option<i32>, years: &[i32]) -> Vec<Tab> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let all = Tab {
        title: "历年".to_owned(),
        href: path.to_owned(),
        active: here.is_none(),
        count: None,
    };
    let of = |year: &i32| Tab {
        title: format!("{year} 年"),
        href: format!("{path}{mark}year={year}"),
        active: here == Some(*year),
        count: None,
    };
    std::iter::once(all).chain(years.iter().map(of)).collect()
}

/// The divisions from `top` down to `place`, `place` left out.
pub(crate) fn between(top: RegionCode, place: RegionCode) -> Vec<RegionCode> {
    let mut steps = Vec::new();
    let mut code = place;
    while code != top && top.contains(code) && code.parent() != code {
        code = code.parent();
        steps.push(code);
    }
    steps.reverse();
    steps
}
