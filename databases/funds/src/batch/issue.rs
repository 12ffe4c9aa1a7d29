//! The money of a batch: taken from the shares that may pay each place, moved on when the bank has answered, and put
//! on its way again when it came back. Place by place and the nearest share first, each time, so that what is left of
//! a share given to one place always belongs to people of that place.

use std::collections::BTreeMap;

use kernel::{AppError, AppResult, Money, RegionCode, RegionLevel};
use store::{FromQueryResult, Query, Sql, args};
use trail::RecordedTx;
use web::App;

use super::{
    bank::{Sent, rows_in_state},
    rows::BatchRow,
};
use crate::{
    chain::{draw, nodes_of_holder, post},
    model::ledger::{Kind, Movement, Node, Stage},
};

/// The household of a payment was removed from the register before the month it is for.
const REMOVED: &str = "EXISTS (SELECT 1 FROM household h WHERE h.id = payment.household_id AND h.status = 4 AND \
     (h.removed_on IS NULL OR SUBSTR(h.removed_on, 1, 7) < payment.month))";

/// Holds rows whose household was removed from the register after the list was made.
pub(super) async fn hold_removed(tx: &RecordedTx, id: i64) -> AppResult<u64> {
    let sql = format!(
        "UPDATE payment SET state = 'held', note = '所在户已清退，次月起停发' WHERE batch_id = $1 AND state = 'listed' \
         AND {REMOVED}"
    );
    tx.execute(&sql, args![id]).await
}

/// Region and amount of a row.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Due {
    pub(super) region: i64,
    pub(super) amount_fen: i64,
}

/// The rows that would be sent now.
pub(super) async fn due(db: &impl Query, id: i64) -> AppResult<Vec<Due>> {
    let sql = format!(
        "SELECT region, amount_fen FROM payment WHERE batch_id = $1 AND state || '' = 'listed' AND NOT {REMOVED}"
    );
    db.rows(&sql, args![id]).await
}

/// By community, so that money given to a place pays its own people first.
pub(super) fn by_place(rows: impl IntoIterator<Item = (i64, i64)>) -> BTreeMap<RegionCode, Money> {
    let mut places: BTreeMap<RegionCode, Money> = BTreeMap::new();
    for (region, fen) in rows {
        let place = RegionCode::from_i64(region)
            .unwrap_or(RegionCode::NATION)
            .at(RegionLevel::Community);
        let sum = places.entry(place).or_default();
        *sum = Money(sum.fen() + fen);
    }
    places
}

/// A share with what is still to be paid of it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Open {
    id: i64,
    region: i64,
    open_fen: i64,
}

/// Shares that may pay a programme's people, older first.
pub(super) async fn shares_of(db: &impl Query, programme: &str) -> AppResult<Vec<Open>> {
    db.rows(
        "SELECT a.id, a.region, CAST(SUM(n.in_fen - n.out_fen) AS BIGINT) AS open_fen FROM fund_allocation a \
         JOIN fund_node n ON n.allocation_id = a.id AND n.stage IN ('allocation', 'hop') \
         WHERE a.programme = $1 AND a.target IN ('region', 'households', 'org') \
         AND a.state IN ('allocated', 'requested', 'disbursed', 'used', 'paid_to_card') \
         GROUP BY a.id, a.region, a.decided_on HAVING SUM(n.in_fen - n.out_fen) > 0 ORDER BY a.decided_on, a.id",
        args![programme],
    )
    .await
}

/// Takes an amount for the people of a place: the nearest share first, then wider ones, older first. Returns the parts
/// by share.
///
/// # Errors
/// Invalid, naming place and amounts, when the shares hold too little; nothing is taken then.
pub(super) fn take(shares: &mut [Open], place: RegionCode, amount: Money) -> AppResult<Vec<(i64, Money)>> {
    let level = |region: i64| {
        let region = RegionCode::from_i64(region)?;
        region.contains(place).then(|| region.level())
    };
    let mut fitting: Vec<&mut Open> = shares.iter_mut().filter(|o| level(o.region).is_some()).collect();
    fitting.sort_by_key(|o| std::cmp::Reverse(level(o.region)));
    let open: Money = fitting.iter().map(|o| Money(o.open_fen)).sum();
    if open < amount {
        return Err(AppError::invalid(format!(
            "可用资金不足：区划 {place} 本批需要 {amount} 元，已分配可用 {open} 元。请先分配资金。"
        )));
    }
    let (mut left, mut parts) = (amount, Vec::new());
    for share in fitting {
        let part = left.min(Money(share.open_fen));
        if part > Money::ZERO {
            parts.push((share.id, part));
            share.open_fen -= part.fen();
            left = Money(left.fen() - part.fen());
        }
    }
    Ok(parts)
}

/// Puts the listed rows on their way and takes the money for them, place by place.
pub(super) async fn send(app: &App, tx: &RecordedTx, row: &BatchRow, on: &str) -> AppResult<()> {
    let listed = rows_in_state(&**tx, row.id, "listed").await?;
    if listed.is_empty() {
        return Err(AppError::conflict("这一批没有可发放的行：全部暂缓。"));
    }
    let next_id = || app.next_id();
    let mut shares = shares_of(&**tx, &row.programme).await?;
    for (place, amount) in by_place(listed.iter().map(|s| (s.region, s.amount_fen))) {
        for (share, part) in take(&mut shares, place, amount)? {
            let to = (Stage::OnTheWay, row.id);
            draw(tx, &next_id, share, part, Kind::Issue, to, on, &row.batch_no).await?;
            tx.execute(
                "UPDATE fund_allocation SET state = 'paid_to_card', version = version + 1 WHERE id = $1 AND \
                 state <> 'paid_to_card'",
                args![share],
            )
            .await?;
        }
    }
    tx.execute(
        "UPDATE payment SET state = 'sent' WHERE batch_id = $1 AND state || '' = 'listed'",
        args![row.id],
    )
    .await?;
    sent(tx, row.id, on).await
}

