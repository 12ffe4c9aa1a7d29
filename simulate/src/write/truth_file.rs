//! The truth in a file of its own. It holds readable numbers and is test material, never data of the product.
//!
//! One line a case. `expected`: hit, exception (the condition holds, `exception` says why it is in order) or miss
//! (looks alike, must not be found). `confidence`: E1 and E2 come out of exact comparison, E3 cases have a number
//! that is missing or fails its check. `dataset` and `row_no` name the delivered row (lines counted from 1, title and
//! header included). For B-10 `via` is `name` or `card` (the card number fails its check digit); for B-18 it is the
//! rule through which the applicant is found. Lines K-01, K-02 and K-09 name rows that the import check must report.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
};

use super::{csv_file::CsvFile, look::Encoding, table::RowTruth};
use crate::{
    county::{County, PersonIx},
    truth::{ErrorClass, Expected, Truth},
};

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

/// Rules that read what offices enter themselves: their cases stand in `entered.csv`, together with those about things
/// (`thing` names kind and key), because only a platform into which these records were loaded can be held to them.
const OF_ENTRIES: [&str; 15] = [
    "A-13", "B-21", "C-04", "H-12", "I-03", "I-05", "I-06", "I-07", "I-10", "I-11", "I-12", "I-13", "I-14", "I-15",
    "K-08",
];

/// Writes `entered.csv`.
pub(crate) fn write_entered(county: &County, fact_lines: &HashMap<u32, u32>, path: &Path) -> io::Result<u64> {
    let mut csv = CsvFile::create(path, Encoding::Utf8)?;
    csv.row(HEADER.into_iter().chain(["thing"]))?;
    let mut rows = 0;
    for t in county.truth.iter().filter(|t| OF_ENTRIES.contains(&t.rule)) {
        let case = case(county, fact_lines, t);
        csv.row(case.iter().map(String::as_str).chain([""]))?;
        rows += 1;
    }
    for t in &county.things {
        csv.row([
            t.rule,
            "",
            t.expected.name(),
            "",
            "",
            "",
            t.programme,
            &t.from.to_string(),
            &t.to.to_string(),
            "exact",
            "E1",
            t.exception,
            "",
            "",
            &t.thing,
        ])?;
        rows += 1;
    }
    csv.finish()?;
    Ok(rows)
}

fn case(county: &County, fact_lines: &HashMap<u32, u32>, t: &Truth) -> [String; 14] {
    let person = county.person(t.person);
    let fact = t.fact.map(|f| &county.facts.0[f as usize]);
    let row = t.fact.and_then(|f| fact_lines.get(&f));
    [
        t.rule.to_owned(),
        t.via.to_owned(),
        t.expected.name().to_owned(),
        person.id.expose().to_owned(),
        person.name.to_string(),
        county.families[person.family as usize].no.to_string(),
        t.programme
            .map_or("", |p| county.programmes[p as usize].code)
            .to_owned(),
        t.from.to_string(),
        t.to.to_string(),
        t.class.name().to_owned(),
        t.class.confidence().to_owned(),
        t.exception.to_owned(),
        fact.map_or("", |f| f.dataset).to_owned(),
        row.map(u32::to_string).unwrap_or_default(),
    ]
}

/// K-11: numbers of people on benefits or in the register that stand beside a stranger's name, whatever else was planted there.
fn misused(county: &County, fact_lines: &HashMap<u32, u32>, csv: &mut CsvFile) -> io::Result<u64> {
    let members: HashSet<PersonIx> = county.memberships().iter().map(|m| m.person).collect();
    let strangers = (0_u32..).zip(&county.facts.0).filter(|(_, f)| {
        let concerned = members.contains(&f.person) || county.background.paid[f.person as usize];
        f.class == ErrorClass::MisusedId && concerned
    });
    let (from, to) = (county.spec.first_month(), county.spec.last_month());
    let mut rows = 0;
    for (at, fact) in strangers {
        let told = Truth {
            rule: "K-11",
            via: "",
            expected: Expected::Hit,
            person: fact.person,
            programme: None,
            from,
            to,
            class: fact.class,
            exception: "",
            fact: Some(at),
        };
        csv.row(case(county, fact_lines, &told).iter().map(String::as_str))?;
        rows += 1;
    }
    Ok(rows)
}

/// Writes `truth.csv`: planted cases first, then misused numbers and the rows that the import checks must name.
pub(crate) fn write(
    county: &County,
    fact_lines: &HashMap<u32, u32>,
    checks: &[RowTruth],
    path: &Path,
) -> io::Result<u64> {
    let mut csv = CsvFile::create(path, Encoding::Utf8)?;
    csv.row(HEADER)?;
    let mut cases = 0;
    for t in county.truth.iter().filter(|t| !OF_ENTRIES.contains(&t.rule)) {
        csv.row(case(county, fact_lines, t).iter().map(String::as_str))?;
        cases += 1;
    }
    cases += misused(county, fact_lines, &mut csv)?;
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
    Ok(cases + checks.len() as u64)
}
