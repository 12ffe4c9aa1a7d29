//! The comparison as such: which rows of which department are about people concerned whom the register knows, and
//! whether the name agrees. Group by group, and of each group only what a row found needs; what was found is written as
//! Parquet as it comes, so that memory grows with a group and not with the county.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, Int64Array, StringViewArray, UInt32Array},
    buffer::BooleanBuffer,
    compute::take,
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};
use bytes::Bytes;
use intake::contract::{KEY_COLUMN, ROW_HASH, ROW_NO};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves},
    },
    basic::Compression,
    column::writer::ColumnCloseResult,
    errors::ParquetError,
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::types::ColumnDescPtr,
};

use crate::{Beside, Hits, People, ProbeError, Table, constant::constant, meet::Meeting, pick::SPARSE};

/// A department's table, whom its rows are looked through for, and the column with the name of whom a row is about.
#[derive(Clone, Copy, Debug)]
pub struct Department<'a> {
    pub table: &'a Table,
    pub classes: u8,
    pub name: &'a str,
}

/// How many rows were found, and in how many the department writes the name as the register does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub rows: u64,
    pub agreeing: u64,
}

/// Rows encoded at a time: they stay in the processor's own memory from column to column.
const PIECE: usize = 16_384;

/// Writes `source, row_no, row_hash, person_key, agrees, name, region` of every row found, in the order of departments
/// and of their people. `register` is that of people, sorted by key.
///
/// # Errors
/// A table that cannot be read or lacks a column; an output that takes no more.
pub fn write_found(
    departments: &[Department<'_>],
    people: &People,
    register: &Table,
    out: &mut (dyn Write + Send),
) -> Result<Found, ProbeError> {
    let known = Known::load(register)?;
    let mut lists: HashMap<u8, Concerned> = HashMap::new();
    for department in departments {
        let classes = department.classes;
        lists
            .entry(classes)
            .or_insert_with(|| known.concerned(&people.only(classes)));
    }
    let groups = |(at, one): (usize, &Department<'_>)| (0..one.table.groups()).map(move |group| (at, group));
    let units: Vec<(usize, usize)> = departments.iter().enumerate().flat_map(groups).collect();
    let writer = ArrowWriter::try_new(out, known.schema(), Some(properties())).map_err(unwritten)?;
    let (file, others) = writer.into_serialized_writer().map_err(unwritten)?;
    let forms = Forms {
        source: file.schema_descr().column(0),
        schema: known.schema(),
        others,
    };
    let sheet = Mutex::new(Sheet {
        file,
        next: 0,
        waiting: BTreeMap::new(),
        found: Found::default(),
    });
    let next = AtomicUsize::new(0);
    let labour = || -> Result<(), ProbeError> {
        loop {
            let unit = next.fetch_add(1, Ordering::Relaxed);
            let Some((at, group)) = units.get(unit) else {
                return Ok(());
            };
            let department = &departments[*at];
            let part = department.part(*group, &known, &lists[&department.classes], &forms)?;
            let mut sheet = sheet.lock().unwrap_or_else(PoisonError::into_inner);
            sheet.take(unit, part)?;
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(labour);
        let mine = labour();
        let theirs = other
            .join()
            .map_err(|_| ProbeError::new("found", "a thread ended early"))?;
        mine.and(theirs)
    })?;
    let sheet = sheet.into_inner().unwrap_or_else(PoisonError::into_inner);
    sheet.file.close().map_err(unwritten)?;
    Ok(sheet.found)
}

/// The register of people: key, name and place.
struct Known {
    keys: Int64Array,
    names: StringViewArray,
    regions: ArrayRef,
}

/// People concerned whom the register knows, and where they stand in it.
struct Concerned {
    keys: Vec<i64>,
    places: Vec<u32>,
}

impl Known {
    fn load(register: &Table) -> Result<Known, ProbeError> {
        let loaded = Beside::new(register.clone(), &["name", "region"])?.load()?;
        let names = loaded.columns[0].as_string_view_opt();
        let names = names.ok_or_else(|| ProbeError::new(&register.name, "the name is no text"))?;
        Ok(Known {
            names: names.clone(),
            keys: loaded.keys,
            regions: loaded.columns[1].clone(),
        })
    }

    /// A column that is never empty costs less to write and to read.
    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("source", DataType::Utf8, false),
            Field::new(ROW_NO, DataType::Int64, false),
            Field::new(ROW_HASH, DataType::Utf8, false),
            Field::new(KEY_COLUMN, DataType::Int64, false),
            Field::new("agrees", DataType::Boolean, false),
            Field::new("name", DataType::Utf8View, self.names.null_count() > 0),
            Field::new("region", DataType::Int64, self.regions.null_count() > 0),
        ]))
    }

    fn concerned(&self, people: &[i64]) -> Concerned {
        let keys = self.keys.values();
        let both = Meeting::of(keys, people);
        Concerned {
            keys: both.rows.iter().map(|row| keys[*row as usize]).collect(),
            places: both.rows,
        }
    }
}

