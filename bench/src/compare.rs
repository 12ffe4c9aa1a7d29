//! The comparison of 13 categories: which rows of which department concern somebody who draws a benefit, and does the
//! name agree. Ours against DuckDB on the same Parquet files; both write what they found and must have found the same.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::{DataType, Field, Int64Type, Schema, SchemaRef},
};
use comparison::engine::{EngineError, Inputs, Session, Table, class};
use parquet::{
    arrow::{ArrowWriter, ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder},
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};
use simulate::Scale;
use tokio::task::JoinSet;

use crate::{
    Outcome, option,
    peer::{Contestant, Report, in_turns, table},
    place,
    prepare::{self, Part},
    usage::Stopwatch,
};

/// Who is compared: those on benefits that depend on need, as most rules do, or everyone who was paid anything.
fn classes_of(people: &str) -> Outcome<u8> {
    match people {
        "assisted" => Ok(class::TARGETED | class::MEMBER),
        "payees" => Ok(class::TARGETED | class::MEMBER | class::PAYEE),
        _ => Err("--people assisted or payees".into()),
    }
}

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let scale: Scale = option(words, "--scale", "county").parse()?;
    let runs: usize = option(words, "--runs", "7").parse()?;
    let people = option(words, "--people", "assisted");
    classes_of(people)?;
    let folder = prepare::county(scale)?;
    let parts = prepare::parts(&folder)?;
    let rows = |part: &Part| Table::from_file(&part.name, "", part.path.clone()).map(|table| table.rows());
    let mut total = 0;
    for part in parts.iter().filter(|part| part.category > 0) {
        total += rows(part)?;
    }
    let mut contestants = contestants(&folder, people)?;
    in_turns(&mut contestants, runs)?;
    println!(
        "\n### 13 categories, {} scale, {people}, {total} department rows, medians of {runs} runs in turns\n",
        scale.name()
    );
    println!("{}", table(&contestants));
    println!("all found the same: {}", agreed(&contestants)?);
    Ok(())
}

/// Ours as such, the same asked in SQL as rules ask, and DuckDB.
pub(crate) fn contestants(folder: &Path, people: &str) -> Outcome<Vec<Contestant>> {
    let ours = |way: &str| -> Outcome<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("compare-ours").arg(folder).arg(people).arg(way);
        Ok(command)
    };
    let mut duckdb = Command::new(place::python()?);
    duckdb
        .arg(place::repository().join("bench/duckdb_compare.py"))
        .arg(folder)
        .arg(people);
    Ok(vec![
        Contestant::new("yangguang", ours("plain")?),
        Contestant::new("yangguang, asked in SQL", ours("sql")?),
        Contestant::new("DuckDB", duckdb),
    ])
}

/// Whether all found the same; what they found.
pub(crate) fn agreed(contestants: &[Contestant]) -> Outcome<String> {
    let found: Vec<&str> = contestants
        .iter()
        .filter_map(|one| one.reports.last())
        .map(|report| report.fingerprint.as_str())
        .collect();
    if found.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(format!("the contestants found different things: {}", found.join(" and ")).into());
    }
    Ok(found.first().copied().unwrap_or_default().to_owned())
}

/// One comparison, measured, in a process of its own: open, probe, join, write.
pub(crate) fn ours(words: &[String]) -> Outcome<()> {
    let [folder, people, way @ ..] = words else {
        return Err("a folder and the people".into());
    };
    let (folder, classes) = (PathBuf::from(folder), classes_of(people)?);
    let parts = prepare::parts(&folder)?;
    let out = folder.join("found-ours.parquet");
    let watch = Stopwatch::start()?;
    let asked = way.first().is_some_and(|way| way == "sql");
    if asked {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        runtime.block_on(in_sql(&parts, classes, &out))?;
    } else {
        as_such(&parts, classes, &out)?;
    }
    let cost = watch.stop()?;
    let (rows, fingerprint) = found(&out)?;
    fs::remove_file(&out)?;
    Report {
        cost,
        rows,
        fingerprint,
    }
    .print();
    Ok(())
}

/// What stands in the file, in a form that both contestants compute.
fn found(path: &Path) -> Outcome<(u64, String)> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["row_no", "agrees"]);
    let (mut rows, mut agreeing, mut lines) = (0_u64, 0_u64, 0_i64);
    for batch in builder.with_projection(mask).with_batch_size(1 << 16).build()? {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        lines += arrow::compute::sum(batch.column(0).as_primitive::<Int64Type>()).unwrap_or(0);
        agreeing += batch.column(1).as_boolean().true_count() as u64;
    }
    Ok((rows, format!("rows={rows},agreeing={agreeing},lines={lines}")))
}

