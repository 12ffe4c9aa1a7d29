//! `GET /village-finance/{region}`: a place by month, and the places inside it.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use directory::regions;
use kernel::RegionLevel;
use serde::Deserialize;
use web::{Ctx, Layer, Page, Shell, html, parts::Tab};

use super::home::{PlaceLine, place_lines, year_of};
use crate::{
    pages::{
        count, inside_title, place_of,
        totals::{between, year_tabs},
    },
    store::totals::{self, Span},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PlaceQuery {
    year: String,
}

#[derive(Template)]
#[template(path = "pages/open/place.html")]
struct PlacePage {
    shell: Shell,
    tabs: Vec<Tab>,
    period: String,
    rows: String,
    income: String,
    expense: String,
    inside_title: &'static str,
    inside: Vec<PlaceLine>,
    months: Vec<PlaceLine>,
}

pub(crate) async fn show(ctx: Ctx, Path(region): Path<String>, Query(query): Query<PlaceQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = ctx.config.area;
    let place = place_of(&ctx, &tree, &region)?;
    if place == area {
        return Ok(Redirect::to("/village-finance").into_response());
    }
    let year = year_of(&query.year);
    let span = year.map_or_else(Span::default, Span::year);
    let total = totals::total(&ctx.db, place, span).await?;
    let months = totals::by_month(&ctx.db, place, span).await?;
    let years = totals::years(&ctx.db, place).await?;
    let inside = if place.level() >= RegionLevel::Village {
        Vec::new()
    } else {
        totals::by_place(&ctx.db, place, span).await?
    };
    let tail = year.map_or_else(String::new, |y| format!("?year={y}"));
    let mut shell = ctx.shell(Layer::Public).crumb("村级财务", "/village-finance");
    for step in between(area, place).into_iter().filter(|s| *s != area) {
        shell = shell.crumb(tree.name(step), format!("/village-finance/{step}{tail}"));
    }
    let mut shell = shell.here(tree.name(place));
    shell.title = format!("{} 集体收支", tree.name(place));
    html(PlacePage {
        shell,
        tabs: year_tabs(&format!("/village-finance/{place}"), year, &years),
        period: year.map_or_else(|| "历年合计".to_owned(), |y| format!("{y} 年")),
        rows: count(total.rows()),
        income: total.income().to_string(),
        expense: total.expense().to_string(),
        inside_title: inside_title(&tree, place),
        inside: place_lines(&tree, &inside, place, &tail),
        months: months
            .iter()
            .map(|m| PlaceLine {
                name: m.of.clone(),
                href: Some(format!("/village-finance/{place}/{}", m.of)),
                rows: count(m.sums().rows()),
                income: m.sums().income().to_string(),
                expense: m.sums().expense().to_string(),
            })
            .collect(),
    })
}
