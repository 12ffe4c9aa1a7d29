//! `POST /desk/filters`: keep the present query of a list under a name; `…/{id}/remove`: forget one.

use axum::{Form, extract::Path};
use kernel::AppError;
use serde::Deserialize;
use trail::Act;
use web::{Ctx, Page};

use super::{keep as write, remove as forget};

#[derive(Deserialize)]
pub(crate) struct KeepForm {
    page: String,
    name: String,
    #[serde(default)]
    query: String,
}

pub(crate) async fn keep(ctx: Ctx, Form(form): Form<KeepForm>) -> Page {
    // The page is a path of ours: it is where the browser is sent back to.
    if !form.page.starts_with("/desk/") || form.page.contains(['?', '#', '\\', '\r', '\n']) || form.query.len() > 1000 {
        return Err(AppError::invalid("筛选无法保存，请回到列表重试。").into());
    }
    let tx = ctx.trail.begin(ctx.actor()).await?;
    write(
        &tx,
        ctx.ids.next(ctx.clock.as_ref()),
        &form.page,
        &form.name,
        &form.query,
    )
    .await?;
    tx.commit(Act::new("filter.keep", format!("page:{}", form.page)))
        .await?;
    let back = if form.query.is_empty() {
        form.page
    } else {
        format!("{}?{}", form.page, form.query)
    };
    ctx.done(format!("已保存筛选“{}”。", form.name.trim()), &back).await
}

pub(crate) async fn remove(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let tx = ctx.trail.begin(ctx.actor()).await?;
    let page = forget(&tx, id).await?;
    tx.commit(Act::new("filter.remove", format!("page:{page}"))).await?;
    ctx.done("已删除筛选。", &page).await
}
