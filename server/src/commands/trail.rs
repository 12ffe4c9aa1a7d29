//! `yangguang trail verify`: has anything on the record been altered?

use std::process::ExitCode;

use clap::Subcommand;
use kernel::AppResult;
use trail::Verdict;

use super::Place;

#[derive(Subcommand)]
pub(super) enum Command {
    /// 逐条核验留痕链；有改动时指出第一条
    Verify(Place),
}

pub(super) async fn run(command: Command) -> AppResult<ExitCode> {
    let Command::Verify(place) = command;
    let installation = place.open().await?;
    match trail::verify(&installation.app.db).await? {
        Verdict::Intact(events) => {
            say!("留痕完整：{events} 条，逐条相接，没有改动。");
            Ok(ExitCode::SUCCESS)
        }
        Verdict::Broken { seq, what } => {
            say!("留痕被改动：第 {seq} 条{what}。此前各条完好。");
            Ok(ExitCode::FAILURE)
        }
    }
}
