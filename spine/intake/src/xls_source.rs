//! The old binary workbook (XLS), read whole: it holds at most 65,536 rows, and larger files are refused.

use std::{
    fs::File,
    io::BufReader,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, Range, Reader, Xls};

use super::{
    IngestError,
    raw::{CellKind, Emit, RawBlock, RowSource},
};

const MAX_BYTES: u64 = 64 << 20;

pub(crate) struct XlsSource {
    sheets: Vec<(String, Range<Data>)>,
}

impl XlsSource {
    pub(crate) fn open(file: File) -> Result<Self, IngestError> {
        if file.metadata()?.len() > MAX_BYTES {
            return Err(IngestError::Unsafe(
                "XLS 文件超过 64 MB；请用 Excel 另存为 XLSX 后上传".into(),
            ));
        }
        // The format is old and its reader may stumble over damage; a stumble is an answer, not an outage.
        let sheets = catch_unwind(AssertUnwindSafe(|| {
            Xls::new(BufReader::new(file)).map(|mut book| book.worksheets())
        }));
        match sheets {
            Ok(Ok(sheets)) => Ok(XlsSource { sheets }),
            Ok(Err(calamine::XlsError::Password)) => Err(IngestError::Encrypted),
            _ => Err(IngestError::Damaged(
                "XLS 无法读取；请用 Excel 另存为 XLSX 后上传".into(),
            )),
        }
    }
}

impl RowSource for XlsSource {
    fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    fn read(&mut self, sheet: usize, emit: &mut Emit<'_>) -> Result<(), IngestError> {
        let range = &self.sheets[sheet].1;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut block = RawBlock::default();
        for (line, row) in (u64::from(first_row) + 1..).zip(range.rows()) {
            for _ in 0..first_column.min(512) {
                block.push_cell(b"");
            }
            for cell in row.iter().take(512) {
                match cell {
                    Data::Empty => block.push_cell(b""),
                    Data::String(text) => block.push_cell(text.as_bytes()),
                    Data::Bool(yes) => block.push_cell(if *yes { b"1" } else { b"0" }),
                    Data::Error(e) => block.push_cell_of(e.to_string().as_bytes(), CellKind::Error),
                    Data::DateTime(day) => block.push_cell_of(day.as_f64().to_string().as_bytes(), CellKind::Number),
                    other => block.push_cell_of(other.to_string().as_bytes(), CellKind::Number),
                }
            }
            block.end_row(line);
            if block.is_full() && !emit(std::mem::take(&mut block))? {
                return Ok(());
            }
        }
        if block.len() > 0 {
            emit(block)?;
        }
        Ok(())
    }
}
