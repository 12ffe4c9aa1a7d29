//! `yangguang link`: links any two tables by a schema, or finds the repetitions in one; no installation needed.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use kernel::{AppError, AppResult};
use linkage::tables::{self, Answer, Links, Schema, Table};

#[derive(Args)]
pub(super) struct Options {
    /// 第一张表（UTF-8 编码的 CSV，首行为列名）
    left: PathBuf,
    /// 第二张表；不写则在第一张表里找重复
    right: Option<PathBuf>,
    /// 字段说明（TOML），写法见 docs/linking.md
    #[arg(long)]
    schema: PathBuf,
    /// 结果写到哪个 CSV 文件；same 一列为空的由人判断
    #[arg(long)]
    out: PathBuf,
    /// 上次结果中由人填好 same 一列的文件
    #[arg(long)]
    answers: Option<PathBuf>,
}

pub(super) fn run(options: Options) -> AppResult<ExitCode> {
    let start = Instant::now();
    let schema = std::fs::read_to_string(&options.schema).map_err(|error| unreadable(&options.schema, &error))?;
    let schema = Schema::parse(&schema).map_err(refused)?;
    let read = |path: &Path| Table::read(open(path)?).map_err(refused);
    let left = read(&options.left)?;
    let right = options.right.as_deref().map(read).transpose()?;
    let answers = match &options.answers {
        Some(path) => Answer::read(open(path)?).map_err(refused)?,
        None => Vec::new(),
    };
    let read_in = start.elapsed();
    let links = tables::link(&schema, &left, right.as_ref(), &answers).map_err(refused)?;
    let linked_in = start.elapsed() - read_in;
    let out = File::create(&options.out).map_err(|error| unreadable(&options.out, &error))?;
    let written = links.write(std::io::BufWriter::new(out), &schema, &left, right.as_ref());
    written.map_err(|error| unreadable(&options.out, &error))?;
    report(&links, left.rows(), right.as_ref().map(Table::rows));
    println!(
        "读入 {read_in:.2?}，判定 {linked_in:.2?}，已写入 {}",
        options.out.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn report(links: &Links, left: usize, right: Option<usize>) {
    match right {
        Some(right) => println!("两张表 {left} 行和 {right} 行，比较 {} 对", links.compared),
        None => println!("一张表 {left} 行，比较 {} 对", links.compared),
    }
    for block in &links.blocks {
        print!("  候选：{} 相同 {} 对", block.fields.join("+"), block.pairs);
        if block.skipped_blocks > 0 {
            print!(
                "，另有 {} 组过大未比（{} 对）",
                block.skipped_blocks, block.skipped_pairs
            );
        }
        println!();
    }
    println!(
        "  {}{}同一人中  随机两行中  证据（位）",
        wide("字段", 20),
        wide("程度", 22)
    );
    for level in links.learned.iter().filter(|level| level.m.max(level.u) > SEEN) {
        println!(
            "  {}{}{:>8.4} {:>11.7} {:>11.2}",
            wide(&level.field, 20),
            wide(level.level, 22),
            level.m,
            level.u,
            level.bits
        );
    }
    println!(
        "判定为同一 {} 对，交人判断 {} 对",
        links.linked.len(),
        links.undecided.len()
    );
}

/// Rarer levels were not seen at all.
const SEEN: f64 = 5e-5;

/// Filled with blanks to so many columns, Chinese characters taking two.
fn wide(text: &str, columns: usize) -> String {
    let taken: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(taken).max(1)))
}

fn open(path: &Path) -> AppResult<File> {
    File::open(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> AppError {
    AppError::invalid(format!("文件 {} 不能读写：{error}", path.display()))
}

fn refused(refused: tables::Refused) -> AppError {
    AppError::invalid(refused.0)
}
