//! `GET /desk/kin`: cadres with how many relatives each declared, how many of those are near kin, and how many draw a
//! benefit for assisted households. Counts only: who is who stands behind a purpose.

use std::collections::{HashMap, HashSet};

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use funds::targeted_to;
use kernel::name;
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use super::region;
use crate::{
    book::{Cadre, lists},
    model::{
        link::is_near,
        step::{Sex, way_of},
    },
};

const PAGE_ROWS: u64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    area: AreaQuery,
    name: String,
    state: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    may_view: bool,
    cadres: usize,
    relatives: usize,
    near: usize,
    each: String,
    undelivered: bool,
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    href: Option<String>,
    name: String,
    post: String,
    place: String,
    state: &'static str,
    tone: &'static str,
    relatives: usize,
    near: usize,
    filed: usize,
    assisted: usize,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let book = lists(ctx.app()).await?;
    let tree = regions(ctx.app()).await?;
    let area = query.area.area(&tree, ctx.scope());
    let today = ctx.clock.today();
    let sought = name::clean(&query.name);
    let in_post = |c: &Cadre| c.posts[0].to.is_none_or(|to| to >= today);
    let shown: Vec<&Cadre> = book
        .cadres()
        .iter()
        .filter(|c| c.posts.iter().any(|p| ctx.scope().covers(region(p.region))))
        .filter(|c| area.is_none_or(|a| c.posts.iter().any(|p| a.contains(region(p.region)))))
        .filter(|c| sought.is_empty() || c.name.contains(&sought))
        .filter(|c| match query.state.as_str() {
            "in" => in_post(c),
            "out" => !in_post(c),
            "kin" => book.by(c.key).next().is_some(),
            _ => true,
        })
        .collect();
    let near_kin = |code: &str| way_of(code, Sex::Unknown).is_some_and(|way| is_near(&way));
    let (mut relatives, mut near) = (0, 0);
    for declared in shown.iter().flat_map(|c| book.by(c.key)) {
        relatives += 1;
        near += usize::from(near_kin(&declared.code));
    }
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let first = usize::try_from((page - 1).saturating_mul(PAGE_ROWS)).unwrap_or(usize::MAX);
    let on_page: Vec<&Cadre> = shown.iter().skip(first).take(PAGE_ROWS as usize).copied().collect();
    let keys: HashSet<i64> = on_page
        .iter()
        .flat_map(|c| book.by(c.key))
        .map(|d| d.relative)
        .collect();
    let keys: Vec<i64> = keys.into_iter().collect();
    let assisted: HashMap<i64, i64> = targeted_to(&ctx.db, &keys)
        .await?
        .into_iter()
        .map(|t| (t.person_key, t.payments))
        .collect();
    let may_view = ctx.may("kin.view", &Resource::any());
    let rows = on_page
        .iter()
        .map(|c| Line {
            href: may_view.then(|| format!("/desk/kin/people/{}", c.key)),
            name: c.name.clone(),
            post: c.posts[0].title.clone(),
            place: tree.path_in_county(region(c.posts[0].region)),
            state: if in_post(c) { "在任" } else { "离任" },
            tone: if in_post(c) { "doing" } else { "closed" },
            relatives: book.by(c.key).count(),
            near: book.by(c.key).filter(|d| near_kin(&d.code)).count(),
            filed: book.by(c.key).filter(|d| d.filed).count(),
            assisted: book.by(c.key).filter(|d| assisted.contains_key(&d.relative)).count(),
        })
        .collect();
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    let states = [("", "全部"), ("in", "在任"), ("out", "离任"), ("kin", "有申报亲属")];
    fields.push(Field::select("state", "任职", states).value(&query.state));
    fields.push(Field::input("search", "name", "干部姓名").value(&query.name));
    let text = [
        ("town", &query.area.town),
        ("community", &query.area.community),
        ("village", &query.area.village),
        ("state", &query.state),
        ("name", &query.name),
    ];
    html(ListPage {
        shell: ctx.shell(Layer::Supervision).here("干部亲属图谱"),
        filter: Filter {
            action: "/desk/kin".into(),
            fields,
        },
        may_view,
        cadres: shown.len(),
        relatives,
        near,
        each: format!("{:.2}", relatives as f64 / shown.len().max(1) as f64),
        undelivered: book.cadres().is_empty() && book.declared().is_empty(),
        rows,
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: shown.len() as u64,
            total_amount: None,
            path: "/desk/kin".into(),
            query: web::query_of(text),
        },
    })
}
