//! The list of projects: one filter and one scope for rows, counters and export.

use access::{Actor, Role, Scope};
use directory::orgs::org;
use kernel::{AppResult, Date, RegionCode};
use records::flow::Code;
use store::{Db, Query, Sql};

use super::project::{COLUMNS, Project};
use crate::model::{ProjectState, life::next_steps_of};

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct ProjectFilter {
    pub area: Option<RegionCode>,
    pub mode: Option<&'static str>,
    pub state: Option<&'static str>,
    pub year: Option<i64>,
    /// Supported by the province.
    pub province_key: bool,
    /// Part of number or name.
    pub text: String,
    /// Only those whose next step is somebody's.
    pub next: Option<NextBy>,
    /// At the library or beyond, not cancelled (县级项目库).
    pub in_library: bool,
}

/// Somebody who may take the next step, and in which states.
#[derive(Clone, Debug, Default)]
pub struct NextBy {
    account: i64,
    /// States in which it does not matter who took the step before.
    open: Vec<&'static str>,
    /// States in which another person must take the next step.
    another: Vec<&'static str>,
}

/// Kinds of office (data dictionary, 单位类别) that keep records others' questions turn on and pay nobody: no project
/// waits for them, though they hold the role of offices that pay.
const KEEPERS: [&str; 8] = ["公安", "税务", "市场监管", "公积金", "银行", "证券保险", "供电", "组织"];

/// Whether projects can wait for this actor at all.
pub async fn answers_for_projects(db: &impl Query, actor: &Actor) -> AppResult<bool> {
    let Some(department) = actor.scope.department().filter(|_| actor.role == Role::FundUnitAdmin) else {
        return Ok(true);
    };
    let office = org(db, department).await?;
    Ok(office.is_none_or(|office| !KEEPERS.contains(&office.kind.as_str())))
}

impl NextBy {
    pub async fn of(db: &impl Query, actor: &Actor) -> AppResult<NextBy> {
        if !answers_for_projects(db, actor).await? {
            return Ok(NextBy::default());
        }
        let (open, another) = next_steps_of(actor.role);
        Ok(NextBy {
            account: actor.account.map_or(-1, |a| a.0),
            open: open.into_iter().map(Code::id).collect(),
            another: another.into_iter().map(Code::id).collect(),
        })
    }

    /// No step is theirs.
    pub fn is_nobody(&self) -> bool {
        self.open.is_empty() && self.another.is_empty()
    }

    fn narrow(&self, sql: &mut Sql) {
        sql.push(" AND (1 = 0");
        if !self.open.is_empty() {
            sql.push(" OR p.state IN ").bind_list(self.open.iter().copied());
        }
        if !self.another.is_empty() {
            sql.push(" OR (p.last_actor <> ").bind(self.account);
            sql.push(" AND p.state IN ")
                .bind_list(self.another.iter().copied())
                .push(")");
        }
        sql.push(")");
    }
}

/// Counts of the whole filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, store::FromQueryResult)]
pub struct Counters {
    pub projects: i64,
    pub carrier: i64,
    pub direct: i64,
    pub province_key: i64,
    pub planned_fen: i64,
}

/// Rows on a page.
pub const PAGE_ROWS: u64 = 50;

impl ProjectFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        scope.restrict(sql, "p.region");
        if let Some(mode) = self.mode {
            sql.push(" AND p.mode = ").bind(mode);
        }
        if let Some(state) = self.state {
            sql.push(" AND p.state = ").bind(state);
        }
        if let Some(year) = self.year {
            sql.push(" AND p.year = ").bind(year);
        }
        if self.province_key {
            sql.push(" AND p.province_key = ").bind(true);
        }
        if self.in_library {
            sql.push(" AND p.state NOT IN ('demand', 'argued', 'declared', 'town_compiled', 'reviewed', 'cancelled')");
        }
        if let Some(next) = &self.next {
            next.narrow(sql);
        }
        let text = self.text.trim().replace(['%', '_', '\\'], "");
        if !text.is_empty() {
            let like = format!("%{text}%");
            sql.push(" AND (p.name LIKE ").bind(like.clone());
            sql.push(" OR p.no LIKE ").bind(like).push(")");
        }
    }
}

/// How many projects the filter holds, by kind, and their planned money.
pub async fn counters(db: &Db, scope: &Scope, filter: &ProjectFilter) -> AppResult<Counters> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS projects, CAST(COALESCE(SUM(CASE WHEN p.mode = 'carrier' THEN 1 ELSE 0 END), 0) AS BIGINT) AS \
         carrier, CAST(COALESCE(SUM(CASE WHEN p.mode = 'direct' THEN 1 ELSE 0 END), 0) AS BIGINT) AS direct, \
         CAST(COALESCE(SUM(CASE WHEN p.province_key THEN 1 ELSE 0 END), 0) AS BIGINT) AS province_key, \
         CAST(COALESCE(SUM(p.planned_fen), 0) AS BIGINT) AS planned_fen FROM project p WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// One page of the list (from 1), newest year first, then by number.
pub async fn page_of(db: &Db, scope: &Scope, filter: &ProjectFilter, page: u64) -> AppResult<Vec<Project>> {
    rows(
        db,
        scope,
        filter,
        PAGE_ROWS as i64,
        (page.saturating_sub(1) * PAGE_ROWS) as i64,
    )
    .await
}

/// Rows from an offset, for exports and printed plans.
pub async fn rows(db: &Db, scope: &Scope, filter: &ProjectFilter, limit: i64, offset: i64) -> AppResult<Vec<Project>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM project p WHERE 1 = 1");
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY p.year DESC, p.no, p.id LIMIT ").bind(limit);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}

/// A project under way, as far as those who help it need to know it.
#[derive(Clone, Debug, PartialEq, Eq, store::FromQueryResult)]
pub struct UnderWay {
    pub id: i64,
    pub no: String,
    pub name: String,
    pub region: i64,
    /// The day of its approval.
    pub from_on: String,
}

/// Projects approved by a day and not yet over, by place and number.
pub async fn under_way(db: &Db, scope: &Scope, day: Date) -> AppResult<Vec<UnderWay>> {
    let day = day.to_string();
    let mut sql = Sql::new(
        "SELECT p.id, p.no, p.name, p.region, MIN(s.on_day) AS from_on FROM project p \
         JOIN project_step s ON s.project = p.id AND s.to_state = 'approved' AND s.on_day <= ",
    );
    sql.bind(day.as_str())
        .push(" WHERE (p.last_on > ")
        .bind(day)
        .push(" OR p.state NOT IN ");
    let over = ProjectState::ALL.iter().filter(|s| s.is_final()).map(|s| s.id());
    sql.bind_list(over).push(")");
    scope.restrict(&mut sql, "p.region");
    sql.push(" GROUP BY p.id, p.no, p.name, p.region ORDER BY p.region, p.no LIMIT 5000");
    db.fetch(sql).await
}
