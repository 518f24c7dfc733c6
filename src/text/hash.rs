//! A 64-bit hash for tables inside the program and for counting distinct values: fixed, so that runs agree; never
//! published, and no defence against chosen collisions, which here cost time or a count, not a finding.

use std::hash::Hasher;

const K: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads bytes over 64 bits.
#[inline]
pub fn spread(bytes: &[u8]) -> u64 {
    let fold = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        (wide as u64) ^ (wide >> 64) as u64
    };
    let mut state = K ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        state = fold(state ^ word, K ^ 0xA5A5_1234_9876_5551);
    }
    let tail = chunks.remainder().iter().fold(1u64, |word, &byte| word << 8 | u64::from(byte));
    fold(fold(state ^ tail, 0xD6E8_FEB8_6659_FD93), K)
}

/// Hasher for keys that are hashes already, and for short byte strings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= spread(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write_usize(&mut self, _: usize) {
        // The length of a byte string is part of its hash already.
    }
}
