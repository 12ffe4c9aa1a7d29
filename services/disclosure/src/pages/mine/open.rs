//! `POST /mine/open`: the code given back. Right, it opens the detail and is on the person's record; wrong, it costs
//! one of five tries.

use axum::{
    Form,
    response::{IntoResponse, Redirect},
};
use kernel::checks::clean_code;
use serde::Deserialize;
use trail::Act;
use web::{Ctx, Page, refused};

use super::{found, over};
use crate::{
    own::{
        limit,
        proof::{self, Stage},
        record::subject,
        visitor::Visitor,
    },
    pages::ListQuery,
};

const WRONG: &str = "验证码不对或已失效。请核对短信；试满 5 次或超过 10 分钟的，请重新发送。";

#[derive(Deserialize)]
pub(crate) struct Typed {
    code: String,
}

pub(crate) async fn submit(ctx: Ctx, visitor: Visitor, Form(typed): Form<Typed>) -> Page {
    let Some((proof, stage)) = proof::find(ctx.app(), visitor.question.as_deref()).await? else {
        return Ok(over());
    };
    if stage == Stage::Proved {
        return Ok(Redirect::to("/mine/detail").into_response());
    }
    let tx = ctx.trail.begin(ctx.actor()).await?;
    limit::spend(ctx.app(), &tx, &visitor, "open").await?;
    if proof::give_code(ctx.app(), &tx, &proof, &clean_code(&typed.code), tx.at()).await? {
        tx.commit(Act::new("own.open", subject(proof.person()))).await?;
        return Ok(Redirect::to("/mine/detail").into_response());
    }
    tx.commit(Act::new("own.code_wrong", "visitor:public")).await?;
    Ok(refused(
        found::page(&ctx, &proof, Stage::CodeSent, &ListQuery::default(), Some(WRONG)).await?,
    ))
}
