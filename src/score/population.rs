//! What the values around one say of it (identifiers 2.5), both ways.
//!
//! A check that one random number in ten passes proves nothing of one number, and everything when all numbers of a column
//! pass it: column evidence lifts. And a check that one in a thousand passes proves nothing when a stream holds a million
//! numbers and a thousand of them pass: chance explains the hits, and cancels or lowers them.
//!
//! Counts are over distinct values. Everything here is whole numbers, so that every machine decides the same.

use super::distinct::Distinct;
use crate::text::hash::Spread;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Distinct values of a field that are looked at.
const SAMPLE: usize = 64;
/// Fewer distinct values of a field prove nothing, whatever the chance.
const LEAST_VALUES: usize = 4;
/// The strongest chance, in millionths, at which a field's values can prove each other: weaker rules have no check digit,
/// and numbers that count up pass them in rows.
pub const MOST_CHANCE: u32 = 120_000;
/// From so many distinct candidates of a length on, chance is asked.
const LEAST_CANDIDATES: u64 = 200;
/// Distinct values counted exactly in a block; a sketch beyond.
const EXACT: usize = 1024;
/// Most fields counted in a block or stream.
const MOST_FIELDS: usize = 4096;
/// From so many values on, a block's own values can speak against lifting.
const OWN_VALUES: usize = 32;

/// Distinct values of one field that have a rule's shape, and how many of them pass its check.
///
/// The values with the smallest hashes are kept: a fair sample of the distinct ones, whatever their order and however
/// they are parted, and all of them up to its size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Hashes in order; the lowest bit says whether the value passes.
    kept: Vec<u64>,
}

impl Sample {
    /// Counts a value.
    pub fn add(&mut self, hash: u64, passes: bool) {
        self.put(hash & !1 | u64::from(passes));
    }

    fn put(&mut self, entry: u64) {
        if self.kept.len() >= SAMPLE && self.kept.last().is_some_and(|last| entry | 1 > *last) {
            return;
        }
        let place = self.kept.partition_point(|&known| known | 1 < entry | 1);
        if self.kept.get(place).is_some_and(|&known| known | 1 == entry | 1) {
            return;
        }
        self.kept.insert(place, entry);
        self.kept.truncate(SAMPLE);
    }

    /// Counts all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        other.kept.iter().for_each(|&entry| self.put(entry));
    }

    /// Values looked at, and those that pass.
    pub fn counts(&self) -> (usize, usize) {
        (self.kept.len(), self.kept.iter().filter(|entry| **entry & 1 == 1).count())
    }

    /// Whether the values prove that the field holds what the rule looks for; `chance` is in millionths.
    pub fn lifts(&self, chance: u32) -> bool {
        let (values, passing) = self.counts();
        lifts(values, passing, chance)
    }

    /// Whether most values speak against it.
    pub fn doubts(&self) -> bool {
        let (values, passing) = self.counts();
        values >= OWN_VALUES && passing * 10 < values * 9
    }
}

/// Whether `passing` of `values` distinct values are too many for chance (a tail of less than one in a million) and
/// nearly all (nine of ten). `chance` is in millionths.
pub fn lifts(values: usize, passing: usize, chance: u32) -> bool {
    values >= LEAST_VALUES
        && passing * 10 >= values * 9
        && chance <= MOST_CHANCE
        && tail(values, passing, chance) < 1_000
}

/// The chance that at least `passing` of `values` values pass a check that `chance` millionths of all pass; in
/// milliardths, rounded up. At most [`SAMPLE`] values.
fn tail(values: usize, passing: usize, chance: u32) -> u64 {
    const ONE: u128 = 1 << 60;
    let (pass, fail) = (u128::from(chance.max(1)), 1_000_000 - u128::from(chance.clamp(1, 999_999)));
    let up = |value: u128, times: u128, by: u128| (value * times).div_ceil(by);
    let mut term = (0..values).fold(ONE, |term, _| up(term, fail, 1_000_000));
    let mut sum = 0;
    for count in 0..=values {
        if count >= passing {
            sum += term;
        }
        term = up(term, (values - count) as u128 * pass, (count as u128 + 1) * fail);
    }
    // Rounding up never makes a tail smaller; exactly one in a million is not less than it.
    up(sum, 1_000_000_000, ONE).min(1_000_000_000) as u64
}

/// What chance says of values that pass a strong check and have nothing else to speak for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chance {
    /// There are too few candidates, or too many pass: they stand.
    #[default]
    Stands,
    /// As many pass as chance lets pass, but less than one was to be expected: one level down.
    Doubts,
    /// Chance explains them.
    Explains,
}

