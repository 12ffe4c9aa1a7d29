//! `POST /desk/sources/{data_set}/import`: takes the file piece by piece to disk, then begins the import.

use access::Resource;
use axum::{
    extract::{Multipart, Path, multipart::Field},
    response::{IntoResponse, Redirect},
};
use kernel::{AppError, AppResult};
use tokio::io::AsyncWriteExt;
use web::{Ctx, Page};

use super::contract_of;
use crate::sources::{Sources, start_import};

/// Names longer than this are cut; they are shown, never used as a path.
const MAX_NAME_CHARS: usize = 120;

pub(crate) async fn take(ctx: Ctx, Path(name): Path<String>, mut form: Multipart) -> Page {
    let contract = contract_of(&ctx, &name)?;
    ctx.require("source.import", &Resource::any().of_department(&contract.owner))?;
    let sources = ctx.part::<Sources>()?;
    let upload = sources.upload_path(ctx.next_id());
    let mut dry_run = true;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("mode") => dry_run = field.text().await.map_err(broken)? != "import",
            Some("file") => {
                let file_name = shown_name(field.file_name().unwrap_or_default());
                if let Err(error) = keep(field, &upload, sources.max_upload_bytes).await {
                    let _ = tokio::fs::remove_file(&upload).await;
                    return Err(error.into());
                }
                let id = start_import(ctx.app(), ctx.actor(), &name, upload, file_name, dry_run).await?;
                return Ok(Redirect::to(&format!("/desk/imports/{id}")).into_response());
            }
            _ => {}
        }
    }
    Err(AppError::invalid("没有收到文件，请选择文件后再上传。").into())
}

/// Streams the field to a file only we can read; memory holds one piece at a time.
async fn keep(mut field: Field<'_>, path: &std::path::Path, limit: u64) -> AppResult<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await.map_err(AppError::internal)?;
    let mut size = 0;
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        size += piece.len() as u64;
        if size > limit {
            return Err(AppError::invalid(format!(
                "文件超过 {} MB 的上限，请分成几份上传。",
                limit >> 20
            )));
        }
        file.write_all(&piece).await.map_err(AppError::internal)?;
    }
    if size == 0 {
        return Err(AppError::invalid("文件是空的，请选择有内容的文件。"));
    }
    file.flush().await.map_err(AppError::internal)
}

fn broken(error: axum::extract::multipart::MultipartError) -> AppError {
    AppError::invalid("上传中断，请重新选择文件上传。").caused_by(error)
}

/// The last part of the name, without control characters.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    if plain.is_empty() {
        "未命名".to_owned()
    } else {
        plain
    }
}
