//! Reading a household whole, and whether it is within reach.

use std::collections::HashMap;

use ::store::{Db, FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::{AppError, AppResult, RegionCode};
use records::history::{self, Change};
use serde_json::Value;
use trail::RecordedTx;

use super::{KIND, region_of, whole};
use crate::{
    model::record::{CaseLine, Record},
    reach::restrict_households,
};

/// Households that are read or written together.
const AT_ONCE: usize = 500;

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

/// The household as it stands, whoever asks; handlers ask [`reach`] first.
pub async fn record(q: &impl Query, household: i64) -> AppResult<Option<Record>> {
    super::whole::record(q, household).await
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

/// [`keep_first`] of many at once. Returns the version each now stands at.
pub(crate) async fn keep_first_of(tx: &RecordedTx, households: &[i64]) -> AppResult<HashMap<i64, i64>> {
    let mut versions = history::versions(&**tx, KIND, households).await?;
    let without: Vec<i64> = households
        .iter()
        .copied()
        .filter(|id| !versions.contains_key(id))
        .collect();
    let mut first = Vec::with_capacity(without.len());
    for chunk in without.chunks(AT_ONCE) {
        for (id, record) in whole::records(&**tx, chunk).await? {
            let on = record
                .registered_on
                .clone()
                .unwrap_or_else(|| tx.at().date().to_string());
            first.push((id, on, value(&record)?));
            versions.insert(id, 1);
        }
    }
    history::bulk(tx, KIND, "load", first).await?;
    Ok(versions)
}

/// [`keep`] of many at once, each after the version given for it.
pub(crate) async fn keep_of(
    tx: &RecordedTx,
    households: &[i64],
    versions: &HashMap<i64, i64>,
    why: &Why<'_>,
) -> AppResult<()> {
    for chunk in households.chunks(AT_ONCE) {
        let mut next = Vec::with_capacity(chunk.len());
        for (id, record) in whole::records(&**tx, chunk).await? {
            next.push((id, versions.get(&id).copied().unwrap_or(0), value(&record)?));
        }
        history::record_many(tx, KIND, (why.act, why.reason, why.basis, why.on), next).await?;
    }
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
