//! The pages of data sources.

pub(super) mod batch;
pub(super) mod data_set;
pub(super) mod list;
pub(super) mod rejects;
pub(super) mod template;
pub(super) mod upload;

use std::sync::Arc;

use access::Resource;
use kernel::{AppError, AppResult};
use web::Ctx;

use super::{Batch, Sources};
use intake::contract::Contract;

/// A known data set within the caller's reach.
fn contract_of(ctx: &Ctx, name: &str) -> AppResult<Arc<Contract>> {
    let sources = ctx.part::<Sources>()?;
    let found = sources.contracts.get(name).filter(|c| reaches(ctx, c)).cloned();
    found.ok_or_else(|| AppError::not_found("没有这个数据集，或不在您的管理范围内。"))
}

/// A department sees and delivers its own tables only.
fn reaches(ctx: &Ctx, contract: &Contract) -> bool {
    ctx.scope().covers_department(&contract.owner)
}

fn may_import(ctx: &Ctx, contract: &Contract) -> bool {
    ctx.may("source.import", &Resource::any().of_department(&contract.owner))
}

/// A batch and its data set, within the caller's reach.
async fn batch_of(ctx: &Ctx, id: i64) -> AppResult<(Batch, Arc<Contract>)> {
    let batch = super::batch(&ctx.db, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有这次导入。"))?;
    let contract = contract_of(ctx, &batch.data_set)?;
    Ok((batch, contract))
}

/// `1.2 MB`.
fn size_text(bytes: i64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}
