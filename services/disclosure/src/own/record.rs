//! What a person sees of themself after the second proof: every payment whatever its state, and who looked.

use kernel::{AppResult, Money, PersonKey};
use store::{Db, FromQueryResult, Query, args};

/// One payment of the person.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct OwnPayment {
    pub programme: String,
    pub programme_name: Option<String>,
    pub month: String,
    pub amount_fen: i64,
    pub paid_on: String,
    pub state: String,
}

/// How many payments there are, and what reached the account.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(crate) struct OwnTotal {
    pub rows: i64,
    pub paid_fen: i64,
}

impl OwnTotal {
    pub(crate) fn paid(&self) -> Money {
        Money(self.paid_fen)
    }
}

/// Somebody's act on the person's data.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Looked {
    pub at_millis: i64,
    pub actor_name: String,
    pub role: String,
    pub act: String,
    pub purpose: Option<String>,
}

/// Acts shown on the page; older ones are given on request.
pub(crate) const MOST_LOOKS: i64 = 50;
const MOST_MESSAGES: i64 = 50;

pub(crate) async fn total(db: &Db, person: PersonKey) -> AppResult<OwnTotal> {
    let row: Option<OwnTotal> = db
        .row(
            "SELECT COUNT(*) AS rows, \
             CAST(COALESCE(SUM(CASE WHEN state = 'paid' THEN amount_fen ELSE 0 END), 0) AS BIGINT) AS paid_fen \
             FROM payment WHERE person_key = $1",
            args![person.0],
        )
        .await?;
    Ok(row.unwrap_or_default())
}

/// One page of all payments, newest first.
pub(crate) async fn payments(db: &Db, person: PersonKey, page: u64, page_rows: u64) -> AppResult<Vec<OwnPayment>> {
    let offset = (page.saturating_sub(1) * page_rows) as i64;
    db.rows(
        "SELECT p.programme, g.name AS programme_name, p.month, p.amount_fen, p.paid_on, p.state FROM payment p \
         LEFT JOIN programme g ON g.code = p.programme WHERE p.person_key = $1 \
         ORDER BY p.paid_on DESC, p.id DESC LIMIT $2 OFFSET $3",
        args![person.0, page_rows as i64, offset],
    )
    .await
}

/// Who did what with the person's data, newest first.
pub(crate) async fn looks(db: &Db, person: PersonKey) -> AppResult<Vec<Looked>> {
    db.rows(
        "SELECT at_millis, actor_name, role, act, purpose FROM trail_event WHERE subject = $1 \
         ORDER BY seq DESC LIMIT $2",
        args![subject(person), MOST_LOOKS],
    )
    .await
}

/// How the trail names a person.
pub(crate) fn subject(person: PersonKey) -> String {
    format!("person:{}", person.0)
}

/// A message of a trial.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct OutboxMessage {
    pub at_millis: i64,
    pub phone_mask: String,
    pub text: String,
}

/// The latest messages of a trial, newest first.
pub(crate) async fn outbox(db: &Db) -> AppResult<Vec<OutboxMessage>> {
    db.rows(
        "SELECT at_millis, phone_mask, text FROM outbox_message ORDER BY id DESC LIMIT $1",
        args![MOST_MESSAGES],
    )
    .await
}
