//! What each level of agreement is worth, learned without examples.
//!
//! How often two rows agree by chance (u) comes from random pairs. How often a true pair agrees (m) comes from
//! expectation-maximisation, which runs on counts of patterns (a few thousand) and not on pairs (millions): once per
//! blocking key, over the pairs that agree in it, for all other fields; the results are weighed by how many true pairs
//! each key is believed to hold.

use super::{
    blocks::Blocks,
    levels::{Comparer, LEVELS, Pattern, level},
    values::Encoded,
};
use crate::hash::{Dice, Map};

const SAMPLE: usize = 80_000;
const ROUNDS: usize = 12;
/// A chance below this cannot be told from none in a sample.
const LEAST: f64 = 1e-7;

/// One number per field and level.
pub(crate) type Ladder = Vec<[f64; LEVELS]>;

/// Learned chances.
#[derive(Clone, Debug)]
pub(crate) struct Chances {
    /// Of true pairs.
    pub(crate) m: Ladder,
    /// Of random pairs.
    pub(crate) u: Ladder,
    /// True pairs the keys are believed to hold.
    pub(crate) matches: f64,
}

pub(crate) fn learn(
    encoded: &Encoded,
    comparer: &Comparer<'_>,
    blocks: &Blocks,
    patterns: &[(Pattern, u64)],
    seed: u64,
) -> Chances {
    let fields = encoded.left().columns.len();
    let sampled = by_chance(encoded, comparer, fields, seed);
    let mut chances = Chances {
        m: vec![first_guess(); fields],
        u: sampled.clone(),
        matches: 1.0,
    };
    // Random pairs contain a few true ones; once m is known they are taken out.
    for _ in 0..3 {
        maximise(blocks, patterns, &mut chances);
        let share = (chances.matches / encoded.pairs()).min(0.5);
        for (field, sampled) in sampled.iter().enumerate() {
            for (at, chance) in sampled.iter().enumerate() {
                let without = (chance - share * chances.m[field][at]) / (1.0 - share);
                chances.u[field][at] = without.max(chance * 0.02).max(LEAST);
            }
        }
    }
    chances
}

fn first_guess() -> [f64; LEVELS] {
    let mut guess = [0.02; LEVELS];
    guess[level::MISSING as usize] = 1.0;
    guess[level::DIFFERS as usize] = 0.05;
    guess[level::SAME as usize] = 0.85;
    guess
}

/// Levels of random pairs, drawn from the rows in the order of their content so that the order of delivery is no matter.
fn by_chance(encoded: &Encoded, comparer: &Comparer<'_>, fields: usize, seed: u64) -> Ladder {
    let order = |side: usize| {
        let mut rows: Vec<usize> = (0..encoded.sides[side].rows).collect();
        rows.sort_by_cached_key(|row| encoded.content(side, *row));
        rows
    };
    let left = order(0);
    let right = if encoded.dedupe() { left.clone() } else { order(1) };
    let mut counts = vec![[0_u64; LEVELS]; fields];
    let mut dice = Dice::new(seed ^ 0x5eed);
    if !left.is_empty() && !right.is_empty() {
        for _ in 0..SAMPLE {
            let (a, b) = (left[dice.below(left.len())], right[dice.below(right.len())]);
            if encoded.dedupe() && a == b {
                continue;
            }
            let pattern = comparer.compare(a, b);
            for (field, counts) in counts.iter_mut().enumerate() {
                counts[pattern.level(field) as usize] += 1;
            }
        }
    }
    counts
        .iter()
        .map(|counts| shares(|at| counts[at] as f64, 0.2))
        .collect()
}

/// Shares among the levels that say something; missing is 1, which weighs nothing.
fn shares(count: impl Fn(usize) -> f64, slack: f64) -> [f64; LEVELS] {
    let known = 1..LEVELS;
    let total: f64 = known.clone().map(|at| count(at) + slack).sum();
    let mut out = [1.0; LEVELS];
    for at in known {
        out[at] = (count(at) + slack) / total;
    }
    out
}

