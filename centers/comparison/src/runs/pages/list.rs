//! `GET /desk/runs`: the runs within reach, what each came to.

use access::Resource;
use askama::Template;
use directory::regions;
use web::{Ctx, Page, Shell, html};

use super::HERE;
use crate::{identities::review::open_cases, runs::runs};

const SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "runs/pages/list.html")]
struct ListPage {
    shell: Shell,
    may_start: bool,
    /// Rows whose person someone has to settle, for who may see them.
    doubts: u64,
    rows: Vec<Line>,
}

struct Line {
    href: String,
    at: String,
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

pub(crate) async fn show(ctx: Ctx) -> Page {
    let tree = regions(ctx.app()).await?;
    let rows = runs(&ctx.db, ctx.scope(), SHOWN).await?;
    let rows = rows.into_iter().map(|run| Line {
        href: format!("/desk/runs/{}", run.id),
        at: run.requested_at().to_string(),
        area: tree.path_in_county(run.region()),
        state: run.state().title(),
        tone: run.state().tone(),
        findings: run.findings,
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
    html(ListPage {
        doubts,
        shell: ctx.shell(HERE).here("比对运行"),
        may_start,
        rows,
    })
}
