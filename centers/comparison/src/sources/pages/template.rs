//! `GET /desk/sources/{data_set}/template.xlsx` and `.csv`: what a department fills in.

use axum::extract::Path;
use kernel::AppError;
use web::{Ctx, Page, download};

use super::contract_of;

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(crate) async fn xlsx(ctx: Ctx, Path(name): Path<String>) -> Page {
    let contract = contract_of(&ctx, &name)?;
    let bytes = contract.template_xlsx().map_err(AppError::internal)?;
    Ok(download(&format!("{}模板.xlsx", contract.title), XLSX, bytes))
}

pub(crate) async fn csv(ctx: Ctx, Path(name): Path<String>) -> Page {
    let contract = contract_of(&ctx, &name)?;
    Ok(download(
        &format!("{}模板.csv", contract.title),
        "text/csv; charset=utf-8",
        contract.template_csv(),
    ))
}
