//! `yangguang accuracy`: findings held against the planted truth, per rule and per clerk's error.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use comparison::{
    runs::{self, Held},
    sources::{Sources, marked_rows},
    workbench::rules_in_force,
};
use kernel::{AppError, AppResult, Date};
use simulate::{Scale, Spec};

use crate::{Installation, demo};

#[derive(Args)]
pub(super) struct Options {
    /// 已有的演示数据目录；不写则按规模和种子新建一份，用完即删
    #[arg(long)]
    data: Option<PathBuf>,
    /// 规模：village、town、county
    #[arg(long, default_value = "town", value_parser = scale)]
    scale: Scale,
    /// 随机种子
    #[arg(long, default_value_t = 2020)]
    seed: u64,
}

fn scale(text: &str) -> Result<Scale, String> {
    text.parse().map_err(str::to_owned)
}

pub(super) async fn run(options: Options) -> AppResult<ExitCode> {
    match &options.data {
        Some(data) => {
            let installation = Installation::open(data, |_| ()).await?;
            let today = installation.app.clock.today();
            hold_against_truth(&installation, &data.join("files"), today, &["truth.csv"]).await?;
        }
        None => {
            let folder = std::env::temp_dir().join(format!("yangguang-accuracy-{}", std::process::id()));
            let outcome = on_fresh_data(&folder, Spec::huimin_2020(options.scale, options.seed)).await;
            std::fs::remove_dir_all(&folder).map_err(AppError::internal)?;
            outcome?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn on_fresh_data(folder: &Path, spec: Spec) -> AppResult<()> {
    let installation = Installation::open(folder, |settings| settings.demo = true).await?;
    let files = folder.join("files");
    demo::fill_for_truth(&installation.app, &spec, &files, &|line| say!("  {line}")).await?;
    // The day on which the departments sent their tables; what offices enter was loaded too.
    hold_against_truth(&installation, &files, spec.as_of, &["truth.csv", "entered.csv"]).await
}

async fn hold_against_truth(installation: &Installation, files: &Path, day: Date, truth: &[&str]) -> AppResult<()> {
    let app = &installation.app;
    let (sources, rules) = (app.part::<Sources>()?, rules_in_force(app).await?);
    let findings = app.config.data_dir.join("findings.csv");
    let compared = runs::compare_to_csv(&app.db, &sources, &rules, app.config.area, day, &findings).await?;
    let marked = marked_rows(&app.db).await?;
    let truth: Vec<PathBuf> = truth.iter().map(|name| files.join("truth").join(name)).collect();
    let held = Held {
        truth: &truth.iter().map(PathBuf::as_path).collect::<Vec<_>>(),
        keys: &app.keys,
        checks: &marked,
        heads: &compared.registers.heads()?,
        unasked: &runs::unasked(&sources.contracts),
        identities: &compared.identities,
    };
    let figures = runs::accuracy(&findings, &held)?;
    say!("{figures}");
    say!(
        "\nrows by data set: repaired, linked, asked of a person, nobody found; and the share of those searched that is held to be known"
    );
    for set in &compared.identities {
        let c = &set.classes;
        let searched = set.learned.as_ref().map_or(0.0, |learned| learned.searched());
        say!(
            "{:<20} {:>6} {:>6} {:>6} {:>6}  {searched:.3}",
            set.data_set,
            c.repaired,
            c.linked,
            c.undecided,
            c.unlinked
        );
    }
    say!("\nrows linked otherwise than by their number, by error class, and how many to the right person");
    for (class, tally) in runs::links_accuracy(&compared.identities, &truth[0], &app.keys)? {
        say!(
            "{class:<16}  {:>7}  {:>5}  {:>6.4}",
            tally.planted,
            tally.found,
            tally.share()
        );
    }
    Ok(())
}
