//! Doing something to a finding: read the form, may they, carry it out, say what happened.

use axum::extract::Path;
use kernel::{AppResult, ErrorKind};
use web::{Ctx, Page};

use super::{LIST, detail, filled::Filled, forms, href};
use crate::{
    model::ActKind,
    store::{Outcome, find, id_of_number, perform, review},
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
            Ok(web::refused(page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(ctx: &Ctx, id: i64, filled: &Filled, kind: ActKind) -> AppResult<Outcome> {
    let into = if kind == ActKind::Merge {
        id_of_number(&ctx.db, &filled.of(kind, "into")).await?
    } else {
        None
    };
    let act = forms::read(kind, filled, into)?;
    let outcome = perform(
        ctx.app(),
        ctx.actor(),
        id,
        filled.request_id(),
        act,
        filled.files.clone(),
    )
    .await?;
    if matches!(kind, ActKind::RecordVerdict | ActKind::Return | ActKind::Reopen) {
        // The verdict stands, whatever becomes of the look at its rule: the hourly work looks again.
        if let Err(error) = review(ctx.app()).await {
            tracing::warn!(%error, "rules were not looked at after a verdict");
        }
    }
    Ok(outcome)
}
