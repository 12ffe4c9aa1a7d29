//! What more people cost: 0.1, 0.6, 5 and 80 million, ours beside the peers as far as these go.

use std::{fs, path::Path};

use simulate::Scale;

use crate::{
    Outcome, compare, import, link, option,
    peer::{Contestant, in_turns, lines},
    place, prepare, scaled,
};

/// Populations, the second being the county as it is; `--most 80000000` adds a province.
const PEOPLE: [usize; 3] = [100_000, COUNTY, CITY];
const COUNTY: usize = 600_000;
/// Splink takes minutes and much memory beyond.
const MOST_FOR_SPLINK: usize = COUNTY;
/// Beyond, the comparison is ours alone unless `--peers all`: results of each contestant take 11 GB. Linking ends here.
const CITY: usize = 5_000_000;

pub(crate) fn run(words: &[String]) -> Outcome<()> {
    let runs: usize = option(words, "--runs", "5").parse()?;
    let most: usize = option(words, "--most", "5000000").parse()?;
    let least: usize = option(words, "--least", "0").parse()?;
    let only = option(words, "--only", "");
    let who = option(words, "--people", "");
    let all_peers = option(words, "--peers", "") == "all";
    let mut out = Vec::new();
    let larger = (most > CITY).then_some(most);
    let asked = PEOPLE.into_iter().chain(larger);
    for people in asked.filter(|people| (least..=most).contains(people)) {
        if "compare".starts_with(only) {
            out.extend(comparing(people, runs, who, all_peers)?);
        }
        if "link".starts_with(only) && people <= CITY {
            out.extend(linking(people, runs, all_peers)?);
        }
    }
    println!("\n### cost growth, medians of {runs} runs in turns\n\n{}", lines(&out));
    Ok(())
}

/// A population's contestants, each with the work it did.
type Done = Vec<(String, Vec<Contestant>)>;

fn comparing(people: usize, runs: usize, only: &str, all_peers: bool) -> Outcome<Done> {
    let alone = people > CITY && !all_peers;
    let folder = if people == COUNTY {
        prepare::county(Scale::County)?
    } else {
        let results = if alone { 1 } else { 3 };
        let what = format!("the files of {} people and what is found in them", millions(people));
        place::need(
            &place::cache()?,
            scaled::bytes(people, results, "payees".starts_with(only)),
            &what,
        )?;
        scaled::county(people)?
    };
    let done = measured(people, &folder, runs, only, alone);
    if people > COUNTY {
        fs::remove_dir_all(&folder)?;
    }
    done
}

fn measured(people: usize, folder: &Path, runs: usize, only: &str, alone: bool) -> Outcome<Done> {
    let mut done = Vec::new();
    for who in ["assisted", "payees"].into_iter().filter(|who| who.starts_with(only)) {
        let mut contestants = compare::contestants(folder, who)?;
        if alone {
            contestants.truncate(1);
        }
        in_turns(&mut contestants, runs)?;
        compare::agreed(&contestants)?;
        done.push((format!("{}, 13 categories, {who}", millions(people)), contestants));
    }
    Ok(done)
}

fn linking(people: usize, runs: usize, all_peers: bool) -> Outcome<Done> {
    let scale = if people > COUNTY { Scale::City } else { Scale::County };
    let folder = link::prepared(scale, people, import::SEED)?;
    let done = linked(people, &folder, runs, all_peers);
    if people > COUNTY {
        fs::remove_dir_all(&folder)?;
    }
    done
}

fn linked(people: usize, folder: &Path, runs: usize, all_peers: bool) -> Outcome<Done> {
    let mut contestants = vec![link::contestant(folder, import::SEED, "all")?];
    if people <= MOST_FOR_SPLINK || all_peers {
        contestants.push(link::contestant(folder, import::SEED, "hard")?);
        contestants.push(link::splink(folder)?);
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
    Ok(vec![(format!("{}, linking", millions(people)), contestants)])
}

fn millions(people: usize) -> String {
    format!("{:.1} M", people as f64 / 1e6)
}
