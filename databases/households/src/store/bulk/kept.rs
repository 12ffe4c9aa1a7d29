//! Acts on many households as they were done: the latest first, and whom each reached.

use ::store::{Db, FromQueryResult, Query, Sql};
use access::Scope;
use kernel::AppResult;

use super::Line;
use crate::{PAGE_ROWS, reach::restrict_households};

/// One act that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Done {
    pub id: i64,
    pub region: i64,
    pub what: String,
    pub title: String,
    pub chosen_by: String,
    pub campaign_id: Option<i64>,
    pub households: i64,
    pub left_out: i64,
    pub digest: String,
    pub by_name: String,
    pub at_millis: i64,
    /// How many households it was withdrawn from.
    pub undone: Option<i64>,
    pub undone_millis: Option<i64>,
    pub undone_by: Option<String>,
    pub undone_reason: Option<String>,
}

const SELECT: &str = "SELECT b.id, b.region, b.what, b.title, b.chosen_by, b.campaign_id, b.households, b.left_out, \
     b.digest, b.by_name, b.at_millis, b.undone, b.undone_millis, b.undone_by, b.undone_reason FROM household_bulk b \
     WHERE 1 = 1";

/// Acts within the scope, the latest first, a page of them.
pub async fn done(db: &Db, scope: &Scope, page: u64) -> AppResult<Vec<Done>> {
    let mut sql = Sql::new(SELECT);
    scope.restrict(&mut sql, "b.region");
    sql.push(" ORDER BY b.id DESC LIMIT ").bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// How many [`done`] has on all its pages.
pub async fn count_done(db: &Db, scope: &Scope) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM household_bulk b WHERE 1 = 1");
    scope.restrict(&mut sql, "b.region");
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

pub async fn done_one(q: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Done>> {
    let mut sql = Sql::new(SELECT);
    scope.restrict(&mut sql, "b.region");
    sql.push(" AND b.id = ").bind(id);
    Ok(q.fetch(sql).await?.pop())
}

/// The households of an act, a page of them.
pub async fn lines(db: &Db, scope: &Scope, id: i64, page: u64) -> AppResult<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT h.id, h.region, h.household_no, h.head_name, h.population, h.status FROM household_bulk_line l \
         JOIN household h ON h.id = l.household_id WHERE l.bulk_id = ",
    );
    sql.bind(id);
    restrict_households(scope, &mut sql);
    sql.push(" ORDER BY h.region, h.household_no LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}
