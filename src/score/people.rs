//! How many people the values of a scan belong to.
//!
//! Strong keys (one value is one person) in one record are joined, and records that share a strong key are. Exact up to
//! 65,536 strong values; beyond, groups are counted as values less joints, each by a sketch, and the error is stated.
//! Keys that several people may share never join groups: two people with one telephone are two.

use super::distinct::Distinct;
use crate::ledger::People;
use crate::text::hash::Spread;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Strong values that are joined exactly.
const EXACT: usize = 65_536;
/// Distinct medium values counted exactly.
const MEDIUM_EXACT: usize = 16_384;
/// The error of counts that come from sketches, in hundredths: three standard errors.
const ERROR_PERCENT: u64 = 5;

/// Counts people, record by record.
#[derive(Debug, Default)]
pub struct Census {
    /// Number of each strong value, and to whom it is joined; empty when there are too many.
    numbers: HashMap<u64, u32, BuildHasherDefault<Spread>>,
    joined_to: Vec<u32>,
    /// Strong values, once there are too many to be numbered.
    strong: Distinct,
    joints: Distinct,
    medium: Distinct,
    linked: Distinct,
    minors: Distinct,
    /// Distinct strong values by kind.
    by_kind: Vec<u64>,
    full: bool,
}

impl Census {
    /// Counts one record: its strong keys by kind, and its medium keys.
    pub fn record(&mut self, strong: &[(u16, u64)], medium: &[u64]) {
        for &value in medium {
            self.medium.add(value, MEDIUM_EXACT);
            if !strong.is_empty() {
                self.linked.add(value, MEDIUM_EXACT);
            }
        }
        let mut last: Option<(u64, Option<u32>)> = None;
        for &(kind, value) in strong {
            let number = self.number(kind, value);
            if let Some((last, known)) = last.filter(|(last, _)| *last != value) {
                let (low, high) = (last.min(value), last.max(value));
                self.joints.add(low.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ high, MEDIUM_EXACT);
                if let (Some(known), Some(number)) = (known, number) {
                    self.join(known, number);
                }
            }
            last = Some((value, number));
        }
    }

    /// Counts a value that says that its owner is under eighteen.
    pub fn minor(&mut self, value: u64) {
        self.minors.add(value, MEDIUM_EXACT);
    }

    /// The number of a strong value; none when there are too many.
    fn number(&mut self, kind: u16, value: u64) -> Option<u32> {
        if self.full {
            self.strong.add(value, MEDIUM_EXACT);
            return None;
        }
        let next = self.joined_to.len();
        let number = *self.numbers.entry(value).or_insert(next as u32);
        if (number as usize) < next {
            return Some(number);
        }
        if next >= EXACT {
            self.full = true;
            for value in std::mem::take(&mut self.numbers).into_keys() {
                self.strong.add(value, MEDIUM_EXACT);
            }
            self.joined_to = Vec::new();
            return None;
        }
        self.joined_to.push(number);
        let kind = usize::from(kind);
        if self.by_kind.len() <= kind {
            self.by_kind.resize(kind + 1, 0);
        }
        if let Some(count) = self.by_kind.get_mut(kind) {
            *count += 1;
        }
        Some(number)
    }

    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        if let Some(slot) = self.joined_to.get_mut(left.max(right) as usize) {
            *slot = left.min(right);
        }
    }

    fn root(&mut self, mut number: u32) -> u32 {
        loop {
            let Some(&next) = self.joined_to.get(number as usize) else { return number };
            if next == number {
                return number;
            }
            // Paths are halved on the way.
            let beyond = self.joined_to.get(next as usize).copied().unwrap_or(next);
            if let Some(slot) = self.joined_to.get_mut(number as usize) {
                *slot = beyond;
            }
            number = next;
        }
    }

    /// All that was counted.
    pub fn count(&self) -> People {
        let (medium, rough) = self.medium.count();
        let (linked, _) = self.linked.count();
        let (minors, also) = self.minors.count();
        let rough = self.full || rough || also;
        let (strong, _) = self.strong.count();
        let (joints, _) = self.joints.count();
        let roots = || self.joined_to.iter().enumerate().filter(|(number, to)| *number as u32 == **to).count() as u64;
        People {
            groups: if self.full { strong.saturating_sub(joints) } else { roots() },
            unlinked: medium.saturating_sub(linked),
            least: if self.full { None } else { Some(self.by_kind.iter().copied().max().unwrap_or(0)) },
            minors,
            error_percent: if rough { ERROR_PERCENT } else { 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hash::spread;

    fn hash(kind: u8, n: u64) -> u64 {
        spread(&[&[kind][..], &n.to_le_bytes()].concat())
    }

    #[test]
    fn records_that_share_a_strong_key_are_joined() {
        let mut census = Census::default();
        let strong = |kind: u8, n: u64| (u16::from(kind), hash(kind, n));
        census.record(&[strong(1, 1), strong(2, 1)], &[hash(9, 1)]);
        census.record(&[strong(2, 1), strong(3, 1)], &[]);
        census.record(&[strong(1, 2)], &[hash(9, 1)]);
        census.record(&[], &[hash(9, 7)]);
        let people = census.count();
        assert_eq!((people.groups, people.unlinked, people.least, people.error_percent), (2, 1, Some(2), 0));
    }

    #[test]
    fn many_people_are_estimated_within_the_error() {
        for total in [60_000u64, 300_000] {
            let mut census = Census::default();
            for row in 0..2 * total {
                let person = row % total;
                if person.is_multiple_of(2) {
                    census.record(&[(1, hash(1, person)), (2, hash(2, person))], &[]);
                } else {
                    census.record(&[(1, hash(1, person))], &[]);
                }
            }
            let people = census.count();
            assert!(people.groups.abs_diff(total) * 100 <= total * ERROR_PERCENT, "{total}: {people:?}");
            assert_eq!(people.error_percent, ERROR_PERCENT);
        }
    }
}
