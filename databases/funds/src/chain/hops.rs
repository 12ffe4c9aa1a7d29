//! The hops money takes on its way down, and the accounts it may rest on.

use kernel::{AppError, AppResult, Money};
use store::{FromQueryResult, Query, args};
use trail::RecordedTx;
use web::App;

use super::act::Asked;

/// One hop of a disbursement.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Hop {
    pub hop_no: i64,
    pub from_name: Option<String>,
    pub to_name: Option<String>,
    pub amount_fen: i64,
    pub on_day: String,
    pub purpose_code: String,
}

/// The hops of a share in their order.
pub async fn hops_of(db: &impl Query, allocation: i64) -> AppResult<Vec<Hop>> {
    db.rows(
        "SELECT d.hop_no, f.name AS from_name, t.name AS to_name, d.amount_fen, d.on_day, d.purpose_code \
         FROM disbursement d LEFT JOIN fund_account f ON f.id = d.from_account \
         LEFT JOIN fund_account t ON t.id = d.to_account WHERE d.allocation_id = $1 ORDER BY d.hop_no, d.on_day, d.id",
        args![allocation],
    )
    .await
}

/// The receiving account must be dedicated three times over (三专).
pub(super) async fn dedicated(tx: &RecordedTx, account: Option<i64>) -> AppResult<()> {
    let Some(account) = account else { return Ok(()) };
    let fits = tx
        .number(
            "SELECT COUNT(*) FROM fund_account WHERE id = $1 AND dedicated_store AND dedicated_book AND dedicated_person",
            args![account],
        )
        .await?;
    if fits == 0 {
        return Err(AppError::invalid(
            "收款账户不符合专户储存、专账管理、专人核算的要求，不能拨付。请先完善账户，或改用专户。",
        ));
    }
    Ok(())
}

pub(super) async fn hop(
    app: &App,
    tx: &RecordedTx,
    allocation: i64,
    hop_no: i64,
    amount: Money,
    asked: &Asked<'_>,
    on: &str,
) -> AppResult<()> {
    tx.execute(
        "INSERT INTO disbursement (id, allocation_id, hop_no, from_account, to_account, amount_fen, on_day, purpose_code) \
         VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
        args![
            app.next_id(),
            allocation,
            hop_no,
            asked.from_account,
            asked.to_account,
            amount.fen(),
            on,
            asked.purpose
        ],
    )
    .await?;
    tx.execute(
        "UPDATE fund_allocation SET last_hop = $2 WHERE id = $1 AND last_hop < $2",
        args![allocation, hop_no],
    )
    .await?;
    Ok(())
}
