//! Numbers that a faulty ID text may have been: what remains when one slip of the clerk is undone.
//!
//! The check character leaves one digit per position, so a faulty number has about nineteen candidates instead of
//! 170. A candidate says nothing yet: it must be somebody's number, and that person's name must agree.

use super::{
    IdNumber, KeyRing, PersonKey,
    id_number::{WEIGHTS, birth_of, check_byte, check_of_sum, is_valid, weighted_sum},
};
use crate::checks::clean_code;

/// Every valid number that one slip turns into `text`: a wrong digit, two neighbours swapped, a letter for a digit, one
/// character lost or typed twice. Sorted, without repetition; empty when the text is itself valid, or hopeless.
pub fn candidates(text: &str) -> Vec<IdNumber> {
    let found = Written::of(text).map_or_else(Vec::new, |written| written.candidates());
    found.into_iter().map(IdNumber::from_normalised).collect()
}

/// A faulty text, cleaned, with digits for the letters that look like them; made without memory of its own, because a
/// county delivers tens of thousands.
struct Written {
    bytes: [u8; 19],
    len: usize,
}

impl Written {
    /// `None` when the text is itself valid, or of a length that no single slip makes.
    fn of(text: &str) -> Option<Written> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let cleaned;
        let text = if plain {
            text
        } else {
            cleaned = clean_code(text);
            &cleaned
        };
        let mut bytes = [0; 19];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        bytes.make_ascii_uppercase();
        let delivered = <&[u8; 18]>::try_from(&bytes[..text.len()]).ok();
        if text.len() < 17 || delivered.is_some_and(is_valid) {
            return None;
        }
        Some(Written {
            bytes: bytes.map(as_digit),
            len: text.len(),
        })
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn candidates(&self) -> Vec<[u8; 18]> {
        let mut found = Vec::with_capacity(36);
        match <&[u8; 18]>::try_from(self.text()) {
            Ok(text) => same_length(text, &mut found),
            Err(_) if self.len == 17 => {
                // One character was lost: put a blank at each place and solve for it.
                for at in 0..18 {
                    let mut longer = [b'?'; 18];
                    longer[..at].copy_from_slice(&self.bytes[..at]);
                    longer[at + 1..].copy_from_slice(&self.bytes[at..17]);
                    fill(&longer, at, &mut found);
                }
            }
            Err(_) => {
                for at in 0..19 {
                    let mut shorter = [0; 18];
                    shorter[..at].copy_from_slice(&self.bytes[..at]);
                    shorter[at..].copy_from_slice(&self.bytes[at + 1..]);
                    keep(shorter, &mut found);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
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
        let found = Written::of(text).map_or_else(Vec::new, |written| written.candidates());
        keys.extend(found.into_iter().map(|number| self.citizen_key(&number)));
    }

    /// The same with what the clerk did to each.
    pub fn repairs(&self, text: &str) -> Vec<Repair> {
        let Some(written) = Written::of(text) else {
            return Vec::new();
        };
        let repair = |number: [u8; 18]| Repair {
            key: self.citizen_key(&number),
            slip: Slip::between(written.text(), &number),
        };
        written.candidates().into_iter().map(repair).collect()
    }
}

/// What the check character and the birth date leave of all slips is worked out from the sum over the digits, without
/// writing each candidate down first.
fn same_length(text: &[u8; 18], found: &mut Vec<[u8; 18]>) {
    let mut blanks = (0..17).filter(|at| !text[*at].is_ascii_digit());
    match (blanks.next(), blanks.next()) {
        (None, _) => {}
        (Some(at), None) => {
            fill(text, at, found);
            // The check character typed before the last digit.
            return keep(swapped(text, 16), found);
        }
        (Some(_), Some(_)) => return,
    }
    // The last digit and the check character swapped.
    keep(swapped(text, 16), found);
    let born = birth_of(text).is_some();
    let sum = weighted_sum(text);
    let mut add = |number: [u8; 18], touches_birth: bool| {
        if if touches_birth {
            birth_of(&number).is_some()
        } else {
            born
        } {
            found.push(number);
        }
    };
    let mut checked = *text;
    checked[17] = check_of_sum(sum);
    add(checked, false);
    // By how much the sum misses what the check character says, modulo 11.
    let Some(missing) = sum_of_check(text[17]).map(|wanted| (wanted + 11 - sum % 11) % 11) else {
        return;
    };
    for at in 0..17 {
        let digit = (u32::from(text[at] - b'0') + missing * INVERSES[at]) % 11;
        if digit < 10 {
            let mut number = *text;
            number[at] = b'0' + digit as u8;
            add(number, BIRTH.contains(&at));
        }
    }
    for at in 0..16 {
        let change = (WEIGHTS[at] + 11 - WEIGHTS[at + 1]) * (u32::from(text[at + 1]) + 11 - u32::from(text[at]));
        if change % 11 == missing {
            add(swapped(text, at), BIRTH.contains(&at) || BIRTH.contains(&(at + 1)));
        }
    }
}

fn swapped(text: &[u8; 18], at: usize) -> [u8; 18] {
    let mut swapped = *text;
    swapped.swap(at, at + 1);
    swapped
}

/// Tries what may stand at `at`: of the digits, the check character leaves one.
fn fill(text: &[u8; 18], at: usize, found: &mut Vec<[u8; 18]>) {
    let mut bytes = *text;
    bytes[at] = b'0';
    if !bytes[..17].iter().all(u8::is_ascii_digit) {
        return;
    }
    if at == 17 {
        bytes[17] = check_byte(&bytes);
        return keep(bytes, found);
    }
    // Which digit makes the sum fit is a division modulo 11, and there is at most one.
    let missing = sum_of_check(bytes[17]).map(|wanted| (wanted + 11 - weighted_sum(&bytes) % 11) * INVERSES[at] % 11);
    if let Some(digit @ 0..10) = missing {
        bytes[at] = b'0' + digit as u8;
        keep(bytes, found);
    }
}

/// The sum, modulo 11, that a check character stands for.
fn sum_of_check(check: u8) -> Option<u32> {
    (0..11).find(|sum| check_of_sum(*sum) == check)
}

/// Where the birth date stands.
const BIRTH: std::ops::Range<usize> = 6..14;

/// What each weight must be multiplied with to give 1 modulo 11.
const INVERSES: [u32; 17] = [8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10, 9, 7, 3, 6];

fn keep(number: [u8; 18], found: &mut Vec<[u8; 18]>) {
    if is_valid(&number) {
        found.push(number);
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

    /// The same found by trying everything, which takes two hundred times as long.
    fn tried(text: &str) -> Vec<IdNumber> {
        let mut all: Vec<Vec<u8>> = Vec::new();
        let text = text.as_bytes();
        for at in 0..18 {
            for digit in *b"0123456789X" {
                let mut other = text.to_vec();
                match text.len() {
                    18 => other[at] = digit,
                    _ => other.insert(at, digit),
                }
                all.push(other);
            }
        }
        for at in 0..17.min(text.len() - 1) {
            let mut other = text.to_vec();
            other.swap(at, at + 1);
            all.push(other);
        }
        let numbers = all.iter().filter_map(|bytes| std::str::from_utf8(bytes).ok());
        let numbers = numbers
            .filter(|text| text.len() == 18)
            .filter_map(|text| IdNumber::parse(text).ok());
        let mut found: Vec<IdNumber> = numbers.map(|parsed| parsed.number).collect();
        found.sort_unstable_by_key(|number| *number.bytes());
        found.dedup();
        found
    }

    #[test]
    fn the_short_way_finds_what_trying_everything_finds() {
        let mut dice = 7_u64;
        let mut faulty = 0;
        for _ in 0..3_000 {
            let mut bytes = RIGHT.as_bytes().to_vec();
            for _ in 0..3 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (dice >> 33) as usize % bytes.len();
                match dice >> 60 {
                    0 => bytes[at] = b'X',
                    1 if bytes.len() == 18 => drop(bytes.remove(at)),
                    2..6 if at + 1 < bytes.len() => bytes.swap(at, at + 1),
                    _ => bytes[at] = b'0' + (dice >> 40) as u8 % 10,
                }
            }
            let text = String::from_utf8(bytes).unwrap();
            if IdNumber::parse(&text).is_err() {
                faulty += 1;
                assert_eq!(candidates(&text), tried(&text), "{text}");
            }
        }
        assert!(faulty > 2_000);
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
