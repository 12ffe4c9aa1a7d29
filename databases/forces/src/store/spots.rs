//! Spot checks in the home.

use access::Scope;
use kernel::{AppResult, RegionCode};
use store::{BulkInsert, Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, offset, reach::restrict_households};

/// A spot check as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpotCheck {
    pub id: i64,
    pub visit_id: Option<i64>,
    pub household_id: i64,
    pub region: i64,
    pub helper_id: Option<i64>,
    pub day: String,
    /// One `1` or `0` for each question.
    pub answers: String,
    pub note: String,
    pub checker_name: String,
}

impl SpotCheck {
    pub fn yes(&self) -> i64 {
        self.answers.bytes().filter(|b| *b == b'1').count() as i64
    }
}

/// A spot check in the list.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SpotLine {
    pub id: i64,
    pub visit_id: Option<i64>,
    pub household_id: i64,
    pub head_name: String,
    pub helper_name: String,
    pub region: i64,
    pub day: String,
    pub yes_count: i64,
    pub asked_count: i64,
    pub note: String,
    pub checker_name: String,
}

/// Answers of a set of spot checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct SpotTotals {
    pub checks: i64,
    pub yes: i64,
    pub asked: i64,
}

fn narrow(scope: &Scope, area: Option<RegionCode>, sql: &mut Sql) {
    let scope = area.map_or_else(|| scope.clone(), |area| scope.within(area));
    restrict_households(&scope, sql, "s.region", "s.household_id");
}

/// Totals within an area.
pub async fn totals(db: &Db, scope: &Scope, area: Option<RegionCode>) -> AppResult<SpotTotals> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS checks, CAST(COALESCE(SUM(s.yes_count), 0) AS BIGINT) AS yes, \
         CAST(COALESCE(SUM(s.asked_count), 0) AS BIGINT) AS asked FROM spot_check s WHERE 1 = 1",
    );
    narrow(scope, area, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// Totals of one division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct RegionSpots {
    pub region: i64,
    pub checks: i64,
    pub yes: i64,
    pub asked: i64,
}

/// Totals by division; `span` is the number of codes a division holds.
pub async fn totals_by(db: &Db, scope: &Scope, area: Option<RegionCode>, span: i64) -> AppResult<Vec<RegionSpots>> {
    let mut sql = Sql::new("SELECT (s.region / ");
    sql.bind(span).push(") * ").bind(span).push(
        " AS region, COUNT(*) AS checks, CAST(COALESCE(SUM(s.yes_count), 0) AS BIGINT) AS yes, \
         CAST(COALESCE(SUM(s.asked_count), 0) AS BIGINT) AS asked FROM spot_check s WHERE 1 = 1",
    );
    narrow(scope, area, &mut sql);
    sql.push(" GROUP BY 1 ORDER BY 1");
    db.fetch(sql).await
}

/// One page, the latest first.
pub async fn page_of(db: &Db, scope: &Scope, area: Option<RegionCode>, page: u64) -> AppResult<Vec<SpotLine>> {
    let mut sql = Sql::new(
        "SELECT s.id, s.visit_id, s.household_id, COALESCE(h.head_name, '') AS head_name, \
         COALESCE(f.name, '') AS helper_name, s.region, s.day, s.yes_count, s.asked_count, s.note, s.checker_name \
         FROM spot_check s LEFT JOIN household h ON h.id = s.household_id LEFT JOIN helper f ON f.id = s.helper_id \
         WHERE 1 = 1",
    );
    narrow(scope, area, &mut sql);
    sql.push(" ORDER BY s.day DESC, s.id DESC LIMIT ").bind(PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset(page));
    db.fetch(sql).await
}

/// Adds spot checks.
pub(crate) async fn insert(tx: &WriteTx, checks: impl IntoIterator<Item = SpotCheck>) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "spot_check",
        &[
            "id",
            "visit_id",
            "household_id",
            "region",
            "helper_id",
            "day",
            "answers",
            "yes_count",
            "asked_count",
            "note",
            "checker_name",
        ],
        "ON CONFLICT (id) DO NOTHING",
    );
    for s in checks {
        let (yes, asked) = (s.yes(), s.answers.len() as i64);
        bulk.push(args![
            s.id,
            s.visit_id,
            s.household_id,
            s.region,
            s.helper_id,
            s.day,
            s.answers,
            yes,
            asked,
            s.note,
            s.checker_name
        ])
        .await?;
    }
    bulk.finish().await
}
