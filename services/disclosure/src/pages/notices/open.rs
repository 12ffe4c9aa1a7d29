//! `GET /notices` and `GET /notices/{id}`: what hangs at the three levels and what hung, for everyone. Who objected is
//! never shown.

use askama::Template;
use axum::extract::{Path, Query};
use directory::regions;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter, Pager, Pair},
};

use super::{body, counted, post::pairs_of};
use crate::{
    notices::{self, Matter, Notice, NoticeFilter, NoticeLevel, NoticeState, count, notice, objections},
    pages::PAGE_ROWS,
};

#[derive(Template)]
#[template(path = "pages/notices/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    rows: Vec<(i64, String, &'static str, String, String, String)>,
    pager: Pager,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    level: String,
    town: String,
    page: String,
}

pub(super) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let towns = tree.inside(ctx.config.area, RegionLevel::Town);
    let town: Option<RegionCode> = query
        .town
        .parse()
        .ok()
        .filter(|code| towns.iter().any(|t| t.code == *code));
    let filter = NoticeFilter {
        area: Some(town.unwrap_or(ctx.config.area)),
        level: NoticeLevel::parse(&query.level),
        ..NoticeFilter::default()
    };
    let page: u64 = query.page.parse().unwrap_or(1).clamp(1, 10_000);
    let total = count(&ctx.db, &filter).await?;
    let found = notices::list(&ctx.db, &filter, PAGE_ROWS as i64, ((page - 1) * PAGE_ROWS) as i64).await?;
    let levels = std::iter::once(("".to_owned(), "全部".to_owned())).chain(
        NoticeLevel::ALL
            .iter()
            .map(|l| (l.id().to_owned(), format!("{}：{}", l.title(), l.shows()))),
    );
    let places = std::iter::once((String::new(), "全县".to_owned()))
        .chain(towns.iter().map(|t| (t.code.to_string(), t.name.clone())));
    let text = web::query_of([("level", &query.level), ("town", &query.town)]);
    html(ListPage {
        shell: ctx.shell(Layer::Public).here("三级公示"),
        filter: Filter {
            action: "/notices".to_owned(),
            fields: vec![
                Field::select("level", "层级", levels).value(&query.level),
                Field::select("town", "镇街", places).value(&query.town),
            ],
        },
        rows: found
            .iter()
            .map(|n| {
                let place = tree.path_in_county(n.place());
                (
                    n.id,
                    n.title.clone(),
                    n.level().title(),
                    place,
                    n.from_on.clone(),
                    standing(&ctx, n),
                )
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total.unsigned_abs(),
            total_amount: None,
            path: "/notices".to_owned(),
            query: text,
        },
    })
}

#[derive(Template)]
#[template(path = "pages/notices/open.html")]
struct OpenPage {
    shell: Shell,
    title: String,
    state: String,
    pairs: Vec<Pair>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    facts: Vec<Pair>,
    /// The other levels of the same matter: words, address when it was posted.
    beside: Vec<(String, String)>,
}

pub(super) async fn one(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = notice(&ctx.db, id)
        .await?
        .filter(|n| ctx.config.area.contains(n.place()))
        .ok_or_else(|| AppError::not_found("没有这项公示。请从“三级公示”重新选择。"))?;
    let tree = regions(ctx.app()).await?;
    let shown = body(&row)?;
    let said = objections(&ctx.db, id).await?;
    let answered = said.iter().filter(|o| o.answered_on.is_some()).count();
    let facts = vec![
        Pair::new("区域", tree.path_in_county(row.place())),
        Pair::new("公示地点", &row.places),
        Pair::whole("起始日期", &row.from_on),
        Pair::new("公示期", format!("{} 天", row.days)),
        Pair::new("异议", format!("{} 条，已答复 {answered} 条", said.len())),
    ];
    html(OpenPage {
        shell: ctx
            .shell(Layer::Public)
            .crumb("三级公示", "/notices")
            .here(row.title.clone()),
        title: shown.title,
        state: standing(&ctx, &row),
        pairs: pairs_of(shown.pairs),
        head: shown.head,
        rows: shown.rows,
        facts,
        beside: beside(&ctx, &row).await?,
    })
}

/// The same matter at the other two levels.
async fn beside(ctx: &Ctx, row: &Notice) -> AppResult<Vec<(String, String)>> {
    let matter = Matter::parse(&row.matter)?;
    let year_matter = match &matter {
        Matter::Project(_) => Matter::Projects.id(),
        other => other.id(),
    };
    let mut found = Vec::new();
    for level in NoticeLevel::ALL.iter().copied().filter(|l| *l != row.level()) {
        // Below a county or town there are many; those have the list.
        if level.place() > row.place().level() {
            let town = if row.level() == NoticeLevel::Town {
                format!("&town={}", row.place())
            } else {
                String::new()
            };
            let of = format!("{}公示（{}）", level.title(), level.shows());
            found.push((of, format!("/notices?level={}{town}", level.id())));
            continue;
        }
        let place = row.place().at(level.place());
        let filter = NoticeFilter {
            area: Some(place),
            level: Some(level),
            year: Some(row.year),
            matter: Some(year_matter.clone()),
            ..NoticeFilter::default()
        };
        let posted = notices::list(&ctx.db, &filter, 20, 0).await?;
        let of = format!("{}公示（{}）", level.title(), level.shows());
        found.push(match posted.iter().find(|n| n.state() != NoticeState::Withdrawn) {
            Some(n) => (format!("{of}：{}", n.title), format!("/notices/{}", n.id)),
            None => (format!("{of}：还没有公示"), String::new()),
        });
    }
    Ok(found)
}

fn standing(ctx: &Ctx, row: &Notice) -> String {
    match row.state() {
        NoticeState::Posted => format!("公示中，{}", counted(ctx, row)),
        NoticeState::Ended => format!("公示结束（{}）", row.closed_on.clone().unwrap_or_default()),
        NoticeState::Withdrawn => format!(
            "已撤回（{}）：{}",
            row.closed_on.clone().unwrap_or_default(),
            row.reason
        ),
    }
}
