//! Papers of a document: attached to a draft by the desk, read by whoever may read the document.

use axum::{
    extract::{Form, Path, Request, State},
    http::header,
    response::IntoResponse,
};
use kernel::AppError;
use records::{
    flow::Code,
    papers::{self, Paper},
    sent::{Limits, Sent},
};
use serde::Deserialize;
use web::{App, Ctx, Page};

use super::desk;
use crate::store::{self, KIND, PaperKind};

/// A paper as a page lists it.
pub(crate) struct Line {
    pub kind: &'static str,
    pub name: String,
    pub href: String,
    pub size: String,
}

/// The papers of a document as links below `path`.
pub(crate) fn lines<'p>(papers: impl IntoIterator<Item = &'p Paper>, path: &str) -> Vec<Line> {
    let line = |p: &Paper| Line {
        kind: PaperKind::parse(&p.step).map_or("附件", |k| k.title()),
        name: p.file_name.clone(),
        href: format!("{path}/papers/{}", p.digest),
        size: match p.size_bytes {
            n if n >= 1 << 20 => format!("{:.1} MB", n as f64 / f64::from(1 << 20)),
            n => format!("{} KB", (n + 1023) / 1024),
        },
    };
    papers.into_iter().map(line).collect()
}

/// `POST /desk/policies/{id}/papers`
pub(crate) async fn attach(ctx: Ctx, Path(id): Path<i64>, State(app): State<App>, request: Request) -> Page {
    let sent = Sent::read(request, &app, Limits::PAPERS).await?;
    let text = |name: &str| sent.texts.get(name).cloned().unwrap_or_default();
    let (request_id, kind) = (text("request_id"), PaperKind::parse(&text("kind")));
    let Some(kind) = kind else {
        return desk::refused(&ctx, id, AppError::invalid("请选择附件种类。")).await;
    };
    match store::attach(ctx.app(), ctx.actor(), &request_id, id, kind, sent.files).await {
        Ok(()) => {
            ctx.done("附件已上传，随文件发布时公开。", &format!("/desk/policies/{id}"))
                .await
        }
        Err(e) => desk::refused(&ctx, id, e).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RemoveForm {
    request_id: String,
}

/// `POST /desk/policies/{id}/papers/{digest}/remove`
pub(crate) async fn remove(ctx: Ctx, Path((id, digest)): Path<(i64, String)>, Form(form): Form<RemoveForm>) -> Page {
    match store::detach(ctx.app(), ctx.actor(), &form.request_id, id, &digest).await {
        Ok(()) => ctx.done("附件已移除。", &format!("/desk/policies/{id}")).await,
        Err(e) => desk::refused(&ctx, id, e).await,
    }
}

/// `GET /desk/policies/{id}/papers/{digest}`
pub(crate) async fn desk(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    send(&ctx, id, &digest, false).await
}

/// `GET /policies/{id}/papers/{digest}`: none of a draft's.
pub(crate) async fn open(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    send(&ctx, id, &digest, true).await
}

/// Pictures show, everything else is kept.
async fn send(ctx: &Ctx, id: i64, digest: &str, public: bool) -> Page {
    store::one(&ctx.db, id, public).await?;
    let found = papers::read(&ctx.db, &ctx.objects, KIND, id, digest).await?;
    let (paper, bytes) = found.ok_or_else(|| AppError::not_found("没有找到这个附件。"))?;
    let mime = match paper.mime.as_str() {
        "image/jpeg" => "image/jpeg",
        "image/png" => "image/png",
        _ => return Ok(web::download(&paper.file_name, "application/pdf", bytes)),
    };
    Ok(([(header::CONTENT_TYPE, mime)], bytes).into_response())
}
