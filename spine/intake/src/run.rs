//! One import: a thread reads, the others parse, the caller's thread puts the results in file order.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use kernel::KeyRing;
use sha2::{Digest, Sha256};

use super::{
    IngestError,
    batch::{ParsedBlock, parse_block},
    csv_source::CsvSource,
    detect::Format,
    layout::Layout,
    raw::{RawBlock, RowSource},
    rejects::RejectsWriter,
    report::{CellError, ImportReport, LISTED_FAULTS, MARKED_LINES, SnapshotRef},
    row::RowParser,
    shelf::{Delivered, Rows, Shelf, content_hasher},
    xls_source::XlsSource,
    xlsx::{Limits, XlsxSource},
};
use crate::contract::{Contract, Contracts, arrow_schema};

/// Everything one import needs; randomness and places are arguments.
pub struct ImportJob<'a> {
    pub input: &'a Path,
    /// What the file was called where it came from.
    pub file_name: &'a str,
    pub contract: &'a Contract,
    /// All data sets, to say which one a misplaced file belongs to.
    pub contracts: &'a Contracts,
    pub keyring: &'a KeyRing,
    /// Random bytes, never the same twice.
    pub nonce: &'a (dyn Fn() -> [u8; 12] + Sync),
    /// Where accepted rows go.
    pub shelf: &'a dyn Shelf,
    /// Where rejected rows go, sealed; `None` keeps none.
    pub rejects: Option<&'a Path>,
    pub dry_run: bool,
    pub limits: Limits,
}

/// How far an import is; shared with whoever shows or stops it.
#[derive(Debug, Default)]
pub struct Progress {
    pub total_bytes: AtomicU64,
    pub read_bytes: Arc<AtomicU64>,
    pub rows: AtomicU64,
    pub rejected: AtomicU64,
    pub cancel: AtomicBool,
}

impl Progress {
    /// 0..=100; the last percent is for writing.
    pub fn percent(&self) -> u64 {
        let total = self.total_bytes.load(Ordering::Relaxed).max(1);
        (self.read_bytes.load(Ordering::Relaxed) * 99 / total).min(99)
    }
}

/// Blocks waiting between threads.
const QUEUE: usize = 4;
const MAX_WORKERS: usize = 8;
/// Beyond this many rows doubled keys are no longer looked for (16 bytes each).
const MAX_KEYS: usize = 24_000_000;