/// One key after the other, each over the pairs that agree in all its fields.
fn maximise(blocks: &Blocks, patterns: &[(Pattern, u64)], chances: &mut Chances) {
    let fields = chances.m.len();
    let mut weighed = vec![[0.0; LEVELS]; fields];
    let mut most = 0.0_f64;
    for key in &blocks.keys {
        let agrees = |pattern: &Pattern| key.fields.iter().all(|field| pattern.level(*field) == level::SAME);
        let inside: Vec<(Pattern, u64)> = patterns
            .iter()
            .filter(|(pattern, _)| agrees(pattern))
            .copied()
            .collect();
        let total: f64 = inside.iter().map(|(_, count)| *count as f64).sum();
        if total < 1.0 {
            continue;
        }
        let free: Vec<usize> = (0..fields).filter(|field| !key.fields.contains(field)).collect();
        let mut m = chances.m.clone();
        let mut share = 0.2_f64;
        let mut expected = vec![[0.0; LEVELS]; fields];
        for _ in 0..ROUNDS {
            expected.iter_mut().for_each(|levels| *levels = [0.0; LEVELS]);
            let mut matches = 0.0;
            for (pattern, count) in &inside {
                let odds = free.iter().fold(share / (1.0 - share), |odds, field| {
                    let at = pattern.level(*field) as usize;
                    odds * m[*field][at] / chances.u[*field][at]
                });
                let here = *count as f64 * odds / (1.0 + odds);
                matches += here;
                for field in &free {
                    expected[*field][pattern.level(*field) as usize] += here;
                }
            }
            share = (matches / total).clamp(1e-6, 0.999);
            for field in &free {
                m[*field] = shares(|at| expected[*field][at], 0.5);
            }
        }
        most = most.max(share * total);
        for field in free {
            for at in 1..LEVELS {
                weighed[field][at] += expected[field][at];
            }
        }
    }
    for (m, weighed) in chances.m.iter_mut().zip(&weighed) {
        if weighed.iter().sum::<f64>() >= 1.0 {
            *m = shares(|at| weighed[at], 0.5);
        }
    }
    chances.matches = most.max(1.0);
}

/// Candidate pairs are kept up to this many; beyond, they are compared once more when they are scored.
const KEPT: usize = 4_000_000;

/// What the keys brought together.
pub(crate) struct Candidates {
    /// Patterns with their counts, sorted.
    pub(crate) patterns: Vec<(Pattern, u64)>,
    pub(crate) pairs: u64,
    kept: Vec<(u32, u32, Pattern)>,
}

impl Candidates {
    pub(crate) fn new(comparer: &Comparer<'_>, blocks: &Blocks) -> Candidates {
        let mut counts: Map<u64, u64> = Map::default();
        let (mut pairs, mut kept) = (0_u64, Vec::new());
        blocks.each_pair(&mut |a, b| {
            pairs += 1;
            let pattern = comparer.compare(a, b);
            *counts.entry(pattern.0).or_default() += 1;
            if kept.len() < KEPT {
                kept.push((a as u32, b as u32, pattern));
            }
        });
        let mut patterns: Vec<(Pattern, u64)> = counts.into_iter().map(|(p, count)| (Pattern(p), count)).collect();
        patterns.sort_unstable();
        Candidates { patterns, pairs, kept }
    }

    /// Every pair with its pattern.
    pub(crate) fn each(&self, comparer: &Comparer<'_>, blocks: &Blocks, visit: &mut dyn FnMut(usize, usize, Pattern)) {
        if self.pairs as usize == self.kept.len() {
            self.kept
                .iter()
                .for_each(|(a, b, pattern)| visit(*a as usize, *b as usize, *pattern));
        } else {
            blocks.each_pair(&mut |a, b| visit(a, b, comparer.compare(a, b)));
        }
    }
}
