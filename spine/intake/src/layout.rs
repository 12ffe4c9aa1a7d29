//! Where the table begins in a delivered sheet, and which of its columns is which.
//!
//! Offices put titles above, merge heads over two rows, add columns of their own and rename the rest. What
//! cannot be told for certain is refused with the column's letter, never guessed.

use std::collections::HashMap;

use super::{
    IngestError,
    raw::{RawBlock, RawRow},
};
use crate::contract::{Contract, Contracts};

/// How far down a header may start.
const SEARCH_ROWS: usize = 30;

/// The table inside a sheet.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// For each column of the contract, the column of the file.
    pub columns: Vec<Option<usize>>,
    /// Rows of the sheet up to and including the header.
    pub header_rows: usize,
    /// Header texts as delivered, for messages and the file of rejected rows.
    pub headers: Vec<String>,
    /// Headers the contract does not know.
    pub unused: Vec<String>,
}

/// A header without blanks, marks and letter case: what two clerks would call the same.
pub(crate) fn plain_header(text: &str) -> String {
    text.chars()
        .map(kernel::checks::half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}' | '*' | ':' | '：' | '"' | '\''))
        .flat_map(char::to_lowercase)
        .collect()
}

/// `0` is A, `26` is AA.
pub(crate) fn letter(column: usize) -> String {
    let mut name = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        name.push(b'A' + ((left - 1) % 26) as u8);
        left = (left - 1) / 26;
    }
    name.reverse();
    String::from_utf8_lossy(&name).into_owned()
}

/// A candidate: which contract column each file column would be.
struct Match {
    header_rows: usize,
    headers: Vec<String>,
    /// File column -> contract column.
    found: Vec<Option<usize>>,
    distinct: usize,
}

impl Layout {
    /// Finds the header of `contract` in the first rows, or says what is wrong with the file.
    pub(crate) fn locate(block: &RawBlock, contract: &Contract, contracts: &Contracts) -> Result<Layout, IngestError> {
        let best = best_match(block, contract);
        let missing: Vec<usize> = match &best {
            Some(m) => (0..contract.columns.len())
                .filter(|c| contract.columns[*c].required && !m.found.contains(&Some(*c)))
                .collect(),
            None => Vec::new(),
        };
        let own = best.as_ref().map_or(0, |m| m.distinct);
        if best.is_none() || !missing.is_empty() {
            if let Some(other) = looks_like(block, contract, contracts, own) {
                return Err(IngestError::OtherDataSet {
                    wanted: contract.title.clone(),
                    looks_like: other,
                });
            }
        }
        let titles = |columns: &mut dyn Iterator<Item = usize>| {
            columns
                .map(|c| format!("「{}」", contract.columns[c].header))
                .collect::<Vec<_>>()
                .join("、")
        };
        let Some(found) = best.filter(|m| m.distinct >= 2 || m.distinct == contract.columns.len()) else {
            let mut required = (0..contract.columns.len()).filter(|c| contract.columns[*c].required);
            return Err(IngestError::NoHeader {
                title: contract.title.clone(),
                wanted: titles(&mut required),
            });
        };
        let mut columns = vec![None; contract.columns.len()];
        for (at, wanted) in found.found.iter().enumerate() {
            let Some(wanted) = *wanted else { continue };
            if let Some(first) = columns[wanted] {
                return Err(IngestError::DoubledColumn {
                    title: contract.columns[wanted].header.clone(),
                    columns: format!(
                        "{} 列「{}」和 {} 列「{}」",
                        letter(first),
                        found.headers[first],
                        letter(at),
                        found.headers[at]
                    ),
                });
            }
            columns[wanted] = Some(at);
        }
        if !missing.is_empty() {
            return Err(IngestError::MissingColumns(titles(&mut missing.into_iter())));
        }
        let unused = (0..found.headers.len())
            .filter(|at| found.found[*at].is_none() && !found.headers[*at].is_empty())
            .map(|at| found.headers[at].clone())
            .collect();
        Ok(Layout {
            columns,
            header_rows: found.header_rows,
            headers: found.headers,
            unused,
        })
    }
}

/// The title of another data set that fits the file better.
fn looks_like(block: &RawBlock, contract: &Contract, contracts: &Contracts, own: usize) -> Option<String> {
    contracts
        .iter()
        .filter(|c| c.name != contract.name)
        .filter_map(|c| {
            let m = best_match(block, c)?;
            let complete = (0..c.columns.len()).all(|i| !c.columns[i].required || m.found.contains(&Some(i)));
            (complete && m.distinct > own).then(|| (m.distinct, c.title.clone()))
        })
        .max_by_key(|(distinct, _)| *distinct)
        .map(|(_, title)| title)
}

