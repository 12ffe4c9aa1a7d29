//! `GET /village-finance`: what all villages received and spent, and the way to one's own.

use access::Scope;
use askama::Template;
use axum::extract::Query;
use directory::{RegionTree, regions};
use kernel::{RegionCode, RegionLevel, name};
use serde::Deserialize;
use web::{Ctx, Layer, Page, Shell, html, parts::Tab};

use crate::{
    pages::{count, line_name, totals::year_tabs},
    store::totals::{self, Span},
};

const MOST_FOUND: usize = 200;
const MOST_CHARS: usize = 30;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct HomeQuery {
    q: String,
    year: String,
}

#[derive(Template)]
#[template(path = "pages/open/home.html")]
struct HomePage {
    shell: Shell,
    tabs: Vec<Tab>,
    q: String,
    found: Vec<Found>,
    period: String,
    rows: String,
    income: String,
    expense: String,
    lines: Vec<PlaceLine>,
}

struct Found {
    name: String,
    around: String,
    href: String,
}

/// One place with its sums.
pub(crate) struct PlaceLine {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) rows: String,
    pub(crate) income: String,
    pub(crate) expense: String,
}

pub(crate) fn place_lines(
    tree: &RegionTree,
    parts: &[totals::Part<i64>],
    area: RegionCode,
    tail: &str,
) -> Vec<PlaceLine> {
    let line = |part: &totals::Part<i64>| {
        let code = RegionCode::from_i64(part.of)?;
        Some(PlaceLine {
            name: line_name(tree, area, code),
            href: (code != area).then(|| format!("/village-finance/{code}{tail}")),
            rows: count(part.sums().rows()),
            income: part.sums().income().to_string(),
            expense: part.sums().expense().to_string(),
        })
    };
    parts.iter().filter_map(line).collect()
}

/// The year of an address; anything that is none stands for all years.
pub(crate) fn year_of(text: &str) -> Option<i32> {
    text.parse().ok().filter(|year| (1990..=2200).contains(year))
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<HomeQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = ctx.config.area;
    let year = year_of(&query.year);
    let span = year.map_or_else(Span::default, Span::year);
    let total = totals::total(&ctx.db, area, span).await?;
    let parts = totals::by_place(&ctx.db, area, span).await?;
    let years = totals::years(&ctx.db, area).await?;
    let q: String = name::clean(&query.q).chars().take(MOST_CHARS).collect();
    let mut hits = if q.is_empty() {
        Vec::new()
    } else {
        tree.search(&q, &Scope::area(area), MOST_FOUND)
    };
    hits.retain(|r| r.code != area);
    hits.sort_by_key(|r| (std::cmp::Reverse(r.level()), r.name != q, r.code));
    let tail = year.map_or_else(String::new, |y| format!("?year={y}"));
    html(HomePage {
        shell: ctx.shell(Layer::Public).here("村级财务"),
        tabs: year_tabs("/village-finance", year, &years),
        found: hits
            .iter()
            .map(|r| Found {
                name: r.name.clone(),
                around: if r.level() > RegionLevel::Town {
                    tree.path_in_county(r.code.parent())
                } else {
                    String::new()
                },
                href: format!("/village-finance/{}", r.code),
            })
            .collect(),
        q,
        period: year.map_or_else(|| "历年合计".to_owned(), |y| format!("{y} 年")),
        rows: count(total.rows()),
        income: total.income().to_string(),
        expense: total.expense().to_string(),
        lines: place_lines(&tree, &parts, area, &tail),
    })
}
