//! Department files of the demo county, through the same door as an upload, and the first comparison.

use std::path::Path;

use access::Actor;
use comparison::runs::{self, RunKind, RunRequest};
use kernel::{AppError, AppResult, ErrorKind};
use simulate::County;
use web::App;

/// Writes the files as departments send them and imports each; returns how many rows they hold.
pub(super) async fn import_all(app: &App, county: &County, folder: &Path) -> AppResult<u64> {
    let contracts = folder.join("contracts");
    super::write_contracts(&contracts)?;
    let summary = simulate::write_files(county, &contracts, folder, &mut |_| {})
        .map_err(|e| AppError::new(ErrorKind::Unavailable, format!("无法写入 {}：{e}", folder.display())))?;
    let mut rows = 0;
    for file in summary.files.iter().filter(|f| !f.dataset.is_empty()) {
        let report =
            comparison::sources::import_file(app, &Actor::system(), &file.dataset, &folder.join(&file.path), false)
                .await?;
        rows += report.rows;
    }
    Ok(rows)
}

/// Runs every rule over the whole area once, so that the warning center has work to show.
pub async fn compare(app: &App) -> AppResult<u64> {
    let system = Actor::system();
    let request = RunRequest {
        purpose: "演示：首次全面比对".to_owned(),
        legal_basis: "演示数据，全部虚构，不涉及真实个人".to_owned(),
        rules: Vec::new(),
        area: app.config.area,
        public_interest: "演示数据，全部虚构，不涉及真实个人的存款、证券".to_owned(),
        kind: RunKind::Full,
    };
    let id = runs::request_run(app, &system, &request).await?;
    runs::execute(app, &system, id).await?;
    let run = runs::run(&app.db, id)
        .await?
        .ok_or_else(|| AppError::internal("the run is gone"))?;
    Ok(run.findings.unsigned_abs())
}
