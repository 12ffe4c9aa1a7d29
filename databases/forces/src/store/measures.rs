//! The log of what was done to help.

use access::Scope;
use kernel::{AppResult, RegionCode};
use records::flow::Code;
use store::{BulkInsert, Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, like, offset, reach::restrict_reaching};
use crate::model::{
    helper::HelperKind,
    measure::{FundOrigin, MeasureKind},
};

/// A measure as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    pub id: i64,
    pub helper_id: Option<i64>,
    pub team_id: Option<i64>,
    pub kind: String,
    /// `household`, `village` or `project`.
    pub target_kind: String,
    pub target_id: i64,
    pub target_title: String,
    pub region: i64,
    pub day: String,
    pub content: String,
    pub amount_fen: i64,
    pub fund_origin: String,
}

/// A measure in the list.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct MeasureLine {
    pub id: i64,
    pub kind: String,
    pub who: String,
    pub helper_kind: String,
    pub target_title: String,
    pub region: i64,
    pub day: String,
    pub content: String,
    pub amount_fen: i64,
    pub fund_origin: String,
}

impl MeasureLine {
    pub fn kind_title(&self) -> &'static str {
        MeasureKind::parse(&self.kind).map_or("", Code::title)
    }

    pub fn origin_title(&self) -> &'static str {
        FundOrigin::parse(&self.fund_origin).map_or("", Code::title)
    }
}

/// Which measures are asked for.
#[derive(Clone, Debug, Default)]
pub struct MeasureFilter {
    pub area: Option<RegionCode>,
    pub kind: Option<MeasureKind>,
    /// Measures of helpers of this kind.
    pub by: Option<HelperKind>,
    pub origin: Option<FundOrigin>,
    pub name: String,
}

const JOINED: &str =
    " FROM measure_log m LEFT JOIN helper f ON f.id = m.helper_id LEFT JOIN team t ON t.id = m.team_id WHERE 1 = 1";

impl MeasureFilter {
    fn narrow(&self, scope: &Scope, sql: &mut Sql) {
        match self.area {
            Some(area) => scope.within(area).restrict(sql, "m.region"),
            None => restrict_reaching(scope, sql, "m.region"),
        }
        if let Some(account) = scope.helper() {
            sql.push(" AND f.account = ").bind(account.0);
        }
        if let Some(kind) = self.kind {
            sql.push(" AND m.kind = ").bind(kind.id());
        }
        if let Some(by) = self.by {
            sql.push(" AND f.kind = ").bind(by.id());
        }
        if let Some(origin) = self.origin {
            sql.push(" AND m.fund_origin = ").bind(origin.id());
        }
        if let Some(like) = like(&self.name) {
            sql.push(" AND (m.target_title LIKE ").bind(like.as_str());
            sql.push(" OR f.name LIKE ").bind(like.as_str());
            sql.push(" OR t.name LIKE ").bind(like).push(")");
        }
    }
}

/// Number and amount of a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct MeasureTotals {
    pub measures: i64,
    pub amount_fen: i64,
}

/// Totals of the filtered set.
pub async fn totals(db: &Db, scope: &Scope, filter: &MeasureFilter) -> AppResult<MeasureTotals> {
    let mut sql = Sql::new("SELECT COUNT(*) AS measures, CAST(COALESCE(SUM(m.amount_fen), 0) AS BIGINT) AS amount_fen");
    sql.push(JOINED);
    filter.narrow(scope, &mut sql);
    Ok(db.fetch(sql).await?.pop().unwrap_or_default())
}

/// One page of measures, the latest first.
pub async fn page_of(db: &Db, scope: &Scope, filter: &MeasureFilter, page: u64) -> AppResult<Vec<MeasureLine>> {
    let mut sql = Sql::new(
        "SELECT m.id, m.kind, COALESCE(f.name, t.name, '') AS who, COALESCE(f.kind, '') AS helper_kind, \
         m.target_title, m.region, m.day, m.content, m.amount_fen, m.fund_origin",
    );
    sql.push(JOINED);
    filter.narrow(scope, &mut sql);
    sql.push(" ORDER BY m.day DESC, m.id DESC LIMIT ").bind(PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset(page));
    db.fetch(sql).await
}

/// A count by one code of the filtered set.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CodeTotals {
    pub code: String,
    pub measures: i64,
    pub amount_fen: i64,
}

/// Totals by kind of measure.
pub async fn by_kind(db: &Db, scope: &Scope, filter: &MeasureFilter) -> AppResult<Vec<CodeTotals>> {
    let mut sql = Sql::new(
        "SELECT m.kind AS code, COUNT(*) AS measures, CAST(COALESCE(SUM(m.amount_fen), 0) AS BIGINT) AS amount_fen",
    );
    sql.push(JOINED);
    filter.narrow(scope, &mut sql);
    sql.push(" GROUP BY m.kind ORDER BY m.kind");
    db.fetch(sql).await
}

/// Totals by origin of the money: the two codes of helping units.
pub async fn by_origin(db: &Db, scope: &Scope, filter: &MeasureFilter) -> AppResult<Vec<CodeTotals>> {
    let mut sql = Sql::new(
        "SELECT m.fund_origin AS code, COUNT(*) AS measures, CAST(COALESCE(SUM(m.amount_fen), 0) AS BIGINT) AS amount_fen",
    );
    sql.push(JOINED);
    filter.narrow(scope, &mut sql);
    sql.push(" AND m.fund_origin <> '' GROUP BY m.fund_origin ORDER BY m.fund_origin");
    db.fetch(sql).await
}

/// Adds measures; an id that exists stays as it is.
pub(crate) async fn insert(tx: &WriteTx, measures: impl IntoIterator<Item = Measure>) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "measure_log",
        &[
            "id",
            "helper_id",
            "team_id",
            "kind",
            "target_kind",
            "target_id",
            "target_title",
            "region",
            "day",
            "content",
            "amount_fen",
            "fund_origin",
        ],
        "ON CONFLICT (id) DO NOTHING",
    );
    for m in measures {
        bulk.push(args![
            m.id,
            m.helper_id,
            m.team_id,
            m.kind,
            m.target_kind,
            m.target_id,
            m.target_title,
            m.region,
            m.day,
            m.content,
            m.amount_fen,
            m.fund_origin
        ])
        .await?;
    }
    bulk.finish().await
}
