//! `/desk/policies`: all documents of the library, and the next step of each.

use access::{Resource, Role};
use askama::Template;
use axum::{
    extract::{Form, Path, Query},
    http::StatusCode,
    response::IntoResponse,
};
use kernel::{AppError, AppResult, ErrorKind};
use records::{flow::Code, history};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Pair, TimelineItem},
};

use super::{ListQuery, categories, pairs};
use crate::{
    model::{FLOW, PolicyAct, State},
    store::{self, Policy},
};

#[derive(Template)]
#[template(path = "pages/desk_list.html")]
struct ListPage {
    shell: Shell,
    query: ListQuery,
    categories: Vec<(&'static str, &'static str)>,
    states: Vec<(&'static str, &'static str)>,
    may_enter: bool,
    rows: Vec<Policy>,
}

#[derive(Template)]
#[template(path = "pages/desk_one.html")]
struct OnePage {
    shell: Shell,
    problem: String,
    p: Policy,
    pairs: Vec<Pair>,
    acts: Vec<PolicyAct>,
    edit: bool,
    request_id: String,
    past: Vec<TimelineItem>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct StepForm {
    request_id: String,
    reason: String,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let states = State::ALL.iter().map(|s| (s.id(), s.title()));
    html(ListPage {
        shell: ctx.shell(households::desk_layer(&ctx)).here("政策文件"),
        rows: store::list(&ctx.db, &query.asked(false)).await?,
        categories: categories(),
        states: std::iter::once(("", "全部状态")).chain(states).collect(),
        may_enter: ctx.may("policy.enter", &Resource::in_region(ctx.config.area)),
        query,
    })
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    html(page(&ctx, id).await?)
}

pub(crate) async fn step(ctx: Ctx, Path((id, act)): Path<(i64, String)>, Form(form): Form<StepForm>) -> Page {
    let act = PolicyAct::parse(&act)
        .filter(|a| *a != PolicyAct::Edit)
        .ok_or_else(|| AppError::not_found("没有这一步。"))?;
    match store::step(ctx.app(), ctx.actor(), &form.request_id, id, act, &form.reason).await {
        Ok(()) => {
            ctx.done(format!("已{}。", act.title()), &format!("/desk/policies/{id}"))
                .await
        }
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let mut page = page(&ctx, id).await?;
            page.problem = e.message;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, [("x-own-body", "1")], html(page)?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

async fn page(ctx: &Ctx, id: i64) -> AppResult<OnePage> {
    let p = store::one(&ctx.db, id, false).await?;
    let may = ctx.may("policy.step", &Resource::in_region(ctx.config.area));
    let own = ctx.actor().account.is_some_and(|a| a.0 == p.entered_by);
    let open = FLOW.open_to(p.state(), ctx.actor().role);
    let acts: Vec<PolicyAct> = open.iter().filter(|_| may).map(|s| s.act).collect();
    let shell = ctx
        .shell(households::desk_layer(ctx))
        .crumb("政策文件", "/desk/policies");
    let past = history::entries(&ctx.db, store::KIND, id)
        .await?
        .into_iter()
        .map(|v| TimelineItem {
            time: v.at(),
            actor: format!(
                "{}（{}）",
                v.actor_name,
                Role::from_id(&v.role).map_or("", |r| r.title())
            ),
            act: PolicyAct::parse(&v.act).map_or("录入", |a| a.title()).to_owned(),
            note: v.reason.clone(),
            tone: "done",
        });
    Ok(OnePage {
        shell: shell.here(p.title.clone()),
        problem: String::new(),
        pairs: pairs(&p),
        edit: acts.contains(&PolicyAct::Edit),
        // Who entered a document sees no button he may not press.
        acts: acts
            .into_iter()
            .filter(|a| *a == PolicyAct::Withdraw || (*a == PolicyAct::Publish && !own))
            .collect(),
        request_id: format!("policy-{}", ctx.next_id()),
        past: past.collect(),
        p,
    })
}