async fn sent(tx: &RecordedTx, id: i64, on: &str) -> AppResult<()> {
    tx.execute("UPDATE payment_batch SET sent_on = $2 WHERE id = $1", args![id, on])
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Back {
    region: i64,
    amount_fen: i64,
    note: String,
}

/// Puts returned rows on their way again: those returned for one of these reasons, all when none is named.
pub(super) async fn send_again(
    app: &App,
    tx: &RecordedTx,
    row: &BatchRow,
    on: &str,
    reasons: &[String],
) -> AppResult<()> {
    let mut returned: Vec<Back> = tx
        .rows(
            "SELECT region, amount_fen, COALESCE(note, '') AS note FROM payment \
             WHERE batch_id = $1 AND state || '' = 'returned'",
            args![row.id],
        )
        .await?;
    returned.retain(|r| reasons.is_empty() || reasons.contains(&r.note));
    if returned.is_empty() {
        return Err(AppError::conflict("这一批没有退票。"));
    }
    let places = by_place(returned.iter().map(|r| (r.region, r.amount_fen)));
    let to = (Stage::OnTheWay, row.id);
    move_by_place(app, tx, row, Kind::Reissue, Stage::Returned, to, places, on).await?;
    let mut sql = Sql::new("UPDATE payment SET state = 'sent' WHERE batch_id = ");
    sql.bind(row.id).push(" AND state || '' = 'returned'");
    if !reasons.is_empty() {
        sql.push(" AND COALESCE(note, '') IN ")
            .bind_list(reasons.iter().map(String::as_str));
    }
    tx.execute_sql(sql).await?;
    sent(tx, row.id, on).await
}

/// Moves what a batch holds at a stage, by place, from the shares that sent it, the nearest first: the order of sending.
pub(super) async fn move_by_place(
    app: &App,
    tx: &RecordedTx,
    row: &BatchRow,
    kind: Kind,
    from: Stage,
    to: (Stage, i64),
    places: BTreeMap<RegionCode, Money>,
    day: &str,
) -> AppResult<()> {
    #[derive(FromQueryResult)]
    struct Share {
        id: i64,
        region: i64,
    }
    let shares: Vec<Share> = tx
        .rows(
            "SELECT id, region FROM fund_allocation WHERE id IN (SELECT allocation_id FROM fund_node WHERE holder = $1) \
             ORDER BY decided_on, id",
            args![row.id],
        )
        .await?;
    let region_of = |share: i64| {
        let at = shares.iter().position(|s| s.id == share)?;
        Some((
            at,
            RegionCode::from_i64(shares[at].region).unwrap_or(RegionCode::NATION),
        ))
    };
    for (place, amount) in places {
        let mut left = amount;
        let mut nodes = nodes_of_holder(&**tx, row.id, from).await?;
        // What was sent before shares knew their places is taken last.
        nodes.sort_by_key(|n| {
            let share = region_of(n.allocation_id);
            let fits = share.filter(|(_, region)| region.contains(place));
            std::cmp::Reverse(fits.map(|(order, region)| (region.level(), std::cmp::Reverse(order))))
        });
        for node in nodes {
            let part = node.balance().min(left);
            if part <= Money::ZERO {
                continue;
            }
            let movement = Movement {
                kind,
                from: node.node(),
                to: Node::at(node.indicator_id, node.allocation_id, to.0, to.1),
                amount: part,
            };
            post(tx, app.next_id(), &movement, day, &row.batch_no).await?;
            left = Money(left.fen() - part.fen());
        }
        if left > Money::ZERO {
            return Err(AppError::internal(format!("batch {}: {left} is missing", row.id)));
        }
    }
    Ok(())
}

/// Rows sent, by place.
pub(super) fn places_of<'s>(rows: impl IntoIterator<Item = &'s Sent>) -> BTreeMap<RegionCode, Money> {
    by_place(rows.into_iter().map(|p| (p.region, p.amount_fen)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(id: i64, region: &str, yuan: i64) -> Open {
        Open {
            id,
            region: region.parse::<RegionCode>().expect("a region").as_i64(),
            open_fen: yuan * 100,
        }
    }

    #[test]
    fn the_nearest_share_pays_first_and_what_two_batches_need_is_taken_once() {
        let place: RegionCode = "371621102001".parse().expect("a region");
        let mut shares = [
            share(1, "371621", 150),
            share(2, "371621102", 50),
            share(3, "371621103", 900),
        ];
        let parts = take(&mut shares, place, Money::from_yuan(100)).expect("enough");
        assert_eq!(parts, [(2, Money::from_yuan(50)), (1, Money::from_yuan(50))]);
        let short = take(&mut shares, place, Money::from_yuan(101)).expect_err("100 are left");
        assert!(short.message.contains("可用 100.00 元"), "{}", short.message);
        assert_eq!(
            take(&mut shares, place, Money::from_yuan(100))
                .expect("nothing was taken")
                .len(),
            1
        );
    }
}
