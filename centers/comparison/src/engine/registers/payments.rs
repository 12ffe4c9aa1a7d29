//! Every payment made, by person: the largest register, written batch by batch.

use bytes::Bytes;
use parquet::arrow::ArrowWriter;

use super::{Layout, Register, RegisterBuilder, Rows};
use crate::engine::{
    EngineError,
    columns::{BATCH_ROWS, Columns, schema_of, writer},
};

/// A payment that was made.
#[derive(Clone, Debug, Default)]
pub struct PaymentRow {
    pub payment_id: i64,
    pub person_key: i64,
    pub payee_name: String,
    pub household_id: Option<i64>,
    pub region: i64,
    pub programme: String,
    pub month: i32,
    /// Hundredths of the programme's unit.
    pub qty: i64,
    pub rate_fen: i64,
    pub amount_fen: i64,
    pub paid_on: i32,
    pub account_digest: i64,
    pub account_tail: String,
    pub account_name: String,
    /// The card number was seen to fail its check digit.
    pub card_fails: bool,
    /// Marked by the paying department as arrears (补发).
    pub arrears: bool,
    /// Batch the payment belongs to.
    pub batch_no: String,
}

const LAYOUT: Layout = &[
    ("payment_id", 'i'),
    ("person_key", 'i'),
    ("payee_name", 't'),
    ("household_id", 'i'),
    ("region", 'i'),
    ("programme", 't'),
    ("month", 'd'),
    ("qty", 'i'),
    ("rate_fen", 'i'),
    ("amount_fen", 'i'),
    ("paid_on", 'd'),
    ("account_digest", 'i'),
    ("account_tail", 't'),
    ("account_name", 't'),
    ("arrears", 'b'),
    ("batch_no", 't'),
];

pub(super) const REGISTER: Register = Register {
    name: "payments",
    layout: LAYOUT,
    sorted_by: &["person_key", "programme", "month", "paid_on", "payment_id"],
    rows: Rows::Built(build),
};

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    match builder.payments.take() {
        Some(writer) => writer.finish(),
        None => PaymentWriter::new()?.finish(),
    }
}

/// Payments are many: they leave memory for the encoded form in batches.
pub(super) struct PaymentWriter {
    columns: Columns,
    writer: ArrowWriter<Vec<u8>>,
}

impl PaymentWriter {
    pub(super) fn new() -> Result<PaymentWriter, EngineError> {
        Ok(PaymentWriter {
            columns: Columns::new(LAYOUT),
            writer: writer(schema_of(LAYOUT))?,
        })
    }

    pub(super) fn push(&mut self, row: &PaymentRow) -> Result<(), EngineError> {
        self.columns
            .int("payment_id", row.payment_id)
            .int("person_key", row.person_key)
            .text("payee_name", &row.payee_name)
            .opt_int("household_id", row.household_id)
            .int("region", row.region)
            .text("programme", &row.programme)
            .day("month", Some(row.month))
            .int("qty", row.qty)
            .int("rate_fen", row.rate_fen)
            .int("amount_fen", row.amount_fen)
            .day("paid_on", Some(row.paid_on))
            .int("account_digest", row.account_digest)
            .text("account_tail", &row.account_tail)
            .text("account_name", &row.account_name)
            .bool("arrears", row.arrears)
            .text("batch_no", &row.batch_no);
        if self.columns.rows() >= BATCH_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), EngineError> {
        let batch = self.columns.batch()?;
        self.writer
            .write(&batch)
            .map_err(|e| EngineError::Freeze(e.to_string()))
    }

    pub(super) fn finish(mut self) -> Result<Bytes, EngineError> {
        self.flush()?;
        Ok(Bytes::from(
            self.writer
                .into_inner()
                .map_err(|e| EngineError::Freeze(e.to_string()))?,
        ))
    }
}
