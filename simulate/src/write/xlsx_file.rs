//! Spreadsheets as offices make them: a merged title, merged heads, numbers as numbers, a total at the end.

use std::{fs, io, path::Path};

use kernel::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Value, look::Look};

/// A spreadsheet being written.
pub(crate) struct XlsxFile {
    book: Workbook,
    line: u32,
    columns: u16,
}

impl XlsxFile {
    /// Title and headers according to the look.
    pub(crate) fn create(title: &str, sent_on: Date, look: &Look, headers: &[String]) -> io::Result<XlsxFile> {
        let mut book = Workbook::new();
        // The day of sending instead of the clock, so that the same order gives the same bytes.
        let day =
            ExcelDateTime::from_ymd(sent_on.year() as u16, sent_on.month().into(), sent_on.day()).map_err(fail)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let columns = headers.len() as u16;
        book.add_worksheet_with_constant_memory().map_err(fail)?;
        let mut file = XlsxFile { book, line: 0, columns };
        file.heads(title, look, headers).map_err(fail)?;
        Ok(file)
    }

    fn heads(&mut self, title: &str, look: &Look, headers: &[String]) -> Result<(), XlsxError> {
        let centred = Format::new().set_align(FormatAlign::Center).set_bold();
        let last = self.columns - 1;
        let mut line = self.line;
        let sheet = self.sheet()?;
        if look.title {
            sheet.merge_range(line, 0, line, last, title, &centred)?;
            line += 1;
        }
        if look.grouped {
            let middle = last / 2;
            sheet.merge_range(line, 0, line, middle, "人员信息", &centred)?;
            sheet.merge_range(line, middle + 1, line, last, "登记信息", &centred)?;
            line += 1;
        }
        if look.merged {
            for (i, header) in headers.iter().enumerate() {
                sheet.merge_range(line, i as u16, line + 1, i as u16, header, &centred)?;
            }
            line += 2;
        } else {
            for (i, header) in headers.iter().enumerate() {
                sheet.write_string_with_format(line, i as u16, header, &centred)?;
            }
            line += 1;
        }
        self.line = line;
        Ok(())
    }

    /// Writes a row and returns its line, counted from 1.
    pub(crate) fn row(&mut self, values: &[Value]) -> io::Result<u32> {
        let line = self.line;
        self.put(line, values).map_err(fail)?;
        self.line += 1;
        Ok(self.line)
    }

    fn put(&mut self, line: u32, values: &[Value]) -> Result<(), XlsxError> {
        let sheet = self.sheet()?;
        for (i, value) in values.iter().enumerate() {
            match value {
                Value::Text(text) if text.is_empty() => {}
                Value::Text(text) => {
                    sheet.write_string(line, i as u16, text)?;
                }
                Value::Number(number) => {
                    sheet.write_number(line, i as u16, *number)?;
                }
            }
        }
        Ok(())
    }

    /// Saves, after a total line and the clerk's line if the look has them.
    pub(crate) fn finish(mut self, path: &Path, look: &Look, rows: u64) -> io::Result<()> {
        if look.footer {
            let total = vec![Value::Text("合计".into()), Value::Text(format!("{rows}条"))];
            self.row(&total)?;
            let clerk = vec![
                Value::Text("填报人：".into()),
                Value::Text(String::new()),
                Value::Text("审核人：".into()),
            ];
            self.row(&clerk)?;
        }
        let bytes = self.book.save_to_buffer().map_err(fail)?;
        fs::write(path, bytes)
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.book.worksheet_from_index(0)
    }
}

fn fail(error: XlsxError) -> io::Error {
    io::Error::other(error.to_string())
}
