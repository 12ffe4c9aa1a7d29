//! Rows of a table and people of a list, both in the order of keys, walked side by side.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, StringArray},
    datatypes::Int64Type,
    error::ArrowError,
};

use crate::{
    Hits, ProbeError, Table,
    people::Walk,
    pick::{longs, texts},
    plain::Plain,
};

/// Rows of a group, counted from its begin, and where the person of each stands in the list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Meeting {
    pub(crate) rows: Vec<u32>,
    pub(crate) places: Vec<u32>,
}

impl Table {
    /// The rows of a group about people of an ascending list.
    pub(crate) fn meet(&self, group: usize, key: usize, list: &[i64]) -> Result<Meeting, ProbeError> {
        let few = list.len() / 8 > self.rows_of_group(group);
        let (mut met, mut at) = (Meeting::default(), 0);
        if let Some(mut plain) = self.plain(group, key)? {
            let broken = |e: String| ProbeError::new(&self.name, e);
            while let Some((first, keys)) = plain.next().map_err(broken)? {
                met.walk(first, keys.len(), |i| i64::from_le_bytes(keys[i]), list, few, &mut at);
            }
            return Ok(met);
        }
        let mut first = 0;
        for batch in self.read_group(group, key, None)? {
            let batch = batch.map_err(|e| ProbeError::new(&self.name, e))?;
            let keys = batch.column(0).as_primitive::<Int64Type>().values();
            met.walk(first, keys.len(), |i| keys[i], list, few, &mut at);
            first += keys.len();
        }
        Ok(met)
    }

    /// A column of a group to pick values from.
    pub(crate) fn column(&self, group: usize, name: &str) -> Result<Picked<'_>, ProbeError> {
        let column = self
            .schema()
            .index_of(name)
            .map_err(|e| ProbeError::new(&self.name, e))?;
        Ok(Picked {
            table: self,
            group,
            column,
            plain: self.plain(group, column)?,
        })
    }
}

/// A column of a group, from which rows are picked in ascending order.
pub(crate) struct Picked<'a> {
    table: &'a Table,
    group: usize,
    column: usize,
    plain: Option<Plain>,
}

impl Picked<'_> {
    /// Whole numbers.
    pub(crate) fn longs(&mut self, rows: &[u32]) -> Result<ArrayRef, ProbeError> {
        match &mut self.plain {
            Some(plain) => longs(plain, rows).map_err(|e| ProbeError::new(&self.table.name, e)),
            None => self.any(rows),
        }
    }

    pub(crate) fn texts(&mut self, rows: &[u32]) -> Result<ArrayRef, ProbeError> {
        match &mut self.plain {
            Some(plain) => texts(plain, rows).map_err(|e| ProbeError::new(&self.table.name, e)),
            None => self.any(rows),
        }
    }

    /// Of a column kept in any form.
    fn any(&self, rows: &[u32]) -> Result<ArrayRef, ProbeError> {
        let broken = |e: ArrowError| ProbeError::new(&self.table.name, e);
        let hits = Hits { rows: rows.to_vec() };
        let reader = self.table.read_group(self.group, self.column, Some(&hits))?;
        let parts = reader.map(|batch| batch.map(|batch| batch.column(0).clone()));
        let parts: Vec<ArrayRef> = parts.collect::<Result<_, _>>().map_err(broken)?;
        let parts: Vec<&dyn Array> = parts.iter().map(|part| part.as_ref()).collect();
        let whole = arrow::compute::concat(&parts).map_err(broken)?;
        match whole.as_string_view_opt() {
            Some(views) => Ok(Arc::new(views.iter().collect::<StringArray>())),
            None => Ok(whole),
        }
    }
}

impl Meeting {
    /// Two ascending lists.
    pub(crate) fn of(keys: &[i64], list: &[i64]) -> Meeting {
        let mut met = Meeting::default();
        met.walk(0, keys.len(), |i| keys[i], list, false, &mut 0);
        met
    }

    /// Rows from `first` on with these keys. Right for keys in any order, quick where they ascend; `few` says that the
    /// table is short beside the list.
    fn walk(
        &mut self,
        first: usize,
        count: usize,
        key: impl Fn(usize) -> i64,
        list: &[i64],
        few: bool,
        at: &mut usize,
    ) {
        if count == 0 {
            return;
        }
        let ascend = (1..count).fold(true, |ascend, i| ascend & (key(i - 1) <= key(i)));
        let behind = *at > 0 && list[*at - 1] >= key(0);
        if few || !ascend || behind {
            self.stride(first, count, key, list, at);
        } else {
            self.step(first, count, key, list, at);
        }
    }

    /// Side by side, without a branch that a processor would have to guess.
    fn step(&mut self, first: usize, count: usize, key: impl Fn(usize) -> i64, list: &[i64], at: &mut usize) {
        let from = self.rows.len();
        self.rows.resize(from + count, 0);
        self.places.resize(from + count, 0);
        let (rows, places) = (&mut self.rows[from..], &mut self.places[from..]);
        let (mut row, mut place, mut found) = (0, *at, 0);
        while row < count && place < list.len() {
            let (mine, theirs) = (key(row), list[place]);
            rows[found] = (first + row) as u32;
            places[found] = place as u32;
            found += usize::from(mine == theirs);
            row += usize::from(mine <= theirs);
            place += usize::from(mine > theirs);
        }
        *at = place;
        self.rows.truncate(from + found);
        self.places.truncate(from + found);
    }

    /// For few rows beside many people, and for keys in no order.
    fn stride(&mut self, first: usize, count: usize, key: impl Fn(usize) -> i64, list: &[i64], at: &mut usize) {
        let mut walk = Walk::from(*at);
        for row in 0..count {
            if let Some(place) = walk.to(list, key(row)) {
                self.rows.push((first + row) as u32);
                self.places.push(place as u32);
            }
        }
        *at = walk.at();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plainly(keys: &[i64], list: &[i64]) -> Meeting {
        let found = (0_u32..)
            .zip(keys)
            .filter_map(|(row, key)| Some((row, list.binary_search(key).ok()? as u32)));
        let (rows, places) = found.unzip();
        Meeting { rows, places }
    }

    fn met(pages: &[&[i64]], list: &[i64], few: bool) -> Meeting {
        let (mut met, mut at, mut first) = (Meeting::default(), 0, 0);
        for page in pages {
            met.walk(first, page.len(), |i| page[i], list, few, &mut at);
            first += page.len();
        }
        met
    }

    #[test]
    fn walking_finds_what_searching_finds() {
        let list: Vec<i64> = (0..300).map(|k| k * k).collect();
        let many: Vec<i64> = (-5..3_000).flat_map(|k| [k, k]).collect();
        let few: Vec<i64> = (0..20).map(|k| k * 900).collect();
        let mixed: Vec<i64> = (0..900).map(|k: i64| (k * 7_919) % 90_000).collect();
        for keys in [&many, &few, &mixed] {
            for size in [1, 7, 256, 10_000] {
                let pages: Vec<&[i64]> = keys.chunks(size).collect();
                for way in [true, false] {
                    assert_eq!(
                        met(&pages, &list, way),
                        plainly(keys, &list),
                        "{} in {size}",
                        keys.len()
                    );
                }
            }
        }
        assert_eq!(met(&[&many], &[], false), Meeting::default());
        assert_eq!(met(&[&[]], &list, false), Meeting::default());
    }
}
