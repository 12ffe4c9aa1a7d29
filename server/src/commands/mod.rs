//! The command line. One file a command.

/// A line for whoever reads along. Nobody has to read to the end: behind `| head` the work goes on in silence.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout().lock(), $($text)*);
    }};
}

mod accuracy;
mod compare;
mod demo;
mod import;
mod link;
mod rules;
mod serve;
mod simulate;
mod trail;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use kernel::AppResult;

use crate::Installation;

/// 阳光惠民：让惠民惠农资金在众人眼下发放。
#[derive(Parser)]
#[command(name = "yangguang", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 建一个演示县并打开网页服务（数据全部虚构）
    Demo(demo::Options),
    /// 打开网页服务
    Serve(serve::Options),
    /// 导入一个部门文件
    Import(import::Options),
    /// 不开网页服务，直接比对并写出疑点
    Compare(compare::Options),
    /// 把两张表里的同一人（或物）对应起来，或在一张表里找重复
    Link(link::Options),
    /// 生成虚构的县：登记数据、13 类部门文件和标准答案
    Simulate(simulate::Options),
    /// 全程留痕
    #[command(subcommand)]
    Trail(trail::Command),
    /// 比对规则
    #[command(subcommand)]
    Rules(rules::Command),
    /// 把疑点与标准答案对照，列出每条规则的查全率和查准率
    Accuracy(accuracy::Options),
}

/// Where an installation lies.
#[derive(Args)]
struct Place {
    /// 数据目录
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// 数据库地址，如 postgres://user@host/name；不写则用数据目录内的 SQLite
    #[arg(long)]
    database: Option<String>,
}

impl Place {
    /// Opens the installation; a database named here is kept in its settings.
    async fn open(&self) -> AppResult<Installation> {
        let database = self.database.clone();
        Installation::open(&self.data, |settings| {
            if database.is_some() {
                settings.database = database;
            }
        })
        .await
    }
}

/// Where to listen.
#[derive(Args)]
struct Listen {
    /// 监听端口；0 表示任选
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// 监听地址；默认只接受本机访问
    #[arg(long, default_value = "127.0.0.1")]
    host: std::net::IpAddr,
}

impl Listen {
    fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }
}

/// Reads the command line and carries it out.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // A rule is planned by recursion over its text; what the bounds let through must never meet the end of a stack.
        .thread_stack_size(16 << 20)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("无法启动：{error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(carry_out(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("没有完成：{error}");
            tracing::debug!(?error);
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(command: Command) -> AppResult<ExitCode> {
    match command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(options) => serve::run(options).await,
        Command::Import(options) => import::run(options).await,
        Command::Compare(options) => compare::run(options).await,
        Command::Link(options) => link::run(options),
        Command::Simulate(options) => simulate::run(options),
        Command::Trail(command) => trail::run(command).await,
        Command::Rules(command) => rules::run(command).await,
        Command::Accuracy(options) => accuracy::run(options).await,
    }
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,sea_orm_migration=error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
