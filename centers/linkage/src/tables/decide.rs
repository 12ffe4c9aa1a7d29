//! From weights to decisions: probabilities, near ties, one-to-one, groups of repetitions.
//!
//! Where a row has one partner at most, its candidates compete: the probability of a pair is its likelihood among those of
//! all pairs either row could form, and of having no partner. Two equally good candidates therefore get at most one half
//! each and go to a person.

use super::{
    blocks::Blocks,
    levels::Comparer,
    schema::Schema,
    values::Encoded,
    weigh::{Scored, Weights},
};
use crate::hash::Map;

const ROUNDS: usize = 15;
/// Sums are kept in whole millionths, so that they do not depend on the order of rows.
const GRAIN: f64 = 1e6;
/// Rows left over are all compared with one another when there are no more pairs than this.
const LAST_LOOK: usize = 3_000_000;
const FAR_APART: f64 = 25.0;

/// A pair with its probability.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) scored: Scored,
    pub(crate) probability: f64,
}

pub(crate) struct Judge<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) encoded: &'a Encoded,
    pub(crate) comparer: &'a Comparer<'a>,
    pub(crate) weights: &'a Weights,
    pub(crate) blocks: &'a Blocks,
    /// Answers of people: left, right, same.
    pub(crate) answers: &'a Map<(u32, u32), bool>,
}

