//! Doing something in a procedure: beginning one, taking a step, an objection and its answer; and its papers.

use axum::{extract::Path, http::HeaderMap, response::IntoResponse};
use kernel::{AppError, AppResult, ErrorKind};
use records::{flow::Code, papers};
use web::{Ctx, Page, download};

use super::{filled::Filled, household};
use crate::{
    codes,
    model::{
        exit::REFUSALS,
        flows::{Act, Kind},
        guards::{Brought, Vote},
        sign::CONFIRMATIONS,
    },
    store::{KIND, Outcome, cases, perform},
};

/// `POST /desk/households/{id}/open`
pub(crate) async fn open(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    household::reached(&ctx, id, "household.step").await?;
    let brought = brought(&filled, &HeaderMap::new());
    let done = match (Kind::parse(filled.of("kind")), brought) {
        (Some(kind), Ok(brought)) => {
            let origin = codes::ORIGINS
                .iter()
                .find(|(id, _)| *id == filled.of("origin"))
                .map_or("village", |(id, _)| id);
            perform::open(ctx.app(), ctx.actor(), id, filled.request_id(), kind, origin, &brought).await
        }
        (None, _) => Err(AppError::invalid("请选择办理的事项。")),
        (_, Err(error)) => Err(error),
    };
    after(&ctx, id, filled, done).await
}

/// `POST /desk/households/{id}/step`
pub(crate) async fn step(ctx: Ctx, Path(id): Path<i64>, headers: HeaderMap, mut filled: Filled) -> Page {
    household::reached(&ctx, id, "household.step").await?;
    let files = std::mem::take(&mut filled.files);
    let done = match (Act::parse(filled.of("act")), brought(&filled, &headers)) {
        (Some(act), Ok(brought)) => {
            perform::perform(ctx.app(), ctx.actor(), id, filled.request_id(), act, &brought, files).await
        }
        (None, _) => Err(AppError::invalid("没有这一步，请刷新页面后重试。")),
        (_, Err(error)) => Err(error),
    };
    after(&ctx, id, filled, done).await
}

/// `POST /desk/households/{id}/objection`: an objection, or its answer.
pub(crate) async fn objection(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    household::reached(&ctx, id, "household.enter").await?;
    let (app, actor, request) = (ctx.app(), ctx.actor(), filled.request_id());
    let done = if filled.of("objection").is_empty() {
        cases::object(app, actor, id, request, filled.of("text")).await
    } else {
        cases::answer(app, actor, id, request, filled.number("objection"), filled.of("text")).await
    };
    after(&ctx, id, filled, done).await
}

async fn after(ctx: &Ctx, id: i64, filled: Filled, done: AppResult<Outcome>) -> Page {
    let back = format!("/desk/households/{id}?tab=flow");
    match done {
        Ok(Outcome::Done) => ctx.done("已办理。", &back).await,
        Ok(Outcome::Already) => ctx.done("已经办理过，没有重复办理。", &back).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            Ok(household::page(ctx, id, "flow", "", filled, Some(error.message)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn brought(filled: &Filled, headers: &HeaderMap) -> AppResult<Brought> {
    let ticked = |prefix: &str, list: &[(&str, &str)]| {
        list.iter()
            .filter(|(id, _)| filled.ticked(&format!("{prefix}{id}")))
            .map(|(id, _)| (*id).to_owned())
            .collect::<Vec<_>>()
    };
    let device = headers
        .get(axum::http::header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    Ok(Brought {
        reason: filled.text("reason", "理由", 500)?,
        codes: ticked("code_", &REFUSALS),
        basis: filled.text("basis", "依据", 200)?,
        on: filled.day("on", "办理日期")?,
        people: filled.names("people"),
        vote: Vote {
            due: filled.number("due"),
            present: filled.number("present"),
            agree: filled.number("agree"),
            against: filled.number("against"),
            abstain: filled.number("abstain"),
        },
        slot: filled.number("slot"),
        signer: filled.text("signer", "签字人姓名", 50)?,
        confirmed: ticked("confirm_", &CONFIRMATIONS),
        sustainability: filled.text("sustainability", "收入可持续的依据", 300)?,
        place: filled.text("place", "公示地点", 100)?,
        device: device.chars().take(60).collect(),
        arrears: filled.text("arrears", "补发的待遇和月份", 200)?,
    })
}

/// `GET /desk/households/{id}/papers/{digest}`
pub(crate) async fn paper(ctx: Ctx, Path((id, digest)): Path<(i64, String)>) -> Page {
    household::reached(&ctx, id, "household.view").await?;
    if crate::reach::sees_masked_names(ctx.actor().role) {
        return Err(AppError::forbidden("附件不在您的查看范围内。").into());
    }
    let (paper, bytes) = papers::read(&ctx.db, &ctx.objects, KIND, id, &digest)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份附件。"))?;
    Ok(download(&paper.file_name, "application/octet-stream", bytes).into_response())
}
