//! `GET /desk/outbox`: the messages of a trial, which no phone receives.

use askama::Template;
use kernel::Timestamp;
use web::{Ctx, Layer, Page, Shell, html};

use crate::own::record::outbox;

#[derive(Template)]
#[template(path = "pages/outbox.html")]
struct OutboxPage {
    shell: Shell,
    lines: Vec<Line>,
}

struct Line {
    time: String,
    phone: String,
    text: String,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let lines = outbox(&ctx.db).await?;
    html(OutboxPage {
        shell: ctx.shell(Layer::Management).here("演示短信"),
        lines: lines
            .into_iter()
            .map(|m| Line {
                time: Timestamp(m.at_millis).to_string(),
                phone: m.phone_mask,
                text: m.text,
            })
            .collect(),
    })
}
