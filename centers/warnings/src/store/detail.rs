//! One finding with everything that was done to it.

use ::store::{Query, Sql, args};
use access::Scope;
use kernel::AppResult;

use super::{
    reach,
    row::{FindingRow, SELECT},
};

/// The finding, when it exists within the scope.
pub async fn find(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<FindingRow>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" AND f.id = ").bind(id);
    reach::restrict(&mut sql, scope);
    Ok(db.fetch(sql).await?.pop())
}

/// One step of its history.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct StepRow {
    pub seq: i64,
    pub act: String,
    pub from_stage: String,
    pub to_stage: String,
    pub account: i64,
    pub actor_name: String,
    pub role: String,
    pub at_millis: i64,
    pub note: String,
}

/// The history, oldest first.
pub async fn steps(db: &impl Query, finding: i64) -> AppResult<Vec<StepRow>> {
    db.rows(
        "SELECT seq, act, from_stage, to_stage, account, actor_name, role, at_millis, note FROM finding_step \
         WHERE finding_id = $1 ORDER BY seq",
        args![finding],
    )
    .await
}

/// A note that clears a cadre's name: `draft`, `in_force` or `void`.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct ClearanceNote {
    pub step_seq: i64,
    pub state: String,
    pub subject_name: String,
    pub note: String,
    pub drafted_millis: i64,
    pub decided_millis: Option<i64>,
}

pub async fn clearance_notes(db: &impl Query, finding: i64) -> AppResult<Vec<ClearanceNote>> {
    db.rows(
        "SELECT step_seq, state, subject_name, note, drafted_millis, decided_millis FROM clearance_note \
         WHERE finding_id = $1 ORDER BY step_seq",
        args![finding],
    )
    .await
}

/// An application to clear a warning: `pending`, `approved` or `refused`.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Elimination {
    pub step_seq: i64,
    pub state: String,
    pub reasons: String,
    pub applied_name: String,
    pub applied_millis: i64,
    pub decided_name: Option<String>,
    pub decided_millis: Option<i64>,
    pub decision: String,
}

pub async fn eliminations(db: &impl Query, finding: i64) -> AppResult<Vec<Elimination>> {
    db.rows(
        "SELECT step_seq, state, reasons, applied_name, applied_millis, decided_name, decided_millis, decision \
         FROM warning_elimination WHERE finding_id = $1 ORDER BY step_seq",
        args![finding],
    )
    .await
}

/// The id behind a number as printed; the scope is looked at when an act is carried out.
pub async fn id_of_number(db: &impl Query, number: &str) -> AppResult<Option<i64>> {
    let id = db
        .number(
            "SELECT id FROM finding WHERE finding_no = $1",
            args![number.trim().to_uppercase()],
        )
        .await?;
    Ok((id != 0).then_some(id))
}
