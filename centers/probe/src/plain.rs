//! Columns whose pages hold values one after the other and nothing else: keys, line numbers, hashes. They are looked at
//! where they lie: no array is made of values that nobody asked for, and pages without a row asked for are not read.

use std::{fs::File, sync::Arc};

use bytes::Bytes;
use parquet::{
    basic::Encoding,
    column::page::PageReader,
    errors::ParquetError,
    file::{
        metadata::ColumnChunkMetaData,
        reader::{ChunkReader, SerializedPageReader},
    },
};

use crate::{ProbeError, Table, table::Input};

impl Table {
    /// How many groups of rows the file has.
    pub(crate) fn groups(&self) -> usize {
        self.parquet().num_row_groups()
    }

    pub(crate) fn rows_of_group(&self, group: usize) -> usize {
        self.parquet().row_group(group).num_rows().max(0) as usize
    }

    /// A column of a group to be looked at where it lies; `None` where it is kept in another form.
    pub(crate) fn plain(&self, group: usize, column: usize) -> Result<Option<Plain>, ProbeError> {
        let Some(chunk) = self.plain_chunk(group, column) else {
            return Ok(None);
        };
        let total = self.rows_of_group(group);
        let pages = match &self.input {
            Input::File(path) => {
                let file = File::open(path).map_err(|e| ProbeError::new(&self.name, e))?;
                pages(file, chunk, total)
            }
            Input::Memory(bytes) => pages(bytes.clone(), chunk, total),
        };
        Ok(Some(Plain {
            pages: pages.map_err(|e| ProbeError::new(&self.name, e))?,
            values: Bytes::new(),
            first: 0,
            end: 0,
            stride: None,
        }))
    }

    /// The column of a group, if it never is empty and its values are written out.
    fn plain_chunk(&self, group: usize, column: usize) -> Option<&ColumnChunkMetaData> {
        let schema = self.parquet().file_metadata().schema_descr();
        let root = self.places[column];
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == root)?;
        let (about, chunk) = (schema.column(leaf), self.parquet().row_group(group).column(leaf));
        let plain = about.max_def_level() == 0
            && about.max_rep_level() == 0
            && chunk.dictionary_page_offset().is_none()
            && chunk
                .encodings()
                .all(|how| matches!(how, Encoding::PLAIN | Encoding::RLE));
        plain.then_some(chunk)
    }
}

fn pages<R: ChunkReader + 'static>(
    input: R,
    chunk: &ColumnChunkMetaData,
    total: usize,
) -> Result<Box<dyn PageReader>, ParquetError> {
    Ok(Box::new(SerializedPageReader::new(
        Arc::new(input),
        chunk,
        total,
        None,
    )?))
}

/// One column of one group, page by page. Rows are asked for in ascending order.
pub(crate) struct Plain {
    pages: Box<dyn PageReader>,
    /// The values of the rows from `first` to before `end`, counted from the begin of the group.
    values: Bytes,
    first: usize,
    end: usize,
    /// How long each text of this page is with its length, once that is known to be the same for all.
    stride: Option<usize>,
}

impl Plain {
    /// The next page of numbers: its first row and the numbers. `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(usize, &[[u8; 8]])>, String> {
        if !self.load(self.end)? {
            return Ok(None);
        }
        Ok(Some((self.first, longs(&self.values, self.end - self.first)?)))
    }

    /// The numbers in these rows.
    pub(crate) fn longs_of(&mut self, mut rows: &[u32]) -> Result<Vec<i64>, String> {
        let mut found = Vec::with_capacity(rows.len());
        while let Some(next) = rows.first() {
            self.must_load(*next as usize)?;
            let numbers = longs(&self.values, self.end - self.first)?;
            let (here, rest) = rows.split_at(rows.partition_point(|row| (*row as usize) < self.end));
            found.extend(
                here.iter()
                    .map(|row| i64::from_le_bytes(numbers[*row as usize - self.first])),
            );
            rows = rest;
        }
        Ok(found)
    }

    /// The texts in these rows, one after the other, and where each ends; the first end is 0.
    pub(crate) fn texts_of(&mut self, mut rows: &[u32]) -> Result<(Vec<u8>, Vec<i32>), String> {
        let (mut text, mut ends) = (Vec::with_capacity(rows.len() * 16), Vec::with_capacity(rows.len() + 1));
        ends.push(0);
        while let Some(next) = rows.first() {
            if self.must_load(*next as usize)? {
                self.stride = even_stride(&self.values, self.end - self.first);
            }
            let (here, rest) = rows.split_at(rows.partition_point(|row| (*row as usize) < self.end));
            let places = here.iter().map(|row| *row as usize - self.first);
            texts(&self.values, self.stride, places, &mut text, &mut ends)?;
            rows = rest;
        }
        Ok((text, ends))
    }

    /// Goes to the page that holds a row; whether it is another one than before.
    fn must_load(&mut self, row: usize) -> Result<bool, String> {
        if row < self.first {
            return Err("rows are asked for in ascending order".to_owned());
        }
        let another = row >= self.end;
        match self.load(row)? {
            true => Ok(another),
            false => Err(format!("{} rows in the pages, but one at {row}", self.end)),
        }
    }

    /// Goes to the page that holds a row, past pages that nobody needs; false where there is none.
    fn load(&mut self, row: usize) -> Result<bool, String> {
        let broken = |e: ParquetError| e.to_string();
        while row >= self.end {
            let Some(about) = self.pages.peek_next_page().map_err(broken)? else {
                return Ok(false);
            };
            let count = about.num_rows.or(about.num_levels);
            let count = count.ok_or("a page without a number of rows")?;
            (self.first, self.end) = (self.end, self.end + count);
            if row >= self.end {
                self.pages.skip_next_page().map_err(broken)?;
                continue;
            }
            let page = self.pages.get_next_page().map_err(broken)?.ok_or("a page is missing")?;
            if page.encoding() != Encoding::PLAIN {
                return Err("a page of another form than its column".to_owned());
            }
            self.values = page.buffer().clone();
        }
        Ok(true)
    }
}

