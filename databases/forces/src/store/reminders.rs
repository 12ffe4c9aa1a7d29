//! Reminders to helpers, one for each helper and month, with the answer.

use access::Scope;
use kernel::AppResult;
use store::{BulkInsert, Db, FromQueryResult, Query, Sql, WriteTx, args};

use super::{PAGE_ROWS, offset, reach::restrict_reaching};

/// A reminder with the helper's name.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Reminder {
    pub id: i64,
    pub helper_id: i64,
    pub helper_name: String,
    pub unit: String,
    pub month: String,
    pub region: i64,
    pub content: String,
    pub sent_millis: i64,
    pub sent_by: String,
    pub answered_millis: Option<i64>,
    pub answer: String,
}

/// A reminder about to be sent.
#[derive(Clone, Debug)]
pub(crate) struct NewReminder {
    pub(crate) id: i64,
    pub(crate) helper_id: i64,
    pub(crate) month: String,
    pub(crate) region: i64,
    pub(crate) content: String,
}

/// Sends reminders; who was reminded of that month before is not reminded again. Returns how many are new.
pub(crate) async fn send(
    tx: &WriteTx,
    at_millis: i64,
    by: &str,
    reminders: impl IntoIterator<Item = NewReminder>,
) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "reminder",
        &[
            "id",
            "helper_id",
            "month",
            "region",
            "content",
            "sent_millis",
            "sent_by",
            "answer",
        ],
        "ON CONFLICT (helper_id, month) DO NOTHING",
    );
    for r in reminders {
        bulk.push(args![
            r.id,
            r.helper_id,
            r.month,
            r.region,
            r.content,
            at_millis,
            by,
            ""
        ])
        .await?;
    }
    bulk.finish().await
}

fn narrow(scope: &Scope, open_only: bool, sql: &mut Sql) {
    match scope.helper() {
        Some(account) => {
            sql.push(" AND f.account = ").bind(account.0);
        }
        None => restrict_reaching(scope, sql, "r.region"),
    }
    if open_only {
        sql.push(" AND r.answered_millis IS NULL");
    }
}

/// One page of reminders within the scope, unanswered first; a helper sees his own.
pub async fn page_of(db: &Db, scope: &Scope, page: u64) -> AppResult<Vec<Reminder>> {
    let mut sql = Sql::new(
        "SELECT r.id, r.helper_id, f.name AS helper_name, f.unit, r.month, r.region, r.content, r.sent_millis, r.sent_by, \
         r.answered_millis, r.answer FROM reminder r JOIN helper f ON f.id = r.helper_id WHERE 1 = 1",
    );
    narrow(scope, false, &mut sql);
    sql.push(" ORDER BY CASE WHEN r.answered_millis IS NULL THEN 0 ELSE 1 END, r.sent_millis DESC, r.id LIMIT ")
        .bind(PAGE_ROWS);
    sql.push(" OFFSET ").bind(offset(page));
    db.fetch(sql).await
}

/// How many reminders there are within the scope.
pub async fn count(db: &Db, scope: &Scope, open_only: bool) -> AppResult<i64> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM reminder r JOIN helper f ON f.id = r.helper_id WHERE 1 = 1");
    narrow(scope, open_only, &mut sql);
    let (text, values) = sql.into_parts();
    db.number(&text, values).await
}

/// Answers one's own reminder; 0 when it is not one's own or was answered before.
pub(crate) async fn answer(tx: &WriteTx, id: i64, account: i64, at_millis: i64, answer: &str) -> AppResult<u64> {
    tx.execute(
        "UPDATE reminder SET answered_millis = $3, answer = $4 WHERE id = $1 AND answered_millis IS NULL \
         AND helper_id IN (SELECT id FROM helper WHERE account = $2)",
        args![id, account, at_millis, answer],
    )
    .await
}