/// Registers and department tables, whom each is looked through for, and where the names stand.
fn inputs(parts: &[Part], concerned: u8) -> Outcome<(Inputs, HashMap<String, u8>, HashMap<String, String>)> {
    let (mut inputs, mut classes, mut names) = (Inputs::default(), HashMap::new(), HashMap::new());
    for part in parts {
        let table = Table::from_file(&part.name, "", part.path.clone())?;
        match part.category {
            0 if part.person_name.is_empty() => inputs.registers.push(table),
            0 => {}
            _ => {
                classes.insert(part.name.clone(), concerned);
                names.insert(part.name.clone(), part.person_name.clone());
                inputs.snapshots.push((table, false));
            }
        }
    }
    Ok((inputs, classes, names))
}

fn as_such(parts: &[Part], concerned: u8, out: &Path) -> Outcome<()> {
    let start = Instant::now();
    let (inputs, classes, names) = inputs(parts, concerned)?;
    let opened = start.elapsed();
    comparison::engine::write_found(&inputs, &classes, &names, &mut File::create(out)?)?;
    eprintln!("open {opened:?}, compare and write {:?}", start.elapsed() - opened);
    Ok(())
}

/// One question a category, two side by side, as rules are asked; what comes is written.
async fn in_sql(parts: &[Part], concerned: u8, out: &Path) -> Outcome<()> {
    let start = Instant::now();
    let (mut inputs, classes, _) = inputs(parts, concerned)?;
    inputs.bounds.rows = usize::MAX;
    let session = Arc::new(Session::open(&inputs, &classes)?);
    let opened = start.elapsed();
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_column_dictionary_enabled(ColumnPath::from("source"), true)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .build();
    let writer = ArrowWriter::try_new(File::create(out)?, answer(), Some(properties))?;
    let writer = Arc::new(Mutex::new(writer));
    let mut waiting: Vec<(String, String)> = parts.iter().filter(|part| part.category > 0).map(question).collect();
    let mut asking = JoinSet::new();
    loop {
        while asking.len() < SIDE_BY_SIDE
            && let Some((name, sql)) = waiting.pop()
        {
            let (session, writer) = (session.clone(), writer.clone());
            asking.spawn(async move {
                let unwritten = |e: String| EngineError::Table("found".to_owned(), e);
                let mut write = |batch: RecordBatch| {
                    let batch = RecordBatch::try_new(answer(), batch.columns().to_vec());
                    let batch = batch.map_err(|e| unwritten(e.to_string()))?;
                    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                    writer.write(&batch).map_err(|e| unwritten(e.to_string()))
                };
                session.query_each(&name, &sql, &mut write).await
            });
        }
        match asking.join_next().await {
            Some(answered) => answered??,
            None => break,
        }
    }
    let writer = Arc::into_inner(writer).ok_or("somebody still writes")?;
    writer.into_inner().unwrap_or_else(PoisonError::into_inner).close()?;
    eprintln!(
        "open, set and probe {opened:?}, ask and write {:?}",
        start.elapsed() - opened
    );
    Ok(())
}

/// Questions asked at once, as those of rules.
const SIDE_BY_SIDE: usize = 2;
const GROUP_ROWS: usize = 1 << 17;

/// What each question yields. A column that is never empty costs less to write.
fn answer() -> SchemaRef {
    let column = |name: &str, data_type: DataType| Field::new(name, data_type, name == "name");
    Arc::new(Schema::new(vec![
        column("source", DataType::Utf8),
        column("row_no", DataType::Int64),
        column("row_hash", DataType::Utf8View),
        column("person_key", DataType::Int64),
        column("agrees", DataType::Boolean),
        column("name", DataType::Utf8View),
        column("region", DataType::Int64),
    ]))
}

/// The tables show the rows about people concerned only, with the register's name beside each.
fn question(part: &Part) -> (String, String) {
    let Part { name, person_name, .. } = part;
    let sql = format!(
        "SELECT '{name}' AS source, row_no, row_hash, person_key, \
         coalesce({person_name} = register_name, false) AS agrees, register_name AS name, \
         register_region AS region FROM {name} WHERE register_region IS NOT NULL"
    );
    (name.clone(), sql)
}
