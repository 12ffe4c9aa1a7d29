//! One payment to one person.

use access::Scope;
use kernel::{AppResult, Money, PersonKey, RegionCode};
use store::{FromQueryResult, Query, Sql, args};

use crate::search::PAGE_ROWS;

/// The columns of `payment` in the order in which whole lists are written.
pub(crate) const WRITTEN: [&str; 19] = [
    "id",
    "batch_id",
    "programme",
    "person_key",
    "payee_name",
    "household_id",
    "region",
    "month",
    "qty",
    "rate_fen",
    "amount_fen",
    "paid_on",
    "account_digest",
    "account_tail",
    "account_name",
    "arrears",
    "state",
    "account_valid",
    "row_no",
];

/// The same, and what the bank said.
pub(crate) const WRITTEN_WITH_NOTE: [&str; WRITTEN.len() + 1] = {
    let mut columns = ["note"; WRITTEN.len() + 1];
    let mut at = 0;
    while at < WRITTEN.len() {
        columns[at] = WRITTEN[at];
        at += 1;
    }
    columns
};

/// A payment as lists show it: no account number exists, only its last four digits.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Payment {
    pub id: i64,
    pub batch_no: String,
    pub programme: String,
    pub person_key: i64,
    pub payee_name: String,
    pub household_id: Option<i64>,
    pub region: i64,
    /// The month the benefit is for, `YYYY-MM`.
    pub month: String,
    /// Hundredths of the programme's unit.
    pub qty: i64,
    pub rate_fen: i64,
    pub amount_fen: i64,
    pub paid_on: String,
    pub account_tail: String,
    pub account_name: String,
    /// Marked by the paying department as arrears (补发).
    pub arrears: bool,
    pub state: String,
}

impl Payment {
    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn person(&self) -> PersonKey {
        PersonKey(self.person_key)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }
}

/// What became of a payment at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// Credited to the account; counts in every total.
    Paid,
    /// The bank sent it back (退票).
    Returned,
    /// Stopped before it was paid.
    Held,
    /// In a batch that has not gone to the bank.
    Listed,
    /// At the bank, without an answer yet.
    Sent,
    /// Of a batch that was withdrawn, or given up after a return.
    Void,
}

impl PaymentState {
    pub const ALL: [PaymentState; 6] = [
        PaymentState::Paid,
        PaymentState::Returned,
        PaymentState::Held,
        PaymentState::Listed,
        PaymentState::Sent,
        PaymentState::Void,
    ];

    pub fn id(self) -> &'static str {
        match self {
            PaymentState::Paid => "paid",
            PaymentState::Returned => "returned",
            PaymentState::Held => "held",
            PaymentState::Listed => "listed",
            PaymentState::Sent => "sent",
            PaymentState::Void => "void",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            PaymentState::Paid => "已发放",
            PaymentState::Returned => "银行退回",
            PaymentState::Held => "暂缓发放",
            PaymentState::Listed => "已造册",
            PaymentState::Sent => "银行办理中",
            PaymentState::Void => "已作废",
        }
    }

    pub fn from_id(id: &str) -> Option<PaymentState> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// The columns of [`Payment`], with `p` the payment and `b` its batch.
pub(crate) const COLUMNS: &str = "p.id, COALESCE(b.batch_no, '') AS batch_no, p.programme, p.person_key, p.payee_name, \
     p.household_id, p.region, p.month, p.qty, p.rate_fen, p.amount_fen, p.paid_on, p.account_tail, p.account_name, p.arrears, p.state";

/// One page (from 1) of a batch's payments within reach, in the order of the list, whatever became of them.
pub(crate) async fn payments_of_batch(
    db: &impl Query,
    scope: &Scope,
    batch: i64,
    page: u64,
) -> AppResult<Vec<Payment>> {
    let mut sql = Sql::new(" WHERE p.batch_id = ");
    sql.bind(batch);
    scope.restrict(&mut sql, "CAST(p.region AS BIGINT)");
    sql.push(" ORDER BY p.row_no, p.id LIMIT ").bind(PAGE_ROWS as i64);
    sql.push(" OFFSET ").bind((page.saturating_sub(1) * PAGE_ROWS) as i64);
    let (tail, values) = sql.into_parts();
    let sql = format!("SELECT {COLUMNS} FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id{tail}");
    db.rows(&sql, values).await
}

/// One payment within reach, with its batch.
pub(crate) async fn payment_by_id(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<(Payment, i64)>> {
    let sql = format!("SELECT {COLUMNS} FROM payment p LEFT JOIN payment_batch b ON b.id = p.batch_id WHERE p.id = $1");
    let Some(payment) = db
        .row::<Payment>(&sql, args![id])
        .await?
        .filter(|p| scope.covers(p.place()))
    else {
        return Ok(None);
    };
    if let Some(department) = scope.department() {
        let own = db
            .number(
                "SELECT COUNT(*) FROM programme WHERE code = $1 AND org = $2",
                args![payment.programme.as_str(), department],
            )
            .await?;
        if own == 0 {
            return Ok(None);
        }
    }
    let batch = db
        .number("SELECT batch_id FROM payment WHERE id = $1", args![id])
        .await?;
    Ok(Some((payment, batch)))
}
