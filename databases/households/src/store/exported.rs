//! Members and incomes of a chunk of households the caller has found within the scope, for exports.

use ::store::{Db, FromQueryResult, Query, Sql};
use kernel::AppResult;

#[derive(FromQueryResult)]
pub(crate) struct MemberRow {
    pub household_id: i64,
    pub person_key: i64,
    pub name: String,
    pub kin: String,
    pub health: Option<String>,
    pub labour: Option<String>,
    pub student: Option<String>,
    pub skill: Option<String>,
    pub std: Option<i64>,
    pub address: Option<String>,
    pub other_causes: Option<String>,
}

#[derive(FromQueryResult)]
pub(crate) struct IncomeRow {
    pub household_id: i64,
    pub person_key: Option<i64>,
    pub name: Option<String>,
    pub kind: String,
    pub period: String,
    pub gross_fen: i64,
    pub cost_fen: i64,
    pub evidence: String,
}

pub(crate) async fn members(db: &Db, households: &[i64]) -> AppResult<Vec<MemberRow>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT m.household_id, m.person_key, p.name, m.kin, p.health, p.labour, p.student, p.skill, d.std, \
         d.address, d.other_causes FROM household_member m JOIN person p ON p.person_key = m.person_key \
         LEFT JOIN household_detail d ON d.household_id = m.household_id \
         WHERE m.left_on IS NULL AND m.household_id IN ",
    );
    sql.bind_list(households.iter().copied())
        .push(" ORDER BY m.household_id, m.kin, p.birth, m.person_key");
    db.fetch(sql).await
}

pub(crate) async fn incomes(db: &Db, households: &[i64]) -> AppResult<Vec<IncomeRow>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT i.household_id, i.person_key, p.name, i.kind, i.period, i.gross_fen, i.cost_fen, i.evidence \
         FROM income_item i LEFT JOIN person p ON p.person_key = i.person_key \
         WHERE i.removed_reason IS NULL AND i.household_id IN ",
    );
    sql.bind_list(households.iter().copied())
        .push(" ORDER BY i.household_id, i.to_month DESC, i.id");
    db.fetch(sql).await
}
