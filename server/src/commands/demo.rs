//! `yangguang demo`: an invented county, ready to click through.

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use clap::Args;
use kernel::{AppError, AppResult, ClockAhead};
use simulate::{Scale, Spec};

use super::Listen;
use crate::{
    Installation,
    demo::{self, Case},
    serving,
};

#[derive(Args)]
pub(super) struct Options {
    /// 规模：village 约 2 千人，town 约 4 万人，county 59 万人，city 约 500 万人
    #[arg(long, default_value = "town", value_parser = scale)]
    scale: Scale,
    /// 随机种子；同一种子得到同一个县
    #[arg(long, default_value_t = 2020)]
    seed: u64,
    /// 不建演示县，打开一个公开报道的案例（人物虚构，数字由规则算出）：fuyuan、gejiu、huaian、jiawang、lianshui、tengchong
    #[arg(long, conflicts_with_all = ["scale", "seed"])]
    case: Option<Case>,
    /// 数据目录；默认 data/demo-规模。已有数据时直接打开
    #[arg(long)]
    data: Option<PathBuf>,
    /// 数据库地址；不写则用数据目录内的 SQLite
    #[arg(long)]
    database: Option<String>,
    /// 把演示的时钟拨快几天：公示、抽查等要等几天的步骤，可以接着往下看
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=3650))]
    days_ahead: i64,
    #[command(flatten)]
    listen: Listen,
}

fn scale(text: &str) -> Result<Scale, String> {
    text.parse().map_err(str::to_owned)
}

pub(super) async fn run(options: Options) -> AppResult<ExitCode> {
    let started = Instant::now();
    let listener = serving::bind(options.listen.address()).await?;
    let data = options.data.unwrap_or_else(|| {
        PathBuf::from("data").join(format!("demo-{}", options.case.map_or(options.scale.name(), Case::id)))
    });
    let (database, case) = (options.database, options.case);
    let days = options.days_ahead;
    let installation = Installation::open_at(&data, Arc::new(ClockAhead { days }), |settings| {
        settings.demo = true;
        if let Some((area, title)) = case.map(Case::area) {
            settings.area = area.to_owned();
            settings.area_title = title.to_owned();
        }
        if database.is_some() {
            settings.database = database;
        }
    })
    .await?;
    if demo::is_filled(&installation.app).await? {
        say!("打开已有的演示数据：{}", data.display());
    } else if let Some(case) = case {
        say!("正在建立案例（人物虚构）：{}", data.display());
        demo::fill_case(&installation.app, case, &data.join("files"), &|line| say!("  {line}")).await?;
    } else {
        say!("正在建立演示县（数据全部虚构）：{}", data.display());
        let spec = Spec::huimin_2020(options.scale, options.seed);
        demo::fill(&installation.app, spec, &data.join("files"), &|line| say!("  {line}")).await?;
    }
    let address = listener.local_addr().map_err(AppError::internal)?;
    say!("\n演示账号（密码都是 {}）", directory::DEMO_PASSWORD);
    for account in directory::demo::demo_accounts(&installation.app).await? {
        say!(
            "  {:<10} {}　{}　{}",
            account.login,
            account.role.title(),
            account.name,
            account.place
        );
    }
    say!(
        "\n用 {:.1} 秒准备完毕。平台已就绪：http://{address}",
        started.elapsed().as_secs_f64()
    );
    say!("部门原样文件（可在“数据来源”页上传）：{}", data.join("files").display());
    serving::serve(installation.app, listener).await?;
    Ok(ExitCode::SUCCESS)
}
