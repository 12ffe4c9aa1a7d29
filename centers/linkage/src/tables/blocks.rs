//! Which pairs are looked at: those that agree in one of some keys, each key a field or a few.
//!
//! A pair is met once, at the first key it agrees in. Keys that would meet too many pairs are made narrower with a second
//! field; a single block that is too large (everyone born on the 1st of January) is skipped and reported, and its rows
//! may still meet through other keys.

use super::{schema::Schema, values::Encoded};
use crate::hash::mix;

/// Pairs per row that one key may bring.
const PAIRS_PER_ROW: u64 = 20;
/// Whatever the size of the tables.
const FREE_PAIRS: u64 = 100_000;

/// What one key brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockReport {
    pub fields: Vec<String>,
    pub pairs: u64,
    /// Blocks left out because of their size, and the pairs in them.
    pub skipped_blocks: u64,
    pub skipped_pairs: u64,
}

pub(crate) struct Key {
    pub(crate) fields: Vec<usize>,
    /// Per side and row; 0 where a field is missing or the block is too large.
    hashes: Vec<Vec<u64>>,
}

pub(crate) struct Blocks {
    pub(crate) keys: Vec<Key>,
    dedupe: bool,
}

impl Blocks {
    /// Keys as the schema gives them, else chosen by how many pairs they bring.
    pub(crate) fn new(schema: &Schema, encoded: &Encoded) -> (Blocks, Vec<BlockReport>) {
        let wanted: Vec<Vec<usize>> = if schema.block.is_empty() {
            choose(encoded)
        } else {
            let places = |names: &Vec<String>| names.iter().filter_map(|name| schema.place(name)).collect();
            schema.block.iter().map(places).collect()
        };
        let (mut keys, mut reports) = (Vec::new(), Vec::new());
        for fields in wanted {
            let mut hashes = hashes(encoded, &fields);
            let mut report = BlockReport {
                fields: fields.iter().map(|field| schema.field[*field].name.clone()).collect(),
                pairs: 0,
                skipped_blocks: 0,
                skipped_pairs: 0,
            };
            let mut too_large = Vec::new();
            each_block(&hashes, encoded.dedupe(), &mut |left, right| {
                let pairs = pairs_of(left.len(), right.len(), encoded.dedupe());
                if pairs > schema.largest_block {
                    report.skipped_blocks += 1;
                    report.skipped_pairs += pairs;
                    too_large.extend(left.first().map(|(hash, _)| *hash));
                } else {
                    report.pairs += pairs;
                }
            });
            for hash in hashes.iter_mut().flatten() {
                if too_large.binary_search(hash).is_ok() {
                    *hash = 0;
                }
            }
            keys.push(Key { fields, hashes });
            reports.push(report);
        }
        let dedupe = encoded.dedupe();
        (Blocks { keys, dedupe }, reports)
    }

    /// Every pair once; of one table the smaller row first.
    pub(crate) fn each_pair(&self, visit: &mut dyn FnMut(usize, usize)) {
        for at in 0..self.keys.len() {
            each_block(&self.keys[at].hashes, self.dedupe, &mut |left, right| {
                for (place, (_, a)) in left.iter().enumerate() {
                    let partners = if self.dedupe { &right[place + 1..] } else { right };
                    for (_, b) in partners {
                        let (a, b) = (*a as usize, *b as usize);
                        if !self.met_before(at, a, b) {
                            visit(a, b);
                        }
                    }
                }
            });
        }
    }

    fn met_before(&self, at: usize, a: usize, b: usize) -> bool {
        self.keys[..at].iter().any(|key| {
            let left = key.hashes[0][a];
            left != 0 && key.hashes.last().is_some_and(|right| right[b] == left)
        })
    }

    /// Whether the pair agrees in some key.
    pub(crate) fn meets(&self, a: usize, b: usize) -> bool {
        self.met_before(self.keys.len(), a, b)
    }
}

fn pairs_of(left: usize, right: usize, dedupe: bool) -> u64 {
    let (left, right) = (left as u64, right as u64);
    if dedupe {
        left * left.saturating_sub(1) / 2
    } else {
        left * right
    }
}

fn hashes(encoded: &Encoded, fields: &[usize]) -> Vec<Vec<u64>> {
    let of_side = |side: &super::values::Side| {
        (0..side.rows)
            .map(|row| {
                let mut hash = 7;
                for field in fields {
                    let value = encoded.pool(*field).hashes[side.columns[*field][row] as usize];
                    if value == 0 {
                        return 0;
                    }
                    hash = mix(hash, value);
                }
                hash
            })
            .collect()
    };
    encoded.sides.iter().map(of_side).collect()
}

type Entry = (u64, u32);

/// Blocks that both sides have, in the order of their hashes.
fn each_block(hashes: &[Vec<u64>], dedupe: bool, visit: &mut dyn FnMut(&[Entry], &[Entry])) {
    let sorted = |side: &Vec<u64>| {
        let rows = side.iter().enumerate().filter(|(_, hash)| **hash != 0);
        let mut entries: Vec<Entry> = rows.map(|(row, hash)| (*hash, row as u32)).collect();
        entries.sort_unstable();
        entries
    };
    let left = sorted(&hashes[0]);
    if dedupe {
        left.chunk_by(|a, b| a.0 == b.0)
            .filter(|block| block.len() > 1)
            .for_each(|block| visit(block, block));
        return;
    }
    let right = sorted(&hashes[1]);
    let mut rest = &right[..];
    for block in left.chunk_by(|a, b| a.0 == b.0) {
        let hash = block[0].0;
        rest = &rest[rest.partition_point(|entry| entry.0 < hash)..];
        let same = rest.partition_point(|entry| entry.0 == hash);
        if same > 0 {
            visit(block, &rest[..same]);
        }
    }
}

/// Single fields that bring few enough pairs; of the others, two together.
fn choose(encoded: &Encoded) -> Vec<Vec<usize>> {
    let rows: u64 = encoded.sides.iter().map(|side| side.rows as u64).sum();
    let budget = FREE_PAIRS.max(PAIRS_PER_ROW * rows);
    let brings = |fields: &[usize]| {
        let mut pairs = 0;
        each_block(&hashes(encoded, fields), encoded.dedupe(), &mut |left, right| {
            pairs += pairs_of(left.len(), right.len(), encoded.dedupe());
        });
        pairs
    };
    let fields = encoded.left().columns.len();
    let (mut chosen, mut wide): (Vec<(u64, Vec<usize>)>, Vec<usize>) = (Vec::new(), Vec::new());
    for field in 0..fields {
        match brings(&[field]) {
            0 => {}
            pairs if pairs <= budget => chosen.push((pairs, vec![field])),
            _ => wide.push(field),
        }
    }
    for (at, a) in wide.iter().enumerate() {
        for b in &wide[at + 1..] {
            let pairs = brings(&[*a, *b]);
            if pairs > 0 && pairs <= budget {
                chosen.push((pairs, vec![*a, *b]));
            }
        }
    }
    // Narrow keys first: most pairs are met there.
    chosen.sort();
    chosen.into_iter().map(|(_, fields)| fields).collect()
}
