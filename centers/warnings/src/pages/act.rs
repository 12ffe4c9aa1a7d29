//! Doing something to a finding: read the form, may they, carry it out, say what happened.

use ::store::{Query, args};
use axum::{extract::Path, http::StatusCode, response::IntoResponse};
use kernel::{AppResult, ErrorKind};
use web::{Ctx, Page};

use super::{LIST, detail, filled::Filled, forms, href};
use crate::{
    model::ActKind,
    store::{Outcome, find, perform},
};

/// `POST /desk/warnings/{id}/{act}`
pub(super) async fn act(ctx: Ctx, Path(id): Path<i64>, filled: Filled, kind: ActKind) -> Page {
    detail::reachable(&ctx, id, kind.action()).await?;
    let outcome = carry_out(&ctx, id, &filled, kind).await;
    match outcome {
        Ok(outcome) => {
            let to = if find(&ctx.db, ctx.scope(), id).await?.is_some() {
                href(id)
            } else {
                LIST.to_owned()
            };
            let text = match outcome {
                Outcome::Done => format!("已办理：{}。", kind.title()),
                Outcome::Already => format!("“{}”已经办理过，没有重复办理。", kind.title()),
            };
            ctx.done(text, &to).await
        }
        Err(error) if error.kind == ErrorKind::Invalid => {
            let page = detail::show(&ctx, id, false, Some((kind, &filled, error.message))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, [("x-own-body", "1")], page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(ctx: &Ctx, id: i64, filled: &Filled, kind: ActKind) -> AppResult<Outcome> {
    let into = if kind == ActKind::Merge {
        by_number(ctx, &filled.of(kind, "into")).await?
    } else {
        None
    };
    let act = forms::read(kind, filled, into)?;
    perform(
        ctx.app(),
        ctx.actor(),
        id,
        filled.request_id(),
        act,
        filled.files.clone(),
    )
    .await
}

/// The id behind a number as printed; the scope is looked at when the act is carried out.
async fn by_number(ctx: &Ctx, number: &str) -> AppResult<Option<i64>> {
    let id = "SELECT id FROM finding WHERE finding_no = $1";
    let id = ctx.db.number(id, args![number.trim().to_uppercase()]).await?;
    Ok((id != 0).then_some(id))
}
