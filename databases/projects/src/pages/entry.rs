//! An entry beside a project: its form, and writing it.

use std::collections::BTreeMap;

use axum::extract::{Form, Path, Query};
use kernel::{AppError, AppResult, ErrorKind};
use records::flow::Code;
use serde::Deserialize;
use web::{Ctx, Page};

use super::{
    block::{Block, Blocks, FormView, fields},
    frame, href, reachable, request_id,
};
use crate::{
    model::{EntryKind, Filled},
    store::{entries::enter_beside, project::Project},
};

/// The row an entry answers.
#[derive(Deserialize, Default)]
pub(crate) struct Target {
    #[serde(default)]
    target: i64,
}

/// `GET /desk/projects/{id}/entries/{kind}`
pub(crate) async fn ask(ctx: Ctx, Path((id, kind)): Path<(i64, String)>, Query(t): Query<Target>) -> Page {
    let row = reachable(&ctx, id, "project.entry").await?;
    page(&ctx, &row, named(&kind)?, t.target, &Filled::default()).show()
}

/// `POST /desk/projects/{id}/entries/{kind}`
pub(crate) async fn write(
    ctx: Ctx,
    Path((id, kind)): Path<(i64, String)>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Page {
    let row = reachable(&ctx, id, "project.entry").await?;
    let kind = named(&kind)?;
    let form = Filled(sent);
    let target = form.get("target").parse().unwrap_or(0);
    match enter_beside(ctx.app(), ctx.actor(), id, form.get("request_id"), kind, target, &form).await {
        Ok(()) => {
            ctx.done(
                format!("已办理：{}。", kind.title()),
                &format!("{}?tab={}", href(id), tab(kind)),
            )
            .await
        }
        Err(e) if e.kind == ErrorKind::Invalid => page(&ctx, &row, kind, target, &form).refused(&e.message),
        Err(e) => Err(e.into()),
    }
}

fn named(kind: &str) -> AppResult<EntryKind> {
    EntryKind::parse(kind).ok_or_else(|| AppError::not_found("没有这类登记。"))
}

/// The tab on which an entry shows.
pub(crate) fn tab(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Bid | EntryKind::Award | EntryKind::Change | EntryKind::ApproveChange => "tender",
        EntryKind::Text | EntryKind::VoidText => "tender",
        EntryKind::Price | EntryKind::DropPrice => "prices",
        EntryKind::Rep | EntryKind::Milestone | EntryKind::Inspection => "watch",
        EntryKind::Payment => "money",
        EntryKind::Asset => "asset",
        EntryKind::DrawResult => "accept",
        EntryKind::Risk | EntryKind::CloseRisk | EntryKind::Beneficiary => "",
    }
}

fn page(ctx: &Ctx, row: &Project, kind: EntryKind, target: i64, form: &Filled) -> Blocks {
    let today = ctx.clock.today().to_string();
    let value = |name: &str| match (form.get(name), name) {
        ("", "on") => today.clone(),
        (text, _) => text.to_owned(),
    };
    let view = FormView {
        action: format!("{}/entries/{}", href(row.id), kind.id()),
        request_id: request_id(ctx),
        hidden: vec![("target", target.to_string())],
        fields: fields(&kind.asks(), value),
        button: "保存".into(),
        ..FormView::default()
    };
    let shell = frame(ctx).crumb(row.name.clone(), href(row.id)).here(kind.title());
    let say = format!("{}（{}），目前：{}。", row.name, row.no, row.state().title());
    Blocks::new(shell).block(Block::new(kind.title()).say(say).form(view))
}
