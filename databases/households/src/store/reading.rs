//! Reading a household whole, and whether it is within reach.

use ::store::{Db, FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::{AppError, AppResult, RegionCode};
use records::history::{self, Change};
use serde_json::Value;
use trail::RecordedTx;

use super::{KIND, region_of};
use crate::{
    model::record::{CaseLine, Conditions, MemberFacts, Record},
    reach::restrict_households,
};

/// Where a household within reach lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub region: RegionCode,
    /// Not registered yet.
    pub applicant: bool,
}

/// The household or the applicant inside the scope; helpers reach those paired with them, and no applicants.
pub async fn reach(db: &Db, scope: &Scope, household: i64) -> AppResult<Option<Reached>> {
    #[derive(FromQueryResult)]
    struct Row {
        region: i64,
    }
    let mut sql = Sql::new("SELECT h.region FROM household h WHERE h.id = ");
    sql.bind(household);
    restrict_households(scope, &mut sql);
    if let Some(row) = db.fetch::<Row>(sql).await?.pop() {
        return Ok(Some(Reached {
            region: region_of(row.region),
            applicant: false,
        }));
    }
    if scope.helper().is_some() {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT a.region FROM applicant a WHERE a.household_id = ");
    sql.bind(household);
    scope.restrict(&mut sql, "a.region");
    Ok(db.fetch::<Row>(sql).await?.pop().map(|row| Reached {
        region: region_of(row.region),
        applicant: true,
    }))
}

#[derive(FromQueryResult)]
struct Basic {
    household_no: String,
    region: i64,
    head_key: i64,
    head_name: String,
    status: Option<i64>,
    attr: i64,
    monitor_class: Option<i64>,
    main_cause: String,
    registered_on: Option<String>,
    exited_on: Option<String>,
    removed_on: Option<String>,
}

#[derive(FromQueryResult)]
struct Detail {
    std: i64,
    address: String,
    other_causes: String,
    cause_note: String,
    risk_types: String,
    monitored_on: Option<String>,
    risk_cleared_on: Option<String>,
    relapsed_on: Option<String>,
    consolidation_until: Option<String>,
}

#[derive(FromQueryResult)]
struct ConditionRow {
    year: i64,
    facts: String,
}

/// The household as it stands, whoever asks; handlers ask [`reach`] first.
pub async fn record(q: &impl Query, household: i64) -> AppResult<Option<Record>> {
    let basic: Option<Basic> = q
        .row(
            "SELECT household_no, region, head_key, head_name, status, attr, monitor_class, main_cause, registered_on, \
             exited_on, removed_on FROM household WHERE id = $1",
            args![household],
        )
        .await?;
    let (basic, applicant) = match basic {
        Some(basic) => (basic, false),
        None => {
            let row: Option<Basic> = q
                .row(
                    "SELECT household_no, region, head_key, head_name, CAST(NULL AS BIGINT) AS status, attr, monitor_class, \
                     main_cause, CAST(NULL AS TEXT) AS registered_on, CAST(NULL AS TEXT) AS exited_on, \
                     CAST(NULL AS TEXT) AS removed_on FROM applicant WHERE household_id = $1",
                    args![household],
                )
                .await?;
            match row {
                Some(row) => (row, true),
                None => return Ok(None),
            }
        }
    };
    let detail: Option<Detail> = q
        .row(
            "SELECT std, address, other_causes, cause_note, risk_types, monitored_on, risk_cleared_on, relapsed_on, \
             consolidation_until FROM household_detail WHERE household_id = $1",
            args![household],
        )
        .await?;
    let mut record = Record {
        household_no: basic.household_no,
        region: basic.region,
        head_key: basic.head_key,
        head_name: basic.head_name,
        status: basic.status,
        attr: basic.attr,
        monitor_class: basic.monitor_class,
        main_cause: basic.main_cause,
        registered_on: basic.registered_on,
        exited_on: basic.exited_on,
        removed_on: basic.removed_on,
        std: 1,
        ..Record::default()
    };
    if let Some(detail) = detail {
        record.std = detail.std;
        record.address = detail.address;
        record.other_causes = words(&detail.other_causes);
        record.cause_note = detail.cause_note;
        record.risk_types = words(&detail.risk_types);
        record.monitored_on = detail.monitored_on;
        record.risk_cleared_on = detail.risk_cleared_on;
        record.relapsed_on = detail.relapsed_on;
        record.consolidation_until = detail.consolidation_until;
    }
    record.members = members(q, household, applicant).await?;
    record.incomes = q
        .rows(
            "SELECT id, person_key, period, to_month, kind, gross_fen, cost_fen, evidence, recorder, excluded_reason, \
             entered_millis FROM income_item WHERE household_id = $1 AND removed_reason IS NULL ORDER BY to_month DESC, id",
            args![household],
        )
        .await?;
    record.guarantees = q
        .row(
            "SELECT assessed_on, food_ok, clothes_ok, edu_ok, medical_ok, housing_ok, water_ok, evidence, assessor \
             FROM guarantee_check WHERE household_id = $1 ORDER BY assessed_on DESC LIMIT 1",
            args![household],
        )
        .await?;
    let condition: Option<ConditionRow> = q
        .row(
            "SELECT year, facts FROM living_condition WHERE household_id = $1 ORDER BY year DESC LIMIT 1",
            args![household],
        )
        .await?;
    record.conditions = condition
        .map(|row| {
            Ok::<_, AppError>(Conditions {
                year: row.year,
                facts: serde_json::from_str(&row.facts).map_err(AppError::internal)?,
            })
        })
        .transpose()?;
    record.measures = q
        .rows(
            "SELECT id, sort, kind, content, amount_fen, on_day, ended_on, confirmed FROM measure \
             WHERE household_id = $1 ORDER BY on_day DESC, id",
            args![household],
        )
        .await?;
    record.case = case_of(q, household).await?;
    Ok(Some(record))
}

async fn members(q: &impl Query, household: i64, applicant: bool) -> AppResult<Vec<MemberFacts>> {
    let registered = "SELECT m.person_key, COALESCE(p.name, '') AS name, COALESCE(p.sex, 0) AS sex, \
         COALESCE(p.birth, '') AS birth, m.kin, m.joined_on, m.left_on, m.left_reason, p.death_date, p.education, \
         p.health, p.labour, p.student, p.disability, p.wants_training, p.skill FROM household_member m \
         LEFT JOIN person p ON p.person_key = m.person_key WHERE m.household_id = $1 \
         ORDER BY CASE WHEN m.left_on IS NULL THEN 0 ELSE 1 END, m.kin, p.birth, m.person_key";
    let applied = "SELECT m.person_key, p.name, p.sex, p.birth, m.kin, a.applied_on AS joined_on, \
         CAST(NULL AS TEXT) AS left_on, CAST(NULL AS TEXT) AS left_reason, p.death_date, p.education, p.health, \
         p.labour, p.student, p.disability, p.wants_training, p.skill FROM applicant_member m \
         JOIN applicant a ON a.household_id = m.household_id JOIN person p ON p.person_key = m.person_key \
         WHERE m.household_id = $1 ORDER BY m.kin, p.birth, m.person_key";
    q.rows(if applicant { applied } else { registered }, args![household])
        .await
}

/// The last procedure of a household, open or not.
pub async fn case_of(q: &impl Query, household: i64) -> AppResult<Option<CaseLine>> {
    q.row(
        "SELECT id, kind, state, origin, open, opened_on, since_on, last_actor FROM household_case \
         WHERE household_id = $1 ORDER BY id DESC LIMIT 1",
        args![household],
    )
    .await
}

fn words(text: &str) -> Vec<String> {
    text.split('、').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Why a version is written.
pub(crate) struct Why<'a> {
    pub act: &'a str,
    pub reason: &'a str,
    pub basis: &'a str,
    /// Day of effect, `YYYY-MM-DD`.
    pub on: &'a str,
    /// Version the form was filled from.
    pub expected: Option<i64>,
}

/// Makes sure that the household as it was before this write stands in its history: loaded households have no
/// version until somebody first changes one.
pub(crate) async fn keep_first(tx: &RecordedTx, household: i64) -> AppResult<()> {
    if history::current(&**tx, KIND, household).await?.is_some() {
        return Ok(());
    }
    let Some(record) = record(&**tx, household).await? else {
        return Ok(());
    };
    let on = record
        .registered_on
        .clone()
        .unwrap_or_else(|| tx.at().date().to_string());
    let state = value(&record)?;
    let change = Change {
        kind: KIND,
        id: household,
        expected: None,
        act: "load",
        reason: "",
        basis: "",
        on: &on,
        state: &state,
    };
    history::record(tx, &change).await?;
    Ok(())
}

/// Writes the household as it now stands as its next version.
pub(crate) async fn keep(tx: &RecordedTx, household: i64, why: &Why<'_>) -> AppResult<i64> {
    let record = record(&**tx, household).await?.ok_or_else(super::missing)?;
    let state = value(&record)?;
    let change = Change {
        kind: KIND,
        id: household,
        expected: why.expected,
        act: why.act,
        reason: why.reason,
        basis: why.basis,
        on: why.on,
        state: &state,
    };
    history::record(tx, &change).await
}

/// The version a form is filled from.
pub async fn version(q: &impl Query, household: i64) -> AppResult<i64> {
    Ok(history::current(q, KIND, household)
        .await?
        .map_or(1, |entry| entry.version))
}

/// The household at the end of a day.
pub async fn as_of(q: &impl Query, household: i64, day: &str) -> AppResult<Option<(i64, Record)>> {
    let Some(entry) = history::as_of(q, KIND, household, day).await? else {
        return Ok(None);
    };
    Ok(Some((entry.version, of_value(&entry.state)?)))
}

pub(crate) fn value(record: &Record) -> AppResult<Value> {
    serde_json::to_value(record).map_err(AppError::internal)
}

pub(crate) fn of_value(value: &Value) -> AppResult<Record> {
    serde_json::from_value(value.clone()).map_err(AppError::internal)
}
