//! `GET /desk/funds/activities`: analysis, warnings and third-party checks on each programme's money, with answers.

use access::Resource;
use axum::extract::{Path, Query};
use kernel::{AppError, AppResult, Money, period::parse_date};
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{programme_options, shell, tabs};
use crate::{
    chain::title_of,
    oversight::{ACTIVITY_KINDS, NewActivity, activities, answer, record},
    pages::{
        filled::Filled,
        lists,
        sheet::{ActForm, Cell, Grid, Sheet, Tile},
    },
};

const LIST: &str = "/desk/funds/activities";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ActivityQuery {
    programme: String,
    kind: String,
    page: String,
}

impl ActivityQuery {
    fn query(&self) -> String {
        web::query_of([("programme", &self.programme), ("kind", &self.kind)])
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ActivityQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.as_list(&ctx, LIST, &query.page, &query.query()).await?)
}

/// `GET /desk/funds/activities.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<ActivityQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "分析、预警、检查", grid, "fund_activity:list").await
}

async fn sheet(ctx: &Ctx, query: &ActivityQuery) -> AppResult<Sheet> {
    let today = ctx.clock.today();
    let rows = activities(&ctx.db, ctx.scope(), &query.programme, &query.kind).await?;
    let programmes = programme_options(ctx, None).await?;
    let name = |code: &str| {
        let known = programmes.iter().find(|(c, _)| c == code);
        known.map_or_else(|| code.to_owned(), |(_, name)| name.clone())
    };
    let mut forms = Vec::new();
    if ctx.may("fund.inspect", &Resource::any()) {
        forms.push(ActForm {
            title: "登记活动".into(),
            hint: "没有发现情况的，“发现的情况”留空；有发现的填写反馈期限，由另一人反馈。".into(),
            action: LIST.into(),
            request_id: format!("activity-{:x}", ctx.next_id()),
            fields: vec![
                Field::select("new_kind", "类别", ACTIVITY_KINDS)
                    .value(&query.kind)
                    .required(),
                Field::select("new_programme", "资金项目", programmes.clone())
                    .value(&query.programme)
                    .required(),
                Field::text("title", "题目").required(),
                Field::text("by_whom", "实施单位").required(),
                Field::input("date", "on", "日期").value(today.to_string()).required(),
                Field::area("finding", "发现的情况"),
                Field::text("amount", "涉及金额（元）"),
                Field::input("date", "due_on", "反馈期限"),
            ],
            button: "登记".into(),
            class: "btn-primary",
            guard: true,
            ..ActForm::default()
        });
        let account = ctx.actor().account.map_or(-1, |a| a.0);
        let open: Vec<(String, String)> = rows
            .iter()
            .filter(|a| a.state == "open" && a.entered_by != account)
            .map(|a| (a.id.to_string(), format!("{}（{}）", a.title, name(&a.programme))))
            .collect();
        if !open.is_empty() {
            forms.push(ActForm {
                title: "反馈".into(),
                action: format!("{LIST}/answer"),
                request_id: format!("answer-{:x}", ctx.next_id()),
                fields: vec![
                    Field::select("activity", "活动", open).required(),
                    Field::area("answer", "核实和整改情况").required(),
                ],
                button: "反馈".into(),
                class: "btn-primary",
                ..ActForm::default()
            });
        }
    }
    let count = |kind: &str| rows.iter().filter(|a| a.kind == kind).count();
    let open = |kind: &str| rows.iter().filter(|a| a.kind == kind && a.state == "open").count();
    let mut all = vec![(String::new(), "全部".to_owned())];
    all.extend(ACTIVITY_KINDS.map(|(id, title)| (id.to_owned(), title.to_owned())));
    Ok(Sheet {
        shell: shell(ctx, "分析、预警、检查"),
        tabs: tabs(LIST),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("programme", "资金项目", programme_options(ctx, Some("全部")).await?)
                    .value(&query.programme),
                Field::select("kind", "类别", all).value(&query.kind),
            ],
        }),
        tiles: ACTIVITY_KINDS
            .iter()
            .map(|(id, title)| Tile {
                title,
                value: format!("{} 次", count(id)),
                foot: format!("待反馈 {}", open(id)),
                alert: open(id) > 0,
            })
            .collect(),
        grids: vec![Grid {
            total: format!("共 {} 次", rows.len()),
            heads: vec![
                "日期",
                "类别",
                "资金项目",
                "题目",
                "实施单位",
                "发现的情况",
                "涉及（元）",
                "反馈期限",
                "反馈",
                "状态",
            ],
            rows: rows
                .iter()
                .map(|a| {
                    let (state, tone) = match a.state.as_str() {
                        "noted" => ("未发现问题", "done"),
                        "answered" => ("已反馈", "done"),
                        _ => ("待反馈", "wait"),
                    };
                    let due = a.due_on.as_deref().and_then(parse_date);
                    vec![
                        Cell::whole(&a.on_day),
                        Cell::text(title_of(&ACTIVITY_KINDS, &a.kind)),
                        Cell::link(
                            name(&a.programme),
                            format!("/desk/funds/indicators?programme={}", a.programme),
                        ),
                        Cell::text(&a.title),
                        Cell::text(&a.by_whom),
                        Cell::text(&a.finding),
                        Cell::money(a.amount_fen),
                        if a.state == "open" {
                            Cell::due(due, today)
                        } else {
                            Cell::whole(a.due_on.clone().unwrap_or_default())
                        },
                        Cell::text(&a.answer),
                        Cell::state(state, tone),
                    ]
                })
                .collect(),
            empty: "还没有登记分析、预警或检查。",
            ..Grid::default()
        }],
        forms,
        ..Sheet::default()
    })
}

pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    let amount = if filled.get("amount").is_empty() {
        Money::ZERO
    } else {
        filled.money("amount", "涉及金额")?
    };
    let new = NewActivity {
        kind: filled.of("new", "kind"),
        programme: filled.of("new", "programme"),
        title: filled.get("title"),
        by_whom: filled.get("by_whom"),
        on: filled.day("on", "日期")?.unwrap_or(ctx.clock.today()),
        finding: filled.get("finding"),
        amount,
        due_on: filled.day("due_on", "反馈期限")?,
    };
    record(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done("活动已登记。", &format!("{LIST}?kind={}", new.kind)).await
}

pub(crate) async fn reply(ctx: Ctx, Path(word): Path<String>, filled: Filled) -> Page {
    if word != "answer" {
        return Err(AppError::not_found("没有这个办理步骤。").into());
    }
    let id = filled.get("activity").parse().unwrap_or(0);
    answer(ctx.app(), ctx.actor(), filled.request_id(), id, filled.get("answer")).await?;
    ctx.done("已反馈。", LIST).await
}
