//! `GET /desk/imports/{id}/rejects.xlsx`: rejected rows to correct and send again. They hold readable ID
//! numbers, so the download goes on the record before the file is opened.

use access::Resource;
use axum::extract::Path;
use intake::rejects_xlsx;
use kernel::AppError;
use serde_json::json;
use trail::Act;
use web::{Ctx, Page, download};

use super::{batch_of, template::XLSX};
use crate::sources::Sources;

pub(crate) async fn send(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let (batch, contract) = batch_of(&ctx, id).await?;
    ctx.require("source.rejects", &Resource::any().of_department(&contract.owner))?;
    let path = ctx.part::<Sources>()?.rejects_path(id);
    if !batch.has_rejects || !path.exists() {
        return Err(AppError::not_found("这次导入没有退回行。").into());
    }
    let act = Act::new("source.rejects", format!("import:{id}"))
        .for_purpose("下载退回行，改正后重新报送")
        .with(json!({ "data_set": batch.data_set, "rejected": batch.rejected }));
    ctx.trail.note(ctx.actor(), act).await?;
    let keys = ctx.keys.clone();
    let bytes = tokio::task::spawn_blocking(move || rejects_xlsx(&path, &keys))
        .await
        .map_err(AppError::internal)?
        .map_err(AppError::internal)?;
    Ok(download(&format!("{}退回行.xlsx", contract.title), XLSX, bytes))
}
