//! The table of helpers.

use access::Scope;
use kernel::{AppError, AppResult, RegionCode};
use records::flow::Code;
use serde_json::{Value, json};
use store::{Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, like, offset, reach::restrict_reaching};
use crate::model::helper::{ACTIVE, Branch, HelperKind, LEFT};

/// A helper as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Helper {
    pub id: i64,
    pub name: String,
    pub kind: String,
    pub branch: String,
    pub unit: String,
    pub title: String,
    /// 行业 or speciality.
    pub trade: String,
    /// Where someone away from home lives and works.
    pub place: String,
    pub region: i64,
    pub person_key: Option<i64>,
    pub account: Option<i64>,
    /// Names this helper in the table of household pairings.
    pub pair_key: i64,
    pub entered_on: String,
    pub until_on: Option<String>,
    pub state: String,
    pub left_on: Option<String>,
}

impl Helper {
    pub fn kind(&self) -> Option<HelperKind> {
        HelperKind::parse(&self.kind)
    }

    pub fn kind_title(&self) -> &'static str {
        self.kind().map_or("", Code::title)
    }

    pub fn branch_title(&self) -> &'static str {
        Branch::parse(&self.branch).map_or("", Code::title)
    }

    pub fn region(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    pub fn is_active(&self) -> bool {
        self.state == ACTIVE
    }

    /// The record for the history: no key of a person.
    pub fn as_record(&self) -> Value {
        json!({
            "name": self.name, "kind": self.kind_title(), "branch": self.branch_title(), "unit": self.unit,
            "title": self.title, "trade": self.trade, "place": self.place, "region": self.region,
            "identified": self.person_key.is_some(), "account": self.account.is_some(),
            "until_on": self.until_on, "state": self.state, "left_on": self.left_on,
        })
    }
}

/// Titles of the fields of [`Helper::as_record`].
pub(crate) const FIELDS: &[(&str, &str)] = &[
    ("name", "姓名"),
    ("kind", "类别"),
    ("branch", "细类"),
    ("unit", "单位"),
    ("title", "职务"),
    ("trade", "行业（专长）"),
    ("place", "现居地"),
    ("region", "服务区域"),
    ("identified", "已登记身份"),
    ("account", "已开通账号"),
    ("until_on", "服务期至"),
    ("state", "状态"),
    ("left_on", "离岗日期"),
];

/// What is looked for. The default holds everyone in service within the scope.
#[derive(Clone, Debug, Default)]
pub struct HelperFilter {
    pub area: Option<RegionCode>,
    pub kind: Option<HelperKind>,
    pub branch: Option<Branch>,
    /// Part of name or unit.
    pub name: String,
    /// Those who left instead of those in service.
    pub left: bool,
}

impl HelperFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        match self.area {
            Some(area) => scope.within(area).restrict(sql, "f.region"),
            None => restrict_reaching(scope, sql, "f.region"),
        }
        sql.push(" AND f.state = ").bind(if self.left { LEFT } else { ACTIVE });
        if let Some(kind) = self.kind {
            sql.push(" AND f.kind = ").bind(kind.id());
        }
        if let Some(branch) = self.branch {
            sql.push(" AND f.branch = ").bind(branch.id());
        }
        if let Some(like) = like(&self.name) {
            sql.push(" AND (f.name LIKE ").bind(like.as_str());
            sql.push(" OR f.unit LIKE ").bind(like).push(")");
        }
    }
}

const SELECT: &str = "SELECT f.id, f.name, f.kind, f.branch, f.unit, f.title, f.trade, f.place, f.region, f.person_key, \
     f.account, f.pair_key, f.entered_on, f.until_on, f.state, f.left_on FROM helper f WHERE 1 = 1";

