//! `GET /programmes/{code}`: the four questions asked of one fund: source, amount, flow, allocation, work, effect.

use askama::Template;
use axum::extract::{Path, Query};
use directory::{orgs::org, regions};
use funds::{Programme, Total};
use kernel::{AppError, AppResult, Money, RegionCode, RegionLevel};
use store::Db;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Pair, Tab},
};

use super::{ListQuery, programmes::rate};
use crate::figures::{amount, as_of, by_level, count, in_reading_order, level_title, of_year, percent};

#[derive(Template)]
#[template(path = "pages/programme.html")]
struct ProgrammePage {
    shell: Shell,
    as_of: String,
    period: String,
    tabs: Vec<Tab>,
    sources: Vec<SourceLine>,
    arrived: String,
    arrived_text: String,
    places: Vec<PlaceLine>,
    allocated: bool,
    allocated_total: String,
    paid: String,
    paid_rows: String,
    paid_text: String,
    what_done: String,
    facts: Vec<Pair>,
    effect: String,
    results: Vec<Pair>,
    answers: Vec<super::duties::Line>,
}

struct SourceLine {
    level: String,
    doc_no: String,
    arrived_on: String,
    amount: String,
}

struct PlaceLine {
    name: String,
    href: String,
    allocated: String,
    rows: String,
    amount: String,
}

pub(crate) async fn show(ctx: Ctx, Path(code): Path<String>, Query(query): Query<ListQuery>) -> Page {
    let (db, area, year) = (&ctx.db, ctx.config.area, query.year());
    let programme = find(db, &code).await?;
    let tree = regions(ctx.app()).await?;
    let indicators = of_year(funds::indicators(db, Some(&programme.code)).await?, year);
    let total = funds::total(db, area, Some(&programme.code), year).await?;
    let places: Vec<RegionCode> = tree.children(area).iter().map(|r| r.code).collect();
    let by_place = funds::by_place(db, places.iter().copied(), Some(&programme.code), year).await?;
    let communities = tree.inside(area, RegionLevel::Community);
    let reached = funds::by_place(db, communities.iter().map(|r| r.code), Some(&programme.code), year)
        .await?
        .len();
    let shares = allocated(db, &programme, year).await?;
    let years = funds::years(db, area).await?;

    let arrived = Money(indicators.iter().map(|i| i.amount_fen).sum());
    let lines = places.iter().filter_map(|place| {
        let sum = by_place.iter().find(|t| t.region() == place.as_i64());
        let allocated = shares
            .iter()
            .find(|(region, _)| *region == place.as_i64())
            .map(|(_, fen)| Money(*fen));
        if sum.is_none() && allocated.is_none() {
            return None;
        }
        let sum = sum.cloned().unwrap_or_default();
        Some(PlaceLine {
            name: tree.name(*place),
            href: format!("/programmes/{}/{place}{}", programme.code, query.tail()),
            allocated: allocated.map(|m| m.to_string()).unwrap_or_default(),
            rows: count(sum.rows),
            amount: sum.amount().to_string(),
        })
    });
    let told = |m: Money| {
        let a = amount(m);
        format!("{} {}", a.number, a.unit)
    };
    html(ProgrammePage {
        shell: ctx
            .shell(Layer::Public)
            .crumb("资金去向", "/programmes")
            .here(programme.name.clone()),
        as_of: as_of(&total),
        period: query.period(),
        tabs: query.tabs(&format!("/programmes/{}", programme.code), &years),
        arrived: arrived.to_string(),
        arrived_text: sources_text(
            &by_level(&indicators)
                .iter()
                .map(|s| format!("{} {}", level_title(&s.level), told(s.amount)))
                .collect::<Vec<_>>(),
        ),
        places: lines.collect(),
        allocated: !shares.is_empty(),
        allocated_total: Money(shares.iter().map(|(_, fen)| fen).sum()).to_string(),
        paid: total.amount().to_string(),
        paid_rows: count(total.rows),
        paid_text: format!(
            "已发放 {}，{} 笔，到 {} 个镇街、{reached} 个社区（村）。",
            told(total.amount()),
            count(total.rows),
            by_place.len()
        ),
        sources: in_reading_order(indicators)
            .into_iter()
            .map(|i| SourceLine {
                level: level_title(&i.level),
                doc_no: i.doc_no,
                arrived_on: i.arrived_on,
                amount: Money(i.amount_fen).to_string(),
            })
            .collect(),
        what_done: programme.what_done.clone(),
        facts: facts(db, &programme).await?,
        effect: programme.effect.clone(),
        results: results(arrived, &total),
        answers: super::duties::of_programme(&ctx, &programme, area).await?,
    })
}

