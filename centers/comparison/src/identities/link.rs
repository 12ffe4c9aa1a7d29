//! One delivery held against the register: what became of the identity of every row, and why.

use std::collections::HashMap;

use linkage::persons::{Learned, Linker, Links, Outcome, Policy};
use serde::{Deserialize, Serialize};

use super::{
    misused::is_asked,
    people::Register,
    places::Places,
    review::Answers,
    rows::{Columns, has_number},
    words,
};
use crate::{engine::EngineError, finding::Confidence, snapshot::Snapshot};

/// Linked by a program only where it would bet five hundred to one: one innocent household outweighs ten hits. A namesake in
/// a village that somebody else's address names reached 0.99 in trials; from here on no link was wrong.
const ACCEPT: f64 = 0.998;

/// How a row came to its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// One slip in the number undone.
    Repaired,
    /// Name with birth, place or family.
    Linked,
    /// A person compared the two and said so.
    Person,
}

/// A row about a person whom its number does not name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkedRow {
    /// What the row says, by its keyed hash: the same row of the next delivery is known by it.
    #[serde(default)]
    pub content: u64,
    /// Place in the snapshot.
    pub at: u32,
    pub row_no: i64,
    pub person_key: i64,
    pub how: How,
    pub confidence: Confidence,
    pub probability: f32,
    /// `姓名一致；号码第9位不同；出生日期一致`.
    pub told: String,
}

/// A row that may be about somebody; a person has to look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// What the row says, by its keyed hash: the same row of the next delivery is known by it.
    #[serde(default)]
    pub content: u64,
    pub row_no: i64,
    pub tag: u64,
    pub person_key: i64,
    /// Another who fits nearly as well.
    pub second_key: Option<i64>,
    pub probability: f32,
    /// Where the likeliest lives.
    pub region: i64,
    /// The name in the row.
    pub name: String,
    /// Part, finding, and evidence in bits.
    pub reasons: Vec<(String, String, f32)>,
    /// The same for the other one.
    #[serde(default)]
    pub second_reasons: Vec<(String, String, f32)>,
}

/// A row whose number is somebody's and whose name is another's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Misused {
    /// What the row says, by its keyed hash: the same row of the next delivery is known by it.
    #[serde(default)]
    pub content: u64,
    pub row_no: i64,
    pub person_key: i64,
    pub name: String,
    /// The two names have something in common.
    #[serde(default)]
    pub alike: bool,
    /// Part and finding; empty where the whole delivery is in doubt.
    #[serde(default)]
    pub parts: Vec<(String, String)>,
}

/// Rows by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes {
    pub rows: u64,
    pub exact: u64,
    pub repaired: u64,
    pub linked: u64,
    pub undecided: u64,
    pub outsider: u64,
    pub unlinked: u64,
    pub misused: u64,
    /// Rows under a number that was typed to fill the field, and how many such numbers; the rows count as above too.
    pub placeholder_rows: u64,
    pub placeholders: u64,
    /// Groups of people too alike to be searched.
    pub crowds: u64,
}

/// What became of a delivery. The same delivery, register and answers give the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkedSet {
    pub data_set: String,
    pub snapshot: String,
    pub classes: Classes,
    /// By place.
    pub linked: Vec<LinkedRow>,
    /// Places of rows that no longer count under the number they bear, ascending: linked ones and placeholders.
    pub set_aside: Vec<u32>,
    /// What these rows say, in the same order.
    #[serde(default)]
    pub aside_content: Vec<u64>,
    /// What its rows taught, for the rows that the next delivery changes. Under another name than before shares told
    /// apart what a place states: what was learned then is not read.
    #[serde(default, rename = "taught")]
    pub learned: Option<Learned>,
    pub doubts: Vec<Doubt>,
    pub misused: Vec<Misused>,
    /// Its misused numbers are left to the rules that may read it, each as a question of identity: K-11 does not.
    #[serde(default)]
    pub unasked: bool,
}

/// More of a delivery's known numbers beside strange names than this, and its columns were shifted against each other.
const MOST_MISUSED_PERCENT: u64 = 5;
/// Fewer are believed one by one.
const FEWEST_SHIFTED: u64 = 50;

impl Classes {
    /// Whether so many known numbers stand beside other people's names that the file itself must be wrong.
    pub fn is_shifted(&self) -> bool {
        let known = self.exact + self.misused;
        self.misused >= FEWEST_SHIFTED && self.misused * 100 > known * MOST_MISUSED_PERCENT
    }
}

/// Links a delivery.
pub(crate) fn link(
    register: &Register,
    places: &mut Places,
    snapshot: &Snapshot,
    answers: &Answers,
) -> Result<LinkedSet, EngineError> {
    let name = &snapshot.contract.name;
    let columns =
        Columns::read(snapshot, places, register, None).map_err(|e| EngineError::Table(name.clone(), e.to_string()))?;
    let said = answers.given.get(name).map_or(&[][..], Vec::as_slice);
    let linker = Linker::learn(&register.registry, &columns.rows(), said, policy());
    Ok(settle(register, snapshot, &columns, &linker, answers))
}

