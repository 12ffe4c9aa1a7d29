//! `yangguang rules check`: every rule parses, plans against the contracts, and its examples come out.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use comparison::rules;
use intake::contract::Contracts;
use kernel::{AppError, AppResult};

#[derive(Subcommand)]
pub(super) enum Command {
    /// 检查所有规则：能解析、只读声明的数据、示例都成立
    Check {
        /// 另加一个规则目录
        #[arg(long)]
        rules: Option<PathBuf>,
        /// 另加一个数据集目录
        #[arg(long)]
        datasets: Option<PathBuf>,
    },
}

pub(super) async fn run(command: Command) -> AppResult<ExitCode> {
    let Command::Check { rules, datasets } = command;
    let rules = rules::Rules::load(rules.as_deref()).map_err(|e| AppError::invalid(e.to_string()))?;
    let contracts = Contracts::load(datasets.as_deref()).map_err(|e| AppError::invalid(e.to_string()))?;
    let problems = rules::check(&rules, &contracts).await;
    for problem in &problems {
        println!("{problem}");
    }
    let count = rules.iter().count();
    if problems.is_empty() {
        println!("{count} 条规则全部通过检查。");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{count} 条规则中有 {} 处问题。", problems.len());
    Ok(ExitCode::FAILURE)
}
