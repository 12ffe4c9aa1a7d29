//! `yangguang rules check`: every rule parses, plans against the contracts, and its examples come out.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use comparison::{rules, sources::Sources, workbench::rules_in_force};
use intake::contract::Contracts;
use kernel::{AppError, AppResult};

use super::Place;

#[derive(Subcommand)]
pub(super) enum Command {
    /// 检查所有规则：能解析、只读声明的数据、示例都成立
    Check {
        /// 检查这个数据目录在用的规则：文件加上已批准的调整
        #[arg(long, conflicts_with_all = ["rules", "datasets"])]
        data: Option<PathBuf>,
        /// 数据目录所用的数据库地址；不写则用数据目录内的 SQLite
        #[arg(long, requires = "data")]
        database: Option<String>,
        /// 另加一个规则目录
        #[arg(long)]
        rules: Option<PathBuf>,
        /// 另加一个数据集目录
        #[arg(long)]
        datasets: Option<PathBuf>,
    },
}

pub(super) async fn run(command: Command) -> AppResult<ExitCode> {
    let Command::Check {
        data,
        database,
        rules,
        datasets,
    } = command;
    let (rules, problems) = match data {
        Some(data) => {
            let app = Place { data, database }.open().await?.app;
            let rules = rules_in_force(&app).await?;
            let problems = rules::check(&rules, &app.part::<Sources>()?.contracts).await;
            (rules, problems)
        }
        None => {
            let rules = rules::Rules::load(rules.as_deref()).map_err(|e| AppError::invalid(e.to_string()))?;
            let contracts = Contracts::load(datasets.as_deref()).map_err(|e| AppError::invalid(e.to_string()))?;
            let problems = rules::check(&rules, &contracts).await;
            (rules, problems)
        }
    };
    for problem in &problems {
        say!("{problem}");
    }
    let count = rules.iter().count();
    if problems.is_empty() {
        say!("{count} 条规则全部通过检查。");
        return Ok(ExitCode::SUCCESS);
    }
    say!("{count} 条规则中有 {} 处问题。", problems.len());
    Ok(ExitCode::FAILURE)
}
