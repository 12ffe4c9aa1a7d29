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
    if let Once::New(tx) = ctx.trail.begin_once(ctx.actor(), &request).await? {
        tx.commit(Act::new("finding.look", format!("finding:{id}")).in_region(region))
            .await?;
    }
    Ok(())
}
