//! Movements of many years at once, through the ledger: a load that does not add up is refused whole.

use kernel::{AppError, AppResult};
use records::flow::Code;
use store::{BulkInsert, FromQueryResult, Query, args};
use trail::RecordedTx;

use crate::model::ledger::{Ledger, Movement};

/// A share to be loaded as it stands.
#[derive(Clone, Debug)]
pub struct LoadedAllocation {
    pub id: i64,
    pub indicator: i64,
    pub programme: String,
    pub target: &'static str,
    pub region: i64,
    pub project_name: String,
    pub amount_fen: i64,
    pub plan_doc: String,
    pub decided_on: String,
    pub due_on: Option<String>,
    pub state: &'static str,
}

/// A movement to be loaded.
#[derive(Clone, Debug)]
pub struct LoadedMovement {
    pub movement: Movement,
    pub on: String,
    pub doc: String,
}

/// Enters shares that were decided before.
pub async fn allocations(tx: &RecordedTx, shares: impl IntoIterator<Item = LoadedAllocation>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "fund_allocation",
        &[
            "id",
            "indicator_id",
            "programme",
            "target",
            "region",
            "project_name",
            "amount_fen",
            "plan_doc",
            "planned_on",
            "decided_on",
            "due_on",
            "state",
            "last_hop",
            "entered_by",
            "last_by",
            "version",
        ],
        "",
    );
    for a in shares {
        rows.push(args![
            a.id,
            a.indicator,
            a.programme,
            a.target,
            a.region,
            a.project_name,
            a.amount_fen,
            a.plan_doc,
            a.decided_on.as_str(),
            a.decided_on.as_str(),
            a.due_on,
            a.state,
            0_i64,
            0_i64,
            0_i64,
            1_i64
        ])
        .await?;
    }
    rows.finish().await
}

/// Says which project of the project database a share is for.
pub async fn for_project(tx: &RecordedTx, share: i64, project: i64) -> AppResult<u64> {
    let sql = "UPDATE fund_allocation SET project_id = $2 WHERE id = $1";
    tx.execute(sql, args![share, project]).await
}

/// Enters movements in their order into empty books. `Err(Invalid)` names the first that takes more than there is.
pub async fn movements(
    tx: &RecordedTx,
    next_id: impl Fn() -> i64,
    movements: impl IntoIterator<Item = LoadedMovement>,
) -> AppResult<u64> {
    let there = tx
        .number(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM fund_entry LIMIT 1) first",
            args![],
        )
        .await?;
    if there > 0 {
        return Err(AppError::conflict("资金账已有记录，不能整批装入。"));
    }
    let mut ledger = Ledger::default();
    let mut rows = BulkInsert::new(
        tx,
        "fund_entry",
        &[
            "id",
            "indicator_id",
            "kind",
            "from_stage",
            "from_allocation",
            "from_holder",
            "to_stage",
            "to_allocation",
            "to_holder",
            "amount_fen",
            "on_day",
            "doc",
            "at_millis",
            "account",
        ],
        "",
    );
    let account = tx.actor().account.map_or(-1, |a| a.0);
    for (n, m) in movements.into_iter().enumerate() {
        let (from, to) = (m.movement.from, m.movement.to);
        ledger.post(&m.movement).map_err(|refusal| {
            AppError::invalid(format!("第 {} 笔资金记录：{refusal}（{} {}）。", n + 1, m.on, m.doc))
        })?;
        rows.push(args![
            next_id(),
            from.indicator,
            m.movement.kind.id(),
            from.stage.id(),
            from.allocation,
            from.holder,
            to.stage.id(),
            to.allocation,
            to.holder,
            m.movement.amount.fen(),
            m.on,
            m.doc,
            tx.at().millis(),
            account
        ])
        .await?;
    }
    let count = rows.finish().await?;
    let mut rows = BulkInsert::new(
        tx,
        "fund_node",
        &["indicator_id", "allocation_id", "stage", "holder", "in_fen", "out_fen"],
        "",
    );
    for (node, sums) in ledger.nodes() {
        rows.push(args![
            node.indicator,
            node.allocation,
            node.stage.id(),
            node.holder,
            sums.in_fen,
            sums.out_fen
        ])
        .await?;
    }
    rows.finish().await?;
    Ok(count)
}

/// What one batch paid in one year.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PaidSum {
    pub batch_id: i64,
    pub batch_no: String,
    pub programme: String,
    /// The town of the batch.
    pub town: i64,
    pub year: String,
    pub amount_fen: i64,
    pub first_on: String,
    pub last_on: String,
}

/// Paid sums of all batches, by day: what their money must have been.
pub async fn paid_sums(db: &impl Query) -> AppResult<Vec<PaidSum>> {
    db.rows(
        "SELECT b.id AS batch_id, b.batch_no, p.programme, b.region AS town, SUBSTR(p.paid_on, 1, 4) AS year, \
         CAST(SUM(p.amount_fen) AS BIGINT) AS amount_fen, MIN(p.paid_on) AS first_on, MAX(p.paid_on) AS last_on \
         FROM payment p JOIN payment_batch b ON b.id = p.batch_id WHERE p.state = 'paid' \
         GROUP BY b.id, b.batch_no, p.programme, b.region, SUBSTR(p.paid_on, 1, 4) ORDER BY MAX(p.paid_on), b.id",
        args![],
    )
    .await
}

/// Batches for months before this one were disclosed long ago.
pub async fn disclosed_before(tx: &RecordedTx, month: &str) -> AppResult<u64> {
    tx.execute(
        "UPDATE payment_batch SET state = 'disclosed' WHERE state = 'paid' AND month < $1",
        args![month],
    )
    .await
}

/// The class and family of loaded documents, by their programme.
pub async fn families(tx: &RecordedTx, programme: &str, family: &str, class: i64) -> AppResult<u64> {
    tx.execute(
        "UPDATE indicator SET family = $2, fund_class = $3, version = version + 1 WHERE programme = $1",
        args![programme, family, class],
    )
    .await
}
