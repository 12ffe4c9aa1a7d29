//! `POST /mine/close`: the end of a question, so that the next at this screen finds nothing.

use axum::response::{IntoResponse, Redirect};
use trail::Act;
use web::{Ctx, Page};

use crate::own::{
    proof,
    visitor::{Visitor, drop_question},
};

pub(crate) async fn submit(ctx: Ctx, visitor: Visitor) -> Page {
    if let Some((proof, _)) = proof::find(ctx.app(), visitor.question.as_deref()).await? {
        let tx = ctx.trail.begin(ctx.actor()).await?;
        proof::end(&tx, &proof).await?;
        tx.commit(Act::new("own.close", "visitor:public")).await?;
    }
    let mut response = Redirect::to("/mine?over=1").into_response();
    drop_question(ctx.app(), &mut response)?;
    Ok(response)
}
