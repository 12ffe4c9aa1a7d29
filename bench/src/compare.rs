//! The comparison of 13 categories: which rows of which department concern somebody who draws a benefit, and does the
//! name agree. Ours against DuckDB on the same Parquet files; both write what they found and must have found the same.

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use arrow::{array::AsArray, datatypes::Int64Type};
use comparison::engine::{Inputs, Session, Table, class};
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};
use simulate::Scale;

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
    let mut ours = Command::new(std::env::current_exe()?);
    ours.arg("compare-ours").arg(&folder).arg(people);
    let mut duckdb = Command::new(place::python()?);
    duckdb
        .arg(place::repository().join("bench/duckdb_compare.py"))
        .arg(&folder)
        .arg(people);
    let mut contestants = vec![Contestant::new("yangguang", ours), Contestant::new("DuckDB", duckdb)];
    in_turns(&mut contestants, runs)?;
    println!(
        "\n### 13 categories, {} scale, {people}, {total} department rows, medians of {runs} runs in turns\n",
        scale.name()
    );
    println!("{}", table(&contestants));
    let found: Vec<&str> = contestants
        .iter()
        .filter_map(|one| one.reports.last())
        .map(|report| report.fingerprint.as_str())
        .collect();
    if found.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(format!("the contestants found different things: {}", found.join(" and ")).into());
    }
    println!("both found the same: {}", found[0]);
    Ok(())
}

/// One comparison, measured, in a process of its own: open, probe, join, write.
pub(crate) fn ours(words: &[String]) -> Outcome<()> {
    let [folder, people] = words else {
        return Err("a folder and the people".into());
    };
    let (folder, classes) = (PathBuf::from(folder), classes_of(people)?);
    let parts = prepare::parts(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let out = folder.join("found-ours.parquet");
    let watch = Stopwatch::start()?;
    let found = runtime.block_on(found(&parts, classes, &out))?;
    let cost = watch.stop()?;
    Report {
        cost,
        rows: found.rows,
        fingerprint: found.fingerprint(),
    }
    .print();
    Ok(())
}

/// What was found, in a form that both contestants compute.
#[derive(Default)]
struct Found {
    rows: u64,
    agreeing: u64,
    sum_of_lines: i64,
}

impl Found {
    fn fingerprint(&self) -> String {
        format!(
            "rows={},agreeing={},lines={}",
            self.rows, self.agreeing, self.sum_of_lines
        )
    }
}

async fn found(parts: &[Part], concerned: u8, out: &Path) -> Outcome<Found> {
    let mut inputs = Inputs::default();
    let mut classes = HashMap::new();
    for part in parts {
        let table = Table::from_file(&part.name, "", part.path.clone())?;
        match part.category {
            0 if part.person_name.is_empty() => inputs.registers.push(table),
            0 => {}
            _ => {
                classes.insert(part.name.clone(), concerned);
                inputs.snapshots.push((table, false));
            }
        }
    }
    let start = Instant::now();
    let session = Session::open(&inputs, &classes)?;
    let opened = start.elapsed();
    let batches = session.query("13 categories", &sql(parts)).await?;
    let joined = start.elapsed();
    let mut found = Found::default();
    let Some(first) = batches.first() else { return Ok(found) };
    // Hashes, keys and names hardly repeat, so to look for repetition in them is work for nothing; few sources repeat
    // all the time. The peer writes without compression as well.
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_column_dictionary_enabled(ColumnPath::from("source"), true)
        .set_statistics_enabled(EnabledStatistics::None)
        .build();
    let mut writer = ArrowWriter::try_new(File::create(out)?, first.schema(), Some(properties))?;
    for batch in &batches {
        writer.write(batch)?;
        found.rows += batch.num_rows() as u64;
        found.agreeing += batch.column(4).as_boolean().true_count() as u64;
        found.sum_of_lines += batch.column(1).as_primitive::<Int64Type>().values().iter().sum::<i64>();
    }
    writer.close()?;
    let written = start.elapsed();
    eprintln!(
        "set and probe {opened:?}, read and join {:?}, write {:?}",
        joined - opened,
        written - joined
    );
    Ok(found)
}

/// The tables show the rows about people concerned only, with the register's name beside each.
fn sql(parts: &[Part]) -> String {
    let each: Vec<String> = parts
        .iter()
        .filter(|part| part.category > 0)
        .map(|Part { name, person_name, .. }| {
            format!(
                "SELECT '{name}' AS source, row_no, row_hash, person_key, \
                 coalesce({person_name} = register_name, false) AS agrees, register_name AS name, \
                 register_region AS region FROM {name} WHERE register_region IS NOT NULL"
            )
        })
        .collect();
    each.join(" UNION ALL ")
}
