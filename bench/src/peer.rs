//! Contestants run as processes of their own, in turns, so that a busy minute of the machine hits all alike.
//!
//! Each prints one line: `RESULT <wall ms> <cpu ms> <peak KiB> <rows> <fingerprint>`.

use std::process::Command;

use crate::{
    Outcome,
    usage::{Cost, median},
};

/// What one run reported.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) cost: Cost,
    pub(crate) rows: u64,
    /// Equal for equal results, whatever the contestant.
    pub(crate) fingerprint: String,
}

impl Report {
    /// The line that [`Report::parse`] reads.
    pub(crate) fn print(&self) {
        let Cost {
            wall_ms,
            cpu_ms,
            rss_kib,
        } = self.cost;
        println!(
            "RESULT {wall_ms:.1} {cpu_ms:.1} {rss_kib} {} {}",
            self.rows, self.fingerprint
        );
    }

    fn parse(output: &str) -> Option<Report> {
        let line = output.lines().rev().find_map(|line| line.strip_prefix("RESULT "))?;
        let words: Vec<&str> = line.split(' ').collect();
        let [wall, cpu, rss, rows, fingerprint] = words.as_slice() else {
            return None;
        };
        let cost = Cost {
            wall_ms: wall.parse().ok()?,
            cpu_ms: cpu.parse().ok()?,
            rss_kib: rss.parse().ok()?,
        };
        Some(Report {
            cost,
            rows: rows.parse().ok()?,
            fingerprint: (*fingerprint).to_owned(),
        })
    }
}

/// Somebody who does the work.
pub(crate) struct Contestant {
    pub(crate) name: String,
    pub(crate) command: Command,
    pub(crate) reports: Vec<Report>,
}

impl Contestant {
    pub(crate) fn new(name: &str, command: Command) -> Contestant {
        Contestant {
            name: name.to_owned(),
            command,
            reports: Vec::new(),
        }
    }

    fn run(&mut self) -> Outcome<Report> {
        let output = self.command.output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let report = Report::parse(&text).filter(|_| output.status.success());
        report.ok_or_else(|| format!("{}: {text}{}", self.name, String::from_utf8_lossy(&output.stderr)).into())
    }

    pub(crate) fn wall_ms(&self) -> f64 {
        median(self.reports.iter().map(|report| report.cost.wall_ms).collect())
    }

    pub(crate) fn cpu_ms(&self) -> f64 {
        median(self.reports.iter().map(|report| report.cost.cpu_ms).collect())
    }

    pub(crate) fn rss_mib(&self) -> f64 {
        median(
            self.reports
                .iter()
                .map(|report| report.cost.rss_kib as f64 / 1024.0)
                .collect(),
        )
    }

    pub(crate) fn rows(&self) -> u64 {
        self.reports.last().map_or(0, |report| report.rows)
    }
}

/// One run each that does not count (files into the page cache), then `runs` rounds in turns.
pub(crate) fn in_turns(contestants: &mut [Contestant], runs: usize) -> Outcome<()> {
    for round in 0..=runs {
        for contestant in contestants.iter_mut() {
            let report = contestant.run()?;
            if round > 0 {
                contestant.reports.push(report);
            }
        }
    }
    Ok(())
}

/// Medians of all, and how many times the first one's cost each of the others has.
pub(crate) fn table(contestants: &[Contestant]) -> String {
    format!("{}{}", HEAD.replace("| work ", ""), body("", contestants))
}

/// The same for several pieces of work in one table, each named in the first column.
pub(crate) fn lines(works: &[(String, Vec<Contestant>)]) -> String {
    let each = works
        .iter()
        .map(|(work, contestants)| body(&format!("| {work} "), contestants));
    format!("{}{}", HEAD.replacen("|---", "|---|---", 1), each.collect::<String>())
}

const HEAD: &str = "\
    | work | contestant | CPU s | wall s | peak MiB | rows | rows/s wall | CPU ratio | wall ratio |\n\
    |---|---:|---:|---:|---:|---:|---:|---:|\n";

fn body(before: &str, contestants: &[Contestant]) -> String {
    let mut out = String::new();
    for one in contestants {
        let rate = one.rows() as f64 / (one.wall_ms() / 1000.0);
        out += &format!(
            "{before}| {} | {:.2} | {:.2} | {:.0} | {} | {rate:.0} | {:.2} | {:.2} |\n",
            one.name,
            one.cpu_ms() / 1000.0,
            one.wall_ms() / 1000.0,
            one.rss_mib(),
            one.rows(),
            one.cpu_ms() / contestants[0].cpu_ms(),
            one.wall_ms() / contestants[0].wall_ms(),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_report_survives_its_line() {
        let report = Report::parse("noise\nRESULT 12.5 20.0 4096 7 abc\n").unwrap();
        assert_eq!((report.cost.wall_ms, report.cost.rss_kib, report.rows), (12.5, 4096, 7));
        assert_eq!(report.fingerprint, "abc");
        assert!(Report::parse("RESULT broken").is_none());
    }
}
