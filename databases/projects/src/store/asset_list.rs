//! The list of assets: one filter and one scope for rows, totals and export.

use access::Scope;
use kernel::{AppResult, RegionCode};
use store::{Db, FromQueryResult, Query, Sql};

use super::{
    assets::{Asset, COLUMNS},
    list::PAGE_ROWS,
};

/// What is looked for. The default holds everything within the scope.
#[derive(Clone, Debug, Default)]
pub struct AssetFilter {
    pub area: Option<RegionCode>,
    pub class: Option<&'static str>,
    pub state: Option<&'static str>,
    /// Part of the asset's or its owner's name.
    pub text: String,
    /// Part of the project's name or number.
    pub project: String,
}

/// An asset with the project that formed it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Listed {
    #[sea_orm(nested)]
    pub asset: Asset,
    pub project_no: String,
    pub project_name: String,
}

/// Totals of the filtered set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct AssetTotals {
    pub assets: i64,
    pub cost_fen: i64,
    /// Assets that stand idle.
    pub idle: i64,
    /// Not yet registered to an owner.
    pub unregistered: i64,
}

impl AssetFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        let scope = self.area.map_or_else(|| scope.clone(), |area| scope.within(area));
        scope.restrict(sql, "a.region");
        if let Some(class) = self.class {
            sql.push(" AND a.class = ").bind(class);
        }
        if let Some(state) = self.state {
            sql.push(" AND a.state = ").bind(state);
        }
        if let Some(like) = part(&self.text) {
            sql.push(" AND (a.name LIKE ").bind(like.clone());
            sql.push(" OR a.owner_name LIKE ").bind(like).push(")");
        }
        if let Some(like) = part(&self.project) {
            sql.push(" AND (p.name LIKE ").bind(like.clone());
            sql.push(" OR p.no LIKE ").bind(like).push(")");
        }
    }
}

/// What `LIKE` takes for a part of a name.
fn part(typed: &str) -> Option<String> {
    let text = typed.trim().replace(['%', '_', '\\'], "");
    (!text.is_empty()).then(|| format!("%{text}%"))
}

/// How many assets the filter holds, and what they cost.
pub async fn totals(db: &Db, scope: &Scope, filter: &AssetFilter) -> AppResult<AssetTotals> {
    let mut sql = Sql::new(
        "SELECT COUNT(*) AS assets, CAST(COALESCE(SUM(a.cost_fen), 0) AS BIGINT) AS cost_fen, \
         CAST(COALESCE(SUM(CASE WHEN a.state = 'idle' THEN 1 ELSE 0 END), 0) AS BIGINT) AS idle, \
         CAST(COALESCE(SUM(CASE WHEN a.registered_on IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS unregistered \
         FROM project_asset a JOIN project p ON p.id = a.project WHERE 1 = 1",
    );
    filter.narrow(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// One page of the list (from 1), by place and name.
pub async fn page_of(db: &Db, scope: &Scope, filter: &AssetFilter, page: u64) -> AppResult<Vec<Listed>> {
    let offset = (page.saturating_sub(1) * PAGE_ROWS) as i64;
    rows(db, scope, filter, PAGE_ROWS as i64, offset).await
}

/// So many rows after so many others.
pub async fn rows(db: &Db, scope: &Scope, filter: &AssetFilter, limit: i64, offset: i64) -> AppResult<Vec<Listed>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(", p.no AS project_no, p.name AS project_name FROM project_asset a JOIN project p ON p.id = a.project")
        .push(" WHERE 1 = 1");
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY a.region, a.name, a.id LIMIT ").bind(limit);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}
