//! Who did not come, reminding them, and a helper's own page.

use access::Resource;
use axum::{
    Form,
    extract::{Path, Query},
};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, Month, Timestamp};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair},
};

use super::sheet::{
    Grid, Sheet, Tile, badge, form, is_for_the_form, link, number, page_no, pager, path, prose, query_text, refused,
    saved, span_below, text, to, whole,
};
use crate::{
    acts::{remind, visit},
    model::{
        duty::{Duty, Standing},
        spot::percent,
    },
    store::{
        duties::{self as store, DutyMonth},
        figures::kept,
        reminders,
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MonthQuery {
    #[serde(flatten)]
    area: AreaQuery,
    month: String,
    page: String,
    request_id: String,
    words: String,
}

async fn month_of(ctx: &Ctx, query: &MonthQuery) -> AppResult<DutyMonth> {
    let tree = regions(ctx.app()).await?;
    let month = query.month.parse().unwrap_or_else(|_| Month::of(ctx.clock.today()));
    Ok(DutyMonth {
        month,
        duty: store::duty_on(&ctx.db, month.last_day()).await?,
        area: query.area.area(&tree, ctx.scope()),
    })
}

/// The month by the divisions below the area.
async fn parts_of(ctx: &Ctx, asked: &DutyMonth) -> AppResult<Vec<store::RegionDuty>> {
    let span = span_below(ctx, asked.area);
    let key = format!("visits {:?} {asked:?} {span}", ctx.scope());
    kept(ctx.app(), key, store::totals_by(&ctx.db, ctx.scope(), asked, span)).await
}

pub(crate) async fn overdue(ctx: Ctx, Query(query): Query<MonthQuery>) -> Page {
    missing_page(&ctx, &query, "").await
}

async fn missing_page(ctx: &Ctx, query: &MonthQuery, problem: &str) -> Page {
    let tree = regions(ctx.app()).await?;
    let asked = month_of(ctx, query).await?;
    let today = ctx.clock.today();
    let parts = parts_of(ctx, &asked).await?;
    let totals = store::sum(&parts);
    let month = asked.month.to_string();
    let query_line = query_text(&query.area, &[("month", &month)]);
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(ctx)).here("走访督促")).problem(problem);
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::input("month", "month", "月份").value(&month));
    sheet.filter = Some(Filter {
        action: "/desk/forces/overdue".into(),
        fields,
    });
    sheet.bar = saved(
        ctx,
        "/desk/forces/overdue",
        &query_text(&query.area, &[("month", &query.month)]),
    )
    .await?;
    sheet.tiles = month_tiles(&totals, &asked.duty);
    if ctx.may("visit.list", &Resource::any()) {
        let page = page_no(&query.page);
        let rows = store::missing(&ctx.db, ctx.scope(), &asked, page).await?;
        let opens = ctx.may("pairing.view", &Resource::any());
        sheet.grids.push(Grid {
            title: "未走访的户",
            label: "未走访的户",
            total: format!("{month} 共 {} 户未走访", totals.missing()),
            heads: vec![
                "户主",
                "所在村",
                "帮扶责任人",
                "本月走访",
                "请假天数",
                "最近走访",
                "情况",
            ],
            rows: rows
                .into_iter()
                .map(|r| {
                    let standing = Standing::of(r.visits, r.leave_days, asked.month, today, &asked.duty);
                    vec![
                        if opens {
                            to(r.head_name, format!("/desk/forces/pairings/{}", r.household_id))
                        } else {
                            text(r.head_name)
                        },
                        text(path(&tree, r.region)),
                        text(r.helper_name),
                        number(r.visits),
                        number(r.leave_days),
                        whole(r.last_day.unwrap_or_else(|| "从未".into())),
                        badge(standing.title(), standing.tone()),
                    ]
                })
                .collect(),
            empty: "都已走访或已请假。",
            pager: pager("/desk/forces/overdue", &query_line, page, totals.missing()),
            ..Grid::default()
        });
    }
    sheet.grids.push(Grid {
        title: "分区域",
        label: "分区域走访情况",
        heads: vec![
            "区域",
            "应走访（户）",
            "已走访（户）",
            "请假（户）",
            "未走访（户）",
            "走访率",
        ],
        rows: parts
            .into_iter()
            .map(|r| {
                vec![
                    text(path(&tree, r.region)),
                    number(r.households),
                    number(r.met),
                    number(r.excused),
                    number(r.households - r.met - r.excused),
                    number(percent(r.met, r.households)),
                ]
            })
            .collect(),
        empty: "没有数据。",
        ..Grid::default()
    });
    let hidden = [
        ("town", &query.area.town),
        ("community", &query.area.community),
        ("village", &query.area.village),
    ];
    if ctx.may("reminder.send", &Resource::any()) && totals.missing() > 0 {
        let mut send = form(ctx, "督促", "/desk/forces/overdue/remind", "发出督促")
            .note("每名责任人每月只发一次，说明还有几户未走访；本人在“我的帮扶”中看到并反馈。")
            .hide("month", month.as_str())
            .fields([Field::text("words", "补充内容")]);
        send.hidden.extend(hidden.map(|(name, value)| (name, value.clone())));
        sheet.forms.push(send);
    }
    if ctx.may("visit.plan", &Resource::any()) && asked.month >= Month::of(today) {
        let mut plan = form(ctx, "走访计划", "/desk/forces/overdue/plan", "生成计划")
            .note("为本月还没有走访安排的结对户各列一次计划，期限为月末。")
            .hide("month", month.as_str());
        plan.hidden.extend(hidden.map(|(name, value)| (name, value.clone())));
        sheet.forms.push(plan);
    }
    sheet.show()
}

