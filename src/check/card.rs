//! Payment cards: a known range, the length of its scheme, Luhn.
//!
//! In:      12 to 19 digits with separators already removed.
//! Source:  ISO/IEC 7812-1; published ranges of the schemes.
//! Weights: see `luhn`.
//! Misses:  see `luhn`.
//! Chance:  4 in 100 random strings of 16 digits.

use super::digits::value;
use super::luhn::luhn;
use super::{Input, Verdict, placeholder};

/// First four digits (from, to) and lengths (from, to) of each range.
const RANGES: &[(u64, u64, usize, usize)] = &[
    (2200, 2204, 16, 19), // MIR
    (2221, 2720, 16, 16), // Mastercard
    (3000, 3059, 14, 19), // Diners Club
    (3400, 3499, 15, 15), // American Express
    (3528, 3589, 16, 19), // JCB
    (3600, 3699, 14, 19), // Diners Club
    (3700, 3799, 15, 15), // American Express
    (3800, 3999, 14, 19), // Diners Club
    (4000, 4999, 13, 13), // Visa
    (4000, 4999, 16, 16), // Visa
    (4000, 4999, 18, 19), // Visa
    (5000, 5099, 12, 19), // Maestro, Korti Milli
    (5100, 5599, 16, 16), // Mastercard
    (5600, 6999, 12, 19), // Maestro, UnionPay, Discover
    (8100, 8199, 14, 19), // UnionPay
    (8600, 8600, 16, 16), // UzCard
    (9051, 9051, 16, 16), // ArCa
    (9112, 9112, 16, 16), // BELCARD
    (9417, 9417, 16, 16), // Elcart
    (9860, 9860, 16, 16), // HUMO
];

/// Card number.
pub(crate) fn card(input: &Input<'_>) -> Verdict {
    let digits = input.normal;
    let length = digits.len();
    if !(12..=19).contains(&length) || !digits.iter().all(u8::is_ascii_digit) || placeholder(digits) {
        return Verdict::Fails;
    }
    let Some(&[a, b, c, d]) = digits.first_chunk::<4>() else {
        return Verdict::Fails;
    };
    let prefix = value(&[a - b'0', b - b'0', c - b'0', d - b'0']);
    let known = RANGES.iter().any(|(from, to, shortest, longest)| {
        (*from..=*to).contains(&prefix) && (*shortest..=*longest).contains(&length)
    });
    Verdict::of(known && luhn(digits))
}

/// Card numbers that schemes and payment services publish for tests.
const PUBLISHED: &[&[u8]] = &[
    b"2200000000000004",
    b"2200000000000053",
    b"2200770212727079",
    b"2202474301322987",
    b"2222400010000008",
    b"2222400070000005",
    b"2223000048400011",
    b"2223003122003222",
    b"3056930009020004",
    b"30569309025904",
    b"3530111333300000",
    b"3566002020360505",
    b"36006666333344",
    b"36227206271667",
    b"370000000000002",
    b"371449635398431",
    b"378282246310005",
    b"378734493671000",
    b"38520000023237",
    b"4000000000000002",
    b"4000000000000069",
    b"4000000000000119",
    b"4000000000000127",
    b"4000000000000341",
    b"4000000000003055",
    b"4000000000003063",
    b"4000000000003089",
    b"4000000000003220",
    b"4000000000009979",
    b"4000000000009987",
    b"4000000000009995",
    b"4000002500003155",
    b"4000002760003184",
    b"4000056655665556",
    b"4012888888881881",
    b"4111111111111111",
    b"4111111145551142",
    b"4166676667666746",
    b"4222222222222",
    b"4242424242424242",
    b"4300000000000777",
    b"4646464646464644",
    b"4793128161644804",
    b"4917610000000000",
    b"4988438843884305",
    b"5000000000000108",
    b"5105105105105100",
    b"5136333333333335",
    b"5200828282828210",
    b"5431111111111111",
    b"5454545454545454",
    b"5555555555554444",
    b"5555555555554477",
    b"5555555555555599",
    b"5577000055770004",
    b"6011000990139424",
    b"6011111111111117",
    b"6200000000000005",
    b"6304000000000000",
    b"6771798021000008",
];

/// Whether the ASCII digits are a published test card: nobody's money.
pub fn card_is_published_test(digits: &[u8]) -> bool {
    PUBLISHED.binary_search(&digits).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, holds, missed, random_digits};
    use super::*;

    #[test]
    fn cards() {
        all_hold(
            card,
            &["2200707666539030", "2204248222844016", "4400432241365033", "2221153906899816", "2720885463489657"],
        );
        all_hold(
            card,
            &["6200838958019048898", "340019512964973", "3528515320632585", "9860821139470222", "8600616319770251"],
        );
        all_hold(card, &["9112200380488041", "676371817337252055"]);
        all_fail(
            card,
            &["4400912499059264", "0000000000000000", "1111111111111111", "1234567890123452", "1698142529808706"],
        );
        all_fail(card, &["7742674650275589", "359814840327143", "", "42", "44004322413650330000"]);
        assert_eq!(missed(card, "4400432241365033"), []);
    }

    #[test]
    fn chance() {
        let passed = random_digits(50_000, 16).iter().filter(|text| holds(card, text)).count();
        assert!((1750..2150).contains(&passed), "{passed}");
    }

    #[test]
    fn published_cards() {
        assert!(PUBLISHED.is_sorted());
        assert!(PUBLISHED.iter().all(|digits| luhn(digits)), "{:?}", PUBLISHED.iter().find(|digits| !luhn(digits)));
        assert!(card_is_published_test(b"4111111111111111") && !card_is_published_test(b"4400432241365033"));
    }
}