/// Asks whether `passing` distinct values out of `candidates` are more than chance lets pass (Poisson, one in a thousand).
/// `chance` is in milliardths; `estimated` says that a count comes from a sketch, with an error of a few hundredths.
pub fn chance(candidates: u64, passing: u64, chance: u64, estimated: bool) -> Chance {
    if candidates < LEAST_CANDIDATES || passing == 0 {
        return Chance::Stands;
    }
    let percent = if estimated { 110 } else { 100 };
    // The number to be expected, in 1/65,536.
    let expected = u128::from(candidates) * u128::from(chance) * 65_536 * percent / 100_000_000_000;
    if !may_be_chance(expected.max(1), passing) {
        return Chance::Stands;
    }
    if expected >= 65_536 { Chance::Explains } else { Chance::Doubts }
}

/// Whether a Poisson number whose mean is `mean` 1/65,536 is `passing` or more at least once in a thousand times.
fn may_be_chance(mean: u128, passing: u64) -> bool {
    const ONE: u128 = 1 << 60;
    let passing = u128::from(passing);
    let middle = mean >> 16;
    if passing <= middle {
        return true;
    }
    // Weights beside the middle; what is too small to count ends each side.
    let (mut total, mut above) = (ONE, 0);
    let (mut weight, mut count) = (ONE, middle);
    while weight > 0 {
        count += 1;
        weight = weight * mean / (count << 16);
        total += weight;
        if count >= passing {
            above += weight;
        }
    }
    (weight, count) = (ONE, middle);
    while weight > 0 && count > 0 {
        weight = weight * (count << 16) / mean;
        count -= 1;
        total += weight;
    }
    above * 1000 > total
}

/// Lengths of digits that candidates are counted by.
const LENGTHS: usize = 32;

/// What a block, or a stream so far, has counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// By rule and field.
    fields: HashMap<u64, Sample, BuildHasherDefault<Spread>>,
    /// Distinct candidates by number of digits.
    candidates: Vec<Distinct>,
    /// Distinct values by rule that pass a strong check and have no keyword or field.
    passing: HashMap<u16, Distinct, BuildHasherDefault<Spread>>,
    /// Values that could not be counted or kept: there were too many fields, or too many of them.
    pub dropped: u64,
}

impl Counts {
    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.candidates.is_empty() && self.passing.is_empty() && self.dropped == 0
    }

    /// Counts a value of a field that has a rule's shape. Gives whether it may be lifted yet.
    pub fn value(&mut self, rule: u16, field: u64, hash: u64, passes: bool) -> bool {
        let key = key(rule, field);
        if self.fields.len() >= MOST_FIELDS && !self.fields.contains_key(&key) {
            self.dropped += u64::from(passes);
            return false;
        }
        let sample = self.fields.entry(key).or_default();
        sample.add(hash, passes);
        !sample.doubts()
    }

    /// Counts a number of so many digits.
    pub fn candidate(&mut self, digits: usize, hash: u64) {
        if self.candidates.is_empty() {
            self.candidates.resize(LENGTHS, Distinct::default());
        }
        if let Some(distinct) = self.candidates.get_mut(digits) {
            distinct.add(hash, EXACT);
        }
    }

    /// Counts a value that passes a strong check and has no keyword or field.
    pub fn passing(&mut self, rule: u16, hash: u64) {
        self.passing.entry(rule).or_default().add(hash, EXACT);
    }

    /// Counts all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (&key, sample) in &other.fields {
            if let Some(own) = self.fields.get_mut(&key) {
                own.merge(sample);
            } else if self.fields.len() < 4 * MOST_FIELDS {
                self.fields.insert(key, sample.clone());
            }
        }
        if !other.candidates.is_empty() && self.candidates.is_empty() {
            self.candidates.resize(LENGTHS, Distinct::default());
        }
        for (own, other) in self.candidates.iter_mut().zip(&other.candidates) {
            own.merge(other, EXACT);
        }
        for (&rule, distinct) in &other.passing {
            self.passing.entry(rule).or_default().merge(distinct, EXACT);
        }
        self.dropped += other.dropped;
    }

    /// What the values of a field say of it.
    pub fn sample(&self, rule: u16, field: u64) -> Option<&Sample> {
        self.fields.get(&key(rule, field))
    }

    /// What chance says of a rule's values of so many digits; its `chance` is in milliardths.
    pub fn chance(&self, rule: u16, digits: usize, chance_of_one: u64) -> Chance {
        let Some(candidates) = self.candidates.get(digits) else { return Chance::Stands };
        let Some(passing) = self.passing.get(&rule) else { return Chance::Stands };
        let ((candidates, rough), (passing, also)) = (candidates.count(), passing.count());
        chance(candidates, passing, chance_of_one, rough || also)
    }
}