fn month_tiles(totals: &store::DutyTotals, rules: &Duty) -> Vec<Tile> {
    let tile = |title: &str, value: i64, foot: String, alert| Tile {
        title: title.to_owned(),
        value: value.to_string(),
        foot,
        href: None,
        alert,
    };
    vec![
        tile(
            "应走访户",
            totals.households,
            format!("每月不少于 {} 次", rules.visits_a_month),
            false,
        ),
        tile(
            "已走访户",
            totals.met,
            format!("走访率 {}", percent(totals.met, totals.households)),
            false,
        ),
        tile(
            "请假免走访",
            totals.excused,
            format!("当月请假满 {} 天", rules.excuse_days),
            false,
        ),
        tile("未走访户", totals.missing(), "见清单".to_owned(), totals.missing() > 0),
    ]
}

/// This month's figure for the overview.
pub(crate) async fn tiles(ctx: &Ctx) -> AppResult<Vec<Tile>> {
    let asked = month_of(ctx, &MonthQuery::default()).await?;
    let totals = store::sum(&parts_of(ctx, &asked).await?);
    Ok(vec![Tile {
        title: "本月未走访户".to_owned(),
        value: totals.missing().to_string(),
        foot: format!(
            "应走访 {} 户，走访率 {}",
            totals.households,
            percent(totals.met, totals.households)
        ),
        href: Some("/desk/forces/overdue".to_owned()),
        alert: totals.missing() > 0,
    }])
}

