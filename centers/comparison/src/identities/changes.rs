//! What a delivery changed: its rows walked beside those of the delivery before, by number and by the keyed hash of each
//! row. Nothing but keys, hashes and line numbers is decoded.
//!
//! Rows of one number are judged together, because twenty names make it a placeholder: where one of them changed, all are
//! looked at again. Rows without a usable number stand for themselves.

use std::collections::HashMap;

use arrow::{
    array::AsArray,
    datatypes::{Int8Type, Int64Type},
};
use intake::contract::{KEY_COLUMN, ROW_HASH, ROW_NO, STATUS_COLUMN};

use super::rows::{content, has_number};
use crate::snapshot::{Snapshot, SnapshotError};

/// A row as the walk meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Met {
    pub(super) key: i64,
    pub(super) has_number: bool,
    pub(super) content: u64,
    /// Place in its snapshot.
    pub(super) at: u32,
    pub(super) row_no: i64,
}

/// The difference between two deliveries of one data set.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// Rows of the newer one to be looked at, by place.
    pub(super) fresh: Vec<Met>,
    /// Rows of the older one that are gone or looked at again.
    pub(super) gone: Vec<Met>,
    /// Where rows stand now that did not change, by content, of those asked for.
    pub(super) kept: HashMap<u64, Vec<Stands>>,
    /// Rows that keep what was found out about them.
    pub(super) unchanged: u64,
}

/// Where a row stands now, and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stands {
    pub(super) at: u32,
    pub(super) row_no: i64,
    pub(super) content: u64,
}

impl Stands {
    pub(super) fn of(row: &Met) -> Stands {
        Stands {
            at: row.at,
            row_no: row.row_no,
            content: row.content,
        }
    }
}

/// Walks both; `wanted` says which unchanged rows are to be found again.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn changes(
    before: &Snapshot,
    after: &Snapshot,
    wanted: &dyn Fn(u64) -> bool,
) -> Result<Changes, SnapshotError> {
    let (old, new) = (met(before)?, met(after)?);
    let mut out = Changes::default();
    let mut left = old.chunk_by(|a, b| a.key == b.key).peekable();
    let mut right = new.chunk_by(|a, b| a.key == b.key).peekable();
    loop {
        let key = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(a), None) => a[0].key,
            (None, Some(b)) => b[0].key,
            (Some(a), Some(b)) => a[0].key.min(b[0].key),
        };
        let was = left.next_if(|block| block[0].key == key).unwrap_or_default();
        let is = right.next_if(|block| block[0].key == key).unwrap_or_default();
        out.compare(was, is, wanted);
    }
    out.fresh.sort_unstable_by_key(|row| row.at);
    Ok(out)
}

impl Changes {
    fn compare(&mut self, was: &[Met], is: &[Met], wanted: &dyn Fn(u64) -> bool) {
        let by_content = |rows: &[Met]| {
            let mut rows = rows.to_vec();
            rows.sort_unstable_by_key(|row| (row.content, row.at));
            rows
        };
        let (was, is) = (by_content(was), by_content(is));
        let contents = |rows: &[Met]| rows.iter().map(|row| row.content).collect::<Vec<_>>();
        let together = was.iter().chain(&is).any(|row| row.has_number);
        if together && contents(&was) != contents(&is) {
            self.gone.extend(was);
            self.fresh.extend(is);
            return;
        }
        let (mut old, mut new) = (was.into_iter().peekable(), is.into_iter().peekable());
        loop {
            match (old.peek(), new.peek()) {
                (None, None) => return,
                (Some(a), Some(b)) if a.content == b.content => {
                    old.next();
                    if let Some(row) = new.next() {
                        self.unchanged += 1;
                        if wanted(row.content) {
                            self.kept.entry(row.content).or_default().push(Stands::of(&row));
                        }
                    }
                }
                (Some(a), Some(b)) if a.content < b.content => self.gone.extend(old.next()),
                (Some(_), None) => self.gone.extend(old.next()),
                _ => self.fresh.extend(new.next()),
            }
        }
    }
}

/// All rows in the order of the file, which is that of their keys.
fn met(snapshot: &Snapshot) -> Result<Vec<Met>, SnapshotError> {
    let batch = snapshot.columns(&[KEY_COLUMN, STATUS_COLUMN, ROW_HASH, ROW_NO], None)?;
    let missing = |name: &str| SnapshotError::Unreadable {
        path: snapshot.path().to_owned(),
        problem: format!("no {name}"),
    };
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| missing(name));
    let keys = column(KEY_COLUMN)?.as_primitive::<Int64Type>();
    let statuses = column(STATUS_COLUMN)?.as_primitive::<Int8Type>();
    let hashes = column(ROW_HASH)?.as_string::<i32>();
    let row_nos = column(ROW_NO)?.as_primitive::<Int64Type>();
    let row = |at: usize| Met {
        key: keys.value(at),
        has_number: has_number(statuses.value(at) as u8),
        content: content(hashes.value(at)),
        at: at as u32,
        row_no: row_nos.value(at),
    };
    Ok((0..batch.num_rows()).map(row).collect())
}
