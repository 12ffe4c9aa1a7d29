//! `yangguang serve`: the web service over an existing (or new, empty) data folder.

use std::process::ExitCode;

use clap::Args;
use kernel::AppResult;

use super::{Listen, Place};
use crate::serving;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    listen: Listen,
}

pub(super) async fn run(options: Options) -> AppResult<ExitCode> {
    let installation = options.place.open().await?;
    let listener = serving::bind(options.listen.address()).await?;
    say!(
        "平台已就绪：http://{}",
        listener.local_addr().map_err(kernel::AppError::internal)?
    );
    serving::serve(installation.app, listener).await?;
    Ok(ExitCode::SUCCESS)
}
