//! `GET /desk/outbox`: the messages of a trial, which no phone receives.

use askama::Template;
use kernel::{AppResult, Timestamp};
use store::{Db, FromQueryResult, Query, args};
use web::{Ctx, Layer, Page, Shell, html};

const MOST: i64 = 50;

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

#[derive(FromQueryResult)]
struct Message {
    at_millis: i64,
    phone_mask: String,
    text: String,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let lines = latest(&ctx.db).await?;
    html(OutboxPage {
        shell: ctx.shell(Layer::Management).here("演示短信"),
        lines: lines
            .into_iter()
            .map(|m| Line { time: Timestamp(m.at_millis).to_string(), phone: m.phone_mask, text: m.text })
            .collect(),
    })
}

async fn latest(db: &Db) -> AppResult<Vec<Message>> {
    db.rows("SELECT at_millis, phone_mask, text FROM outbox_message ORDER BY id DESC LIMIT $1", args![MOST]).await
}
