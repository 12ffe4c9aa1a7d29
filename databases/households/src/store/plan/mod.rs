//! Plans of households and villages: kept whole, with a version for every change.

mod list;
mod step;
mod write;

use ::store::{FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::{AppError, AppResult};
pub use list::{Missing, PlanFilter, PlanRow, PlanTotals, after, count_missing, missing, page_of, totals};
use records::history::{self, Change};
pub use step::{Brought, step};
use trail::RecordedTx;
pub use write::{Draft, create, edit};

use crate::model::plan::{Plan, PlanLine};

/// Kind of the plan in histories.
pub const KIND: &str = "assistance_plan";

#[derive(FromQueryResult)]
struct Row {
    target: String,
    subject: i64,
    region: i64,
    name: String,
    year: i64,
    aim: String,
    state: String,
    since_on: String,
    last_actor: Option<i64>,
    meeting: Option<String>,
}

pub(crate) fn missing_plan() -> AppError {
    AppError::not_found("没有找到这份计划，或不在您的管理范围内。")
}

/// Plans within the scope; helpers reach those of their own households.
fn reach(scope: &Scope, sql: &mut Sql) {
    scope.restrict(sql, "p.region");
    if let Some(helper) = scope.helper() {
        sql.push(" AND p.target = 'household' AND EXISTS (SELECT 1 FROM pairing pa WHERE pa.household_id = p.subject AND pa.to_on IS NULL AND pa.account = ")
            .bind(helper.0)
            .push(")");
    }
}

/// The plan within the scope.
pub async fn plan(q: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Plan>> {
    let mut sql = Sql::new(
        "SELECT p.target, p.subject, p.region, p.name, p.year, p.aim, p.state, p.since_on, p.last_actor, p.meeting \
         FROM assistance_plan p WHERE p.id = ",
    );
    sql.bind(id);
    reach(scope, &mut sql);
    let Some(row) = q.fetch::<Row>(sql).await?.pop() else {
        return Ok(None);
    };
    let lines: Vec<PlanLine> = q
        .rows(
            "SELECT what, fund, amount_fen, who, from_on, to_on, duty, measure_id FROM plan_line WHERE plan_id = $1 \
             ORDER BY no",
            args![id],
        )
        .await?;
    let meeting = row.meeting.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Some(Plan {
        target: row.target,
        subject: row.subject,
        region: row.region,
        name: row.name,
        year: row.year,
        aim: row.aim,
        state: row.state,
        since_on: row.since_on,
        lines,
        meeting: meeting.map_err(AppError::internal)?,
        last_actor: row.last_actor,
    }))
}

/// The version a form is filled from.
pub async fn version(q: &impl Query, id: i64) -> AppResult<i64> {
    Ok(history::current(q, KIND, id).await?.map_or(0, |entry| entry.version))
}

/// Writes the plan as it now stands as its next version.
async fn keep(
    tx: &RecordedTx,
    id: i64,
    plan: &Plan,
    act: &str,
    reason: &str,
    basis: &str,
    expected: Option<i64>,
) -> AppResult<()> {
    let state = serde_json::to_value(plan).map_err(AppError::internal)?;
    let change = Change {
        kind: KIND,
        id,
        expected,
        act,
        reason,
        basis,
        on: &tx.at().date().to_string(),
        state: &state,
    };
    history::record(tx, &change).await?;
    Ok(())
}