/// What one group gave: nothing, or its columns ready to be written.
#[derive(Default)]
struct Part {
    source: Option<(Bytes, ColumnCloseResult)>,
    columns: Vec<ArrowColumnChunk>,
    found: Found,
}

/// What the output's columns are made by.
struct Forms {
    schema: SchemaRef,
    source: ColumnDescPtr,
    others: ArrowRowGroupWriterFactory,
}

impl Department<'_> {
    fn part(&self, group: usize, known: &Known, list: &Concerned, forms: &Forms) -> Result<Part, ProbeError> {
        let key = self.table.schema().index_of(KEY_COLUMN);
        let key = key.map_err(|e| ProbeError::new(&self.table.name, e))?;
        let met = self.table.meet(group, key, &list.keys)?;
        if met.rows.is_empty() {
            return Ok(Part::default());
        }
        let broken = |e: ArrowError| ProbeError::new(&self.table.name, e);
        let at: Vec<u32> = met.places.iter().map(|place| list.places[*place as usize]).collect();
        let agrees = self.agrees(group, &met.rows, &at, &known.names)?;
        let mut lines = self.table.column(group, ROW_NO)?;
        let mut hashes = self.table.column(group, ROW_HASH)?;
        let unwritten = |e: ParquetError| ProbeError::new(&self.table.name, e);
        let mut columns = Columns::new(forms).map_err(unwritten)?;
        for from in (0..at.len()).step_by(PIECE) {
            let piece = from..at.len().min(from + PIECE);
            let rows = &met.rows[piece.clone()];
            let keys: Vec<i64> = met.places[piece.clone()]
                .iter()
                .map(|place| list.keys[*place as usize])
                .collect();
            let at = UInt32Array::from(at[piece.clone()].to_vec());
            columns
                .write([
                    lines.longs(rows)?,
                    hashes.texts(rows)?,
                    Arc::new(Int64Array::from(keys)),
                    Arc::new(BooleanArray::new(agrees.slice(from, piece.len()), None)),
                    take(&known.names, &at, None).map_err(broken)?,
                    take(&known.regions, &at, None).map_err(broken)?,
                ])
                .map_err(unwritten)?;
        }
        Ok(Part {
            source: Some(constant(forms.source.clone(), &self.table.name, met.rows.len()).map_err(unwritten)?),
            columns: columns.close().map_err(unwritten)?,
            found: Found {
                rows: met.rows.len() as u64,
                agreeing: agrees.count_set_bits() as u64,
            },
        })
    }

    /// Whether the department's name of each row is that of the register, letter by letter.
    fn agrees(
        &self,
        group: usize,
        rows: &[u32],
        at: &[u32],
        names: &StringViewArray,
    ) -> Result<BooleanBuffer, ProbeError> {
        let sparse = rows.len() * SPARSE < self.table.rows_of_group(group);
        let hits = sparse.then(|| Hits { rows: rows.to_vec() });
        let broken = |e: ArrowError| ProbeError::new(&self.table.name, e);
        let column = self.table.schema().index_of(self.name).map_err(broken)?;
        let mut agrees = BooleanBufferBuilder::new(rows.len());
        let (mut first, mut rest) = (0, rows);
        for batch in self.table.read_group(group, column, hits.as_ref())? {
            let batch = batch.map_err(broken)?;
            let written = batch.column(0).as_string_view_opt();
            let written = written.ok_or_else(|| ProbeError::new(&self.table.name, "the name is no text"))?;
            let end = first + written.len();
            let here = if sparse {
                written.len()
            } else {
                rest.partition_point(|row| (*row as usize) < end)
            };
            let at = &at[rows.len() - rest.len()..];
            let same_name = |i: usize| {
                let row = if sparse { i } else { rest[i] as usize - first };
                same(written, row, names, at[i] as usize)
            };
            agrees.append_buffer(&BooleanBuffer::collect_bool(here, same_name));
            (first, rest) = (end, &rest[here..]);
        }
        Ok(agrees.finish())
    }
}

