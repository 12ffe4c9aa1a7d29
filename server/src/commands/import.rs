//! `yangguang import`: one department file, the same door as an upload.

use std::{path::PathBuf, process::ExitCode};

use access::Actor;
use clap::Args;
use intake::{ImportReport, check_title};
use kernel::AppResult;

use super::Place;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    place: Place,
    /// 数据集名称，如 vehicles；见 datasets/ 目录
    #[arg(long)]
    dataset: String,
    /// 只核对不写入：每一行都查，什么都不改
    #[arg(long)]
    dry_run: bool,
    /// 部门送来的文件（CSV、XLSX、XLS）
    file: PathBuf,
}

pub(super) async fn run(options: Options) -> AppResult<ExitCode> {
    let installation = options.place.open().await?;
    let report = comparison::sources::import_file(
        &installation.app,
        &Actor::system(),
        &options.dataset,
        &options.file,
        options.dry_run,
    )
    .await?;
    print(&report);
    Ok(if report.rejected == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

fn print(report: &ImportReport) {
    let verb = if report.dry_run {
        "试导入（没有写入）"
    } else {
        "导入"
    };
    say!(
        "{verb} {}：{} 行，接收 {}，其中提示 {}，退回 {}",
        report.file_name,
        report.rows,
        report.accepted,
        report.warned,
        report.rejected
    );
    for (check, rows) in &report.checks {
        say!("  {check} {}：{rows} 行", check_title(check));
    }
    for error in &report.errors {
        say!(
            "  第 {} 行 {} 列「{}」：{}",
            error.line,
            error.letter,
            error.header,
            error.message
        );
    }
    if let Some(snapshot) = &report.snapshot {
        let unchanged = if snapshot.unchanged {
            "（与上次相同，没有变化）"
        } else {
            ""
        };
        say!("  快照 {} {}{unchanged}", snapshot.data_set, snapshot.hash);
    }
    if let Some(rejects) = &report.rejects {
        say!(
            "  退回的行已封存，可在“数据来源”页下载改正后重新报送（批次目录 {}）",
            rejects.display()
        );
    }
}
