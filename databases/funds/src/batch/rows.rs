//! Batches and their rows as they are kept.

use access::Scope;
use kernel::{AppError, AppResult, Money, RegionCode, RegionLevel};
use records::flow::Code;
use serde_json::{Value, json};
use store::{FromQueryResult, Query, Sql, args};
use trail::RecordedTx;
use web::App;

use crate::{chain::Asked, model::flows::BatchState, search::PAGE_ROWS};

/// A batch with its programme.
#[derive(Clone, Debug, FromQueryResult)]
pub struct BatchRow {
    pub id: i64,
    pub batch_no: String,
    pub programme: String,
    pub programme_name: String,
    pub unit: String,
    pub org: String,
    pub month: String,
    pub state: String,
    pub rows: i64,
    pub amount_fen: i64,
    pub region: i64,
    pub entered_by: i64,
    pub last_by: i64,
    pub version: i64,
    pub entered_on: Option<String>,
    pub public_on: Option<String>,
    /// How it was compared, in words; `None` when not yet.
    pub compared: Option<String>,
    pub sent_on: Option<String>,
    pub settled_on: Option<String>,
}

impl BatchRow {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn state(&self) -> BatchState {
        BatchState::parse(&self.state).unwrap_or(BatchState::Listed)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    fn as_json(&self) -> Value {
        json!({
            "batch_no": self.batch_no, "programme": self.programme, "month": self.month, "state": self.state().title(),
            "rows": self.rows, "amount_fen": self.amount_fen, "region": self.region, "public_on": self.public_on,
            "compared": self.compared, "sent_on": self.sent_on, "settled_on": self.settled_on,
        })
    }
}

/// What is looked for among batches.
#[derive(Clone, Debug, Default)]
pub struct BatchFilter {
    pub programme: Option<String>,
    pub month: Option<String>,
    pub state: Option<BatchState>,
    pub area: Option<RegionCode>,
}

const SELECT: &str = "SELECT b.id, b.batch_no, b.programme, COALESCE(g.name, b.programme) AS programme_name, \
     COALESCE(g.unit, '') AS unit, b.org, b.month, b.state, b.rows, b.amount_fen, b.region, b.entered_by, b.last_by, \
     b.version, b.entered_on, b.public_on, b.compared, b.sent_on, b.settled_on";
const FROM: &str = " FROM payment_batch b LEFT JOIN programme g ON g.code = b.programme WHERE 1 = 1";

fn condition(scope: &Scope, filter: &BatchFilter) -> Sql {
    let mut sql = Sql::new("");
    let scope = filter.area.map_or_else(|| scope.clone(), |area| scope.within(area));
    scope.restrict(&mut sql, "b.region");
    scope.restrict_department(&mut sql, "b.org");
    if let Some(programme) = &filter.programme {
        sql.push(" AND b.programme = ").bind(programme.as_str());
    }
    if let Some(month) = &filter.month {
        sql.push(" AND b.month = ").bind(month.as_str());
    }
    if let Some(state) = filter.state {
        sql.push(" AND b.state = ").bind(state.id());
    }
    sql
}

/// One page (from 1) of batches within reach, newest first.
pub async fn batches(db: &impl Query, scope: &Scope, filter: &BatchFilter, page: u64) -> AppResult<Vec<BatchRow>> {
    let mut sql = condition(scope, filter);
    sql.push(" ORDER BY b.month DESC, b.id DESC LIMIT ")
        .bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    let (tail, values) = sql.into_parts();
    db.rows(&format!("{SELECT}{FROM}{tail}"), values).await
}

/// The batches a filter holds, the oldest first: those wait longest.
pub(super) async fn oldest(
    db: &impl Query,
    scope: &Scope,
    filter: &BatchFilter,
    most: i64,
) -> AppResult<Vec<BatchRow>> {
    let mut sql = condition(scope, filter);
    sql.push(" ORDER BY b.month, b.id LIMIT ").bind(most);
    let (tail, values) = sql.into_parts();
    db.rows(&format!("{SELECT}{FROM}{tail}"), values).await
}

/// Those of these batches that lie within reach, newest first, at most so many.
pub(crate) async fn batches_by_id(
    db: &impl Query,
    scope: &Scope,
    ids: &[i64],
    most: usize,
) -> AppResult<Vec<BatchRow>> {
    let mut sql = condition(scope, &BatchFilter::default());
    sql.push(" AND b.id IN ").bind_list(ids.iter().copied());
    sql.push(" ORDER BY b.month DESC, b.id DESC LIMIT ").bind(most as i64);
    let (tail, values) = sql.into_parts();
    db.rows(&format!("{SELECT}{FROM}{tail}"), values).await
}

/// The batches that paid a household, whose page the reader has reached.
pub(crate) async fn batches_of_household(db: &impl Query, household: i64) -> AppResult<Vec<i64>> {
    #[derive(FromQueryResult)]
    struct Id {
        batch_id: i64,
    }
    let ids: Vec<Id> = db
        .rows(
            "SELECT DISTINCT batch_id FROM payment WHERE household_id = $1 ORDER BY batch_id",
            args![household],
        )
        .await?;
    Ok(ids.into_iter().map(|i| i.batch_id).collect())
}

/// Count of batches and their amount.
pub async fn batch_counts(db: &impl Query, scope: &Scope, filter: &BatchFilter) -> AppResult<(i64, Money)> {
    #[derive(FromQueryResult)]
    struct Sum {
        rows: i64,
        fen: i64,
    }
    let (tail, values) = condition(scope, filter).into_parts();
    let sql = format!("SELECT COUNT(*) AS rows, CAST(COALESCE(SUM(b.amount_fen), 0) AS BIGINT) AS fen{FROM}{tail}");
    let sum: Option<Sum> = db.row(&sql, values).await?;
    Ok(sum.map_or((0, Money::ZERO), |s| (s.rows, Money(s.fen))))
}

/// One batch within reach. A village sees the batches of its town and county that hold its people.
pub async fn batch(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<BatchRow>> {
    let row: Option<BatchRow> = db.row(&format!("{SELECT}{FROM} AND b.id = $1"), args![id]).await?;
    let Some(row) = row.filter(|r| scope.covers_department(&r.org)) else {
        return Ok(None);
    };
    if scope.covers(row.place()) {
        return Ok(Some(row));
    }
    let mut sql = Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM payment WHERE batch_id = ");
    sql.bind(id);
    scope.restrict(&mut sql, "region");
    sql.push(" LIMIT 1) any_row");
    let (text, values) = sql.into_parts();
    Ok((db.number(&text, values).await? > 0).then_some(row))
}

/// A payment as a row of its batch.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PayRow {
    pub id: i64,
    pub row_no: Option<i64>,
    pub payee_name: String,
    pub household_id: Option<i64>,
    pub region: i64,
    pub qty: i64,
    pub amount_fen: i64,
    pub account_tail: String,
    pub account_name: String,
    pub arrears: bool,
    pub state: String,
    pub paid_on: String,
    pub note: Option<String>,
}

/// What is looked for among the rows of a batch.
#[derive(Clone, Debug, Default)]
pub struct BatchRowsFilter {
    /// The payment's state; empty for all.
    pub state: String,
}

/// One page (from 1) of the rows of a batch within reach, in the order of the list.
pub async fn pay_rows(
    db: &impl Query,
    scope: &Scope,
    batch: i64,
    filter: &BatchRowsFilter,
    page: u64,
) -> AppResult<Vec<PayRow>> {
    let mut sql = Sql::new(
        "SELECT id, row_no, payee_name, household_id, region, qty, amount_fen, account_tail, account_name, arrears, \
         state, paid_on, note FROM payment WHERE batch_id = ",
    );
    sql.bind(batch);
    scope.restrict(&mut sql, "+region");
    if !filter.state.is_empty() {
        sql.push(" AND state || '' = ").bind(filter.state.as_str());
    }
    sql.push(" ORDER BY row_no, id LIMIT ").bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    db.fetch(sql).await
}

/// Rows and amount of a batch in one state.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SlotCounts {
    pub state: String,
    pub rows: i64,
    pub amount_fen: i64,
}

