//! Linking a county's dirty identities: ours against Splink on the same files, scored against the planted truth.
//!
//! Splink gets only the rows whose number is missing or fails its check, with their sounds already worked out, and the
//! threshold that suits it best on the truth. Ours routes all rows, the three million, and keeps its own threshold.

mod files;
mod make;

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use arrow::{
    array::{AsArray, RecordBatch},
    compute::concat_batches,
    datatypes::{Int32Type, Int64Type, UInt8Type},
};
use kernel::{IdStatus, KeyRing};
use linkage::{
    TextColumn, Texts,
    persons::{Delivery, NOBODY, Outcome as Fate, Persons, Policy, Registry, RepairLists, Rows},
};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{
        ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection, RowSelectionPolicy, RowSelector,
    },
};
use simulate::Scale;

use crate::{
    Outcome, option,
    peer::{Contestant, Report, in_turns, table},
    place,
    usage::{Stopwatch, status_kib},
};

const SPLINK: &str = "splink==5.0.0";

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let scale: Scale = option(words, "--scale", "county").parse()?;
    let seed: u64 = option(words, "--seed", "20").parse()?;
    let runs: usize = option(words, "--runs", "5").parse()?;
    let folder = prepared(scale, usize::MAX, seed)?;
    let mut contestants = vec![contestant(&folder, seed, "all")?, contestant(&folder, seed, "hard")?];
    if option(words, "--peer", "splink") == "splink" {
        contestants.push(splink(&folder)?);
    }
    in_turns(&mut contestants, runs)?;
    println!(
        "\n### linking, {} scale, seed {seed}, medians of {runs} runs in turns\n",
        scale.name()
    );
    println!("{}", table(&contestants));
    for one in &contestants {
        if let Some(report) = one.reports.last() {
            println!("{}: {}", one.name, report.fingerprint.replace(',', ", "));
        }
    }
    Ok(())
}

/// The register and its rows, made at the first call; of a larger population so many people.
pub(crate) fn prepared(scale: Scale, people: usize, seed: u64) -> Outcome<PathBuf> {
    let few = (people < scale.people() as usize).then(|| format!("-{people}"));
    let name = format!("linking-{}{}-{seed}", scale.name(), few.unwrap_or_default());
    let cache = place::cache()?;
    let (folder, making) = (cache.join(&name), cache.join(format!("{name}.part")));
    if !folder.join("truth.parquet").exists() {
        let count = people.min(scale.people() as usize);
        place::need(&cache, bytes_of(count), &format!("files to link {count} people"))?;
        // In a process of its own: the memory of a whole population is not that of who is measured.
        let mut maker = Command::new(std::env::current_exe()?);
        maker.arg("link-make").arg(&making).arg(scale.name());
        maker.arg(people.to_string()).arg(seed.to_string());
        let done = maker.status()?.success();
        if !done {
            std::fs::remove_dir_all(&making).ok();
            return Err("the files to be linked could not be made".into());
        }
        std::fs::remove_dir_all(&folder).ok();
        std::fs::rename(&making, &folder)?;
    }
    Ok(folder)
}

/// What register, rows and truth of so many people take on the disk.
fn bytes_of(people: usize) -> u64 {
    people as u64 * 300
}

/// Writes the files of [`prepared`].
pub(crate) fn make(words: &[String]) -> Outcome<()> {
    let [folder, scale, people, seed] = words else {
        return Err("a folder, a scale, a number of people and a seed".into());
    };
    let folder = PathBuf::from(folder);
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder)?;
    make::make(scale.parse()?, people.parse()?, seed.parse()?, &folder)
}

/// Ours over `all` rows, or over the `hard` ones alone, those that Splink gets.
pub(crate) fn contestant(folder: &Path, seed: u64, rows: &str) -> Outcome<Contestant> {
    let mut ours = Command::new(std::env::current_exe()?);
    ours.arg("link-ours").arg(folder).arg(seed.to_string()).arg(rows);
    Ok(Contestant::new(&format!("yangguang, {rows} rows"), ours))
}

pub(crate) fn splink(folder: &Path) -> Outcome<Contestant> {
    let mut splink = Command::new(python()?);
    splink.arg(place::repository().join("bench/splink_link.py")).arg(folder);
    Ok(Contestant::new("Splink, hard rows", splink))
}

/// A Python with Splink, made once and apart from the other peers'.
fn python() -> Outcome<PathBuf> {
    let folder = place::cache()?.join("splink");
    let python = folder.join("bin/python");
    if folder.join("installed").exists() {
        return Ok(python);
    }
    let done = |command: &mut Command| -> Outcome<()> {
        if command.status()?.success() {
            Ok(())
        } else {
            Err("the Python environment could not be made".into())
        }
    };
    done(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    done(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SPLINK]))?;
    File::create(folder.join("installed"))?;
    Ok(python)
}

