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
        CsvSource {
            file,
            encoding,
            separator,
            read,
        }
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
            held_return: false,
            last: b'\n',
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
        // Where the record before ended; the crate's own record positions lie before skipped blank lines.
        let mut reached = 1;
        loop {
            budget.store(0, Ordering::Relaxed);
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => return Err(explain(e, reader.position().line())),
            }
            let now = reader.position().line();
            // Several line feeds since: blank lines before the record, or breaks inside its quotes.
            let inner = if now > reached + 1 {
                record.as_slice().iter().filter(|b| **b == b'\n').count() as u64
            } else {
                0
            };
            let line = (now - 1).saturating_sub(inner).max(1);
            reached = now;
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
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => IngestError::RowTooLong {
            line,
            limit: MAX_ROW_MB,
        },
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
    /// A carriage return at the end of the last piece, not yet handed on.
    held_return: bool,
    /// The last byte handed on.
    last: u8,
    since_record: Arc<AtomicU64>,
    read: Arc<AtomicU64>,
}

impl Read for Bounded<'_> {
    /// Lines end with a line feed alone, the last one too, so that counting feeds counts lines.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.since_record.load(Ordering::Relaxed) > MAX_ROW_MB << 20 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        loop {
            let held = usize::from(std::mem::take(&mut self.held_return));
            into[..held].fill(b'\r');
            let taken = self.take(&mut into[held..])?;
            if taken == 0 {
                let ends_open = self.last != b'\n' && held == 0;
                into[0] = if ends_open { b'\n' } else { into[0] };
                self.last = b'\n';
                return Ok(usize::from(ends_open) + held);
            }
            let mut count = held + taken;
            if into[count - 1] == b'\r' {
                self.held_return = true;
                count -= 1;
            }
            count = without_returns(&mut into[..count]);
            if count > 0 {
                self.last = into[count - 1];
                self.since_record.fetch_add(count as u64, Ordering::Relaxed);
                return Ok(count);
            }
        }
    }
}

/// Drops carriage returns before line feeds, in place.
fn without_returns(bytes: &mut [u8]) -> usize {
    let (mut from, mut to) = (0, 0);
    while let Some(found) = bytes[from..].iter().position(|b| *b == b'\r') {
        let at = from + found;
        let keep = if bytes.get(at + 1) == Some(&b'\n') { at } else { at + 1 };
        bytes.copy_within(from..keep, to);
        to += keep - from;
        from = at + 1;
    }
    bytes.copy_within(from.., to);
    to + bytes.len() - from
}

impl Bounded<'_> {
    fn take(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_some() {
            return self.decode(into);
        }
        let count = self.file.read(into)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

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
