//! Sorts accepted rows by person and writes them, in bounded memory: what exceeds one run is spilled and merged.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::{self, File},
    sync::Arc,
};

use arrow::{
    array::{AsArray, RecordBatch},
    compute::interleave_record_batch,
    datatypes::{Int64Type, SchemaRef},
};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::Compression,
    file::{
        metadata::{KeyValue, SortingColumn},
        properties::{EnabledStatistics, WriterProperties},
    },
    schema::types::ColumnPath,
};
use tempfile::NamedTempFile;

use intake::{
    Delivered, IngestError, Rows,
    contract::{KEY_COLUMN, ROW_HASH, ROW_NO},
};
use parquet::errors::ParquetError;

use super::SnapshotStore;

/// Rows sorted at once.
const RUN_ROWS: usize = 1 << 20;
/// Bytes of rows sorted at once.
const RUN_BYTES: usize = 160 << 20;
const GROUP_ROWS: usize = 1 << 18;
const OUT_ROWS: usize = 1 << 15;

/// Takes batches in file order, gives one sorted file.
pub struct SnapshotWriter<'a> {
    store: &'a SnapshotStore,
    schema: SchemaRef,
    key: usize,
    work: std::path::PathBuf,
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    pending_bytes: usize,
    runs: Vec<NamedTempFile>,
    run_rows: usize,
}

impl<'a> SnapshotWriter<'a> {
    pub fn new(store: &'a SnapshotStore, schema: SchemaRef) -> Result<Self, IngestError> {
        let key = schema.index_of(KEY_COLUMN)?;
        Ok(SnapshotWriter {
            store,
            schema,
            key,
            work: store.work(),
            pending: Vec::new(),
            pending_rows: 0,
            pending_bytes: 0,
            runs: Vec::new(),
            run_rows: RUN_ROWS,
        })
    }

    /// Smaller runs, so that a test can see the merge.
    #[cfg(test)]
    fn with_run_rows(mut self, rows: usize) -> Self {
        self.run_rows = rows;
        self
    }

    fn spill(&mut self) -> Result<(), IngestError> {
        let file = NamedTempFile::new_in(&self.work)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::LZ4_RAW)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_max_row_group_row_count(Some(OUT_ROWS * 4))
            .build();
        let mut writer =
            ArrowWriter::try_new(file.reopen()?, self.schema.clone(), Some(properties)).map_err(unwritten)?;
        self.each_sorted(&mut |batch| writer.write(&batch).map_err(unwritten))?;
        writer.close().map_err(unwritten)?;
        self.runs.push(file);
        Ok(())
    }

    /// Hands over the pending rows in order of key, then of file.
    fn each_sorted(&mut self, take: &mut dyn FnMut(RecordBatch) -> Result<(), IngestError>) -> Result<(), IngestError> {
        let batches = std::mem::take(&mut self.pending);
        let mut order = Vec::with_capacity(self.pending_rows);
        for (at, batch) in (0_u32..).zip(&batches) {
            let keys = batch.column(self.key).as_primitive::<Int64Type>().values();
            order.extend((0_u32..).zip(keys.iter()).map(|(row, key)| (*key, at, row)));
        }
        (self.pending_rows, self.pending_bytes) = (0, 0);
        order.sort_unstable();
        let views: Vec<&RecordBatch> = batches.iter().collect();
        for part in order.chunks(OUT_ROWS) {
            let places: Vec<(usize, usize)> = part.iter().map(|(_, at, row)| (*at as usize, *row as usize)).collect();
            take(interleave_record_batch(&views, &places)?)?;
        }
        Ok(())
    }
}

