//! The files of the comparison for more or fewer people than a county has: the county's own rows, each person repeated
//! under other keys or left out, sorted and written as snapshots and registers are. Only columns that a contestant reads.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array},
    compute::{concat_batches, take},
    datatypes::Int64Type,
};
use parquet::{
    arrow::{ArrowWriter, ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder},
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};
use simulate::Scale;

use crate::{
    Outcome, import, place,
    prepare::{self, Part},
};

const KEY: &str = "person_key";
/// As snapshots are written.
const GROUP_ROWS: usize = 1 << 18;
const PIECE: usize = 1 << 15;
/// Slices of the keys' range, told apart by their uppermost bits.
const SLICES: i64 = 64;
const SLICE_BITS: u32 = 57;
/// Copies differ by this in their keys.
const SPREAD: i64 = 0x1e37_79b9_7f4a_7c15;

/// Bytes that the files of one person take, rounded up: 5 million take a gigabyte.
const BYTES_A_PERSON: u64 = 220;
/// And what a contestant writes about him, when everyone who was paid is looked for.
const FOUND_A_PERSON: u64 = 140;

/// What a run over so many people needs of the disk, results included.
pub(crate) fn bytes(people: usize, contestants: u64, payees: bool) -> u64 {
    let found = if payees { FOUND_A_PERSON } else { FOUND_A_PERSON / 5 };
    people as u64 * (BYTES_A_PERSON + found * contestants)
}

/// The folder with the files of so many people; made at the first call.
pub(crate) fn county(people: usize) -> Outcome<PathBuf> {
    let county = prepare::county(Scale::County)?;
    let folder = place::cache()?.join(format!("compare-{people}-{}", import::SEED));
    let manifest = folder.join("manifest.tsv");
    if manifest.exists() {
        return Ok(folder);
    }
    let lines = match make(&county, people, &folder) {
        Ok(lines) => lines,
        Err(error) => {
            // Half a population on a full disk helps nobody.
            fs::remove_dir_all(&folder)?;
            return Err(error);
        }
    };
    fs::write(&manifest, lines.concat())?;
    Ok(folder)
}

fn make(county: &Path, people: usize, folder: &Path) -> Outcome<Vec<String>> {
    fs::create_dir_all(folder)?;
    let mut lines = Vec::new();
    for part in prepare::parts(county)? {
        let columns = columns(&part);
        if columns.is_empty() {
            continue;
        }
        let file = format!("{}.parquet", part.name);
        write(&part.path, &columns, people, &folder.join(&file))?;
        let Part {
            name,
            category,
            person_name,
            ..
        } = part;
        lines.push(format!("{name}\t{category}\t{person_name}\t{file}\n"));
    }
    Ok(lines)
}

/// What the contestants read of a table; nothing of those they do not touch.
fn columns(part: &Part) -> Vec<&str> {
    match (part.category, part.name.as_str()) {
        (0, "persons") => vec![KEY, "name", "region"],
        (0, "benefits") => vec![KEY, "targeted"],
        (0, "assisted") => vec![KEY, "registered"],
        (0, _) => Vec::new(),
        _ => vec![KEY, &part.person_name, "row_no", "row_hash"],
    }
}

/// Rows are put in the order of keys slice by slice, so that memory holds the county's table and one slice, however many
/// people there are.
fn write(from: &Path, columns: &[&str], people: usize, to: &Path) -> Outcome<()> {
    let rows = read(from, columns)?;
    let at = rows.schema().index_of(KEY)?;
    let keys = rows.column(at).as_primitive::<Int64Type>().values();
    let mut county: Vec<(i64, u32)> = keys.iter().copied().zip(0..).collect();
    county.sort_unstable();
    let mut writer = ArrowWriter::try_new(File::create(to)?, rows.schema(), Some(properties()))?;
    let mut order: Vec<(i64, u32)> = Vec::new();
    for slice in 0..SLICES {
        repeated(&county, people, slice, &mut order);
        for piece in order.chunks(PIECE) {
            let places: UInt32Array = piece.iter().map(|(_, row)| *row).collect();
            let mut columns = Vec::new();
            for (index, column) in rows.columns().iter().enumerate() {
                let column: ArrayRef = match index == at {
                    true => Arc::new(piece.iter().map(|(key, _)| *key).collect::<Int64Array>()),
                    false => take(column, &places, None)?,
                };
                columns.push(column);
            }
            writer.write(&RecordBatch::try_new(rows.schema(), columns)?)?;
        }
    }
    writer.close()?;
    Ok(())
}

/// The keys of one slice, in order, each with its row among the county's, which are sorted by key. A copy has the county's
/// keys with some bits turned, so that what falls into a slice is one stretch of the county's rows.
fn repeated(county: &[(i64, u32)], people: usize, slice: i64, order: &mut Vec<(i64, u32)>) {
    let of_county = Scale::County.people() as usize;
    let (copies, rest) = (people / of_county, people % of_county);
    order.clear();
    for copy in 0..=copies {
        let turned = (copy as i64).wrapping_mul(SPREAD) & i64::MAX;
        let kept =
            |key: i64| copy < copies || (key.wrapping_mul(SPREAD) as u64 >> 20) % (of_county as u64) < rest as u64;
        let of_slice = slice ^ (turned >> SLICE_BITS);
        let from = county.partition_point(|(key, _)| key >> SLICE_BITS < of_slice);
        let stretch = county[from..]
            .iter()
            .take_while(|(key, _)| key >> SLICE_BITS == of_slice);
        let kept = stretch.filter(|(key, _)| kept(*key));
        order.extend(kept.map(|(key, row)| (key ^ turned, *row)));
    }
    order.sort_unstable();
}

fn read(path: &Path, columns: &[&str]) -> Outcome<RecordBatch> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let batches = builder.with_projection(mask).with_batch_size(1 << 20).build()?;
    let batches = batches.collect::<Result<Vec<_>, _>>()?;
    Ok(concat_batches(
        &batches.first().ok_or("an empty table")?.schema(),
        &batches,
    )?)
}

fn properties() -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(20_000)
        .set_write_batch_size(4_096)
        .set_statistics_enabled(EnabledStatistics::Page);
    for name in [KEY, "row_no", "row_hash"] {
        builder = builder
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_compression(ColumnPath::from(name), Compression::UNCOMPRESSED);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_together_are_all_rows_of_all_people_in_the_order_of_keys() {
        // Two rows of each third person, keys of the whole range.
        let mut county: Vec<(i64, u32)> = (0..900_u32)
            .map(|row| {
                (
                    i64::from(row / 3 * 2 + row % 3 / 2).wrapping_mul(0x5bd1_e995_97f4_a7c1) & i64::MAX,
                    row,
                )
            })
            .collect();
        county.sort_unstable();
        let people = Scale::County.people() as usize * 2;
        let (mut all, mut slice) = (Vec::new(), Vec::new());
        for at in 0..SLICES {
            repeated(&county, people, at, &mut slice);
            all.extend_from_slice(&slice);
        }
        assert_eq!(all.len(), 1_800);
        assert!(all.is_sorted());
        for (_, row) in &county {
            assert_eq!(all.iter().filter(|(_, other)| other == row).count(), 2);
        }
        let persons = |rows: &[(i64, u32)]| rows.chunk_by(|a, b| a.0 == b.0).count();
        assert_eq!(persons(&all), 2 * persons(&county));
        repeated(&county, people / 200, 0, &mut slice);
        assert!(slice.len() < 10, "one person of a hundred is left");
    }
}