/// Imports, or goes through every row without writing when `dry_run`.
pub fn run(job: &ImportJob<'_>, progress: &Progress) -> Result<ImportReport, IngestError> {
    let mut file = File::open(job.input)?;
    let file_bytes = file.metadata()?.len();
    progress.total_bytes.store(file_bytes, Ordering::Relaxed);
    let format = Format::detect(&mut file)?;
    let mut source = open_source(file, format, job.limits, progress)?;
    let (sheet, layout) = choose_sheet(source.as_mut(), job.contract, job.contracts)?;
    let mut report = ImportReport {
        data_set: job.contract.name.clone(),
        file_name: job.file_name.to_owned(),
        file_bytes,
        format: format.title(),
        sheet: source.sheets()[sheet].clone(),
        dry_run: job.dry_run,
        unused_columns: layout.unused.clone(),
        ..ImportReport::default()
    };
    let strict = matches!(format, Format::Delimited { .. });
    let from_1904 = source.counts_days_from_1904();
    let parser = RowParser::new(job.contract, &layout, job.keyring, job.nonce, from_1904, strict);
    let mut collector = Collector::new(job, &layout)?;
    let (blocks, to_parse) = sync_channel::<(u64, RawBlock)>(QUEUE);
    let (results, parsed) = sync_channel::<(u64, Result<ParsedBlock, IngestError>)>(QUEUE);
    let to_parse = Mutex::new(to_parse);
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MAX_WORKERS);
    let (outcome, reading, sha256) = std::thread::scope(|scope| {
        let hashing = scope.spawn(|| sha256_of(job.input));
        let source = source.as_mut();
        let reading = scope.spawn(move || read_blocks(source, sheet, &blocks, progress));
        for _ in 0..workers {
            let results = results.clone();
            let (parser, to_parse, schema) = (&parser, &to_parse, collector.schema.clone());
            let header_rows = layout.header_rows;
            scope.spawn(move || {
                while let Some((at, block)) = next(to_parse) {
                    let start = if at == 0 { header_rows.min(block.len()) } else { 0 };
                    if results.send((at, parse_block(parser, &schema, &block, start))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        let outcome = collector.take_all(&parsed, progress);
        // A failed collector must not leave the others waiting for room in the queues.
        drop(parsed);
        let drained = to_parse.lock().map(|rx| rx.try_iter().count());
        drop(drained);
        (outcome, reading.join(), hashing.join())
    });
    let lost = |_| IngestError::Damaged("文件内容无法解析".into());
    reading.map_err(lost)??;
    outcome?;
    report.file_sha256 = sha256.map_err(lost)??;
    collector.finish(&mut report)?;
    if report.rows == 0 {
        return Err(IngestError::NoRows);
    }
    Ok(report)
}

fn next(queue: &Mutex<Receiver<(u64, RawBlock)>>) -> Option<(u64, RawBlock)> {
    queue.lock().ok()?.recv().ok()
}

fn read_blocks(
    source: &mut dyn RowSource,
    sheet: usize,
    blocks: &SyncSender<(u64, RawBlock)>,
    progress: &Progress,
) -> Result<(), IngestError> {
    let mut at = 0;
    source.read(sheet, &mut |block| {
        if progress.cancel.load(Ordering::Relaxed) {
            return Err(IngestError::Cancelled);
        }
        at += 1;
        Ok(blocks.send((at - 1, block)).is_ok())
    })
}

/// The rows of a file whose format is known.
pub(crate) fn open_source(
    file: File,
    format: Format,
    limits: Limits,
    progress: &Progress,
) -> Result<Box<dyn RowSource>, IngestError> {
    let read_bytes = progress.read_bytes.clone();
    Ok(match format {
        Format::Delimited { encoding, separator } => Box::new(CsvSource::new(file, encoding, separator, read_bytes)),
        Format::Xlsx => Box::new(XlsxSource::open(file, limits, read_bytes)?),
        Format::Xls => Box::new(XlsSource::open(file)?),
    })
}

/// The first sheet with the contract's header; if none has it, what is wrong with the first.
pub(crate) fn choose_sheet(
    source: &mut dyn RowSource,
    contract: &Contract,
    contracts: &Contracts,
) -> Result<(usize, Layout), IngestError> {
    let mut first_problem = None;
    for sheet in 0..source.sheets().len() {
        let mut head = None;
        source.read(sheet, &mut |block| {
            head = Some(block);
            Ok(false)
        })?;
        let found = match head {
            Some(block) => Layout::locate(&block, contract, contracts),
            None => Err(IngestError::Empty),
        };
        match found {
            Ok(layout) => return Ok((sheet, layout)),
            Err(problem) => {
                // An empty first sheet says less than a later one with a wrong column.
                if matches!(first_problem, None | Some(IngestError::Empty)) {
                    first_problem = Some(problem);
                }
            }
        }
    }
    Err(first_problem.unwrap_or(IngestError::Empty))
}

fn sha256_of(path: &Path) -> Result<String, IngestError> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(&buffer[..count]);
    }
}

/// Puts parsed blocks together in file order.
struct Collector<'a> {
    job: &'a ImportJob<'a>,
    schema: arrow::datatypes::SchemaRef,
    writer: Option<Box<dyn Rows + 'a>>,
    rejects: Option<RejectsWriter<'a>>,
    content: Sha256,
    keys: Vec<(u64, u64)>,
    rows: u64,
    accepted: u64,
    warned: u64,
    rejected: u64,
    skipped: u64,
    formula_cells: u64,
    checks: BTreeMap<String, u64>,
    marked: BTreeMap<String, Vec<u64>>,
    errors: Vec<CellError>,
    warnings: Vec<CellError>,
}

impl<'a> Collector<'a> {
    fn new(job: &'a ImportJob<'a>, layout: &Layout) -> Result<Self, IngestError> {
        let schema = arrow_schema(job.contract);
        let writer = if job.dry_run {
            None
        } else {
            Some(job.shelf.open(schema.clone())?)
        };
        let rejects = job
            .rejects
            .map(|path| RejectsWriter::new(path, &layout.headers, job.keyring, job.nonce));
        Ok(Collector {
            job,
            writer,
            rejects,
            content: content_hasher(job.contract, &schema),
            schema,
            keys: Vec::new(),
            rows: 0,
            accepted: 0,
            warned: 0,
            rejected: 0,
            skipped: 0,
            formula_cells: 0,
            checks: BTreeMap::new(),
            marked: BTreeMap::new(),
            errors: Vec::new(),
            warnings: Vec::new(),
        })
    }

    fn take_all(
        &mut self,
        parsed: &Receiver<(u64, Result<ParsedBlock, IngestError>)>,
        progress: &Progress,
    ) -> Result<(), IngestError> {
        let mut waiting = BTreeMap::new();
        let mut expected = 0;
        for (at, block) in parsed {
            waiting.insert(at, block?);
            while let Some(block) = waiting.remove(&expected) {
                self.take(block)?;
                expected += 1;
            }
            progress.rows.store(self.rows, Ordering::Relaxed);
            progress.rejected.store(self.rejected, Ordering::Relaxed);
        }
        if waiting.is_empty() {
            Ok(())
        } else {
            Err(IngestError::Damaged("文件内容无法解析".into()))
        }
    }

    fn take(&mut self, block: ParsedBlock) -> Result<(), IngestError> {
        self.rows += block.rows;
        self.accepted += block.digests.len() as u64;
        self.warned += block.warned;
        self.rejected += block.rejected;
        self.skipped += block.skipped;
        self.formula_cells += block.formula_cells;
        for (check, count) in block.checks {
            *self.checks.entry(check.to_owned()).or_default() += count;
        }
        for (check, line) in block.marked {
            let lines = self.marked.entry(check.to_owned()).or_default();
            if lines.len() < MARKED_LINES {
                lines.push(line);
            }
        }
        let room = |have: usize| LISTED_FAULTS.saturating_sub(have);
        self.errors
            .extend(block.errors.into_iter().take(room(self.errors.len())));
        self.warnings
            .extend(block.warnings.into_iter().take(room(self.warnings.len())));
        for (line, digest) in &block.digests {
            self.content.update(line.to_le_bytes());
            self.content.update(digest);
        }
        if self.keys.len() < MAX_KEYS {
            self.keys.extend(block.keys);
        }
        if let (Some(writer), Some(batch)) = (&mut self.writer, block.batch) {
            writer.push(batch)?;
        }
        match &mut self.rejects {
            Some(rejects) => rejects.push(&block.rejects),
            None => Ok(()),
        }
    }

    fn finish(mut self, report: &mut ImportReport) -> Result<(), IngestError> {
        report.doubled = self.find_doubled();
        report.rows = self.rows;
        report.accepted = self.accepted;
        report.warned = self.warned;
        report.rejected = self.rejected;
        report.skipped = self.skipped;
        report.formula_cells = self.formula_cells;
        report.checks = std::mem::take(&mut self.checks);
        report.marked = std::mem::take(&mut self.marked);
        report.errors = std::mem::take(&mut self.errors);
        report.warnings = std::mem::take(&mut self.warnings);
        if let Some(rejects) = self.rejects.take() {
            report.rejects = rejects.finish()?;
        }
        let hash = hex::encode(self.content.finalize());
        if self.accepted == 0 {
            return Ok(());
        }
        let delivered = Delivered {
            data_set: self.job.contract.name.clone(),
            hash: hash.clone(),
            rows: self.accepted,
            file_name: report.file_name.clone(),
            file_sha256: report.file_sha256.clone(),
            contract: self.job.contract.clone(),
        };
        let unchanged = match self.writer.take() {
            Some(writer) => writer.finish(&delivered)?,
            None => self.job.shelf.holds(&self.job.contract.name, &hash),
        };
        report.snapshot = Some(SnapshotRef {
            data_set: delivered.data_set,
            hash,
            rows: self.accepted,
            unchanged,
        });
        Ok(())
    }

    /// Counts rows whose key occurred before, and lists the first of them.
    fn find_doubled(&mut self) -> u64 {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_unstable();
        let mut doubled = 0;
        let titles: Vec<&str> = self
            .job
            .contract
            .key
            .iter()
            .filter_map(|k| self.job.contract.column(k))
            .map(|c| c.header.as_str())
            .collect();
        let mut first = 0;
        for at in 1..keys.len() {
            if keys[at].0 != keys[first].0 {
                first = at;
                continue;
            }
            doubled += 1;
            if self.warnings.len() < LISTED_FAULTS {
                self.warnings.push(CellError {
                    line: keys[at].1,
                    letter: String::new(),
                    header: String::new(),
                    message: format!("「{}」与第 {} 行相同", titles.join("+"), keys[first].1),
                });
            }
        }
        if doubled > 0 {
            self.checks.insert("K-DUP".to_owned(), doubled);
        }
        doubled
    }
}
