//! How right the rules are: findings against a county's planted truth, by rule and by the clerk's error.
//!
//! A case counts as found when a finding of its rule names the person, or the thing, in an overlapping period. Precision
//! is the share of alarms (findings without a proposed exception) that are planted hits.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use intake::contract::Contracts;
use kernel::{AppError, AppResult, IdNumber, KeyRing, Month};

use super::accuracy_links::{Fate, Fates};
use crate::identities::{LinkedSet, is_asked};

/// Planted and found of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub planted: u64,
    pub found: u64,
}

impl Tally {
    /// 1 when nothing was planted.
    pub fn share(self) -> f64 {
        if self.planted == 0 {
            1.0
        } else {
            self.found as f64 / self.planted as f64
        }
    }
}

/// Figures of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleAccuracy {
    /// Hits, and how many were reported as alarms.
    pub hits: Tally,
    /// Hits that are not reported because a person is asked first whose row it is, see [`Accuracy::asked`].
    pub asked: u64,
    /// Hits whose number the exact comparison can link (E1, E2).
    pub linkable: Tally,
    /// Exceptions, and how many came with an exception proposed.
    pub exceptions: Tally,
    /// Look-alikes, and how many were wrongly reported.
    pub misses: Tally,
    /// Findings without a proposed exception, and how many of them are planted hits.
    pub alarms: Tally,
}

/// Figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accuracy {
    pub rules: BTreeMap<String, RuleAccuracy>,
    /// Hits and exceptions by the clerk's error, found in whatever form.
    pub classes: BTreeMap<String, Tally>,
    /// Those not found, by the clerk's error, whose row stands in the review queue beside the right person: the program
    /// was not sure enough, and the answer of a person reports them in the next run. They count as not found.
    pub asked: BTreeMap<String, u64>,
    /// Alarms that rest on a record linked otherwise than by its number, and how many of them are planted hits.
    pub linked: Tally,
    /// Findings of rules of which the county holds no planted case: nothing can be said of how right they are.
    pub unplanted: BTreeMap<String, u64>,
    /// Hits and exceptions by rule and error.
    pub rule_classes: BTreeMap<(String, String), Tally>,
    /// Numbers under another's name that K-11 does not ask about, by data set.
    pub not_asked: BTreeMap<String, u64>,
    /// Findings that no planted hit explains, and hits that were not found: rule and what is known of it.
    pub wrong: Vec<(String, String)>,
    pub unfound: Vec<(String, String)>,
}

impl Accuracy {
    /// All rules together, the checks of the import too.
    pub fn total(&self) -> RuleAccuracy {
        Self::sum(self.rules.values())
    }

    /// All rules without the checks of the import, which see each row by itself and find all they are planted.
    pub fn total_of_rules(&self) -> RuleAccuracy {
        let rules = self
            .rules
            .iter()
            .filter(|(rule, _)| !ROW_CHECKS.contains(&rule.as_str()));
        Self::sum(rules.map(|(_, accuracy)| accuracy))
    }

    fn sum<'a>(rules: impl Iterator<Item = &'a RuleAccuracy>) -> RuleAccuracy {
        let mut all = RuleAccuracy::default();
        for rule in rules {
            all.asked += rule.asked;
            for (sum, of) in [
                (&mut all.hits, rule.hits),
                (&mut all.linkable, rule.linkable),
                (&mut all.exceptions, rule.exceptions),
                (&mut all.misses, rule.misses),
                (&mut all.alarms, rule.alarms),
            ] {
                sum.planted += of.planted;
                sum.found += of.found;
            }
        }
        all
    }
}

struct Case {
    expected: String,
    programme: String,
    from: Month,
    to: Month,
    class: String,
    dataset: String,
    row_no: i64,
    linkable: bool,
    alarm: bool,
    excused: bool,
}

/// What a findings file is held against.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Files of planted cases: `truth.csv`, and `entered.csv` where what offices enter was loaded.
    pub truth: &'a [&'a Path],
    /// Turns the truth's ID numbers into person keys.
    pub keys: &'a KeyRing,
    /// Rows the importer marked: check, data set, line.
    pub checks: &'a [(String, String, i64)],
    /// The head's person key of each household: the truth names a household by its head.
    pub heads: &'a HashMap<i64, i64>,
    /// Data sets of which K-11 asks no one, see [`unasked`].
    pub unasked: &'a HashSet<String>,
    /// What became of the rows whose number decided nothing.
    pub identities: &'a [LinkedSet],
}

/// Data sets whose misused numbers are not asked about: each look at them needs its person's signed authorisation.
pub fn unasked(contracts: &Contracts) -> HashSet<String> {
    let secret = contracts.iter().filter(|c| !is_asked(c));
    secret.map(|c| c.name.clone()).collect()
}

/// Checks of the import, which mark rows; the other rules of group K ask about people and households.
const ROW_CHECKS: [&str; 3] = ["K-01", "K-02", "K-09"];

/// A person, or a thing such as `project:17`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whom {
    Person(i64),
    Thing(String),
}