/// How many helpers the filter holds within the scope.
pub async fn count(db: &Db, scope: &Scope, filter: &HelperFilter) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM helper f WHERE 1 = 1");
    filter.narrow(scope, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// One page of the list (from 1), by place and name.
pub async fn page_of(db: &Db, scope: &Scope, filter: &HelperFilter, page: u64) -> AppResult<Vec<Helper>> {
    rows(db, scope, filter, PAGE_ROWS, offset(page)).await
}

/// So many rows after so many others, for exports and choices.
pub(crate) async fn rows(
    db: &Db,
    scope: &Scope,
    filter: &HelperFilter,
    limit: i64,
    offset: i64,
) -> AppResult<Vec<Helper>> {
    let mut sql = Sql::new(SELECT);
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY f.region, f.name, f.id LIMIT ").bind(limit);
    sql.push(" OFFSET ").bind(offset);
    db.fetch(sql).await
}

/// How many of each kind and branch serve within the scope.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct KindCount {
    pub kind: String,
    pub branch: String,
    pub helpers: i64,
}

/// Counts by kind and branch.
pub async fn by_kind(db: &Db, scope: &Scope) -> AppResult<Vec<KindCount>> {
    let mut sql = Sql::new("SELECT f.kind, f.branch, COUNT(*) AS helpers FROM helper f WHERE 1 = 1");
    HelperFilter::default().narrow(scope, &mut sql);
    sql.push(" GROUP BY f.kind, f.branch ORDER BY f.kind, f.branch");
    db.fetch(sql).await
}

/// One helper within reach; `None` when there is none or it lies outside.
pub async fn one(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Helper>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND f.id = ").bind(id);
    if let Some(account) = scope.helper() {
        sql.push(" AND f.account = ").bind(account.0);
    } else {
        restrict_reaching(scope, &mut sql, "f.region");
    }
    Ok(db.fetch(sql).await?.pop())
}

/// Helpers by id, whoever asks: for names beside rows that were found within the scope.
pub(crate) async fn several(db: &impl Query, ids: impl IntoIterator<Item = i64>) -> AppResult<Vec<Helper>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND f.id IN ").bind_list(ids).push(" ORDER BY f.name, f.id");
    db.fetch(sql).await
}

/// The helper whom an account or a pairing names.
pub async fn by_pair_key(db: &impl Query, key: i64) -> AppResult<Option<Helper>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND f.pair_key = ").bind(key);
    Ok(db.fetch(sql).await?.pop())
}

/// Adds a helper.
pub(crate) async fn insert(tx: &WriteTx, helper: &Helper) -> AppResult<()> {
    tx.execute(
        "INSERT INTO helper (id, name, kind, branch, unit, title, trade, place, region, person_key, account, pair_key, \
         entered_on, until_on, state, left_on) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
        values(helper),
    )
    .await
    .map(|_| ())
}

pub(super) fn values(h: &Helper) -> Vec<store::Value> {
    args![
        h.id,
        h.name.as_str(),
        h.kind.as_str(),
        h.branch.as_str(),
        h.unit.as_str(),
        h.title.as_str(),
        h.trade.as_str(),
        h.place.as_str(),
        h.region,
        h.person_key,
        h.account,
        h.pair_key,
        h.entered_on.as_str(),
        h.until_on.clone(),
        h.state.as_str(),
        h.left_on.clone()
    ]
}

/// Writes a helper's present facts.
pub(crate) async fn update(tx: &WriteTx, h: &Helper) -> AppResult<()> {
    let rows = tx
        .execute(
            "UPDATE helper SET name = $2, kind = $3, branch = $4, unit = $5, title = $6, trade = $7, place = $8, \
             region = $9, person_key = $10, account = $11, pair_key = $12, until_on = $13, state = $14, left_on = $15 \
             WHERE id = $1",
            args![
                h.id,
                h.name.as_str(),
                h.kind.as_str(),
                h.branch.as_str(),
                h.unit.as_str(),
                h.title.as_str(),
                h.trade.as_str(),
                h.place.as_str(),
                h.region,
                h.person_key,
                h.account,
                h.pair_key,
                h.until_on.clone(),
                h.state.as_str(),
                h.left_on.clone()
            ],
        )
        .await?;
    if rows == 1 {
        Ok(())
    } else {
        Err(AppError::internal("the helper is gone"))
    }
}
