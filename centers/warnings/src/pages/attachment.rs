//! A file of a finding, for those who may see it; never run by the browser.

use ::store::Digest;
use axum::extract::Path;
use kernel::AppError;
use web::{Ctx, Page, download};

use super::detail;
use crate::store::attachment as stored;

/// `GET /desk/warnings/{id}/files/{digest}`
pub(super) async fn attachment(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    detail::reachable(&ctx, id, "finding.attachment").await?;
    let gone = || AppError::not_found("没有找到这个附件。");
    let file = stored(&ctx.db, ctx.scope(), id, &digest).await?.ok_or_else(gone)?;
    let digest = Digest::from_hex(&file.digest).ok_or_else(gone)?;
    let objects = ctx.objects.clone();
    let bytes = tokio::task::spawn_blocking(move || objects.read(&digest))
        .await
        .map_err(AppError::internal)??;
    let mime = match file.mime.as_str() {
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        _ => "application/pdf",
    };
    Ok(download(&file.file_name, mime, bytes))
}
