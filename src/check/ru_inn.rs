//! Russia, taxpayer number (INN): 10 digits for organisations, 12 for persons.
//!
//! In:      digits with separators already removed.
//! Source:  order ММВ-7-6/435@ of the Federal Tax Service, 29.06.2012.
//! Weights: 10 digits: 2,4,10,3,5,9,4,6,8; 12 digits: 7 in front of these for digit 11, and 3,7 in front for digit 12;
//!          sum modulo 11 modulo 10.
//! Misses:  of single changes those that turn a remainder of 10 into 0 or back, about 1 in 50 (10 digits), hardly any (12).
//! Chance:  1 in 10 (organisations), 1 in 103 (persons).

use super::digits::{number, weighted};
use super::{Input, Verdict};

const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/// The control digit of the digits before it: the weights are aligned on the right.
fn control(digits: &[u8]) -> u8 {
    let skip = WEIGHTS.len().saturating_sub(digits.len());
    (weighted(digits, WEIGHTS.get(skip..).unwrap_or_default()) % 11 % 10) as u8
}

/// INN of an organisation: ten digits, region not 00.
pub(crate) fn organisation(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<10>(input.normal) else {
        return Verdict::Fails;
    };
    let [body @ .., last] = &d;
    Verdict::of(d[..2] != [0, 0] && control(body) == *last)
}

/// INN of a person: twelve digits, region not 00.
pub(crate) fn person(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<12>(input.normal) else {
        return Verdict::Fails;
    };
    let [body @ .., eleventh, last] = &d;
    let [front @ .., _] = &d;
    Verdict::of(d[..2] != [0, 0] && control(body) == *eleventh && control(front) == *last)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, holds, length_matters, missed, random_digits};
    use super::*;

    #[test]
    fn organisations() {
        all_hold(organisation, &["7707083893", "7736050003", "7736207543", "7717586110", "7740000076", "6670642565"]);
        all_fail(organisation, &["7701116864", "2310546122", "0000000000", "", "770708389", "٧٧٠٧٠٨٣٨٩٣"]);
        length_matters(organisation, "7707083893");
        // A remainder of 10 is written 0, so a few single changes go unnoticed.
        assert_eq!(missed(organisation, "7707083893"), []);
        assert!(missed(organisation, "7717586110").len() <= 9);
        let passed = random_digits(50_000, 10).iter().filter(|text| holds(organisation, text)).count();
        assert!((4500..5500).contains(&passed), "{passed}");
    }

    #[test]
    fn persons() {
        all_hold(person, &["770191999585", "231029830378", "540657832607", "165586849000", "050134390594"]);
        all_fail(
            person,
            &["781091648311", "781098004450", "540620145713", "000000000000", "16557432219", "851215399285"],
        );
        length_matters(person, "770191999585");
        assert_eq!(missed(person, "770191999585"), []);
        let passed = random_digits(100_000, 12).iter().filter(|text| holds(person, text)).count();
        assert!((850..1150).contains(&passed), "{passed}");
    }
}