/// The rows of a delivery that are new, judged as the delivery before taught.
pub(super) fn link_some(
    register: &Register,
    snapshot: &Snapshot,
    columns: &Columns,
    answers: &Answers,
    learned: Learned,
) -> LinkedSet {
    let said = answers
        .given
        .get(&snapshot.contract.name)
        .map_or(&[][..], Vec::as_slice);
    let linker = Linker::as_learned(&register.registry, learned, said, policy());
    settle(register, snapshot, columns, &linker, answers)
}

fn policy() -> Policy {
    Policy {
        accept: ACCEPT,
        ..Policy::default()
    }
}

/// Decides about these rows and says why.
fn settle(
    register: &Register,
    snapshot: &Snapshot,
    columns: &Columns,
    linker: &Linker<'_>,
    answers: &Answers,
) -> LinkedSet {
    let name = &snapshot.contract.name;
    let rows = columns.rows();
    let links = linker.link(&rows);
    let mut set = LinkedSet {
        data_set: name.clone(),
        snapshot: snapshot.hash.clone(),
        classes: classes(&links, columns),
        learned: Some(linker.learned(&links)),
        unasked: !is_asked(&snapshot.contract),
        ..LinkedSet::default()
    };
    let shifted = set.classes.is_shifted();
    let by_person = |tag: u64, key: i64| answers.told.get(&(name.clone(), tag, key));
    let seconds: HashMap<u32, u32> = links.runner_up.iter().copied().collect();
    let mut aside: Vec<u32> = columns.placeholders.rows.clone();
    for (at, outcome) in links.outcome.iter().enumerate() {
        let person = links.person[at];
        let key = register.key(person);
        // A known number under twenty strange names: its rows are as good as without one.
        let filled_in = has_number(columns.status[at])
            && matches!(outcome, Outcome::Unlinked | Outcome::Linked | Outcome::Undecided)
            && !columns.names().get(at).is_empty();
        if filled_in {
            aside.push(at as u32);
            set.classes.placeholder_rows += 1;
        }
        match outcome {
            Outcome::Repaired | Outcome::Linked => {
                let (agreement, beside) = (linker.agreement(&rows, at, key), columns.placed_by_relative(at));
                let said = by_person(columns.tag[at], key);
                let how = match (said, outcome) {
                    (Some(_), _) => How::Person,
                    (_, Outcome::Repaired) => How::Repaired,
                    _ => How::Linked,
                };
                let mut told = words::told(&linker.explain(&rows, at, key), columns.slip(at, key), beside);
                if let Some(said) = said {
                    told = format!("{told}；{said}");
                }
                let certain =
                    said.is_some() || (how == How::Repaired && agreement.whole_name && !agreement.contradicted);
                set.linked.push(LinkedRow {
                    content: columns.content[at],
                    at: columns.place(at),
                    row_no: columns.row_no[at],
                    person_key: key,
                    how,
                    confidence: if certain { Confidence::E1 } else { Confidence::E3 },
                    probability: links.probability[at],
                    told,
                });
                aside.push(at as u32);
            }
            Outcome::Misused => set.misused.push(Misused {
                content: columns.content[at],
                row_no: columns.row_no[at],
                person_key: key,
                name: columns.names().get(at).to_owned(),
                alike: linker.agreement(&rows, at, key).part_of_name,
                parts: match shifted {
                    true => Vec::new(),
                    false => words::findings(&linker.explain(&rows, at, key), columns.placed_by_relative(at)),
                },
            }),
            Outcome::Undecided if columns.tag[at] != 0 => {
                let second_key = seconds.get(&(at as u32)).map(|person| register.key(*person));
                let beside = columns.placed_by_relative(at);
                let reasons = |key: i64| words::parts(&linker.explain(&rows, at, key), columns.slip(at, key), beside);
                set.doubts.push(Doubt {
                    content: columns.content[at],
                    row_no: columns.row_no[at],
                    tag: columns.tag[at],
                    person_key: key,
                    second_key,
                    probability: links.probability[at],
                    region: register.region(person),
                    name: columns.names().get(at).to_owned(),
                    reasons: reasons(key),
                    second_reasons: second_key.map(reasons).unwrap_or_default(),
                });
            }
            _ => {}
        }
    }
    aside.sort_unstable();
    aside.dedup();
    set.aside_content = aside.iter().map(|at| columns.content[*at as usize]).collect();
    set.set_aside = aside.into_iter().map(|at| columns.place(at as usize)).collect();
    set
}

fn classes(links: &Links, columns: &Columns) -> Classes {
    let count = |outcome| links.count(outcome) as u64;
    Classes {
        rows: links.outcome.len() as u64,
        exact: count(Outcome::Exact),
        repaired: count(Outcome::Repaired),
        linked: count(Outcome::Linked),
        undecided: count(Outcome::Undecided),
        outsider: count(Outcome::Outsider),
        unlinked: count(Outcome::Unlinked),
        misused: count(Outcome::Misused),
        placeholder_rows: columns.placeholders.rows.len() as u64,
        placeholders: columns.placeholders.numbers + u64::from(links.placeholders),
        crowds: links.skipped.blocks,
    }
}
