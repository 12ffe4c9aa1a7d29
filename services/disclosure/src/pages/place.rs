//! `GET /programmes/{code}/{region}`: one fund in a town, a community or a natural village, down to the payees.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use directory::{RegionTree, regions};
use kernel::{RegionCode, RegionLevel};
use web::{Ctx, Layer, Page, Shell, html, parts::Tab};

use super::{
    ListQuery,
    payments::{self, Published},
    place_of,
    programme::find,
    short_name,
};
use crate::figures::{as_of, count};

#[derive(Template)]
#[template(path = "pages/place.html")]
struct PlacePage {
    shell: Shell,
    as_of: String,
    period: String,
    tabs: Vec<Tab>,
    rows: String,
    amount: String,
    inside_title: &'static str,
    inside: Vec<Inside>,
    /// Payees listed at exactly this division; `None` where there are only divisions inside.
    published: Option<Published>,
    list_title: String,
    village_href: String,
}

struct Inside {
    name: String,
    href: String,
    rows: String,
    amount: String,
}

pub(crate) async fn show(
    ctx: Ctx,
    Path((code, region)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
) -> Page {
    let (db, year) = (&ctx.db, query.year());
    let programme = find(db, &code).await?;
    let tree = regions(ctx.app()).await?;
    let place = place_of(&ctx, &tree, &region)?;
    let base = format!("/programmes/{}", programme.code);
    if place == ctx.config.area {
        return Ok(Redirect::to(&base).into_response());
    }
    let total = funds::total(db, place, Some(&programme.code), year).await?;
    let children = tree.children(place);
    let inside = funds::by_place(db, children.iter().map(|r| r.code), Some(&programme.code), year).await?;
    let years = funds::years(db, place).await?;

    let path = format!("{base}/{place}");
    let inside_rows: i64 = inside.iter().map(|t| t.rows).sum();
    let inside_fen: i64 = inside.iter().map(|t| t.amount_fen).sum();
    // What is paid at the division itself: everything in a natural village, in a community what no village is known for.
    let published = if total.rows > inside_rows || place.level() == RegionLevel::Village {
        let here = kernel::Money(total.amount_fen - inside_fen);
        Some(payments::of_place(db, &programme, place, &query, path.clone(), here.to_string()).await?)
    } else {
        None
    };
    let name = tree.name(place);
    let title = format!("{name} · {}", programme.name);
    let mut shell = ctx
        .shell(Layer::Public)
        .crumb("资金去向", "/programmes")
        .crumb(programme.name.clone(), base.clone());
    for step in enclosing(place, ctx.config.area) {
        shell = shell.crumb(short_name(&tree.name(step)), format!("{base}/{step}{}", query.tail()));
    }
    shell = shell.here(name.clone());
    shell.title = title;
    html(PlacePage {
        shell,
        as_of: as_of(&total),
        period: query.period(),
        tabs: query.tabs(&path, &years),
        rows: count(total.rows),
        amount: total.amount().to_string(),
        inside_title: inside_title(&tree, place),
        inside: inside
            .iter()
            .filter_map(|sum| {
                let code = RegionCode::from_i64(sum.region())?;
                Some(Inside {
                    name: tree.name(code),
                    href: format!("{base}/{code}{}", query.tail()),
                    rows: count(sum.rows),
                    amount: sum.amount().to_string(),
                })
            })
            .collect(),
        list_title: if inside.is_empty() {
            "发放名单".to_owned()
        } else {
            format!("{name}未分到村的发放")
        },
        published,
        village_href: format!("/villages/{place}{}", query.tail()),
    })
}

/// Divisions between the area and a place, from the top, both left out.
pub(crate) fn enclosing(place: RegionCode, area: RegionCode) -> Vec<RegionCode> {
    let mut steps = Vec::new();
    let mut code = place.parent();
    while area.contains(code) && code != area && code.parent() != code {
        steps.push(code);
        code = code.parent();
    }
    steps.reverse();
    steps
}

pub(crate) fn inside_title(tree: &RegionTree, place: RegionCode) -> &'static str {
    match tree.children(place).first().map(|r| r.level()) {
        Some(RegionLevel::Town) => "镇街",
        Some(RegionLevel::Community) => "社区（村）",
        _ => "自然村",
    }
}
