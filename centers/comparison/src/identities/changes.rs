//! What a delivery changed: its rows walked beside those of the delivery before, by number and by the keyed hash of each
//! row. Nothing but keys, hashes and line numbers is decoded.
//!
//! Rows of one number are judged together, because twenty names make it a placeholder: where one of them changed, all are
//! looked at again. Rows without a usable number stand for themselves.
//!
//! A table sent by other columns than before has other hashes throughout. Its rows are then held against each other by what
//! they say of their person, in the columns that both have.

use std::collections::HashMap;

use arrow::{
    array::{ArrayRef, AsArray},
    datatypes::{Int8Type, Int64Type},
};
use intake::contract::{KEY_COLUMN, ROW_HASH, ROW_NO, STATUS_COLUMN};

use super::{
    carry::told,
    rows::{content, has_number},
};
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
    /// Where rows stand now that did not change, by what they said before, of those asked for.
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

/// Walks both; `wanted` says which unchanged rows are to be found again, by what they said before.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn changes(
    before: &Snapshot,
    after: &Snapshot,
    wanted: &dyn Fn(u64) -> bool,
) -> Result<Changes, SnapshotError> {
    let (mut old, mut new) = (Walked::open(before)?, Walked::open(after)?);
    if before.contract != after.contract {
        old.say(before, after)?;
        new.say(after, before)?;
    }
    let mut out = Changes::default();
    let (mut left, mut right) = (0, 0);
    loop {
        let key = match (old.keys().get(left), new.keys().get(right)) {
            (None, None) => break,
            (Some(key), None) | (None, Some(key)) => *key,
            (Some(a), Some(b)) => *a.min(b),
        };
        let (was, is) = (old.block(left, key), new.block(right, key));
        (left, right) = (was.end, is.end);
        out.compare((&old, was), (&new, is), wanted);
    }
    out.fresh.sort_unstable_by_key(|row| row.at);
    Ok(out)
}

type Block = std::ops::Range<usize>;

impl Changes {
    fn compare(&mut self, was: (&Walked, Block), is: (&Walked, Block), wanted: &dyn Fn(u64) -> bool) {
        let (old, was) = was;
        let (new, is) = is;
        // Nearly every number has the same rows in the same order as before.
        let mut pairs = was.clone().zip(is.clone());
        if was.len() == is.len() && pairs.all(|(a, b)| old.is_told(a) && old.says(a) == new.says(b)) {
            for (a, b) in was.zip(is) {
                self.keep(old, a, new, b, wanted);
            }
            return;
        }
        let together = old.any_number(&was) || new.any_number(&is);
        let in_order = |walked: &Walked, block: Block| {
            let mut rows: Vec<usize> = block.collect();
            rows.sort_by(|a, b| walked.says(*a).cmp(walked.says(*b)));
            rows
        };
        let (was, is) = (in_order(old, was), in_order(new, is));
        let same = was.len() == is.len() && was.iter().zip(&is).all(|(a, b)| old.says(*a) == new.says(*b));
        if together && !same {
            self.gone.extend(was.into_iter().map(|at| old.met(at)));
            self.fresh.extend(is.into_iter().map(|at| new.met(at)));
            return;
        }
        let (mut was, mut is) = (was.into_iter().peekable(), is.into_iter().peekable());
        loop {
            match (was.peek().copied(), is.peek().copied()) {
                (None, None) => return,
                (Some(a), Some(b)) if old.is_told(a) && old.says(a) == new.says(b) => {
                    self.keep(old, a, new, b, wanted);
                    (was.next(), is.next());
                }
                (Some(a), Some(b)) if old.says(a) <= new.says(b) => {
                    self.gone.push(old.met(a));
                    was.next();
                }
                (Some(a), None) => {
                    self.gone.push(old.met(a));
                    was.next();
                }
                (_, Some(b)) => {
                    self.fresh.push(new.met(b));
                    is.next();
                }
            }
        }
    }

    fn keep(&mut self, old: &Walked, a: usize, new: &Walked, b: usize, wanted: &dyn Fn(u64) -> bool) {
        self.unchanged += 1;
        let was = content(old.hash(a));
        if wanted(was) {
            self.kept.entry(was).or_default().push(Stands::of(&new.met(b)));
        }
    }
}

/// The columns of a snapshot that the walk needs, as they lie in the file, which is in the order of keys.
struct Walked {
    keys: ArrayRef,
    statuses: ArrayRef,
    hashes: ArrayRef,
    row_nos: ArrayRef,
    /// What each row says of its person, where the hashes of the rows cannot be compared; `None` for one that says too little.
    said: Option<Vec<Option<[u8; 32]>>>,
}

impl Walked {
    fn open(snapshot: &Snapshot) -> Result<Walked, SnapshotError> {
        let batch = snapshot.columns(&[KEY_COLUMN, STATUS_COLUMN, ROW_HASH, ROW_NO], None)?;
        let column = |name: &str| {
            let missing = || SnapshotError::Unreadable {
                path: snapshot.path().to_owned(),
                problem: format!("no {name}"),
            };
            batch.column_by_name(name).cloned().ok_or_else(missing)
        };
        Ok(Walked {
            keys: column(KEY_COLUMN)?,
            statuses: column(STATUS_COLUMN)?,
            hashes: column(ROW_HASH)?,
            row_nos: column(ROW_NO)?,
            said: None,
        })
    }

    /// Reads what the rows say of their people in the columns that `other` has too.
    fn say(&mut self, snapshot: &Snapshot, other: &Snapshot) -> Result<(), SnapshotError> {
        self.said = Some(told(snapshot, None, Some(&other.contract))?);
        Ok(())
    }

    fn keys(&self) -> &[i64] {
        self.keys.as_primitive::<Int64Type>().values()
    }

    /// The rows of a number from a place on.
    fn block(&self, from: usize, key: i64) -> Block {
        let rest = self.keys().get(from..).unwrap_or_default();
        from..from + rest.iter().take_while(|own| **own == key).count()
    }

    fn hash(&self, at: usize) -> &str {
        self.hashes.as_string::<i32>().value(at)
    }

    /// By what a row is held against that of the other delivery.
    fn says(&self, at: usize) -> &[u8] {
        match &self.said {
            None => self.hash(at).as_bytes(),
            Some(said) => said[at].as_ref().map_or(&[][..], |says| says.as_slice()),
        }
    }

    /// Whether it says enough to be held against another.
    fn is_told(&self, at: usize) -> bool {
        !self.says(at).is_empty()
    }

    fn has_number(&self, at: usize) -> bool {
        has_number(self.statuses.as_primitive::<Int8Type>().value(at) as u8)
    }

    fn any_number(&self, block: &Block) -> bool {
        block.clone().any(|at| self.has_number(at))
    }

    fn met(&self, at: usize) -> Met {
        Met {
            key: self.keys()[at],
            has_number: self.has_number(at),
            content: content(self.hash(at)),
            at: at as u32,
            row_no: self.row_nos.as_primitive::<Int64Type>().value(at),
        }
    }
}
