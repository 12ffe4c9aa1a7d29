//! A fast fixed hash for interning and blocking keys. Not for secrets, and not for anything an attacker profits from: a
//! collision costs one comparison more.

const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mixes one number into a hash.
#[inline]
pub(crate) fn mix(hash: u64, value: u64) -> u64 {
    let product = u128::from(hash ^ value ^ SPREAD) * u128::from(0xd6e8_feb8_6659_fd93_u64 ^ hash.rotate_left(32));
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hash of a text.
#[inline]
pub(crate) fn bytes(text: &[u8]) -> u64 {
    let mut hash = mix(SPREAD, text.len() as u64);
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let mut rest = [0_u8; 8];
    rest[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(hash, u64::from_le_bytes(rest))
}

/// A hasher for maps whose keys are already hashes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Plain(u64);

impl std::hash::Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes_in: &[u8]) {
        self.0 = mix(self.0, bytes(bytes_in));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0, value);
    }
    fn write_i64(&mut self, value: i64) {
        self.0 = mix(self.0, value as u64);
    }
    fn write_u32(&mut self, value: u32) {
        self.0 = mix(self.0, u64::from(value));
    }
}

/// A map over numbers, with the hash of this module: the same order of insertion gives the same map on every machine.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, std::hash::BuildHasherDefault<Plain>>;

/// Random numbers from a seed (splitmix64): equal seeds, equal samples.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(SPREAD);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * limit as u128) >> 64) as usize
    }
}
