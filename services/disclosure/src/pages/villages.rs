//! `GET /villages`: find a natural village by its name, or go down from the town.

use access::Scope;
use askama::Template;
use axum::extract::Query;
use directory::regions;
use kernel::RegionLevel;
use serde::Deserialize;
use web::{Ctx, Layer, Page, Shell, html, parts::Pager};

use super::{PAGE_ROWS, last_page, way_to};

/// No county has more divisions; a search for one common character stays one list.
const MOST_FOUND: usize = 5_000;
const MOST_CHARS: usize = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Search {
    q: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/villages.html")]
struct Villages {
    shell: Shell,
    q: String,
    found: Vec<Found>,
    pager: Pager,
    places: Vec<Pick>,
}

struct Found {
    name: String,
    around: String,
    kind: &'static str,
    href: String,
}

struct Pick {
    name: String,
    inside: usize,
    href: String,
}

pub(crate) async fn show(ctx: Ctx, Query(search): Query<Search>) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = ctx.config.area;
    let q: String = kernel::name::clean(&search.q).chars().take(MOST_CHARS).collect();
    let mut hits = tree.search(&q, &Scope::area(area), MOST_FOUND);
    hits.retain(|r| r.code != area);
    // Who types a name means a village first; towns and communities follow.
    hits.sort_by_key(|r| (std::cmp::Reverse(r.level()), r.name != q, r.code));
    let rows = hits.len() as u64;
    let page = search.page.parse().unwrap_or(1).clamp(1, last_page(rows));
    let found = hits
        .iter()
        .skip(((page - 1) * PAGE_ROWS) as usize)
        .take(PAGE_ROWS as usize)
        .map(|r| Found {
            name: r.name.clone(),
            around: if r.level() > RegionLevel::Town {
                way_to(&tree, r.code.parent())
            } else {
                String::new()
            },
            kind: r.level().title(),
            href: format!("/villages/{}", r.code),
        })
        .collect();
    let places = tree.children(area);
    html(Villages {
        shell: ctx.shell(Layer::Public).here("按村查"),
        found,
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: rows,
            total_amount: None,
            path: "/villages".to_owned(),
            query: web::query_of([("q", &q)]),
        },
        places: places
            .into_iter()
            .map(|r| Pick {
                name: r.name.clone(),
                inside: tree.inside(r.code, RegionLevel::Village).len(),
                href: format!("/villages/{}", r.code),
            })
            .collect(),
        q,
    })
}
