//! Twenty look-ups an hour for an address and for a device: enough for a family, too few to try numbers out.
//!
//! Addresses and devices are kept as keyed digests, and for one hour.

use kernel::{AppError, AppResult, ErrorKind, Timestamp};
use store::{Query, args};
use trail::RecordedTx;
use web::App;

use super::visitor::Visitor;

/// Look-ups an hour.
pub(crate) const MOST_AN_HOUR: i64 = 20;
const HOUR_MINUTES: i64 = 60;

/// Counts one look-up of a kind, or refuses it (`TooMany`) when the hour's share is spent.
pub(crate) async fn spend(app: &App, tx: &RecordedTx, visitor: &Visitor, kind: &str) -> AppResult<()> {
    let now = tx.at();
    let since = now.plus_minutes(-HOUR_MINUTES);
    tx.execute("DELETE FROM own_look WHERE at_millis <= $1", args![since.millis()])
        .await?;
    for slot in slots(app, visitor, kind) {
        let spent = tx
            .number(
                "SELECT COUNT(*) FROM own_look WHERE slot = $1 AND at_millis > $2",
                args![slot, since.millis()],
            )
            .await?;
        if spent >= MOST_AN_HOUR {
            return Err(refusal());
        }
        count(app, tx, slot, now).await?;
    }
    Ok(())
}

fn slots(app: &App, visitor: &Visitor, kind: &str) -> Vec<i64> {
    let digest = |purpose: &str, text: &str| app.keys.digest(&format!("{kind}:{purpose}"), text) as i64;
    let address = digest("address", &visitor.address);
    let device = visitor.device.as_ref().map(|device| digest("device", device));
    std::iter::once(address).chain(device).collect()
}

async fn count(app: &App, tx: &RecordedTx, slot: i64, now: Timestamp) -> AppResult<()> {
    let row = args![app.next_id(), slot, now.millis()];
    tx.execute("INSERT INTO own_look (id, slot, at_millis) VALUES ($1, $2, $3)", row)
        .await
        .map(|_| ())
}

fn refusal() -> AppError {
    AppError::new(
        ErrorKind::TooMany,
        format!("一小时最多查询 {MOST_AN_HOUR} 次，现在已满。请一小时后再查，或到村（社区）便民服务点查询。"),
    )
}
