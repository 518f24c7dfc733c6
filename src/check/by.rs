//! Belarus: the personal number, the taxpayer number (UNP), passports and plates.
//!
//! In:      Latin capitals and digits without separators (Cyrillic twins are accepted).
//! Source:  ICAO Doc 9303 for the personal number's digit; rules of the Ministry of Taxes for the UNP.
//! Weights: personal number 7, 3, 1 over 13 characters, modulo 10; UNP 29,23,19,17,13,7,5,3, modulo 11, 10 is never issued.
//! Misses:  personal number: letters 10 apart (A for K); UNP: no single digit.
//! Chance:  personal number below 1 in 10 000 000 of random strings; UNP 8 in 100.

use super::Day;
use super::digits::{birth, century, pair, placeholder, weighted};
use super::icao::ends_with_731;
use super::letters::{Folded, fits, not_zero};
use super::{Input, Verdict};

/// Personal number: the older layout holds a date of birth, the newer one (first digit 7, letter A, `PB`) does not.
pub(crate) fn personal_number(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let text = folded.as_bytes();
    if !fits(text, b"9999999A999AA9", b"ABCEHKMPI") || !ends_with_731(text) {
        return Verdict::Fails;
    }
    let (Some(front), Some(&region), Some(status)) = (text.first_chunk::<7>(), text.get(7), text.get(11..13)) else {
        return Verdict::Fails;
    };
    let d = front.map(|byte| byte - b'0');
    let dated = century(d[0]).is_some_and(|century| {
        let year = century + u16::from(pair(d[5], d[6]));
        // A birth in the future is odd, but the form with its control digit is proof enough to say so.
        year >= 1900 && birth(year, pair(d[3], d[4]), pair(d[1], d[2]), Day::new(2100, 1, 1))
    });
    let older = dated && b"ABCEHKM".contains(&region) && matches!(status, b"PB" | b"BA" | b"BI");
    let newer = d[0] == 7 && region == b'A' && status == b"PB";
    Verdict::of(older || newer)
}

/// Passport: one of the known series and seven digits.
pub(crate) fn passport(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let Some((series, number)) = folded.as_bytes().split_at_checked(2) else {
        return Verdict::Fails;
    };
    let known = matches!(series, b"AB" | b"BM" | b"HB" | b"KH" | b"MP" | b"MC" | b"KB" | b"PP" | b"SP" | b"DP");
    Verdict::of(known && fits(number, b"9999999", b"") && not_zero(number))
}

/// UNP: nine digits, or two letters and seven digits for persons. The first digit is not limited to the regions 1 to 7.
pub(crate) fn unp(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let text = folded.as_bytes();
    let shape = fits(text, b"999999999", b"") || fits(text, b"AA9999999", b"ABCEHKMOPT");
    let Some(&[first, second, ref rest @ .., last]) = text.first_chunk::<9>() else {
        return Verdict::Fails;
    };
    if !shape || placeholder(text) || !not_zero(rest) {
        return Verdict::Fails;
    }
    let first = match first {
        b'0'..=b'9' => first - b'0',
        // The second alphabet is longer than the first.
        letter if b"ABCEHKM".contains(&letter) => letter - b'A' + 10,
        _ => return Verdict::Fails,
    };
    let second = match second {
        b'0'..=b'9' => second - b'0',
        letter => b"ABCEHKMOPT".iter().position(|known| *known == letter).unwrap_or_default() as u8,
    };
    let rest = rest.map(|byte| byte - b'0');
    let sum = weighted(&[first, second], &[29, 23]) + weighted(&rest, &[19, 17, 13, 7, 5, 3]);
    Verdict::of(sum % 11 == u32::from(last - b'0'))
}

/// Plate: `1234AB7`, `AB12347` (lorries) or `A1234B7` (trailers), region 1 to 7.
pub(crate) fn vehicle_plate(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let Some((b'1'..=b'7', front)) = folded.as_bytes().split_last() else {
        return Verdict::Fails;
    };
    let shape = |picture| fits(front, picture, b"ABCEHIKMOPTX");
    let digits = front.iter().filter(|byte| byte.is_ascii_digit()).any(|digit| *digit != b'0');
    Verdict::of((shape(b"9999AA") || shape(b"AA9999") || shape(b"A9999A")) && digits)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, missed};
    use super::*;

    #[test]
    fn personal_numbers() {
        all_hold(
            personal_number,
            &["3120667C906PB4", "4030892A994PB4", "5180504H950PB6", "3090970A948BA6", "3170360K911BI2"],
        );
        all_hold(personal_number, &["7049911A783PB5", "7459028A501PB7", "3111078K947ВI0", "3220793C970BA5"]);
        all_fail(
            personal_number,
            &["0000000A000PB2", "3070760A943PB4", "4141167C986BI7", "7180070A652PB7", "3310279A901PB1"],
        );
        all_fail(
            personal_number,
            &["3011379A901PB2", "8010179A901PB4", "0010179A901PB8", "3010179D901PB8", "3010179A901PX3"],
        );
        all_fail(personal_number, &["4190271C909PB", "3240268M911BI1X9", ""]);
        length_matters(personal_number, "3120667C906PB4");
        assert_eq!(missed(personal_number, "3120667C906PB4"), []);
        assert_eq!(missed(personal_number, "7049911A783PB5"), []);
    }

    #[test]
    fn taxpayers() {
        all_hold(
            unp,
            &["100325912", "101528843", "101007741", "190542056", "800013732", "AM9164936", "KA1924029", "МС8767336"],
        );
        all_fail(unp, &["MB7414666", "381007094", "660525080", "164818820", "000000000", "123456789", "OA1924029", ""]);
        length_matters(unp, "100325912");
        assert_eq!(missed(unp, "100325912"), []);
    }

    #[test]
    fn documents() {
        all_hold(passport, &["MP1601998", "МР1234567", "PP3231338", "HB4591120", "KB2589745"]);
        all_fail(passport, &["MP123456", "MP12345678", "XX1234567", "MP0000000", "", "M"]);
        all_hold(vehicle_plate, &["1234AB7", "1234АВ7", "AB12341"]);
        all_fail(vehicle_plate, &["1234AB8", "1234AB0", "0000AB7", "1234AB", "1234QQ7", ""]);
    }
}
