//! CSV in the encodings departments use. Rows are encoded in pieces, so that memory stays flat.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use super::look::Encoding;

const PIECE: usize = 1 << 18;

/// A CSV file being written.
pub(crate) struct CsvFile {
    out: BufWriter<File>,
    rows: csv::Writer<Vec<u8>>,
    encoding: Encoding,
    line: u32,
}

impl CsvFile {
    pub(crate) fn create(path: &Path, encoding: Encoding) -> io::Result<CsvFile> {
        let mut out = BufWriter::new(File::create(path)?);
        if encoding == Encoding::Utf8Bom {
            out.write_all(b"\xef\xbb\xbf")?;
        }
        Ok(CsvFile {
            out,
            rows: new_piece(encoding),
            encoding,
            line: 0,
        })
    }

    /// Writes a row and returns its line, counted from 1.
    pub(crate) fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> io::Result<u32> {
        self.rows.write_record(fields)?;
        self.line += 1;
        if self.line.is_multiple_of(1024) {
            self.rows.flush()?;
            if self.rows.get_ref().len() > PIECE {
                self.send()?;
            }
        }
        Ok(self.line)
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.send()?;
        self.out.flush()
    }

    fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::replace(&mut self.rows, new_piece(self.encoding));
        let bytes = piece.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
        if self.encoding == Encoding::Gb18030 {
            let text = String::from_utf8(bytes).map_err(io::Error::other)?;
            let (encoded, _, _) = encoding_rs::GB18030.encode(&text);
            self.out.write_all(&encoded)
        } else {
            self.out.write_all(&bytes)
        }
    }
}

fn new_piece(encoding: Encoding) -> csv::Writer<Vec<u8>> {
    // Old office programs end lines the DOS way.
    let end = if encoding == Encoding::Gb18030 {
        csv::Terminator::CRLF
    } else {
        csv::Terminator::Any(b'\n')
    };
    csv::WriterBuilder::new()
        .terminator(end)
        .from_writer(Vec::with_capacity(PIECE * 2))
}
