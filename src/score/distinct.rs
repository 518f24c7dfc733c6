//! Distinct values, counted exactly up to a bound and by a sketch beyond it.
//!
//! The sketch is `HyperLogLog` (Flajolet, Fusy, Gandouet, Meunier 2007) with 4,096 registers: standard error
//! 1.04 / sqrt(4096) = 1.6 %.

use crate::text::hash::Spread;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

const REGISTER_BITS: u32 = 12;
const REGISTERS: usize = 1 << REGISTER_BITS;

/// Counts distinct hashes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Kept", try_from = "Kept")]
pub enum Distinct {
    /// All hashes.
    Exact(HashSet<u64, BuildHasherDefault<Spread>>),
    /// Registers.
    Sketch(Box<[u8; REGISTERS]>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact(HashSet::default())
    }
}

impl Distinct {
    /// Counts a hash; `bound` is the most that is kept exactly.
    pub fn add(&mut self, hash: u64, bound: usize) {
        match self {
            Self::Exact(set) => {
                set.insert(hash);
                if set.len() > bound {
                    let mut registers = Box::new([0; REGISTERS]);
                    for &hash in &*set {
                        note(&mut registers, hash);
                    }
                    *self = Self::Sketch(registers);
                }
            }
            Self::Sketch(registers) => note(registers, hash),
        }
    }

    /// Counts all that another one has counted.
    pub fn merge(&mut self, other: &Self, bound: usize) {
        match (&mut *self, other) {
            (_, Self::Exact(set)) => set.iter().for_each(|&hash| self.add(hash, bound)),
            (Self::Sketch(own), Self::Sketch(registers)) => {
                own.iter_mut().zip(registers.iter()).for_each(|(own, other)| *own = (*own).max(*other));
            }
            (Self::Exact(set), Self::Sketch(registers)) => {
                let mut merged = registers.clone();
                for &hash in &*set {
                    note(&mut merged, hash);
                }
                *self = Self::Sketch(merged);
            }
        }
    }

    /// How many among this many values, and whether that is an estimate: one is never more than what was counted.
    pub fn count_among(&self, values: u64) -> (u64, bool) {
        let (count, estimated) = self.count();
        (count.min(values), estimated)
    }

    /// How many, and whether that is an estimate, which may be a little more than what was counted.
    pub fn count(&self) -> (u64, bool) {
        match self {
            Self::Exact(set) => (set.len() as u64, false),
            Self::Sketch(registers) => (estimate(registers), true),
        }
    }
}

/// The form in which it is kept.
#[derive(Serialize, Deserialize)]
enum Kept {
    Exact(Vec<u64>),
    Sketch(Vec<u8>),
}

impl From<Distinct> for Kept {
    fn from(distinct: Distinct) -> Self {
        match distinct {
            Distinct::Exact(set) => Self::Exact(set.into_iter().collect()),
            Distinct::Sketch(registers) => Self::Sketch(registers.to_vec()),
        }
    }
}

impl TryFrom<Kept> for Distinct {
    type Error = &'static str;

    fn try_from(kept: Kept) -> Result<Self, Self::Error> {
        match kept {
            Kept::Exact(hashes) => Ok(Self::Exact(hashes.into_iter().collect())),
            Kept::Sketch(registers) => {
                let registers = registers.into_boxed_slice().try_into();
                registers.map(Self::Sketch).map_err(|_| "a sketch has 4,096 registers")
            }
        }
    }
}

fn note(registers: &mut [u8; REGISTERS], hash: u64) {
    let rank = (hash << REGISTER_BITS | 1 << (REGISTER_BITS - 1)).leading_zeros() as u8 + 1;
    if let Some(register) = registers.get_mut((hash >> (64 - REGISTER_BITS)) as usize) {
        *register = (*register).max(rank);
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn estimate(registers: &[u8; REGISTERS]) -> u64 {
    let count = REGISTERS as f64;
    let sum: f64 = registers.iter().map(|&rank| 2f64.powi(-i32::from(rank))).sum();
    let raw = 0.7213 / (1.0 + 1.079 / count) * count * count / sum;
    let empty = memchr::memchr_iter(0, registers).count();
    let value = if raw <= 2.5 * count && empty > 0 { count * (count / empty as f64).ln() } else { raw };
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u64) -> u64 {
        let mixed = (n ^ 0x1234_5678).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ mixed >> 32
    }

    #[test]
    fn counts_are_exact_up_to_the_bound_and_near_beyond() {
        for total in [0u64, 1, 4096, 4097, 12_400, 100_000, 1_000_000] {
            let mut distinct = Distinct::default();
            for n in 0..total {
                distinct.add(hash(n), 4096);
                distinct.add(hash(n), 4096);
            }
            let (count, estimated) = distinct.count();
            assert_eq!(estimated, total > 4096);
            assert!(count.abs_diff(total) * 100 <= total * if estimated { 5 } else { 0 }, "{total}: {count}");
        }
    }

    #[test]
    fn no_more_are_distinct_than_were_counted() {
        let mut distinct = Distinct::default();
        let mut above = 0;
        for n in 0..20_000 {
            distinct.add(hash(n), 4096);
            above += u32::from(distinct.count().0 > n + 1);
            assert!(distinct.count_among(n + 1).0 <= n + 1);
        }
        assert!(above > 0, "the sketch never overshot, so nothing was tried");
    }

    #[test]
    fn merging_counts_the_union() {
        for (left, right) in [(0..10, 5..20), (0..5000, 4000..6000), (0..100, 0..5000), (0..5000, 0..100)] {
            let fill = |range: std::ops::Range<u64>| {
                let mut distinct = Distinct::default();
                range.for_each(|n| distinct.add(hash(n), 4096));
                distinct
            };
            let mut merged = fill(left.clone());
            merged.merge(&fill(right.clone()), 4096);
            assert_eq!(merged.count(), fill(left.start.min(right.start)..left.end.max(right.end)).count());
        }
    }
}
