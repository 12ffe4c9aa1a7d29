//! `POST /desk/village-ledger/{id}/steps/{act}` and `/reverse`.

use axum::extract::{Form, Path};
use kernel::{AppError, ErrorKind};
use records::flow::Code;
use serde::Deserialize;
use web::{Ctx, Page};

use super::{detail, href, reachable};
use crate::{
    model::EntryAct,
    store::{enter, step},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct StepForm {
    request_id: String,
    reason: String,
}

pub(crate) async fn take(ctx: Ctx, Path((id, act)): Path<(i64, String)>, Form(form): Form<StepForm>) -> Page {
    reachable(&ctx, id, "ledger.step").await?;
    let act = EntryAct::parse(&act)
        .filter(|a| *a != EntryAct::Amend)
        .ok_or_else(|| AppError::not_found("没有这一步。"))?;
    match step::step(ctx.app(), ctx.actor(), id, &form.request_id, act, &form.reason).await {
        Ok(()) => ctx.done(format!("已办理：{}。", act.title()), &href(id)).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            detail::refused(&ctx, id, &e.message).await
        }
        Err(e) => Err(e.into()),
    }
}

pub(crate) async fn reverse(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<StepForm>) -> Page {
    reachable(&ctx, id, "ledger.enter").await?;
    match enter::reverse(ctx.app(), ctx.actor(), &form.request_id, id, &form.reason).await {
        Ok(reversing) => {
            let text = "冲销单已生成，由监委会签字、经管站核账后生效。";
            ctx.done(text, &href(reversing)).await
        }
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            detail::refused(&ctx, id, &e.message).await
        }
        Err(e) => Err(e.into()),
    }
}
