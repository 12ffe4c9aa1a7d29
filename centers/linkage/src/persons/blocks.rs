//! Rows that share a key, found by hash: the small side of a search, against which the register streams.
//!
//! The tables are far larger than what the processor keeps near. Whatever is looked up is looked up for many at a time,
//! without a branch in between, so that the memory answers many at once.

use super::keys::{KEYS, Keys};

/// Keys looked up together.
const TOGETHER: usize = 256;
/// Bits of the filter for each slot.
const FILTER_BITS: usize = 4;

/// Keys of many rows. Blocks are numbered from 1.
pub(super) struct Blocks {
    /// Two bits for each hash, so that most people are passed over without a look.
    filter: Vec<u64>,
    /// Half of the hash and its block, 0 for none; open addressing.
    slots: Vec<(u32, u32)>,
    /// Where each block's rows begin; the next one begins where it ends.
    starts: Vec<u32>,
    rows: Vec<u32>,
    /// People seen, by block.
    pub(super) people: Vec<u32>,
}

impl Blocks {
    /// Of so many rows, whose keys are told one by one.
    pub(super) fn new(rows: usize, keys: impl Fn(usize) -> Keys) -> Blocks {
        let known = |at| keys(at).into_iter().filter(|key| *key != 0).count();
        let used: usize = (0..rows).map(known).sum();
        // Rows share most of their keys with others, so that a third of the slots stays free.
        let size = (used + used / 4).next_power_of_two().max(64);
        let mut blocks = Blocks {
            filter: vec![0; size * FILTER_BITS / 64],
            slots: vec![(0, 0); size],
            starts: vec![0, 0],
            rows: vec![0; used],
            people: Vec::new(),
        };
        let mut block_of: Vec<[u32; KEYS]> = Vec::with_capacity(rows);
        let mut near = Vec::new();
        for from in (0..rows).step_by(TOGETHER) {
            let keys: Vec<Keys> = (from..rows.min(from + TOGETHER)).map(&keys).collect();
            near.clear();
            near.extend(keys.iter().flatten().map(|key| blocks.slots[blocks.place(*key).0]));
            std::hint::black_box(&near);
            block_of.extend(keys.iter().map(|keys| keys.map(|key| blocks.enter(key))));
        }
        // Counted, summed up, and filled from the end of each block to its beginning.
        for block in block_of.iter().flatten().filter(|block| **block != 0) {
            blocks.starts[*block as usize] += 1;
        }
        let mut end = 0;
        for start in &mut blocks.starts {
            end += *start;
            *start = end;
        }
        for (row, own) in block_of.iter().enumerate().rev() {
            for block in own.iter().filter(|block| **block != 0) {
                let start = &mut blocks.starts[*block as usize];
                *start -= 1;
                blocks.rows[*start as usize] = row as u32;
            }
        }
        blocks.people = vec![0; blocks.starts.len()];
        blocks
    }