fn best_match(block: &RawBlock, contract: &Contract) -> Option<Match> {
    let mut names = HashMap::new();
    for (at, column) in contract.columns.iter().enumerate() {
        for header in std::iter::once(&column.header).chain(&column.aliases) {
            names.insert(plain_header(header), at);
        }
    }
    let mut best: Option<Match> = None;
    for at in 0..block.len().min(SEARCH_ROWS) {
        let below = (at + 1 < block.len()).then(|| block.row(at + 1));
        // A single row wins a tie: the row below may already be data.
        for second in [None, below] {
            if let Some(m) = try_rows(block.row(at), second, at, &names) {
                if best.as_ref().is_none_or(|b| m.distinct > b.distinct) {
                    best = Some(m);
                }
            }
            if second.is_none() && below.is_none() {
                break;
            }
        }
    }
    best
}

fn try_rows(top: RawRow<'_>, second: Option<RawRow<'_>>, at: usize, names: &HashMap<String, usize>) -> Option<Match> {
    let width = top.len().max(second.map_or(0, |s| s.len())).min(512);
    let (mut headers, mut found) = (Vec::with_capacity(width), Vec::with_capacity(width));
    let mut group = String::new();
    for column in 0..width {
        let upper = top.text(column).unwrap_or_default().trim().to_owned();
        let lower = second
            .and_then(|s| s.text(column))
            .unwrap_or_default()
            .trim()
            .to_owned();
        if !upper.is_empty() {
            group.clone_from(&upper);
        }
        // Under a merged head the upper text stands in its first column only.
        let joined = if second.is_some() {
            format!("{group}{lower}")
        } else {
            String::new()
        };
        let candidates = [&lower, &upper, &joined];
        let hit = candidates
            .iter()
            .find_map(|text| Some((names.get(&plain_header(text))?, (*text).clone())));
        found.push(hit.as_ref().map(|(column, _)| **column));
        headers.push(hit.map_or(if lower.is_empty() { upper } else { lower }, |(_, text)| text));
    }
    while headers.last().is_some_and(String::is_empty) {
        headers.pop();
        found.pop();
    }
    let mut distinct: Vec<usize> = found.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let distinct = distinct.len();
    (distinct > 0).then_some(Match {
        header_rows: at + 1 + usize::from(second.is_some()),
        headers,
        found,
        distinct,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(rows: &[&[&str]]) -> RawBlock {
        let mut block = RawBlock::default();
        for (line, row) in (1..).zip(rows) {
            row.iter().for_each(|cell| block.push_cell(cell.as_bytes()));
            block.end_row(line);
        }
        block
    }

    fn locate(name: &str, rows: &[&[&str]]) -> Result<Layout, IngestError> {
        let contracts = Contracts::embedded().unwrap();
        Layout::locate(&block(rows), contracts.get(name).unwrap(), &contracts)
    }

    const HEADS: [&str; 6] = ["身份证号码", "姓名", "险种", "缴费类型", "缴费起始年月", "单位名称"];

    #[test]
    fn titles_above_the_header_are_skipped() {
        let layout = locate(
            "social_insurance",
            &[&["惠民县2025年社保缴费明细"], &[""], &HEADS, &["x", "y"]],
        )
        .unwrap();
        assert_eq!(layout.header_rows, 3);
        assert_eq!(layout.columns[0], Some(0));
        assert_eq!(layout.columns[4], Some(5));
    }

    #[test]
    fn a_head_merged_over_two_rows_is_read_as_one() {
        let rows: [&[&str]; 3] = [
            &["身份证号码", "姓名", "参保", "", "缴费", ""],
            &["", "", "险种", "缴费类型", "起始年月", "单位名称"],
            &["1", "张三", "110", "1", "2025-01", "某厂"],
        ];
        let layout = locate("social_insurance", &rows).unwrap();
        assert_eq!(layout.header_rows, 2);
        assert_eq!(layout.columns[6], None);
        assert_eq!(layout.columns.iter().flatten().count(), 6);
    }

    #[test]
    fn a_missing_column_is_named() {
        let e = locate("social_insurance", &[&HEADS[..4]]).unwrap_err().to_string();
        assert!(e.contains("缺少必填列：「缴费起始年月」"), "{e}");
    }

    #[test]
    fn a_doubled_column_is_named_with_both_letters() {
        let e = locate("social_insurance", &[&[&HEADS[..], &["公民身份号码"]].concat()])
            .unwrap_err()
            .to_string();
        assert!(e.contains("A 列「身份证号码」和 G 列「公民身份号码」"), "{e}");
    }

    #[test]
    fn a_file_of_another_data_set_is_recognised() {
        let heads = [
            "身份证号码",
            "姓名",
            "工作单位",
            "人员类别",
            "职务",
            "月工资",
            "起发年月",
        ];
        let e = locate("vehicles", &[&heads]).unwrap_err().to_string();
        assert!(e.contains("看起来是「财政供养人员」"), "{e}");
    }
}
