//! One household compared while the clerk waits: kept, so that the case shows what was known when it was decided.

use access::Actor;
use async_trait::async_trait;
use funds::batch::ConcernRecord;
use households::{CaseCheck, CaseNote};
use kernel::{AppError, AppResult, Month, RegionCode, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Db, FromQueryResult, Query, args};
use trail::{Act, Once};
use web::App;

use super::{
    BeforePayment,
    ask::{ask, ground},
    people::registers_of_applicant,
    weigh::{record, verdict},
};
use crate::finding::Severity;

/// A question about a household; never a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseConcern {
    pub rule: String,
    pub rule_name: String,
    /// R, O, Y or B.
    pub severity: String,
    pub subject: String,
    pub question: String,
    pub verdict: String,
    /// The exception that the data already suggest.
    pub exception: Option<String>,
    pub records: Vec<ConcernRecord>,
}

/// The last comparison of a household.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CaseChecked {
    pub id: i64,
    pub household_id: i64,
    at_millis: i64,
    pub actor_name: String,
    pub purpose: String,
    pub told: String,
    pub red: i64,
    concerns: String,
}

impl CaseChecked {
    pub fn at(&self) -> Timestamp {
        Timestamp(self.at_millis)
    }

    pub fn concerns(&self) -> Vec<CaseConcern> {
        serde_json::from_str(&self.concerns).unwrap_or_default()
    }
}

/// The last comparison of a household; the caller asks whether it is within reach.
pub async fn last_check(db: &impl Query, household: i64) -> AppResult<Option<CaseChecked>> {
    db.row(
        "SELECT id, household_id, at_millis, actor_name, purpose, told, red, concerns FROM case_check \
         WHERE household_id = $1 ORDER BY id DESC LIMIT 1",
        args![household],
    )
    .await
}

/// Whose household it is, registered or applying.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Whose {
    pub(super) head_name: String,
    pub(super) household_no: String,
}

/// Whose household it is; the caller asks whether it is within reach.
pub(super) async fn whose(db: &impl Query, household: i64) -> AppResult<Option<Whose>> {
    db.row(
        "SELECT head_name, household_no FROM household WHERE id = $1 \
         UNION ALL SELECT head_name, household_no FROM applicant WHERE household_id = $1 LIMIT 1",
        args![household],
    )
    .await
}

impl BeforePayment {
    /// Compares a household with all sources as if its aid were granted this month, and keeps the answer.
    ///
    /// # Errors
    /// An unknown household; a snapshot that is not what was sealed.
    pub async fn check_household(
        &self,
        app: &App,
        actor: &Actor,
        household: i64,
        region: RegionCode,
        purpose: &str,
        request_id: &str,
    ) -> AppResult<()> {
        let today = app.clock.today();
        let (applying, ground) =
            tokio::try_join!(registers_of_applicant(&app.db, household, today), ground(app, self))?;
        let applying = applying.ok_or_else(|| AppError::not_found("没有找到这一户。"))?;
        let month = Month::of(today);
        let answer = ask(app, self, ground, &applying, month).await?;
        let concerns: Vec<CaseConcern> = answer
            .outcomes
            .iter()
            .map(|o| &o.draft)
            .filter(|d| d.period_from <= month && month <= d.period_to && d.household_id.is_none_or(|h| h == household))
            .map(|d| CaseConcern {
                rule: d.rule_id.clone(),
                rule_name: answer.name_of(&d.rule_id),
                severity: format!("{:?}", d.severity),
                subject: d.subject_name.clone(),
                question: d.summary.clone(),
                verdict: verdict(d),
                exception: d.proposed_exception.clone(),
                // The first record is the aid as if it were granted; nothing was paid yet.
                records: d.evidence.iter().skip(1).map(|r| record(r, &answer)).collect(),
            })
            .collect();
        let red = concerns
            .iter()
            .filter(|c| c.severity == format!("{:?}", Severity::R) && c.exception.is_none())
            .count();
        let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
            return Ok(());
        };
        tx.execute(
            "INSERT INTO case_check (id, household_id, region, at_millis, account, actor_name, purpose, told, red, concerns) \
             VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
            args![
                app.next_id(),
                household,
                region.as_i64(),
                tx.at().millis(),
                actor.account.map_or(-1, |a| a.0),
                actor.name.as_str(),
                purpose,
                answer.told.as_str(),
                red as i64,
                serde_json::to_string(&concerns).map_err(AppError::internal)?
            ],
        )
        .await?;
        let act = Act::new("case.check", format!("household:{household}"))
            .in_region(region)
            .for_purpose(purpose);
        tx.commit(act.with(json!({ "questions": concerns.len(), "red": red })))
            .await
            .map(|_| ())
    }
}

#[async_trait]
impl CaseCheck for BeforePayment {
    async fn last(&self, db: &Db, household: i64) -> AppResult<CaseNote> {
        let href = format!("/desk/households/{household}/check");
        Ok(match last_check(db, household).await? {
            None => CaseNote {
                tone: "info",
                text: "这一户还没有与部门数据比对。".into(),
                href,
            },
            Some(done) => {
                let asked = done.concerns().len();
                let tone = match (done.red, asked) {
                    (0, 0) => "success",
                    (0, _) => "info",
                    _ => "warning",
                };
                let text = match (done.red, asked) {
                    (0, 0) => format!("{} 已与部门数据比对，没有疑点。", done.at()),
                    (0, n) => format!("{} 已与部门数据比对，{n} 条提示，请逐条核实。", done.at()),
                    (red, n) => format!("{} 已与部门数据比对，{n} 条疑点，其中 {red} 条须先查清。", done.at()),
                };
                CaseNote { tone, text, href }
            }
        })
    }
}
