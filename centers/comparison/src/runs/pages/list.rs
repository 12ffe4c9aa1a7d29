//! `GET /desk/runs`: the runs within reach, what each came to.

use access::Resource;
use askama::Template;
use axum::extract::Query as UrlQuery;
use directory::regions;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
    query_of,
};

use crate::{
    identities::review::open_cases,
    runs::{
        RunKind, RunState,
        store::{Narrow, count, page},
    },
};

const PAGE_SIZE: u64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    kind: String,
    state: String,
    page: String,
}

#[derive(Template)]
#[template(path = "runs/pages/list.html")]
struct ListPage {
    shell: Shell,
    may_start: bool,
    /// Rows whose person someone has to settle, for who may see them.
    doubts: u64,
    filter: Filter,
    pager: Pager,
    filtered: bool,
    rows: Vec<Line>,
}

struct Line {
    href: String,
    at: String,
    kind: &'static str,
    purpose: String,
    area: String,
    state: &'static str,
    tone: &'static str,
    findings: i64,
    new: i64,
    updated: i64,
    cleared: i64,
    actor: String,
}

pub(crate) async fn show(ctx: Ctx, UrlQuery(query): UrlQuery<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let by = Narrow {
        kind: query.kind.clone(),
        state: query.state.clone(),
    };
    let total_rows = count(&ctx.db, ctx.scope(), &by).await?;
    let last_page = total_rows.div_ceil(PAGE_SIZE).max(1);
    let page_no = query.page.parse::<u64>().unwrap_or(1).clamp(1, last_page);
    let rows = page(&ctx.db, ctx.scope(), &by, (page_no - 1) * PAGE_SIZE, PAGE_SIZE).await?;
    let rows = rows.into_iter().map(|run| Line {
        href: format!("/desk/runs/{}", run.id),
        at: run.requested_at().to_string(),
        area: tree.path_in_county(run.region()),
        state: run.state().title(),
        tone: run.state().tone(),
        findings: run.findings,
        kind: run.kind().title(),
        new: run.found_new,
        updated: run.found_updated,
        cleared: run.found_cleared,
        purpose: run.purpose,
        actor: run.actor_name,
    });
    let rows = rows.collect();
    let may_start = ctx.may("run.start", &Resource::any());
    let doubts = if ctx.may("identity.list", &Resource::any()) {
        open_cases(&ctx.db, ctx.scope()).await?
    } else {
        0
    };
    let all = || [(String::new(), "全部".to_owned())].into_iter();
    let kinds = [RunKind::Full, RunKind::Touched(Vec::new())].map(|k| (k.id().to_owned(), k.title().to_owned()));
    let states = RunState::ALL.map(|s| (s.id().to_owned(), s.title().to_owned()));
    let parts = [("kind", &query.kind), ("state", &query.state)];
    html(ListPage {
        filter: Filter {
            action: "/desk/runs".to_owned(),
            fields: vec![
                Field::select("kind", "方式", all().chain(kinds)).value(query.kind.clone()),
                Field::select("state", "状态", all().chain(states)).value(query.state.clone()),
            ],
        },
        filtered: parts.iter().any(|(_, value)| !value.is_empty()),
        pager: Pager {
            page: page_no,
            page_size: PAGE_SIZE,
            total_rows,
            total_amount: None,
            path: "/desk/runs".to_owned(),
            query: query_of(parts),
        },
        doubts,
        shell: ctx.shell(ctx.own_layer()).here("比对运行"),
        may_start,
        rows,
    })
}
