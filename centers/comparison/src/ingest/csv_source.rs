//! CSV and TSV in any encoding, with a bound on how long one row may be.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::ByteRecord;
use encoding_rs::{Decoder, Encoding, UTF_8};

use super::{
    IngestError,
    raw::{Emit, RawBlock, RowSource},
};

/// A row longer than this is a lost quote, not a row.
const MAX_ROW_MB: u64 = 4;
const READ_BYTES: usize = 256 << 10;

/// Reads records; the quote-aware splitting is the csv crate's.
pub(crate) struct CsvSource {
    file: File,
    encoding: &'static Encoding,
    separator: u8,
    read: Arc<AtomicU64>,
}

impl CsvSource {
    /// `read` counts the bytes taken from the file, for the progress bar.
    pub(crate) fn new(file: File, encoding: &'static Encoding, separator: u8, read: Arc<AtomicU64>) -> Self {
        CsvSource { file, encoding, separator, read }
    }
}

impl RowSource for CsvSource {
    fn read(&mut self, _sheet: usize, emit: &mut Emit<'_>) -> Result<(), IngestError> {
        self.file.seek(SeekFrom::Start(0))?;
        self.read.store(0, Ordering::Relaxed);
        let budget = Arc::new(AtomicU64::new(0));
        let decoder = (self.encoding != UTF_8).then(|| self.encoding.new_decoder_with_bom_removal());
        let bytes = Bounded {
            file: &self.file,
            decoder,
            input: Vec::new(),
            output: Vec::new(),
            taken: 0,
            ended: false,
            since_record: budget.clone(),
            read: self.read.clone(),
        };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .buffer_capacity(READ_BYTES)
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        let mut block = RawBlock::default();
        loop {
            budget.store(0, Ordering::Relaxed);
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => return Err(explain(e, reader.position().line())),
            }
            let line = record.position().map_or(0, csv::Position::line);
            let ends = (0..record.len()).map(|i| record.range(i).map_or(0, |r| r.end));
            block.push_record(record.as_slice(), ends, line);
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

fn explain(error: csv::Error, line: u64) -> IngestError {
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => {
            IngestError::RowTooLong { line, limit: MAX_ROW_MB }
        }
        csv::ErrorKind::Io(e) => IngestError::Io(e),
        _ => IngestError::Damaged(format!("第 {line} 行附近无法拆分成单元格")),
    }
}

/// Decodes to UTF-8 and stops a record that never ends.
struct Bounded<'a> {
    file: &'a File,
    decoder: Option<Decoder>,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    ended: bool,
    since_record: Arc<AtomicU64>,
    read: Arc<AtomicU64>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.since_record.load(Ordering::Relaxed) > MAX_ROW_MB << 20 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = if self.decoder.is_none() { self.file.read(into)? } else { self.decode(into)? };
        if self.decoder.is_none() {
            self.read.fetch_add(count as u64, Ordering::Relaxed);
        }
        self.since_record.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Bounded<'_> {
    fn decode(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.input.resize(READ_BYTES, 0);
            let count = self.file.read(&mut self.input)?;
            self.read.fetch_add(count as u64, Ordering::Relaxed);
            self.ended = count == 0;
            self.taken = 0;
            let Some(decoder) = &mut self.decoder else { return Ok(0) };
            let need = decoder.max_utf8_buffer_length(count).unwrap_or(READ_BYTES * 3);
            self.output.resize(need, 0);
            let (_, _, written, _) = decoder.decode_to_utf8(&self.input[..count], &mut self.output, self.ended);
            self.output.truncate(written);
        }
        let count = into.len().min(self.output.len() - self.taken);
        into[..count].copy_from_slice(&self.output[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}
