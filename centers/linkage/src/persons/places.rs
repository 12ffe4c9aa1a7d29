//! Where a key stands among the sorted keys of the register. Keys are hashes and lie evenly, so the range a key falls into
//! says nearly where; other keys are found too, only slower.

use crate::hash::mix;

/// Ranges with more keys than this are halved instead of walked.
const WALKED: u32 = 16;
/// Bits of the filter for each key: one stranger in fifteen passes.
const FILTER_BITS: usize = 16;

/// The keys beside each other, and where each range of them begins.
pub(crate) struct Places {
    keys: Vec<i64>,
    /// Ascending, one more than there are ranges.
    starts: Vec<u32>,
    first: i64,
    shift: u32,
    filter: Vec<u64>,
}

impl Places {
    /// `keys` ascend, none occurs twice.
    pub(crate) fn new(keys: Vec<i64>) -> Places {
        let (first, last) = (keys.first().copied().unwrap_or(0), keys.last().copied().unwrap_or(0));
        let span = last.wrapping_sub(first) as u64;
        // One to two ranges for each key.
        let wanted = usize::BITS - keys.len().leading_zeros();
        let shift = (u64::BITS - span.leading_zeros()).saturating_sub(wanted);
        let ranges = (span >> shift) as usize + 1;
        let mut places = Places {
            starts: Vec::with_capacity(ranges + 1),
            filter: vec![0; (keys.len() * FILTER_BITS / 64 + 1).next_power_of_two()],
            first,
            shift,
            keys,
        };
        for (at, key) in places.keys.iter().enumerate() {
            let range = (key.wrapping_sub(first) as u64 >> shift) as usize;
            places.starts.resize(places.starts.len().max(range + 1), at as u32);
            let (word, bit) = filtered(places.filter.len(), *key);
            places.filter[word] |= bit;
        }
        places.starts.resize(ranges + 1, places.keys.len() as u32);
        places
    }

    /// The place of a key.
    #[inline]
    pub(crate) fn find(&self, key: i64) -> Option<u32> {
        let range = (key.wrapping_sub(self.first) as u64 >> self.shift) as usize;
        let (mut at, end) = (*self.starts.get(range)?, *self.starts.get(range + 1)?);
        if key < self.first {
            return None;
        }
        if end - at > WALKED {
            let within = self.keys[at as usize..end as usize].binary_search(&key).ok()?;
            return Some(at + within as u32);
        }
        while at < end && self.keys[at as usize] < key {
            at += 1;
        }
        (at < end && self.keys[at as usize] == key).then_some(at)
    }

    /// Whether looking a key up is worth the while: most strangers end here.
    #[inline]
    pub(crate) fn may_have(&self, key: i64) -> bool {
        let (word, bit) = filtered(self.filter.len(), key);
        self.filter[word] & bit != 0
    }
}

#[inline]
fn filtered(words: usize, key: i64) -> (usize, u64) {
    let hash = mix(0x51ed, key as u64);
    ((hash >> 32) as usize & (words - 1), 1 << (hash % 64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Dice;

    fn all_found(mut keys: Vec<i64>, strangers: &[i64]) {
        keys.sort_unstable();
        keys.dedup();
        let places = Places::new(keys.clone());
        for (at, key) in (0..).zip(&keys) {
            assert_eq!(places.find(*key), Some(at), "{key}");
            assert!(places.may_have(*key));
        }
        for stranger in strangers.iter().filter(|key| keys.binary_search(key).is_err()) {
            assert_eq!(places.find(*stranger), None, "{stranger}");
        }
    }

    #[test]
    fn keys_are_found_however_they_lie() {
        let mut dice = Dice::new(3);
        let mut drawn =
            |count: usize, limit: usize| -> Vec<i64> { (0..count).map(|_| dice.below(limit) as i64).collect() };
        let (even, close) = (drawn(5_000, 1 << 62), drawn(500, 900));
        let others = [i64::MIN, -1, 0, 1, 450, 1 << 61, i64::MAX - 1, i64::MAX];
        all_found(even.clone(), &close);
        all_found(close.clone(), &others);
        // All in one range but one.
        all_found([close.clone(), vec![1 << 62]].concat(), &even);
        all_found([even, vec![i64::MIN, i64::MAX, -5]].concat(), &close);
        all_found(vec![7], &others);
        all_found(Vec::new(), &others);
    }

    #[test]
    fn most_strangers_end_at_the_filter() {
        let mut dice = Dice::new(4);
        let places = Places::new((0..10_000).map(|at| at << 40).collect());
        let passed = (0..10_000)
            .filter(|_| places.may_have(dice.below(1 << 62) as i64))
            .count();
        assert!(passed < 1_500, "{passed}");
    }
}
