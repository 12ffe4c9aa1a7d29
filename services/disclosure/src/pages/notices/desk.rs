//! `GET /desk/notices`: what is owed at which level, and what was posted.

use access::{Resource, Scope};
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, RegionTree, area_fields, regions};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use super::{DESK, counted};
use crate::{
    notices::{NoticeFilter, NoticeLevel, NoticeState, count, due, list},
    pages::PAGE_ROWS,
};

/// Owed lines shown at once; the number of all stands above them.
const OWED_ROWS: usize = 100;

#[derive(Template)]
#[template(path = "pages/notices/desk.html")]
struct DeskPage {
    shell: Shell,
    filter: Filter,
    year: i64,
    owed_count: usize,
    owed: Vec<Owed>,
    rows: Vec<Line>,
    pager: Pager,
}

struct Owed {
    level: &'static str,
    shows: &'static str,
    place: String,
    title: String,
    by: &'static str,
    href: Option<String>,
}

struct Line {
    id: i64,
    title: String,
    level: &'static str,
    place: String,
    from_on: String,
    days: String,
    state: &'static str,
    tone: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DeskQuery {
    #[serde(flatten)]
    area: AreaQuery,
    year: String,
    level: String,
    state: String,
    page: String,
}

/// What a query asks for.
pub(super) struct Asked {
    pub(super) year: i64,
    pub(super) scope: Scope,
    pub(super) filter: NoticeFilter,
}

impl DeskQuery {
    pub(super) fn asked(&self, ctx: &Ctx, tree: &RegionTree) -> Asked {
        let year = self.year.parse().unwrap_or(i64::from(ctx.clock.today().year()));
        let area = self.area.area(tree, ctx.scope());
        let scope = area.map_or_else(|| ctx.scope().clone(), |area| ctx.scope().within(area));
        Asked {
            year,
            filter: NoticeFilter {
                area: scope.region(),
                level: NoticeLevel::parse(&self.level),
                state: NoticeState::parse(&self.state),
                year: Some(year),
                matter: None,
            },
            scope,
        }
    }
}

pub(super) async fn show(ctx: Ctx, Query(query): Query<DeskQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let this_year = i64::from(ctx.clock.today().year());
    let Asked { year, scope, filter } = query.asked(&ctx, &tree);
    let owed: Vec<_> = due(ctx.app(), &tree, &scope, year)
        .await?
        .into_iter()
        .filter(|d| filter.level.is_none_or(|l| l == d.level))
        .collect();
    let page: u64 = query.page.parse().unwrap_or(1).clamp(1, 10_000);
    let total = count(&ctx.db, &filter).await?;
    let found = list(&ctx.db, &filter, PAGE_ROWS as i64, ((page - 1) * PAGE_ROWS) as i64).await?;
    let all = || std::iter::once((String::new(), "全部".to_owned()));
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.extend([
        Field::select(
            "year",
            "年度",
            (this_year - 8..=this_year + 1)
                .rev()
                .map(|y| (y.to_string(), format!("{y} 年"))),
        )
        .value(year.to_string()),
        Field::select(
            "level",
            "层级",
            all().chain(
                NoticeLevel::ALL
                    .iter()
                    .map(|l| (l.id().to_owned(), l.title().to_owned())),
            ),
        )
        .value(&query.level),
        Field::select(
            "state",
            "状态",
            all().chain(
                NoticeState::ALL
                    .iter()
                    .map(|s| (s.id().to_owned(), s.title().to_owned())),
            ),
        )
        .value(&query.state),
    ]);
    let text = web::query_of([
        ("town", query.area.town.as_str()),
        ("community", &query.area.community),
        ("village", &query.area.village),
        ("year", &year.to_string()),
        ("level", &query.level),
        ("state", &query.state),
    ]);
    html(DeskPage {
        shell: ctx.shell(households::desk_layer(&ctx)).here("三级公示"),
        filter: Filter {
            action: DESK.to_owned(),
            fields,
        },
        year,
        owed_count: owed.len(),
        owed: owed
            .into_iter()
            .take(OWED_ROWS)
            .map(|d| {
                let mine =
                    ctx.actor().role == d.level.posts() && ctx.may("notice.post", &Resource::in_region(d.region));
                let link = [
                    ("level", d.level.id().to_owned()),
                    ("matter", d.matter.id()),
                    ("year", year.to_string()),
                    ("region", d.region.to_string()),
                ];
                Owed {
                    level: d.level.title(),
                    shows: d.level.shows(),
                    place: tree.path_in_county(d.region),
                    title: d.title,
                    by: d.level.posts().title(),
                    href: mine.then(|| format!("{DESK}/new?{}", web::query_of(link))),
                }
            })
            .collect(),
        rows: found
            .iter()
            .map(|n| Line {
                id: n.id,
                title: n.title.clone(),
                level: n.level().title(),
                place: tree.path_in_county(n.place()),
                from_on: n.from_on.clone(),
                days: match n.state() {
                    NoticeState::Posted => counted(&ctx, n),
                    _ => n.closed_on.clone().map_or_else(String::new, |on| format!("至 {on}")),
                },
                state: n.state().title(),
                tone: n.state().tone(),
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total.unsigned_abs(),
            total_amount: None,
            path: DESK.to_owned(),
            query: text,
        },
    })
}
