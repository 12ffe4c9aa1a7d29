//! 核查成效: how often each rule's questions are borne out, and what doubts about households led to.

use std::sync::Arc;

use access::Resource;
use askama::Template;
use axum::extract::Query as UrlQuery;
use comparison::{rules::Rules, workbench::RuleNames};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppError, AppResult, Date, Money, period::parse_date};
use serde::Deserialize;
use serde_json::json;
use web::{
    Ctx, Page, Shell,
    export::{Cell, Export},
    html,
    parts::{Field, Filter},
};

use super::{LIST, RESULTS, layer, words};
use crate::{
    model::{Params, Share},
    store::{Doubted, MISFIRE_RULE, Reckoned, RuleResult, by_rule, doubted},
};

/// The kind of problem whose findings doubt that a household belongs on the register.
const IDENTIFICATION: &str = "identification";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ResultsQuery {
    from: String,
    to: String,
    #[serde(flatten)]
    area: AreaQuery,
}

impl ResultsQuery {
    /// Without days, the year so far.
    async fn reckoned(&self, ctx: &Ctx) -> AppResult<Reckoned> {
        let tree = regions(ctx.app()).await?;
        let today = ctx.clock.today();
        let new_year = kernel::period::ymd(today.year(), 1, 1).unwrap_or(today);
        let day = |text: &str, usual: Date, title: &str| match text.trim() {
            "" => Ok(usual),
            typed => {
                parse_date(typed).ok_or_else(|| AppError::invalid(format!("{title}请填成 2026-01-31 这样的日期。")))
            }
        };
        let reckoned = Reckoned {
            area: self.area.area(&tree, ctx.scope()),
            from: day(&self.from, new_year, "起始日期")?,
            to: day(&self.to, today, "截止日期")?,
        };
        if reckoned.from > reckoned.to {
            return Err(AppError::invalid("起始日期晚于截止日期，请对调后再查。"));
        }
        Ok(reckoned)
    }

    fn text(&self) -> String {
        web::query_of([
            ("from", &self.from),
            ("to", &self.to),
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
        ])
    }
}

#[derive(Template)]
#[template(path = "pages/results.html")]
struct Results {
    shell: Shell,
    filter: Filter,
    span: String,
    stages: Vec<FunnelStage>,
    rows: Vec<Line>,
    misfires: usize,
    limit: String,
    export: Option<String>,
}

struct FunnelStage {
    title: &'static str,
    households: i64,
    foot: String,
}

struct Line {
    /// Only for those who may read rules.
    href: Option<String>,
    rule: String,
    found: i64,
    decided: i64,
    borne_out: i64,
    unfounded: i64,
    excepted: i64,
    undecided: i64,
    share: String,
    interval: String,
    confirmed: String,
    recovered: String,
    misfires: bool,
}

/// `GET /desk/warnings/results`
pub(super) async fn show(ctx: Ctx, UrlQuery(query): UrlQuery<ResultsQuery>) -> Page {
    let reckoned = query.reckoned(&ctx).await?;
    let rules = ctx.part::<Rules>()?;
    let results = by_rule(&ctx.db, ctx.scope(), &reckoned).await?;
    let limit = params(&ctx).misfire;
    let names = RuleNames::in_force(ctx.app()).await?;
    let rows: Vec<Line> = results.iter().map(|r| Line::of(&ctx, &names, r)).collect();
    let text = query.text();
    let tree = regions(ctx.app()).await?;
    let mut fields = vec![
        Field::input("date", "from", "发现日期起").value(reckoned.from.to_string()),
        Field::input("date", "to", "发现日期止").value(reckoned.to.to_string()),
    ];
    fields.extend(area_fields(&tree, ctx.scope(), ctx.config.area, &query.area));
    html(Results {
        shell: ctx.shell(layer(&ctx)).crumb("预警列表", LIST).here("核查成效"),
        filter: Filter {
            action: RESULTS.to_owned(),
            fields,
        },
        span: format!("{} 至 {}", reckoned.from, reckoned.to),
        stages: funnel(&ctx, &reckoned, &rules).await?,
        misfires: rows.iter().filter(|r| r.misfires).count(),
        limit: format!(
            "已有 {} 条以上结论而属实不到 {}",
            limit.verdicts,
            percent(limit.below_bp)
        ),
        rows,
        export: ctx
            .may("finding.results_export", &Resource::any())
            .then(|| format!("{RESULTS}.xlsx?{text}")),
    })
}

