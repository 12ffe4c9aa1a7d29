//! The figures of the home page, added up once in half a minute: everybody sees the same, and a payment is to be seen
//! within five minutes.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use access::Scope;
use directory::{RegionTree, orgs::orgs, regions};
use funds::{PaymentFilter, Programme, Total};
use households::HouseholdFilter;
use kernel::{AppResult, Money, RegionCode, RegionLevel, Timestamp};
use store::Db;
use web::{
    Ctx,
    parts::{Pair, Tab},
};

use super::{ListQuery, way_to};
use crate::figures::{Amount, amount, as_of, by_level, count, level_title, of_year, percent};

const FRESH_MILLIS: i64 = 30_000;

/// Everything on the home page that does not depend on who looks.
pub(crate) struct Overview {
    pub as_of: String,
    pub tabs: Vec<Tab>,
    pub period: String,
    pub arrived: Amount,
    pub sources_text: String,
    pub paid: Amount,
    pub paid_text: String,
    pub programmes_count: usize,
    pub work_text: String,
    pub effect: String,
    pub effect_text: String,
    pub sources: Vec<SourceLine>,
    pub documents: usize,
    pub arrived_full: String,
    pub places: Vec<PlaceLine>,
    pub place_head: &'static str,
    pub paid_full: String,
    pub paid_rows: String,
    pub departments: Vec<DepartmentLine>,
    pub results: Vec<Pair>,
    pub latest: Vec<Latest>,
}

pub(crate) struct Latest {
    pub programme: String,
    pub village: String,
    pub paid_on: String,
    pub href: String,
}

pub(crate) struct SourceLine {
    pub level: String,
    pub documents: usize,
    pub amount: String,
    pub share: String,
}

pub(crate) struct PlaceLine {
    pub name: String,
    pub href: String,
    pub rows: String,
    pub amount: String,
}

pub(crate) struct DepartmentLine {
    pub name: String,
    pub programmes: usize,
    pub rows: String,
    pub amount: String,
}

/// Keeps the figures of each year; a part of the app. Without it they are added up for every visitor.
#[derive(Default)]
pub(crate) struct OverviewCache(RwLock<HashMap<Option<i32>, (Timestamp, Arc<Overview>)>>);

impl OverviewCache {
    fn fresh(&self, year: Option<i32>, now: Timestamp) -> Option<Arc<Overview>> {
        let kept = self.0.read().ok()?;
        let (at, overview) = kept.get(&year)?;
        (now.millis() - at.millis() < FRESH_MILLIS).then(|| overview.clone())
    }

    fn keep(&self, year: Option<i32>, now: Timestamp, overview: Arc<Overview>) {
        if let Ok(mut kept) = self.0.write() {
            kept.retain(|_, (at, _)| now.millis() - at.millis() < FRESH_MILLIS);
            kept.insert(year, (now, overview));
        }
    }
}

/// The figures of a year or of all years, at most half a minute old.
pub(crate) async fn overview(ctx: &Ctx, query: &ListQuery) -> AppResult<Arc<Overview>> {
    let (cache, now) = (ctx.part::<OverviewCache>().ok(), ctx.clock.now());
    if let Some(overview) = cache.as_ref().and_then(|cache| cache.fresh(query.year(), now)) {
        return Ok(overview);
    }
    let overview = Arc::new(compute(ctx, query).await?);
    if let Some(cache) = cache {
        cache.keep(query.year(), now, overview.clone());
    }
    Ok(overview)
}

async fn compute(ctx: &Ctx, query: &ListQuery) -> AppResult<Overview> {
    let (db, area, year) = (&ctx.db, ctx.config.area, query.year());
    let tree = regions(ctx.app()).await?;
    let total = funds::total(db, area, None, year).await?;
    let indicators = of_year(funds::indicators(db, None).await?, year);
    let programmes = funds::programmes(db).await?;
    let by_programme = funds::by_programme(db, area, year).await?;
    let towns = funds::by_place(db, tree.children(area).iter().map(|r| r.code), None, year).await?;
    let communities = funds::by_place(
        db,
        tree.inside(area, RegionLevel::Community).iter().map(|r| r.code),
        None,
        year,
    )
    .await?;
    let households = household_counts(db, area).await?;
    let org_names: HashMap<String, String> = orgs(db, area).await?.into_iter().map(|o| (o.id, o.name)).collect();

    let arrived = Money(indicators.iter().map(|i| i.amount_fen).sum());
    let by_level = by_level(&indicators);
    let spent = percent(total.amount_fen, arrived.fen());
    let departments = departments(&programmes, &by_programme, &org_names);
    let years = funds::years(db, area).await?;
    Ok(Overview {
        as_of: as_of(&total),
        tabs: query.tabs("/", &years),
        period: query.period(),
        arrived: amount(arrived),
        sources_text: match by_level.as_slice() {
            [] => "还没有登记资金指标。".to_owned(),
            sources => {
                let told: Vec<String> = sources
                    .iter()
                    .map(|s| {
                        let sum = amount(s.amount);
                        format!("{} {} {}", level_title(&s.level), sum.number, sum.unit)
                    })
                    .collect();
                format!("{}。", told.join("，"))
            }
        },
        paid: amount(total.amount()),
        paid_text: format!(
            "发放 {} 笔，到 {} 个{}、{} 个社区（村）。",
            count(total.rows),
            towns.len(),
            child_title(&tree, area),
            communities.len()
        ),
        programmes_count: by_programme.len(),
        work_text: format!(
            "由 {} 个部门负责，每一项都写明补给谁、补多少、凭什么。",
            departments.len()
        ),
        effect: spent.clone().unwrap_or_else(|| "—".to_owned()),
        effect_text: match spent {
            Some(_) => "到位资金已发到群众手中的比例。".to_owned(),
            None => "登记资金指标后显示到位资金的发放比例。".to_owned(),
        },
        sources: by_level
            .iter()
            .map(|s| SourceLine {
                level: level_title(&s.level),
                documents: s.documents,
                amount: s.amount.to_string(),
                share: percent(s.amount.fen(), arrived.fen()).unwrap_or_default(),
            })
            .collect(),
        documents: by_level.iter().map(|s| s.documents).sum(),
        arrived_full: arrived.to_string(),
        places: places(&tree, &towns, query),
        place_head: child_title(&tree, area),
        paid_full: total.amount().to_string(),
        paid_rows: count(total.rows),
        departments,
        results: results(&households, arrived, &total),
        latest: latest(db, &tree, area, &programmes).await?,
    })
}