/// Planted cases by rule and whom they are about; and data sets and people whose number stands beside another's name
/// there, with whether that was asked about.
#[derive(Default)]
struct Planted {
    cases: HashMap<(String, Whom), Vec<Case>>,
    misuses: HashMap<(String, i64), bool>,
    unasked: HashSet<(String, i64)>,
}

/// Compares `findings.csv` with the planted truth.
pub fn accuracy(findings: &Path, held: &Held) -> AppResult<Accuracy> {
    let mut out = Accuracy::default();
    let mut planted = Planted::default();
    let checks = held.checks;
    let marked: HashSet<(&str, &str, i64)> = checks.iter().map(|(c, d, n)| (c.as_str(), d.as_str(), *n)).collect();
    for (check, _, _) in checks {
        out.rules.entry(check.clone()).or_default().alarms.planted += 1;
    }
    for truth in held.truth {
        read_truth(truth, held, &marked, &mut out, &mut planted)?;
    }
    let Planted {
        mut cases, mut misuses, ..
    } = planted;
    let planted: HashSet<String> = cases.keys().map(|(rule, _)| rule.clone()).collect();
    let mut rows = open(findings)?;
    let columns = Columns::of(&mut rows, findings)?;
    for row in rows.records() {
        let row = row.map_err(|e| unreadable(findings, e))?;
        let get = |name: &str| columns.get(&row, name);
        let rule = get("规则");
        if rule == MISUSED_RULE {
            // A number under another's name is asked about once for all rules that would have read its record.
            let tally = &mut out.rules.entry(rule).or_default().alarms;
            let Some((source, key)) = source_and_person(&get("疑点键")) else {
                continue;
            };
            let of = (source, key);
            let right = misuses.get_mut(&of).map(|found| *found = true).is_some();
            if get("可能例外").is_empty() {
                count(tally, right);
                if !right {
                    out.wrong.push((MISUSED_RULE.to_owned(), get("疑点")));
                }
            }
            let theirs = cases.iter_mut().filter(|((_, whom), _)| *whom == Whom::Person(key));
            for case in theirs.flat_map(|(_, cases)| cases) {
                case.excused |= case.class == MISUSED_CLASS && case.dataset == of.0;
            }
            continue;
        }
        if !planted.contains(&rule) {
            *out.unplanted.entry(rule).or_default() += 1;
            continue;
        }
        let (Ok(from), Ok(to)) = (get("期间起").parse::<Month>(), get("期间止").parse::<Month>()) else {
            continue;
        };
        let (programme, excused) = (get("项目"), !get("可能例外").is_empty());
        let mut right = false;
        let subject = get("对象键");
        let people = get("人员键");
        let people = people.split(' ').filter_map(|k| k.parse::<i64>().ok());
        let household = subject.strip_prefix("household:").and_then(|id| id.parse().ok());
        let head = household.and_then(|id: i64| held.heads.get(&id).copied());
        let whom = people
            .chain(head)
            .map(Whom::Person)
            .chain([Whom::Thing(subject.clone())])
            .chain(named(&subject, &get("对象")));
        for whom in whom {
            for case in cases.get_mut(&(rule.clone(), whom)).into_iter().flatten() {
                let programme_fits = case.programme.is_empty() || programme.is_empty() || case.programme == programme;
                if programme_fits && case.from <= to && from <= case.to {
                    case.alarm |= !excused;
                    case.excused |= excused;
                    right |= case.expected == "hit";
                }
            }
        }
        if !excused && !right {
            out.wrong.push((rule.clone(), format!("{from}–{to} {}", get("疑点"))));
        }
        let tally = out.rules.entry(rule).or_default();
        if !excused {
            tally.alarms.planted += 1;
            tally.alarms.found += u64::from(right);
            if !get("身份对应").is_empty() {
                count(&mut out.linked, right);
            }
        }
    }
    if let Some(tally) = out.rules.get_mut(MISUSED_RULE) {
        misuses.values().for_each(|found| count(&mut tally.hits, *found));
        tally.linkable = tally.hits;
    }
    let fates = Fates::of(held.identities);
    for ((rule, whom), cases) in &cases {
        for case in cases {
            let found = if case.expected == "hit" {
                case.alarm
            } else {
                case.excused
            };
            let mut asked = false;
            if case.expected != "miss" && !found {
                let fate = match whom {
                    Whom::Person(person) => fates.find(&case.dataset, case.row_no, *person),
                    Whom::Thing(_) => Fate::Nothing,
                };
                asked = matches!(fate, Fate::Asked(_));
                let what = format!(
                    "{} {}–{} {} {} {fate}",
                    case.expected, case.from, case.to, case.class, case.dataset
                );
                out.unfound.push((rule.clone(), what.trim_end().to_owned()));
            }
            let tally = out.rules.entry(rule.clone()).or_default();
            match case.expected.as_str() {
                "hit" => {
                    tally.asked += u64::from(asked);
                    count(&mut tally.hits, case.alarm);
                    if case.linkable {
                        count(&mut tally.linkable, case.alarm);
                    }
                }
                "exception" => count(&mut tally.exceptions, case.excused),
                // That the number is another's is asked, whatever the rule.
                _ => count(
                    &mut tally.misses,
                    case.alarm || (case.excused && case.class != MISUSED_CLASS),
                ),
            }
            if case.expected != "miss" {
                let found = case.alarm || case.excused;
                *out.asked.entry(case.class.clone()).or_default() += u64::from(asked);
                count(out.classes.entry(case.class.clone()).or_default(), found);
                count(
                    out.rule_classes.entry((rule.clone(), case.class.clone())).or_default(),
                    found,
                );
            }
        }
    }
    out.wrong.sort();
    out.unfound.sort();
    Ok(out)
}