fn key(rule: u16, field: u64) -> u64 {
    (field ^ u64::from(rule)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) ^ u64::from(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_the_table_says_lift() {
        // identifiers 2.5: 7 of 7 or 9 of 10 at a tenth, 4 of 4 at a hundredth or two, 5 to 6 at 0.046 or 0.08.
        for (values, passing, chance, want) in [
            (7, 7, 100_000, true),
            (6, 6, 100_000, false),
            (10, 9, 100_000, true),
            (10, 8, 100_000, false),
            (9, 8, 100_000, false),
            (4, 4, 10_000, true),
            (4, 4, 20_000, true),
            (3, 3, 10_000, false),
            (3, 3, 100, false),
            (5, 5, 46_000, true),
            (4, 4, 46_000, false),
            (6, 6, 80_000, true),
            (5, 5, 80_000, false),
            (64, 58, 100_000, true),
            (64, 57, 100_000, false),
            (64, 64, 300_000, false),
            (0, 0, 100_000, false),
        ] {
            assert_eq!(lifts(values, passing, chance), want, "{passing} of {values} at {chance}");
        }
    }

    #[test]
    fn chance_explains_what_it_lets_pass() {
        const IIN: u64 = 950_000;
        for (candidates, passing, want) in [
            (199, 1, Chance::Stands),
            (200, 1, Chance::Doubts),
            (200, 4, Chance::Stands),
            (200, 0, Chance::Stands),
            (1_000, 1, Chance::Doubts),
            (2_000, 2, Chance::Explains),
            (2_000, 7, Chance::Explains),
            (2_000, 8, Chance::Stands),
            (1_000_000, 950, Chance::Explains),
            (1_000_000, 1_040, Chance::Explains),
            (1_000_000, 1_060, Chance::Stands),
            (1_000_000, 10, Chance::Explains),
            (12_400, 12_400, Chance::Stands),
        ] {
            assert_eq!(chance(candidates, passing, IIN, false), want, "{passing} of {candidates}");
        }
        assert_eq!(chance(1_000_000, 1_060, IIN, true), Chance::Explains, "within the error of a sketch");
        assert_eq!(chance(10_000_000_000, 9_500_000, IIN, true), Chance::Explains);
    }

    #[test]
    fn samples_do_not_depend_on_order_or_parts() {
        let hash =
            |n: u64| (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let mut whole = Sample::default();
        (0..5000).for_each(|n| whole.add(hash(n), n % 10 == 0));
        let mut parts: Vec<Sample> = vec![Sample::default(); 7];
        (0..5000).rev().for_each(|n| parts[n as usize % 7].add(hash(n), n % 10 == 0));
        (0..5000).rev().for_each(|n| parts[0].add(hash(n), n % 10 == 0));
        let mut merged = Sample::default();
        for part in &parts {
            merged.merge(part);
        }
        assert_eq!(merged, whole);
        let (values, passing) = whole.counts();
        assert!(values == SAMPLE && (1..16).contains(&passing), "{passing}");
        assert!(whole.doubts() && !whole.lifts(100_000));
    }

    #[test]
    fn counts_of_parts_add_up() {
        let mut whole = Counts::default();
        let mut parts = [Counts::default(), Counts::default()];
        for n in 0..3000u64 {
            let hash = crate::text::hash::spread(&n.to_le_bytes());
            for counts in [&mut whole, &mut parts[usize::from(n > 1200)]] {
                counts.candidate(12, hash);
                if n % 1000 == 0 {
                    counts.passing(3, hash);
                }
                counts.value(4, 17, hash, n % 50 != 0);
            }
        }
        let [mut merged, second] = parts;
        merged.merge(&second);
        assert_eq!(merged.sample(4, 17), whole.sample(4, 17));
        assert!(merged.sample(4, 17).is_some_and(|sample| sample.lifts(100_000)));
        for counts in [&merged, &whole] {
            assert_eq!(counts.chance(3, 12, 950_000), Chance::Explains);
            assert_eq!(counts.chance(3, 12, 1_000), Chance::Stands);
            assert_eq!(counts.chance(3, 13, 950_000), Chance::Stands);
        }
    }
}
