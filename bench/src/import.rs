//! Import rate: one delivered table in three forms, read by our import and by what a person would reach for.
//!
//! Ours checks every cell against the contract, hashes ID numbers and writes a sorted snapshot; the peers only load text
//! into a table. They do less; the ratio says what the checking costs.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use comparison::snapshot::SnapshotStore;
use intake::{ImportJob, Limits, Progress, contract::Contracts};
use kernel::KeyRing;
use rust_xlsxwriter::Workbook;
use simulate::{Scale, Spec};

use crate::{
    Outcome, option,
    peer::{Contestant, Report, in_turns, table},
    place,
    usage::Stopwatch,
};

const DATA_SET: &str = "social_insurance";
pub(crate) const SEED: u64 = 20;

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let rows: usize = option(words, "--rows", "300000").parse()?;
    let runs: usize = option(words, "--runs", "5").parse()?;
    let python = place::python()?;
    for (title, path) in files(rows)? {
        let mut contestants = vec![Contestant::new(
            "yangguang: check, key, sort, snapshot",
            ours_command(&path)?,
        )];
        for (name, tool) in peers(title) {
            let mut command = Command::new(&python);
            command
                .arg(place::repository().join("bench/plain_import.py"))
                .arg(tool)
                .arg(&path);
            contestants.push(Contestant::new(name, command));
        }
        in_turns(&mut contestants, runs)?;
        let size = fs::metadata(&path)?.len() as f64 / 1e6;
        println!(
            "\n### {title}, {size:.1} MB, medians of {runs} runs in turns\n\n{}",
            table(&contestants)
        );
    }
    Ok(())
}

fn peers(title: &str) -> &'static [(&'static str, &'static str)] {
    match title {
        "CSV" => &[
            ("DuckDB read_csv into a table", "duckdb-csv"),
            ("Python csv module", "python-csv"),
        ],
        "CSV GB18030" => &[
            ("Python re-codes, DuckDB read_csv", "duckdb-gb18030"),
            ("Python csv module", "python-gb18030"),
        ],
        _ => &[
            ("openpyxl read-only, rows to DuckDB", "openpyxl"),
            ("python-calamine, rows to DuckDB", "calamine"),
        ],
    }
}

fn ours_command(path: &Path) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("import-ours").arg(path);
    Ok(command)
}

/// One import, measured, in a process of its own.
pub(crate) fn ours(words: &[String]) -> Outcome<()> {
    let path = PathBuf::from(words.first().ok_or("no file")?);
    let contracts = Contracts::embedded()?;
    let contract = contracts.get(DATA_SET).ok_or("no contract")?;
    let folder = place::cache()?.join(format!("import-{}", std::process::id()));
    let store = SnapshotStore::open(&folder)?;
    let keys = KeyRing::for_tests(SEED);
    let job = ImportJob {
        input: &path,
        file_name: "delivered",
        contract,
        contracts: &contracts,
        keyring: &keys,
        nonce: &|| [7; 12],
        shelf: &store,
        rejects: None,
        dry_run: false,
        limits: Limits::default(),
    };
    let watch = Stopwatch::start()?;
    let report = intake::run(&job, &Progress::default());
    let cost = watch.stop()?;
    fs::remove_dir_all(&folder)?;
    let report = report?;
    Report {
        cost,
        rows: report.rows,
        fingerprint: format!("accepted-{}", report.accepted),
    }
    .print();
    Ok(())
}

/// The same rows as UTF-8 CSV, GB18030 CSV and XLSX; made once.
fn files(rows: usize) -> Outcome<Vec<(&'static str, PathBuf)>> {
    let folder = place::cache()?.join(format!("import-files-{rows}"));
    let names = [
        ("CSV", "utf8.csv"),
        ("CSV GB18030", "gb18030.csv"),
        ("XLSX", "table.xlsx"),
    ];
    let paths: Vec<_> = names.iter().map(|(title, name)| (*title, folder.join(name))).collect();
    if paths.iter().all(|(_, path)| path.exists()) {
        return Ok(paths);
    }
    fs::create_dir_all(&folder)?;
    let text = delivered(rows)?;
    fs::write(&paths[0].1, &text)?;
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    fs::write(&paths[1].1, bytes)?;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory()?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for (line, record) in reader.records().enumerate() {
        for (column, cell) in record?.iter().enumerate() {
            sheet.write_string(line as u32, column as u16, cell)?;
        }
    }
    book.save(&paths[2].1)?;
    Ok(paths)
}

/// Header and rows of the simulated county's table, as UTF-8. A smaller table is repeated until there are enough rows.
fn delivered(rows: usize) -> Outcome<String> {
    let county = simulated(Scale::County)?;
    let file = fs::read_dir(county.join("departments"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            path.file_stem()
                .is_some_and(|stem| stem.to_string_lossy().contains(DATA_SET))
        })
        .ok_or_else(|| format!("no {DATA_SET} in {}", county.display()))?;
    let bytes = fs::read(&file)?;
    let (text, _, _) = encoding_rs::GB18030.decode(&bytes);
    let mut lines = text.lines();
    let mut out = format!("{}\n", lines.next().ok_or("an empty table")?);
    let body: Vec<&str> = lines.collect();
    for line in body.iter().cycle().take(rows) {
        out += line;
        out.push('\n');
    }
    Ok(out)
}

/// A simulated county as departments send it; made once.
pub(crate) fn simulated(scale: Scale) -> Outcome<PathBuf> {
    let folder = place::cache()?.join(format!("simulated-{}-{SEED}", scale.name()));
    let done = folder.join("summary.json");
    if !done.exists() {
        let contracts = place::repository().join("datasets");
        let spec = Spec::huimin_2020(scale, SEED);
        simulate::generate_to_dir(&spec, &contracts, &folder, &mut |what| eprintln!("  {what}"))?;
        File::open(&done)?.sync_all()?;
        std::io::stderr().flush()?;
    }
    Ok(folder)
}