const MOST_LATEST: usize = 4;

/// The lists that were added to last.
async fn latest(db: &Db, tree: &RegionTree, area: RegionCode, programmes: &[Programme]) -> AppResult<Vec<Latest>> {
    let newest = funds::page_of(db, &Scope::area(area), &PaymentFilter::default(), 1, funds::PAGE_ROWS).await?;
    let mut lists: Vec<Latest> = Vec::new();
    for payment in newest {
        let Some(programme) = programmes.iter().find(|p| p.code == payment.programme) else {
            continue;
        };
        let place = tree.nearest(payment.place());
        let href = format!("/programmes/{}/{place}", programme.code);
        if lists.len() < MOST_LATEST && lists.iter().all(|l| l.href != href) {
            lists.push(Latest {
                programme: programme.name.clone(),
                village: way_to(tree, place),
                paid_on: payment.paid_on.clone(),
                href,
            });
        }
    }
    Ok(lists)
}

/// What one step inside the area is called.
fn child_title(tree: &RegionTree, area: RegionCode) -> &'static str {
    match tree.children(area).first().map(|r| r.level()) {
        Some(RegionLevel::County) => "县区",
        Some(RegionLevel::Community) => "社区（村）",
        Some(RegionLevel::Village) => "自然村",
        _ => "镇街",
    }
}

fn places(tree: &RegionTree, totals: &[Total], query: &ListQuery) -> Vec<PlaceLine> {
    totals
        .iter()
        .filter_map(|total| {
            let code = RegionCode::from_i64(total.region())?;
            Some(PlaceLine {
                name: tree.name(code),
                href: format!("/villages/{code}{}", query.tail()),
                rows: count(total.rows),
                amount: total.amount().to_string(),
            })
        })
        .collect()
}

fn departments(programmes: &[Programme], totals: &[Total], org_names: &HashMap<String, String>) -> Vec<DepartmentLine> {
    let mut lines: Vec<(&str, usize, i64, i64)> = Vec::new();
    for programme in programmes {
        let Some(total) = totals.iter().find(|t| t.of == programme.code) else {
            continue;
        };
        match lines.iter_mut().find(|(org, ..)| *org == programme.org) {
            Some(line) => *line = (line.0, line.1 + 1, line.2 + total.rows, line.3 + total.amount_fen),
            None => lines.push((&programme.org, 1, total.rows, total.amount_fen)),
        }
    }
    let line = |(org, programmes, rows, fen): (&str, usize, i64, i64)| DepartmentLine {
        name: org_names.get(org).cloned().unwrap_or_else(|| org.to_owned()),
        programmes,
        rows: count(rows),
        amount: Money(fen).to_string(),
    };
    lines.into_iter().map(line).collect()
}

struct HouseholdCounts {
    all: i64,
    out: i64,
    watched: i64,
}

async fn household_counts(db: &Db, area: RegionCode) -> AppResult<HouseholdCounts> {
    let scope = Scope::area(area);
    let of = |status| HouseholdFilter {
        status,
        ..HouseholdFilter::default()
    };
    Ok(HouseholdCounts {
        all: households::count(db, &scope, &of(None)).await?.households,
        out: households::count(db, &scope, &of(Some(1))).await?.households,
        watched: households::count(db, &scope, &of(Some(5))).await?.households,
    })
}

fn results(households: &HouseholdCounts, arrived: Money, total: &Total) -> Vec<Pair> {
    let mut pairs = vec![
        Pair::whole("到位资金", format!("{arrived} 元")),
        Pair::whole("已发到户", format!("{} 元", total.amount())),
        Pair::new("发放比例", percent(total.amount_fen, arrived.fen()).unwrap_or_default()),
    ];
    if households.all > 0 {
        pairs.push(Pair::new("建档立卡户", format!("{} 户", count(households.all))));
        pairs.push(Pair::new("已脱贫", format!("{} 户", count(households.out))));
        pairs.push(Pair::new("防返贫监测户", format!("{} 户", count(households.watched))));
    }
    pairs
}
