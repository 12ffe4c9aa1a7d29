//! `/desk/schedule`: what begins by itself, when it comes next, what it came to last; begin now, switch off.

use access::Resource;
use askama::Template;
use axum::{Form, extract::Path};
use kernel::{AppError, AppResult};
use records::flow::Code;
use serde::Deserialize;
use trail::Once;
use web::{Ctx, Page, Shell, html};

use super::{Job, perform, store};

#[derive(Template)]
#[template(path = "schedule/pages/list.html")]
struct ListPage {
    shell: Shell,
    may_change: bool,
    request_id: String,
    rows: Vec<Line>,
}

struct Line {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    enabled: bool,
    next: String,
    last: String,
    note: String,
    run_href: String,
    changed: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Switch {
    #[serde(default)]
    on: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Begin {
    #[serde(default)]
    request_id: String,
}

fn job(id: &str) -> AppResult<Job> {
    Job::parse(id).ok_or_else(|| AppError::not_found("没有这项定时任务。"))
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let known = store::entries(&ctx.db).await?;
    let now = ctx.clock.now();
    let rows = Job::ALL.iter().map(|job| {
        let entry = known.iter().find(|e| e.job() == Some(*job));
        let enabled = entry.is_none_or(|e| e.enabled);
        let next = entry.map_or_else(|| job.next_after(now), super::Entry::next_at);
        Line {
            id: job.id(),
            title: job.title(),
            about: job.about(),
            enabled,
            next: if enabled { next.to_string() } else { "已停用".into() },
            last: entry
                .and_then(super::Entry::last_at)
                .map_or_else(|| "还没有运行过".into(), |t| t.to_string()),
            note: entry.map_or_else(String::new, |e| e.last_note.clone()),
            run_href: entry
                .and_then(|e| e.last_run)
                .map_or_else(String::new, |id| format!("/desk/runs/{id}")),
            changed: entry.map_or_else(String::new, |e| e.changed_name.clone()),
        }
    });
    let rows = rows.collect();
    let may_change = ctx.may("run.start", &Resource::in_region(ctx.config.area));
    html(ListPage {
        shell: ctx.shell(ctx.own_layer()).here("定时任务"),
        may_change,
        request_id: format!("now-{:x}", ctx.next_id()),
        rows,
    })
}

pub(crate) async fn switch(ctx: Ctx, Path(id): Path<String>, Form(given): Form<Switch>) -> Page {
    let job = job(&id)?;
    ctx.require("run.start", &Resource::in_region(ctx.config.area))?;
    let on = given.on == "1";
    store::switch(ctx.app(), ctx.actor(), job, on).await?;
    let text = format!("“{}”已{}。", job.title(), if on { "启用" } else { "停用" });
    ctx.done(text, "/desk/schedule").await
}

pub(crate) async fn now(ctx: Ctx, Path(id): Path<String>, Form(given): Form<Begin>) -> Page {
    let job = job(&id)?;
    ctx.require("run.start", &Resource::in_region(ctx.config.area))?;
    let act = trail::Act::new("schedule.now", format!("schedule:{}", job.id()));
    let told = format!("“{}”已开始，稍后刷新查看结果。", job.title());
    if given.request_id.is_empty() {
        ctx.trail.note(ctx.actor(), act).await?;
    } else {
        match ctx.trail.begin_once(ctx.actor(), &given.request_id).await? {
            Once::Done(_) => return ctx.done(told, "/desk/schedule").await,
            Once::New(tx) => tx.commit(act).await?,
        };
    }
    let app = ctx.app().clone();
    tokio::spawn(async move {
        // What it came to is noted on its line; the person reads it there.
        if let Err(error) = perform(&app, job).await {
            tracing::warn!(%error, "scheduled work could not be noted");
        }
    });
    ctx.done(told, "/desk/schedule").await
}
