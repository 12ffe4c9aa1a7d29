//! How fast, against what others reach on the same files and the same machine. `bench/README.md` tells how to read it.

mod all;
mod compare;
mod febrl;
mod growth;
mod http;
mod import;
mod link;
mod load;
mod pages;
mod peer;
mod place;
mod prepare;
mod scaled;
mod usage;

use std::process::ExitCode;

const USAGE: &str = "\
cargo run -p bench -- all     [--scale county] [--runs 5]            everything that has a peer, in one table
cargo run -p bench -- growth  [--runs 5] [--most 5000000] [--least 0] [--only compare|link]  the same for more and fewer
                    [--people assisted|payees] [--peers all]   people; --most 80000000 for a province
cargo run -p bench -- compare [--scale county] [--runs 5]            13 categories against DuckDB
cargo run -p bench -- import  [--rows 300000] [--runs 5]             CSV, GB18030 CSV and XLSX against DuckDB and Python
cargo run -p bench -- pages   [--scale county] [--users 16] [--seconds 10]  page times under load
                    [--data FOLDER] [--database URL] [--only TITLE]
cargo run -p bench -- febrl   [--mistakes show]                      F1 of linking on FEBRL1-4
cargo run -p bench -- link    [--scale county] [--runs 5] [--seed 20] [--peer none]  dirty identities against Splink";

/// What every part of the bench may fail with; it is shown and the program ends.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.split_first() {
        Some((first, rest)) if first == "all" => all::run(rest),
        Some((first, rest)) if first == "growth" => growth::run(rest),
        Some((first, rest)) if first == "compare" => compare::run(rest),
        Some((first, rest)) if first == "compare-ours" => compare::ours(rest),
        Some((first, rest)) if first == "import" => import::run(rest),
        Some((first, rest)) if first == "import-ours" => import::ours(rest),
        Some((first, rest)) if first == "febrl" => febrl::run(rest),
        Some((first, rest)) if first == "link" => link::run(rest),
        Some((first, rest)) if first == "link-ours" => link::ours(rest),
        Some((first, rest)) if first == "link-make" => link::make(rest),
        Some((first, rest)) if first == "pages" => pages::run(rest),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The value after `--name`, or the default.
fn option<'a>(words: &'a [String], name: &str, default: &'a str) -> &'a str {
    words
        .iter()
        .position(|word| word == name)
        .and_then(|at| words.get(at + 1))
        .map_or(default, String::as_str)
}
