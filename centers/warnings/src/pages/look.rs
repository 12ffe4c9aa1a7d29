//! Who read the compared records of a finding is on the record: once a day for each reader, so that a page opened again
//! does not bury the first look.

use kernel::{AppResult, RegionCode};
use trail::{Act, Once};
use web::Ctx;

/// Notes that this reader saw the records of a finding today.
pub(super) async fn note(ctx: &Ctx, id: i64, region: RegionCode) -> AppResult<()> {
    let Some(account) = ctx.actor().account else {
        return Ok(());
    };
    let request = format!("look-{id}-{}-{}", account.0, ctx.clock.today());
    if trail::was_carried_out(&ctx.db, &request).await? {
        return Ok(());
    }
    let act = Act::new("finding.look", format!("finding:{id}")).in_region(region);
    let written = match ctx.trail.begin_once(ctx.actor(), &request).await? {
        Once::New(tx) => tx.commit(act).await.map(drop),
        Once::Done(_) => Ok(()),
    };
    match written {
        // Opened in two windows at the same moment: the other look stands on the record.
        Err(_) if trail::was_carried_out(&ctx.db, &request).await? => Ok(()),
        written => written,
    }
}
