//! Tables and answers as CSV texts, and the links written back.

use std::io::{Read, Write};

use super::{Answers, Links, Pair, Refused, Schema};
use crate::{
    hash::{Map, bytes},
    texts::{TextColumn, Texts},
};

/// A table in memory, column by column.
#[derive(Clone, Debug, Default)]
pub struct Table {
    heads: Vec<String>,
    columns: Vec<TextColumn>,
}

/// What a person decided about a pair of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Ids as in the result.
    pub left: String,
    pub right: String,
    pub same: bool,
}

impl Table {
    /// An empty table of these columns, filled by [`push`](Table::push).
    pub fn new(heads: Vec<String>) -> Table {
        let columns = vec![TextColumn::default(); heads.len()];
        Table { heads, columns }
    }

    /// Adds a row; cells that are missing at its end are blank.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), Refused> {
        let cells = cells.into_iter().chain(std::iter::repeat(""));
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell).map_err(|error| Refused(error.to_string()))?;
        }
        Ok(())
    }

    /// Reads UTF-8 CSV with a header line; cells are trimmed.
    pub fn read(source: impl Read) -> Result<Table, Refused> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source);
        let heads: Vec<String> = reader
            .headers()
            .map_err(refuse)?
            .iter()
            .map(|head| head.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        let mut table = Table::new(heads);
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(refuse)? {
            table.push(&record)?;
        }
        Ok(table)
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, TextColumn::len)
    }

    /// A column by its head.
    pub fn column(&self, head: &str) -> Option<Texts<'_>> {
        let at = self.heads.iter().position(|known| known == head)?;
        Some(self.columns[at].view())
    }

    pub(super) fn columns(&self, schema: &Schema, second: bool) -> Result<Vec<Texts<'_>>, Refused> {
        let head = |field: &super::Field| {
            let name = if second {
                field.right.as_ref().unwrap_or(&field.name)
            } else {
                &field.name
            };
            let found = self.column(name);
            found.ok_or_else(|| Refused(format!("表里没有“{name}”一列，现有：{}", self.heads.join("、"))))
        };
        schema.field.iter().map(head).collect()
    }

    /// How a row is named in the result: by the id column, else by its number from 1.
    pub fn name_of(&self, schema: &Schema, row: usize) -> String {
        match schema.id.as_ref().and_then(|id| self.column(id)) {
            Some(ids) => ids.get(row).to_owned(),
            None => (row + 1).to_string(),
        }
    }
}

/// What is wrong with a CSV, and what to do about it.
fn refuse(error: csv::Error) -> Refused {
    let line = error.position().map_or(1, csv::Position::line);
    Refused(match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            format!("第 {line} 行不是 UTF-8 编码的文字。请把文件另存为 UTF-8 编码的 CSV 再运行。")
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("第 {line} 行有 {len} 格，首行有 {expected_len} 格。请改齐后再运行。")
        }
        _ => format!("CSV读不懂：{error}"),
    })
}

impl Answer {
    /// The columns of a table of answers.
    pub const HEADS: [&'static str; 3] = ["left", "right", "same"];

    /// Reads `left,right,same` with `1` or `0`, `yes` or `no`, `是` or `否`; lines without an answer are passed over.
    pub fn read(table: &Table) -> Result<Vec<Answer>, Refused> {
        let column = |head: &str| {
            table
                .column(head)
                .ok_or_else(|| Refused(format!("答复表应有left、right、same三列，缺{head}")))
        };
        let (left, right, same) = (column("left")?, column("right")?, column("same")?);
        let mut out = Vec::new();
        for row in 0..table.rows() {
            let same = match same.get(row).to_lowercase().as_str() {
                "1" | "yes" | "true" | "是" => true,
                "0" | "no" | "false" | "否" => false,
                "" => continue,
                other => return Err(Refused(format!("答复表第{}行的same应为1或0，现为“{other}”", row + 2))),
            };
            out.push(Answer {
                left: left.get(row).to_owned(),
                right: right.get(row).to_owned(),
                same,
            });
        }
        Ok(out)
    }
}

pub(super) fn resolve(
    answers: &[Answer],
    schema: &Schema,
    left: &Table,
    right: Option<&Table>,
) -> Result<Answers, Refused> {
    let mut out = Answers::default();
    if answers.is_empty() {
        return Ok(out);
    }
    let index = |table: &Table| {
        let names = (0..table.rows()).map(|row| (bytes(table.name_of(schema, row).as_bytes()), row as u32));
        names.collect::<Map<u64, u32>>()
    };
    let first = index(left);
    let second = right.map_or_else(|| first.clone(), index);
    for answer in answers {
        let find = |rows: &Map<u64, u32>, name: &str| {
            let row = rows.get(&bytes(name.as_bytes())).copied();
            row.ok_or_else(|| Refused(format!("答复里的“{name}”不在表中")))
        };
        let (a, b) = (find(&first, &answer.left)?, find(&second, &answer.right)?);
        let pair = if right.is_none() { (a.min(b), a.max(b)) } else { (a, b) };
        out.insert(pair, answer.same);
    }
    Ok(out)
}

impl Links {
    /// Writes one line a pair; `same` is 1 for links and empty for pairs a person has to decide, so that the file with
    /// answers filled in can be given back.
    pub fn write(&self, out: impl Write, schema: &Schema, left: &Table, right: Option<&Table>) -> std::io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["left", "right", "same", "probability", "bits", "reasons"])?;
        let mut line = |pair: &Pair, same: &str| {
            csv.write_record([
                left.name_of(schema, pair.left as usize).as_str(),
                right.unwrap_or(left).name_of(schema, pair.right as usize).as_str(),
                same,
                &format!("{:.6}", pair.probability),
                &format!("{:.2}", pair.bits),
                &pair.reasons,
            ])
        };
        for pair in &self.linked {
            line(pair, "1")?;
        }
        for pair in &self.undecided {
            line(pair, "")?;
        }
        csv.flush()
    }
}
