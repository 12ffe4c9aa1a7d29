//! The list of findings: filters, totals, rows, and what waits for an actor.

use std::collections::BTreeSet;

use ::store::{Query, Sql};
use access::{Actor, Role, Scope};
use kernel::{AppResult, RegionCode, RegionLevel, Timestamp};

use super::reach;

/// In which order the list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The latest first.
    #[default]
    Found,
    /// The most urgent first.
    Due,
    /// The largest amount first.
    Money,
}

/// What the list is narrowed to; empty texts narrow nothing.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    pub severity: String,
    pub stage: String,
    pub rule: String,
    /// Of one of these rules, when given.
    pub rules: Option<Vec<String>>,
    pub owner: String,
    pub verdict: String,
    pub origin: String,
    pub area: Option<RegionCode>,
    pub supervised: bool,
    /// Past its term at this moment.
    pub overdue_at: Option<Timestamp>,
    /// Waiting for this actor.
    pub waiting_for: Option<Actor>,
    /// A name, or the number of a finding.
    pub text: String,
    pub order: Order,
}

/// One line of the list.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct ListRow {
    pub id: i64,
    pub finding_no: String,
    pub rule_id: String,
    pub rule_version: i64,
    pub severity: String,
    pub colour: String,
    pub origin: String,
    pub subject_name: String,
    pub region: i64,
    pub programme: Option<String>,
    pub period_from: String,
    pub period_to: String,
    pub money_fen: i64,
    pub owner_department: String,
    pub stage: String,
    pub supervisor: Option<String>,
    pub due_millis: Option<i64>,
    pub verdict: Option<String>,
    pub confirmed_fen: Option<i64>,
    pub recovered_fen: Option<i64>,
    pub found_millis: i64,
}

/// Figures of the whole filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Totals {
    pub rows: i64,
    pub money_fen: i64,
    pub red: i64,
    pub overdue: i64,
    pub confirmed_fen: i64,
    pub recovered_fen: i64,
}

