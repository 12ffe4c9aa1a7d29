//! What the board of projects counts: how many stand where, and what is overdue.

use access::Scope;
use kernel::{AppResult, Date, Month, RegionLevel};
use store::{Db, FromQueryResult, Query, Sql};

/// Projects of a town in a state.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Cell {
    pub town: i64,
    pub state: String,
    pub projects: i64,
    pub planned_fen: i64,
    pub paid_fen: i64,
}

/// Counts by town and state within the scope.
pub async fn cells(db: &Db, scope: &Scope) -> AppResult<Vec<Cell>> {
    let town = 10_i64.pow(15 - RegionLevel::Town.digits());
    let mut sql = Sql::new("SELECT p.region - (p.region % ");
    sql.bind(town).push(
        ") AS town, p.state, COUNT(*) AS projects, CAST(SUM(p.planned_fen) AS BIGINT) AS planned_fen, \
         CAST(COALESCE(SUM(x.paid), 0) AS BIGINT) AS paid_fen FROM project p LEFT JOIN (SELECT project, \
         SUM(amount_fen) AS paid FROM project_payment GROUP BY project) x ON x.project = p.id WHERE 1 = 1",
    );
    scope.restrict(&mut sql, "p.region");
    sql.push(" GROUP BY 1, p.state ORDER BY 1, p.state");
    db.fetch(sql).await
}

/// Something that needs a hand.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Overdue {
    pub id: i64,
    pub no: String,
    pub name: String,
    pub region: i64,
    pub since: String,
}

const HEAD: &str = "SELECT p.id, p.no, p.name, p.region, ";

async fn overdue(
    db: &Db,
    scope: &Scope,
    since: &'static str,
    condition: impl FnOnce(&mut Sql),
) -> AppResult<Vec<Overdue>> {
    let mut sql = Sql::new(HEAD);
    sql.push(since).push(" AS since FROM project p WHERE 1 = 1");
    scope.restrict(&mut sql, "p.region");
    condition(&mut sql);
    sql.push(" ORDER BY 5, p.no LIMIT 200");
    db.fetch(sql).await
}

/// Under construction without an inspection last month.
pub async fn uninspected(db: &Db, scope: &Scope, today: Date) -> AppResult<Vec<Overdue>> {
    let last = Month::of(today).plus(-1);
    overdue(db, scope, "p.last_on", |sql| {
        sql.push(" AND p.state = 'building' AND p.last_on < ")
            .bind(last.first_day().to_string());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM project_inspection i WHERE i.project = p.id AND i.month >= ")
            .bind(last.to_string())
            .push(")");
    })
    .await
}

/// Under construction without a photo or milestone for so many days.
pub async fn without_photo(db: &Db, scope: &Scope, today: Date, days: i64) -> AppResult<Vec<Overdue>> {
    let since = (today - time::Duration::days(days)).to_string();
    overdue(db, scope, "p.last_on", |sql| {
        sql.push(" AND p.state = 'building' AND p.last_on < ")
            .bind(since.clone());
        sql.push(" AND NOT EXISTS (SELECT 1 FROM project_milestone m WHERE m.project = p.id AND m.on_day >= ")
            .bind(since)
            .push(")");
    })
    .await
}

/// Past the planned end and not yet completed.
pub async fn past_end(db: &Db, scope: &Scope, today: Date) -> AppResult<Vec<Overdue>> {
    overdue(db, scope, "p.end_plan", |sql| {
        sql.push(
            " AND p.state IN ('approved', 'filed', 'notice_pre', 'tender', 'contracted', 'building', 'suspended') \
             AND p.end_plan < ",
        )
        .bind(today.to_string());
    })
    .await
}

/// Open risks within the scope, the nearest first.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OpenRisk {
    pub id: i64,
    pub project: i64,
    pub no: String,
    pub name: String,
    pub region: i64,
    pub kind: String,
    pub level: String,
    pub note: String,
    pub measure: String,
    pub owner: String,
    pub due_on: String,
    pub closed_on: Option<String>,
    pub closed_note: Option<String>,
}

/// The register of risks: open ones first.
pub async fn risks(db: &Db, scope: &Scope, project: Option<i64>) -> AppResult<Vec<OpenRisk>> {
    let mut sql = Sql::new(
        "SELECT r.id, r.project, p.no, p.name, p.region, r.kind, r.level, r.note, r.measure, r.owner, r.due_on, \
         r.closed_on, r.closed_note FROM project_risk r JOIN project p ON p.id = r.project WHERE 1 = 1",
    );
    scope.restrict(&mut sql, "p.region");
    if let Some(id) = project {
        sql.push(" AND r.project = ").bind(id);
    }
    sql.push(" ORDER BY CASE WHEN r.closed_on IS NULL THEN 0 ELSE 1 END, r.due_on, r.id LIMIT 500");
    db.fetch(sql).await
}