/// Texts of up to twelve bytes stand in their views, so that one comparison of numbers settles them.
fn same(mine: &StringViewArray, row: usize, theirs: &StringViewArray, place: usize) -> bool {
    const SHORT: u32 = 12;
    let (a, b) = (mine.views()[row], theirs.views()[place]);
    let equal = if a as u32 <= SHORT {
        a == b
    } else {
        a as u64 == b as u64 && mine.value(row) == theirs.value(place)
    };
    equal && mine.is_valid(row) && theirs.is_valid(place)
}

/// What was found so far, in the order of the departments however the threads came to it.
struct Sheet<'a> {
    file: SerializedFileWriter<&'a mut (dyn Write + Send)>,
    next: usize,
    waiting: BTreeMap<usize, Part>,
    found: Found,
}

impl Sheet<'_> {
    fn take(&mut self, unit: usize, part: Part) -> Result<(), ProbeError> {
        self.waiting.insert(unit, part);
        while let Some(part) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.found.rows += part.found.rows;
            self.found.agreeing += part.found.agreeing;
            let Some((source, about)) = part.source else { continue };
            let mut group = self.file.next_row_group().map_err(unwritten)?;
            group.append_column(&source, about).map_err(unwritten)?;
            for column in part.columns {
                column.append_to_row_group(&mut group).map_err(unwritten)?;
            }
            group.close().map_err(unwritten)?;
        }
        Ok(())
    }
}

/// Hashes, keys and names hardly repeat, so to look for repetition in them is work for nothing.
fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .build()
}

/// The columns of a group under construction, but for the source, which is made apart.
struct Columns {
    schema: SchemaRef,
    writers: Vec<ArrowColumnWriter>,
}

impl Columns {
    fn new(forms: &Forms) -> Result<Columns, ParquetError> {
        // The number of a group counts only where files are encrypted.
        let writers = forms.others.create_column_writers(0)?.into_iter().skip(1);
        Ok(Columns {
            schema: forms.schema.clone(),
            writers: writers.collect(),
        })
    }

    fn write(&mut self, columns: [ArrayRef; 6]) -> Result<(), ParquetError> {
        let fields = self.schema.fields().iter().skip(1);
        for ((writer, field), column) in self.writers.iter_mut().zip(fields).zip(&columns) {
            for leaf in compute_leaves(field, column)? {
                writer.write(&leaf)?;
            }
        }
        Ok(())
    }

    fn close(self) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
        self.writers.into_iter().map(ArrowColumnWriter::close).collect()
    }
}

fn unwritten(e: ParquetError) -> ProbeError {
    ProbeError::new("found", e)
}

#[cfg(test)]
mod tests;