/// How many rows of a batch stand in which state.
pub async fn slots(db: &impl Query, scope: &Scope, batch: i64) -> AppResult<Vec<SlotCounts>> {
    let mut sql = Sql::new(
        "SELECT state, COUNT(*) AS rows, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen FROM payment WHERE batch_id = ",
    );
    sql.bind(batch);
    scope.restrict(&mut sql, "+region");
    sql.push(" GROUP BY state ORDER BY state");
    db.fetch(sql).await
}

/// A row that was set aside when the list was read.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Reject {
    pub row_no: i64,
    pub payee_name: String,
    pub reason: String,
}

/// The rows that were set aside, in the order of the list.
pub async fn rejects(db: &impl Query, batch: i64) -> AppResult<Vec<Reject>> {
    db.rows(
        "SELECT row_no, payee_name, reason FROM batch_reject WHERE batch_id = $1 ORDER BY row_no",
        args![batch],
    )
    .await
}

/// Keeps a version of the batch as it stands in this transaction.
pub(crate) async fn remember(app: &App, tx: &RecordedTx, id: i64, act: &str, asked: &Asked<'_>) -> AppResult<i64> {
    let everything = Scope::area(app.config.area.at(RegionLevel::County));
    let row = batch(&**tx, &everything, id)
        .await?
        .ok_or_else(|| AppError::internal("batch"))?;
    asked.kept(tx, "batch", id, act, &row.as_json()).await
}

impl PayRow {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }
}

impl SlotCounts {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }
}
