//! Rows that wait because a question is open: nothing is blocked without a person's decision.
//!
//! The comparison proposes; a named person confirms the hold or lets the row go, with a reason, and never the one
//! who made the list. A hold that nobody decided about ends by itself after its limit and says so. A row let go
//! after its batch went to the bank travels on in a batch of its own, ready for the treasury.

use access::Actor;
use kernel::{AppError, AppResult, Date, Money, RegionCode};
use records::flow::Code;
use serde_json::json;
use store::{BulkInsert, FromQueryResult, Query, args};
use trail::{Act, Once, RecordedTx};
use web::App;

use super::{
    compare::{BatchAnswer, ConcernRecord},
    rows::{BatchRow, batch, remember},
};
use crate::{chain::Asked, model::flows::BatchState};

records::codes! {
    /// Where a question about a row stands.
    pub enum HoldState {
        Noted = "noted" "提示",
        Open = "open" "待决定",
        Confirmed = "confirmed" "确认暂缓",
        Released = "released" "已放行",
        Expired = "expired" "到期自动解除",
        Withdrawn = "withdrawn" "随批次退回",
    }
}

/// What a person decides about a held row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The row stays held until the question is answered.
    Confirm,
    /// The row is paid.
    Release,
}

impl Decision {
    pub fn from_id(id: &str) -> Option<Decision> {
        match id {
            "confirm" => Some(Decision::Confirm),
            "release" => Some(Decision::Release),
            _ => None,
        }
    }
}

/// A question about a row, with the row.
#[derive(Clone, Debug, FromQueryResult)]
pub struct HoldRow {
    pub id: i64,
    pub batch_id: i64,
    pub payment_id: i64,
    pub row_no: Option<i64>,
    pub payee_name: String,
    pub region: i64,
    pub amount_fen: i64,
    pub rule: String,
    pub rule_name: String,
    pub severity: String,
    pub question: String,
    pub verdict: String,
    pub records: String,
    state: String,
    pub held_on: String,
    pub until_on: String,
    pub decided_name: Option<String>,
    pub decided_at: Option<i64>,
    pub reason: Option<String>,
    /// Where the row itself stands now.
    pub payment_state: String,
    /// The batch the row travels in now.
    pub travels_in: i64,
}

impl HoldRow {
    pub fn state(&self) -> HoldState {
        HoldState::parse(&self.state).unwrap_or(HoldState::Noted)
    }

    pub fn records(&self) -> Vec<ConcernRecord> {
        serde_json::from_str(&self.records).unwrap_or_default()
    }

    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }
}

const SELECT: &str = "SELECT h.id, h.batch_id, h.payment_id, p.row_no, p.payee_name, p.region, p.amount_fen, h.rule, h.rule_name, \
     h.severity, h.question, h.verdict, h.records, h.state, h.held_on, h.until_on, h.decided_name, h.decided_at, \
     h.reason, p.state AS payment_state, p.batch_id AS travels_in \
     FROM payment_hold h JOIN payment p ON p.id = h.payment_id WHERE ";

/// The questions of the last comparison of a batch within reach: those that hold a row first.
pub async fn holds(db: &impl Query, scope: &access::Scope, batch: i64) -> AppResult<Vec<HoldRow>> {
    let rows: Vec<HoldRow> = db
        .rows(
            &format!(
                "{SELECT} h.batch_id = $1 AND h.state <> 'withdrawn' \
                 ORDER BY CASE WHEN h.state = 'noted' THEN 1 ELSE 0 END, p.row_no, h.rule"
            ),
            args![batch],
        )
        .await?;
    Ok(rows
        .into_iter()
        .filter(|r| RegionCode::from_i64(r.region).is_some_and(|c| scope.covers(c)))
        .collect())
}

/// Keeps the answer of a comparison and sets the rows it asks about aside until `until`.
pub(super) async fn keep(app: &App, tx: &RecordedTx, batch: i64, answer: &BatchAnswer, today: Date) -> AppResult<u64> {
    let until = app
        .calendar
        .add_working_days(today, answer.hold_working_days)
        .to_string();
    let today = today.to_string();
    let columns = &[
        "id",
        "batch_id",
        "payment_id",
        "rule",
        "rule_name",
        "severity",
        "question",
        "verdict",
        "records",
        "state",
        "held_on",
        "until_on",
    ];
    let mut rows = BulkInsert::new(tx, "payment_hold", columns, "");
    for c in &answer.concerns {
        let state = if c.holds { HoldState::Open } else { HoldState::Noted };
        rows.push(args![
            app.next_id(),
            batch,
            c.payment,
            c.rule.as_str(),
            c.rule_name.as_str(),
            c.severity.as_str(),
            c.text.as_str(),
            c.verdict.as_str(),
            serde_json::to_string(&c.records).unwrap_or_default(),
            state.id(),
            today.as_str(),
            until.as_str()
        ])
        .await?;
    }
    rows.finish().await?;
    tx.execute(
        "UPDATE payment SET state = 'held', note = (SELECT MIN(h.rule || '：' || h.verdict) FROM payment_hold h \
         WHERE h.payment_id = payment.id AND h.state = 'open') WHERE batch_id = $1 AND state = 'listed' AND id IN \
         (SELECT payment_id FROM payment_hold WHERE batch_id = $1 AND state = 'open')",
        args![batch],
    )
    .await
}

