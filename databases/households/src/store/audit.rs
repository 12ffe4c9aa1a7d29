//! What a review of the register finds: households that should have been on it (漏评), and returns that were not
//! right (返贫核定不准). Each leads to an application or a decision, and is named until it has.

use ::store::{BulkInsert, Db, FromQueryResult, Query, Sql, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, RegionCode};
use serde_json::json;
use trail::Act as TrailAct;
use web::App;

use super::{Outcome, begin};

pub const KINDS: [(&str, &str); 2] = [("missed", "应纳入未纳入"), ("wrong_return", "返贫核定不准")];

/// A line of a review.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AuditLine {
    pub id: i64,
    pub region: i64,
    pub head_name: String,
    pub kind: String,
    pub found_on: String,
    pub source: String,
    pub household_id: Option<i64>,
    pub note: String,
    pub handled_on: Option<String>,
    pub outcome: String,
}

/// A household to be entered into a review.
#[derive(Clone, Debug)]
pub struct NewLine {
    pub region: RegionCode,
    pub head_name: String,
    pub kind: String,
    pub household_id: Option<i64>,
    pub note: String,
}

/// Enters the lines of one review.
pub async fn enter(
    app: &App,
    actor: &Actor,
    request_id: &str,
    source: &str,
    on: Date,
    lines: &[NewLine],
) -> AppResult<Outcome> {
    if source.trim().is_empty() {
        return Err(AppError::invalid("请写明审查来源（文件或检查名称）。"));
    }
    if let Some(line) = lines.iter().find(|l| !actor.scope.covers(l.region)) {
        return Err(AppError::invalid(format!("{}不在您的管理范围内。", line.head_name)));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let mut rows = BulkInsert::new(
        &tx,
        "identification_audit",
        &[
            "id",
            "region",
            "head_name",
            "kind",
            "found_on",
            "source",
            "household_id",
            "note",
            "outcome",
        ],
        "",
    );
    for line in lines {
        rows.push(args![
            app.next_id(),
            line.region.as_i64(),
            line.head_name.as_str(),
            line.kind.as_str(),
            on.to_string(),
            source,
            line.household_id,
            line.note.as_str(),
            ""
        ])
        .await?;
    }
    let taken = rows.finish().await?;
    tx.commit(TrailAct::new("household.audit", "audit:enter").with(json!({ "lines": taken, "source": source })))
        .await?;
    Ok(Outcome::Done)
}

/// How many lines there are and how many still wait.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AuditTotal {
    pub kind: String,
    pub lines: i64,
    pub open: i64,
}

/// Totals by kind within the scope.
pub async fn totals(db: &Db, scope: &Scope) -> AppResult<Vec<AuditTotal>> {
    let mut sql = Sql::new(
        "SELECT a.kind, COUNT(*) AS lines, CAST(SUM(CASE WHEN a.handled_on IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS open \
         FROM identification_audit a WHERE 1 = 1",
    );
    scope.restrict(&mut sql, "a.region");
    sql.push(" GROUP BY a.kind ORDER BY a.kind");
    db.fetch(sql).await
}

/// One page of lines, those that wait first.
pub async fn page_of(db: &Db, scope: &Scope, kind: &str, page: u64) -> AppResult<Vec<AuditLine>> {
    let mut sql = Sql::new(
        "SELECT a.id, a.region, a.head_name, a.kind, a.found_on, a.source, a.household_id, a.note, a.handled_on, a.outcome \
         FROM identification_audit a WHERE 1 = 1",
    );
    scope.restrict(&mut sql, "a.region");
    if !kind.is_empty() {
        sql.push(" AND a.kind = ").bind(kind);
    }
    sql.push(" ORDER BY CASE WHEN a.handled_on IS NULL THEN 0 ELSE 1 END, a.region, a.id LIMIT 50 OFFSET ")
        .bind((page.saturating_sub(1) * 50) as i64);
    db.fetch(sql).await
}

/// Says what was done about a line.
pub async fn handle(app: &App, actor: &Actor, request_id: &str, line: i64, outcome: &str) -> AppResult<Outcome> {
    let outcome = outcome.trim();
    if outcome.chars().count() < 4 {
        return Err(AppError::invalid("请写明处理结果，至少 4 个字。"));
    }
    let Some(tx) = begin(app, actor, request_id).await? else {
        return Ok(Outcome::Already);
    };
    let mut sql = Sql::new("UPDATE identification_audit SET handled_on = ");
    sql.bind(tx.at().date().to_string()).push(", outcome = ").bind(outcome);
    sql.push(" WHERE handled_on IS NULL AND id = ").bind(line);
    actor.scope.restrict(&mut sql, "region");
    if tx.execute_sql(sql).await? == 0 {
        return Err(AppError::conflict("这一条已经处理，或不在您的管理范围内。"));
    }
    tx.commit(TrailAct::new("household.audit", format!("audit:{line}")))
        .await?;
    Ok(Outcome::Done)
}
