//! Reimbursements and their signatures as they are kept.

use access::Scope;
use kernel::{AppResult, Money, RegionCode};
use records::flow::Code;
use serde_json::{Value, json};
use store::{FromQueryResult, Query, Sql, args};

use crate::model::flows::ReimbursementState;

/// A reimbursement with the share it is paid from.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReimbursementRow {
    pub id: i64,
    pub no: String,
    pub allocation_id: i64,
    pub project_name: String,
    pub programme: String,
    pub programme_name: String,
    pub region: i64,
    /// The department in charge.
    pub org: String,
    pub title: String,
    /// Works need report, invoice and contract.
    pub works: bool,
    pub payee: String,
    pub amount_fen: i64,
    pub state: String,
    /// The day it reached the finance office.
    pub received_on: Option<String>,
    pub paid_on: Option<String>,
    pub entered_by: i64,
    pub last_by: i64,
    pub version: i64,
}

impl ReimbursementRow {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn state(&self) -> ReimbursementState {
        ReimbursementState::parse(&self.state).unwrap_or(ReimbursementState::Draft)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "no": self.no, "title": self.title, "programme": self.programme, "payee": self.payee, "works": self.works,
            "amount_fen": self.amount_fen, "state": self.state().title(), "paid_on": self.paid_on,
        })
    }
}

const SELECT: &str = "SELECT r.id, r.no, r.allocation_id, a.project_name, a.programme, \
     COALESCE(g.name, a.programme) AS programme_name, r.region, r.org, r.title, r.works, r.payee, r.amount_fen, r.state, \
     r.received_on, r.paid_on, r.entered_by, r.last_by, r.version FROM reimbursement r \
     JOIN fund_allocation a ON a.id = r.allocation_id LEFT JOIN programme g ON g.code = a.programme WHERE 1 = 1";

/// Reimbursements within reach, newest first; of one state or of all.
pub async fn reimbursements(
    db: &impl Query,
    scope: &Scope,
    state: Option<ReimbursementState>,
) -> AppResult<Vec<ReimbursementRow>> {
    let mut sql = Sql::new("");
    scope.restrict(&mut sql, "r.region");
    scope.restrict_department(&mut sql, "r.org");
    if let Some(state) = state {
        sql.push(" AND r.state = ").bind(state.id());
    }
    sql.push(" ORDER BY r.id DESC");
    let (tail, values) = sql.into_parts();
    db.rows(&format!("{SELECT}{tail}"), values).await
}

/// One reimbursement within reach.
pub async fn reimbursement(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<ReimbursementRow>> {
    let mut sql = Sql::new(" AND r.id = ");
    sql.bind(id);
    scope.restrict(&mut sql, "r.region");
    scope.restrict_department(&mut sql, "r.org");
    let (tail, values) = sql.into_parts();
    db.row(&format!("{SELECT}{tail}"), values).await
}

/// One signature.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Sign {
    pub slot: String,
    pub account: i64,
    pub name: String,
    pub role: String,
    pub at_millis: i64,
}

/// The signatures given so far.
pub async fn signs(db: &impl Query, id: i64) -> AppResult<Vec<Sign>> {
    db.rows(
        "SELECT slot, account, name, role, at_millis FROM reimbursement_sign WHERE reimbursement_id = $1 \
         ORDER BY at_millis, slot",
        args![id],
    )
    .await
}
