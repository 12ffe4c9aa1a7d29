//! What one person drew from one programme without a long gap: the stretches of time rules ask about.

use bytes::Bytes;

use super::{Layout, PaymentRow, ProgrammeRow, Register, RegisterBuilder, Rows, first_day, last_day};
use crate::engine::{
    EngineError,
    columns::{Columns, encode},
};

/// Months without payment after which a benefit counts as ended: the longest cycle of payment is a year.
pub const GAP_MONTHS: i32 = 12;

/// What one person drew from one programme without a gap of more than [`GAP_MONTHS`].
#[derive(Clone, Debug)]
pub(super) struct Benefit {
    pub(super) person_key: i64,
    pub(super) payee_name: String,
    pub(super) household_id: Option<i64>,
    pub(super) region: i64,
    pub(super) programme: String,
    pub(super) targeted: bool,
    pub(super) from: i32,
    pub(super) to: i32,
    pub(super) payments: i64,
    pub(super) amount_fen: i64,
}

const LAYOUT: Layout = &[
    ("person_key", 'i'),
    ("payee_name", 't'),
    ("household_id", 'i'),
    ("region", 'i'),
    ("programme", 't'),
    ("targeted", 'b'),
    ("month_from", 'd'),
    ("month_to", 'd'),
    ("day_from", 'd'),
    ("day_to", 'd'),
    ("payments", 'i'),
    ("amount_fen", 'i'),
];

pub(super) const REGISTER: Register = Register {
    name: "benefits",
    layout: LAYOUT,
    sorted_by: &["person_key"],
    rows: Rows::Built(build),
};

/// Adds a payment to the benefit it continues, or begins one. Payments come sorted by person, programme, month.
pub(super) fn add(benefits: &mut Vec<Benefit>, programmes: &[ProgrammeRow], row: &PaymentRow) {
    match benefits.last_mut() {
        Some(b) if b.person_key == row.person_key && b.programme == row.programme && row.month - b.to <= GAP_MONTHS => {
            b.to = b.to.max(row.month);
            b.payments += 1;
            b.amount_fen += row.amount_fen;
        }
        _ => benefits.push(Benefit {
            person_key: row.person_key,
            payee_name: row.payee_name.clone(),
            household_id: row.household_id,
            region: row.region,
            programme: row.programme.clone(),
            targeted: programmes.iter().any(|p| p.code == row.programme && p.targeted),
            from: row.month,
            to: row.month,
            payments: 1,
            amount_fen: row.amount_fen,
        }),
    }
}

fn build(builder: &mut RegisterBuilder) -> Result<Bytes, EngineError> {
    let mut c = Columns::new(LAYOUT);
    for b in &builder.benefits {
        c.int("person_key", b.person_key)
            .text("payee_name", &b.payee_name)
            .opt_int("household_id", b.household_id)
            .int("region", b.region)
            .text("programme", &b.programme)
            .bool("targeted", b.targeted)
            .day("month_from", Some(b.from))
            .day("month_to", Some(b.to))
            .day("day_from", Some(first_day(b.from)))
            .day("day_to", Some(last_day(b.to)))
            .int("payments", b.payments)
            .int("amount_fen", b.amount_fen);
    }
    encode(c)
}
