//! Russia, insurance number of a person (SNILS): nine digits and a control number of two.
//!
//! In:      11 digits with separators already removed.
//! Source:  rules of the Pension Fund (order 212н of the Ministry of Labour, 2016); numbers up to 001-001-998 have no control number.
//! Weights: 9..=1; sum modulo 101, where 100 is written 00.
//! Misses:  of single changes only the ninth digit where the sum is 100 or 101 (modulo 101), both written 00.
//! Chance:  1 in 107.

use super::digits::{number, pair, value, weighted};
use super::{Input, Verdict};

/// The last number that was issued without a control number.
const LAST_WITHOUT_CONTROL: u64 = 1_001_998;

/// What the rules say, not yet which of the two checks asks.
enum Kind {
    Controlled,
    /// So early that it has no control number.
    Early,
    Wrong,
}

fn kind(normal: &[u8]) -> Kind {
    let Some(d) = number::<11>(normal) else {
        return Kind::Wrong;
    };
    let [body @ .., tens, ones] = &d;
    // No body has three equal digits in a row; 000 at the start is a filler.
    if body.windows(3).any(|three| three.iter().all(|digit| Some(digit) == three.first())) {
        return Kind::Wrong;
    }
    if value(body) <= LAST_WITHOUT_CONTROL {
        return Kind::Early;
    }
    let control = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    if control == u32::from(pair(*tens, *ones)) { Kind::Controlled } else { Kind::Wrong }
}

/// SNILS that proves itself; a number without a control number cannot.
pub(crate) fn strict(input: &Input<'_>) -> Verdict {
    Verdict::of(matches!(kind(input.normal), Kind::Controlled))
}

/// SNILS beside its keyword: early numbers are not checkable.
pub(crate) fn labelled(input: &Input<'_>) -> Verdict {
    match kind(input.normal) {
        Kind::Controlled => Verdict::Holds,
        Kind::Early => Verdict::NotCheckable,
        Kind::Wrong => Verdict::Fails,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, holds, length_matters, missed, random_digits, verdict};
    use super::*;

    #[test]
    fn numbers() {
        all_hold(strict, &["10422907715", "12846233966", "10151673405", "11223344595"]);
        // Sums of 100, 101 and a remainder of 100 are all written 00.
        all_hold(strict, &["30150531500", "10443136000", "67722051300"]);
        all_fail(strict, &["17074690270", "13495819901", "11437229939", "00100199965", "00000000000", "109108391", ""]);
        length_matters(strict, "10422907715");
    }

    #[test]
    fn single_changes() {
        assert_eq!(missed(strict, "10422907715"), []);
        // The last digit has weight 1: a sum of 100 becomes 101, and both are written 00.
        assert_eq!(missed(strict, "67722051300"), [(8, '4')]);
    }

    #[test]
    fn early_numbers() {
        assert_eq!(verdict(strict, "00100199899"), Verdict::Fails);
        assert_eq!(verdict(labelled, "00100011112"), Verdict::Fails, "three equal digits");
        assert_eq!(verdict(labelled, "00100123411"), Verdict::NotCheckable);
        assert_eq!(verdict(labelled, "00012345612"), Verdict::Fails, "filler");
        assert_eq!(verdict(labelled, "10422907715"), Verdict::Holds);
    }

    #[test]
    fn chance() {
        let passed = random_digits(100_000, 11).iter().filter(|text| holds(strict, text)).count();
        assert!((800..1070).contains(&passed), "{passed}");
    }
}
