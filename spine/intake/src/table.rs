//! A register's file read whole: typed rows with everything that is wrong with each, for people to decide on.
//!
//! A department's table goes to a [`Shelf`](crate::Shelf) block by block, because nobody looks at its rows. A
//! register's file is smaller and each row changes a record, so all rows are held, good and bad, as they were sent:
//! the bad ones go back to be corrected. Here a number that fails its check is a fault; a register cannot keep it.

use std::{collections::HashMap, fs::File, path::Path};

use kernel::{Date, IdNumber, KeyRing, Money, Month, period::from_epoch_days};

use crate::{
    IngestError, Limits, Progress,
    cell::{narrow, trimmed},
    contract::{ColumnType, Contract, Contracts, sql_names},
    detect::Format,
    layout::{Layout, letter},
    raw::RawRow,
    report::CellError,
    row::{RowParser, Value, Verdict},
    run::{choose_sheet, open_source},
};

/// Rows of one file; more are refused, to be sent in parts.
pub const MAX_ROWS: usize = 120_000;

/// A cell that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Number(IdNumber),
    /// Name, text, stored code, account or phone.
    Text(String),
    Day(Date),
    Month(Month),
    Money(Money),
    /// Whole numbers, areas in hundredths, regions.
    Whole(i64),
    Yes(bool),
}

/// One row of the file.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Line in the file as spreadsheet programs count.
    pub line: u64,
    /// What is wrong with it; then only what could be read is there.
    pub faults: Vec<CellError>,
    cells: HashMap<String, Cell>,
    /// As it was sent, for the file of returned rows.
    sent: Vec<String>,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub rows: Vec<Row>,
    /// Format and sheet, for the result page.
    pub format: String,
    pub unused_columns: Vec<String>,
    headers: Vec<String>,
    /// Letter and header of the contract's columns in this file.
    places: HashMap<String, (String, String)>,
}

