//! The second command of the README: everything a machine needs, every check, every test, one closing line.
//!
//! Later steps run even when an earlier one failed, so that one run shows all there is to mend; only what needs
//! a build that failed is left out.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{
    acceptance, machine, services,
    shell::{quiet, since, watched},
    tidy,
    tree::{Tree, root},
};

/// Tests counted over all runners, and the steps that failed.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    broken: Vec<String>,
}

impl Tally {
    /// Says what begins, runs it, says how long it took.
    fn step(&mut self, name: &str, run: impl FnOnce(&mut Tally) -> Result<(), String>) -> bool {
        let start = Instant::now();
        println!("== {name}");
        let outcome = run(self);
        match &outcome {
            Ok(()) => println!("== {name}: done in {}", since(start)),
            Err(message) => {
                println!("{message}\n== {name}: FAILED after {}", since(start));
                self.broken.push(name.to_owned());
            }
        }
        outcome.is_ok()
    }

    /// Adds what a closing line of `cargo test` or `node --test` reports.
    fn read(&mut self, line: &str) {
        let number = |text: &str| {
            text.trim()
                .split(' ')
                .next()
                .and_then(|word| word.parse::<u64>().ok())
                .unwrap_or(0)
        };
        if let Some(result) = line.strip_prefix("test result: ") {
            for part in result.split([';', '.']) {
                let part = part.trim();
                if part.ends_with(" passed") {
                    self.passed += number(part);
                } else if part.ends_with(" failed") {
                    self.failed += number(part);
                }
            }
        } else if let Some(count) = line.strip_prefix("ℹ pass ").or_else(|| line.strip_prefix("# pass ")) {
            self.passed += number(count);
        } else if let Some(count) = line.strip_prefix("ℹ fail ").or_else(|| line.strip_prefix("# fail ")) {
            self.failed += number(count);
        }
    }
}

pub(crate) fn run_all() -> Result<(), String> {
    let start = Instant::now();
    let target = target_folder();
    println!("building in {}", target.display());
    let mut tally = Tally::default();
    let mut started_postgres = false;

    tally.step("machine", |_| machine::prepare());
    tally.step("PostgreSQL", |_| {
        services::start().map(|started| started_postgres = started)
    });
    tally.step("format", |_| {
        quiet(cargo(&target).args(["fmt", "--all", "--check"])).map(|_| ())
    });
    tally.step("tidy", |_| tidy::run(&Tree::open()?));
    tally.step("acceptance", |_| acceptance::run(&Tree::open()?, true));
    let built = tally.step("build", |_| {
        watched(cargo(&target).args(["build", "--workspace"]), |_| ())
    });
    if built {
        let program = program(&target);
        tally.step("rules", |_| {
            watched(
                Command::new(&program).args(["rules", "check"]).current_dir(root()),
                |_| (),
            )
        });
        tally.step("tests", |tally| {
            watched(cargo(&target).args(["test", "--workspace", "--no-fail-fast"]), |line| {
                tally.read(line)
            })
        });
        tally.step("browser tests", |tally| browser_tests(&program, tally));
    }
    if started_postgres {
        tally.step("PostgreSQL stop", |_| services::stop());
    }

    println!("\nall steps: {}", since(start));
    for step in &tally.broken {
        println!("failed step: {step}");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.broken.is_empty() && tally.failed == 0 {
        Ok(())
    } else {
        Err("not everything passed".to_owned())
    }
}

pub(crate) fn e2e_alone() -> Result<(), String> {
    let mut tally = Tally::default();
    let program = program(&target_folder());
    if !program.exists() {
        return Err(format!("{} does not exist: run `cargo build` first", program.display()));
    }
    let outcome = browser_tests(&program, &mut tally);
    println!("{} passed, {} failed", tally.passed, tally.failed);
    outcome
}

/// Clippy apart from `test`: it compiles every dependency once more, in check mode.
pub(crate) fn lint() -> Result<(), String> {
    let words = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    watched(cargo(&target_folder()).args(words), |_| ())
}

fn browser_tests(program: &Path, tally: &mut Tally) -> Result<(), String> {
    let folder = root().join("e2e");
    let words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    quiet(Command::new("npm").args(words).current_dir(&folder))?;
    // Named one by one: Node 20 knows no patterns here, and Node 22 no folders.
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join("tests"))
        .map_err(|e| format!("e2e/tests: {e}"))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(files);
    node.current_dir(&folder).env("YANGGUANG_BIN", program);
    watched(&mut node, |line| tally.read(line))
}

fn cargo(target: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env("CARGO_TARGET_DIR", target);
    if env::var_os("CI").is_some() {
        // A person without Node may build a plain look; what we deliver may not.
        cargo.env("YANGGUANG_REQUIRE_BUNDLE", "1");
    }
    cargo
}

fn program(target: &Path) -> PathBuf {
    target.join("debug/yangguang")
}

/// Where to build: the folder cargo was told, this clone's own if the demo was already built there, else a cache
/// that outlives clones, because 500 dependencies take minutes.
fn target_folder() -> PathBuf {
    if let Some(told) = env::var_os("CARGO_TARGET_DIR") {
        return root().join(told);
    }
    let own = root().join("target");
    if program(&own).exists() {
        return own;
    }
    let cache = env::var_os("YANGGUANG_CACHE").map(PathBuf::from).or_else(|| {
        let base = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        base.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
            .map(|base| base.join("yangguang"))
    });
    cache.map_or(own, |cache| cache.join("target"))
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn closing_lines_of_both_runners_add_up() {
        let mut tally = Tally::default();
        tally.read("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        tally.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s");
        tally.read("ℹ pass 4");
        tally.read("ℹ fail 1");
        tally.read("ℹ duration_ms 12");
        assert_eq!((tally.passed, tally.failed), (19, 3));
    }
}
