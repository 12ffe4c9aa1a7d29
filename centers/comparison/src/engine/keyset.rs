//! The people a run is about, as one hash set that every probe shares.
//!
//! Open addressing at most half full. A batch is probed in two passes: the first reads one slot for each key and
//! decides nothing, so that the processor has many cache misses under way at once; the second walks on for the
//! few keys that met a stranger in their slot.

/// Why a person is in the set; a rule names the classes it is about.
pub mod class {
    /// Member of a registered household that drew a targeted benefit.
    pub const MEMBER: u8 = 1;
    /// Draws, or lives in a household that draws, a targeted benefit.
    pub const TARGETED: u8 = 2;
    /// Was paid anything.
    pub const PAYEE: u8 = 4;
    /// Applied for house renovation.
    pub const APPLICANT: u8 = 8;
}

/// No person has this key: keys are never negative.
const EMPTY: i64 = i64::MIN;
const BATCH: usize = 1024;

/// Person keys with their classes.
#[derive(Clone, Debug)]
pub struct KeySet {
    slots: Vec<i64>,
    classes: Vec<u8>,
    shift: u32,
    len: usize,
}

impl KeySet {
    /// Room for `expected` people without growing.
    pub fn with_capacity(expected: usize) -> KeySet {
        let size = (expected.max(8) * 2).next_power_of_two();
        KeySet {
            slots: vec![EMPTY; size],
            classes: vec![0; size],
            shift: 64 - size.trailing_zeros(),
            len: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a person, or further classes of one already there.
    pub fn insert(&mut self, key: i64, class: u8) {
        if (self.len + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = self.home(key);
        while self.slots[at] != EMPTY && self.slots[at] != key {
            at = (at + 1) & mask;
        }
        self.len += usize::from(self.slots[at] == EMPTY);
        self.slots[at] = key;
        self.classes[at] |= class;
    }

    /// The classes of a person; 0 for a stranger.
    pub fn classes_of(&self, key: i64) -> u8 {
        let mask = self.slots.len() - 1;
        let mut at = self.home(key);
        loop {
            match self.slots[at] {
                slot if slot == key => return self.classes[at],
                EMPTY => return 0,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Appends the positions (counted from `first`) of the keys that are in one of the classes.
    pub fn probe(&self, keys: &[i64], classes: u8, first: u32, hits: &mut Vec<u32>) {
        let mut found = [EMPTY; BATCH];
        let mut base = first;
        for batch in keys.chunks(BATCH) {
            for (slot, key) in found.iter_mut().zip(batch) {
                *slot = self.slots[self.home(*key)];
            }
            for (i, (slot, key)) in found.iter().zip(batch).enumerate() {
                if *slot != EMPTY && self.classes_of(*key) & classes != 0 {
                    hits.push(base + i as u32);
                }
            }
            base += batch.len() as u32;
        }
    }

    fn home(&self, key: i64) -> usize {
        ((key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    fn grow(&mut self) {
        let mut larger = KeySet::with_capacity(self.slots.len());
        for (key, class) in self.slots.iter().zip(&self.classes).filter(|(key, _)| **key != EMPTY) {
            larger.insert(*key, *class);
        }
        *self = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probing_finds_exactly_the_members_of_the_class() {
        let mut set = KeySet::with_capacity(4);
        for key in 0..5_000_i64 {
            set.insert(key * 7, if key % 2 == 0 { class::MEMBER } else { class::PAYEE });
        }
        set.insert(0, class::PAYEE);
        assert_eq!(set.len(), 5_000);
        let keys: Vec<i64> = (0..40_000).collect();
        let mut hits = Vec::new();
        set.probe(&keys, class::MEMBER, 100, &mut hits);
        let expected: Vec<u32> = (0..40_000_u32)
            .filter(|k| k % 14 == 0 && *k < 35_000)
            .map(|k| k + 100)
            .collect();
        assert_eq!(hits, expected);
        assert_eq!(set.classes_of(0), class::MEMBER | class::PAYEE);
        assert_eq!(set.classes_of(1), 0);
    }
}
