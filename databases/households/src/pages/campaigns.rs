//! Collection campaigns: laying them out, how far they are, the tasks of a household and of a village.

use std::collections::BTreeMap;

use access::Resource;
use axum::extract::{Path, Query};
use directory::{AreaQuery, RegionTree, area_fields, regions};
use kernel::{AppError, AppResult, ErrorKind, RegionCode, Timestamp, name};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Pager, Pair},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Press, Table, request_id},
    filled::Filled,
    list::place_path,
};
use crate::{
    PAGE_ROWS,
    model::terms,
    reach::{desk_layer, sees_masked_names},
    store::{
        Outcome,
        campaign::{self, KINDS, NewCampaign, TaskFilter, VILLAGE_QUESTIONS},
    },
};

const LIST: &str = "/desk/campaigns";

/// Filters of the list of campaigns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sought {
    kind: String,
    year: String,
    page: String,
}

pub(crate) async fn list(ctx: Ctx, Query(sought): Query<Sought>) -> Page {
    Ok(list_page(&ctx, &sought, &Filled::default(), None).await?)
}

async fn list_page(ctx: &Ctx, sought: &Sought, filled: &Filled, refused: Option<String>) -> Page {
    let tree = regions(ctx.app()).await?;
    let today = ctx.clock.today();
    let mut campaigns = campaign::list(&ctx.db, ctx.scope()).await?;
    campaigns.retain(|c| {
        (sought.kind.is_empty() || c.kind == sought.kind)
            && (sought.year.trim().is_empty() || c.period.starts_with(sought.year.trim()))
    });
    let page: u64 = sought.page.parse().unwrap_or(1).max(1);
    let total = campaigns.len() as u64;
    let first = (page - 1).saturating_mul(PAGE_ROWS);
    let campaigns = campaigns.into_iter().skip(first as usize).take(PAGE_ROWS as usize);
    let mut rows = Vec::new();
    for c in campaigns {
        let mut all = 0;
        let mut done = 0;
        for target in ["household", "village"] {
            for row in campaign::coverage(&ctx.db, ctx.scope(), c.id, target).await? {
                all += row.tasks;
                done += row.done;
            }
        }
        let state = match (all == done, c.due_on < today.to_string()) {
            (true, _) => Cell::tag("已完成", "done"),
            (false, true) => Cell::tag("已逾期", "late"),
            (false, false) => Cell::tag("采集中", "doing"),
        };
        rows.push(vec![
            Cell::link(c.title, format!("{LIST}/{}", c.id)),
            Cell::text(place_path(&tree, c.region)),
            Cell::class(c.opens_on, "mid whole"),
            Cell::class(c.due_on, "mid whole"),
            Cell::class(format!("{done} / {all}"), "num"),
            state,
        ]);
    }
    let mut blocks = Vec::new();
    let refusing = refused.is_some();
    if let Some(text) = refused {
        blocks.push(Block::Note("danger", text));
    }
    let kinds = std::iter::once(("", "全部")).chain(KINDS);
    blocks.push(Block::Form(Form {
        action: LIST.into(),
        fields: vec![
            Field::select("kind", "类别", kinds).value(&sought.kind),
            Field::text("year", "年度").value(&sought.year).placeholder("2026"),
        ],
        button: "查询".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    }));
    blocks.push(Block::Table(Table {
        heads: vec!["采集任务", "范围", "开始", "截止", "完成", "状态"],
        rows,
        empty: "还没有布置采集任务。",
        list: true,
        ..Table::default()
    }));
    if ctx.may("campaign.create", &Resource::any()) {
        let or = |name: &str, usual: String| {
            let sent = filled.of(name);
            if sent.is_empty() { usual } else { sent.to_owned() }
        };
        blocks.push(Block::Form(Form {
            title: "布置采集任务".into(),
            hint: "为辖区内每个在册户和每个村各生成一项任务；年底动态调整只到户。".into(),
            action: LIST.into(),
            hidden: vec![request_id(ctx, "campaign")],
            fields: vec![
                Field::select("kind", "类别", KINDS).value(or("kind", "quarter".into())),
                Field::text("period", "期间")
                    .value(or("period", terms::quarter_of(today)))
                    .hint("季度写成 2026Q1，年度写成 2026。"),
                Field::input("date", "opens_on", "开始日期").value(or("opens_on", today.to_string())),
                Field::input("date", "due_on", "截止日期")
                    .value(or("due_on", (today + time::Duration::days(30)).to_string())),
            ],
            button: "布置".into(),
            class: "btn-primary",
            ..Form::default()
        }));
    }
    let query = web::query_of([("kind", &sought.kind), ("year", &sought.year)]);
    let account = ctx.actor().account.map(|a| a.0);
    let bar = records::filters::bar(&ctx.db, account, LIST, &query).await?;
    let mut shown = Blocks::new(ctx.shell(desk_layer(ctx)).here("信息采集"), blocks);
    shown.bar = Some(bar);
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: total,
        path: LIST.into(),
        query,
        ..Pager::default()
    });
    if refusing { shown.refused() } else { shown.show() }
}

