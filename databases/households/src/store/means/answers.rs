//! What the city's system answered, beside the household it is about.

use std::collections::HashMap;

use ::store::{Db, FromQueryResult, Query, Sql, args};
use access::Scope;
use kernel::AppResult;
use trail::RecordedTx;

/// Somebody of a request.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct PersonOf {
    pub request_id: i64,
    pub no: String,
    pub person_key: i64,
    pub household_id: i64,
    pub name: String,
    pub fetched: bool,
}

/// People of these requests within the scope, by batch number.
pub(crate) async fn people(db: &Db, scope: &Scope, numbers: &[&str]) -> AppResult<Vec<PersonOf>> {
    let mut out = Vec::new();
    for chunk in numbers.chunks(400) {
        let mut sql = Sql::new(
            "SELECT l.request_id, r.no, l.person_key, l.household_id, l.name, r.fetched_millis IS NOT NULL AS fetched \
             FROM means_person l JOIN means_request r ON r.id = l.request_id WHERE 1 = 1",
        );
        scope.restrict(&mut sql, "r.region");
        sql.push(" AND r.no IN ")
            .bind_list(chunk.iter().map(|no| (*no).to_owned()));
        out.extend(db.fetch::<PersonOf>(sql).await?);
    }
    Ok(out)
}

/// One answer about to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub request_id: i64,
    pub person_key: i64,
    pub household_id: i64,
    pub kind: String,
    pub source: String,
    pub found: bool,
    pub detail: String,
    pub amount_fen: Option<i64>,
    /// `YYYY-MM-DD`
    pub as_of: String,
}

/// Keeps an answer; the same person, kind and source again replaces it.
pub(crate) async fn answer(tx: &RecordedTx, answer: &Answer) -> AppResult<()> {
    tx.execute(
        "INSERT INTO means_answer (request_id, person_key, kind, source, household_id, found, detail, amount_fen, as_of, \
         entered_millis) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT (request_id, person_key, kind, source) \
         DO UPDATE SET found = excluded.found, detail = excluded.detail, amount_fen = excluded.amount_fen, \
         as_of = excluded.as_of, entered_millis = excluded.entered_millis",
        args![
            answer.request_id,
            answer.person_key,
            answer.kind.as_str(),
            answer.source.as_str(),
            answer.household_id,
            answer.found,
            answer.detail.as_str(),
            answer.amount_fen,
            answer.as_of.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    Ok(())
}

/// An answer as a household's page shows it to those who may see it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct AnswerRow {
    pub request_id: i64,
    pub no: String,
    pub person_key: i64,
    pub name: String,
    pub kind: String,
    pub source: String,
    pub found: bool,
    pub detail: String,
    pub amount_fen: Option<i64>,
    pub as_of: String,
}

const SELECT: &str = "SELECT a.request_id, r.no, a.person_key, l.name, a.kind, a.source, a.found, a.detail, a.amount_fen, \
     a.as_of FROM means_answer a JOIN means_request r ON r.id = a.request_id \
     JOIN means_person l ON l.request_id = a.request_id AND l.person_key = a.person_key WHERE ";

/// Answers about a household, the latest data first.
pub async fn answers_of(q: &impl Query, household: i64) -> AppResult<Vec<AnswerRow>> {
    let sql = format!("{SELECT}a.household_id = $1 ORDER BY a.as_of DESC, a.person_key, a.kind, a.source");
    q.rows(&sql, args![household]).await
}

/// Answers of a request that are there, by person, kind and source.
pub(crate) async fn held(db: &Db, request: i64) -> AppResult<HashMap<(i64, String, String), AnswerRow>> {
    let sql = format!("{SELECT}a.request_id = $1");
    let rows: Vec<AnswerRow> = db.rows(&sql, args![request]).await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.person_key, row.kind.clone(), row.source.clone()), row))
        .collect())
}

/// What those may know who may not see the details: how many kinds were answered, and in how many there is something.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Verdict {
    pub answered: i64,
    pub found: i64,
    pub as_of: Option<String>,
}

pub async fn verdict(q: &impl Query, household: i64) -> AppResult<Verdict> {
    let row: Option<Verdict> = q
        .row(
            "SELECT COUNT(DISTINCT kind) AS answered, COUNT(DISTINCT CASE WHEN found THEN kind END) AS found, \
             MAX(as_of) AS as_of FROM means_answer WHERE household_id = $1",
            args![household],
        )
        .await?;
    Ok(row.unwrap_or_default())
}

/// Somebody of a request with how far the answers are.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Requested {
    pub household_id: i64,
    pub name: String,
    pub kin: String,
    pub valid_to: String,
    pub answered: i64,
    pub found: i64,
}

/// How many people of a request have at least one answer, and how many answers found something.
pub async fn count_answers(q: &impl Query, request: i64) -> AppResult<(i64, i64)> {
    let people = q
        .number(
            "SELECT COUNT(DISTINCT person_key) FROM means_answer WHERE request_id = $1",
            args![request],
        )
        .await?;
    let found = q
        .number(
            "SELECT COUNT(*) FROM means_answer WHERE request_id = $1 AND found",
            args![request],
        )
        .await?;
    Ok((people, found))
}
