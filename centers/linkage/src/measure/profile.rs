//! What can be said about two texts without looking at them: their lengths and which characters occur. Most pairs of
//! different values are told apart by this alone, in a few nanoseconds.

/// Length and a 64-bit set of the characters that occur.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Profile {
    pub(crate) len: u32,
    set: u64,
}

impl Profile {
    pub(crate) fn of(text: &[char]) -> Profile {
        let set = text.iter().fold(0_u64, |set, c| set | 1 << place(*c));
        Profile {
            len: text.len() as u32,
            set,
        }
    }
}

/// Letters and digits have places of their own as far as they go.
fn place(c: char) -> u32 {
    match c {
        'a'..='z' => u32::from(c) - u32::from('a'),
        '0'..='9' => 26 + u32::from(c) - u32::from('0'),
        c => 36 + u32::from(c).wrapping_mul(0x9e37_79b1) % 28,
    }
}

/// No fewer edits than this: each character that the other text lacks must go or come. A swap moves none.
pub(crate) fn fewest_edits(a: Profile, b: Profile) -> u32 {
    let gone = (a.set & !b.set).count_ones();
    let come = (b.set & !a.set).count_ones();
    gone.max(come).max(a.len.abs_diff(b.len))
}

/// No more Jaro-Winkler similarity than this for texts that share the first `prefix` characters.
pub(crate) fn highest_jaro_winkler(a: Profile, b: Profile, prefix: usize) -> f64 {
    if a.len == 0 || b.len == 0 {
        return if a.len == b.len { 1.0 } else { 0.0 };
    }
    let left = a.len.saturating_sub((a.set & !b.set).count_ones());
    let right = b.len.saturating_sub((b.set & !a.set).count_ones());
    let matched = f64::from(left.min(right));
    if matched == 0.0 {
        return 0.0;
    }
    let jaro = (matched / f64::from(a.len) + matched / f64::from(b.len) + 1.0) / 3.0;
    jaro + prefix.min(4) as f64 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::measure::{edits, jaro_winkler};

    proptest! {
        #[test]
        fn measures_are_symmetric_and_within_their_bounds(a in "[a-e王晓明小]{0,9}", b in "[a-e王晓明小]{0,9}") {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let (p, q) = (Profile::of(&a), Profile::of(&b));
            prop_assert_eq!(edits(&a, &b, 99), edits(&b, &a, 99));
            prop_assert_eq!(jaro_winkler(&a, &b), jaro_winkler(&b, &a));
            prop_assert!(fewest_edits(p, q) as usize <= edits(&a, &b, 99));
            let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
            prop_assert!(highest_jaro_winkler(p, q, prefix) + 1e-9 >= jaro_winkler(&a, &b));
            prop_assert_eq!(edits(&a, &b, 99) == 0, a == b);
        }
    }
}