pub(crate) async fn create(ctx: Ctx, filled: Filled) -> Page {
    match read_and_create(&ctx, &filled).await {
        Ok(Some(id)) => ctx.done("采集任务已布置。", &format!("{LIST}/{id}")).await,
        Ok(None) => ctx.done("已经布置过，没有重复布置。", LIST).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            list_page(&ctx, &Sought::default(), &filled, Some(error.message)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn read_and_create(ctx: &Ctx, filled: &Filled) -> AppResult<Option<i64>> {
    let today = ctx.clock.today();
    let new = NewCampaign {
        region: ctx.scope().region().unwrap_or(ctx.config.area),
        kind: filled.of("kind").to_owned(),
        period: filled.of("period").to_owned(),
        opens_on: filled.day_or("opens_on", "开始日期", today)?,
        due_on: filled
            .day("due_on", "截止日期")?
            .ok_or_else(|| AppError::invalid("截止日期：请填写。"))?,
    };
    campaign::create(ctx.app(), ctx.actor(), filled.request_id(), &new).await
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(flatten)]
    area: AreaQuery,
    target: String,
    all: String,
    name: String,
    page: String,
}

impl Asked {
    pub(super) fn filter(&self, campaign: i64, tree: &RegionTree, ctx: &Ctx) -> TaskFilter {
        TaskFilter {
            campaign,
            area: self.area.area(tree, ctx.scope()),
            target: self.target.clone(),
            open: match self.all.as_str() {
                "1" => None,
                "done" => Some(false),
                _ => Some(true),
            },
            name: self.name.clone(),
        }
    }

    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("target", &self.target),
            ("all", &self.all),
            ("name", &self.name),
        ])
    }
}

pub(crate) async fn one(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let found = campaign::campaign(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这项采集任务。"))?;
    let today = ctx.clock.today().to_string();
    let mut towns: BTreeMap<i64, [i64; 4]> = BTreeMap::new();
    for (at, target) in [(0, "household"), (2, "village")] {
        for row in campaign::coverage(&ctx.db, ctx.scope(), id, target).await? {
            let line = towns.entry(row.region).or_default();
            line[at] += row.done;
            line[at + 1] += row.tasks;
        }
    }
    let sum = towns
        .values()
        .fold([0; 4], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]);
    let part = |done: i64, all: i64| {
        if all == 0 {
            "无任务".to_owned()
        } else {
            format!("{done} / {all}（{}%）", done * 100 / all)
        }
    };
    let overdue = if found.due_on < today {
        sum[1] - sum[0] + sum[3] - sum[2]
    } else {
        0
    };
    let mut blocks = vec![
        Block::Pairs(vec![
            Pair::new("任务", &found.title),
            Pair::whole("开始", &found.opens_on),
            Pair::whole("截止", &found.due_on),
            Pair::new("布置人", &found.created_by),
            Pair::whole("户采集", part(sum[0], sum[1])),
            Pair::whole("村采集", part(sum[2], sum[3])),
            Pair::whole("逾期未交", overdue.to_string()),
        ]),
        Block::Table(Table {
            title: "各镇（街）完成情况".into(),
            heads: vec!["镇（街）", "户采集", "村采集"],
            rows: towns
                .iter()
                .map(|(region, n)| {
                    vec![
                        Cell::text(place_path(&tree, *region)),
                        Cell::class(part(n[0], n[1]), "num"),
                        Cell::class(part(n[2], n[3]), "num"),
                    ]
                })
                .collect(),
            empty: "辖区内没有任务。",
            list: false,
        }),
    ];
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &asked.area);
    fields.push(
        Field::select("target", "对象", [("", "全部"), ("household", "户"), ("village", "村")]).value(&asked.target),
    );
    fields.push(Field::select("all", "情况", [("", "未交"), ("done", "已交"), ("1", "全部")]).value(&asked.all));
    fields.push(Field::text("name", "户主").value(&asked.name));
    blocks.push(Block::Form(Form {
        action: format!("{LIST}/{id}"),
        fields,
        button: "查询".into(),
        get: true,
        ..Form::default()
    }));
    let page: u64 = asked.page.parse().unwrap_or(1).max(1);
    let filter = asked.filter(id, &tree, &ctx);
    let tasks = campaign::tasks(&ctx.db, ctx.scope(), &filter, page).await?;
    let masked = sees_masked_names(ctx.actor().role);
    let rows = tasks.into_iter().map(|t| {
        let place = place_path(&tree, t.region);
        let may = ctx.may(
            "household.enter",
            &Resource::in_region(RegionCode::from_i64(t.region).unwrap_or(RegionCode::NATION)),
        );
        let mut state = match (&t.submitted_millis, t.due_on < today) {
            (Some(at), _) => Cell::text(format!(
                "{} {}",
                Timestamp(*at).date(),
                t.submitted_by.clone().unwrap_or_default()
            )),
            (None, true) => Cell::tag("逾期", "late"),
            (None, false) => Cell::tag("未交", "wait"),
        };
        if t.target == "household" && t.submitted_millis.is_none() && may {
            state.acts.push(Press {
                action: format!("{LIST}/{id}/households/{}", t.subject),
                label: "核对无误，提交",
                hidden: vec![request_id(&ctx, "submit")],
            });
        }
        vec![
            if t.target == "household" {
                Cell::link(
                    if masked { name::mask(&t.name) } else { t.name },
                    format!("/desk/households/{}", t.subject),
                )
            } else if t.submitted_millis.is_none() {
                Cell::link("村信息采集", format!("{LIST}/{id}/villages/{}", t.region))
            } else {
                Cell::text("村信息采集")
            },
            Cell::text(place),
            Cell::class(t.due_on, "mid whole"),
            state,
        ]
    });
    blocks.push(Block::Table(Table {
        title: "采集任务".into(),
        heads: vec!["对象", "所在村", "截止", "情况"],
        rows: rows.collect(),
        empty: "没有符合条件的任务。",
        list: true,
    }));
    let total = campaign::count_tasks(&ctx.db, ctx.scope(), &filter).await?;
    let query = asked.text();
    let path = format!("{LIST}/{id}");
    let account = ctx.actor().account.map(|a| a.0);
    let shell = ctx.shell(desk_layer(&ctx)).crumb("信息采集", LIST).here(found.title);
    let mut shown = Blocks::new(shell, blocks);
    if ctx.may("household.export", &Resource::any()) {
        shown
            .actions
            .push(("导出任务".into(), format!("{path}/tasks.xlsx?{query}")));
    }
    shown.bar = Some(records::filters::bar(&ctx.db, account, &path, &query).await?);
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: total.unsigned_abs(),
        path,
        query,
        ..Pager::default()
    });
    shown.show()
}

