//! `yangguang link`: links any two tables by a schema, or finds the repetitions in one; no installation needed.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use intake::{PlainFile, PlainRow};
use kernel::{AppError, AppResult};
use linkage::tables::{self, Answer, Kind, Links, Schema, Table};

#[derive(Args)]
pub(super) struct Options {
    /// 第一张表（CSV、XLSX 或 XLS；CSV 的编码自动识别，GB18030、UTF-8 均可）
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
    let left = read(&options.left, &Wanted::of(&schema, false))?;
    let right = options.right.as_deref();
    let right = right.map(|path| read(path, &Wanted::of(&schema, true))).transpose()?;
    let answers = match &options.answers {
        Some(path) => Answer::read(&read(path, &Wanted::answers())?).map_err(refused)?,
        None => Vec::new(),
    };
    let read_in = start.elapsed();
    let links = tables::link(&schema, &left, right.as_ref(), &answers).map_err(refused)?;
    let linked_in = start.elapsed() - read_in;
    let write = || {
        let mut out = std::io::BufWriter::new(File::create(&options.out)?);
        // By this mark spreadsheet programs know the file for UTF-8 when somebody opens it to fill in answers.
        out.write_all("\u{feff}".as_bytes())?;
        links.write(out, &schema, &left, right.as_ref())
    };
    write().map_err(|error| unreadable(&options.out, &error))?;
    report(&links, left.rows(), right.as_ref().map(Table::rows));
    say!(
        "读入 {read_in:.2?}，判定 {linked_in:.2?}，已写入 {}",
        options.out.display()
    );
    Ok(ExitCode::SUCCESS)
}

fn report(links: &Links, left: usize, right: Option<usize>) {
    match right {
        Some(right) => say!("两张表 {left} 行和 {right} 行，比较 {} 对", links.compared),
        None => say!("一张表 {left} 行，比较 {} 对", links.compared),
    }
    for block in &links.blocks {
        let skipped = match block.skipped_blocks {
            0 => String::new(),
            blocks => format!("，另有 {blocks} 组过大未比（{} 对）", block.skipped_pairs),
        };
        say!("  候选：{} 相同 {} 对{skipped}", block.fields.join("+"), block.pairs);
    }
    say!(
        "  {}{}同一人中  随机两行中  证据（位）",
        wide("字段", 20),
        wide("程度", 22)
    );
    for level in links.learned.iter().filter(|level| level.m.max(level.u) > SEEN) {
        say!(
            "  {}{}{:>8.4} {:>11.7} {:>11.2}",
            wide(&level.field, 20),
            wide(level.level, 22),
            level.m,
            level.u,
            level.bits
        );
    }
    say!(
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

/// The columns a table must have, and which of them hold days.
struct Wanted<'a> {
    heads: Vec<&'a str>,
    days: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(schema: &'a Schema, second: bool) -> Wanted<'a> {
        let fields = schema.field.iter().map(|field| {
            let right = field.right.as_deref().filter(|_| second);
            (right.unwrap_or(&field.name), field.kind)
        });
        let (mut heads, mut days) = (Vec::new(), Vec::new());
        for (head, kind) in fields {
            heads.push(head);
            if kind == Kind::Date {
                days.push(head);
            }
        }
        Wanted { heads, days }
    }

    fn answers() -> Wanted<'static> {
        Wanted {
            heads: Answer::HEADS.to_vec(),
            days: Vec::new(),
        }
    }
}

/// Reads a table as an import reads a department's file, and says what it was taken for.
fn read(path: &Path, wanted: &Wanted<'_>) -> AppResult<Table> {
    let told = path.display();
    let refused = |why: String| AppError::invalid(format!("{told}：{why}"));
    let mut file = PlainFile::open(path, &wanted.heads).map_err(|e| refused(e.to_string()))?;
    let heads = file.heads.clone();
    let is_day: Vec<bool> = heads.iter().map(|head| wanted.days.contains(&head.as_str())).collect();
    let (is_text, format) = (file.is_text, file.told.clone());
    let mut table = Table::new(heads);
    let mut problem = None;
    let mut each = |row: &PlainRow<'_>| -> Result<(), String> {
        let line = row.line();
        let beyond = (is_day.len()..row.cells()).any(|at| row.text(at).is_none_or(|cell| !cell.is_empty()));
        if beyond || (is_text && row.cells() < is_day.len()) {
            let (sent, named) = (row.cells(), is_day.len());
            return Err(format!("第 {line} 行有 {sent} 格，首行有 {named} 格。请改齐后再运行。"));
        }
        let cells = is_day.iter().enumerate().map(|(at, is_day)| {
            let day = is_day.then(|| row.day(at)).flatten();
            day.map(|day| day.to_string())
                .or_else(|| row.text(at).map(str::to_owned))
        });
        let cells = cells.collect::<Option<Vec<String>>>();
        let cells = cells.ok_or_else(|| {
            format!("第 {line} 行有不能识别的文字（按 {format} 读取）。请从原系统重新导出，或另存为 XLSX。")
        })?;
        table.push(cells.iter().map(String::as_str)).map_err(|e| e.0)
    };
    let read = file.rows(&mut |row| {
        problem = each(row).err();
        problem.is_none()
    });
    read.map_err(|e| refused(e.to_string()))?;
    if let Some(problem) = problem {
        return Err(refused(problem));
    }
    say!("{told}：{format}，{} 行", table.rows());
    Ok(table)
}

fn unreadable(path: &Path, error: &std::io::Error) -> AppError {
    AppError::invalid(format!("文件 {} 不能读写：{error}", path.display()))
}

fn refused(refused: tables::Refused) -> AppError {
    AppError::invalid(refused.0)
}
