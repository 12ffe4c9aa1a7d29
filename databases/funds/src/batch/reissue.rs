//! Returned items: another account for one payee, or the money taken back when it cannot be paid.

use access::Actor;
use kernel::{AppError, AppResult, RegionCode, checks, name};
use serde_json::json;
use store::{FromQueryResult, Query, args};
use trail::{Act, Once};
use web::App;

use super::{
    bulk::REPLACED,
    issue::{by_place, move_by_place},
    rows::batch,
};
use crate::model::{
    flows::BatchState,
    ledger::{Kind, Stage},
};

/// The account to which a returned payment goes next.
#[derive(Clone, Copy, Debug)]
pub struct NewCard<'a> {
    pub payment: i64,
    pub number: &'a str,
    pub holder: &'a str,
}

#[derive(FromQueryResult)]
struct Returned {
    id: i64,
    amount_fen: i64,
    region: i64,
    note: String,
}

async fn returned(tx: &trail::RecordedTx, batch: i64, payment: i64) -> AppResult<Returned> {
    tx.row(
        "SELECT id, amount_fen, region, COALESCE(note, '') AS note FROM payment WHERE id = $1 AND batch_id = $2 AND state = 'returned'",
        args![payment, batch],
    )
    .await?
    .ok_or_else(|| AppError::conflict("这笔发放没有被银行退回，不能更换账户。"))
}

/// Takes another account for one returned payment.
///
/// # Errors
/// A number that cannot be one, a wrong check digit, a payment that was not returned, a batch out of reach.
pub async fn replace_account(app: &App, actor: &Actor, id: i64, request_id: &str, card: &NewCard<'_>) -> AppResult<()> {
    let number = checks::clean_code(card.number);
    if !(8..=30).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AppError::invalid("新账号：应为 8 至 30 位数字。"));
    }
    if checks::card_check(&number) == Some(false) {
        return Err(AppError::invalid("新账号：卡号校验位不符，请与本人核对。"));
    }
    let holder = name::clean(card.holder);
    if !(2..=50).contains(&holder.chars().count()) {
        return Err(AppError::invalid("户名：应为 2 至 50 字。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = batch(&*tx, &actor.scope, id)
        .await?
        .filter(|b| b.state() == BatchState::Returned)
        .ok_or_else(|| AppError::not_found("没有找到有退票的这一批。"))?;
    let payment = returned(&tx, id, card.payment).await?;
    tx.execute(
        "UPDATE payment SET account_digest = $2, account_tail = $3, account_name = $4, account_valid = $5, note = $6 \
         WHERE id = $1",
        args![
            payment.id,
            app.keys.digest("account", &number) as i64,
            &number[number.len() - 4..],
            holder.as_str(),
            checks::card_check(&number),
            // Who issues again sees that this one will not come back for the same reason.
            format!("{REPLACED}{}", payment.note.trim_start_matches(REPLACED))
        ],
    )
    .await?;
    let done = Act::new("batch.account", format!("payment:{}", payment.id)).in_region(row.place());
    tx.commit(done.with(json!({ "batch": row.batch_no, "tail": &number[number.len() - 4..] })))
        .await?;
    Ok(())
}

/// Gives a returned payment up: the money goes back to the share it came from.
///
/// # Errors
/// No reason, a payment that was not returned, a batch out of reach.
pub async fn give_up(app: &App, actor: &Actor, id: i64, request_id: &str, payment: i64, reason: &str) -> AppResult<()> {
    if reason.trim().is_empty() {
        return Err(AppError::invalid("请写明不再发放的理由。"));
    }
    let Once::New(tx) = app.trail.begin_once(actor, request_id).await? else {
        return Ok(());
    };
    let row = batch(&*tx, &actor.scope, id)
        .await?
        .filter(|b| b.state() == BatchState::Returned)
        .ok_or_else(|| AppError::not_found("没有找到有退票的这一批。"))?;
    let payment = returned(&tx, id, payment).await?;
    let place = RegionCode::from_i64(payment.region).unwrap_or(RegionCode::NATION);
    let day = app.clock.today().to_string();
    let back = by_place([(payment.region, payment.amount_fen)]);
    let to = (Stage::Allocation, 0);
    move_by_place(app, &tx, &row, Kind::GiveUp, Stage::Returned, to, back, &day).await?;
    tx.execute(
        "UPDATE payment SET state = 'void', note = $2 WHERE id = $1",
        args![payment.id, reason.trim()],
    )
    .await?;
    let still = tx
        .number(
            "SELECT COUNT(*) FROM payment WHERE batch_id = $1 AND state <> 'paid' AND state = 'returned'",
            args![id],
        )
        .await?;
    if still == 0 {
        // Nothing waits any more: what was paid stays paid.
        super::steps::advance(
            &tx,
            id,
            BatchState::Paid,
            actor.account.map_or(-1, |a| a.0),
            row.version,
        )
        .await?;
    }
    let done = Act::new("batch.give_up", format!("payment:{}", payment.id)).in_region(place);
    tx.commit(done.with(json!({ "batch": row.batch_no, "reason": reason.trim() })))
        .await?;
    Ok(())
}