pub(crate) async fn submit_household(ctx: Ctx, Path((id, household)): Path<(i64, i64)>, filled: Filled) -> Page {
    super::household::reached(&ctx, household, "household.enter").await?;
    let note = filled.text("note", "说明", 200)?;
    let done = campaign::submit_household(ctx.app(), ctx.actor(), id, household, filled.request_id(), &note).await?;
    let text = if done == Outcome::Done {
        "采集已提交。"
    } else {
        "已经提交过。"
    };
    ctx.done(text, &format!("{LIST}/{id}")).await
}

fn village_form(ctx: &Ctx, id: i64, region: RegionCode, place: &str, filled: &Filled, refused: Option<String>) -> Page {
    let refusing = refused.is_some();
    let mut blocks: Vec<Block> = refused.into_iter().map(|t| Block::Note("danger", t)).collect();
    blocks.push(Block::Form(Form {
        title: place.to_owned(),
        action: format!("{LIST}/{id}/villages/{}", region.as_i64()),
        hidden: vec![request_id(ctx, "village")],
        fields: VILLAGE_QUESTIONS
            .iter()
            .map(|(name, title)| Field::text(name, title).value(filled.of(name)))
            .collect(),
        button: "提交".into(),
        class: "btn-primary",
        ..Form::default()
    }));
    let shell = ctx.shell(desk_layer(ctx)).crumb("信息采集", LIST).here("村信息采集");
    let page = Blocks::new(shell, blocks);
    if refusing { page.refused() } else { page.show() }
}

pub(crate) async fn village(ctx: Ctx, Path((id, village)): Path<(i64, i64)>) -> Page {
    let region = RegionCode::from_i64(village).ok_or_else(|| AppError::not_found("没有这个村。"))?;
    ctx.require("household.enter", &Resource::in_region(region))?;
    let tree = regions(ctx.app()).await?;
    village_form(&ctx, id, region, &place_path(&tree, village), &Filled::default(), None)
}

pub(crate) async fn submit_village(ctx: Ctx, Path((id, village)): Path<(i64, i64)>, filled: Filled) -> Page {
    let region = RegionCode::from_i64(village).ok_or_else(|| AppError::not_found("没有这个村。"))?;
    ctx.require("household.enter", &Resource::in_region(region))?;
    let mut answers = BTreeMap::new();
    for (name, title) in VILLAGE_QUESTIONS {
        answers.insert(name.to_owned(), filled.text(name, title, 500)?);
    }
    match campaign::submit_village(ctx.app(), ctx.actor(), id, region, filled.request_id(), &answers).await {
        Ok(_) => ctx.done("村信息已提交。", &format!("{LIST}/{id}")).await,
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let tree = regions(ctx.app()).await?;
            village_form(
                &ctx,
                id,
                region,
                &place_path(&tree, village),
                &filled,
                Some(error.message),
            )
        }
        Err(error) => Err(error.into()),
    }
}
