//! `/desk/policies`: one document of the library with its papers and its next step.

use access::{Resource, Role};
use askama::Template;
use axum::extract::{Form, Path};
use kernel::{AppError, AppResult, ErrorKind};
use records::{flow::Code, history};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Pair, TimelineItem},
};

use super::{
    pairs,
    papers::{Line, lines},
};
use crate::{
    model::{FIELDS, FLOW, Governs, PolicyAct, State},
    store::{self, PaperKind, Policy},
};

#[derive(Template)]
#[template(path = "pages/desk_one.html")]
struct OnePage {
    shell: Shell,
    links: Vec<(&'static str, &'static str)>,
    problem: String,
    p: Policy,
    /// Whether everyone may read it.
    public: bool,
    pairs: Vec<Pair>,
    papers: Vec<Line>,
    kinds: Vec<(&'static str, &'static str)>,
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
        Err(e) => refused(&ctx, id, e).await,
    }
}

/// The page with what stands against an act; nothing was changed.
pub(crate) async fn refused(ctx: &Ctx, id: i64, error: AppError) -> Page {
    if !matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) {
        return Err(error.into());
    }
    let mut page = page(ctx, id).await?;
    page.problem = error.message;
    Ok(web::refused(html(page)?))
}

async fn page(ctx: &Ctx, id: i64) -> AppResult<OnePage> {
    let p = store::one(&ctx.db, id, false).await?;
    let may = ctx.may("policy.step", &Resource::in_region(ctx.config.area));
    let account = ctx.actor().account.map(|a| a.0);
    let own = account.is_some_and(|a| a == p.entered_by || a == p.last_actor);
    let open = FLOW.open_to(p.state(), ctx.actor().role);
    let acts: Vec<PolicyAct> = open.iter().filter(|_| may).map(|s| s.act).collect();
    let shell = ctx
        .shell(households::desk_layer(ctx))
        .crumb("政策文件", "/desk/policies");
    Ok(OnePage {
        shell: shell.here(p.title.clone()),
        links: (p.governs == Governs::FundEvaluation.id() && ctx.may("fund.view", &Resource::any()))
            .then_some(("管理绩效评价", "/desk/funds/evaluations"))
            .into_iter()
            .collect(),
        problem: String::new(),
        public: p.state() != State::Draft,
        pairs: pairs(&p),
        papers: lines(&store::papers_of(&ctx.db, id).await?, &format!("/desk/policies/{id}")),
        kinds: PaperKind::ALL.iter().map(|k| (k.id(), k.title())).collect(),
        edit: acts.contains(&PolicyAct::Edit),
        // Who entered or changed a document sees no button he may not press.
        acts: acts
            .into_iter()
            .filter(|a| *a == PolicyAct::Withdraw || (*a == PolicyAct::Publish && !own))
            .collect(),
        request_id: format!("policy-{}", ctx.next_id()),
        past: past(ctx, id).await?,
        p,
    })
}

async fn past(ctx: &Ctx, id: i64) -> AppResult<Vec<TimelineItem>> {
    let titles: Vec<(&str, &str)> = FIELDS
        .iter()
        .map(|(name, title, ..)| (*name, *title))
        .chain([("papers", "附件")])
        .collect();
    let entries = history::entries(&ctx.db, store::KIND, id).await?;
    let item = |(n, v): (usize, &history::Entry)| {
        let mut note: Vec<String> = Vec::new();
        if !v.reason.is_empty() {
            note.push(v.reason.clone());
        }
        if let Some(before) = entries.get(n + 1) {
            let changed = history::differences(&before.state, &v.state, &titles);
            note.extend(
                changed
                    .iter()
                    .map(|d| format!("{}：{} → {}", d.title, short(&d.before), short(&d.after))),
            );
        }
        TimelineItem {
            time: v.at(),
            actor: format!(
                "{}（{}）",
                v.actor_name,
                Role::from_id(&v.role).map_or("", |r| r.title())
            ),
            act: match v.act.as_str() {
                "attach" => "上传附件",
                "detach" => "移除附件",
                act => PolicyAct::parse(act).map_or("录入", |a| a.title()),
            }
            .to_owned(),
            note: note.join("；"),
            tone: "done",
        }
    };
    Ok(entries.iter().enumerate().map(item).collect())
}

/// Long texts are told by their beginning.
fn short(text: &str) -> String {
    if text.is_empty() {
        return "空".to_owned();
    }
    let mut shown: String = text.chars().take(40).collect();
    if text.chars().count() > 40 {
        shown.push('…');
    }
    shown
}
