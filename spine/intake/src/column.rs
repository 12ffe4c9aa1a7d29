//! One column of a file: what its cells may say, and what they become.

use std::collections::HashMap;

use kernel::{IdNumber, name::MAX_CHARS};

use super::{
    cell::{Refusal, narrow, quoted},
    row::Value,
};
use crate::contract::{Column, ColumnType, Contract};

/// Default bound of free text.
const MAX_TEXT_CHARS: usize = 200;

/// A column of the contract, ready to read the cells of one file.
pub(super) struct Prepared<'a> {
    pub(super) column: &'a Column,
    pub(super) at: Option<usize>,
    /// Code, label or alias -> stored code.
    pub(super) codes: HashMap<String, &'a str>,
    pub(super) max_chars: usize,
    pub(super) per_unit: i64,
    pub(super) is_key: bool,
    /// Snapshot columns it becomes.
    pub(super) width: usize,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(column: &'a Column, at: Option<usize>, contract: &Contract) -> Self {
        let mut codes: HashMap<String, &'a str> = HashMap::new();
        for (code, label) in &column.codes {
            codes.insert(code.clone(), code);
            codes.insert(label.clone(), code);
            // "01" that a spreadsheet made 1.
            codes.entry(code.trim_start_matches('0').to_owned()).or_insert(code);
        }
        for (alias, code) in &column.code_aliases {
            if let Some((stored, _)) = column.codes.get_key_value(code) {
                codes.insert(alias.clone(), stored);
            }
        }
        let default = if column.kind == ColumnType::Name {
            MAX_CHARS
        } else {
            MAX_TEXT_CHARS
        };
        Prepared {
            column,
            at,
            codes,
            max_chars: column.max_chars.unwrap_or(default),
            per_unit: if column.unit.as_deref() == Some("万元") {
                10_000
            } else {
                1
            },
            is_key: contract.key.contains(&column.id),
            width: crate::contract::sql_names(column).len(),
        }
    }

    pub(super) fn fits(&self, text: &str) -> Result<(), Refusal> {
        // Bytes bound characters from above, so that most cells are not counted.
        if text.len() > self.max_chars && text.chars().count() > self.max_chars {
            return Err(format!("有 {} 字，超过 {} 字的上限", text.chars().count(), self.max_chars).into());
        }
        Ok(())
    }

    pub(super) fn name<'r>(&self, text: &'r str) -> Result<Value<'r>, Refusal> {
        self.fits(text)?;
        let bytes = text.as_bytes();
        if bytes.len() % 3 == 0 && bytes.chunks_exact(3).all(|c| matches!(c[0], 0xe4..=0xe9)) {
            return Ok(Value::Text(text));
        }
        if text
            .chars()
            .filter(|c| kernel::checks::half_width(*c).is_ascii_digit())
            .count()
            >= 4
        {
            return Err("姓名中含有数字，单元格可能错位".into());
        }
        let clean = kernel::name::clean(text);
        if clean.is_empty() {
            Err("不是姓名".into())
        } else {
            Ok(Value::Owned(clean))
        }
    }

    pub(super) fn text<'r>(&self, text: &'r str) -> Result<Value<'r>, Refusal> {
        self.fits(text)?;
        if text.bytes().any(|b| b < b' ') {
            let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            return Ok(hide_numbers(&plain).map_or(Value::Owned(plain), Value::Owned));
        }
        Ok(hide_numbers(text).map_or(Value::Text(text), Value::Owned))
    }

    pub(super) fn code(&self, text: &str) -> Result<&'a str, Refusal> {
        if let Some(code) = self.codes.get(text) {
            return Ok(code);
        }
        let clean = narrow(text);
        let found = self
            .codes
            .get(clean.as_ref())
            .or_else(|| self.codes.get(&clean.to_ascii_uppercase()));
        // `2 农村低保`: code and label together.
        let found = found.or_else(|| {
            self.codes
                .get(clean.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '、')))
        });
        found.copied().ok_or_else(|| {
            let known: Vec<&str> = self.column.codes.values().take(6).map(String::as_str).collect();
            format!(
                "{} 不在代码表中，应为：{}{}",
                quoted(text),
                known.join("、"),
                if self.column.codes.len() > 6 { " 等" } else { "" }
            )
            .into()
        })
    }

    /// `scale` turns the contract's bounds into the value's unit.
    pub(super) fn within(&self, value: i64, scale: i64) -> Result<i64, Refusal> {
        if let Some(min) = self.column.min {
            if value < min.saturating_mul(scale) {
                return Err(if min == 0 {
                    "不能为负数".into()
                } else {
                    format!("小于 {min}").into()
                });
            }
        }
        if let Some(max) = self.column.max {
            if value > max.saturating_mul(scale) {
                return Err(format!("大于 {max}").into());
            }
        }
        Ok(value)
    }
}

/// Free text in which a valid ID number stands, with the number masked: no readable number enters a snapshot.
fn hide_numbers(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 15 {
        return None;
    }
    let mut hidden: Option<String> = None;
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let len = if matches!(bytes.get(at + run), Some(b'x' | b'X')) {
            run + 1
        } else {
            run
        };
        if matches!(len, 15 | 18) {
            if let Ok(parsed) = IdNumber::parse(&text[at..at + len]) {
                let whole = hidden.get_or_insert_with(|| text.to_owned());
                *whole = whole.replace(&text[at..at + len], &parsed.number.mask());
            }
        }
        at += run.max(1);
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_free_text_is_masked() {
        assert_eq!(
            hide_numbers("身份证11010519491231002x号").as_deref(),
            Some("身份证110105********002X号")
        );
        assert_eq!(hide_numbers("371621103005000012J"), None);
        assert_eq!(hide_numbers("鲁（2021）惠民县不动产权第0001234号"), None);
    }
}
