//! Papers of a project: pledges before the start, photos while it is built, minutes and reports.

use axum::{
    extract::{Multipart, Path},
    http::header,
    response::IntoResponse,
};
use kernel::AppError;
use records::papers::{self, MAX_PAPER_BYTES, MAX_PAPERS, Upload};
use web::{Ctx, Page, WebError};

use super::{href, reachable};
use crate::store::{KIND, entries};

/// `POST /desk/projects/{id}/papers`
pub(crate) async fn attach(ctx: Ctx, Path(id): Path<i64>, mut parts: Multipart) -> Page {
    reachable(&ctx, id, "project.entry").await?;
    let (mut request_id, mut step, mut uploads) = (String::new(), String::new(), Vec::new());
    while let Some(mut part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
            if bytes.len() + chunk.len() > MAX_PAPER_BYTES {
                return Err(AppError::invalid("文件超过 10 MB，请压缩后再上传。").into());
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(_) if uploads.len() == MAX_PAPERS => {
                return Err(AppError::invalid(format!("一次最多上传 {MAX_PAPERS} 个文件。")).into());
            }
            Some(file_name) => uploads.push(Upload { file_name, bytes }),
            None => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                match name.as_str() {
                    "request_id" => request_id = text,
                    "step" => step = text,
                    _ => {}
                }
            }
        }
    }
    entries::attach(ctx.app(), ctx.actor(), id, &request_id, &step, uploads).await?;
    ctx.done("材料已上传。", &format!("{}?tab=watch", href(id))).await
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WebError {
    AppError::invalid("文件没有传完整，请检查网络后重新上传。")
        .caused_by(cause)
        .into()
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
