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

/// What the clerk did to a right number; positions count from 1. It tells where two numbers part, never a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// One character is another.
    Digit(u8),
    /// This one and the next stand the other way round.
    Swap(u8),
    /// One is not there.
    Lost(u8),
    /// One is there twice, or one too many.
    Doubled(u8),
    /// A letter stands for the digit it looks like.
    Letter,
}

impl Slip {
    fn between(text: &[u8], right: &[u8; 18]) -> Slip {
        let first = right.iter().zip(text).position(|(a, b)| a != b);
        let place = first.map_or(18, |at| at as u8 + 1);
        match (text.len(), first) {
            (17, _) => Slip::Lost(place),
            (19, _) => Slip::Doubled(place.max(1)),
            (_, None) => Slip::Letter,
            (_, Some(at)) if right[at + 1..] == text[at + 1..] => Slip::Digit(place),
            _ => Slip::Swap(place),
        }
    }

    /// For the screen: `第9位不同`.
    pub fn in_words(self) -> String {
        match self {
            Slip::Digit(at) => format!("第{at}位不同"),
            Slip::Swap(at) => format!("第{at}、{}位互换", at + 1),
            Slip::Lost(at) => format!("少第{at}位"),
            Slip::Doubled(at) => format!("第{at}位多写一位"),
            Slip::Letter => "数字误作字母".to_owned(),
        }
    }

    fn packed(self) -> u8 {
        let (kind, at) = match self {
            Slip::Digit(at) => (0, at),
            Slip::Swap(at) => (1, at),
            Slip::Lost(at) => (2, at),
            Slip::Doubled(at) => (3, at),
            Slip::Letter => (4, 0),
        };
        kind << 5 | at & 31
    }

    fn unpacked(byte: u8) -> Slip {
        let at = byte & 31;
        match byte >> 5 {
            0 => Slip::Digit(at),
            1 => Slip::Swap(at),
            2 => Slip::Lost(at),
            3 => Slip::Doubled(at),
            _ => Slip::Letter,
        }
    }
}

/// The key of a number that a faulty text may have been, and the slip in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    pub key: PersonKey,
    pub slip: Slip,
}

impl Repair {
    const BYTES: usize = 9;

    /// Several as bytes, the way a snapshot keeps them.
    pub fn pack(repairs: &[Repair]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(repairs.len() * Repair::BYTES);
        for repair in repairs {
            bytes.push(repair.slip.packed());
            bytes.extend_from_slice(&repair.key.0.to_le_bytes());
        }
        bytes
    }

    /// The same back; a rest that is no whole repair is left out.
    pub fn unpack(bytes: &[u8]) -> impl Iterator<Item = Repair> + '_ {
        bytes.chunks_exact(Repair::BYTES).map(|chunk| {
            let mut key = [0; 8];
            key.copy_from_slice(&chunk[1..]);
            Repair {
                key: PersonKey(i64::from_le_bytes(key)),
                slip: Slip::unpacked(chunk[0]),
            }
        })
    }
}

impl KeyRing {
    /// Keys of [`candidates`], appended to `keys`: made at ingest, so that nobody later needs the readable text.
    pub fn repair_keys(&self, text: &str, keys: &mut Vec<PersonKey>) {
        keys.extend(candidates(text).iter().map(|number| self.person_key(number)));
    }

    /// The same with what the clerk did to each.
    pub fn repairs(&self, text: &str) -> Vec<Repair> {
        let clean: Vec<u8> = clean_code(text).to_ascii_uppercase().bytes().map(as_digit).collect();
        let repair = |number: &IdNumber| Repair {
            key: self.person_key(number),
            slip: Slip::between(&clean, number.bytes()),
        };
        candidates(text).iter().map(repair).collect()
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
    fn the_slip_says_where_and_never_which_digit() {
        let ring = KeyRing::for_tests(3);
        let right = ring.person_key(&IdNumber::parse(RIGHT).unwrap().number);
        let slip = |wrong: &str| {
            let packed = Repair::pack(&ring.repairs(wrong));
            let found = Repair::unpack(&packed).find(|repair| repair.key == right);
            found.unwrap_or_else(|| panic!("{wrong}")).slip.in_words()
        };
        assert_eq!(slip("11010519591231002X"), "第9位不同");
        assert_eq!(slip("11010519491231020X"), "第16、17位互换");
        assert_eq!(slip("11010519491231002"), "少第18位");
        assert_eq!(slip("110105194912310022X"), "第18位多写一位");
        assert_eq!(slip("11O10519491231002X"), "数字误作字母");
        assert_eq!(Repair::unpack(&[1, 2, 3]).count(), 0);
    }

    #[test]
    fn a_valid_number_and_a_hopeless_text_have_none() {
        assert!(candidates(RIGHT).is_empty());
        assert!(candidates("").is_empty());
        assert!(candidates("不详").is_empty());
        assert!(candidates("000000000000000000").len() < 25);
    }
}
