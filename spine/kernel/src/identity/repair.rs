//! Numbers that a faulty ID text may have been: what remains when one slip of the clerk is undone.
//!
//! The check character leaves one digit per position, so a faulty number has about nineteen candidates instead of
//! 170. A candidate says nothing yet: it must be somebody's number, and that person's name must agree.

use super::{
    IdNumber, KeyRing, PersonKey,
    id_number::{check_byte, check_of_sum, is_valid, weighted_sum},
};
use crate::checks::clean_code;

/// Every valid number that one slip turns into `text`: a wrong digit, two neighbours swapped, a letter for a digit, one
/// character lost or typed twice. Sorted, without repetition; empty when the text is itself valid, or hopeless.
pub fn candidates(text: &str) -> Vec<IdNumber> {
    let clean: Vec<u8> = clean_code(text).to_ascii_uppercase().bytes().map(as_digit).collect();
    let mut found: Vec<[u8; 18]> = Vec::new();
    if IdNumber::parse(text).is_ok() {
        return Vec::new();
    }
    match clean.len() {
        18 => same_length(&clean, &mut found),
        17 => {
            // One character was lost: put a blank at each place and solve for it.
            for at in 0..18 {
                let mut longer = clean.clone();
                longer.insert(at, b'?');
                fill(&longer, at, &mut found);
            }
        }
        19 => {
            for at in 0..19 {
                let mut shorter = clean.clone();
                shorter.remove(at);
                keep(&shorter, &mut found);
            }
        }
        _ => {}
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(IdNumber::from_normalised).collect()
}

impl KeyRing {
    /// Keys of [`candidates`], appended to `keys`: made at ingest, so that nobody later needs the readable text.
    pub fn repair_keys(&self, text: &str, keys: &mut Vec<PersonKey>) {
        keys.extend(candidates(text).iter().map(|number| self.person_key(number)));
    }
}

fn same_length(text: &[u8], found: &mut Vec<[u8; 18]>) {
    let blanks: Vec<usize> = (0..17).filter(|at| !text[*at].is_ascii_digit()).collect();
    match blanks.as_slice() {
        [] => (0..18).for_each(|at| fill(text, at, found)),
        [at] => fill(text, *at, found),
        _ => {}
    }
    for at in 0..17 {
        let mut swapped = text.to_vec();
        swapped.swap(at, at + 1);
        keep(&swapped, found);
    }
}

/// Tries what may stand at `at`: of the digits, the check character leaves one.
fn fill(text: &[u8], at: usize, found: &mut Vec<[u8; 18]>) {
    let Ok(mut bytes) = <[u8; 18]>::try_from(text) else {
        return;
    };
    bytes[at] = b'0';
    if !bytes[..17].iter().all(u8::is_ascii_digit) {
        return;
    }
    if at == 17 {
        bytes[17] = check_byte(&bytes);
        return keep(&bytes, found);
    }
    // Which digit makes the sum fit is a division modulo 11, and there is at most one.
    let wanted = (0..11).find(|sum| check_of_sum(*sum) == bytes[17]);
    let missing = wanted.map(|wanted| (wanted + 11 - weighted_sum(&bytes) % 11) * INVERSES[at] % 11);
    if let Some(digit @ 0..10) = missing {
        bytes[at] = b'0' + digit as u8;
        keep(&bytes, found);
    }
}

/// What each weight must be multiplied with to give 1 modulo 11.
const INVERSES: [u32; 17] = [8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10, 9, 7, 3, 6];

fn keep(text: &[u8], found: &mut Vec<[u8; 18]>) {
    if let Ok(bytes) = <[u8; 18]>::try_from(text)
        && is_valid(&bytes)
    {
        found.push(bytes);
    }
}

/// Letters that stand for the digits they look like.
fn as_digit(byte: u8) -> u8 {
    match byte {
        b'O' | b'Q' | b'D' => b'0',
        b'I' | b'L' => b'1',
        b'S' => b'5',
        b'B' => b'8',
        byte => byte,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "11010519491231002X";

    fn brings_back(wrong: &str) -> usize {
        let right = IdNumber::parse(RIGHT).unwrap().number;
        let found = candidates(wrong);
        assert!(found.contains(&right), "{wrong}");
        found.len()
    }

    #[test]
    fn every_single_wrong_digit_is_undone_with_about_nineteen_candidates() {
        let mut most = 0;
        for at in 0..17 {
            for digit in b'0'..=b'9' {
                let mut bytes = RIGHT.as_bytes().to_vec();
                if bytes[at] != digit {
                    bytes[at] = digit;
                    most = most.max(brings_back(std::str::from_utf8(&bytes).unwrap()));
                }
            }
        }
        assert!(most <= 22, "{most}");
    }

    #[test]
    fn every_swap_of_neighbours_is_undone() {
        for at in 0..17 {
            let mut bytes = RIGHT.as_bytes().to_vec();
            bytes.swap(at, at + 1);
            if bytes != RIGHT.as_bytes() {
                brings_back(std::str::from_utf8(&bytes).unwrap());
            }
        }
    }

    #[test]
    fn lost_doubled_and_look_alike_characters_are_undone() {
        brings_back("11010519491231002");
        brings_back("1101051949123100X");
        brings_back("110105194912310022X");
        brings_back("11O105194912310O2X".replacen('O', "0", 1).as_str());
    }

    #[test]
    fn a_valid_number_and_a_hopeless_text_have_none() {
        assert!(candidates(RIGHT).is_empty());
        assert!(candidates("").is_empty());
        assert!(candidates("不详").is_empty());
        assert!(candidates("000000000000000000").len() < 25);
    }
}