impl Row {
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.get(column)
    }

    /// Text, name or code; empty when blank.
    pub fn text(&self, column: &str) -> &str {
        match self.cell(column) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }

    pub fn number(&self, column: &str) -> Option<&IdNumber> {
        match self.cell(column) {
            Some(Cell::Number(number)) => Some(number),
            _ => None,
        }
    }

    pub fn day(&self, column: &str) -> Option<Date> {
        match self.cell(column) {
            Some(Cell::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub fn month(&self, column: &str) -> Option<Month> {
        match self.cell(column) {
            Some(Cell::Month(month)) => Some(*month),
            _ => None,
        }
    }

    pub fn money(&self, column: &str) -> Option<Money> {
        match self.cell(column) {
            Some(Cell::Money(money)) => Some(*money),
            _ => None,
        }
    }

    /// Whole number, area in hundredths, region.
    pub fn whole(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Some(Cell::Whole(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn yes(&self, column: &str) -> Option<bool> {
        match self.cell(column) {
            Some(Cell::Yes(yes)) => Some(*yes),
            _ => None,
        }
    }
}

impl Table {
    /// Rows without a fault.
    pub fn good(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.faults.is_empty())
    }

    /// A fault of a cell of this file; of the whole row when `column` is empty.
    pub fn fault(&self, line: u64, column: &str, message: impl Into<String>) -> CellError {
        let (letter, header) = self.places.get(column).cloned().unwrap_or_default();
        CellError {
            line,
            letter,
            header,
            message: message.into(),
        }
    }

    /// A workbook of the rows that are returned, each with its line and the reasons, to be corrected and sent again.
    pub fn returned_xlsx(&self, reasons: &HashMap<u64, Vec<String>>) -> Result<Vec<u8>, IngestError> {
        let written = |e: rust_xlsxwriter::XlsxError| IngestError::Write(e.to_string());
        let mut book = rust_xlsxwriter::Workbook::new();
        let text = rust_xlsxwriter::Format::new().set_num_format("@");
        let sheet = book.add_worksheet().set_name("退回修改").map_err(written)?;
        let heads = self.headers.iter().map(String::as_str).chain(["原行号", "退回原因"]);
        for (at, head) in (0_u16..).zip(heads) {
            sheet.write_string_with_format(0, at, head, &text).map_err(written)?;
        }
        let width = self.headers.len() as u16;
        let back = self.rows.iter().filter_map(|row| Some((row, reasons.get(&row.line)?)));
        for (at, (row, why)) in (1_u32..).zip(back) {
            for (column, cell) in (0_u16..width).zip(&row.sent) {
                let cell: String = cell.chars().take(32_767).collect();
                sheet
                    .write_string_with_format(at, column, cell, &text)
                    .map_err(written)?;
            }
            let line = row.line.to_string();
            sheet
                .write_string_with_format(at, width, line, &text)
                .map_err(written)?;
            sheet.write_string(at, width + 1, why.join("；")).map_err(written)?;
        }
        book.save_to_buffer().map_err(written)
    }
}

/// Reads a file against a contract with `seals_numbers = true`. The same key twice is a fault of the later row.
///
/// # Errors
/// When the file as a whole cannot be read, with what to do about it.
pub fn read(
    input: &Path,
    contract: &Contract,
    keyring: &KeyRing,
    nonce: &(dyn Fn() -> [u8; 12] + Sync),
    progress: &Progress,
) -> Result<Table, IngestError> {
    let mut file = File::open(input)?;
    progress
        .total_bytes
        .store(file.metadata()?.len(), std::sync::atomic::Ordering::Relaxed);
    let format = Format::detect(&mut file)?;
    let mut source = open_source(file, format, Limits::default(), progress)?;
    let (sheet, layout) = choose_sheet(source.as_mut(), contract, &Contracts::of(Vec::new()))?;
    let strict = matches!(format, Format::Delimited { .. });
    let from_1904 = source.counts_days_from_1904();
    let parser = RowParser::new(contract, &layout, keyring, nonce, from_1904, strict);
    let name = &source.sheets()[sheet];
    let mut table = Table {
        format: if name.is_empty() {
            format.title()
        } else {
            format!("{}，工作表“{name}”", format.title())
        },
        unused_columns: layout.unused.clone(),
        headers: layout.headers.clone(),
        places: places(contract, &layout),
        rows: Vec::new(),
    };
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let (mut first, mut scratch, mut too_many) = (true, Vec::new(), false);
    source.read(sheet, &mut |block| {
        if progress.cancel.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(IngestError::Cancelled);
        }
        let start = if first { layout.header_rows.min(block.len()) } else { 0 };
        first = false;
        let mut values = Vec::new();
        for raw in block.rows_from(start) {
            let (faults, key) = match parser.read(raw, &mut values, &mut scratch) {
                Verdict::Skipped { .. } => continue,
                Verdict::Accepted { warnings, key, .. } => (warnings.into_iter().map(|(_, w)| w).collect(), key),
                Verdict::Rejected(faults) => (faults, None),
            };
            if table.rows.len() == MAX_ROWS {
                too_many = true;
                return Ok(false);
            }
            let mut row = typed(contract, &layout, raw, &values, faults);
            if let Some(earlier) = key.and_then(|key| seen.insert(key, raw.line).map(|line| (key, line))) {
                seen.insert(earlier.0, earlier.1);
                let column = contract.key.first().map_or("", String::as_str);
                let fault = table.fault(raw.line, column, format!("与第 {} 行重复", earlier.1));
                row.faults.push(fault);
            }
            table.rows.push(row);
        }
        Ok(true)
    })?;
    if too_many {
        return Err(IngestError::Unsafe(format!("超过 {MAX_ROWS} 行，请分成几份上传")));
    }
    if table.rows.is_empty() {
        return Err(IngestError::NoRows);
    }
    Ok(table)
}

fn places(contract: &Contract, layout: &Layout) -> HashMap<String, (String, String)> {
    let columns = contract.columns.iter().zip(&layout.columns);
    columns
        .map(|(column, at)| {
            let place = (at.map(letter).unwrap_or_default(), column.header.clone());
            (column.id.clone(), place)
        })
        .collect()
}

fn typed(contract: &Contract, layout: &Layout, raw: RawRow<'_>, values: &[Value<'_>], faults: Vec<CellError>) -> Row {
    let mut row = Row {
        line: raw.line,
        cells: HashMap::new(),
        sent: raw.cells().map(|cell| cell.into_owned()).collect(),
        faults,
    };
    let mut at = 0;
    for (column, place) in contract.columns.iter().zip(&layout.columns) {
        // A cell that failed stands as one blank, whatever the width of its column.
        let failed = row.faults.iter().any(|fault| fault.header == column.header);
        let value = values.get(at);
        at += if failed && matches!(value, Some(Value::Null)) {
            1
        } else {
            sql_names(column).len()
        };
        if failed {
            continue;
        }
        let sent = || place.and_then(|p| raw.text(p)).map(trimmed).unwrap_or_default();
        let cell = match (column.kind, value) {
            (ColumnType::IdNo, _) => IdNumber::parse(sent()).ok().map(|parsed| Cell::Number(parsed.number)),
            (ColumnType::Account | ColumnType::Phone, Some(Value::I64(_))) => {
                Some(Cell::Text(narrow(sent()).to_ascii_uppercase()))
            }
            (ColumnType::Date, Some(Value::I32(days))) => from_epoch_days(*days).map(Cell::Day),
            (ColumnType::Month, Some(Value::I32(index))) => {
                Month::new(index.div_euclid(12), (index.rem_euclid(12) + 1) as u8).map(Cell::Month)
            }
            (ColumnType::Money, Some(Value::I64(fen))) => Some(Cell::Money(Money(*fen))),
            (_, Some(Value::I64(number))) => Some(Cell::Whole(*number)),
            (_, Some(Value::Bool(yes))) => Some(Cell::Yes(*yes)),
            (_, Some(value)) => value.as_text().map(|text| Cell::Text(text.to_owned())),
            (_, None) => None,
        };
        if let Some(cell) = cell {
            row.cells.insert(column.id.clone(), cell);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str = r#"
name = "people"
title = "人员"
category = 0
department = "镇政府"
owner = "town"
cycle_days = 365
purpose = "登记"
seals_numbers = true
key = ["id_no"]
[[column]]
id = "id_no"
header = "身份证号"
type = "id_no"
required = true
sensitivity = "S"
[[column]]
id = "name"
header = "姓名"
type = "name"
required = true
sensitivity = "M"
[[column]]
id = "joined_on"
header = "入户日期"
type = "date"
sensitivity = "I"
[[column]]
id = "amount"
header = "金额"
type = "money"
sensitivity = "I"
min = 0
"#;

    fn read_text(text: &str) -> Table {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        std::fs::write(&path, text).unwrap();
        let contract = Contract::parse("people", CONTRACT).unwrap();
        read(
            &path,
            &contract,
            &KeyRing::for_tests(1),
            &|| [7; 12],
            &Progress::default(),
        )
        .unwrap()
    }

    #[test]
    fn each_row_is_typed_and_each_fault_named_by_line_and_column() {
        let table = read_text(
            "身份证号,姓名,入户日期,金额\n11010519491231002X,张三,2020-01-02,12.50\n\
             110105194912310021,李四,2020-01-02,1\n11010519491231002X,张三,2020-01-02,12.50\n\
             ,王五,1899-01-02,1.234\n",
        );
        assert_eq!(table.rows.len(), 4);
        let good: Vec<&Row> = table.good().collect();
        assert_eq!(good.len(), 1);
        assert_eq!(good[0].text("name"), "张三");
        assert_eq!(good[0].number("id_no").unwrap().mask(), "110105********002X");
        assert_eq!(good[0].money("amount"), Some(Money(1250)));
        assert_eq!(good[0].day("joined_on").unwrap().to_string(), "2020-01-02");
        let faults: Vec<String> = table
            .rows
            .iter()
            .flat_map(|r| &r.faults)
            .map(|f| f.to_string())
            .collect();
        assert!(faults[0].starts_with("第 3 行「身份证号」（A 列）"), "{faults:?}");
        assert!(
            faults[1].contains("第 4 行「身份证号」（A 列）：与第 2 行重复"),
            "{faults:?}"
        );
        assert!(
            faults
                .iter()
                .any(|f| f.contains("第 5 行「入户日期」") && f.contains("1900")),
            "{faults:?}"
        );
        assert!(faults.iter().any(|f| f.contains("第 5 行「金额」")), "{faults:?}");
    }

    #[test]
    fn returned_rows_keep_what_was_sent_and_say_why() {
        let table = read_text("身份证号,姓名\n11010519491231002X,张三\n110105194912310021,李四\n");
        let reasons = HashMap::from([(3, vec!["身份证号不对".to_owned()])]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("back.xlsx");
        std::fs::write(&path, table.returned_xlsx(&reasons).unwrap()).unwrap();
        let contract = Contract::parse("people", CONTRACT).unwrap();
        let again = read(
            &path,
            &contract,
            &KeyRing::for_tests(1),
            &|| [7; 12],
            &Progress::default(),
        )
        .unwrap();
        assert_eq!(again.rows.len(), 1);
        assert_eq!(again.rows[0].text("name"), "李四");
        assert_eq!(again.unused_columns, ["原行号", "退回原因"]);
    }
}