/// One linking, measured, in a process of its own: read, build, learn, route, repair, search.
pub(crate) fn ours(words: &[String]) -> Outcome<()> {
    let [folder, seed, which @ ..] = words else {
        return Err("a folder and a seed".into());
    };
    let hard_only = which.first().is_some_and(|rows| rows == "hard");
    let (folder, ring) = (PathBuf::from(folder), KeyRing::for_tests(seed.parse()?));
    let watch = Stopwatch::start()?;
    let step = |what: &str| {
        let peak = status_kib("self", "VmHWM").unwrap_or_default() / 1024;
        eprintln!("{what} after {} CPU ms, {peak} MiB", watch.so_far().unwrap_or_default());
    };
    let registry = registry(&folder)?;
    step("register ready");
    let hard = hard_only.then(|| hard_rows(&folder)).transpose()?;
    let file = folder.join("rows.parquet");
    let wanted = ["id_no", "key", "status", "name", "birth", "sex", "region", "household"];
    let parts = parts(&file, &wanted, hard.as_deref(), PART_ROWS)?;
    let count = match &hard {
        Some(hard) => hard.iter().filter(|hard| **hard).count(),
        None => rows_of(&file)?,
    };
    let mut delivery = Delivery::new(&registry, count, &[], Policy::default());
    for part in parts {
        let part = part?;
        let status = bytes(&part, "status");
        // At ingest in the product; here it is counted.
        let repairs = RepairLists::of(&ring, texts(&part, "id_no")?, status);
        delivery.take(&Rows {
            key: longs(&part, "key"),
            status,
            name: texts(&part, "name")?,
            birth: ints(&part, "birth"),
            sex: bytes(&part, "sex"),
            region: longs(&part, "region"),
            household: longs(&part, "household"),
            repairs: repairs.lists(),
            tag: &[],
        })?;
    }
    step("rows read and routed");
    let links = delivery.link();
    step("linked");
    let cost = watch.stop()?;
    let counted = Fate::ALL.map(|fate| format!("{fate:?}={}", links.count(fate)));
    eprintln!("{} skipped {:?}", counted.join(" "), links.skipped);
    let score = score(&folder, hard.as_deref(), &links)?;
    Report {
        cost,
        rows: count as u64,
        fingerprint: score,
    }
    .print();
    Ok(())
}

/// The register, read part by part into columns of its own, as the product does.
fn registry(folder: &Path) -> Outcome<Registry> {
    let file = folder.join("register.parquet");
    let wanted = ["key", "name", "birth", "sex", "region", "household"];
    let count = rows_of(&file)?;
    let (mut key, mut region, mut household) = (room(count), room(count), room(count));
    let (mut birth, mut sex) = (room(count), room(count));
    let mut names = TextColumn::default();
    for part in parts(&file, &wanted, None, PART_ROWS)? {
        let part = part?;
        key.extend_from_slice(longs(&part, "key"));
        region.extend_from_slice(longs(&part, "region"));
        household.extend_from_slice(longs(&part, "household"));
        birth.extend_from_slice(ints(&part, "birth"));
        sex.extend_from_slice(bytes(&part, "sex"));
        let written = texts(&part, "name")?;
        (0..part.num_rows()).try_for_each(|row| names.push(written.get(row)))?;
    }
    Ok(Registry::build(&Persons {
        key: &key,
        name: names.view(),
        birth: &birth,
        sex: &sex,
        region: &region,
        household: &household,
    }))
}

fn room<T>(count: usize) -> Vec<T> {
    Vec::with_capacity(count)
}

/// Pairs over the rows without a usable number.
#[derive(Default)]
struct Pairs {
    rows: u64,
    wanted: u64,
    found: u64,
    right: u64,
}

impl Pairs {
    fn count(&mut self, person: i32, said: Option<u32>) {
        self.rows += 1;
        self.wanted += u64::from(person >= 0);
        if let Some(said) = said {
            self.found += 1;
            self.right += u64::from(said as i32 == person);
        }
    }

    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.wanted).max(1) as f64
    }
}

