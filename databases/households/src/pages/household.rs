//! `GET /desk/households/{id}`: one household by tabs, today or as it stood on a past day (当时的样子).

use access::Resource;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use directory::regions;
use kernel::{AppError, AppResult, RegionCode, name, period::parse_date};
use serde::Deserialize;
use web::{Ctx, Page, WebError, parts::Tab};

use super::{
    blocks::{Block, Blocks},
    filled::Filled,
    sections,
};
use crate::{
    model::record::Record,
    reach::{desk_layer, sees_masked_names},
    store::{missing, reading},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub tab: String,
    /// `YYYY-MM-DD`
    pub on: String,
}

/// The tabs: name in the URL, title.
pub(super) const TABS: [(&str, &str); 7] = [
    ("basics", "基本情况"),
    ("members", "家庭成员"),
    ("incomes", "收入"),
    ("guarantees", "保障与条件"),
    ("measures", "措施与政策"),
    ("flow", "办理流程"),
    ("history", "变更历史"),
];

/// What a section is made from.
pub(super) struct View {
    pub id: i64,
    pub region: RegionCode,
    pub record: Record,
    pub place: String,
    pub masked: bool,
    /// May correct and enter.
    pub enters: bool,
    /// Health and disability are shown to those who answer for the household.
    pub sees_health: bool,
    pub reveals: bool,
    /// The day that is looked back to.
    pub past: Option<String>,
    pub filled: Filled,
}

impl View {
    pub(super) fn name(&self, text: &str) -> String {
        if self.masked { name::mask(text) } else { text.to_owned() }
    }
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Page {
    Ok(page(&ctx, id, &asked.tab, &asked.on, Filled::default(), None).await?)
}

/// The household within reach, or not found.
pub(super) async fn reached(ctx: &Ctx, id: i64, action: &str) -> AppResult<reading::Reached> {
    let reached = reading::reach(&ctx.db, ctx.scope(), id).await?.ok_or_else(missing)?;
    ctx.require(action, &Resource::in_region(reached.region))?;
    Ok(reached)
}

/// The page; `refused` is what a sent form lacks, `filled` prints it back.
pub(super) async fn page(
    ctx: &Ctx,
    id: i64,
    tab: &str,
    on: &str,
    filled: Filled,
    refused: Option<String>,
) -> Result<Response, WebError> {
    let reached = reached(ctx, id, "household.view").await?;
    let past = parse_date(on).map(|day| day.to_string());
    let mut record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
    if let Some(day) = &past {
        let (_, then) = reading::as_of(&ctx.db, id, day)
            .await?
            .ok_or_else(|| AppError::not_found(format!("{day} 没有本户的记录：当时还没有建档，或此后没有变更过。")))?;
        record = then;
    }
    let tree = regions(ctx.app()).await?;
    let here = Resource::in_region(reached.region);
    let role = ctx.actor().role;
    let view = View {
        id,
        region: reached.region,
        place: super::list::place_path(&tree, record.region),
        masked: sees_masked_names(role),
        enters: past.is_none() && ctx.may("household.enter", &here) && record.status != Some(4),
        sees_health: sections::sees_health(role),
        reveals: ctx.may("person.reveal", &here),
        past,
        record,
        filled,
    };
    let tab = TABS
        .iter()
        .find(|(name, _)| *name == tab)
        .map_or("basics", |(name, _)| name);
    let mut blocks = Vec::new();
    if let Some(text) = &refused {
        blocks.push(Block::Note("danger", text.clone()));
    }
    if let Some(day) = &view.past {
        blocks.push(Block::Note(
            "info",
            format!("这是 {day} 当天的样子，只能查看。现在的情况请点“回到现在”。"),
        ));
    }
    blocks.extend(match tab {
        "members" => sections::members(ctx, &view),
        "incomes" => {
            let mut blocks = sections::incomes(ctx, &view)?;
            if view.past.is_none() {
                blocks.extend(super::means::beside_incomes(ctx, id, &here).await?);
            }
            blocks
        }
        "guarantees" => sections::guarantees(ctx, &view),
        "measures" => super::measures::section(ctx, &view),
        "flow" => super::step::section(ctx, &view).await?,
        "history" => super::history::section(ctx, &view).await?,
        _ => sections::basics(ctx, &view).await?,
    });
    let shell = ctx
        .shell(desk_layer(ctx))
        .crumb("帮扶户", "/desk/households")
        .here(format!("{}户", view.name(&view.record.head_name)));
    let mut page = Blocks::new(shell, blocks);
    page.actions = actions(ctx, &view, &here);
    page.tabs = TABS
        .iter()
        .map(|(name, title)| Tab {
            title: (*title).to_owned(),
            href: match &view.past {
                Some(day) => format!("/desk/households/{id}?tab={name}&on={day}"),
                None => format!("/desk/households/{id}?tab={name}"),
            },
            active: *name == tab,
            count: None,
        })
        .collect();
    match refused {
        Some(_) => page.refused(),
        None => page.show(),
    }
}

fn actions(ctx: &Ctx, view: &View, here: &Resource) -> Vec<(String, String)> {
    let id = view.id;
    let mut links = Vec::new();
    if view.past.is_some() {
        links.push(("回到现在".to_owned(), format!("/desk/households/{id}")));
        return links;
    }
    links.push(("时间轴".to_owned(), format!("/desk/households/{id}/timeline")));
    if view.record.status.is_some() && !view.masked {
        links.push(("明白卡".to_owned(), format!("/desk/households/{id}/card")));
    }
    if view.record.status.is_some() {
        links.push(("一户一法".to_owned(), format!("/desk/plans?household={id}")));
    }
    if ctx.may("payment.list", here) {
        links.push(("本户发放明细".to_owned(), format!("/desk/payments?household={id}")));
    }
    if ctx.may("case.check_view", here) {
        links.push(("数据比对".to_owned(), format!("/desk/households/{id}/check")));
    }
    if view.enters {
        links.push(("更正档案".to_owned(), format!("/desk/households/{id}/edit")));
        if view.record.status.is_some() {
            links.push(("分户、并户".to_owned(), format!("/desk/households/{id}/split")));
        }
    }
    links
}
