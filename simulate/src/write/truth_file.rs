//! The truth in a file of its own. It holds readable numbers and is test material, never data of the product.
//!
//! One line a case. `expected`: hit, exception (the condition holds, `exception` says why it is in order) or miss
//! (looks alike, must not be found). `confidence`: E1 and E2 come out of exact comparison, E3 cases have a number
//! that is missing or fails its check. `dataset` and `row_no` name the delivered row (lines counted from 1, title and
//! header included). For B-10 `via` is `name` or `card` (the card number fails its check digit); for B-18 it is the
//! rule through which the applicant is found. Lines K-01, K-02 and K-09 name rows that the import check must report.

use std::{collections::HashMap, io, path::Path};

use super::{csv_file::CsvFile, look::Encoding, table::RowTruth};
use crate::county::County;

const HEADER: [&str; 14] = [
    "rule",
    "via",
    "expected",
    "person_id",
    "name",
    "household_no",
    "programme",
    "period_from",
    "period_to",
    "class",
    "confidence",
    "exception",
    "dataset",
    "row_no",
];

/// Writes `truth.csv`: planted cases first, then the rows that the import checks must name.
pub(crate) fn write(
    county: &County,
    fact_lines: &HashMap<u32, u32>,
    checks: &[RowTruth],
    path: &Path,
) -> io::Result<u64> {
    let mut csv = CsvFile::create(path, Encoding::Utf8)?;
    csv.row(HEADER)?;
    for t in &county.truth {
        let person = county.person(t.person);
        let fact = t.fact.map(|f| &county.facts.0[f as usize]);
        let row = t.fact.and_then(|f| fact_lines.get(&f));
        csv.row([
            t.rule,
            t.via,
            t.expected.name(),
            person.id.expose(),
            &person.name,
            &county.families[person.family as usize].no.to_string(),
            t.programme.map_or("", |p| county.programmes[p as usize].code),
            &t.from.to_string(),
            &t.to.to_string(),
            t.class.name(),
            t.class.confidence(),
            t.exception,
            fact.map_or("", |f| f.dataset),
            &row.map(u32::to_string).unwrap_or_default(),
        ])?;
    }
    for c in checks {
        let person = c.person.map(|p| county.person(p));
        let household = person
            .map(|p| county.families[p.family as usize].no.to_string())
            .unwrap_or_default();
        csv.row([
            c.rule,
            "",
            "hit",
            person.map_or("", |p| p.id.expose()),
            person.map_or("", |p| &*p.name),
            &household,
            "",
            "",
            "",
            c.class.name(),
            c.class.confidence(),
            "",
            c.dataset,
            &c.row_no.to_string(),
        ])?;
    }
    csv.finish()?;
    Ok(county.truth.len() as u64 + checks.len() as u64)
}
