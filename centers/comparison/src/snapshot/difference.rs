//! Who is touched by a new delivery: two snapshots of one data set walked side by side, in the order of their people,
//! by the keyed hash of each row. Nothing but the two columns is decoded.

use std::fs::File;

use arrow::{
    array::{Array, AsArray},
    datatypes::Int64Type,
};
use intake::contract::{KEY_COLUMN, ROW_HASH};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use super::{Snapshot, SnapshotError};

const BATCH_ROWS: usize = 65_536;

/// What changed from one delivery to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// People with a row that is new, gone or changed, ascending. A row without a person is not among them.
    pub people: Vec<i64>,
    /// Rows of these people in the newer delivery.
    pub rows: u64,
}

/// The people whose rows differ between two snapshots of one data set.
///
/// # Errors
/// A file that cannot be read.
pub fn difference(before: &Snapshot, after: &Snapshot) -> Result<Difference, SnapshotError> {
    let (mut old, mut new) = (Walk::open(before)?, Walk::open(after)?);
    let mut out = Difference::default();
    let (mut a, mut b) = (old.person()?, new.person()?);
    loop {
        let (key, differs, rows) = match (&a, &b) {
            (None, None) => return Ok(out),
            (Some((key, _)), None) => (*key, true, 0),
            (None, Some((key, hashes))) => (*key, true, hashes.len()),
            (Some((x, _)), Some((y, _))) if x < y => (*x, true, 0),
            (Some((x, _)), Some((y, hashes))) if y < x => (*y, true, hashes.len()),
            (Some((x, left)), Some((_, right))) => (*x, left != right, right.len()),
        };
        if differs {
            out.people.push(key);
            out.rows += rows as u64;
        }
        if a.as_ref().is_some_and(|(k, _)| *k == key) {
            a = old.person()?;
        }
        if b.as_ref().is_some_and(|(k, _)| *k == key) {
            b = new.person()?;
        }
    }
}

/// A snapshot read person by person.
struct Walk {
    path: std::path::PathBuf,
    reader: ParquetRecordBatchReader,
    keys: Vec<i64>,
    hashes: Vec<String>,
    at: usize,
}

impl Walk {
    fn open(snapshot: &Snapshot) -> Result<Walk, SnapshotError> {
        let bad = |problem: String| SnapshotError::Unreadable {
            path: snapshot.path().to_owned(),
            problem,
        };
        let file = File::open(snapshot.path()).map_err(|e| bad(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| bad(e.to_string()))?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), [KEY_COLUMN, ROW_HASH]);
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|e| bad(e.to_string()))?;
        Ok(Walk {
            path: snapshot.path().to_owned(),
            reader,
            keys: Vec::new(),
            hashes: Vec::new(),
            at: 0,
        })
    }

    /// The next person with the sorted hashes of all rows about them.
    fn person(&mut self) -> Result<Option<(i64, Vec<String>)>, SnapshotError> {
        let Some(key) = self.peek()? else { return Ok(None) };
        let mut hashes = Vec::with_capacity(1);
        while self.peek()? == Some(key) {
            hashes.push(std::mem::take(&mut self.hashes[self.at]));
            self.at += 1;
        }
        hashes.sort_unstable();
        Ok(Some((key, hashes)))
    }

    fn peek(&mut self) -> Result<Option<i64>, SnapshotError> {
        while self.at == self.keys.len() {
            let Some(batch) = self.reader.next() else {
                return Ok(None);
            };
            let bad = |problem: String| SnapshotError::Unreadable {
                path: self.path.clone(),
                problem,
            };
            let batch = batch.map_err(|e| bad(e.to_string()))?;
            let column = |name: &str| batch.column_by_name(name).ok_or_else(|| bad(format!("no {name}")));
            let keys = column(KEY_COLUMN)?.as_primitive::<Int64Type>();
            let hashes = column(ROW_HASH)?.as_string::<i32>();
            self.keys = keys.values().to_vec();
            self.hashes = (0..hashes.len()).map(|i| hashes.value(i).to_owned()).collect();
            self.at = 0;
        }
        Ok(Some(self.keys[self.at]))
    }
}
