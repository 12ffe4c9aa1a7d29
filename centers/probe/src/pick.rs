//! The rows found, with the columns asked for. Values that stand written out are picked where they lie; other columns are
//! decoded: row by row where few rows of a group are wanted, whole where many are, and what nobody asked for is left.

use std::{ops::Range, sync::Arc};

use arrow::{
    array::{
        ArrayRef, AsArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray, StringViewArray, UInt32Array,
    },
    buffer::{Buffer, OffsetBuffer, ScalarBuffer},
    compute::take,
    datatypes::{DataType, SchemaRef},
    error::ArrowError,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::{
    Hits, ProbeError, Table,
    plain::Plain,
    table::{BATCH_ROWS, GROUP_BATCH_ROWS},
};

/// One row in so many: below that single rows are read, above it all, and those not wanted are passed over.
pub(crate) const SPARSE: usize = 24;

/// Batches of the rows found, in their order.
pub(crate) struct Picks {
    table: Table,
    hits: Arc<Hits>,
    /// Ascending, each once.
    columns: Vec<usize>,
    schema: SchemaRef,
    /// The next group and its first row.
    group: usize,
    first: usize,
    /// Hits handed on.
    done: usize,
    open: Option<Open>,
}

/// A group that is being read.
struct Open {
    first: usize,
    /// Its last hit and one.
    end: usize,
    /// For each column where its values are picked; what is not here is decoded.
    lying: Vec<Option<Plain>>,
    decoded: Option<Decoded>,
}

struct Decoded {
    reader: ParquetRecordBatchReader,
    /// Only rows wanted are read.
    sparse: bool,
    /// Rows of the group seen.
    seen: usize,
}

impl Picks {
    pub(crate) fn new(table: &Table, columns: Vec<usize>, hits: Arc<Hits>) -> Result<Picks, ProbeError> {
        let schema = table.schema().project(&columns);
        Ok(Picks {
            schema: Arc::new(schema.map_err(|e| ProbeError::new(&table.name, e))?),
            table: table.clone(),
            hits,
            columns,
            group: 0,
            first: 0,
            done: 0,
            open: None,
        })
    }

    /// The next group that holds a row wanted; false at the end.
    fn open(&mut self) -> Result<bool, ProbeError> {
        while self.done < self.hits.rows.len() && self.group < self.table.groups() {
            let (group, first, rows) = (self.group, self.first, self.table.rows_of_group(self.group));
            (self.group, self.first) = (group + 1, first + rows);
            let rest = &self.hits.rows[self.done..];
            let count = rest.partition_point(|row| (*row as usize) < first + rows);
            if count == 0 {
                continue;
            }
            let lying = self.columns.iter().map(|column| self.lying(group, *column));
            let lying: Vec<Option<Plain>> = lying.collect::<Result<_, _>>()?;
            let others = self.columns.iter().zip(&lying).filter(|(_, plain)| plain.is_none());
            let others: Vec<usize> = others.map(|(column, _)| *column).collect();
            let decoded = match others.is_empty() {
                true => None,
                false => {
                    let sparse = count * SPARSE < rows;
                    let here = sparse.then(|| relative(&rest[..count], first));
                    // Of rows read in vain there are as many more.
                    let size = (BATCH_ROWS * rows / count).min(GROUP_BATCH_ROWS);
                    let size = if sparse { BATCH_ROWS } else { size };
                    let reader = self.table.reader(Some(group), &others, here.as_ref(), size)?;
                    Some(Decoded {
                        reader,
                        sparse,
                        seen: 0,
                    })
                }
            };
            self.open = Some(Open {
                first,
                end: self.done + count,
                lying,
                decoded,
            });
            return Ok(true);
        }
        Ok(false)
    }

    /// A column to be picked from, where it is kept so.
    fn lying(&self, group: usize, column: usize) -> Result<Option<Plain>, ProbeError> {
        match self.table.schema().field(column).data_type() {
            DataType::Int64 | DataType::Utf8View => self.table.plain(group, column),
            _ => Ok(None),
        }
    }

    fn batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let external = |e: ProbeError| ArrowError::ExternalError(Box::new(e));
        loop {
            if self.open.as_ref().is_none_or(|open| open.end == self.done) {
                self.open = None;
                if !self.open().map_err(external)? {
                    return Ok(None);
                }
            }
            let Some(open) = &mut self.open else { return Ok(None) };
            let (rows, decoded) = open.next(&self.hits, self.done)?;
            self.done = rows.end;
            if rows.is_empty() {
                continue;
            }
            let here = relative(&self.hits.rows[rows], open.first).rows;
            let mut decoded = decoded.into_iter();
            let mut columns = Vec::with_capacity(self.columns.len());
            for lying in &mut open.lying {
                let told = |e: String| external(ProbeError::new(&self.table.name, e));
                columns.extend(match lying {
                    Some(plain) if self.schema.field(columns.len()).data_type() == &DataType::Int64 => {
                        Some(longs(plain, &here).map_err(told)?)
                    }
                    Some(plain) => Some(viewed(&texts(plain, &here).map_err(told)?)),
                    None => decoded.next(),
                });
            }
            let options = RecordBatchOptions::new().with_row_count(Some(here.len()));
            return RecordBatch::try_new_with_options(self.schema.clone(), columns, &options).map(Some);
        }
    }
}

impl Iterator for Picks {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}

