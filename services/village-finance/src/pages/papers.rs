//! Vouchers of an entry: uploaded until it is checked, shown to whoever may see the entry.

use axum::{
    extract::{Path, Request, State},
    http::header,
    response::IntoResponse,
};
use kernel::{AppError, ErrorKind};
use records::{
    papers,
    sent::{Limits, Sent},
};
use web::{App, Ctx, Page};

use super::{detail, href, reachable};
use crate::store::{KIND, step};

/// `POST /desk/village-ledger/{id}/papers`
pub(crate) async fn attach(ctx: Ctx, Path(id): Path<i64>, State(app): State<App>, request: Request) -> Page {
    reachable(&ctx, id, "ledger.enter").await?;
    let sent = Sent::read(request, &app, Limits::PAPERS).await?;
    let request_id = sent.texts.get("request_id").cloned().unwrap_or_default();
    match step::attach(ctx.app(), ctx.actor(), id, &request_id, sent.files).await {
        Ok(()) => ctx.done("票据已上传。", &href(id)).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            detail::refused(&ctx, id, &e.message).await
        }
        Err(e) => Err(e.into()),
    }
}

/// `GET /desk/village-ledger/{id}/papers/{digest}`: pictures show, everything else is kept.
pub(crate) async fn send(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    reachable(&ctx, id, "ledger.view").await?;
    let found = papers::read(&ctx.db, &ctx.objects, KIND, id, &digest).await?;
    let (paper, bytes) = found.ok_or_else(|| AppError::not_found("没有找到这份票据。"))?;
    let mime = match paper.mime.as_str() {
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        _ => return Ok(web::download(&paper.file_name, "application/pdf", bytes)),
    };
    Ok(([(header::CONTENT_TYPE, mime)], bytes).into_response())
}