/// A batch that goes back to the beginning takes its questions with it: the next comparison asks anew.
pub(super) async fn withdraw(tx: &RecordedTx, batch: i64) -> AppResult<()> {
    tx.execute(
        "UPDATE payment_hold SET state = 'withdrawn' WHERE batch_id = $1 AND state <> 'withdrawn'",
        args![batch],
    )
    .await?;
    Ok(())
}

/// A person decides about one held row.
///
/// # Errors
/// No reason; a row that is not held; the person who made the list; a batch out of reach.
pub async fn decide(
    app: &App,
    actor: &Actor,
    id: i64,
    payment: i64,
    decision: Decision,
    asked: &Asked<'_>,
) -> AppResult<()> {
    let reason = asked.reason.trim();
    if !(4..=200).contains(&reason.chars().count()) {
        return Err(AppError::invalid("请写明理由（4 至 200 字）：核实了什么、依据是什么。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, asked.request_id).await? else {
        return Ok(());
    };
    let row = batch(&*tx, &actor.scope, id)
        .await?
        .filter(|b| actor.scope.covers(b.place()))
        .ok_or_else(|| AppError::not_found("没有找到这一批发放，或它跨越您的辖区。"))?;
    let account = actor.account.map_or(-1, |a| a.0);
    if row.entered_by == account {
        return Err(AppError::forbidden("这一批是您造册的，暂缓的行须由另一人决定。"));
    }
    if super::steps::concerns_actor(&*tx, actor, id).await? {
        return Err(AppError::forbidden("这一批涉及您本人或家人，请回避，由他人决定。"));
    }
    let open: &[&str] = match decision {
        Decision::Confirm => &["open"],
        Decision::Release => &["open", "confirmed"],
    };
    let mut decided = 0;
    for from in open {
        let to = match decision {
            Decision::Confirm => HoldState::Confirmed,
            Decision::Release => HoldState::Released,
        };
        decided += tx
            .execute(
                "UPDATE payment_hold SET state = $4, decided_by = $5, decided_name = $6, decided_at = $7, reason = $8 \
                 WHERE batch_id = $1 AND payment_id = $2 AND state = $3",
                args![
                    id,
                    payment,
                    *from,
                    to.id(),
                    account,
                    actor.name.as_str(),
                    tx.at().millis(),
                    reason
                ],
            )
            .await?;
    }
    if decided == 0 {
        return Err(AppError::conflict(
            "这一行没有等待决定的疑点，可能已由他人决定。请刷新页面。",
        ));
    }
    let (verb, title) = match decision {
        Decision::Confirm => ("hold_confirm", format!("确认暂缓：{reason}（{}）", actor.name)),
        Decision::Release => ("hold_release", format!("核实后放行：{reason}（{}）", actor.name)),
    };
    if decision == Decision::Release {
        let_go(app, &tx, &row, &[payment], account, &title).await?;
    } else {
        tx.execute(
            "UPDATE payment SET note = $3 WHERE batch_id = $1 AND id = $2 AND state = 'held'",
            args![id, payment, title.as_str()],
        )
        .await?;
    }
    remember(app, &tx, id, verb, asked).await?;
    let detail = json!({ "batch": row.batch_no, "decision": verb, "reason": reason });
    tx.commit(
        Act::new("batch.hold", format!("payment:{payment}"))
            .in_region(row.place())
            .with(detail),
    )
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Overdue {
    batch_id: i64,
    payment_id: i64,
}

/// Ends the holds nobody decided about within their limit. Returns the rows let go.
pub async fn expire_holds(app: &App) -> AppResult<u64> {
    let today = app.clock.today().to_string();
    let late: Vec<Overdue> = app
        .db
        .rows(
            "SELECT DISTINCT batch_id, payment_id FROM payment_hold WHERE state = 'open' AND until_on < $1 \
             ORDER BY batch_id, payment_id",
            args![today.as_str()],
        )
        .await?;
    for chunk in late.chunk_by(|a, b| a.batch_id == b.batch_id) {
        let id = chunk[0].batch_id;
        let tx = app.trail.begin(&Actor::system()).await?;
        let everything = access::Scope::area(RegionCode::NATION);
        let Some(row) = batch(&*tx, &everything, id).await? else {
            continue;
        };
        let why = "暂缓期满，没有人作出决定，自动解除";
        let people: Vec<i64> = chunk.iter().map(|o| o.payment_id).collect();
        tx.execute(
            "UPDATE payment_hold SET state = 'expired', decided_at = $3, reason = $4 WHERE batch_id = $1 \
             AND state = 'open' AND until_on < $2",
            args![id, today.as_str(), tx.at().millis(), why],
        )
        .await?;
        let_go(app, &tx, &row, &people, -1, why).await?;
        remember(
            app,
            &tx,
            id,
            "hold_expire",
            &Asked::on("", app.clock.today()).because(why),
        )
        .await?;
        let act = Act::new("batch.hold_expire", format!("batch:{id}")).in_region(row.place());
        tx.commit(act.with(json!({ "batch": row.batch_no, "rows": people.len() })))
            .await?;
    }
    Ok(late.len() as u64)
}

/// Rows go back into the list; after the batch has left they go into one of their own.
async fn let_go(
    app: &App,
    tx: &RecordedTx,
    row: &BatchRow,
    payments: &[i64],
    account: i64,
    note: &str,
) -> AppResult<()> {
    let mut freed = Vec::new();
    for payment in payments {
        // Another question about the same row may still be confirmed.
        let changed = tx
            .execute(
                "UPDATE payment SET state = 'listed', note = $3 WHERE id = $2 AND batch_id = $1 AND state = 'held' AND \
                 NOT EXISTS (SELECT 1 FROM payment_hold h WHERE h.payment_id = payment.id AND h.state IN ('open', 'confirmed'))",
                args![row.id, *payment, note],
            )
            .await?;
        if changed == 1 {
            freed.push(*payment);
        }
    }
    let waits = matches!(row.state(), BatchState::Compared | BatchState::FinanceChecked);
    if freed.is_empty() || waits {
        return Ok(());
    }
    let next = follow_up(app, tx, row, account).await?;
    for payment in freed {
        tx.execute("UPDATE payment SET batch_id = $2 WHERE id = $1", args![payment, next])
            .await?;
    }
    for id in [row.id, next] {
        tx.execute(
            "UPDATE payment_batch SET rows = (SELECT COUNT(*) FROM payment WHERE batch_id = $1), amount_fen = \
             (SELECT CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) FROM payment WHERE batch_id = $1) WHERE id = $1",
            args![id],
        )
        .await?;
    }
    Ok(())
}

/// The batch in which rows let go later travel: compared already, so the treasury checks and sends it.
async fn follow_up(app: &App, tx: &RecordedTx, row: &BatchRow, account: i64) -> AppResult<i64> {
    #[derive(FromQueryResult)]
    struct Next {
        id: i64,
        state: String,
    }
    let stem = row.batch_no.split("-续").next().unwrap_or(&row.batch_no);
    let made: Vec<Next> = tx
        .rows(
            "SELECT id, state FROM payment_batch WHERE batch_no LIKE $1 ORDER BY id",
            args![format!("{stem}-续%")],
        )
        .await?;
    let waits = |n: &&Next| n.state == BatchState::Compared.id() && n.id != row.id;
    if let Some(next) = made.iter().find(waits) {
        return Ok(next.id);
    }
    let id = app.next_id();
    let told = format!("批次 {} 暂缓的行解除后转来", row.batch_no);
    tx.execute(
        "INSERT INTO payment_batch (id, batch_no, programme, org, month, state, rows, amount_fen, region, entered_by, \
         last_by, version, entered_on, public_on, compared) VALUES ($1,$2,$3,$4,$5,'compared',0,0,$6,$7,$8,1,$9,$10,$11)",
        args![
            id,
            format!("{stem}-续{}", made.len() + 1),
            row.programme.as_str(),
            row.org.as_str(),
            row.month.as_str(),
            row.region,
            row.entered_by,
            account,
            app.clock.today().to_string(),
            row.public_on.clone(),
            told.as_str()
        ],
    )
    .await?;
    remember(app, tx, id, "list", &Asked::on("", app.clock.today()).because(&told)).await?;
    Ok(id)
}