pub(crate) async fn send(ctx: Ctx, Form(query): Form<MonthQuery>) -> Page {
    let asked = month_of(&ctx, &query).await?;
    let (id, month) = (&query.request_id, asked.month.to_string());
    match remind::send(ctx.app(), ctx.actor(), id, asked.area, &month, &query.words).await {
        Ok(sent) => {
            ctx.done(format!("已向 {sent} 人发出督促。"), "/desk/forces/reminders")
                .await
        }
        Err(error) if is_for_the_form(&error) => refused(missing_page(&ctx, &query, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn plan(ctx: Ctx, Form(query): Form<MonthQuery>) -> Page {
    let asked = month_of(&ctx, &query).await?;
    match visit::plan_month(
        ctx.app(),
        ctx.actor(),
        &query.request_id,
        asked.area,
        &asked.month.to_string(),
    )
    .await
    {
        Ok(rows) => {
            ctx.done(
                format!("已列入 {rows} 次走访计划。"),
                "/desk/forces/visits?state=planned",
            )
            .await
        }
        Err(error) if is_for_the_form(&error) => refused(missing_page(&ctx, &query, &error.message).await),
        Err(error) => Err(error.into()),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PageQuery {
    pub(super) page: String,
}

pub(crate) async fn reminder_list(ctx: Ctx, Query(query): Query<PageQuery>) -> Page {
    let page = page_no(&query.page);
    let total = reminders::count(&ctx.db, ctx.scope(), false).await?;
    let open = reminders::count(&ctx.db, ctx.scope(), true).await?;
    let rows = reminders::page_of(&ctx.db, ctx.scope(), page).await?;
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(&ctx)).here("督促台账"));
    sheet.grids.push(Grid {
        label: "督促台账",
        total: format!("共 {total} 条，待反馈 {open} 条"),
        heads: vec!["月份", "责任人", "单位", "督促内容", "发出", "发出人", "落实情况"],
        rows: rows
            .into_iter()
            .map(|r| {
                vec![
                    whole(r.month),
                    text(r.helper_name),
                    text(r.unit),
                    prose(r.content),
                    whole(Timestamp(r.sent_millis).to_string()),
                    text(r.sent_by),
                    if r.answered_millis.is_some() {
                        prose(r.answer)
                    } else {
                        badge("待反馈", "wait")
                    },
                ]
            })
            .collect(),
        empty: "没有督促。",
        pager: pager("/desk/forces/reminders", "", page, total),
        ..Grid::default()
    });
    sheet.show()
}

/// A helper's own page: households, this month's standing, reminders, leave.
pub(crate) async fn mine(ctx: Ctx) -> Page {
    mine_page(&ctx, "").await
}

pub(super) async fn mine_page(ctx: &Ctx, problem: &str) -> Page {
    let tree = regions(ctx.app()).await?;
    let asked = month_of(ctx, &MonthQuery::default()).await?;
    let totals = store::totals(&ctx.db, ctx.scope(), &asked).await?;
    let mut sheet = Sheet::of(ctx.shell(households::desk_layer(ctx)).here("我的帮扶")).problem(problem);
    sheet.tiles = month_tiles(&totals, &asked.duty);
    sheet.links.push(link("填报走访", "/desk/forces/visits/new").primary());
    let missing = store::missing(&ctx.db, ctx.scope(), &asked, 1).await?;
    sheet.grids.push(Grid {
        title: "本月还要走访的户",
        label: "本月还要走访的户",
        heads: vec!["户主", "所在村", "最近走访", "办理"],
        rows: missing
            .into_iter()
            .map(|r| {
                vec![
                    text(r.head_name),
                    text(path(&tree, r.region)),
                    whole(r.last_day.unwrap_or_else(|| "从未".into())),
                    to(
                        "填报走访",
                        format!("/desk/forces/visits/new?household={}", r.household_id),
                    ),
                ]
            })
            .collect(),
        empty: "本月都已走访。",
        ..Grid::default()
    });
    let own = match visit::own_helper(&ctx.db, ctx.actor()).await {
        Ok(helper) => Some(helper),
        Err(error) => {
            sheet.warn(error.message);
            None
        }
    };
    if let Some(helper) = &own {
        sheet.facts = vec![
            Pair::new("姓名", &helper.name),
            Pair::new("类别", helper.kind_title()),
            Pair::new("单位", &helper.unit),
        ];
        let reminders = reminders::page_of(&ctx.db, ctx.scope(), 1).await?;
        for r in reminders
            .iter()
            .filter(|r| r.helper_id == helper.id && r.answered_millis.is_none())
        {
            let action = format!("/desk/forces/reminders/{}/answer", r.id);
            sheet.forms.push(
                form(ctx, "督促", action, "反馈")
                    .note(format!("{}（{} 发出）", r.content, r.sent_by))
                    .fields([Field::text("answer", "落实情况").required()]),
            );
        }
        sheet
            .forms
            .push(form(ctx, "请假", "/desk/forces/leaves", "申请").fields([
                Field::input("date", "from_on", "开始日期").required(),
                Field::input("date", "to_on", "结束日期").required(),
                Field::text("reason", "请假理由").required(),
            ]));
    }
    sheet.show()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AnswerForm {
    pub(super) request_id: String,
    answer: String,
    pub(super) note: String,
}

pub(crate) async fn answer(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<AnswerForm>) -> Page {
    match remind::answer(ctx.app(), ctx.actor(), id, &typed.request_id, &typed.answer).await {
        Ok(()) => ctx.done("已反馈。", "/desk/forces/mine").await,
        Err(error) if is_for_the_form(&error) => refused(mine_page(&ctx, &error.message).await),
        Err(error) => Err(error.into()),
    }
}
