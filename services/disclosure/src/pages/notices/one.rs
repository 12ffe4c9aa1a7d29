//! `GET /desk/notices/{id}`: a notice as it hangs, its days, its objections, and what this reader may do.

use access::Resource;
use askama::Template;
use axum::{Form, extract::Path};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair},
};

use super::{DESK, body, counted, post::pairs_of};
use crate::notices::{self, NoticeState, against_ending, notice, objections};

/// A notice, or what would be one.
#[derive(Default, Template)]
#[template(path = "pages/notices/one.html")]
pub(super) struct NoticePage {
    pub(super) shell: Shell,
    pub(super) links: Vec<(String, String)>,
    pub(super) problem: String,
    pub(super) notes: Vec<String>,
    pub(super) title: String,
    pub(super) pairs: Vec<Pair>,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) facts: Vec<Pair>,
    pub(super) shows_objections: bool,
    /// Day, who, what, answer.
    pub(super) objections: Vec<(String, String, String, String)>,
    pub(super) forms: Vec<FormView>,
}

pub(super) struct FormView {
    pub(super) title: String,
    pub(super) action: String,
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) fields: Vec<Field>,
    pub(super) button: String,
    pub(super) class: &'static str,
    pub(super) question: String,
    /// Kept while it is being filled.
    pub(super) long: bool,
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    html(page(&ctx, id, "").await?)
}

/// What a form of this page sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    request_id: String,
    reason: String,
    on: String,
    who: String,
    content: String,
    objection: String,
    upheld: String,
    answer: String,
}

pub(super) async fn end(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Page {
    let done = notices::end(ctx.app(), ctx.actor(), &sent.request_id, id).await;
    back(&ctx, id, done, "已确认公示期满。").await
}

pub(super) async fn withdraw(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Page {
    let done = notices::withdraw(ctx.app(), ctx.actor(), &sent.request_id, id, &sent.reason).await;
    back(&ctx, id, done, "已撤回，可以更正后重新公示。").await
}

pub(super) async fn object(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Page {
    let done = notices::object(
        ctx.app(),
        ctx.actor(),
        &sent.request_id,
        id,
        &sent.on,
        &sent.who,
        &sent.content,
    )
    .await;
    back(&ctx, id, done, "异议已登记。").await
}

pub(super) async fn answer(ctx: Ctx, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Page {
    let objection = sent.objection.parse().unwrap_or(0);
    let upheld = sent.upheld == "1";
    let done = notices::answer(
        ctx.app(),
        ctx.actor(),
        &sent.request_id,
        id,
        objection,
        upheld,
        &sent.answer,
    )
    .await;
    back(&ctx, id, done, "已答复。").await
}

async fn back(ctx: &Ctx, id: i64, done: AppResult<()>, said: &str) -> Page {
    match done {
        Ok(()) => ctx.done(said, &format!("{DESK}/{id}")).await,
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let page = html(page(ctx, id, &e.message).await?)?;
            Ok(web::refused(page))
        }
        Err(e) => Err(e.into()),
    }
}

async fn page(ctx: &Ctx, id: i64, problem: &str) -> AppResult<NoticePage> {
    let missing = || AppError::not_found("没有找到这项公示，或不在您的管理范围内。");
    let row = notice(&ctx.db, id)
        .await?
        .filter(|n| ctx.scope().covers(n.place()))
        .ok_or_else(missing)?;
    let tree = regions(ctx.app()).await?;
    let shown = body(&row)?;
    let said = objections(&ctx.db, id).await?;
    let mut facts = vec![
        Pair::new("层级", format!("{}（{}）", row.level().title(), row.level().shows())),
        Pair::new("区域", tree.path_in_county(row.place())),
        Pair::new("公示地点", &row.places),
        Pair::whole("起始日期", &row.from_on),
        Pair::new("公示期", counted(ctx, &row)),
        Pair::new("发布", &row.actor_name),
        Pair::new("状态", row.state().title()),
    ];
    if let Some(on) = &row.closed_on {
        let by = row.closed_by.clone().unwrap_or_default();
        facts.push(Pair::new("结束", format!("{on} {by} {}", row.reason)));
    }
    let hangs = row.state() == NoticeState::Posted;
    let against = against_ending(&row, &said, ctx.clock.today());
    Ok(NoticePage {
        shell: ctx
            .shell(households::desk_layer(ctx))
            .crumb("三级公示", DESK)
            .here(row.title.clone()),
        links: vec![("公众看到的".to_owned(), format!("/notices/{id}"))],
        problem: problem.to_owned(),
        notes: if hangs { against.clone() } else { Vec::new() },
        title: shown.title,
        pairs: pairs_of(shown.pairs),
        head: shown.head,
        rows: shown.rows,
        facts,
        shows_objections: true,
        objections: said
            .iter()
            .map(|o| {
                let answer = match (&o.answered_on, o.upheld) {
                    (Some(on), Some(true)) => format!("{on} 异议成立：{}", o.answer),
                    (Some(on), _) => format!("{on} 异议不成立：{}", o.answer),
                    (None, _) => "待答复".to_owned(),
                };
                (o.on_day.clone(), o.who.clone(), o.content.clone(), answer)
            })
            .collect(),
        forms: if hangs {
            forms(ctx, &row, &said, against.is_empty())
        } else {
            Vec::new()
        },
    })
}

fn forms(ctx: &Ctx, row: &notices::Notice, said: &[notices::Objection], may_end: bool) -> Vec<FormView> {
    let place = Resource::in_region(row.place());
    let view = |title: &str, act: &str, fields: Vec<Field>, class, question: &str| FormView {
        title: title.to_owned(),
        action: format!("{DESK}/{}/{act}", row.id),
        hidden: vec![("request_id", format!("notice-{}", ctx.next_id()))],
        fields,
        button: title.to_owned(),
        class,
        question: question.to_owned(),
        long: act == "object" || act == "answer",
    };
    let mut forms = Vec::new();
    let own = ctx.actor().role == row.level().posts() && ctx.may("notice.post", &place);
    let another = ctx.actor().account.map_or(-1, |a| a.0) != row.account;
    if may_end && another && row.level().confirms().contains(&ctx.actor().role) && ctx.may("notice.end", &place) {
        forms.push(view(
            "确认期满",
            "end",
            Vec::new(),
            "btn-primary",
            "确认公示期满、没有未处理的异议？",
        ));
    }
    if own {
        for o in said.iter().filter(|o| o.answered_on.is_none()) {
            let mut form = view(
                "答复异议",
                "answer",
                vec![
                    Field::radio("upheld", "结论", [("0", "异议不成立"), ("1", "异议成立")]).value("0"),
                    Field::area("answer", &format!("答复（{}）", o.content)).required(),
                ],
                "btn-primary",
                "",
            );
            form.hidden.push(("objection", o.id.to_string()));
            forms.push(form);
        }
    }
    if ctx.may("notice.object", &place) {
        forms.push(view(
            "登记异议",
            "object",
            vec![
                Field::input("date", "on", "日期")
                    .value(ctx.clock.today().to_string())
                    .required(),
                Field::text("who", "反映人").hint("不对外公开。").required(),
                Field::area("content", "异议内容").required(),
            ],
            "btn-primary",
            "",
        ));
    }
    if own {
        forms.push(view(
            "撤回",
            "withdraw",
            vec![Field::text("reason", "撤回理由").required()],
            "btn-outline-danger",
            "撤回后须重新公示、重新计算天数，确认？",
        ));
    }
    forms
}
