//! The file of rejected rows. It holds readable ID numbers, so it lies on disk only sealed.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use kernel::{KeyRing, Sealed};

use super::IngestError;

const CHUNK_BYTES: usize = 256 << 10;
const MAGIC: &[u8; 4] = b"YGR1";
/// Rows a worksheet can hold below its header.
const SHEET_ROWS: u32 = 1_048_575;

/// Writes sealed chunks of CSV; created with the first rejected row.
pub(crate) struct RejectsWriter<'a> {
    path: PathBuf,
    header: Vec<u8>,
    file: Option<File>,
    pending: Vec<u8>,
    chunk: u64,
    keyring: &'a KeyRing,
    nonce: &'a (dyn Fn() -> [u8; 12] + Sync),
}

impl<'a> RejectsWriter<'a> {
    pub(crate) fn new(
        path: &Path,
        headers: &[String],
        keyring: &'a KeyRing,
        nonce: &'a (dyn Fn() -> [u8; 12] + Sync),
    ) -> Self {
        let mut line = csv::Writer::from_writer(Vec::new());
        let titles = headers.iter().map(String::as_str).chain(["原行号", "错误原因"]);
        let header = line
            .write_record(titles)
            .ok()
            .and_then(|()| line.into_inner().ok())
            .unwrap_or_default();
        RejectsWriter {
            path: path.to_owned(),
            header,
            file: None,
            pending: Vec::new(),
            chunk: 0,
            keyring,
            nonce,
        }
    }

    pub(crate) fn push(&mut self, rows: &[u8]) -> Result<(), IngestError> {
        if rows.is_empty() {
            return Ok(());
        }
        if self.file.is_none() {
            let mut file = private_file(&self.path)?;
            file.write_all(MAGIC)?;
            self.file = Some(file);
            self.pending.extend_from_slice(&self.header);
        }
        self.pending.extend_from_slice(rows);
        if self.pending.len() >= CHUNK_BYTES {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), IngestError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let text = String::from_utf8_lossy(&self.pending);
        let sealed = self.keyring.seal(&label(self.chunk), &text, (self.nonce)());
        file.write_all(&(sealed.0.len() as u32).to_le_bytes())?;
        file.write_all(&sealed.0)?;
        self.chunk += 1;
        self.pending.clear();
        Ok(())
    }

    /// The finished file, if any row was rejected.
    pub(crate) fn finish(mut self) -> Result<Option<PathBuf>, IngestError> {
        if !self.pending.is_empty() {
            self.flush()?;
        }
        if let Some(file) = self.file.take() {
            file.sync_all()?;
            return Ok(Some(self.path));
        }
        Ok(None)
    }
}

fn label(chunk: u64) -> String {
    format!("rejects:{chunk}")
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens a sealed file of rejects and gives its CSV text chunk by chunk. The caller has put the act on record.
pub fn open_rejects<'k>(
    path: &Path,
    keyring: &'k KeyRing,
) -> io::Result<impl Iterator<Item = io::Result<String>> + 'k> {
    let mut file = BufReader::new(File::open(path)?);
    let mut magic = [0; 4];
    file.read_exact(&mut magic)?;
    if &magic != MAGIC {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a file of rejects"));
    }
    let mut chunk = 0;
    Ok(std::iter::from_fn(move || {
        let mut length = [0; 4];
        match file.read_exact(&mut length) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return None,
            Err(e) => return Some(Err(e)),
        }
        let mut sealed = Vec::new();
        let result = file
            .by_ref()
            .take(u64::from(u32::from_le_bytes(length)))
            .read_to_end(&mut sealed);
        let text = result.and_then(|_| {
            keyring
                .reveal(&label(chunk), &Sealed(sealed))
                .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
        });
        chunk += 1;
        Some(text)
    }))
}

/// The rejected rows as a workbook of text cells, so that ID numbers survive the spreadsheet program.
pub fn rejects_xlsx(path: &Path, keyring: &KeyRing) -> Result<Vec<u8>, IngestError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let text = rust_xlsxwriter::Format::new().set_num_format("@");
    let written = |e: rust_xlsxwriter::XlsxError| IngestError::Write(e.to_string());
    let sheet = book.add_worksheet_with_constant_memory().map_err(written)?;
    sheet.set_name("退回修改").map_err(written)?;
    let mut row = 0_u32;
    for chunk in open_rejects(path, keyring)? {
        let chunk = chunk?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(chunk.as_bytes());
        for record in reader.records() {
            if row > SHEET_ROWS {
                break;
            }
            let record = record.map_err(|e| IngestError::Write(e.to_string()))?;
            for (at, cell) in (0_u16..).zip(record.iter()) {
                // A cell holds at most 32,767 characters.
                let cell: String = cell.chars().take(32_767).collect();
                sheet.write_string_with_format(row, at, cell, &text).map_err(written)?;
            }
            row += 1;
        }
    }
    book.save_to_buffer().map_err(written)
}
