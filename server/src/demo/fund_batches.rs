//! The demo's batches: one in each state, from the list to what the bank sent back and what was disclosed.

use access::Actor;
use funds::{
    batch::{self, Circle, Mode},
    chain::Asked,
    model::flows::BatchAct,
};
use kernel::{AppResult, Month};
use web::App;

use super::fund_chain::{Offices, days_ago, request, share};

/// The community of the demo's village accounts is theirs; its households are listed.
const LISTED: &str = "HN14";

pub(super) async fn load(app: &App, offices: &Offices) -> AppResult<()> {
    let steps: [(BatchAct, &Actor, i64); 6] = [
        (BatchAct::Check, &offices.town, 28),
        (BatchAct::Publish, &offices.village, 26),
        (BatchAct::Approve, &offices.department, 5),
        (BatchAct::Compare, &offices.department, 4),
        (BatchAct::Pass, &offices.finance, 3),
        (BatchAct::Send, &offices.finance, 2),
    ];
    let region = offices.village.scope.region().unwrap_or(app.config.area);
    // Money for those that go to the bank, and for the one that may go next.
    let looked = batch::from_register(
        app,
        &offices.village,
        &request(app),
        LISTED,
        Month::of(app.clock.today()),
        region,
        Circle::Registered,
        Mode::DryRun,
    )
    .await?;
    let to_the_bank = AFTER_THE_BANK as i64 + 2;
    share(app, offices, LISTED, looked.amount.fen() / 100 * to_the_bank + 1, "").await?;
    // The village office serves every department; the list belongs to the programme's.
    for n in 0..=steps.len() + AFTER_THE_BANK {
        let month = Month::of(app.clock.today()).plus(-(n as i32));
        let done = n.min(steps.len());
        let made = batch::from_register(
            app,
            &offices.village,
            &request(app),
            LISTED,
            month,
            region,
            Circle::Registered,
            Mode::KeepGood,
        )
        .await?;
        let Some(id) = made.batch else { return Ok(()) };
        for (act, actor, ago) in steps.iter().take(done) {
            let request = request(app);
            let asked = Asked::on(&request, days_ago(app, *ago)).because("演示环境逐户人工核对");
            batch::step(app, actor, id, *act, &asked).await?;
        }
        after_the_bank(app, offices, id, n.saturating_sub(steps.len())).await?;
    }
    Ok(())
}

/// Batches beyond those on their way to the bank: partly returned, issued again, paid, disclosed.
const AFTER_THE_BANK: usize = 4;

/// One batch waits at the bank; of the others some items come back, as they do when a branch renumbers its passbooks.
async fn after_the_bank(app: &App, offices: &Offices, id: i64, stage: usize) -> AppResult<()> {
    if stage == 0 {
        return Ok(());
    }
    answered(app, offices, id, 3).await?;
    let take = async |actor: &Actor, act: BatchAct| {
        let request = request(app);
        let asked = Asked::on(&request, days_ago(app, 1));
        batch::step(app, actor, id, act, &asked).await
    };
    if stage >= 2 {
        take(&offices.department, BatchAct::Reissue).await?;
    }
    if stage >= 3 {
        answered(app, offices, id, 0).await?;
    }
    if stage >= 4 {
        take(&offices.village, BatchAct::Disclose).await?;
    }
    Ok(())
}

/// The bank's result: every so-manieth item comes back, none for 0.
async fn answered(app: &App, offices: &Offices, id: i64, every: usize) -> AppResult<()> {
    let row = batch::batch(&app.db, &offices.finance.scope, id).await?;
    let Some(row) = row else { return Ok(()) };
    let file = batch::bank_file(&app.db, &row).await?;
    let rows = batch::answered(&file, |n| match every {
        0 => ("成功", ""),
        every if n % every == 0 => ("失败", "账户已换折"),
        _ => ("成功", ""),
    });
    batch::settle(app, &offices.finance, id, &request(app), days_ago(app, 1), &rows).await?;
    Ok(())
}
