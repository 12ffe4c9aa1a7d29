//! Whole columns of a snapshot, sealed ones left alone unless named.

use std::fs::File;

use arrow::{array::RecordBatch, compute::concat_batches};
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};

use super::{Snapshot, SnapshotError};

const BATCH_ROWS: usize = 65_536;

impl Snapshot {
    /// These columns of all rows in one batch, in the order of the file; a column the snapshot lacks is left out.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn columns(&self, names: &[&str]) -> Result<RecordBatch, SnapshotError> {
        let bad = |problem: String| SnapshotError::Unreadable {
            path: self.path().to_owned(),
            problem,
        };
        let file = File::open(self.path()).map_err(|e| bad(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|e| bad(e.to_string()))?;
        let schema = arrow::array::RecordBatchReader::schema(&reader);
        let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|e| bad(e.to_string()))?;
        concat_batches(&schema, &batches).map_err(|e| bad(e.to_string()))
    }
}
