//! `GET /`: the four questions, each answered by a figure and the table behind it.

use std::sync::Arc;

use askama::Template;
use axum::extract::Query;
use web::{Ctx, Layer, Page, Shell, html};

use super::{
    ListQuery,
    overview::{Overview, overview},
};

#[derive(Template)]
#[template(path = "pages/home.html")]
struct Home {
    shell: Shell,
    area: String,
    all: Arc<Overview>,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    html(Home {
        shell: Shell {
            title: String::new(),
            ..ctx.shell(Layer::Public)
        },
        area: ctx.config.area_title.clone(),
        all: overview(&ctx, &query).await?,
    })
}
