//! `yangguang simulate`: files of an invented county with the planted truth beside them.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use kernel::{AppError, AppResult, ErrorKind};
use simulate::{Scale, Spec};

#[derive(Args)]
pub(super) struct Options {
    /// 规模：village、town、county、city
    #[arg(long, default_value = "town", value_parser = scale)]
    scale: Scale,
    /// 随机种子；同一种子得到逐字节相同的文件
    #[arg(long, default_value_t = 2020)]
    seed: u64,
    /// 输出目录
    #[arg(long)]
    out: PathBuf,
}

fn scale(text: &str) -> Result<Scale, String> {
    text.parse().map_err(str::to_owned)
}

pub(super) fn run(options: Options) -> AppResult<ExitCode> {
    let contracts = options.out.join("contracts");
    crate::demo::write_contracts(&contracts)?;
    let spec = Spec::huimin_2020(options.scale, options.seed);
    let summary =
        simulate::generate_to_dir(&spec, &contracts, &options.out, &mut |step| say!("  {step}")).map_err(|e| {
            AppError::new(
                ErrorKind::Unavailable,
                format!("无法写入 {}：{e}", options.out.display()),
            )
        })?;
    say!(
        "居民 {} 人，登记户 {} 户，发放 {} 笔，部门数据 {} 行",
        summary.people,
        summary.households,
        summary.payments,
        summary.department_rows
    );
    for file in &summary.files {
        say!("  {:<40} {:>10} 行", file.path, file.rows);
    }
    Ok(ExitCode::SUCCESS)
}
