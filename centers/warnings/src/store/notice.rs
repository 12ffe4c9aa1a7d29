//! The verification notice (核查通知): numbered once, checkable by anyone who holds the paper.

use ::store::{Query, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Timestamp};
use serde_json::json;
use trail::Once;
use web::App;

use super::{find, perform::not_found};

/// A notice as issued.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct Notice {
    pub id: i64,
    pub year: i64,
    pub number: i64,
    pub finding_id: i64,
    pub code: String,
    pub addressee: String,
    pub due_on: Option<String>,
    pub issued_name: String,
    pub issued_millis: i64,
}

/// What anyone may know of a notice: that it is genuine, and where it stands. No names.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub struct PublicNotice {
    pub year: i64,
    pub number: i64,
    pub addressee: String,
    pub due_on: Option<String>,
    pub issued_millis: i64,
    pub stage: String,
}

const COLUMNS: &str = "SELECT id, year, number, finding_id, code, addressee, due_on, issued_name, issued_millis \
                       FROM verification_notice";

/// The latest notice of a finding, when the finding lies within the scope.
pub async fn notice(db: &impl Query, scope: &Scope, finding: i64) -> AppResult<Option<Notice>> {
    if find(db, scope, finding).await?.is_none() {
        return Ok(None);
    }
    db.row(
        &format!("{COLUMNS} WHERE finding_id = $1 ORDER BY issued_millis DESC, id DESC LIMIT 1"),
        args![finding],
    )
    .await
}

/// The notice behind a code on paper.
pub async fn public_notice(db: &impl Query, code: &str) -> AppResult<Option<PublicNotice>> {
    if code.len() != 24 || !code.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(None);
    }
    db.row(
        "SELECT n.year, n.number, n.addressee, n.due_on, n.issued_millis, f.stage FROM verification_notice n \
         JOIN finding f ON f.id = n.finding_id WHERE n.code = $1",
        args![code],
    )
    .await
}

/// Issues a notice with the next number of the year. The same request twice issues one.
pub async fn issue(app: &App, actor: &Actor, finding: i64, request_id: &str, addressee: &str) -> AppResult<()> {
    let tx = match app.trail.begin_once(actor, request_id).await? {
        Once::Done(_) => return Ok(()),
        Once::New(tx) => tx,
    };
    let row = find(&*tx, &actor.scope, finding).await?.ok_or_else(not_found)?;
    if row.case()?.stage.is_final() {
        return Err(AppError::conflict("这条预警已经办结，不再下发核查通知。"));
    }
    let today = tx.at().date();
    let year = i64::from(today.year());
    let last = "SELECT COALESCE(MAX(number), 0) FROM verification_notice WHERE year = $1";
    let number = tx.number(last, args![year]).await? + 1;
    let code: String = app.nonce()?.iter().map(|b| format!("{b:02x}")).collect();
    let due_on = row.due_millis.map(|due| Timestamp(due - 1).date().to_string());
    tx.execute(
        "INSERT INTO verification_notice (id, year, number, finding_id, code, addressee, due_on, issued_by, issued_name, \
         issued_millis) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        args![
            app.next_id(),
            year,
            number,
            finding,
            code,
            addressee,
            due_on,
            actor.account.map_or(-1, |a| a.0),
            actor.name.as_str(),
            tx.at().millis()
        ],
    )
    .await?;
    let event = trail::Act::new("finding.notice", format!("finding:{finding}"))
        .in_region(row.case()?.region)
        .with(json!({ "year": year, "number": number }));
    tx.commit(event).await.map(|_| ())
}
