//! Vehicle identification numbers: 17 characters.
//!
//! In:      Latin capitals and digits without separators.
//! Source:  ISO 3779; check digit by 49 CFR 565, mandatory in North America and China only.
//! Weights: 8,7,6,5,4,3,2,10,0,9,8,7,6,5,4,3,2; A-H 1-8, J-N 1-5, P 7, R 9, S-Z 2-9; sum modulo 11, 10 is written X.
//! Misses:  letters of one value (A, J and 1); no single digit.
//! Chance:  1 in 11 after alphabet and serial; without the digit all of these.

use super::{Input, Verdict};

const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// Value of a character; I, O and Q have none.
fn value(character: u8) -> Option<u32> {
    Some(match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        b'A'..=b'H' => u32::from(character - b'A') + 1,
        b'J'..=b'N' => u32::from(character - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => u32::from(character - b'S') + 2,
        _ => return None,
    })
}

/// The 17 characters, if the alphabet fits, letters and digits are mixed and the last four are digits.
fn well_formed(normal: &[u8]) -> Option<&[u8; 17]> {
    let vin: &[u8; 17] = normal.try_into().ok()?;
    let alphabet = vin.iter().all(|character| value(*character).is_some());
    let letters = vin.iter().any(u8::is_ascii_uppercase);
    let serial = vin[13..].iter().all(u8::is_ascii_digit) && vin[13..] != *b"0000";
    (alphabet && letters && serial).then_some(vin)
}

/// VIN that proves itself: the check digit holds, and the maker is of North America (1 to 5) or China (L), where it is
/// mandatory. Elsewhere a digit that holds is chance.
pub(crate) fn strict(input: &Input<'_>) -> Verdict {
    let Some(vin) = well_formed(input.normal) else {
        return Verdict::Fails;
    };
    let sum: u32 = vin.iter().zip(WEIGHTS).filter_map(|(character, weight)| Some(value(*character)? * weight)).sum();
    let check = match sum % 11 {
        10 => b'X',
        digit => b'0' + digit as u8,
    };
    let mandatory = matches!(vin[0], b'1'..=b'5' | b'L');
    // Tokens of hexadecimal digits are no VIN: one of these letters stands in the maker's or the model's code.
    let hexadecimal = vin.iter().all(u8::is_ascii_hexdigit);
    Verdict::of(mandatory && !hexadecimal && vin[8] == check)
}

/// VIN beside its keyword: makers for Russia, Kazakhstan and Europe mostly put something else in the ninth place.
pub(crate) fn labelled(input: &Input<'_>) -> Verdict {
    Verdict::of(well_formed(input.normal).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, missed};
    use super::*;

    #[test]
    fn numbers() {
        all_hold(
            strict,
            &["1M8GDM9AXKP042788", "1G1M8R4771P374807", "5YJDVL3A972110041", "2HGHDRUV9M5090609", "LVSCH9VW0DJ278309"],
        );
        all_fail(strict, &["12345678901234567", "ABCDEFGHJKLMNPRST", "11111111111111111", "1G1XZ6AW19W505322", ""]);
        all_fail(strict, &["A94A8FE5CCB19BA61", "1g1m8r4771p374807"]);
        all_hold(labelled, &["XTASEKBR5CS248093", "XTABN8ED4YS513137", "1M8GDM9AXKP042788"]);
        all_fail(
            labelled,
            &["XTA21O990Y1234567", "XTAI10990Y1234567", "XTAQ10990Y1234567", "XTAH5GMK83N21709", "XTALNRPT2WL4347819"],
        );
        length_matters(strict, "1M8GDM9AXKP042788");
        assert_eq!(missed(strict, "1M8GDM9AXKP042788"), []);
    }
}
