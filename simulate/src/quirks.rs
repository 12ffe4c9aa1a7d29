//! How identities get spoiled on the way through offices.

use crate::{county::Person, dice::Dice, names, truth::ErrorClass};

/// The class of a random row. Rates per ten thousand, except the 15-digit form, which depends on the office.
pub(crate) fn class(dice: &mut Dice, person: &Person, old_numbers_per_mille: u32, careful: bool) -> ErrorClass {
    if !careful {
        match dice.below(10_000) {
            0..15 => return ErrorClass::OneDigitTypo,
            15..23 => return ErrorClass::Swap,
            23..27 => return ErrorClass::MissingId,
            27..57 => return ErrorClass::NameVariant,
            _ => {}
        }
    }
    if person.birth.year() < 2000 && dice.per_mille(old_numbers_per_mille) {
        return ErrorClass::FifteenDigits;
    }
    ErrorClass::Exact
}

/// The number as this class of error leaves it.
pub(crate) fn number(dice: &mut Dice, id: &str, class: ErrorClass) -> String {
    match class {
        ErrorClass::MissingId => String::new(),
        ErrorClass::FifteenDigits => format!("{}{}", &id[..6], &id[8..17]),
        ErrorClass::OneDigitTypo => {
            let mut bytes = id.as_bytes().to_vec();
            let at = dice.below(17) as usize;
            bytes[at] = b'0' + (bytes[at] - b'0' + 1 + dice.below(9) as u8) % 10;
            String::from_utf8(bytes).unwrap_or_default()
        }
        ErrorClass::Swap => {
            let mut bytes = id.as_bytes().to_vec();
            let start = dice.below(16) as usize;
            // Two neighbours that differ; every number has some.
            if let Some(at) = (0..16).map(|i| (start + i) % 16).find(|i| bytes[*i] != bytes[*i + 1]) {
                bytes.swap(at, at + 1);
            }
            String::from_utf8(bytes).unwrap_or_default()
        }
        ErrorClass::Exact | ErrorClass::NameVariant | ErrorClass::MisusedId => id.to_owned(),
    }
}

/// The name as this class leaves it.
pub(crate) fn name(dice: &mut Dice, name: &str, class: ErrorClass, stranger: Option<&str>) -> String {
    match (class, stranger) {
        (ErrorClass::NameVariant, _) => names::variant(dice, name).into(),
        (ErrorClass::MisusedId, Some(stranger)) => stranger.to_owned(),
        _ => name.to_owned(),
    }
}

/// Blanks, full-width digits and a lower-case x: noise that cleaning removes.
pub(crate) fn number_noise(dice: &mut Dice, number: String) -> String {
    let number = if number.ends_with('X') && dice.percent(25) {
        number.replace('X', "x")
    } else {
        number
    };
    match dice.below(10_000) {
        0..30 => format!(" {number}"),
        30..60 => format!("{number} "),
        60..70 => format!("{number}\u{3000}"),
        70..95 => number.chars().map(full_width).collect(),
        95..110 => format!("'{number}"),
        _ => number,
    }
}

/// Blanks inside and around names.
pub(crate) fn name_noise(dice: &mut Dice, name: String) -> String {
    match dice.below(10_000) {
        0..40 if name.chars().count() == 2 => {
            let (first, rest) = name.split_at(3);
            format!("{first}　{rest}")
        }
        40..90 => format!("{name} "),
        90..110 if name.contains('·') => name.replace('·', "•"),
        _ => name,
    }
}

fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        c => c,
    }
}
