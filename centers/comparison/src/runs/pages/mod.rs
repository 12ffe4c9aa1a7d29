//! Pages of runs and rules.

pub(super) mod changes;
pub(super) mod list;
pub(super) mod new;
pub(super) mod one;
pub(super) mod rule;
pub(super) mod rules;

use access::Resource;
use kernel::{AppError, AppResult};
use web::Ctx;

use super::{Run, run};

/// A run the reader may see.
async fn visible(ctx: &Ctx, id: i64, action: &str) -> AppResult<Run> {
    let run = run(&ctx.db, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有这次比对，或不在您的管理范围内。"))?;
    ctx.require(action, &Resource::in_region(run.region()))?;
    Ok(run)
}
