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
/// Copies differ by this in their keys.
const SPREAD: i64 = 0x1e37_79b9_7f4a_7c15;

/// The folder with the files of so many people; made at the first call.
pub(crate) fn county(people: usize) -> Outcome<PathBuf> {
    let county = prepare::county(Scale::County)?;
    let folder = place::cache()?.join(format!("compare-{people}-{}", import::SEED));
    let manifest = folder.join("manifest.tsv");
    if manifest.exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    let mut lines = Vec::new();
    for part in prepare::parts(&county)? {
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
    fs::write(&manifest, lines.concat())?;
    Ok(folder)
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

fn write(from: &Path, columns: &[&str], people: usize, to: &Path) -> Outcome<()> {
    let rows = read(from, columns)?;
    let (at, _) = rows
        .schema()
        .column_with_name(KEY)
        .map(|(at, field)| (at, field.clone()))
        .ok_or("no key")?;
    let keys = rows.column(at).as_primitive::<Int64Type>().values();
    let county = Scale::County.people() as usize;
    let (copies, rest) = (people / county, people % county);
    let mut order: Vec<(i64, u32)> = Vec::with_capacity(keys.len() * (copies + 1));
    for copy in 0..=copies {
        let kept = |key: i64| copy < copies || (key.wrapping_mul(SPREAD) as u64 >> 20) % (county as u64) < rest as u64;
        let keys = (0_u32..).zip(keys).filter(|(_, key)| kept(**key));
        order.extend(keys.map(|(row, key)| ((key ^ (copy as i64).wrapping_mul(SPREAD)) & i64::MAX, row)));
    }
    order.sort_unstable();
    let mut writer = ArrowWriter::try_new(File::create(to)?, rows.schema(), Some(properties()))?;
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
    writer.close()?;
    Ok(())
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
