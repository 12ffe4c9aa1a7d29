//! Names of two to four characters of the basic block, which nearly all names are: read from their bytes without a look at
//! what else a name may be.

use kernel::name;

use super::LONGEST_CHINESE;
use crate::hanzi::simplified;

/// The surname of a Chinese name of two to four common characters, simplified, when it is a single character: what most
/// people have, found without taking the name apart.
pub(crate) fn short_surname(text: &[u8]) -> Option<u16> {
    if !is_common(text) {
        return None;
    }
    let mut chars = text.chunks_exact(BYTES).map(|sign| simplified(decoded(sign)));
    let (first, second, third) = (chars.next()?, chars.next()?, chars.next());
    (third.is_none() || !name::is_compound(first, second)).then(|| basic(first))
}

/// The code of a character of the basic block, 0 of others.
pub(super) fn basic(c: char) -> u16 {
    let common = ('\u{4e00}'..='\u{9fff}').contains(&c);
    if common { u32::from(c) as u16 } else { 0 }
}

/// Of a character of the basic block in UTF-8.
const BYTES: usize = 3;

/// A character of so many bytes, NUL for what is none.
fn decoded(sign: &[u8]) -> char {
    match *sign {
        [a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf] => {
            char::from_u32(u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f))
                .unwrap_or_default()
        }
        _ => char::default(),
    }
}

/// Whether it is two to four characters of the basic block, in which nothing has to be cleaned. Nearly every name is.
pub(super) fn is_common(text: &[u8]) -> bool {
    (2 * BYTES..=LONGEST_CHINESE * BYTES).contains(&text.len())
        && text.len() % BYTES == 0
        && text.chunks_exact(BYTES).all(|sign| basic(decoded(sign)) != 0)
}
