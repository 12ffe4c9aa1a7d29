//! `GET /villages/{region}`: everything paid in one natural village by programme; above it, the way down to it.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use directory::{orgs::orgs, regions};
use kernel::RegionCode;
use web::{Ctx, Layer, Page, Shell, html, parts::Tab};

use super::{
    ListQuery,
    place::{enclosing, inside_title},
    place_of, short_name,
};
use crate::figures::{as_of, count};

#[derive(Template)]
#[template(path = "pages/village.html")]
struct VillagePage {
    shell: Shell,
    as_of: String,
    period: String,
    tabs: Vec<Tab>,
    rows: String,
    amount: String,
    synthetic: bool,
    lines: Vec<Line>,
    inside_title: &'static str,
    inside: Vec<Pick>,
}

struct Line {
    name: String,
    href: String,
    department: String,
    last_paid_on: String,
    rows: String,
    amount: String,
}

struct Pick {
    name: String,
    amount: String,
    href: String,
}

pub(crate) async fn show(ctx: Ctx, Path(region): Path<String>, Query(query): Query<ListQuery>) -> Page {
    let (db, area, year) = (&ctx.db, ctx.config.area, query.year());
    let tree = regions(ctx.app()).await?;
    let place = place_of(&ctx, &tree, &region)?;
    if place == area {
        return Ok(Redirect::to("/villages").into_response());
    }
    let total = funds::total(db, place, None, year).await?;
    let by_programme = funds::by_programme(db, place, year).await?;
    let children = tree.children(place);
    let inside = funds::by_place(db, children.iter().map(|r| r.code), None, year).await?;
    let years = funds::years(db, place).await?;
    let programmes = funds::programmes(db).await?;
    let orgs = orgs(db, area).await?;

    let lines = programmes.iter().filter_map(|programme| {
        let sum = by_programme.iter().find(|t| t.of == programme.code)?;
        Some(Line {
            name: programme.name.clone(),
            href: format!("/programmes/{}/{place}{}", programme.code, query.tail()),
            department: orgs
                .iter()
                .find(|o| o.id == programme.org)
                .map_or_else(|| programme.org.clone(), |o| o.name.clone()),
            last_paid_on: sum.last_paid_on.clone().unwrap_or_default(),
            rows: count(sum.rows),
            amount: sum.amount().to_string(),
        })
    });
    let mut shell = ctx.shell(Layer::Public).crumb("按村查", "/villages");
    for step in enclosing(place, area) {
        shell = shell.crumb(
            short_name(&tree.name(step)),
            format!("/villages/{step}{}", query.tail()),
        );
    }
    let amount_of = |code: RegionCode| {
        inside
            .iter()
            .find(|t| t.region() == code.as_i64())
            .map_or_else(|| "没有发放".to_owned(), |t| format!("{} 元", t.amount()))
    };
    html(VillagePage {
        shell: shell.here(tree.name(place)),
        as_of: as_of(&total),
        period: query.period(),
        tabs: query.tabs(&format!("/villages/{place}"), &years),
        rows: count(total.rows),
        amount: total.amount().to_string(),
        synthetic: tree.get(place).is_some_and(|r| r.synthetic),
        lines: lines.collect(),
        inside_title: inside_title(&tree, place),
        inside: children
            .iter()
            .map(|r| Pick {
                name: r.name.clone(),
                amount: amount_of(r.code),
                href: format!("/villages/{}{}", r.code, query.tail()),
            })
            .collect(),
    })
}
