//! Yearly budgets (年度预算) of programmes, and how far they are carried out (rule D-11). Money to people counts by the
//! payments made, all other money by what the ledger says was used, so that nothing counts twice. A line entered again is
//! an adjustment (预算调整) and keeps what was approved first.

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, Money, RegionCode, RegionLevel};
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use crate::{
    chain::{day_within, id_in},
    programmes,
};

/// A line as it stands.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Budget {
    pub id: i64,
    pub programme: String,
    pub programme_name: String,
    pub payee_kind: String,
    pub year: i64,
    /// Economic code; empty where none is known.
    pub code: String,
    pub first_fen: i64,
    pub amount_fen: i64,
    pub doc_no: String,
    pub approved_on: String,
    pub adjusted_doc: Option<String>,
    pub adjusted_on: Option<String>,
}

/// What was spent of a programme in a year.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Spent {
    pub programme: String,
    pub year: i64,
    pub spent_fen: i64,
}

/// A line to be entered, or to be adjusted where it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBudget {
    pub programme: String,
    pub year: i64,
    pub code: String,
    pub amount: Money,
    pub doc_no: String,
    pub approved_on: Date,
}

/// Lines of the programmes within reach, of one year or of all, by year, programme and code.
pub async fn budgets(db: &impl Query, scope: &Scope, year: Option<i64>) -> AppResult<Vec<Budget>> {
    let mut sql = Sql::new(
        "SELECT b.id, b.programme, g.name AS programme_name, g.payee_kind, b.year, b.code, b.first_fen, b.amount_fen, \
         b.doc_no, b.approved_on, b.adjusted_doc, b.adjusted_on FROM fund_budget b JOIN programme g ON g.code = b.programme \
         WHERE 1 = 1",
    );
    scope.restrict_department(&mut sql, "g.org");
    if let Some(year) = year {
        sql.push(" AND b.year = ").bind(year);
    }
    sql.push(" ORDER BY b.year DESC, b.programme, b.code");
    db.fetch(sql).await
}

/// What was spent, by programme and year: paid to people, or used otherwise. Budgets are of the county.
pub async fn spent(db: &impl Query, county: RegionCode) -> AppResult<Vec<Spent>> {
    db.rows(
        "SELECT s.programme, s.year, CAST(SUM(s.fen) AS BIGINT) AS spent_fen FROM ( \
         SELECT r.programme, r.year, r.amount_fen AS fen FROM payment_rollup r JOIN programme g ON g.code = r.programme \
         WHERE r.region = $1 AND g.payee_kind IN ('person', 'household') \
         UNION ALL SELECT i.programme, CAST(SUBSTR(e.on_day, 1, 4) AS BIGINT) AS year, \
         CASE WHEN e.to_stage = 'used' THEN e.amount_fen ELSE -e.amount_fen END AS fen \
         FROM fund_entry e JOIN indicator i ON i.id = e.indicator_id JOIN programme g ON g.code = i.programme \
         WHERE (e.to_stage = 'used' OR e.from_stage = 'used') AND e.to_stage <> e.from_stage \
         AND g.payee_kind NOT IN ('person', 'household')) s GROUP BY s.programme, s.year",
        args![county.at(RegionLevel::County).as_i64()],
    )
    .await
}

/// What is wrong with a line: its field, and why.
pub(crate) fn wrong_in(new: &NewBudget, today: Date) -> Option<(&'static str, String)> {
    if !(2000..=i64::from(today.year()) + 1).contains(&new.year) {
        return Some(("year", format!("年度应在 2000 至 {} 之间", today.year() + 1)));
    }
    if !new.code.is_empty() && !((3..=12).contains(&new.code.len()) && new.code.bytes().all(|b| b.is_ascii_digit())) {
        return Some(("code", "经济分类应为 3 至 12 位数字，例如 30305".to_owned()));
    }
    if new.amount.is_negative() {
        return Some(("amount", "预算金额不能为负".to_owned()));
    }
    if !(2..=60).contains(&new.doc_no.chars().count()) {
        return Some(("doc_no", "批复文号应为 2 至 60 字".to_owned()));
    }
    match day_within("批复日期", new.approved_on, today) {
        Err(e) => Some(("approved_on", e.message.trim_end_matches('。').to_owned())),
        Ok(_) => None,
    }
}

/// Enters a line, or adjusts the one that is there.
///
/// # Errors
/// Invalid fields; not found for a programme of another department.
pub async fn set(app: &App, actor: &Actor, request_id: &str, new: &NewBudget) -> AppResult<i64> {
    if let Some((_, why)) = wrong_in(new, app.clock.today()) {
        return Err(AppError::invalid(format!("{why}。")));
    }
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::New(tx) => tx,
        Once::Done(earlier) => return Ok(id_in(&earlier.subject)),
    };
    let (id, before) = put(app, &tx, new).await?;
    let act = Act::new("fund_budget.set", format!("fund_budget:{id}")).with(json!({
        "programme": new.programme, "year": new.year, "code": new.code, "before_fen": before,
        "amount_fen": new.amount.fen(), "doc_no": new.doc_no,
    }));
    tx.commit(act).await?;
    Ok(id)
}

#[derive(FromQueryResult)]
struct There {
    id: i64,
    amount_fen: i64,
    doc_no: String,
    adjusted_doc: Option<String>,
}

/// Writes a line inside a transaction; its id, and the amount before where it was there.
pub(crate) async fn put(app: &App, tx: &RecordedTx, new: &NewBudget) -> AppResult<(i64, Option<i64>)> {
    let known = programmes(&**tx).await?;
    let reaches = |org: &str| tx.actor().scope.covers_department(org);
    if !known.iter().any(|p| p.code == new.programme && reaches(&p.org)) {
        return Err(AppError::not_found("没有这个资金项目，或不归您的部门管。"));
    }
    let (day, fen) = (new.approved_on.to_string(), new.amount.fen());
    let there: Option<There> = tx
        .row(
            "SELECT id, amount_fen, doc_no, adjusted_doc FROM fund_budget WHERE programme = $1 AND year = $2 AND code = $3",
            args![new.programme.as_str(), new.year, new.code.as_str()],
        )
        .await?;
    let Some(there) = there else {
        let id = app.next_id();
        tx.execute(
            "INSERT INTO fund_budget (id, programme, year, code, first_fen, amount_fen, doc_no, approved_on, entered_by) \
             VALUES ($1,$2,$3,$4,$5,$5,$6,$7,$8)",
            args![
                id,
                new.programme.as_str(),
                new.year,
                new.code.as_str(),
                fen,
                new.doc_no.as_str(),
                day,
                tx.actor().account.map_or(-1, |a| a.0)
            ],
        )
        .await?;
        return Ok((id, None));
    };
    let last = there.adjusted_doc.unwrap_or(there.doc_no);
    if last == new.doc_no {
        let why = format!("{last} 批复的是 {} 元，调整预算须填另一个文号", Money(there.amount_fen));
        return Err(AppError::conflict(format!("{why}，没有改动。")));
    }
    tx.execute(
        "UPDATE fund_budget SET amount_fen = $2, adjusted_doc = $3, adjusted_on = $4 WHERE id = $1",
        args![there.id, fen, new.doc_no.as_str(), day],
    )
    .await?;
    Ok((there.id, Some(there.amount_fen)))
}
