//! Fuyuan: 9,555 applications for the renovation of dangerous houses, of which 262 must be looked at again.

use std::path::Path;

use kernel::{AppError, AppResult};
use web::App;

use super::Delivery;
use crate::demo::{registers, write_contracts};

/// The tables such an application is compared with.
const COMPARED: [&str; 7] = [
    "house_renovation",
    "cadres",
    "cadre_kin",
    "payroll",
    "business",
    "vehicles",
    "real_estate",
];

pub(super) async fn enter(app: &App, files: &Path) -> AppResult<Vec<Delivery>> {
    let county = simulate::fuyuan(2018);
    registers::load(app, &county).await?;
    let contracts = files.join("contracts");
    write_contracts(&contracts)?;
    let summary = simulate::write_files(&county, &contracts, files, &mut |_| {}).map_err(AppError::internal)?;
    let compared = summary.files.iter().filter(|f| COMPARED.contains(&f.dataset.as_str()));
    Ok(compared
        .map(|f| Delivery {
            data_set: f.dataset.clone(),
            path: files.join(&f.path),
            rows: f.rows,
        })
        .collect())
}
