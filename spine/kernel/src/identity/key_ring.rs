//! The secrets: one key for [`PersonKey`], one for sealing. Lost keys cannot be made again.

use std::{fmt, hash::Hasher};

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use siphasher::sip::SipHasher24;

use super::{IdNumber, PersonKey};

const PERSON_KEY_LEN: usize = 16;
const SEAL_KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;

/// Holds the secrets in memory. Its [`fmt::Debug`] shows nothing.
#[derive(Clone)]
pub struct KeyRing {
    person: [u8; PERSON_KEY_LEN],
    seal: [u8; SEAL_KEY_LEN],
}

/// A text under authenticated encryption, bound to its [`PersonKey`] or other label so that it cannot be moved
/// to another row. Layout: 12 bytes nonce, ciphertext, 16 bytes tag.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

/// The sealed bytes do not open with this ring and label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("密封内容无法解开：密钥不符或内容被改动")]
pub struct RevealError;

impl KeyRing {
    /// Bytes needed by [`KeyRing::from_bytes`].
    pub const LEN: usize = PERSON_KEY_LEN + SEAL_KEY_LEN;

    /// From 48 secret random bytes; `None` for another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<KeyRing> {
        let (person, seal) = bytes.split_at_checked(PERSON_KEY_LEN)?;
        Some(KeyRing {
            person: person.try_into().ok()?,
            seal: seal.try_into().ok()?,
        })
    }

    /// A ring made from a small number, for simulated data and tests only.
    pub fn for_tests(seed: u64) -> KeyRing {
        let mut bytes = [0_u8; Self::LEN];
        for (i, b) in bytes.iter_mut().enumerate() {
            *b = (seed.rotate_left(i as u32 * 7) as u8) ^ (i as u8).wrapping_mul(37);
        }
        Self::from_bytes(&bytes).unwrap_or_else(|| unreachable!("48 bytes"))
    }

    pub fn person_key(&self, number: &IdNumber) -> PersonKey {
        self.citizen_key(number.bytes())
    }

    /// The same of a number that has been checked already. Numbers are short and many, so they are hashed in one go.
    pub(super) fn citizen_key(&self, number: &[u8; 18]) -> PersonKey {
        let mut bytes = [b'C'; 19];
        bytes[1..].copy_from_slice(number);
        PersonKey::of_citizen(SipHasher24::new_with_key(&self.person).hash(&bytes))
    }

    /// The key of a passport, a permit, or an ID text that fails its check: equal texts give equal keys, in a
    /// range that never meets citizens' keys.
    pub fn other_document_key(&self, text: &str) -> PersonKey {
        PersonKey::of_other_document(self.hash(b'O', crate::checks::clean_code(text).to_ascii_uppercase().as_bytes()))
    }

    /// A keyed 64-bit digest of any short secret (account numbers, phones) under a purpose label.
    pub fn digest(&self, purpose: &str, text: &str) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.person);
        hasher.write(purpose.as_bytes());
        hasher.write_u8(0xff);
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    /// Seals `text` bound to `label`; `nonce` must be random and never used twice (it is an argument because
    /// randomness is).
    pub fn seal(&self, label: &str, text: &str, nonce: [u8; NONCE_LEN]) -> Sealed {
        self.seal_bytes(label, text.as_bytes(), nonce)
    }

    /// Seals a file; otherwise as [`KeyRing::seal`].
    pub fn seal_bytes(&self, label: &str, bytes: &[u8], nonce: [u8; NONCE_LEN]) -> Sealed {
        let payload = Payload {
            msg: bytes,
            aad: label.as_bytes(),
        };
        let body = self.cipher().encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&body);
        Sealed(bytes)
    }

    /// Opens what [`KeyRing::seal`] closed under the same label. The caller records who asked and why.
    pub fn reveal(&self, label: &str, sealed: &Sealed) -> Result<String, RevealError> {
        String::from_utf8(self.reveal_bytes(label, sealed)?).map_err(|_| RevealError)
    }

    /// Opens what [`KeyRing::seal_bytes`] closed under the same label.
    pub fn reveal_bytes(&self, label: &str, sealed: &Sealed) -> Result<Vec<u8>, RevealError> {
        let (nonce, body) = sealed.0.split_first_chunk::<NONCE_LEN>().ok_or(RevealError)?;
        let payload = Payload {
            msg: body,
            aad: label.as_bytes(),
        };
        self.cipher()
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| RevealError)
    }

    /// Seals a citizen's number under the label of its own key.
    pub fn seal_number(&self, number: &IdNumber, nonce: [u8; NONCE_LEN]) -> Sealed {
        self.seal(&person_label(self.person_key(number)), number.expose(), nonce)
    }

    /// Opens a number sealed by [`KeyRing::seal_number`].
    pub fn reveal_number(&self, key: PersonKey, sealed: &Sealed) -> Result<IdNumber, RevealError> {
        let text = self.reveal(&person_label(key), sealed)?;
        let bytes: [u8; 18] = text.as_bytes().try_into().map_err(|_| RevealError)?;
        Ok(IdNumber::from_normalised(bytes))
    }

    fn hash(&self, domain: u8, bytes: &[u8]) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.person);
        hasher.write_u8(domain);
        hasher.write(bytes);
        hasher.finish()
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.seal.into())
    }
}

fn person_label(key: PersonKey) -> String {
    format!("person:{}", key.0)
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing(******)")
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> IdNumber {
        IdNumber::parse("11010519491231002X").unwrap().number
    }

    #[test]
    fn a_sealed_number_opens_only_with_its_own_key_and_row() {
        let ring = KeyRing::for_tests(1);
        let key = ring.person_key(&number());
        let sealed = ring.seal_number(&number(), [9; 12]);
        assert_eq!(ring.reveal_number(key, &sealed), Ok(number()));
        assert_eq!(KeyRing::for_tests(2).reveal_number(key, &sealed), Err(RevealError));
        assert_eq!(ring.reveal_number(PersonKey(key.0 + 1), &sealed), Err(RevealError));
        assert!(!sealed.0.windows(4).any(|w| w == b"1949"));
    }

    #[test]
    fn keys_depend_on_the_ring_and_ranges_do_not_meet() {
        let (a, b) = (KeyRing::for_tests(1), KeyRing::for_tests(2));
        assert_ne!(a.person_key(&number()), b.person_key(&number()));
        assert!(a.person_key(&number()).is_citizen());
        assert!(!a.other_document_key("11010519491231002X").is_citizen());
        // Keys are kept in databases and snapshots for years: a quicker way to make them must make the same.
        assert_eq!(
            a.person_key(&number()),
            PersonKey::of_citizen(a.hash(b'C', number().bytes()))
        );
    }
}
