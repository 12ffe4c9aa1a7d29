//! `GET /mine` and `POST /mine`: the form, and the number on its way to a key. The number goes no further than this
//! file: it is never in an address, a table or a log.

use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect},
};
use kernel::IdNumber;
use serde::Deserialize;
use trail::Act;
use web::{Ctx, Layer, Page, Shell, html, parts::Field};

use crate::own::{
    limit::{self, MOST_AN_HOUR},
    proof,
    visitor::{Visitor, keep_question, new_token, remember_device},
};
use web::refused;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Come {
    over: String,
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    number: String,
}

#[derive(Template)]
#[template(path = "pages/mine/ask.html")]
struct AskPage {
    shell: Shell,
    over: bool,
    number: Field,
    most_an_hour: i64,
}

pub(crate) async fn show(ctx: Ctx, visitor: Visitor, Query(come): Query<Come>) -> Page {
    let mut response = page(&ctx, come.over == "1", None)?;
    remember_device(ctx.app(), &visitor, &mut response)?;
    Ok(response)
}

pub(crate) async fn look(ctx: Ctx, visitor: Visitor, Form(typed): Form<Typed>) -> Page {
    let parsed = match IdNumber::parse(&typed.number) {
        Ok(parsed) => parsed,
        Err(problem) => return Ok(refused(page(&ctx, false, Some(format!("{problem}。")))?)),
    };
    let person = ctx.keys.person_key(&parsed.number);
    let token = new_token(ctx.app())?;
    let tx = ctx.trail.begin(ctx.actor()).await?;
    limit::spend(ctx.app(), &tx, &visitor, "look").await?;
    proof::begin(ctx.app(), &tx, &token, person, tx.at()).await?;
    tx.commit(Act::new("own.look", "visitor:public")).await?;
    let mut response = Redirect::to("/mine/public").into_response();
    keep_question(ctx.app(), &token, &mut response)?;
    remember_device(ctx.app(), &visitor, &mut response)?;
    Ok(response)
}

fn page(ctx: &Ctx, over: bool, problem: Option<String>) -> Page {
    html(AskPage {
        shell: ctx.shell(Layer::Public).here("查我的"),
        over,
        // What was typed is not sent back: the next at this screen is somebody else.
        number: Field::text("number", "身份证号")
            .hint("18 位或旧式 15 位，末位是字母时输入 X。")
            .error(problem)
            .required(),
        most_an_hour: MOST_AN_HOUR,
    })
}
