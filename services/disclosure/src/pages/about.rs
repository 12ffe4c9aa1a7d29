//! `GET /about`: who publishes this, what is published and what never is, and where to turn.

use askama::Template;
use directory::orgs::orgs;
use web::{Ctx, Layer, Page, Shell, html};

#[derive(Template)]
#[template(path = "pages/about.html")]
struct AboutPage {
    shell: Shell,
    area: String,
    product: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    hotline: String,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let orgs = orgs(&ctx.db, ctx.config.area).await?;
    html(AboutPage {
        shell: ctx.shell(Layer::Public).here("关于本平台"),
        area: ctx.config.area_title.clone(),
        product: ctx.config.product.clone(),
        lines: orgs
            .into_iter()
            .filter_map(|o| {
                Some(Line {
                    name: o.name,
                    hotline: o.hotline.filter(|h| !h.is_empty())?,
                })
            })
            .take(50)
            .collect(),
    })
}
