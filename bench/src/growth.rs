//! What more people cost: 0.1, 0.6 and 5 million, ours beside the peers.

use std::fs;

use simulate::Scale;

use crate::{
    Outcome, compare, import, link, option,
    peer::{Contestant, in_turns, lines},
    prepare, scaled,
};

/// Populations, the middle one being the county as it is.
const PEOPLE: [usize; 3] = [100_000, 600_000, 5_000_000];
/// Splink takes minutes and much memory beyond.
const MOST_FOR_SPLINK: usize = 600_000;

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let runs: usize = option(words, "--runs", "5").parse()?;
    let most: usize = option(words, "--most", "5000000").parse()?;
    let only = option(words, "--only", "");
    let mut out = Vec::new();
    for people in PEOPLE.into_iter().filter(|people| *people <= most) {
        if "compare".starts_with(only) {
            out.extend(comparing(people, runs)?);
        }
        if "link".starts_with(only) {
            out.extend(linking(people, runs)?);
        }
    }
    println!("\n### cost growth, medians of {runs} runs in turns\n\n{}", lines(&out));
    Ok(())
}

/// A population's contestants, each with the work it did.
type Done = Vec<(String, Vec<Contestant>)>;

fn comparing(people: usize, runs: usize) -> Outcome<Done> {
    let county = people == PEOPLE[1];
    let folder = if county {
        prepare::county(Scale::County)?
    } else {
        scaled::county(people)?
    };
    let mut done = Vec::new();
    for who in ["assisted", "payees"] {
        let mut contestants = compare::contestants(&folder, who)?;
        in_turns(&mut contestants, runs)?;
        compare::agreed(&contestants)?;
        done.push((format!("{}, 13 categories, {who}", millions(people)), contestants));
    }
    if people > PEOPLE[1] {
        fs::remove_dir_all(&folder)?;
    }
    Ok(done)
}

fn linking(people: usize, runs: usize) -> Outcome<Done> {
    let scale = if people > PEOPLE[1] { Scale::City } else { Scale::County };
    let folder = link::prepared(scale, people, import::SEED)?;
    let mut contestants = vec![link::contestant(&folder, import::SEED, "all")?];
    if people <= MOST_FOR_SPLINK {
        contestants.push(link::contestant(&folder, import::SEED, "hard")?);
        contestants.push(link::splink(&folder)?);
    }
    in_turns(&mut contestants, runs)?;
    for one in &contestants {
        let said = one.reports.last().map(|report| report.fingerprint.replace(',', ", "));
        println!(
            "{} people, {}: {}",
            millions(people),
            one.name,
            said.unwrap_or_default()
        );
    }
    if people > PEOPLE[1] {
        fs::remove_dir_all(&folder)?;
    }
    Ok(vec![(format!("{}, linking", millions(people)), contestants)])
}

fn millions(people: usize) -> String {
    format!("{:.1} M", people as f64 / 1e6)
}
