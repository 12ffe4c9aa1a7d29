//! `POST /mine/code`: a code to the registered phone. The answer is the same whether there is one or not.

use axum::response::{IntoResponse, Redirect};
use trail::Act;
use web::{Ctx, Page};

use super::over;
use crate::own::{
    limit,
    proof::{self, CODE_MINUTES, Stage},
    sender::{Sender, deliver},
    visitor::Visitor,
};

pub(crate) async fn send(ctx: Ctx, visitor: Visitor) -> Page {
    let Some((proof, stage)) = proof::find(ctx.app(), visitor.question.as_deref()).await? else {
        return Ok(over());
    };
    if stage == Stage::Proved {
        return Ok(Redirect::to("/mine/detail").into_response());
    }
    let Ok(sender) = ctx.part::<Sender>() else {
        return Ok(Redirect::to("/mine/public").into_response());
    };
    let code = proof::new_code(ctx.nonce()?);
    let tx = ctx.trail.begin(ctx.actor()).await?;
    limit::spend(ctx.app(), &tx, &visitor, "code").await?;
    let kept = proof::keep_code(ctx.app(), &tx, &proof, &code, tx.at()).await?;
    tx.commit(Act::new("own.code", "visitor:public")).await?;
    if kept {
        let text = format!(
            "【{}】验证码 {code}，{CODE_MINUTES} 分钟内有效，用于查询本人补助。任何人都不会向您索要验证码。",
            ctx.config.product
        );
        tokio::spawn(deliver(ctx.app().clone(), Sender::clone(&sender), proof.person(), text));
    }
    Ok(Redirect::to("/mine/public").into_response())
}
