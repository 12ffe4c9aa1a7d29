//! A sorted Parquet table, from a file or from memory, and the two ways to read it: keys first, or rows by place.

use std::{
    collections::HashMap,
    fs::File,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    compute::concat_batches,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use bytes::Bytes;
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{
            ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
            RowSelection,
        },
    },
    file::metadata::ParquetMetaData,
};

use crate::{People, ProbeError, pick::Picks};
use intake::contract::KEY_COLUMN;

pub(crate) const BATCH_ROWS: usize = 8_192;
/// Of one column alone, or with rows that are passed over.
pub(crate) const GROUP_BATCH_ROWS: usize = 32_768;

/// Where the bytes lie.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    File(PathBuf),
    Memory(Bytes),
}

/// One table of a run.
#[derive(Clone, Debug)]
pub struct Table {
    /// SQL name.
    pub name: String,
    /// SHA-256 that names the content.
    pub digest: String,
    pub(crate) input: Input,
    metadata: ArrowReaderMetadata,
    /// What rules see: strings as views, sealed columns left out.
    schema: SchemaRef,
    /// For each visible column its place in the file.
    pub(crate) places: Vec<usize>,
}

/// Rows of a table, by place, ascending, with the person of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    pub rows: Vec<u32>,
}

impl Table {
    pub fn from_file(name: &str, digest: &str, path: PathBuf) -> Result<Table, ProbeError> {
        let file = File::open(&path).map_err(|e| ProbeError::new(name, e))?;
        let metadata =
            ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| ProbeError::new(name, e))?;
        Self::new(name, digest, Input::File(path), metadata)
    }

    pub fn from_bytes(name: &str, digest: &str, bytes: Bytes) -> Result<Table, ProbeError> {
        let metadata =
            ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new()).map_err(|e| ProbeError::new(name, e))?;
        Self::new(name, digest, Input::Memory(bytes), metadata)
    }

    fn new(name: &str, digest: &str, input: Input, metadata: ArrowReaderMetadata) -> Result<Table, ProbeError> {
        let broken = |e: parquet::errors::ParquetError| ProbeError::new(name, e);
        let viewed: Vec<Field> = metadata.schema().fields().iter().map(|f| viewed(f)).collect();
        let places: Vec<usize> = (0..viewed.len())
            .filter(|i| !matches!(viewed[*i].data_type(), DataType::Binary | DataType::BinaryView))
            .collect();
        let schema = Arc::new(Schema::new(
            places.iter().map(|i| viewed[*i].clone()).collect::<Vec<_>>(),
        ));
        // The original Arrow schema is skipped over: this one says how the columns are to be read.
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(viewed)));
        let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).map_err(broken)?;
        Ok(Table {
            name: name.to_owned(),
            digest: digest.to_owned(),
            input,
            metadata,
            schema,
            places,
        })
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub fn rows(&self) -> usize {
        self.metadata.metadata().file_metadata().num_rows().max(0) as usize
    }

    /// The file of a table that is not in memory.
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.input {
            Input::File(path) => Some(path),
            Input::Memory(_) => None,
        }
    }

    /// Decodes the key column alone and finds the rows about people of these classes.
    pub fn find(&self, people: &People, classes: u8) -> Result<Hits, ProbeError> {
        let wanted = people.only(classes);
        let key = self
            .schema
            .index_of(KEY_COLUMN)
            .map_err(|e| ProbeError::new(&self.name, e))?;
        let mut hits = Hits::default();
        let mut first = 0;
        for group in 0..self.groups() {
            let met = self.meet(group, key, &wanted)?;
            hits.rows.extend(met.rows.iter().map(|row| first + row));
            first += self.rows_of_group(group) as u32;
        }
        Ok(hits)
    }

    /// Batches of the visible columns asked for, in that order; all rows, or only those found.
    pub fn read(&self, columns: &[usize], hits: Option<&Hits>) -> Result<TableReader, ProbeError> {
        match hits {
            Some(hits) => self.pick(columns, Arc::new(hits.clone())),
            None => self.ordered(columns, |wanted| {
                Ok(Rows::All(self.reader(None, &wanted, None, BATCH_ROWS)?))
            }),
        }
    }

    /// The same of the rows found.
    pub fn pick(&self, columns: &[usize], hits: Arc<Hits>) -> Result<TableReader, ProbeError> {
        self.ordered(columns, |wanted| Ok(Rows::Found(Picks::new(self, wanted, hits)?)))
    }

    /// All rows of these columns at once.
    pub(crate) fn whole(&self, columns: &[usize]) -> Result<RecordBatch, ProbeError> {
        let broken = |e: arrow::error::ArrowError| ProbeError::new(&self.name, e);
        let rows = self.rows().max(1);
        let all = self.ordered(columns, |wanted| Ok(Rows::All(self.reader(None, &wanted, None, rows)?)))?;
        let schema = all.schema.clone();
        let batches: Vec<RecordBatch> = all.collect::<Result<_, _>>().map_err(broken)?;
        match <[RecordBatch; 1]>::try_from(batches) {
            Ok([all]) => Ok(all),
            Err(parts) => concat_batches(&schema, &parts).map_err(broken),
        }
    }

    /// Rows read by their columns ascending, each once.
    fn ordered(
        &self,
        columns: &[usize],
        rows: impl FnOnce(Vec<usize>) -> Result<Rows, ProbeError>,
    ) -> Result<TableReader, ProbeError> {
        let mut wanted = columns.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let order = columns.iter().map(|c| wanted.binary_search(c).unwrap_or(0)).collect();
        let schema = self.schema.project(columns);
        let schema = Arc::new(schema.map_err(|e| ProbeError::new(&self.name, e))?);
        let rows = rows(wanted)?;
        Ok(TableReader { rows, order, schema })
    }

    /// One column of one group, whatever its form; all rows, or only those found, counted from the begin of the group.
    pub(crate) fn read_group(
        &self,
        group: usize,
        column: usize,
        hits: Option<&Hits>,
    ) -> Result<ParquetRecordBatchReader, ProbeError> {
        self.reader(Some(group), &[column], hits, GROUP_BATCH_ROWS)
    }

    pub(crate) fn parquet(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    pub(crate) fn reader(
        &self,
        group: Option<usize>,
        columns: &[usize],
        hits: Option<&Hits>,
        batch_rows: usize,
    ) -> Result<ParquetRecordBatchReader, ProbeError> {
        let broken = |e: String| ProbeError::new(&self.name, e);
        match &self.input {
            Input::File(path) => {
                let file = File::open(path).map_err(|e| broken(e.to_string()))?;
                self.build(
                    ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone()),
                    group,
                    columns,
                    hits,
                    batch_rows,
                )
            }
            Input::Memory(bytes) => self.build(
                ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), self.metadata.clone()),
                group,
                columns,
                hits,
                batch_rows,
            ),
        }
        .map_err(|e| broken(e.to_string()))
    }

    fn build<T: parquet::file::reader::ChunkReader + 'static>(
        &self,
        builder: ParquetRecordBatchReaderBuilder<T>,
        group: Option<usize>,
        columns: &[usize],
        hits: Option<&Hits>,
        batch_rows: usize,
    ) -> Result<ParquetRecordBatchReader, parquet::errors::ParquetError> {
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().map(|c| self.places[*c]));
        let mut builder = builder.with_projection(mask).with_batch_size(batch_rows);
        let mut rows = self.rows();
        if let Some(group) = group {
            builder = builder.with_row_groups(vec![group]);
            rows = self.rows_of_group(group);
        }
        if let Some(hits) = hits {
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(hits.ranges(), rows));
        }
        builder.build()
    }
}

