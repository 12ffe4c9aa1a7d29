//! `GET /desk/project-calendar`: the tasks of a year, who has done them, who is late.

use std::collections::BTreeMap;

use access::Resource;
use axum::extract::{Form, Query};
use directory::regions;
use kernel::{AppError, AppResult, ErrorKind, RegionCode, RegionLevel, period::parse_date};
use records::flow::Code;
use serde::Deserialize;
use web::{Ctx, Page, parts::Field};

use super::{
    block::{Block, Blocks, Cell, FormView},
    frame, request_id,
};
use crate::{
    model::{Filled, calendar::TaskKind},
    store::tasks::{done_tasks, finish_task},
};

const HERE: &str = "/desk/project-calendar";

/// Which year.
#[derive(Deserialize, Default)]
pub(crate) struct YearQuery {
    #[serde(default)]
    year: String,
}

/// `GET /desk/project-calendar`
pub(crate) async fn show(ctx: Ctx, Query(query): Query<YearQuery>) -> Page {
    page(&ctx, query.year.parse().ok(), &Filled::default()).await?.show()
}

/// `POST /desk/project-calendar`
pub(crate) async fn finish(ctx: Ctx, Form(sent): Form<BTreeMap<String, String>>) -> Page {
    let form = Filled(sent);
    let region: RegionCode = form
        .get("region")
        .parse()
        .map_err(|_| AppError::invalid("请选择地区。"))?;
    match finish_task(ctx.app(), ctx.actor(), form.get("request_id"), region, &form).await {
        Ok(()) => {
            ctx.done("已登记完成。", &format!("{HERE}?year={}", form.get("year")))
                .await
        }
        Err(e) if e.kind == ErrorKind::Invalid => page(&ctx, form.get("year").parse().ok(), &form)
            .await?
            .refused(&e.message),
        Err(e) => Err(e.into()),
    }
}

async fn page(ctx: &Ctx, year: Option<i32>, form: &Filled) -> AppResult<Blocks> {
    let today = ctx.clock.today();
    let year = year.filter(|y| (1900..=2200).contains(y)).unwrap_or(today.year());
    let tree = regions(ctx.app()).await?;
    let county = ctx.config.area.at(RegionLevel::County);
    let own = ctx.scope().region().unwrap_or(county);
    let done = done_tasks(&ctx.db, i64::from(year), county).await?;
    let mut rows = Vec::new();
    for kind in TaskKind::ALL {
        let regions: Vec<RegionCode> = if kind.level() == RegionLevel::County {
            vec![county]
        } else {
            tree.inside(own, RegionLevel::Town).iter().map(|r| r.code).collect()
        };
        let (from, due) = kind.span(year);
        for region in regions {
            let found = done.iter().find(|d| d.kind == kind.id() && d.region == region.as_i64());
            let late = kind.lateness(year, found.and_then(|d| parse_date(&d.done_on)), today);
            rows.push(vec![
                Cell::text(kind.title()),
                Cell::text(tree.name(region)),
                Cell::text(kind.by()),
                Cell::whole(from.to_string()),
                Cell::whole(due.to_string()),
                Cell::whole(found.map_or(String::new(), |d| d.done_on.clone())),
                Cell::text(found.map_or(String::new(), |d| format!("{} {}", d.actor_name, d.note))),
                Cell::tag(late.title(), late.tone()),
            ]);
        }
    }
    let head = ["任务", "地区", "办理", "开始", "期限", "完成", "情况", "状态"];
    let shell = frame(ctx)
        .crumb("项目监管", "/desk/project-board")
        .here(format!("{year} 年项目日历"));
    let mut page = Blocks::new(shell).block(Block::new("全年任务").table(&head, rows));
    page.links = [year - 1, year + 1]
        .map(|y| (format!("{y} 年"), format!("{HERE}?year={y}")))
        .into();
    if ctx.may("project.task", &Resource::any()) {
        let mut places = Vec::new();
        if own.level() <= RegionLevel::County {
            places.push((county.to_string(), tree.name(county)));
        }
        places.extend(
            tree.inside(own, RegionLevel::Town)
                .iter()
                .map(|r| (r.code.to_string(), r.name.clone())),
        );
        let on = if form.get("on").is_empty() {
            today.to_string()
        } else {
            form.get("on").to_owned()
        };
        let view = FormView {
            action: HERE.into(),
            request_id: request_id(ctx),
            hidden: vec![("year", year.to_string())],
            fields: vec![
                Field::select("kind", "任务", TaskKind::ALL.iter().map(|k| (k.id(), k.title())))
                    .value(form.get("kind"))
                    .required(),
                Field::select("region", "地区", places)
                    .value(form.get("region"))
                    .required(),
                Field::input("date", "on", "完成日期").value(on).required(),
                Field::area("note", "完成情况").value(form.get("note")).required(),
            ],
            button: "登记完成".into(),
            ..FormView::default()
        };
        page = page.block(Block::new("登记完成").form(view));
    }
    Ok(page)
}