impl Rows for SnapshotWriter<'_> {
    fn push(&mut self, batch: RecordBatch) -> Result<(), IngestError> {
        self.pending_rows += batch.num_rows();
        self.pending_bytes += batch.get_array_memory_size();
        self.pending.push(batch);
        if self.pending_rows >= self.run_rows || self.pending_bytes >= RUN_BYTES {
            self.spill()
        } else {
            Ok(())
        }
    }

    /// Writes the snapshot and moves it into place. True when it was there before: then nothing is written.
    fn finish(mut self: Box<Self>, source: &Delivered) -> Result<bool, IngestError> {
        let target = self.store.path(&source.data_set, &source.hash);
        if target.exists() {
            return Ok(true);
        }
        let file = NamedTempFile::new_in(&self.work)?;
        let mut writer = ArrowWriter::try_new(
            file.reopen()?,
            self.schema.clone(),
            Some(properties(&self.schema, source)?),
        )
        .map_err(unwritten)?;
        if self.runs.is_empty() {
            self.each_sorted(&mut |batch| writer.write(&batch).map_err(unwritten))?;
        } else {
            if !self.pending.is_empty() {
                self.spill()?;
            }
            merge(&self.runs, self.key, &mut |batch| {
                writer.write(&batch).map_err(unwritten)
            })?;
        }
        writer.close().map_err(unwritten)?;
        file.as_file().sync_all()?;
        let folder = self.store.root().join(&source.data_set);
        fs::create_dir_all(&folder)?;
        file.persist(&target).map_err(|e| e.error)?;
        // The name must survive a power cut as well as the bytes.
        File::open(&folder)?.sync_all()?;
        Ok(false)
    }
}

fn unwritten(e: ParquetError) -> IngestError {
    IngestError::Write(e.to_string())
}

fn properties(schema: &SchemaRef, source: &Delivered) -> Result<WriterProperties, IngestError> {
    let mut contract = source.contract.clone();
    // Examples look like real numbers; a snapshot holds none that anyone could read.
    contract.columns.iter_mut().for_each(|c| c.example = None);
    let contract = toml::to_string(&contract).map_err(|e| IngestError::Write(e.to_string()))?;
    let about = [
        ("data_set", source.data_set.clone()),
        ("hash", source.hash.clone()),
        ("file_name", source.file_name.clone()),
        ("file_sha256", source.file_sha256.clone()),
        ("contract", contract),
    ];
    let about = about
        .map(|(key, value)| KeyValue::new(format!("yangguang.{key}"), value))
        .to_vec();
    let key = schema.index_of(KEY_COLUMN)? as i32;
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(20_000)
        .set_write_batch_size(4_096)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(vec![SortingColumn {
            column_idx: key,
            descending: false,
            nulls_first: false,
        }]))
        .set_key_value_metadata(Some(about))
        .set_column_bloom_filter_enabled(ColumnPath::from(KEY_COLUMN), true)
        .set_column_bloom_filter_max_ndv(
            ColumnPath::from(KEY_COLUMN),
            (source.rows as usize).min(GROUP_ROWS) as u64,
        );
    // Values that hardly repeat: a dictionary would be built and thrown away.
    // They do not compress either, and the key is read by every comparison.
    for name in [KEY_COLUMN, ROW_NO, ROW_HASH] {
        builder = builder
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_compression(ColumnPath::from(name), Compression::UNCOMPRESSED);
    }
    for name in [ROW_NO, ROW_HASH] {
        builder = builder.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::None);
    }
    Ok(builder.build())
}

/// One spilled run, read again.
struct Run {
    reader: ParquetRecordBatchReader,
    batch: Arc<RecordBatch>,
    /// Place of `batch` among the batches of the output being put together.
    slot: usize,
    row: usize,
}

impl Run {
    fn key(&self, column: usize) -> i64 {
        self.batch.column(column).as_primitive::<Int64Type>().value(self.row)
    }
}

