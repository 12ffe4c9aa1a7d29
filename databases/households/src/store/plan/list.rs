//! The list of plans, and of households and villages that have none for the year yet.

use ::store::{Db, FromQueryResult, Query, Sql};
use access::Scope;
use kernel::{AppResult, RegionCode};

use super::reach;
use crate::{PAGE_ROWS, model::plan::Target, reach::restrict_households};

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct PlanFilter {
    /// Narrows the scope, never widens it.
    pub area: Option<RegionCode>,
    pub year: Option<i64>,
    pub target: Option<Target>,
    pub state: String,
    /// Part of the name.
    pub name: String,
    /// Plans of one household or village.
    pub subject: Option<i64>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PlanRow {
    pub id: i64,
    pub target: String,
    pub subject: i64,
    pub region: i64,
    pub name: String,
    pub year: i64,
    pub state: String,
    pub since_on: String,
    pub line_count: i64,
    pub planned_fen: i64,
}

/// Counts of the whole filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct PlanTotals {
    pub plans: i64,
    pub planned_fen: i64,
}

/// A household or a village without a plan.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Missing {
    pub subject: i64,
    pub region: i64,
    pub name: String,
}

impl PlanFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        reach(&scope, sql);
        if let Some(year) = self.year {
            sql.push(" AND p.year = ").bind(year);
        }
        if let Some(target) = self.target {
            sql.push(" AND p.target = ").bind(records::flow::Code::id(target));
        }
        if !self.state.is_empty() {
            sql.push(" AND p.state = ").bind(self.state.as_str());
        }
        if let Some(subject) = self.subject {
            sql.push(" AND p.subject = ").bind(subject);
        }
        let name = like(&self.name);
        if !name.is_empty() {
            sql.push(" AND p.name LIKE ").bind(name);
        }
    }
}

fn like(name: &str) -> String {
    let name = kernel::name::clean(name).replace(['%', '_', '\\'], "");
    if name.is_empty() { name } else { format!("%{name}%") }
}

/// How many plans the filter holds within the scope, and their money.
pub async fn totals(db: &Db, scope: &Scope, filter: &PlanFilter) -> AppResult<PlanTotals> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS plans, CAST(COALESCE(SUM(p.planned_fen), 0) AS BIGINT) AS planned_fen \
         FROM assistance_plan p WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

const SELECT: &str = "SELECT p.id, p.target, p.subject, p.region, p.name, p.year, p.state, p.since_on, p.line_count, \
     p.planned_fen FROM assistance_plan p WHERE 1 = 1";

/// One page of the list (from 1): by year, villages before their households.
pub async fn page_of(db: &Db, scope: &Scope, filter: &PlanFilter, page: u64) -> AppResult<Vec<PlanRow>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY p.year DESC, p.region, p.id LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// The next plans after an id, for exports of any length.
pub async fn after(db: &Db, scope: &Scope, filter: &PlanFilter, last: i64, rows: i64) -> AppResult<Vec<PlanRow>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    sql.push(" AND p.id > ").bind(last);
    sql.push(" ORDER BY p.id LIMIT ").bind(rows);
    db.fetch(sql).await
}

fn lacking(scope: &Scope, filter: &PlanFilter, target: Target, year: i64, sql: &mut Sql) {
    let scope = filter.area.map_or_else(|| scope.clone(), |area| scope.within(area));
    match target {
        Target::Household => {
            sql.push(
                " FROM household h WHERE h.status <> 4 AND NOT EXISTS (SELECT 1 FROM assistance_plan p \
                 WHERE p.target = 'household' AND p.subject = h.id AND p.year = ",
            )
            .bind(year)
            .push(")");
            restrict_households(&scope, sql);
            let name = like(&filter.name);
            if !name.is_empty() {
                sql.push(" AND h.head_name LIKE ").bind(name);
            }
        }
        Target::Village => {
            sql.push(
                " FROM region r WHERE r.level = 5 AND NOT EXISTS (SELECT 1 FROM assistance_plan p \
                 WHERE p.target = 'village' AND p.subject = r.code AND p.year = ",
            )
            .bind(year)
            .push(")");
            scope.restrict(sql, "r.code");
            if scope.helper().is_some() {
                sql.push(" AND 1 = 0");
            }
        }
    }
}

/// Those without a plan for the year, one page (from 1).
pub async fn missing(
    db: &Db,
    scope: &Scope,
    filter: &PlanFilter,
    target: Target,
    year: i64,
    page: u64,
) -> AppResult<Vec<Missing>> {
    let (select, order) = match target {
        Target::Household => (
            "SELECT h.id AS subject, h.region, h.head_name AS name",
            " ORDER BY h.region, h.household_no LIMIT ",
        ),
        Target::Village => (
            "SELECT r.code AS subject, r.code AS region, r.name",
            " ORDER BY r.code LIMIT ",
        ),
    };
    let mut sql = Sql::new(select);
    lacking(scope, filter, target, year, &mut sql);
    sql.push(order).bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// How many [`missing`] has on all its pages.
pub async fn count_missing(db: &Db, scope: &Scope, filter: &PlanFilter, target: Target, year: i64) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*)");
    lacking(scope, filter, target, year, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}
