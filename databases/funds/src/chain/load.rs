//! Movements of many years at once, through the ledger: a load that does not add up is refused whole.

use kernel::{AppError, AppResult};
use records::flow::Code;
use store::{BulkInsert, Query, args};
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
