//! To the bank and back: the file out, the money on its way, the result file in.
//!
//! Files carry row number, last four digits, name and amount; the platform keeps no account number. A result is
//! believed only when every row answers for a payment that was sent and agrees with it.

use std::collections::{BTreeMap, HashMap};

use access::{Actor, Scope};
use kernel::{AppError, AppResult, Date, RegionCode};
use records::flow::Code;
use serde_json::json;
use store::{FromQueryResult, Query, Sql, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    answers::{Answer, fault, read_answers},
    issue::{move_by_place, places_of},
    rows::{BatchRow, batch, remember},
    steps::advance,
};
use crate::{
    chain::{Asked, day_within, who},
    load::Sums,
    model::{
        flows::{BATCH, BatchAct},
        ledger::{Kind, Stage},
    },
};

const OUT_HEADERS: [&str; 5] = ["序号", "账号尾号", "户名", "金额", "批次号"];
/// Row numbers in one statement.
const CHUNK_ROWS: usize = 1000;
/// Faults told at once; a file with more is another file.
const MOST_TOLD: usize = 20;

#[derive(FromQueryResult)]
pub(super) struct Sent {
    pub(super) row_no: i64,
    pub(super) account_tail: String,
    pub(super) account_name: String,
    pub(super) amount_fen: i64,
    pub(super) region: i64,
}

pub(super) async fn rows_in_state(db: &impl Query, batch: i64, state: &str) -> AppResult<Vec<Sent>> {
    db.rows(
        "SELECT COALESCE(row_no, 0) AS row_no, account_tail, account_name, amount_fen, region FROM payment \
         WHERE batch_id = $1 AND state || '' = $2 ORDER BY row_no",
        args![batch, state],
    )
    .await
}

/// The file for the bank: GB18030 CSV of what is on its way.
///
/// # Errors
/// `Conflict` when nothing is on its way.
pub async fn bank_file(db: &impl Query, row: &BatchRow) -> AppResult<Vec<u8>> {
    let sent = rows_in_state(db, row.id, "sent").await?;
    if sent.is_empty() {
        return Err(AppError::conflict("这一批没有送银行待回盘的发放。"));
    }
    let mut text = OUT_HEADERS.join(",") + "\r\n";
    for s in sent {
        // Names come from outside: no separators, no quotes, no formulas.
        let holder: String = s
            .account_name
            .chars()
            .filter(|c| !matches!(c, ',' | '"' | '\r' | '\n'))
            .collect();
        let holder = holder.trim_start_matches(['=', '+', '-', '@']).to_owned();
        let yuan = format!("{}.{:02}", s.amount_fen / 100, s.amount_fen % 100);
        text.push_str(&format!(
            "{},{},{holder},{yuan},{}\r\n",
            s.row_no, s.account_tail, row.batch_no
        ));
    }
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    Ok(bytes.into_owned())
}

/// What a result said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultCounts {
    pub credited: i64,
    pub returned: i64,
    /// Sent, and still without an answer.
    pub unanswered: i64,
}

/// Takes the bank's result file: credits, returns, and when all is answered the batch goes on.
///
/// # Errors
/// One row that answers for a payment never sent, or disagrees with it, refuses the whole file and is named.
pub async fn settle(
    app: &App,
    actor: &Actor,
    id: i64,
    request_id: &str,
    on: Date,
    bytes: &[u8],
) -> AppResult<ResultCounts> {
    let day = day_within("到账日期", on, app.clock.today())?;
    let answers = read_answers(app, bytes).await?;
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(ResultCounts::default());
    };
    let row = batch(&*tx, &actor.scope, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这一批发放。"))?;
    let asked = Asked::on(request_id, on);
    BATCH.permit(
        row.state(),
        BatchAct::SettlePaid,
        &who(actor, row.last_by, false, &asked),
    )?;
    let sent: HashMap<i64, Sent> = rows_in_state(&*tx, id, "sent")
        .await?
        .into_iter()
        .map(|s| (s.row_no, s))
        .collect();
    let mut faults = Vec::new();
    let mut seen: HashMap<i64, usize> = HashMap::with_capacity(answers.len());
    for answer in &answers {
        if let Some(text) = fault(answer, sent.get(&answer.row_no)) {
            faults.push(text);
        } else if let Some(first) = seen.insert(answer.row_no, answer.line) {
            faults.push(format!("第 {} 行：与第 {first} 行重复", answer.line));
        }
    }
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(MOST_TOLD);
        faults.truncate(MOST_TOLD);
        let tail = if more > 0 {
            format!("；另有 {more} 行")
        } else {
            String::new()
        };
        return Err(AppError::invalid(format!(
            "回盘文件与送出的不符，没有改动任何内容。{}{tail}。",
            faults.join("；")
        )));
    }
    let counts = apply(app, &tx, &row, &answers, &sent, &day).await?;
    let act = finish(app, &tx, &row, actor, &counts, &asked, &day).await?;
    let detail = json!({
        "credited": counts.credited, "returned": counts.returned, "unanswered": counts.unanswered, "act": act,
    });
    let done = Act::new("batch.bank_result", format!("batch:{id}")).in_region(row.place());
    tx.commit(done.with(detail)).await?;
    Ok(counts)
}

