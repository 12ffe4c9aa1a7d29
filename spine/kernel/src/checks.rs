//! Check characters of the public numbering standards, and the character clean-up they need.

/// Full-width ASCII (`０`..`ｚ`, full-width space) to its half-width form; everything else unchanged.
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Trims, narrows full-width characters and drops zero-width and inner white space: for codes, never for names.
pub fn clean_code(text: &str) -> String {
    text.chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\'' | '`' | '’'))
        .collect()
}

const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const USCC_WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The check character of a unified social credit code (GB 32100), from its first 17 characters.
/// `None` when a character lies outside the alphabet (no I O S V Z) or the length is wrong.
pub fn uscc_check_char(first17: &str) -> Option<char> {
    let bytes = first17.as_bytes();
    if bytes.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (b, w) in bytes.iter().zip(USCC_WEIGHTS) {
        sum += USCC_ALPHABET.iter().position(|a| a == b)? as u32 * w;
    }
    Some(USCC_ALPHABET[((31 - sum % 31) % 31) as usize] as char)
}

/// Whether an 18-character unified social credit code is valid.
pub fn uscc_is_valid(code: &str) -> bool {
    code.is_ascii() && code.len() == 18 && uscc_check_char(&code[..17]) == code.chars().last()
}

/// Luhn mod 10, for bank cards. Passbook accounts carry no check digit.
pub fn luhn_is_valid(digits: &str) -> bool {
    if digits.len() < 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') * if i % 2 == 1 { 2 } else { 1 };
            d / 10 + d % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a bank card's check digit agrees; `None` for passbooks and anything else that carries none, so that only
/// numbers of the UnionPay form (62…, 16 to 19 digits) are judged.
pub fn card_check(number: &str) -> Option<bool> {
    let is_card = number.starts_with("62") && (16..=19).contains(&number.len());
    is_card.then(|| luhn_is_valid(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uscc_of_the_standard() {
        assert_eq!(uscc_check_char("91350100M000100Y4"), Some('3'));
        assert!(uscc_is_valid("91350100M000100Y43"));
        assert!(!uscc_is_valid("91350100M000100Y44"));
        assert!(!uscc_is_valid("9135010OM000100Y43"));
    }

    #[test]
    fn luhn_of_a_card() {
        assert!(luhn_is_valid("4111111111111111"));
        assert!(!luhn_is_valid("4111111111111112"));
    }

    #[test]
    fn only_cards_are_judged_by_a_check_digit() {
        assert_eq!(card_check("6228480402564890018"), Some(true));
        assert_eq!(card_check("6228480402564890019"), Some(false));
        assert_eq!(card_check("903716000000007"), None);
        assert_eq!(card_check("9037160000000071234"), None, "a passbook of 19 digits");
    }

    #[test]
    fn codes_lose_their_dirt() {
        assert_eq!(clean_code(" ３７２３21 1949\u{200b}x'"), "3723211949x");
    }
}
