//! `/desk/project-limits`: the limits by which projects are judged, each from its day.

use std::collections::BTreeMap;

use access::Resource;
use axum::extract::Form;
use kernel::{AppResult, ErrorKind, Money};
use web::{Ctx, Page, parts::Field};

use super::{
    block::{Block, Blocks, Cell, FormView},
    frame, request_id,
};
use crate::{
    model::{
        Filled,
        parameters::{LIMITS, Limit},
    },
    store::parameters::{SetLimit, parameters, set_limit, set_limits},
};

const HERE: &str = "/desk/project-limits";

/// `GET /desk/project-limits`
pub(crate) async fn show(ctx: Ctx) -> Page {
    page(&ctx, &Filled::default()).await?.show()
}

/// `POST /desk/project-limits`
pub(crate) async fn set(ctx: Ctx, Form(sent): Form<BTreeMap<String, String>>) -> Page {
    let form = Filled(sent);
    let done = async {
        let from = form.date("from_on", "执行日期")?;
        let name = form.get("name").to_owned();
        let money = LIMITS.iter().any(|l| l.name == name && l.unit == "分");
        let value = if money {
            form.money("value", "参数值")?.fen()
        } else {
            form.count("value", "参数值")?
        };
        let limit = SetLimit {
            name,
            from_on: from.to_string(),
            value,
            basis: form.get("basis").to_owned(),
        };
        set_limit(ctx.app(), ctx.actor(), form.get("request_id"), limit, from).await
    };
    match done.await {
        Ok(()) => ctx.done("参数已保存。", HERE).await,
        Err(e) if e.kind == ErrorKind::Invalid => page(&ctx, &form).await?.refused(&e.message),
        Err(e) => Err(e.into()),
    }
}

fn shown(limit: &Limit, value: i64) -> String {
    match limit.unit {
        "分" => format!("{} 元", Money(value)),
        "万分之" => format!("{}.{:02}%", value / 100, value % 100),
        unit => format!("{value} {unit}"),
    }
}

async fn page(ctx: &Ctx, form: &Filled) -> AppResult<Blocks> {
    let today = ctx.clock.today();
    let now = parameters(&ctx.db, today).await?;
    let rows = LIMITS
        .iter()
        .map(|l| vec![Cell::text(l.title), Cell::amount(shown(l, now.get(l.name)))]);
    let changes = set_limits(&ctx.db).await?.into_iter().filter_map(|s| {
        let limit = LIMITS.iter().find(|l| l.name == s.name)?;
        Some(vec![
            Cell::text(limit.title),
            Cell::whole(s.from_on),
            Cell::amount(shown(limit, s.value)),
            Cell::text(s.basis),
        ])
    });
    let mut page = Blocks::new(frame(ctx).here("项目参数"))
        .block(Block::new("现行参数").table(&["参数", "现行值"], rows.collect()))
        .block(Block::new("调整记录").table(&["参数", "执行日期", "值", "依据"], changes.collect()));
    if ctx.may("project.limit", &Resource::any()) {
        let view = FormView {
            action: HERE.into(),
            request_id: request_id(ctx),
            fields: vec![
                Field::select("name", "参数", LIMITS.iter().map(|l| (l.name, l.title))).value(form.get("name")),
                Field::text("value", "值")
                    .hint("金额填元；比例填万分之几")
                    .value(form.get("value"))
                    .required(),
                Field::input("date", "from_on", "执行日期")
                    .value(form.get("from_on"))
                    .required(),
                Field::text("basis", "依据文件").value(form.get("basis")).required(),
            ],
            button: "保存".into(),
            ..FormView::default()
        };
        page = page.block(Block::new("调整参数").say("只能从今天或以后起执行。").form(view));
    }
    Ok(page)
}