/// Count and money of the filtered set within the scope.
pub async fn totals(db: &impl Query, scope: &Scope, filters: &Filters, now: Timestamp) -> AppResult<Totals> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS rows, CAST(COALESCE(SUM(f.money_fen), 0) AS BIGINT) AS money_fen, \
         CAST(COALESCE(SUM(CASE WHEN f.colour = 'R' THEN 1 ELSE 0 END), 0) AS BIGINT) AS red, \
         CAST(COALESCE(SUM(CASE WHEN f.due_millis <= ",
    );
    sql.bind(now.millis()).push(
        " AND f.stage NOT IN ('closed','merged','transferred_to_clue') THEN 1 ELSE 0 END), 0) AS BIGINT) AS overdue, \
         CAST(COALESCE(SUM(f.confirmed_fen), 0) AS BIGINT) AS confirmed_fen, \
         CAST(COALESCE(SUM(f.recovered_fen), 0) AS BIGINT) AS recovered_fen FROM finding f WHERE 1 = 1",
    );
    narrow(&mut sql, scope, filters);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// Rows `skip..skip + take` of the filtered set.
pub async fn page(db: &impl Query, scope: &Scope, filters: &Filters, skip: u64, take: u64) -> AppResult<Vec<ListRow>> {
    // The numbers of the page first, from the index alone; then their rows.
    let mut sql = Sql::new(
        "SELECT f.id, f.finding_no, f.rule_id, f.rule_version, f.severity, f.colour, f.origin, f.subject_name, f.region, \
         f.programme, f.period_from, f.period_to, f.money_fen, f.owner_department, f.stage, f.supervisor, f.due_millis, f.verdict, \
         f.confirmed_fen, f.recovered_fen, f.found_millis FROM finding f WHERE f.id IN (SELECT f.id FROM finding f \
         WHERE 1 = 1",
    );
    match filters.order {
        Order::Found => narrow_by_time(&mut sql, scope, filters),
        Order::Due | Order::Money => narrow(&mut sql, scope, filters),
    }
    let order = match filters.order {
        Order::Found => " ORDER BY f.found_millis DESC, f.finding_no DESC",
        Order::Due => " ORDER BY CASE WHEN f.due_millis IS NULL THEN 1 ELSE 0 END, f.due_millis, f.finding_no DESC",
        Order::Money => " ORDER BY f.money_fen DESC, f.finding_no DESC",
    };
    sql.push(order);
    sql.push(" LIMIT ").bind(take as i64).push(" OFFSET ").bind(skip as i64);
    sql.push(")").push(order);
    db.fetch(sql).await
}

/// How many findings wait for this actor, and how many of them are red or overdue.
pub async fn waiting(db: &impl Query, actor: &Actor, now: Timestamp) -> AppResult<(u64, u64)> {
    let filters = Filters {
        waiting_for: Some(actor.clone()),
        ..Filters::default()
    };
    let totals = totals(db, &actor.scope, &filters, now).await?;
    Ok((totals.rows as u64, totals.red.max(totals.overdue) as u64))
}

/// Rules and organisations in charge that have findings within reach, for the drop-downs.
pub async fn rules_and_owners(db: &impl Query, scope: &Scope) -> AppResult<(BTreeSet<String>, BTreeSet<String>)> {
    #[derive(sea_orm::FromQueryResult)]
    struct Pair {
        rule: String,
        owner: String,
    }
    let mut sql = Sql::new("SELECT f.rule_id AS rule, f.owner_department AS owner FROM finding f WHERE 1 = 1");
    reach::restrict(&mut sql, scope);
    sql.push(" GROUP BY f.rule_id, f.owner_department");
    let pairs: Vec<Pair> = db.fetch(sql).await?;
    Ok(pairs.into_iter().map(|p| (p.rule, p.owner)).unzip())
}

fn narrow(sql: &mut Sql, scope: &Scope, filters: &Filters) {
    let scope = match filters.area {
        Some(area) => scope.within(area),
        None => scope.clone(),
    };
    reach::restrict(sql, &scope);
    narrow_further(sql, filters);
}

/// As [`narrow`] for the latest findings of a wide area: walking them by time ends after a page, gathering the area
/// and sorting it does not. The cast keeps SQLite from the second.
fn narrow_by_time(sql: &mut Sql, scope: &Scope, filters: &Filters) {
    let scope = filters.area.map_or_else(|| scope.clone(), |area| scope.within(area));
    let wide = scope.region().is_some_and(|area| area.level() <= RegionLevel::County);
    reach::restrict_by(sql, &scope, if wide { "CAST(f.region AS BIGINT)" } else { "f.region" });
    narrow_further(sql, filters);
}

fn narrow_further(sql: &mut Sql, filters: &Filters) {
    let equals: [(&'static str, &String); 6] = [
        (" AND f.colour = ", &filters.severity),
        (" AND f.stage = ", &filters.stage),
        (" AND f.rule_id = ", &filters.rule),
        (" AND f.owner_department = ", &filters.owner),
        (" AND f.verdict = ", &filters.verdict),
        (" AND f.origin = ", &filters.origin),
    ];
    for (piece, value) in equals {
        if !value.is_empty() {
            sql.push(piece).bind(value.as_str());
        }
    }
    if let Some(rules) = &filters.rules {
        sql.push(" AND f.rule_id IN ")
            .bind_list(rules.iter().map(String::as_str));
    }
    if filters.supervised {
        sql.push(" AND f.supervisor IS NOT NULL");
    }
    if let Some(now) = filters.overdue_at {
        sql.push(" AND f.stage NOT IN ('closed','merged','transferred_to_clue') AND f.due_millis <= ")
            .bind(now.millis());
    }
    let text = filters.text.trim();
    if !text.is_empty() {
        let pattern = format!("%{}%", text.replace(['%', '_', '\\'], ""));
        sql.push(" AND (f.subject_name LIKE ").bind(pattern.as_str());
        sql.push(" OR f.finding_no = ").bind(text.to_uppercase()).push(")");
    }
    if let Some(actor) = &filters.waiting_for {
        waits_for(sql, actor);
    }
}

/// The findings at which this actor's capacity is the next to act, less those where he did the step before.
fn waits_for(sql: &mut Sql, actor: &Actor) {
    const DEPARTMENT: &str = " AND (f.stage IN ('assigned','reopened','acknowledged','verifying','rectifying') \
         OR (f.stage IN ('dept_reviewed','cdi_checked') AND f.verdict = 'true' AND NOT f.check_due) \
         OR (f.stage = 'rectified' AND f.elimination_by IS NULL) \
         OR (f.stage = 'verdict' AND f.verdict_by <> ";
    let account = actor.account.map_or(-1, |a| a.0);
    match actor.role {
        Role::FundUnitAdmin | Role::AgriAdmin | Role::Finance => {
            sql.push(" AND f.owner_department = ")
                .bind(actor.department.clone().unwrap_or_default());
            sql.push(DEPARTMENT).bind(account).push("))");
        }
        Role::TownAgriStation | Role::TownCdi | Role::TownPoverty => {
            sql.push(" AND (f.stage IN ('acknowledged','verifying') OR f.owner_department = 'town')");
            sql.push(DEPARTMENT).bind(account).push("))");
        }
        Role::CdiAdmin | Role::CdiOfficeAdmin => {
            sql.push(
                " AND (f.stage = 'new' OR (f.stage = 'dept_reviewed' AND f.check_due) \
                 OR (f.stage = 'cdi_checked' AND f.verdict <> 'true') \
                 OR (f.stage = 'rectified' AND f.elimination_by IS NOT NULL) \
                 OR (f.owner_department = 'discipline' AND f.stage IN ('assigned','reopened','acknowledged','verifying',\
                 'verdict','rectifying')))",
            );
        }
        Role::VillageAdmin | Role::VillageSupervision | Role::Liaison => {
            sql.push(" AND f.stage IN ('assigned','acknowledged','verifying','reopened') AND NOT f.answered");
        }
        Role::Helper | Role::ResidentTeam => {
            sql.push(" AND f.stage IN ('acknowledged','verifying')");
        }
        Role::CityCdi => {
            sql.push(" AND f.stage = 'escalated'");
        }
        _ => {
            sql.push(" AND 1 = 0");
        }
    }
}