/// Numbers of eight bytes each.
fn longs(values: &[u8], count: usize) -> Result<&[[u8; 8]], String> {
    match values.as_chunks() {
        (longs, []) if longs.len() == count => Ok(longs),
        _ => Err(format!("{count} numbers in {} bytes", values.len())),
    }
}

fn length_at(values: &[u8], at: usize) -> Option<usize> {
    let bytes = values.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}

/// Hashes are all of one length, so each stands where a product says.
fn even_stride(values: &[u8], count: usize) -> Option<usize> {
    let length = length_at(values, 0)?;
    let stride = length + 4;
    let even = values.len() == count * stride
        && values
            .chunks_exact(stride)
            .all(|one| one[..4] == (length as u32).to_le_bytes());
    even.then_some(stride)
}

/// Appends the texts at these places of a page, where each length stands before its bytes, and where each ends.
fn texts(
    values: &[u8],
    stride: Option<usize>,
    wanted: impl Iterator<Item = usize>,
    text: &mut Vec<u8>,
    ends: &mut Vec<i32>,
) -> Result<(), String> {
    let short = || "a text is longer than its page".to_owned();
    let mut add = |from: usize, length: usize| -> Result<(), String> {
        text.extend_from_slice(values.get(from..from + length).ok_or_else(short)?);
        ends.push(i32::try_from(text.len()).map_err(|_| "texts of more than 2 GiB")?);
        Ok(())
    };
    if let Some(stride) = stride {
        return wanted
            .into_iter()
            .try_for_each(|place| add(place * stride + 4, stride - 4));
    }
    let (mut at, mut place) = (0, 0);
    for next in wanted {
        while place < next {
            at += 4 + length_at(values, at).ok_or_else(short)?;
            place += 1;
        }
        add(at + 4, length_at(values, at).ok_or_else(short)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(values: &[&str]) -> Vec<u8> {
        let one = |value: &&str| [&(value.len() as u32).to_le_bytes(), value.as_bytes()].concat();
        values.iter().flat_map(one).collect()
    }

    fn picked(values: &[&str], wanted: &[usize]) -> (String, Vec<i32>) {
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        let page = page(values);
        let stride = even_stride(&page, values.len());
        texts(&page, stride, wanted.iter().copied(), &mut text, &mut ends).unwrap();
        (String::from_utf8(text).unwrap(), ends)
    }

    #[test]
    fn texts_are_picked_whether_they_are_of_one_length_or_not() {
        assert_eq!(picked(&["ab", "cd", "ef"], &[0, 2]), ("abef".into(), vec![2, 4]));
        assert_eq!(
            picked(&["ab", "", "efg", "h"], &[1, 2, 3]),
            ("efgh".into(), vec![0, 3, 4])
        );
        // As long in all as three of the first, and yet not of one length.
        assert_eq!(picked(&["ab", "c", "def"], &[1, 2]), ("cdef".into(), vec![1, 4]));
        assert_eq!(picked(&[], &[]), (String::new(), vec![]));
    }

    #[test]
    fn a_page_that_ends_too_early_is_no_page() {
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        let cut = &page(&["abc", "defgh"])[..9];
        assert!(texts(cut, None, [1].into_iter(), &mut text, &mut ends).is_err());
        assert!(longs(&[0; 12], 2).is_err());
        assert_eq!(longs(&[0; 16], 2).unwrap().len(), 2);
    }
}
