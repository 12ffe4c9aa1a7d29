//! A finding as stored.

use access::AccountId;
use comparison::finding::{EvidenceRecord, Severity};
use kernel::{AppError, AppResult, Money, RegionCode, Timestamp};

use crate::model::{Case, Colour, Stage, Verdict};

/// One row of `finding`.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct FindingRow {
    pub id: i64,
    pub finding_no: String,
    pub rule_id: String,
    pub rule_version: i64,
    pub mode: String,
    pub severity: String,
    pub colour: String,
    pub confidence: String,
    pub origin: String,
    pub person_key: Option<i64>,
    pub household_id: Option<i64>,
    pub subject_kind: String,
    pub subject_name: String,
    pub region: i64,
    pub programme: Option<String>,
    pub period_from: String,
    pub period_to: String,
    pub money_fen: i64,
    pub proposed_exception: Option<String>,
    pub summary: String,
    pub evidence: String,
    pub concerns_cadre: bool,
    pub owner_department: String,
    pub stage: String,
    pub supervisor: Option<String>,
    pub due_millis: Option<i64>,
    pub extended: bool,
    pub answered: bool,
    pub verdict: Option<String>,
    pub exception_code: Option<String>,
    pub confirmed_fen: Option<i64>,
    pub recovered_fen: Option<i64>,
    pub verdict_by: Option<i64>,
    pub reviewed_by: Option<i64>,
    pub checked_by: Option<i64>,
    pub rectified_by: Option<i64>,
    pub elimination_by: Option<i64>,
    pub check_due: bool,
    pub merged_into: Option<i64>,
    pub returns: i64,
    pub outcome: String,
    pub first_run: i64,
    pub found_millis: i64,
    pub steps: i64,
}

/// The columns of [`FindingRow`], from `finding f`.
pub(super) const SELECT: &str = "SELECT f.id, f.finding_no, f.rule_id, f.rule_version, f.mode, f.severity, f.colour, \
    f.confidence, f.origin, f.person_key, f.household_id, f.subject_kind, f.subject_name, f.region, f.programme, \
    f.period_from, f.period_to, f.money_fen, f.proposed_exception, f.summary, f.evidence, f.concerns_cadre, \
    f.owner_department, f.stage, f.supervisor, f.due_millis, f.extended, f.answered, f.verdict, f.exception_code, \
    f.confirmed_fen, f.recovered_fen, f.verdict_by, f.reviewed_by, f.checked_by, f.rectified_by, f.elimination_by, \
    f.check_due, f.merged_into, f.returns, f.outcome, f.first_run, f.found_millis, f.steps FROM finding f WHERE 1 = 1";

impl FindingRow {
    /// What decisions depend on.
    pub fn case(&self) -> AppResult<Case> {
        let broken = |what: &str| AppError::internal(format!("finding {}: {what}", self.id));
        Ok(Case {
            id: self.id,
            region: RegionCode::from_i64(self.region).ok_or_else(|| broken("region"))?,
            severity: severity_of(&self.severity).ok_or_else(|| broken("severity"))?,
            colour: Colour::from_id(&self.colour),
            stage: Stage::from_id(&self.stage).ok_or_else(|| broken("stage"))?,
            supervisor: self.supervisor.clone(),
            owner: self.owner_department.clone(),
            subject_name: self.subject_name.clone(),
            concerns_cadre: self.concerns_cadre,
            money: Money(self.money_fen),
            due: self.due_millis.map(Timestamp),
            extended: self.extended,
            verdict: self.verdict.as_deref().and_then(Verdict::from_id),
            exception: self.exception_code.clone(),
            confirmed: self.confirmed_fen.map(Money),
            recovered: self.recovered_fen.map(Money),
            verdict_by: self.verdict_by.map(AccountId),
            reviewed_by: self.reviewed_by.map(AccountId),
            checked_by: self.checked_by.map(AccountId),
            rectified_by: self.rectified_by.map(AccountId),
            elimination_by: self.elimination_by.map(AccountId),
            check_due: self.check_due,
            merged_into: self.merged_into,
            returns: self.returns,
            outcome: self.outcome.clone(),
        })
    }

    /// The records the finding was made from.
    pub fn evidence(&self) -> AppResult<Vec<EvidenceRecord>> {
        serde_json::from_str(&self.evidence).map_err(AppError::internal)
    }
}

pub(super) fn severity_of(id: &str) -> Option<Severity> {
    match id {
        "R" => Some(Severity::R),
        "O" => Some(Severity::O),
        "Y" => Some(Severity::Y),
        "B" => Some(Severity::B),
        _ => None,
    }
}