async fn apply(
    app: &App,
    tx: &RecordedTx,
    row: &BatchRow,
    answers: &[Answer],
    sent: &HashMap<i64, Sent>,
    day: &str,
) -> AppResult<ResultCounts> {
    let (mut credited, mut returned) = (Vec::new(), Vec::new());
    for answer in answers {
        let Some(payment) = sent.get(&answer.row_no) else {
            continue;
        };
        if answer.credited == Some(true) {
            credited.push(payment);
        } else {
            returned.push((payment, answer.reason.as_str()));
        }
    }
    // Banks know few reasons: one statement for each, not for each row.
    let mut by_reason: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (payment, reason) in &returned {
        by_reason.entry(reason).or_default().push(payment.row_no);
    }
    for (reason, row_nos) in by_reason {
        for chunk in row_nos.chunks(CHUNK_ROWS) {
            let mut sql = Sql::new("UPDATE payment SET state = 'returned', note = ");
            sql.bind(reason)
                .push(" WHERE batch_id = ")
                .bind(row.id)
                .push(" AND row_no IN ");
            sql.bind_list(chunk.iter().copied());
            tx.execute_sql(sql).await?;
        }
    }
    let all_answered = answers.len() == sent.len();
    if all_answered {
        // What was not returned above was credited.
        tx.execute(
            "UPDATE payment SET state = 'paid', paid_on = $2, note = NULL WHERE batch_id = $1 AND state || '' = 'sent'",
            args![row.id, day],
        )
        .await?;
    } else {
        for chunk in credited.chunks(CHUNK_ROWS) {
            let mut sql = Sql::new("UPDATE payment SET state = 'paid', note = NULL, paid_on = ");
            sql.bind(day)
                .push(" WHERE batch_id = ")
                .bind(row.id)
                .push(" AND row_no IN ");
            sql.bind_list(chunk.iter().map(|p| p.row_no));
            tx.execute_sql(sql).await?;
        }
    }
    let mut sums = Sums::default();
    for payment in &credited {
        let place = RegionCode::from_i64(payment.region).unwrap_or(RegionCode::NATION);
        sums.add(&row.programme, place, &row.month, day, 1, payment.amount_fen);
    }
    sums.write(tx, tx.at()).await?;
    let from = Stage::OnTheWay;
    let paid = places_of(credited.iter().copied());
    move_by_place(app, tx, row, Kind::Credit, from, (Stage::Used, row.id), paid, day).await?;
    let back = places_of(returned.iter().map(|(p, _)| *p));
    move_by_place(app, tx, row, Kind::Bounce, from, (Stage::Returned, row.id), back, day).await?;
    Ok(ResultCounts {
        credited: credited.len() as i64,
        returned: returned.len() as i64,
        unanswered: (sent.len() - answers.len()) as i64,
    })
}

/// The step that follows when nothing is on its way any more; the name of the step, empty when the bank still owes answers.
async fn finish(
    app: &App,
    tx: &RecordedTx,
    row: &BatchRow,
    actor: &Actor,
    counts: &ResultCounts,
    asked: &Asked<'_>,
    day: &str,
) -> AppResult<&'static str> {
    tx.execute(
        "UPDATE payment_batch SET settled_on = $2 WHERE id = $1",
        args![row.id, day],
    )
    .await?;
    if counts.unanswered > 0 {
        return Ok("");
    }
    let open = super::rows::slots(&**tx, &Scope::area(RegionCode::NATION), row.id).await?;
    let act = if open.iter().any(|s| s.state == "returned") {
        BatchAct::SettleReturned
    } else {
        BatchAct::SettlePaid
    };
    let step = BATCH.permit(row.state(), act, &who(actor, row.last_by, false, asked))?;
    advance(tx, row.id, step.to, actor.account.map_or(-1, |a| a.0), row.version).await?;
    remember(app, tx, row.id, act.id(), asked).await?;
    Ok(act.id())
}