fn score(folder: &Path, hard: Option<&[bool]>, links: &linkage::persons::Links) -> Outcome<String> {
    let rows = read(&folder.join("rows.parquet"), &["status", "household"], hard)?;
    let (status, household) = (bytes(&rows, "status"), longs(&rows, "household"));
    let truth = read(&folder.join("truth.parquet"), &["person", "class"], hard)?;
    let (person, class) = (ints(&truth, "person"), texts(&truth, "class")?);
    let (mut all, mut alone) = (Pairs::default(), Pairs::default());
    let (mut exact, mut exact_right, mut misused, mut misused_seen) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut mistakes: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (row, fate) in links.outcome.iter().enumerate() {
        let agrees = links.person[row] != NOBODY && links.person[row] as i32 == person[row];
        if is_hard(&status[row]) {
            let said = matches!(fate, Fate::Repaired | Fate::Linked).then_some(links.person[row]);
            all.count(person[row], said);
            if household[row] == 0 {
                alone.count(person[row], said);
            }
            match (said, fate) {
                (Some(_), _) if !agrees => *mistakes.entry((class.get(row), "wrong")).or_default() += 1,
                (None, Fate::Undecided) if person[row] >= 0 => {
                    *mistakes.entry((class.get(row), "left to people")).or_default() += 1;
                }
                (None, _) if person[row] >= 0 => *mistakes.entry((class.get(row), "missed")).or_default() += 1,
                _ => {}
            }
        } else if *fate == Fate::Exact {
            exact += 1;
            exact_right += u64::from(agrees && class.get(row) != "misused");
        }
        if class.get(row) == "misused" {
            misused += 1;
            misused_seen += u64::from(*fate == Fate::Misused);
        }
    }
    eprintln!("{mistakes:?}");
    Ok(format!(
        "dirty={},wanted={},found={},precision={:.4},recall={:.4},F1={:.4},F1_without_family={:.4},exact_precision={:.5},misused={misused_seen}/{misused}",
        all.rows,
        all.wanted,
        all.found,
        all.right as f64 / all.found.max(1) as f64,
        all.right as f64 / all.wanted.max(1) as f64,
        all.f1(),
        alone.f1(),
        exact_right as f64 / exact.max(1) as f64
    ))
}

/// Which rows have no usable number.
fn hard_rows(folder: &Path) -> Outcome<Vec<bool>> {
    let column = read(&folder.join("rows.parquet"), &["status"], None)?;
    Ok(bytes(&column, "status").iter().map(is_hard).collect())
}

fn is_hard(status: &u8) -> bool {
    *status == IdStatus::Missing as u8 || *status == IdStatus::Invalid as u8
}

/// Rows read at a time, about as many as stay in the processor's cache.
const PART_ROWS: usize = 1 << 16;

/// Columns of all rows, or of those chosen, in one piece.
fn read(path: &Path, columns: &[&str], chosen: Option<&[bool]>) -> Outcome<RecordBatch> {
    let batches = parts(path, columns, chosen, 1 << 22)?.collect::<Result<Vec<_>, _>>()?;
    let first = batches.first().ok_or("an empty file")?;
    if batches.len() == 1 {
        Ok(first.clone())
    } else {
        Ok(concat_batches(&first.schema(), &batches)?)
    }
}

/// The same part by part.
fn parts(path: &Path, columns: &[&str], chosen: Option<&[bool]>, rows: usize) -> Outcome<ParquetRecordBatchReader> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let mut builder = builder.with_projection(mask).with_batch_size(rows);
    if let Some(chosen) = chosen {
        let runs = chosen.chunk_by(|a, b| a == b);
        let runs = runs.map(|run| match run[0] {
            true => RowSelector::select(run.len()),
            false => RowSelector::skip(run.len()),
        });
        builder = builder
            .with_row_selection(RowSelection::from(runs.collect::<Vec<_>>()))
            .with_row_selection_policy(RowSelectionPolicy::Selectors);
    }
    Ok(builder.build()?)
}

fn rows_of(path: &Path) -> Outcome<usize> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    Ok(builder.metadata().file_metadata().num_rows() as usize)
}

fn longs<'a>(batch: &'a RecordBatch, name: &str) -> &'a [i64] {
    batch
        .column_by_name(name)
        .map_or(&[], |column| column.as_primitive::<Int64Type>().values())
}

fn ints<'a>(batch: &'a RecordBatch, name: &str) -> &'a [i32] {
    batch
        .column_by_name(name)
        .map_or(&[], |column| column.as_primitive::<Int32Type>().values())
}

fn bytes<'a>(batch: &'a RecordBatch, name: &str) -> &'a [u8] {
    batch
        .column_by_name(name)
        .map_or(&[], |column| column.as_primitive::<UInt8Type>().values())
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Outcome<Texts<'a>> {
    let column = batch.column_by_name(name).ok_or("no such column")?.as_string::<i32>();
    Ok(Texts::lent(column.value_data(), column.value_offsets()))
}