fn merge(
    files: &[NamedTempFile],
    key: usize,
    take: &mut dyn FnMut(RecordBatch) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let mut runs = Vec::new();
    for file in files {
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(file.reopen()?)
            .map_err(unwritten)?
            .with_batch_size(4_096)
            .build()
            .map_err(unwritten)?;
        if let Some(batch) = reader.next().transpose()? {
            runs.push(Run {
                reader,
                batch: Arc::new(batch),
                slot: 0,
                row: 0,
            });
        }
    }
    // Runs are in file order, so the run's number settles equal keys.
    let mut heap: BinaryHeap<Reverse<(i64, usize)>> = runs
        .iter()
        .enumerate()
        .map(|(at, run)| Reverse((run.key(key), at)))
        .collect();
    let mut batches: Vec<Arc<RecordBatch>> = Vec::new();
    let mut places: Vec<(usize, usize)> = Vec::with_capacity(OUT_ROWS);
    let restart = |runs: &mut [Run], batches: &mut Vec<Arc<RecordBatch>>| {
        batches.clear();
        for run in runs {
            run.slot = batches.len();
            batches.push(run.batch.clone());
        }
    };
    restart(&mut runs, &mut batches);
    while let Some(Reverse((_, at))) = heap.pop() {
        let run = &mut runs[at];
        places.push((run.slot, run.row));
        run.row += 1;
        if run.row == run.batch.num_rows() {
            match run.reader.next().transpose()? {
                Some(batch) => {
                    run.batch = Arc::new(batch);
                    (run.slot, run.row) = (batches.len(), 0);
                    batches.push(run.batch.clone());
                    heap.push(Reverse((run.key(key), at)));
                }
                None => run.row = 0,
            }
        } else {
            heap.push(Reverse((run.key(key), at)));
        }
        if places.len() == OUT_ROWS {
            flush(&batches, &mut places, take)?;
            restart(&mut runs, &mut batches);
        }
    }
    flush(&batches, &mut places, take)
}

fn flush(
    batches: &[Arc<RecordBatch>],
    places: &mut Vec<(usize, usize)>,
    take: &mut dyn FnMut(RecordBatch) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    if !places.is_empty() {
        let views: Vec<&RecordBatch> = batches.iter().map(Arc::as_ref).collect();
        take(interleave_record_batch(&views, places)?)?;
        places.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{Int64Array, StringArray},
        datatypes::{DataType, Field, Schema},
    };

    use super::*;

    #[test]
    fn spilled_runs_merge_into_one_sorted_file_with_every_row() {
        let folder = tempfile::tempdir().unwrap();
        let store = SnapshotStore::open(folder.path()).unwrap();
        let schema = Arc::new(Schema::new(vec![
            Field::new(KEY_COLUMN, DataType::Int64, false),
            Field::new(ROW_NO, DataType::Int64, false),
            Field::new(ROW_HASH, DataType::Utf8, false),
        ]));
        let mut writer = SnapshotWriter::new(&store, schema.clone())
            .unwrap()
            .with_run_rows(30_000);
        for block in 0..20_i64 {
            let rows: Vec<i64> = (block * 5_000..(block + 1) * 5_000).collect();
            let keys: Vec<i64> = rows.iter().map(|r| r.wrapping_mul(0x9e37_79b9) % 7_919).collect();
            let names = StringArray::from_iter_values(rows.iter().map(|r| format!("row {r}")));
            writer
                .push(
                    RecordBatch::try_new(
                        schema.clone(),
                        vec![
                            Arc::new(Int64Array::from(keys)),
                            Arc::new(Int64Array::from(rows)),
                            Arc::new(names),
                        ],
                    )
                    .unwrap(),
                )
                .unwrap();
        }
        assert!(writer.runs.len() >= 3);
        let contract = intake::contract::Contracts::embedded()
            .unwrap()
            .get("land")
            .unwrap()
            .as_ref()
            .clone();
        let source = Delivered {
            data_set: "land".into(),
            hash: "ab".into(),
            rows: 100_000,
            file_name: "x".into(),
            file_sha256: "y".into(),
            contract,
        };
        assert!(!Box::new(writer).finish(&source).unwrap());
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(store.path("land", "ab")).unwrap())
            .unwrap()
            .build()
            .unwrap();
        let (mut last, mut count) = ((i64::MIN, -1), 0);
        for batch in reader {
            let batch = batch.unwrap();
            let (keys, rows) = (
                batch.column(0).as_primitive::<Int64Type>(),
                batch.column(1).as_primitive::<Int64Type>(),
            );
            for at in 0..batch.num_rows() {
                let now = (keys.value(at), rows.value(at));
                assert!(last < now, "{last:?} {now:?}");
                assert_eq!(batch.column(2).as_string::<i32>().value(at), format!("row {}", now.1));
                (last, count) = (now, count + 1);
            }
        }
        assert_eq!(count, 100_000);
        assert_eq!(store.clean_unfinished().unwrap(), 0);
    }
}
