//! Who is touched by a new delivery: two snapshots of one data set walked side by side, in the order of their people,
//! by the keyed hash of each row. Nothing but the two columns is decoded, a part of the file at a time.

use std::fs::File;

use arrow::{
    array::{AsArray, PrimitiveArray, StringArray},
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

/// A snapshot read person by person, a part at a time.
struct Walk {
    path: std::path::PathBuf,
    reader: ParquetRecordBatchReader,
    keys: PrimitiveArray<Int64Type>,
    hashes: StringArray,
    at: usize,
}

/// What the rows about one person say, by their hashes. Nearly everybody has a single row.
#[derive(PartialEq, Eq)]
enum Rows {
    One(Said),
    Many(Vec<Said>),
}

impl Rows {
    fn len(&self) -> usize {
        match self {
            Rows::One(_) => 1,
            Rows::Many(rows) => rows.len(),
        }
    }
}

/// A hash of at most 32 bytes as numbers: nothing is set apart for it.
type Said = [u64; 4];

fn said(hash: &str) -> Said {
    let mut out = [0_u8; 32];
    let length = hash.len().min(out.len());
    out[..length].copy_from_slice(&hash.as_bytes()[..length]);
    let (words, _) = out.as_chunks::<8>();
    std::array::from_fn(|at| u64::from_le_bytes(words[at]))
}

impl Walk {
    fn open(snapshot: &Snapshot) -> Result<Walk, SnapshotError> {
        let bad = |problem: String| SnapshotError::Unreadable {
            path: snapshot.path().to_owned(),
            problem,
        };
        let file = File::open(snapshot.path()).map_err(|e| bad(e.to_string()))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, snapshot.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), [KEY_COLUMN, ROW_HASH]);
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|e| bad(e.to_string()))?;
        Ok(Walk {
            path: snapshot.path().to_owned(),
            reader,
            keys: PrimitiveArray::new_null(0),
            hashes: StringArray::new_null(0),
            at: 0,
        })
    }

    /// The next person with the hashes of all rows about them, sorted.
    fn person(&mut self) -> Result<Option<(i64, Rows)>, SnapshotError> {
        let Some(key) = self.peek()? else { return Ok(None) };
        let first = self.take();
        if self.peek()? != Some(key) {
            return Ok(Some((key, Rows::One(first))));
        }
        let mut hashes = vec![first];
        while self.peek()? == Some(key) {
            hashes.push(self.take());
        }
        hashes.sort_unstable();
        Ok(Some((key, Rows::Many(hashes))))
    }

    fn take(&mut self) -> Said {
        self.at += 1;
        said(self.hashes.value(self.at - 1))
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
            self.keys = column(KEY_COLUMN)?.as_primitive::<Int64Type>().clone();
            self.hashes = column(ROW_HASH)?.as_string::<i32>().clone();
            self.at = 0;
        }
        Ok(Some(self.keys.value(self.at)))
    }
}
