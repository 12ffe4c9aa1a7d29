//! One step of a project: its form, and taking it.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use kernel::{AppError, AppResult, ErrorKind};
use records::flow::Code;
use web::{Ctx, Page, parts::Field};

use super::{
    block::{Block, Blocks, FormView, fields},
    frame, href, reachable, request_id,
};
use crate::{
    model::{Filled, PROJECT_FLOW, ProjectAct, forms},
    store::{project::Project, step},
};

/// `GET /desk/projects/{id}/steps/{act}`
pub(crate) async fn ask(ctx: Ctx, Path((id, act)): Path<(i64, String)>) -> Page {
    let row = reachable(&ctx, id, "project.step").await?;
    page(&ctx, &row, named(&act)?, &Filled::default())?.show()
}

/// `POST /desk/projects/{id}/steps/{act}`
pub(crate) async fn take(
    ctx: Ctx,
    Path((id, act)): Path<(i64, String)>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Page {
    let row = reachable(&ctx, id, "project.step").await?;
    let act = named(&act)?;
    let form = Filled(sent);
    match step::step(ctx.app(), ctx.actor(), id, form.get("request_id"), act, &form).await {
        Ok(()) => ctx.done(format!("已办理：{}。", act.title()), &href(id)).await,
        Err(e) if e.kind == ErrorKind::Invalid => page(&ctx, &row, act, &form)?.refused(&e.message),
        Err(e) => Err(e.into()),
    }
}

fn named(act: &str) -> AppResult<ProjectAct> {
    ProjectAct::parse(act).ok_or_else(|| AppError::not_found("没有这一步。"))
}

fn page(ctx: &Ctx, row: &Project, act: ProjectAct, form: &Filled) -> AppResult<Blocks> {
    let taken = PROJECT_FLOW.step(row.state(), act)?;
    let today = ctx.clock.today().to_string();
    let value = |name: &str| form.get(name).to_owned();
    let on = if form.get("on").is_empty() { today } else { value("on") };
    let mut inputs = vec![Field::input("date", "on", "办理日期").value(on).required()];
    inputs.extend(fields(&forms::asks(act), value));
    if taken.needs.basis {
        let f = Field::text("basis", "依据文号").value(form.get("basis")).required();
        inputs.push(f.hint("会议纪要、批复或备案的文号"));
    }
    if taken.needs.reason {
        inputs.push(Field::area("reason", "理由").value(form.get("reason")).required());
    }
    let mut block = Block::new(act.title()).say(format!("{} → {}", row.state().title(), taken.to.title()));
    if !taken.guard.is_empty() {
        block = block.say(format!("条件：{}。", taken.guard));
    }
    let form = FormView {
        action: format!("{}/steps/{}", href(row.id), act.id()),
        request_id: request_id(ctx),
        fields: inputs,
        button: format!("确认{}", act.title()),
        question: format!("确认办理“{}”？办理后记入历史，不能删除。", act.title()),
        ..FormView::default()
    };
    Ok(Blocks::new(frame(ctx).crumb(row.name.clone(), href(row.id)).here(act.title())).block(block.form(form)))
}