impl Open {
    /// Which hits come next, and their decoded columns.
    fn next(&mut self, hits: &Hits, done: usize) -> Result<(Range<usize>, Vec<ArrayRef>), ArrowError> {
        let Some(decoded) = &mut self.decoded else {
            return Ok((done..self.end.min(done + BATCH_ROWS), Vec::new()));
        };
        let batch = match decoded.reader.next() {
            Some(batch) => batch?,
            None => {
                let ended = format!("{} rows fewer than the table says", self.end - done);
                return Err(ArrowError::ParquetError(ended));
            }
        };
        if decoded.sparse {
            return Ok((done..done + batch.num_rows(), batch.columns().to_vec()));
        }
        let from = self.first + decoded.seen;
        decoded.seen += batch.num_rows();
        let until = self.first + decoded.seen;
        let wanted = &hits.rows[done..self.end];
        let wanted = &wanted[..wanted.partition_point(|row| (*row as usize) < until)];
        let range = done..done + wanted.len();
        if wanted.len() == batch.num_rows() {
            return Ok((range, batch.columns().to_vec()));
        }
        let places = UInt32Array::from(relative(wanted, from).rows);
        let columns = batch.columns().iter().map(|column| take(column, &places, None));
        Ok((range, columns.collect::<Result<_, _>>()?))
    }
}

/// Rows counted from another one.
fn relative(rows: &[u32], first: usize) -> Hits {
    Hits {
        rows: rows.iter().map(|row| row - first as u32).collect(),
    }
}

/// Whole numbers picked from these rows of a group.
pub(crate) fn longs(plain: &mut Plain, rows: &[u32]) -> Result<ArrayRef, String> {
    Ok(Arc::new(Int64Array::from(plain.longs_of(rows)?)))
}

/// Texts picked from these rows of a group.
pub(crate) fn texts(plain: &mut Plain, rows: &[u32]) -> Result<ArrayRef, String> {
    let (text, ends) = plain.texts_of(rows)?;
    let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
    let array = StringArray::try_new(ends, Buffer::from_vec(text), None);
    Ok(Arc::new(array.map_err(|e| e.to_string())?))
}

/// The same texts as the tables show them.
fn viewed(texts: &ArrayRef) -> ArrayRef {
    Arc::new(StringViewArray::from(texts.as_string::<i32>()))
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{Int32Array, new_null_array},
        compute::concat_batches,
        datatypes::{Field, Schema},
    };
    use bytes::Bytes;
    use parquet::{arrow::ArrowWriter, file::properties::WriterProperties};

    use super::*;

    const ROWS: i64 = 300;

    /// Groups of so many rows; numbers and texts written out or by a dictionary, and columns that may be empty.
    fn table(group: usize, plain: bool) -> Table {
        let days = (0..ROWS as i32).map(|row| (row % 3 != 0).then_some(row));
        let names = (0..ROWS).map(|row| (row % 5 != 0).then(|| format!("姓名{}", row % 7)));
        let hashes = (0..ROWS).map(|row| format!("hash-of-row-{row}"));
        let columns: [(&str, ArrayRef, bool); 5] = [
            (
                "number",
                Arc::new((0..ROWS).map(|row| row * row).collect::<Int64Array>()),
                false,
            ),
            ("day", Arc::new(days.collect::<Int32Array>()), true),
            ("name", Arc::new(names.collect::<StringArray>()), true),
            ("hash", Arc::new(StringArray::from_iter_values(hashes)), false),
            ("nothing", new_null_array(&DataType::Int64, ROWS as usize), true),
        ];
        let fields = columns
            .iter()
            .map(|(name, array, empty)| Field::new(*name, array.data_type().clone(), *empty));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let batch = RecordBatch::try_new(
            schema.clone(),
            columns.iter().map(|(_, array, _)| array.clone()).collect(),
        );
        let mut properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(group))
            .set_data_page_row_count_limit(9)
            .set_write_batch_size(4);
        for name in ["number", "hash"] {
            properties = properties.set_column_dictionary_enabled(name.into(), !plain);
        }
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties.build())).unwrap();
        writer.write(&batch.unwrap()).unwrap();
        writer.close().unwrap();
        Table::from_bytes("cars", "", Bytes::from(bytes)).unwrap()
    }

    fn whole(table: &Table, columns: &[usize], hits: Option<&Hits>) -> RecordBatch {
        let batches: Vec<RecordBatch> = table.read(columns, hits).unwrap().collect::<Result<_, _>>().unwrap();
        concat_batches(&Arc::new(table.schema().project(columns).unwrap()), &batches).unwrap()
    }

    #[test]
    fn rows_found_are_the_rows_of_the_whole_table() {
        let few: Vec<u32> = vec![0, 41, 150, 299];
        let many: Vec<u32> = (0..300).filter(|row| row % 3 != 1 && *row < 250).collect();
        for (group, plain) in [(300, true), (300, false), (70, true), (64, false)] {
            let table = table(group, plain);
            for rows in [&few, &many, &(0..300).collect(), &vec![]] {
                let hits = Hits { rows: rows.clone() };
                let places = UInt32Array::from(rows.clone());
                for columns in [&[0, 1, 2, 3, 4][..], &[3, 0], &[2], &[0, 2, 0], &[]] {
                    let all = whole(&table, columns, None);
                    let found = whole(&table, columns, Some(&hits));
                    assert_eq!(found.num_rows(), rows.len(), "{columns:?} of groups of {group}");
                    for (found, all) in found.columns().iter().zip(all.columns()) {
                        assert_eq!(
                            found,
                            &take(all, &places, None).unwrap(),
                            "{columns:?} of groups of {group}"
                        );
                    }
                }
            }
        }
    }
}
