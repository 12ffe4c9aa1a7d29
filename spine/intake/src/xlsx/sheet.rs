//! One worksheet, row by row. Formula cells give their cached value and are marked as such.

use std::io::Read;

use super::{
    scan::{Scanner, Token, attribute, unescape},
    strings::SharedStrings,
};
use crate::{
    IngestError,
    raw::{CellKind, Emit, RawBlock},
};

const MAX_ROWS: u64 = 1_048_576;
const MAX_CELL_BYTES: usize = 1 << 20;

/// The cell being read.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: u8,
    formula: bool,
    valued: bool,
    text: Vec<u8>,
}

pub(super) fn read(
    input: impl Read,
    strings: &SharedStrings,
    max_columns: usize,
    emit: &mut Emit<'_>,
) -> Result<(), IngestError> {
    let mut scanner = Scanner::new(input);
    let mut block = RawBlock::default();
    let mut cell = Cell::default();
    let (mut line, mut filled, mut next_column) = (0_u64, 0_usize, 0_usize);
    let (mut in_value, mut in_data, mut phonetic) = (false, false, false);
    loop {
        match scanner.next()? {
            Token::Text(text) => {
                if in_value {
                    unescape(text, &mut cell.text);
                    if cell.text.len() > MAX_CELL_BYTES {
                        return Err(IngestError::Unsafe(format!("第 {line} 行有超过 1 MB 的单元格")));
                    }
                }
            }
            Token::Open(b"c", attributes, empty) => {
                cell.start(attributes, next_column);
                if cell.column >= max_columns {
                    return Err(IngestError::Unsafe(format!(
                        "第 {line} 行有第 {} 列的单元格，超过 {max_columns} 列的上限；请删除表格右侧的多余内容",
                        cell.column + 1
                    )));
                }
                next_column = cell.column + 1;
                if empty {
                    cell.finish(strings, &mut block, &mut filled)?;
                }
            }
            Token::Open(b"v" | b"t", _, empty) => {
                in_value = in_data && !empty && !phonetic;
                cell.valued |= in_value;
            }
            Token::Close(b"v" | b"t") => in_value = false,
            Token::Open(b"f", ..) => cell.formula = true,
            Token::Open(b"rPh", _, empty) => phonetic = !empty,
            Token::Close(b"rPh") => phonetic = false,
            Token::Close(b"c") => cell.finish(strings, &mut block, &mut filled)?,
            Token::Open(b"row", attributes, empty) => {
                line = attribute(attributes, b"r").and_then(number).unwrap_or(line + 1);
                if line > MAX_ROWS {
                    return Err(IngestError::Damaged(format!("行号 {line} 超出范围")));
                }
                (filled, next_column) = (0, 0);
                if empty {
                    block.end_row(line);
                }
            }
            Token::Close(b"row") => {
                block.end_row(line);
                if block.is_full() && !emit(std::mem::take(&mut block))? {
                    return Ok(());
                }
            }
            Token::Open(b"sheetData", _, empty) => in_data = !empty,
            Token::Close(b"sheetData") => break,
            Token::End if in_data => return Err(IngestError::Damaged("工作表内容不完整，可能只传了一部分".into())),
            Token::End => break,
            _ => {}
        }
    }
    if block.len() > 0 {
        emit(block)?;
    }
    Ok(())
}

impl Cell {
    fn start(&mut self, attributes: &[u8], next_column: usize) {
        self.column = attribute(attributes, b"r").and_then(column_of).unwrap_or(next_column);
        self.kind = match attribute(attributes, b"t") {
            Some(b"s") => b's',
            Some(b"b") => b'b',
            Some(b"e") => b'e',
            None | Some(b"n") => b'n',
            Some(_) => b't',
        };
        (self.formula, self.valued) = (false, false);
        self.text.clear();
    }

    fn finish(&mut self, strings: &SharedStrings, block: &mut RawBlock, filled: &mut usize) -> Result<(), IngestError> {
        if self.column < *filled {
            return Err(IngestError::Damaged("工作表的单元格次序混乱".into()));
        }
        while *filled < self.column {
            block.push_cell(b"");
            *filled += 1;
        }
        *filled += 1;
        let kind = match (self.kind, self.formula) {
            (b'e', _) => CellKind::Error,
            (_, true) if !self.valued => CellKind::Uncalculated,
            (_, true) => CellKind::Formula,
            (b'n', false) if !self.text.is_empty() => CellKind::Number,
            _ => CellKind::Text,
        };
        match self.kind {
            b's' => {
                let at = number(&self.text).unwrap_or(u64::MAX) as usize;
                let text = match strings.get(at) {
                    Some(text) => text,
                    None if self.text.is_empty() => b"",
                    None => return Err(IngestError::Damaged("共享字符串缺失".into())),
                };
                block.push_cell_of(text, kind);
            }
            b'n' => {
                if let Some(plain) = plain_number(&self.text) {
                    self.text = plain.into_bytes();
                }
                block.push_cell_of(&self.text, kind);
            }
            _ => block.push_cell_of(&self.text, kind),
        }
        Ok(())
    }
}

/// `1.5E+3` as `1500`; `None` when the text can stay (an ID number that became 3.7E+17 stays and fails its check).
fn plain_number(text: &[u8]) -> Option<String> {
    if !text.iter().any(|b| matches!(b, b'e' | b'E')) {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
    (value.abs() < 1e15).then(|| {
        if value.fract() == 0.0 {
            format!("{value:.0}")
        } else {
            format!("{value}")
        }
    })
}

fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    text.iter()
        .try_fold(0_u64, |n, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))
}

/// `AB12` is column 27, counted from 0.
fn column_of(reference: &[u8]) -> Option<usize> {
    let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    Some(
        reference[..letters]
            .iter()
            .fold(0, |n, b| n * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1)
            - 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_count_from_zero() {
        assert_eq!(column_of(b"A1"), Some(0));
        assert_eq!(column_of(b"AB12"), Some(27));
        assert_eq!(column_of(b"XFD1048576"), Some(16_383));
        assert_eq!(column_of(b"12"), None);
    }

    #[test]
    fn exponents_become_plain_numbers_only_while_they_are_exact() {
        assert_eq!(plain_number(b"1.5E+3").as_deref(), Some("1500"));
        assert_eq!(
            plain_number(b"1.10105491231002E+14").as_deref(),
            Some("110105491231002")
        );
        assert_eq!(plain_number(b"1.10105194912310E+17"), None);
        assert_eq!(plain_number(b"12.5"), None);
    }
}
