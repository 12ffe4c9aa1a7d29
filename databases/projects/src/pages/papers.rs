//! Papers of a project: pledges before the start, photos while it is built, minutes and reports.

use axum::{extract::Path, http::header, response::IntoResponse};
use kernel::AppError;
use records::{papers, sent::Sent};
use web::{Ctx, Page};

use super::{href, reachable};
use crate::store::{KIND, entries};

/// `POST /desk/projects/{id}/papers`
pub(crate) async fn attach(ctx: Ctx, Path(id): Path<i64>, Sent { texts, files }: Sent) -> Page {
    reachable(&ctx, id, "project.entry").await?;
    let text = |name: &str| texts.get(name).map_or("", String::as_str);
    entries::attach(ctx.app(), ctx.actor(), id, text("request_id"), text("step"), files).await?;
    ctx.done("材料已上传。", &format!("{}?tab=watch", href(id))).await
}

/// `GET /desk/projects/{id}/papers/{digest}`: pictures show, everything else is kept.
pub(crate) async fn send(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    reachable(&ctx, id, "project.view").await?;
    let found = papers::read(&ctx.db, &ctx.objects, KIND, id, &digest).await?;
    let (paper, bytes) = found.ok_or_else(|| AppError::not_found("没有找到这份材料。"))?;
    let mime = match paper.mime.as_str() {
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        _ => return Ok(web::download(&paper.file_name, "application/pdf", bytes)),
    };
    Ok(([(header::CONTENT_TYPE, mime)], bytes).into_response())
}
