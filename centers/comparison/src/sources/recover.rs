//! After a crash: what was under way is called interrupted, and its leftovers are removed.

use access::Actor;
use kernel::{AppError, AppResult};
use serde_json::json;
use store::args;
use trail::Act;
use web::App;

use super::{BatchState, Sources, batch};

/// Call once at start, before the first request. Returns how many imports were interrupted.
pub async fn recover(app: &App) -> AppResult<u64> {
    let sources = app.part::<Sources>()?;
    let removed = sources.clean().map_err(AppError::internal)?;
    let interrupted = batch::running(&app.db).await?;
    for batch in &interrupted {
        let tx = app.trail.begin(&Actor::system()).await?;
        tx.execute(
            "UPDATE import_batch SET state = $2, message = $3, finished_at = $4 WHERE id = $1 AND state = 'running'",
            args![
                batch.id,
                BatchState::Interrupted.id(),
                "平台在导入中途停止，没有写入任何数据，请重新导入",
                tx.at().millis()
            ],
        )
        .await?;
        let detail = json!({ "data_set": batch.data_set, "removed_files": removed });
        tx.commit(Act::new("source.interrupted", format!("import:{}", batch.id)).with(detail))
            .await?;
    }
    Ok(interrupted.len() as u64)
}
