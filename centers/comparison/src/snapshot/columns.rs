//! Whole columns of a snapshot, sealed ones left alone unless named.

use std::fs::File;

use arrow::{array::RecordBatch, compute::concat_batches};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection, RowSelector},
};

use super::{Snapshot, SnapshotError};

const BATCH_ROWS: usize = 65_536;

impl Snapshot {
    /// These columns of all rows, or of those at places (ascending), in one batch, in the order of the file; a column the
    /// snapshot lacks is left out.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn columns(&self, names: &[&str], places: Option<&[u32]>) -> Result<RecordBatch, SnapshotError> {
        let bad = |problem: String| SnapshotError::Unreadable {
            path: self.path().to_owned(),
            problem,
        };
        let file = File::open(self.path()).map_err(|e| bad(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let builder = match places {
            None => builder,
            Some(places) => builder.with_row_selection(at(places)),
        };
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

/// Rows by their place, ascending, as runs of neighbours.
fn at(places: &[u32]) -> RowSelection {
    let mut selectors = Vec::new();
    let mut next = 0_usize;
    for run in places.chunk_by(|a, b| a + 1 == *b) {
        let from = run[0] as usize;
        selectors.push(RowSelector::skip(from - next));
        selectors.push(RowSelector::select(run.len()));
        next = from + run.len();
    }
    RowSelection::from(selectors)
}
