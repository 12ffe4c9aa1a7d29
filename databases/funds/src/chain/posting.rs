//! The stored books: each movement is one entry and two nodes, in the same transaction as what caused it.

use kernel::{AppError, AppResult, Money};
use records::flow::Code;
use store::{FromQueryResult, Query, args};
use trail::RecordedTx;

use crate::model::ledger::{Kind, LedgerRefusal, Movement, Node, Stage, Sums};

/// A node with what it holds.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct NodeRow {
    pub indicator_id: i64,
    pub allocation_id: i64,
    pub stage: String,
    pub holder: i64,
    pub in_fen: i64,
    pub out_fen: i64,
}

impl NodeRow {
    pub(crate) fn balance(&self) -> Money {
        Sums {
            in_fen: self.in_fen,
            out_fen: self.out_fen,
        }
        .balance()
    }

    pub(crate) fn node(&self) -> Node {
        Node {
            indicator: self.indicator_id,
            allocation: self.allocation_id,
            stage: Stage::parse(&self.stage).unwrap_or(Stage::Used),
            holder: self.holder,
        }
    }

    pub(crate) fn is(&self, stage: Stage) -> bool {
        self.stage == stage.id()
    }
}

/// Moves money and writes the entry. The database refuses to take more than a node holds, whoever else is writing.
pub(crate) async fn post(tx: &RecordedTx, entry: i64, movement: &Movement, on: &str, doc: &str) -> AppResult<()> {
    movement.check().map_err(refused)?;
    let (from, to, fen) = (movement.from, movement.to, movement.amount.fen());
    if from.stage == Stage::Source {
        add(tx, &from, 0, fen).await?;
    } else {
        let moved = tx
            .execute(
                "UPDATE fund_node SET out_fen = out_fen + $5 WHERE indicator_id = $1 AND allocation_id = $2 AND \
                 stage = $3 AND holder = $4 AND in_fen - out_fen >= $5",
                args![from.indicator, from.allocation, from.stage.id(), from.holder, fen],
            )
            .await?;
        if moved != 1 {
            return Err(refused(LedgerRefusal::TooLittle {
                stage: from.stage,
                held: held(&**tx, &from).await?,
                wanted: movement.amount,
            }));
        }
    }
    add(tx, &to, fen, 0).await?;
    tx.execute(
        "INSERT INTO fund_entry (id, indicator_id, kind, from_stage, from_allocation, from_holder, to_stage, \
         to_allocation, to_holder, amount_fen, on_day, doc, at_millis, account) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
        args![
            entry,
            from.indicator,
            movement.kind.id(),
            from.stage.id(),
            from.allocation,
            from.holder,
            to.stage.id(),
            to.allocation,
            to.holder,
            fen,
            on,
            doc,
            tx.at().millis(),
            tx.actor().account.map_or(-1, |a| a.0)
        ],
    )
    .await?;
    Ok(())
}

async fn add(tx: &RecordedTx, node: &Node, in_fen: i64, out_fen: i64) -> AppResult<()> {
    tx.execute(
        "INSERT INTO fund_node (indicator_id, allocation_id, stage, holder, in_fen, out_fen) VALUES ($1,$2,$3,$4,$5,$6) \
         ON CONFLICT (indicator_id, allocation_id, stage, holder) DO UPDATE SET \
         in_fen = fund_node.in_fen + excluded.in_fen, out_fen = fund_node.out_fen + excluded.out_fen",
        args![node.indicator, node.allocation, node.stage.id(), node.holder, in_fen, out_fen],
    )
    .await?;
    Ok(())
}

async fn held(db: &impl Query, node: &Node) -> AppResult<Money> {
    db.number(
        "SELECT CAST(COALESCE(SUM(in_fen - out_fen), 0) AS BIGINT) FROM fund_node WHERE indicator_id = $1 AND \
         allocation_id = $2 AND stage = $3 AND holder = $4",
        args![node.indicator, node.allocation, node.stage.id(), node.holder],
    )
    .await
    .map(Money)
}

fn refused(refusal: LedgerRefusal) -> AppError {
    AppError::invalid(format!("{refusal}，没有改动任何内容。请核对金额。"))
}

const NODE: &str = "SELECT indicator_id, allocation_id, stage, holder, in_fen, out_fen FROM fund_node";

/// All nodes of one allocation.
pub(crate) async fn nodes_of_allocation(db: &impl Query, allocation: i64) -> AppResult<Vec<NodeRow>> {
    let sql = format!("{NODE} WHERE allocation_id = $1 ORDER BY stage, holder");
    db.rows(&sql, args![allocation]).await
}

/// All nodes of one batch or reimbursement at a stage.
pub(crate) async fn nodes_of_holder(db: &impl Query, holder: i64, stage: Stage) -> AppResult<Vec<NodeRow>> {
    let sql = format!("{NODE} WHERE holder = $1 AND stage = $2 ORDER BY indicator_id, allocation_id");
    db.rows(&sql, args![holder, stage.id()]).await
}

/// Takes money of one allocation to a node: what was disbursed furthest goes first, then what is still to be
/// disbursed. `Err(Invalid)` when both together are too little.
pub(crate) async fn draw(
    tx: &RecordedTx,
    next_id: &(dyn Fn() -> i64 + Sync),
    allocation: i64,
    amount: Money,
    kind: Kind,
    to: (Stage, i64),
    on: &str,
    doc: &str,
) -> AppResult<()> {
    let mut open: Vec<NodeRow> = nodes_of_allocation(&**tx, allocation)
        .await?
        .into_iter()
        .filter(|n| (n.is(Stage::Allocation) || n.is(Stage::Hop)) && n.balance() > Money::ZERO)
        .collect();
    open.sort_by_key(|n| std::cmp::Reverse(n.holder));
    let held: Money = open.iter().map(NodeRow::balance).sum();
    if held < amount {
        return Err(refused(LedgerRefusal::TooLittle {
            stage: Stage::Allocation,
            held,
            wanted: amount,
        }));
    }
    let mut left = amount;
    for row in open {
        if left == Money::ZERO {
            break;
        }
        let part = row.balance().min(left);
        let movement = Movement {
            kind,
            from: row.node(),
            to: Node::at(row.indicator_id, allocation, to.0, to.1),
            amount: part,
        };
        post(tx, next_id(), &movement, on, doc).await?;
        left = Money(left.fen() - part.fen());
    }
    Ok(())
}
