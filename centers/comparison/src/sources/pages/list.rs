//! `GET /desk/sources`: every data set, how fresh it is and what its last delivery came to.

use askama::Template;
use intake::contract::Contract;
use kernel::Timestamp;
use web::{Ctx, Page, Shell, html};

use super::reaches;
use crate::{
    identities::{self, Classes},
    sources::{CurrentSource, Freshness, GRACE_DAYS, Sources, current_sources, freshness},
};

#[derive(Template)]
#[template(path = "sources/pages/list.html")]
struct ListPage {
    shell: Shell,
    delivered: usize,
    overdue: usize,
    alarms: usize,
    rows: Vec<Line>,
}

struct Line {
    href: String,
    title: String,
    category: String,
    department: String,
    cycle: String,
    freshness: &'static str,
    tone: &'static str,
    alarm: String,
    last: String,
    rows: String,
    warned: String,
    rejected: String,
    /// What the department has to put right, in a few words.
    quality: String,
    snapshot: String,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    let sources = ctx.part::<Sources>()?;
    let current = current_sources(&ctx.db).await?;
    let now = ctx.clock.now();
    let mut rows = Vec::new();
    for contract in sources.contracts.iter().filter(|c| reaches(&ctx, c)) {
        let last = current.iter().find(|c| c.data_set == contract.name);
        let (freshness, tone, alarm) = stands(freshness(last, contract, now), contract);
        rows.push(Line {
            href: format!("/desk/sources/{}", contract.name),
            title: contract.title.clone(),
            category: short_category(contract.category),
            department: contract.department.clone(),
            cycle: cycle_text(contract.cycle_days),
            freshness,
            tone,
            alarm,
            quality: match last {
                Some(last) => {
                    let kept = identities::kept(&ctx.db, &contract.name, &last.snapshot).await?;
                    quality(last, kept.map(|kept| kept.classes()))
                }
                None => String::new(),
            },
            last: last.map_or_else(String::new, |l| Timestamp(l.started_at).to_string()),
            rows: last.map_or_else(String::new, |l| l.accepted.to_string()),
            warned: last.map_or_else(String::new, |l| l.warned.to_string()),
            rejected: last.map_or_else(String::new, |l| l.rejected.to_string()),
            snapshot: last.map_or_else(String::new, |l| l.snapshot.chars().take(12).collect()),
        });
    }
    html(ListPage {
        shell: ctx.shell(ctx.own_layer()).here("数据来源"),
        delivered: rows.iter().filter(|r| !r.last.is_empty()).count(),
        alarms: rows.iter().filter(|r| !r.alarm.is_empty()).count(),
        overdue: rows.iter().filter(|r| r.tone == "late").count(),
        rows,
    })
}

/// From this share of its rows on a delivery has something to put right, in hundredths of a percent.
const POOR_BP: u64 = 100;

/// What is wrong with a delivery as a whole; empty when hardly anything is.
fn quality(last: &CurrentSource, found: Option<Classes>) -> String {
    let share = |rows: u64, all: u64| (rows * 10_000 / all.max(1) >= POOR_BP).then(|| rows * 100 / all.max(1));
    let whole = |rows: i64| rows.unsigned_abs();
    let mut told = Vec::new();
    if let Some(percent) = share(whole(last.rejected), whole(last.accepted) + whole(last.rejected)) {
        told.push(format!("退回 {percent}%"));
    }
    if let Some(percent) = found.and_then(|c| share(c.placeholder_rows, c.rows)) {
        told.push(format!("多人共用号码 {percent}%"));
    }
    if let Some(percent) = share(whole(last.warned), whole(last.accepted)) {
        told.push(format!("有提示 {percent}%"));
    }
    told.join("，")
}

/// The thirteen categories of what departments compare.
const CATEGORIES: [&str; 14] = [
    "车辆",
    "农机",
    "住房、不动产",
    "社保",
    "公积金",
    "纳税",
    "工商登记",
    "财政供养",
    "存款",
    "证券、商业保险",
    "死亡、殡葬、服刑",
    "学籍与资助",
    "医保、残联、救助、土地",
    "户籍、赡养、居住与用度",
];

/// `第1类 车辆`; rosters of our own belong to none.
pub(super) fn category(number: u8) -> String {
    let title = usize::from(number).checked_sub(1).and_then(|at| CATEGORIES.get(at));
    title.map_or_else(|| "本级名册".to_owned(), |title| format!("第{number}类 {title}"))
}

/// The same in a column that leaves room for the others; the page of the data set says the rest.
fn short_category(number: u8) -> String {
    let full = category(number);
    full.split_once(' ').map_or(full.clone(), |(short, _)| short.to_owned())
}

/// In words, with the tone of its badge and what the department is asked.
fn stands(freshness: Freshness, contract: &Contract) -> (&'static str, &'static str, String) {
    match freshness {
        Freshness::Never => ("未导入", "wait", String::new()),
        Freshness::InCycle => ("在周期内", "done", String::new()),
        Freshness::Due => ("已超期", "late", String::new()),
        Freshness::Late(days) => (
            "已超期",
            "late",
            format!(
                "J-10 数据源过期：距上次报送 {days} 天（周期 {} 天、宽限 {GRACE_DAYS} 天），请{}报送",
                contract.cycle_days, contract.department
            ),
        ),
    }
}

pub(super) fn cycle_text(days: u32) -> String {
    match days {
        28..=31 => "每月".into(),
        89..=92 => "每季".into(),
        181..=184 => "每半年".into(),
        365 | 366 => "每年".into(),
        days => format!("每{days}天"),
    }
}
