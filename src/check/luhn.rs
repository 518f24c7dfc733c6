//! Luhn digit, and the IMEI of a device that consists of it.
//!
//! In:      digits with separators already removed.
//! Source:  ISO/IEC 7812-1, annex B; 3GPP TS 23.003 for the IMEI (15 digits).
//! Weights: from the right 1, 2, 1, 2, ...; a product of two digits counts as the sum of its digits; the total is 0 modulo 10.
//! Misses:  no single change; of exchanged neighbours only 09 and 90.
//! Chance:  1 in 10.

use super::digits::number;
use super::{Input, Verdict};

/// Whether the last of the ASCII digits is the Luhn digit of the others. False for anything but digits and for nothing.
pub fn luhn(digits: &[u8]) -> bool {
    let mut sum = 0;
    let mut double = false;
    for byte in digits.iter().rev() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let digit = u32::from(byte - b'0');
        sum += match (double, digit) {
            (false, digit) => digit,
            (true, digit @ 0..=4) => digit * 2,
            (true, digit) => digit * 2 - 9,
        };
        double = !double;
    }
    !digits.is_empty() && sum % 10 == 0
}

/// IMEI: 15 digits with a Luhn digit. 16 digits are an IMEISV, which has none.
pub(crate) fn imei(input: &Input<'_>) -> Verdict {
    if number::<16>(input.normal).is_some() {
        return Verdict::NotCheckable;
    }
    Verdict::of(number::<15>(input.normal).is_some() && luhn(input.normal))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, missed};
    use super::*;

    #[test]
    fn published() {
        for text in ["4111111111111111", "79927398713", "0", "18"] {
            assert!(luhn(text.as_bytes()), "{text}");
        }
        for text in ["4111111111111112", "", "1", "1a", "٤١"] {
            assert!(!luhn(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn imei_numbers() {
        all_hold(imei, &["357353613011149", "356096503932897", "350785185146463", "351516065003378"]);
        all_fail(imei, &["351043677056141", "350198673105630", "354830998491032", "000000000000000", ""]);
        assert_eq!(missed(imei, "357353613011149"), []);
        length_matters(imei, "357353613011149");
    }
}