    /// The block of a key, a new one if need be; 0 for no key.
    fn enter(&mut self, key: u64) -> u32 {
        if key == 0 {
            return 0;
        }
        let (word, bits) = self.bits(key);
        self.filter[word] |= bits;
        let (mut at, tag) = self.place(key);
        loop {
            match self.slots[at] {
                (_, 0) => break,
                (known, block) if known == tag => return block,
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
        let block = self.starts.len() as u32 - 1;
        self.slots[at] = (tag, block);
        self.starts.push(0);
        block
    }

    /// Where the filter knows a key, and by which two bits.
    #[inline]
    fn bits(&self, key: u64) -> (usize, u64) {
        let word = (key >> 24) as usize & (self.filter.len() - 1);
        (word, 1 << (key >> 52 & 63) | 1 << (key >> 58))
    }

    /// Where a key stands, unless another one is there already, and what it is known by.
    #[inline]
    fn place(&self, key: u64) -> (usize, u32) {
        (key as usize & (self.slots.len() - 1), (key >> 32) as u32)
    }

    /// The block of a key, 0 for none; `slot` is what stands where it would.
    #[inline]
    fn find(&self, key: u64, mut slot: (u32, u32)) -> u32 {
        let (mut at, tag) = self.place(key);
        loop {
            match slot {
                (_, 0) => return 0,
                (known, block) if known == tag => return block,
                _ => {
                    at = (at + 1) & (self.slots.len() - 1);
                    slot = self.slots[at];
                }
            }
        }
    }

    /// The rows of a block, ascending.
    pub(super) fn rows(&self, block: u32) -> &[u32] {
        let block = block as usize;
        &self.rows[self.starts[block] as usize..self.starts[block + 1] as usize]
    }

    /// Streams people past, by their keys, and counts them: who meets which block, in the order of people.
    pub(super) fn meetings(&mut self, people: usize, keys: impl Fn(usize) -> Keys) -> Vec<(u32, u32)> {
        let mut meetings: Vec<(u32, u32)> = Vec::new();
        let mut asked: Vec<(u32, u64)> = vec![(0, 0); TOGETHER * KEYS];
        let mut slots: Vec<(u32, u32)> = Vec::new();
        for from in (0..people).step_by(TOGETHER) {
            let mut many = 0;
            for at in from..people.min(from + TOGETHER) {
                for key in keys(at) {
                    let (word, bits) = self.bits(key);
                    let passes = (self.filter[word] & bits == bits) & (key != 0);
                    // Written in any case and kept where it passes: nothing has to be guessed.
                    asked[many] = (at as u32, key);
                    many += usize::from(passes);
                }
            }
            let asked = &asked[..many];
            slots.clear();
            slots.extend(asked.iter().map(|(_, key)| self.slots[self.place(*key).0]));
            for ((at, key), slot) in asked.iter().zip(&slots) {
                let block = self.find(*key, *slot);
                if block != 0 {
                    self.people[block as usize] += 1;
                    meetings.push((*at, block));
                }
            }
        }
        meetings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Dice, mix};

    /// Keys of a few values, so that rows and people share them.
    fn drawn(dice: &mut Dice, count: usize) -> Vec<Keys> {
        let mut key = |at: usize| match dice.below(300) {
            0..60 => 0,
            value => mix(at as u64, value as u64).max(1),
        };
        (0..count).map(|_| std::array::from_fn(&mut key)).collect()
    }

    #[test]
    fn people_meet_the_rows_that_share_a_key_and_no_others() {
        let mut dice = Dice::new(5);
        let (rows, people) = (drawn(&mut dice, 700), drawn(&mut dice, 900));
        let mut blocks = Blocks::new(rows.len(), |at| rows[at]);
        let meetings = blocks.meetings(people.len(), |at| people[at]);
        assert!(meetings.is_sorted_by_key(|(person, _)| *person));
        let mut met: Vec<(u32, u32)> = Vec::new();
        for (person, block) in &meetings {
            assert!(blocks.rows(*block).is_sorted());
            met.extend(blocks.rows(*block).iter().map(|row| (*person, *row)));
        }
        let share = |person: &Keys, row: &Keys| person.iter().filter(|key| **key != 0 && row.contains(key)).count();
        let mut right = Vec::new();
        for (person, own) in (0..).zip(&people) {
            for (row, keys) in (0..).zip(&rows) {
                right.extend(std::iter::repeat_n((person, row), share(own, keys)));
            }
        }
        met.sort_unstable();
        assert_eq!(met, right);
        let counted: u32 = blocks.people.iter().sum();
        assert_eq!(counted as usize, meetings.len());
    }

    #[test]
    fn nothing_meets_nothing() {
        let mut blocks = Blocks::new(0, |_| [0; KEYS]);
        assert!(blocks.meetings(3, |at| [at as u64; KEYS]).is_empty());
        let mut blocks = Blocks::new(2, |_| [0; KEYS]);
        assert!(blocks.meetings(0, |_| [0; KEYS]).is_empty());
    }
}