impl Judge<'_> {
    /// Best first; equal ones in the order of their content.
    pub(crate) fn judge(&self, mut scored: Vec<Scored>, believed: f64) -> (Vec<Judged>, Vec<Judged>) {
        if self.schema.one_to_one && !self.encoded.dedupe() {
            let first = self.compete(&scored);
            let (linked, _) = self.one_to_one(first);
            if self.last_look(&linked, &mut scored) {
                let again = self.compete(&scored);
                return self.one_to_one(again);
            }
            let again = self.compete(&scored);
            return self.one_to_one(again);
        }
        let judged = self.alone(&scored, believed);
        if self.encoded.dedupe() {
            return self.groups(judged);
        }
        judged
            .into_iter()
            .filter(|pair| pair.probability >= self.schema.review)
            .partition(|pair| pair.probability >= self.schema.accept)
    }

    fn answer(&self, pair: &Scored) -> Option<f64> {
        self.answers
            .get(&(pair.left, pair.right))
            .map(|same| if *same { 1.0 } else { 0.0 })
    }

    /// Pairs judged without regard to one another.
    fn alone(&self, scored: &[Scored], believed: f64) -> Vec<Judged> {
        let all = self.encoded.pairs().max(2.0);
        let mut matches = believed;
        let mut probability = Vec::new();
        for _ in 0..ROUNDS {
            let share = (matches / all).clamp(1e-12, 0.5);
            let prior = (share / (1.0 - share)).ln();
            probability = scored
                .iter()
                .map(|pair| {
                    self.answer(pair)
                        .unwrap_or_else(|| 1.0 / (1.0 + (-(pair.weight + prior)).exp()))
                })
                .collect::<Vec<f64>>();
            matches = probability.iter().map(|p| (p * GRAIN) as u64).sum::<u64>() as f64 / GRAIN;
        }
        self.sorted(scored, &probability)
    }

    /// Pairs judged as competitors for their rows.
    fn compete(&self, scored: &[Scored]) -> Vec<Judged> {
        let (left, right) = (self.encoded.left().rows, self.encoded.right().rows);
        let likelihood: Vec<f64> = scored
            .iter()
            .map(|pair| pair.weight.min(FAR_APART * 3.0).exp())
            .collect();
        let (mut of_left, mut of_right) = (vec![0.0; left], vec![0.0; right]);
        let mut order: Vec<usize> = (0..scored.len()).collect();
        order.sort_by(|a, b| scored[*a].weight.total_cmp(&scored[*b].weight));
        for at in order {
            if self.answer(&scored[at]) != Some(0.0) {
                of_left[scored[at].left as usize] += likelihood[at];
                of_right[scored[at].right as usize] += likelihood[at];
            }
        }
        let rows = left.min(right).max(1) as f64;
        let mut partnered = 0.5;
        let mut probability = vec![0.0; scored.len()];
        for _ in 0..ROUNDS {
            let nobody = (1.0 - partnered) / partnered * left.max(right) as f64;
            for (at, pair) in scored.iter().enumerate() {
                let rivals = of_left[pair.left as usize] + of_right[pair.right as usize] - likelihood[at];
                probability[at] = self.answer(pair).unwrap_or(likelihood[at] / (rivals + nobody));
            }
            let sum = probability.iter().map(|p| (p * GRAIN) as u64).sum::<u64>() as f64 / GRAIN;
            partnered = (sum / rows).clamp(1.0 / rows.max(2.0), 1.0 - 0.5 / rows.max(2.0));
        }
        self.sorted(scored, &probability)
    }

    fn sorted(&self, scored: &[Scored], probability: &[f64]) -> Vec<Judged> {
        let content = |pair: &Scored| {
            let right = usize::from(!self.encoded.dedupe());
            let (a, b) = (
                self.encoded.content(0, pair.left as usize),
                self.encoded.content(right, pair.right as usize),
            );
            (a.min(b), a.max(b))
        };
        let pairs = scored.iter().zip(probability).filter(|(_, p)| **p >= 1e-4);
        let mut judged: Vec<Judged> = pairs
            .map(|(scored, p)| Judged {
                scored: *scored,
                probability: *p,
            })
            .collect();
        judged.sort_by(|a, b| {
            let by_worth = b
                .probability
                .total_cmp(&a.probability)
                .then(b.scored.weight.total_cmp(&a.scored.weight));
            by_worth.then_with(|| content(&a.scored).cmp(&content(&b.scored)))
        });
        judged
    }

    fn one_to_one(&self, judged: Vec<Judged>) -> (Vec<Judged>, Vec<Judged>) {
        let (mut left, mut right) = (
            vec![false; self.encoded.left().rows],
            vec![false; self.encoded.right().rows],
        );
        let (mut linked, mut review) = (Vec::new(), Vec::new());
        for pair in judged {
            let (a, b) = (pair.scored.left as usize, pair.scored.right as usize);
            if pair.probability < self.schema.review || left[a] || right[b] {
                continue;
            }
            if pair.probability >= self.schema.accept {
                (left[a], right[b]) = (true, true);
                linked.push(pair);
            } else {
                review.push(pair);
            }
        }
        review.retain(|pair| !left[pair.scored.left as usize] && !right[pair.scored.right as usize]);
        (linked, review)
    }

    /// Rows that no key brought together get a last chance, when they are few.
    fn last_look(&self, linked: &[Judged], scored: &mut Vec<Scored>) -> bool {
        let (mut left, mut right) = (
            vec![true; self.encoded.left().rows],
            vec![true; self.encoded.right().rows],
        );
        for pair in linked {
            left[pair.scored.left as usize] = false;
            right[pair.scored.right as usize] = false;
        }
        let open = |rows: &[bool]| (0..rows.len()).filter(|row| rows[*row]).collect::<Vec<usize>>();
        let (left, right) = (open(&left), open(&right));
        if left.len().saturating_mul(right.len()) > LAST_LOOK {
            return false;
        }
        let before = scored.len();
        for a in &left {
            for b in &right {
                if !self.blocks.meets(*a, *b) {
                    let pair = self.weights.score(self.encoded, self.comparer.compare(*a, *b), *a, *b);
                    if pair.weight > 0.0 {
                        scored.push(pair);
                    }
                }
            }
        }
        scored.len() > before
    }

    /// Rows of one table that are one another's repetitions. Two groups are joined only when their pairs together speak
    /// for it, so that a chain of half-alike rows does not become one person.
    fn groups(&self, judged: Vec<Judged>) -> (Vec<Judged>, Vec<Judged>) {
        let rows = self.encoded.left().rows;
        let mut group_of: Vec<u32> = (0..rows as u32).collect();
        let mut members: Map<u32, Vec<u32>> = Map::default();
        let mut review = Vec::new();
        let mut log_odds: Map<(u32, u32), f64> = Map::default();
        for pair in &judged {
            let odds = (pair.probability / (1.0 - pair.probability).max(1e-300)).ln();
            log_odds.insert((pair.scored.left, pair.scored.right), odds.clamp(-FAR_APART, FAR_APART));
        }
        for pair in &judged {
            if pair.probability < self.schema.accept {
                if pair.probability >= self.schema.review {
                    review.push(*pair);
                }
                continue;
            }
            let (a, b) = (
                group_of[pair.scored.left as usize],
                group_of[pair.scored.right as usize],
            );
            if a == b {
                continue;
            }
            let of = |group: u32| members.get(&group).cloned().unwrap_or_else(|| vec![group]);
            let (ours, theirs) = (of(a), of(b));
            let mut sum = 0.0;
            for x in &ours {
                for y in &theirs {
                    let pair = (*x.min(y), *x.max(y));
                    sum += log_odds.get(&pair).copied().unwrap_or(-10.0);
                }
            }
            if sum > 0.0 || self.answer(&pair.scored) == Some(1.0) {
                theirs.iter().for_each(|row| group_of[*row as usize] = a);
                members.remove(&b);
                members.insert(a, ours.into_iter().chain(theirs).collect());
            } else {
                review.push(*pair);
            }
        }
        let direct: Map<(u32, u32), Judged> = judged
            .iter()
            .map(|pair| ((pair.scored.left, pair.scored.right), *pair))
            .collect();
        let mut linked = Vec::new();
        for group in members.values() {
            for (at, x) in group.iter().enumerate() {
                for y in &group[at + 1..] {
                    let (a, b) = (*x.min(y), *x.max(y));
                    let (x, y) = (a as usize, b as usize);
                    let scored = || self.weights.score(self.encoded, self.comparer.compare(x, y), x, y);
                    let through = || Judged {
                        scored: scored(),
                        probability: self.schema.accept,
                    };
                    linked.push(direct.get(&(a, b)).copied().unwrap_or_else(through));
                }
            }
        }
        review.retain(|pair| group_of[pair.scored.left as usize] != group_of[pair.scored.right as usize]);
        (linked, review)
    }
}
