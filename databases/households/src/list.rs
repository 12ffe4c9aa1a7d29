//! The list of registered households: one filter and one scope for rows, totals and export.

use ::store::{Db, Query, Sql};
use access::Scope;
use kernel::{AppResult, RegionCode};

use crate::reach::restrict_households;

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct HouseholdFilter {
    /// Narrows the scope, never widens it.
    pub area: Option<RegionCode>,
    pub status: Option<i64>,
    pub attr: Option<i64>,
    /// Part of the head's name, or the first digits of the household number; empty for all.
    pub name: String,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, ::store::FromQueryResult)]
pub struct HouseholdRow {
    pub id: i64,
    pub household_no: String,
    pub region: i64,
    pub head_key: i64,
    pub head_name: String,
    pub population: i64,
    pub status: i64,
    pub attr: i64,
    pub monitor_class: Option<i64>,
    pub main_cause: String,
    pub registered_on: Option<String>,
    pub exited_on: Option<String>,
    pub removed_on: Option<String>,
}

/// Counts of the whole filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ::store::FromQueryResult)]
pub struct HouseholdTotals {
    pub households: i64,
    pub people: i64,
}

/// Rows on a page.
pub const PAGE_ROWS: u64 = 50;

impl HouseholdFilter {
    pub(crate) fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        restrict_households(&scope, sql);
        if let Some(status) = self.status {
            sql.push(" AND h.status = ").bind(status);
        }
        if let Some(attr) = self.attr {
            sql.push(" AND h.attr = ").bind(attr);
        }
        let sought = self.name.trim();
        if sought.len() >= 4 && sought.bytes().all(|b| b.is_ascii_digit()) {
            // A range, not LIKE, so that the index of numbers answers on both databases.
            let last = format!("{sought:9<19}");
            sql.push(" AND h.household_no >= ").bind(sought.to_owned());
            sql.push(" AND h.household_no <= ").bind(last);
            return;
        }
        let name = kernel::name::clean(&self.name).replace(['%', '_', '\\'], "");
        if !name.is_empty() {
            sql.push(" AND h.head_name LIKE ").bind(format!("%{name}%"));
        }
    }
}

/// How many households and people the filter holds within the scope.
pub async fn count(db: &Db, scope: &Scope, filter: &HouseholdFilter) -> AppResult<HouseholdTotals> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS households, CAST(COALESCE(SUM(h.population), 0) AS BIGINT) AS people FROM household h WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

const SELECT: &str = "SELECT h.id, h.household_no, h.region, h.head_key, h.head_name, h.population, h.status, h.attr, \
     h.monitor_class, h.main_cause, h.registered_on, h.exited_on, h.removed_on FROM household h WHERE 1 = 1";

/// One page of the list (from 1), by division and household number.
pub async fn page_of(db: &Db, scope: &Scope, filter: &HouseholdFilter, page: u64) -> AppResult<Vec<HouseholdRow>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY h.region, h.household_no LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// The next rows after a position, for exports of any length.
pub(crate) async fn after(
    db: &Db,
    scope: &Scope,
    filter: &HouseholdFilter,
    last: Option<&HouseholdRow>,
    rows: i64,
) -> AppResult<Vec<HouseholdRow>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    if let Some(last) = last {
        sql.push(" AND (h.region > ")
            .bind(last.region)
            .push(" OR (h.region = ")
            .bind(last.region);
        sql.push(" AND h.household_no > ")
            .bind(last.household_no.as_str())
            .push("))");
    }
    sql.push(" ORDER BY h.region, h.household_no LIMIT ").bind(rows);
    db.fetch(sql).await
}
