//! Households whole, as their pages and histories keep them: one, or thousands with the same few statements.

use std::collections::HashMap;

use ::store::{FromQueryResult, Query, Sql, args};
use kernel::{AppError, AppResult};

use crate::model::record::{CaseLine, Conditions, GuaranteeLine, IncomeLine, MeasureLine, MemberFacts, Record};

/// A row that belongs to a household, with the household it belongs to.
struct Of<T> {
    household: i64,
    row: T,
}

impl<T: FromQueryResult> FromQueryResult for Of<T> {
    fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Of {
            household: row.try_get(prefix, "household_id")?,
            row: T::from_query_result(row, prefix)?,
        })
    }
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

const REGISTERED: &str = "SELECT id AS household_id, household_no, region, head_key, head_name, status, attr, \
     monitor_class, main_cause, registered_on, exited_on, removed_on FROM household WHERE id IN ";
const APPLIED: &str = "SELECT household_id, household_no, region, head_key, head_name, CAST(NULL AS BIGINT) AS status, \
     attr, monitor_class, main_cause, CAST(NULL AS TEXT) AS registered_on, CAST(NULL AS TEXT) AS exited_on, \
     CAST(NULL AS TEXT) AS removed_on FROM applicant WHERE household_id = $1";
const MEMBERS: &str = "SELECT m.household_id, m.person_key, COALESCE(p.name, '') AS name, COALESCE(p.sex, 0) AS sex, \
     COALESCE(p.birth, '') AS birth, m.kin, m.joined_on, m.left_on, m.left_reason, p.death_date, p.education, \
     p.health, p.labour, p.student, p.disability, p.wants_training, p.skill FROM household_member m \
     LEFT JOIN person p ON p.person_key = m.person_key WHERE m.household_id IN ";
const MEMBERS_ORDER: &str = " ORDER BY m.household_id, CASE WHEN m.left_on IS NULL THEN 0 ELSE 1 END, m.kin, p.birth, \
     m.person_key";
const APPLIED_MEMBERS: &str = "SELECT m.household_id, m.person_key, p.name, p.sex, p.birth, m.kin, \
     a.applied_on AS joined_on, CAST(NULL AS TEXT) AS left_on, CAST(NULL AS TEXT) AS left_reason, p.death_date, \
     p.education, p.health, p.labour, p.student, p.disability, p.wants_training, p.skill FROM applicant_member m \
     JOIN applicant a ON a.household_id = m.household_id JOIN person p ON p.person_key = m.person_key \
     WHERE m.household_id = $1 ORDER BY m.kin, p.birth, m.person_key";

/// One household, registered or applied for.
pub(super) async fn record(q: &impl Query, household: i64) -> AppResult<Option<Record>> {
    if let Some((_, found)) = records(q, &[household]).await?.pop() {
        return Ok(Some(found));
    }
    let basic: Vec<Of<Basic>> = q.rows(APPLIED, args![household]).await?;
    if basic.is_empty() {
        return Ok(None);
    }
    let members: Vec<Of<MemberFacts>> = q.rows(APPLIED_MEMBERS, args![household]).await?;
    Ok(gather(q, basic, members).await?.pop().map(|(_, found)| found))
}

/// Registered households, in the order of their ids. At most a few hundred at once: each id is a placeholder.
pub(crate) async fn records(q: &impl Query, households: &[i64]) -> AppResult<Vec<(i64, Record)>> {
    let mut sql = Sql::new(REGISTERED);
    sql.bind_list(households.iter().copied()).push(" ORDER BY id");
    let basics: Vec<Of<Basic>> = q.fetch(sql).await?;
    if basics.is_empty() {
        return Ok(Vec::new());
    }
    let members = of(q, MEMBERS, households, MEMBERS_ORDER).await?;
    gather(q, basics, members).await
}

async fn of<T: FromQueryResult + Send>(
    q: &impl Query,
    select: &'static str,
    households: &[i64],
    order: &'static str,
) -> AppResult<Vec<Of<T>>> {
    let mut sql = Sql::new(select);
    sql.bind_list(households.iter().copied()).push(order);
    q.fetch(sql).await
}

async fn gather(
    q: &impl Query,
    basics: Vec<Of<Basic>>,
    members: Vec<Of<MemberFacts>>,
) -> AppResult<Vec<(i64, Record)>> {
    let ids: Vec<i64> = basics.iter().map(|b| b.household).collect();
    let mut out: Vec<(i64, Record)> = basics.into_iter().map(|b| (b.household, begun(b.row))).collect();
    let at: HashMap<i64, usize> = ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let details: Vec<Of<Detail>> = of(
        q,
        "SELECT household_id, std, address, other_causes, cause_note, risk_types, monitored_on, risk_cleared_on, \
         relapsed_on, consolidation_until FROM household_detail WHERE household_id IN ",
        &ids,
        "",
    )
    .await?;
    for found in details {
        detail(&mut out[at[&found.household]].1, found.row);
    }
    for found in members {
        out[at[&found.household]].1.members.push(found.row);
    }
    let incomes: Vec<Of<IncomeLine>> = of(
        q,
        "SELECT household_id, id, person_key, period, to_month, kind, gross_fen, cost_fen, evidence, recorder, \
         excluded_reason, entered_millis FROM income_item WHERE removed_reason IS NULL AND household_id IN ",
        &ids,
        " ORDER BY household_id, to_month DESC, id",
    )
    .await?;
    for found in incomes {
        out[at[&found.household]].1.incomes.push(found.row);
    }
    // Of checks, conditions and procedures the last is the one that counts; the first row of each household here.
    let checks: Vec<Of<GuaranteeLine>> = of(
        q,
        "SELECT household_id, assessed_on, food_ok, clothes_ok, edu_ok, medical_ok, housing_ok, water_ok, evidence, \
         assessor FROM guarantee_check WHERE household_id IN ",
        &ids,
        " ORDER BY household_id, assessed_on DESC",
    )
    .await?;
    for found in checks {
        out[at[&found.household]].1.guarantees.get_or_insert(found.row);
    }
    let conditions: Vec<Of<ConditionRow>> = of(
        q,
        "SELECT household_id, year, facts FROM living_condition WHERE household_id IN ",
        &ids,
        " ORDER BY household_id, year DESC",
    )
    .await?;
    for found in conditions {
        let place = &mut out[at[&found.household]].1.conditions;
        if place.is_none() {
            *place = Some(Conditions {
                year: found.row.year,
                facts: serde_json::from_str(&found.row.facts).map_err(AppError::internal)?,
            });
        }
    }
    let measures: Vec<Of<MeasureLine>> = of(
        q,
        "SELECT household_id, id, sort, kind, content, amount_fen, on_day, ended_on, confirmed FROM measure \
         WHERE household_id IN ",
        &ids,
        " ORDER BY household_id, on_day DESC, id",
    )
    .await?;
    for found in measures {
        out[at[&found.household]].1.measures.push(found.row);
    }
    let cases: Vec<Of<CaseLine>> = of(
        q,
        "SELECT household_id, id, kind, state, origin, open, opened_on, since_on, last_actor FROM household_case \
         WHERE household_id IN ",
        &ids,
        " ORDER BY household_id, id DESC",
    )
    .await?;
    for found in cases {
        out[at[&found.household]].1.case.get_or_insert(found.row);
    }
    Ok(out)
}

fn begun(basic: Basic) -> Record {
    Record {
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
    }
}

fn detail(record: &mut Record, detail: Detail) {
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

fn words(text: &str) -> Vec<String> {
    text.split('、').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}
