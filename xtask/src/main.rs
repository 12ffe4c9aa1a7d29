//! Chores of the workspace, without dependencies so that `cargo xtask` starts at once.
//!
//! `test` is the second command of the README; the others are its steps, to be run alone while working.

mod acceptance;
mod machine;
mod services;
mod shell;
mod tests;
mod tidy;
mod tree;

use std::process::ExitCode;

use tree::Tree;

const USAGE: &str = "\
cargo xtask test                  install what the machine lacks, build, run every check and test
cargo xtask tidy                  what reviewers would repeat: arrows, forbidden calls, file shape, words, links
cargo xtask acceptance [--check]  marks in tests against docs/acceptance-items.tsv; writes docs/acceptance.md
cargo xtask services [start|stop] PostgreSQL for the tests, on 127.0.0.1:54329
cargo xtask lint                  clippy (builds all dependencies once more, in check mode)
cargo xtask e2e                   the browser tests alone, against a server that is already built";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => tests::run_all(),
        ["tidy"] => Tree::open().and_then(|tree| tidy::run(&tree)),
        ["acceptance"] => Tree::open().and_then(|tree| acceptance::run(&tree, false)),
        ["acceptance", "--check"] => Tree::open().and_then(|tree| acceptance::run(&tree, true)),
        ["services"] | ["services", "start"] => services::start().map(|_| ()),
        ["services", "stop"] => services::stop(),
        ["lint"] => tests::lint(),
        ["e2e"] => tests::e2e_alone(),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
