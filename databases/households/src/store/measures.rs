//! Measures and policies of all households in one list: one filter and one scope for rows, totals and export.

use ::store::{Db, FromQueryResult, Query, Sql};
use access::Scope;
use kernel::{AppResult, RegionCode};

use crate::{PAGE_ROWS, reach::restrict_households};

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct MeasureFilter {
    /// Narrows the scope, never widens it.
    pub area: Option<RegionCode>,
    /// `measure` or `policy`; empty for both.
    pub sort: String,
    pub kind: String,
    /// What the household said: `none`, `yes`, `no`, `disputed`; empty for all.
    pub confirmed: String,
    /// Still going on, or ended.
    pub ended: Option<bool>,
    /// First and last day of beginning, `YYYY-MM-DD`.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Part of the head's name or of the content.
    pub words: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct MeasureRow {
    pub id: i64,
    pub household_id: i64,
    pub region: i64,
    pub household_no: String,
    pub head_name: String,
    pub sort: String,
    pub kind: String,
    pub content: String,
    pub amount_fen: i64,
    pub on_day: String,
    pub ended_on: Option<String>,
    pub confirmed: String,
}

/// Counts of the whole filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct MeasureTotals {
    pub measures: i64,
    pub households: i64,
    pub amount_fen: i64,
}

impl MeasureFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        restrict_households(&scope, sql);
        for (text, clause) in [
            (&self.sort, " AND m.sort = "),
            (&self.kind, " AND m.kind = "),
            (&self.confirmed, " AND m.confirmed = "),
        ] {
            if !text.is_empty() {
                sql.push(clause).bind(text.as_str());
            }
        }
        match self.ended {
            Some(true) => drop(sql.push(" AND m.ended_on IS NOT NULL")),
            Some(false) => drop(sql.push(" AND m.ended_on IS NULL")),
            None => {}
        }
        if let Some(from) = &self.from {
            sql.push(" AND m.on_day >= ").bind(from.as_str());
        }
        if let Some(to) = &self.to {
            sql.push(" AND m.on_day <= ").bind(to.as_str());
        }
        let words = self.words.trim().replace(['%', '_', '\\'], "");
        if !words.is_empty() {
            let like = format!("%{words}%");
            sql.push(" AND (h.head_name LIKE ").bind(like.as_str());
            sql.push(" OR m.content LIKE ").bind(like.as_str()).push(")");
        }
    }
}

/// How many the filter holds within the scope, for how many households, and their amounts.
pub async fn totals(db: &Db, scope: &Scope, filter: &MeasureFilter) -> AppResult<MeasureTotals> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS measures, COUNT(DISTINCT m.household_id) AS households, \
         CAST(COALESCE(SUM(m.amount_fen), 0) AS BIGINT) AS amount_fen FROM measure m \
         JOIN household h ON h.id = m.household_id WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

const SELECT: &str = "SELECT m.id, m.household_id, h.region, h.household_no, h.head_name, m.sort, m.kind, m.content, \
     m.amount_fen, m.on_day, m.ended_on, m.confirmed FROM measure m JOIN household h ON h.id = m.household_id WHERE 1 = 1";

/// One page of the list (from 1), the latest first.
pub async fn page_of(db: &Db, scope: &Scope, filter: &MeasureFilter, page: u64) -> AppResult<Vec<MeasureRow>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY m.on_day DESC, m.id DESC LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// The next rows after a position, for exports of any length.
pub(crate) async fn after(
    db: &Db,
    scope: &Scope,
    filter: &MeasureFilter,
    last: Option<&MeasureRow>,
    rows: i64,
) -> AppResult<Vec<MeasureRow>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    if let Some(last) = last {
        sql.push(" AND (m.on_day < ").bind(last.on_day.as_str());
        sql.push(" OR (m.on_day = ").bind(last.on_day.as_str());
        sql.push(" AND m.id < ").bind(last.id).push("))");
    }
    sql.push(" ORDER BY m.on_day DESC, m.id DESC LIMIT ").bind(rows);
    db.fetch(sql).await
}
