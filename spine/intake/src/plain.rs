//! A table read as it stands, for who brings columns of his own and no contract: encoding, separator, sheet and the line
//! of the header are found out as an import finds them out, and nothing is checked.

use std::{fs::File, path::Path};

use kernel::{Date, period::from_epoch_days};

use crate::{
    Format, IngestError, Limits, Progress,
    cell::date,
    raw::{CellKind, RawRow, RowSource},
    run::open_source,
};

/// Titles and notes above a header; it is looked for no further down.
const HEADER_WITHIN: usize = 20;

/// A file whose header was found.
pub struct PlainFile {
    /// Names of the columns, trimmed.
    pub heads: Vec<String>,
    /// Format, encoding and sheet in words: `CSV（GB18030）`.
    pub told: String,
    /// Rows of a text are as long as its header; a workbook leaves out blank cells at the end.
    pub is_text: bool,
    source: Box<dyn RowSource>,
    sheet: usize,
    /// Rows before the first one below the header.
    skip: usize,
}

/// A row below the header.
pub struct PlainRow<'a> {
    raw: RawRow<'a>,
    from_1904: bool,
}

impl PlainRow<'_> {
    /// Line in the file, 1-based.
    pub fn line(&self) -> u64 {
        self.raw.line
    }

    /// How many cells were sent.
    pub fn cells(&self) -> usize {
        self.raw.len()
    }

    /// A cell trimmed, empty beyond the end; `None` when its bytes are no text in the file's encoding.
    pub fn text(&self, column: usize) -> Option<&str> {
        let text = self.raw.text(column)?.trim();
        (!text.contains(char::REPLACEMENT_CHARACTER)).then_some(text)
    }

    /// The day that a workbook keeps as a number.
    pub fn day(&self, column: usize) -> Option<Date> {
        let numeric = matches!(self.raw.kind(column), CellKind::Number | CellKind::Formula);
        let days = numeric.then(|| date(self.raw.text(column)?.trim(), self.from_1904).ok());
        from_epoch_days(days.flatten()?)
    }
}

impl PlainFile {
    /// Opens a file and finds the line that names all the wanted columns; where none does, the first line that is not
    /// blank counts as the header, so that the caller can say which column is missing.
    ///
    /// # Errors
    /// When the file as a whole cannot be read, with what to do about it.
    pub fn open(path: &Path, wanted: &[&str]) -> Result<PlainFile, IngestError> {
        let mut file = File::open(path)?;
        let format = Format::detect(&mut file)?;
        let mut source = open_source(file, format, Limits::default(), &Progress::default())?;
        let mut first = None;
        for sheet in 0..source.sheets().len() {
            let mut found = None;
            source.read(sheet, &mut |block| {
                let rows = || {
                    block
                        .rows_from(0)
                        .take(HEADER_WITHIN)
                        .enumerate()
                        .filter(|(_, row)| !row.is_blank())
                };
                let named = rows().find(|(_, row)| names(*row, wanted));
                let has_all = named.is_some();
                found = named
                    .or_else(|| rows().next())
                    .map(|(at, row)| (at, heads(row), has_all));
                Ok(false)
            })?;
            match found {
                Some((at, heads, true)) => {
                    first = Some((sheet, at, heads));
                    break;
                }
                Some((at, heads, false)) => {
                    first.get_or_insert((sheet, at, heads));
                }
                None => {}
            }
        }
        let (sheet, at, heads) = first.ok_or(IngestError::Empty)?;
        let name = &source.sheets()[sheet];
        Ok(PlainFile {
            told: if name.is_empty() {
                format.title()
            } else {
                format!("{}，工作表“{name}”", format.title())
            },
            is_text: matches!(format, Format::Delimited { .. }),
            heads,
            source,
            sheet,
            skip: at + 1,
        })
    }