/// From doubted households to those struck off, and beside them those taken in.
async fn funnel(ctx: &Ctx, reckoned: &Reckoned, rules: &Arc<Rules>) -> AppResult<Vec<FunnelStage>> {
    let about_households: Vec<String> = rules
        .iter()
        .filter(|rule| rule.problems().contains(&IDENTIFICATION))
        .map(|rule| rule.id.clone())
        .collect();
    let Doubted {
        findings,
        households,
        verified,
        confirmed,
    } = doubted(&ctx.db, ctx.scope(), reckoned, &about_households).await?;
    let scope = reckoned
        .area
        .map_or_else(|| ctx.scope().clone(), |area| ctx.scope().within(area));
    let moved = households::store::cases::movements(&ctx.db, &scope, reckoned.from, reckoned.to).await?;
    let of = |kind: &str, state: &str| {
        let found = moved.iter().find(|m| m.kind == kind && m.to_state == state);
        found.map_or(0, |m| m.households)
    };
    let (removed, added) = (of("removal", "removed"), of("identification", "registered"));
    let stage = |title, households, foot| FunnelStage {
        title,
        households,
        foot,
    };
    Ok(vec![
        stage("比对存疑", households, format!("识别类预警 {findings} 条")),
        stage("已经核查", verified, share_of(verified, households)),
        stage("查有问题", confirmed, share_of(confirmed, verified)),
        stage("清退出库", removed, "同期办结的清退".to_owned()),
        stage("新识别纳入", added, "同期办结的识别建档".to_owned()),
    ])
}

fn share_of(part: i64, whole: i64) -> String {
    if whole == 0 {
        return String::new();
    }
    format!("占上一步的 {}", percent(part * 10_000 / whole))
}

fn percent(bp: i64) -> String {
    format!("{}.{:02}%", bp / 100, bp % 100)
}

fn interval(share: Share) -> String {
    format!("{} 至 {}", percent(share.low_bp), percent(share.high_bp))
}

fn params(ctx: &Ctx) -> &'static Params {
    let area = ctx.scope().region().unwrap_or(ctx.config.area);
    Params::of(area, ctx.clock.today())
}

impl Line {
    fn of(ctx: &Ctx, names: &RuleNames, result: &RuleResult) -> Line {
        let verdicts = result.verdicts();
        let share = verdicts.share();
        Line {
            href: (result.rule_id != MISFIRE_RULE && ctx.may("rule.list", &Resource::any()))
                .then(|| format!("/desk/rules/{}", result.rule_id)),
            rule: words::rule_now(names, &result.rule_id),
            found: result.found,
            decided: verdicts.decided(),
            borne_out: result.borne_out,
            unfounded: result.unfounded,
            excepted: result.excepted,
            undecided: result.undecided,
            share: share.map_or_else(|| "尚无结论".to_owned(), |s| percent(s.share_bp)),
            interval: share.map_or_else(String::new, interval),
            confirmed: Money(result.confirmed_fen).to_string(),
            recovered: Money(result.recovered_fen).to_string(),
            misfires: verdicts.misfires(params(ctx).misfire),
        }
    }
}

const COLUMNS: &[(&str, f64)] = &[
    ("预警规则", 30.0),
    ("预警条数", 10.0),
    ("已有结论", 10.0),
    ("属实", 8.0),
    ("不属实", 8.0),
    ("符合例外", 10.0),
    ("暂无法认定", 12.0),
    ("属实率", 10.0),
    ("95%置信区间", 22.0),
    ("查实金额（元）", 14.0),
    ("追回金额（元）", 14.0),
];

/// `GET /desk/warnings/results.xlsx`
pub(super) async fn export(ctx: Ctx, UrlQuery(query): UrlQuery<ResultsQuery>) -> Page {
    let reckoned = query.reckoned(&ctx).await?;
    let names = RuleNames::in_force(ctx.app()).await?;
    let mut sheet = Export::begin(ctx.app(), "核查成效", COLUMNS)?;
    for result in by_rule(&ctx.db, ctx.scope(), &reckoned).await? {
        let line = Line::of(&ctx, &names, &result);
        sheet.row([
            Cell::text(line.rule),
            Cell::Count(line.found),
            Cell::Count(line.decided),
            Cell::Count(line.borne_out),
            Cell::Count(line.unfounded),
            Cell::Count(line.excepted),
            Cell::Count(line.undecided),
            Cell::text(line.share),
            Cell::text(line.interval),
            Cell::Money(Money(result.confirmed_fen)),
            Cell::Money(Money(result.recovered_fen)),
        ])?;
    }
    let mut act = trail::Act::new("finding.export", "finding:results")
        .with(json!({ "filters": query.text(), "rows": sheet.rows() }));
    if let Some(region) = ctx.scope().region() {
        act = act.in_region(region);
    }
    ctx.trail.note(ctx.actor(), act).await?;
    let file_name = format!("核查成效-{}.xlsx", ctx.clock.today());
    Ok(sheet.send(&file_name).await?)
}
