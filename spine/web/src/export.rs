//! Lists as XLSX files of any length: rows go to disk as they come, so memory stays the same for 100 rows and for
//! a million. A full sheet is followed by another.
//!
//! ID numbers, account tails and document numbers are text cells. Text that a spreadsheet could read as a formula
//! (`=`, `+`, `-`, `@`, a tab) gets an apostrophe before it: names come from outside.

use std::path::PathBuf;

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use kernel::{AppError, AppResult, Money};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook};
use tokio::io::AsyncReadExt;

use crate::{App, download};

/// Rows of a sheet, the head included; the format allows 1,048,576.
const SHEET_ROWS: u32 = 1_000_000;
const MIME: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// In yuan with two decimals.
    Money(Money),
    Count(i64),
    /// Hundredths: quantities such as 3.50 mu.
    Hundredths(i64),
    Empty,
}

impl Cell {
    /// Text; empty text is an empty cell.
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
}

/// A table on its way to a file.
pub struct Export {
    book: Workbook,
    /// Sheets begun.
    sheets: usize,
    /// Rows on the present sheet, the head included.
    row: u32,
    rows: u64,
    sheet_name: String,
    columns: Vec<(String, f64)>,
    head: Format,
    money: Format,
    hundredths: Format,
    path: PathBuf,
}

impl Export {
    /// Begins a table; each column is its title and its width in characters.
    pub fn begin(app: &App, sheet_name: &str, columns: &[(&str, f64)]) -> AppResult<Export> {
        let folder = app.config.data_dir.join("tmp");
        std::fs::create_dir_all(&folder).map_err(AppError::internal)?;
        let name = format!("export-{}.xlsx", app.next_id());
        let mut book = Workbook::new();
        book.set_tempdir(&folder).map_err(AppError::internal)?;
        let head = Format::new()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_border(FormatBorder::Thin)
            .set_background_color("#DCE6F2");
        Ok(Export {
            book,
            sheets: 0,
            row: SHEET_ROWS,
            rows: 0,
            sheet_name: sheet_name.to_owned(),
            columns: columns
                .iter()
                .map(|(title, width)| ((*title).to_owned(), *width))
                .collect(),
            head,
            money: Format::new().set_num_format("#,##0.00"),
            hundredths: Format::new().set_num_format("0.00"),
            path: folder.join(name),
        })
    }

    /// Adds one row; its cells stand in the order of the columns.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> AppResult<()> {
        if self.row >= SHEET_ROWS {
            self.next_sheet()?;
        }
        let sheet = self
            .book
            .worksheet_from_index(self.sheets - 1)
            .map_err(AppError::internal)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(self.row, column, harmless(text)),
                Cell::Money(money) => sheet.write_number_with_format(self.row, column, yuan(money.fen()), &self.money),
                Cell::Hundredths(n) => sheet.write_number_with_format(self.row, column, yuan(n), &self.hundredths),
                Cell::Count(n) => sheet.write_number(self.row, column, n as f64),
                Cell::Empty => continue,
            }
            .map_err(AppError::internal)?;
        }
        self.row += 1;
        self.rows += 1;
        Ok(())
    }

    /// Rows so far, heads not counted.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Closes the file and sends it; it is gone from disk when sent.
    pub async fn send(mut self, file_name: &str) -> AppResult<Response> {
        if self.sheets == 0 {
            self.next_sheet()?;
        }
        let path = self.path.clone();
        let opened = tokio::task::spawn_blocking(move || -> AppResult<std::fs::File> {
            self.book.save(&path).map_err(AppError::internal)?;
            let file = std::fs::File::open(&path).map_err(AppError::internal)?;
            std::fs::remove_file(&path).map_err(AppError::internal)?;
            Ok(file)
        });
        let file = tokio::fs::File::from_std(opened.await.map_err(AppError::internal)??);
        let chunks = futures::stream::try_unfold(file, async |mut file| {
            let mut chunk = vec![0; 64 << 10];
            let read = file.read(&mut chunk).await?;
            chunk.truncate(read);
            Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
        });
        Ok(download(file_name, MIME, Body::from_stream(chunks)))
    }

    fn next_sheet(&mut self) -> AppResult<()> {
        self.sheets += 1;
        self.row = 1;
        let sheet = self
            .book
            .add_worksheet_with_constant_memory()
            .map_err(AppError::internal)?;
        let number = if self.sheets > 1 {
            self.sheets.to_string()
        } else {
            String::new()
        };
        sheet
            .set_name(format!("{}{number}", self.sheet_name))
            .map_err(AppError::internal)?;
        sheet.set_freeze_panes(1, 0).map_err(AppError::internal)?;
        for (column, (title, width)) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(column, *width).map_err(AppError::internal)?;
            sheet
                .write_string_with_format(0, column, title, &self.head)
                .map_err(AppError::internal)?;
        }
        Ok(())
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// For showing only: spreadsheets know no other number.
fn yuan(fen: i64) -> f64 {
    fen as f64 / 100.0
}

fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn text_that_could_be_a_formula_is_disarmed() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".into()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("张三".into()), "张三");
    }
}