/// A programme by its code, or a page that says there is none.
pub(crate) async fn find(db: &Db, code: &str) -> AppResult<Programme> {
    funds::programme(db, code)
        .await?
        .ok_or_else(|| AppError::not_found("没有这个补助项目。请从“资金去向”重新选择。"))
}

fn sources_text(told: &[String]) -> String {
    if told.is_empty() {
        "还没有登记资金指标。".to_owned()
    } else {
        format!("{}。", told.join("，"))
    }
}

/// What the towns were given in a year, or in all years.
async fn allocated(db: &Db, programme: &Programme, year: Option<i32>) -> AppResult<Vec<(i64, i64)>> {
    let mut sums: Vec<(i64, i64)> = Vec::new();
    for a in funds::allocations(db, Some(&programme.code)).await? {
        if year.is_some_and(|year| i64::from(year) != a.year) {
            continue;
        }
        match sums.iter_mut().find(|(region, _)| *region == a.region) {
            Some(sum) => sum.1 += a.amount_fen,
            None => sums.push((a.region, a.amount_fen)),
        }
    }
    Ok(sums)
}

async fn facts(db: &Db, programme: &Programme) -> AppResult<Vec<Pair>> {
    let org = org(db, &programme.org).await?;
    let hotline = org.as_ref().and_then(|o| o.hotline.clone()).unwrap_or_default();
    let mut facts = vec![
        Pair::new("主管部门", org.map_or_else(|| programme.org.clone(), |o| o.name)),
        Pair::new("补给谁", payee_title(programme)),
        Pair::new(
            "补助标准",
            match rate(programme) {
                rate if rate.is_empty() => "按个案核定".to_owned(),
                rate => rate,
            },
        ),
        Pair::new("发放周期", cycle_title(&programme.cycle)),
        Pair::new(
            "资金类别",
            match programme.fund_class {
                1 => "财政扶贫资金",
                2 => "社会捐助资金",
                _ => "其他惠民资金",
            },
        ),
        Pair::new(
            "名单公开",
            match programme.name_mode() {
                funds::NameMode::Full => "公开领取人姓名（未成年人隐去）",
                funds::NameMode::Masked => "姓名隐去中间的字",
                funds::NameMode::None => "不公开姓名",
            },
        ),
    ];
    if !programme.basis.is_empty() {
        facts.push(Pair::new("政策依据", &programme.basis));
    }
    if !hotline.is_empty() {
        facts.push(Pair::whole("咨询电话", hotline));
    }
    Ok(facts)
}

fn payee_title(programme: &Programme) -> String {
    let who = match programme.payee_kind.as_str() {
        "person" => "个人",
        "household" => "农户",
        "village" => "村集体",
        _ => "项目",
    };
    if programme.targeted {
        format!("{who}（限困难群众）")
    } else {
        who.to_owned()
    }
}

fn cycle_title(cycle: &str) -> String {
    match cycle {
        "月" | "季" | "年" => format!("每{cycle}"),
        "一次" => "一次性".to_owned(),
        other => other.to_owned(),
    }
}

fn results(arrived: Money, total: &Total) -> Vec<Pair> {
    vec![
        Pair::whole("到位资金", format!("{arrived} 元")),
        Pair::whole("已发放", format!("{} 元", total.amount())),
        Pair::new("发放比例", percent(total.amount_fen, arrived.fen()).unwrap_or_default()),
        Pair::whole("最近一笔", total.last_paid_on.clone().unwrap_or_default()),
    ]
}
