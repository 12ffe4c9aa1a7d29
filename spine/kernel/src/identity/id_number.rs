//! Citizen ID numbers (GB 11643): cleaned, checked, upgraded from 15 to 18 digits.

use std::fmt;

use time::Date;

use crate::{checks::clean_code, period::ymd};

pub(super) const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// A normalised 18-character ID number with a real birth date and a right check character.
///
/// It neither prints nor serialises; [`fmt::Debug`] shows the mask only.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber([u8; 18]);

/// Sex as the number's sequence part states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// What became of an ID text on its way in; stored beside the key as a small integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum IdStatus {
    /// 18 characters, check character right.
    Valid = 0,
    /// 15 digits, upgraded.
    Upgraded = 1,
    /// Not an ID number: wrong check character, date or length. Never linked by key.
    Invalid = 2,
    /// No number given.
    Missing = 3,
}

/// Why a text is not an ID number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdProblem {
    #[error("身份证号为空")]
    Missing,
    #[error("身份证号应为18位（或旧式15位）")]
    Length,
    #[error("身份证号含有不允许的字符")]
    Character,
    #[error("身份证号中的出生日期不存在")]
    BirthDate,
    #[error("身份证号校验位不符，请核对是否录错")]
    CheckCharacter,
}

/// A number and what happened on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub number: IdNumber,
    pub status: IdStatus,
    /// The province part is not one that GB/T 2260 ever used: a warning, never an error.
    pub unknown_prefix: bool,
}

impl IdNumber {
    /// Cleans (trim, full-width, lower-case x) and checks. Fifteen digits become eighteen.
    pub fn parse(text: &str) -> Result<Parsed, IdProblem> {
        let clean = clean_code(text).to_ascii_uppercase();
        let bytes = clean.as_bytes();
        let mut digits = [0_u8; 18];
        let status = match bytes.len() {
            0 => return Err(IdProblem::Missing),
            18 => {
                digits.copy_from_slice(bytes);
                IdStatus::Valid
            }
            15 => {
                digits[..6].copy_from_slice(&bytes[..6]);
                digits[6..8].copy_from_slice(b"19");
                digits[8..17].copy_from_slice(&bytes[6..]);
                digits[17] = b'0';
                IdStatus::Upgraded
            }
            _ => return Err(IdProblem::Length),
        };
        if !digits[..17].iter().all(u8::is_ascii_digit) || !(digits[17].is_ascii_digit() || digits[17] == b'X') {
            return Err(IdProblem::Character);
        }
        birth_of(&digits).ok_or(IdProblem::BirthDate)?;
        let check = check_byte(&digits);
        if status == IdStatus::Upgraded {
            digits[17] = check;
        } else if digits[17] != check {
            return Err(IdProblem::CheckCharacter);
        }
        let unknown_prefix = !known_province(number_of(&digits[..2]));
        Ok(Parsed {
            number: IdNumber(digits),
            status,
            unknown_prefix,
        })
    }

    /// The readable number. Callers are checked by `cargo xtask tidy`: only identity code, the simulator and
    /// a recorded reveal may ask.
    pub fn expose(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub fn birth(&self) -> Date {
        birth_of(&self.0).unwrap_or(Date::MIN)
    }

    pub fn sex(&self) -> Sex {
        if (self.0[16] - b'0') % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// `320826********1234`, for a page whose reader may see it. Never stored: with a stored birth date the
    /// mask would give the number away.
    pub fn mask(&self) -> String {
        format!("{}********{}", &self.expose()[..6], &self.expose()[14..])
    }

    pub(super) fn bytes(&self) -> &[u8; 18] {
        &self.0
    }

    pub(super) fn from_normalised(bytes: [u8; 18]) -> IdNumber {
        IdNumber(bytes)
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(******)")
    }
}

/// The check character for 17 digits; `None` when one is not a digit.
pub fn check_char(first17: &str) -> Option<char> {
    let mut digits = [b'0'; 18];
    let bytes = first17.as_bytes();
    if bytes.len() != 17 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits[..17].copy_from_slice(bytes);
    Some(check_byte(&digits) as char)
}

pub(super) fn check_byte(digits: &[u8; 18]) -> u8 {
    check_of_sum(weighted_sum(digits))
}

/// The sum over the first seventeen digits that decides the check character.
pub(super) fn weighted_sum(digits: &[u8; 18]) -> u32 {
    digits[..17]
        .iter()
        .zip(WEIGHTS)
        .map(|(d, w)| u32::from(d - b'0') * w)
        .sum()
}

pub(super) fn check_of_sum(sum: u32) -> u8 {
    CHECK[(sum % 11) as usize]
}

/// Digits, a birth date that exists, and the right check character.
pub(super) fn is_valid(digits: &[u8; 18]) -> bool {
    digits[..17].iter().all(u8::is_ascii_digit) && digits[17] == check_byte(digits) && birth_of(digits).is_some()
}

pub(super) fn birth_of(digits: &[u8; 18]) -> Option<Date> {
    let date = ymd(
        number_of(&digits[6..10]) as i32,
        number_of(&digits[10..12]) as u8,
        number_of(&digits[12..14]) as u8,
    )?;
    (1850..=2200).contains(&date.year()).then_some(date)
}

fn number_of(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'))
}

/// Provinces of GB/T 2260. Counties come and go (Huimin was 372321 until 1999), so deeper digits are not judged.
fn known_province(code: u32) -> bool {
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_the_standard() {
        for text in [
            "11010519491231002X",
            "440524188001010014",
            " 11010519491231002x",
            "１１０１０５１９４９１２３１００２Ｘ",
        ] {
            let parsed = IdNumber::parse(text).unwrap();
            assert_eq!(parsed.status, IdStatus::Valid);
            assert!(!parsed.unknown_prefix);
        }
        assert_eq!(IdNumber::parse("440524188001010014").unwrap().number.sex(), Sex::Male);
    }

    #[test]
    fn fifteen_digits_become_eighteen() {
        let old = IdNumber::parse("110105491231002").unwrap();
        assert_eq!(old.status, IdStatus::Upgraded);
        assert_eq!(old.number, IdNumber::parse("11010519491231002X").unwrap().number);
    }

    #[test]
    fn wrong_numbers_say_why() {
        assert_eq!(IdNumber::parse("110105194912310021"), Err(IdProblem::CheckCharacter));
        assert_eq!(IdNumber::parse("11010519490231002X"), Err(IdProblem::BirthDate));
        assert_eq!(IdNumber::parse("1101051949123100"), Err(IdProblem::Length));
        assert_eq!(IdNumber::parse("1101051949123100A1"), Err(IdProblem::Character));
        assert_eq!(IdNumber::parse("  "), Err(IdProblem::Missing));
        assert_eq!(
            IdNumber::parse("身份证号码身份证号码身份证号码身份"),
            Err(IdProblem::Length)
        );
    }

    #[test]
    fn an_unknown_prefix_is_only_a_warning() {
        let check = check_char("99010519491231002").unwrap();
        assert!(
            IdNumber::parse(&format!("99010519491231002{check}"))
                .unwrap()
                .unknown_prefix
        );
    }

    #[test]
    fn debug_never_shows_the_number() {
        let number = IdNumber::parse("11010519491231002X").unwrap().number;
        assert!(!format!("{number:?}").contains("1949"));
    }
}