impl Hits {
    /// Runs of neighbouring rows.
    fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.rows
            .chunk_by(|a, b| *b == *a + 1)
            .map(|run| run[0] as usize..run[run.len() - 1] as usize + 1)
    }
}

/// Batches in the order of columns that was asked for.
pub struct TableReader {
    rows: Rows,
    order: Vec<usize>,
    schema: SchemaRef,
}

enum Rows {
    All(ParquetRecordBatchReader),
    Found(Picks),
}

impl Iterator for TableReader {
    type Item = Result<RecordBatch, arrow::error::ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.rows {
            Rows::All(rows) => rows.next(),
            Rows::Found(rows) => rows.next(),
        };
        let batch = match next? {
            Ok(batch) => batch,
            Err(e) => return Some(Err(e)),
        };
        let columns = self.order.iter().map(|i| batch.column(*i).clone()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Some(RecordBatch::try_new_with_options(
            self.schema.clone(),
            columns,
            &options,
        ))
    }
}

/// Probes tables on two threads, largest first; each for the classes of people named with it.
pub fn find_all(work: &[(&Table, u8)], people: &People) -> Result<HashMap<String, Arc<Hits>>, ProbeError> {
    let mut queue = work.to_vec();
    queue.sort_by_key(|(table, _)| table.rows());
    let queue = Mutex::new(queue);
    let found = Mutex::new(Vec::new());
    let labour = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((table, classes)) = next else { return };
            let hits = table.find(people, classes);
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((table.name.clone(), hits));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(labour);
        labour();
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found
        .into_iter()
        .map(|(name, hits)| hits.map(|h| (name, Arc::new(h))))
        .collect()
}

/// Strings are read as views: no copy for what is only compared.
fn viewed(field: &Field) -> Field {
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => field.clone().with_data_type(DataType::Utf8View),
        _ => field.clone(),
    }
}