    /// Hands over the rows below the header in the file's order, blank ones left out, until `take` says false.
    ///
    /// # Errors
    /// A file that breaks off or a row that never ends.
    pub fn rows(&mut self, take: &mut dyn FnMut(&PlainRow<'_>) -> bool) -> Result<(), IngestError> {
        let from_1904 = self.source.counts_days_from_1904();
        let mut skip = self.skip;
        self.source.read(self.sheet, &mut |block| {
            let start = skip.min(block.len());
            skip -= start;
            let mut rows = block.rows_from(start).filter(|row| !row.is_blank());
            Ok(rows.all(|raw| take(&PlainRow { raw, from_1904 })))
        })
    }
}

fn heads(row: RawRow<'_>) -> Vec<String> {
    row.cells()
        .map(|cell| cell.trim_start_matches('\u{feff}').trim().to_owned())
        .collect()
}

fn names(row: RawRow<'_>, wanted: &[&str]) -> bool {
    let heads = heads(row);
    wanted.iter().all(|name| heads.iter().any(|head| head == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], wanted: &[&str]) -> (String, Vec<String>, Vec<(u64, Vec<Option<String>>)>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sent");
        std::fs::write(&path, bytes).unwrap();
        let mut file = PlainFile::open(&path, wanted).unwrap();
        let (told, heads) = (file.told.clone(), file.heads.clone());
        let mut rows = Vec::new();
        file.rows(&mut |row| {
            let cells =
                (0..heads.len()).map(|at| row.day(at).map(|d| d.to_string()).or(row.text(at).map(str::to_owned)));
            rows.push((row.line(), cells.collect()));
            true
        })
        .unwrap();
        (told, heads, rows)
    }

    fn cells(of: &[&str]) -> Vec<Option<String>> {
        of.iter().map(|cell| Some((*cell).to_owned())).collect()
    }

    #[test]
    fn a_table_is_read_in_the_encoding_it_was_sent_in_below_its_title() {
        let text = "二○二五年度汇总表,,\r\n姓名, 出生 ,住址\r\n王一，,1950-01-02,镕村\r\n\r\n李二,1951-02-03,喆街\r\n";
        for (encoding, told) in [
            (encoding_rs::GB18030, "CSV（GB18030）"),
            (encoding_rs::UTF_8, "CSV（UTF-8）"),
        ] {
            let mut bytes = encoding.encode(text).0.into_owned();
            if encoding == encoding_rs::UTF_8 {
                bytes.splice(0..0, *b"\xef\xbb\xbf");
            }
            let (said, heads, rows) = read(&bytes, &["姓名", "出生"]);
            assert_eq!(
                (said.as_str(), heads.as_slice()),
                (told, &["姓名", "出生", "住址"].map(str::to_owned)[..])
            );
            let wanted = [
                (3, cells(&["王一，", "1950-01-02", "镕村"])),
                (5, cells(&["李二", "1951-02-03", "喆街"])),
            ];
            assert_eq!(rows, wanted, "{told}");
        }
    }

    #[test]
    fn a_workbook_gives_its_days_as_days_and_the_sheet_that_has_the_columns() {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet()
            .set_name("说明")
            .unwrap()
            .write_string(0, 0, "请勿改动")
            .unwrap();
        let sheet = book.add_worksheet().set_name("名单").unwrap();
        for (at, head) in ["姓名", "出生"].iter().enumerate() {
            sheet.write_string(0, at as u16, *head).unwrap();
        }
        sheet.write_string(1, 0, "王一").unwrap();
        let day = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
        sheet.write_number_with_format(1, 1, 18_265.0, &day).unwrap();
        let (told, _, rows) = read(&book.save_to_buffer().unwrap(), &["姓名", "出生"]);
        assert_eq!(told, "XLSX，工作表“名单”");
        assert_eq!(rows, [(2, cells(&["王一", "1950-01-02"]))]);
    }

    #[test]
    fn bytes_that_are_no_text_are_not_taken_for_one() {
        // Far behind what the encoding is guessed from; a file broken at its beginning is refused whole.
        let mut sent = "no,name\n".to_owned() + &"1,王一\n".repeat(150_000);
        sent.push_str("2,王");
        let mut sent = sent.into_bytes();
        sent.extend(b"\xff\n");
        let (_, _, rows) = read(&sent, &["no"]);
        assert_eq!(rows.last().unwrap().1, [Some("2".to_owned()), None]);
    }
}
