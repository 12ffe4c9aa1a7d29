//! What becomes of a payment after it was entered: the bank returns it, or it is stopped, or paid again.

use kernel::{AppError, AppResult, RegionCode};
use store::{FromQueryResult, Query, args};
use trail::RecordedTx;

use crate::{load::Sums, payment::PaymentState};

#[derive(FromQueryResult)]
struct Row {
    programme: String,
    region: i64,
    month: String,
    amount_fen: i64,
    paid_on: String,
    state: String,
}

/// Changes the state and moves the payment in or out of the totals. `Err(NotFound)` for an unknown payment.
/// The day of the latest payment in a total is not set back.
pub async fn set_state(tx: &RecordedTx, payment: i64, state: PaymentState) -> AppResult<()> {
    let row: Row = tx
        .row(
            "SELECT programme, region, month, amount_fen, paid_on, state FROM payment WHERE id = $1",
            args![payment],
        )
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这笔发放。"))?;
    let was_paid = row.state == PaymentState::Paid.id();
    let is_paid = state == PaymentState::Paid;
    tx.execute(
        "UPDATE payment SET state = $2 WHERE id = $1",
        args![payment, state.id()],
    )
    .await?;
    if was_paid != is_paid {
        let sign = if is_paid { 1 } else { -1 };
        let region = RegionCode::from_i64(row.region).unwrap_or(RegionCode::NATION);
        let mut sums = Sums::default();
        sums.add(
            &row.programme,
            region,
            &row.month,
            &row.paid_on,
            sign,
            sign * row.amount_fen,
        );
        sums.write(tx, tx.at()).await?;
    }
    Ok(())
}
