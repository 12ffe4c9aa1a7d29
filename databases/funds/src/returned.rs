//! Payments that the bank sent back, entered at once with the batches they came in: the demo. Nothing of them counts as
//! paid, so no total changes.

use kernel::{AppResult, Date, Money, Month, PersonKey, RegionCode};
use store::{BulkInsert, args};
use trail::RecordedTx;

use crate::payment::{PaymentState, WRITTEN_WITH_NOTE};

/// An item of a batch of its own.
#[derive(Clone, Debug)]
pub struct ReturnedItem<'a> {
    pub programme: &'a str,
    /// The department that pays, as the organisation's id.
    pub org: &'a str,
    pub person: PersonKey,
    pub payee_name: &'a str,
    pub region: RegionCode,
    pub month: Month,
    pub amount: Money,
    pub on: Date,
    /// What the bank said.
    pub reason: &'a str,
    /// The money went out anew: only the batch is kept.
    pub paid_again: bool,
}

/// Enters the items and a batch for each.
pub async fn load<'a>(
    tx: &RecordedTx,
    next_id: impl Fn() -> i64,
    items: impl IntoIterator<Item = ReturnedItem<'a>>,
) -> AppResult<()> {
    let items: Vec<(i64, ReturnedItem<'a>)> = items.into_iter().map(|item| (next_id(), item)).collect();
    let mut batches = BulkInsert::new(
        tx,
        "payment_batch",
        &[
            "id",
            "batch_no",
            "programme",
            "org",
            "month",
            "state",
            "rows",
            "amount_fen",
            "settled_on",
        ],
        "",
    );
    for (id, item) in &items {
        let row = args![
            *id,
            format!("{}-TH-{id}", item.programme),
            item.programme,
            item.org,
            item.month.to_string(),
            if item.paid_again { "paid" } else { "returned" },
            1_i64,
            item.amount.fen(),
            item.on.to_string()
        ];
        batches.push(row).await?;
    }
    batches.finish().await?;
    let mut payments = BulkInsert::new(tx, "payment", &WRITTEN_WITH_NOTE, "");
    for (batch, item) in items.iter().filter(|(_, item)| !item.paid_again) {
        let row = args![
            next_id(),
            *batch,
            item.programme,
            item.person.0,
            item.payee_name,
            None::<i64>,
            item.region.as_i64(),
            item.month.to_string(),
            100_i64,
            item.amount.fen(),
            item.amount.fen(),
            item.on.to_string(),
            0_i64,
            "0000",
            item.payee_name,
            false,
            PaymentState::Returned.id(),
            None::<bool>,
            1_i64,
            item.reason
        ];
        payments.push(row).await?;
    }
    payments.finish().await.map(|_| ())
}