/// A thing whose key the truth cannot know, by its name: `fund:HN17-201907-371621105` for a batch.
fn named(subject: &str, name: &str) -> Option<Whom> {
    let (kind, _) = subject.split_once(':')?;
    Some(Whom::Thing(format!("{kind}:{name}")))
}

/// Takes in the planted cases of one file, and what became of the rows whose checks it names.
fn read_truth(
    truth: &Path,
    held: &Held,
    marked: &HashSet<(&str, &str, i64)>,
    out: &mut Accuracy,
    planted: &mut Planted,
) -> AppResult<()> {
    let mut rows = open(truth)?;
    let columns = Columns::of(&mut rows, truth)?;
    for row in rows.records() {
        let row = row.map_err(|e| unreadable(truth, e))?;
        let get = |name: &str| columns.get(&row, name);
        let (rule, class) = (get("rule"), get("class"));
        if ROW_CHECKS.contains(&rule.as_str()) {
            let line = get("row_no").parse().unwrap_or(-1);
            let found = u64::from(marked.contains(&(rule.as_str(), get("dataset").as_str(), line)));
            let tally = out.rules.entry(rule).or_default();
            for tally in [&mut tally.hits, &mut tally.linkable] {
                tally.planted += 1;
                tally.found += found;
            }
            tally.alarms.found += found;
            continue;
        }
        let thing = get("thing");
        let whom = match IdNumber::parse(&get("person_id")) {
            Ok(parsed) => Whom::Person(held.keys.person_key(&parsed.number).0),
            Err(_) if !thing.is_empty() => Whom::Thing(thing),
            Err(_) => continue,
        };
        let (Ok(from), Ok(to)) = (get("period_from").parse(), get("period_to").parse()) else {
            continue;
        };
        if let (MISUSED_CLASS, Whom::Person(key), false) = (class.as_str(), &whom, get("dataset").is_empty()) {
            let of = (get("dataset"), *key);
            if !held.unasked.contains(&of.0) {
                planted.misuses.insert(of, false);
            } else if !planted.unasked.contains(&of) {
                *out.not_asked.entry(of.0.clone()).or_default() += 1;
                planted.unasked.insert(of);
            }
        }
        if rule == MISUSED_RULE {
            continue;
        }
        planted.cases.entry((rule, whom)).or_default().push(Case {
            dataset: get("dataset"),
            row_no: get("row_no").parse().unwrap_or(-1),
            expected: get("expected"),
            programme: get("programme"),
            from,
            to,
            class,
            linkable: get("confidence") != "E3",
            alarm: false,
            excused: false,
        });
    }
    Ok(())
}

/// The rule that asks about numbers under another's name, and their class in the truth.
pub(super) const MISUSED_RULE: &str = "K-11";
const MISUSED_CLASS: &str = "misused_id";

/// Of the key of its finding: `K-11|person:7|vehicles|2020-01`.
fn source_and_person(key: &str) -> Option<(String, i64)> {
    let mut parts = key.split('|').skip(1);
    let (person, source) = (parts.next()?, parts.next()?);
    Some((source.to_owned(), person.strip_prefix("person:")?.parse().ok()?))
}

pub(super) fn count(tally: &mut Tally, found: bool) {
    tally.planted += 1;
    tally.found += u64::from(found);
}

pub(super) struct Columns(HashMap<String, usize>);

impl Columns {
    pub(super) fn of(rows: &mut csv::Reader<std::fs::File>, path: &Path) -> AppResult<Columns> {
        let headers = rows.headers().map_err(|e| unreadable(path, e))?;
        Ok(Columns(
            headers
                .iter()
                .enumerate()
                .map(|(i, h)| (h.trim_start_matches('\u{feff}').to_owned(), i))
                .collect(),
        ))
    }

    pub(super) fn get(&self, row: &csv::StringRecord, name: &str) -> String {
        self.0
            .get(name)
            .and_then(|i| row.get(*i))
            .unwrap_or_default()
            .to_owned()
    }
}

pub(super) fn open(path: &Path) -> AppResult<csv::Reader<std::fs::File>> {
    csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .map_err(|e| unreadable(path, e))
}

pub(super) fn unreadable(path: &Path, error: csv::Error) -> AppError {
    AppError::invalid(format!("无法读取{}。", path.display())).caused_by(error)
}

#[cfg(test)]
#[path = "accuracy_tests.rs"]
mod tests;
