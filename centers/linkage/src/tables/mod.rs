//! Two tables of any language linked, or one table searched for repetitions, by a schema and nothing else.
//!
//! Cells are interned, pairs come from blocking keys, weights are learned from the tables themselves, and what stays
//! uncertain is handed to a person whose answers settle these pairs in the next run.

mod blocks;
mod decide;
mod explain;
mod learn;
mod levels;
mod read;
mod schema;
mod values;
mod weigh;

pub use blocks::BlockReport;
pub use read::{Answer, Table};
pub use schema::{Field, Kind, Measure, Refused, Schema};

use blocks::Blocks;
use decide::{Judge, Judged};
use learn::Candidates;
use levels::Comparer;
use values::Encoded;
use weigh::Weights;

use crate::hash::Map;

/// Candidates whose odds are worse than this (natural logarithm, before competition) are not kept.
const HOPELESS: f64 = -9.0;

/// Two rows that are believed, or suspected, to be about the same person or thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Row of the first table, counted from 0; of one table the smaller row.
    pub left: u32,
    pub right: u32,
    pub probability: f64,
    /// Evidence in bits.
    pub bits: f64,
    /// Field by field in plain words, e.g. `姓名：同音或一处笔误`.
    pub reasons: String,
}

/// What agreeing to some degree in a field turned out to be worth.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedLevel {
    pub field: String,
    pub level: &'static str,
    /// How often in true pairs and by chance.
    pub m: f64,
    pub u: f64,
    pub bits: f64,
}

/// The result of [`link`], both lists sorted by row.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pub linked: Vec<Pair>,
    /// For a person to decide.
    pub undecided: Vec<Pair>,
    pub blocks: Vec<BlockReport>,
    pub learned: Vec<LearnedLevel>,
    pub compared: u64,
}

/// Links `left` with `right`, or finds the repetitions of `left` when there is no second table. The same tables give the
/// same links in whatever order their rows stand.
pub fn link(schema: &Schema, left: &Table, right: Option<&Table>, answers: &[Answer]) -> Result<Links, Refused> {
    let mut tables = vec![left.columns(schema, false)?];
    if let Some(right) = right {
        tables.push(right.columns(schema, true)?);
    }
    let encoded = Encoded::new(schema, &tables);
    let comparer = Comparer::new(schema, &encoded);
    let (blocks, reports) = Blocks::new(schema, &encoded);
    let candidates = Candidates::new(&comparer, &blocks);
    let chances = learn::learn(&encoded, &comparer, &blocks, &candidates.patterns, schema.seed);
    let weights = Weights::new(schema, &encoded, &chances);
    let answers = read::resolve(answers, schema, left, right)?;

    let competes = schema.one_to_one && right.is_some();
    let prior = if competes {
        -(encoded.right().rows as f64).ln()
    } else {
        (chances.matches / encoded.pairs()).ln()
    };
    let mut scored = Vec::new();
    candidates.each(&comparer, &blocks, &mut |a, b, pattern| {
        let pair = weights.score(&encoded, pattern, a, b);
        if pair.weight + prior > HOPELESS {
            scored.push(pair);
        }
    });
    for (a, b) in answers.keys() {
        if !blocks.meets(*a as usize, *b as usize) {
            let (a, b) = (*a as usize, *b as usize);
            scored.push(weights.score(&encoded, comparer.compare(a, b), a, b));
        }
    }
    let judge = Judge {
        schema,
        encoded: &encoded,
        comparer: &comparer,
        weights: &weights,
        blocks: &blocks,
        answers: &answers,
    };
    let (linked, undecided) = judge.judge(scored, chances.matches);
    let told = |pairs: Vec<Judged>| {
        let mut pairs: Vec<Pair> = pairs
            .iter()
            .map(|pair| Pair {
                left: pair.scored.left,
                right: pair.scored.right,
                probability: pair.probability,
                bits: pair.scored.weight / std::f64::consts::LN_2,
                reasons: explain::reasons(schema, pair.scored.pattern),
            })
            .collect();
        pairs.sort_by_key(|pair| (pair.left, pair.right));
        pairs
    };
    Ok(Links {
        linked: told(linked),
        undecided: told(undecided),
        blocks: reports,
        learned: explain::learned(schema, &chances, &weights),
        compared: candidates.pairs,
    })
}

/// Answers by row numbers.
type Answers = Map<(u32, u32), bool>;
