//! `yangguang compare`: freeze, run all rules, write the findings; no web service needed.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use comparison::{runs, sources::Sources, workbench::rules_in_force};
use kernel::AppResult;

use super::Place;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    place: Place,
    /// 疑点写到哪个 CSV 文件
    #[arg(long)]
    out: PathBuf,
}

pub(super) async fn run(options: Options) -> AppResult<ExitCode> {
    let app = options.place.open().await?.app;
    let (sources, rules) = (app.part::<Sources>()?, rules_in_force(&app).await?);
    let day = app.clock.today();
    let compared = runs::compare_to_csv(&app.db, &sources, &rules, app.config.area, day, &options.out).await?;
    for count in &compared.output.counts {
        say!(
            "{} {:<12} {:>6} 条，其中可能属例外 {:>5} 条",
            count.rule.id,
            count.rule.name,
            count.findings,
            count.exceptions
        );
    }
    say!(
        "共 {} 条待核实疑点，已写入 {}",
        compared.output.outcomes.len(),
        options.out.display()
    );
    say!(
        "结果摘要 {}（同样的规则版本和数据快照得到同样的摘要）",
        compared.output.digest
    );
    Ok(ExitCode::SUCCESS)
}
