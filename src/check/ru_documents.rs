//! Russia, documents and codes that have a structure but no control digit, and the medical policy whose digit is Luhn's.
//!
//! In:      digits, or Cyrillic capitals and digits, with separators already removed.
//! Source:  passport: decree 2267, 23.12.2023; policy (ENP): order 79 of the federal fund, 07.04.2011 (HL7 Mod10 is Luhn for
//!          every input); KPP: order ММВ-7-6/435@, 29.06.2012; the others: forms of the documents.
//! Weights: see `luhn` for the policy; none for the others.
//! Misses:  everything that keeps the structure.
//! Chance:  policy 1 in 10; passport 1 in 3; the others nearly all digits.

use super::digits::{number, pair, value};
use super::letters::{Folded, fits, is_cyrillic_like, not_zero};
use super::luhn::luhn;
use super::{Input, Verdict};

/// The letters that plates and old licences use, in Latin.
pub(crate) const TWELVE: &[u8] = b"ABEKMHOPCTYX";

/// KPP: tax office of an existing region, reason (digits or Latin capitals), three digits.
pub(crate) fn kpp(input: &Input<'_>) -> Verdict {
    let code = input.normal;
    let shape = fits(code, b"9999AA999", b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    let region = code.get(..2).is_some_and(|region| region != b"00");
    let serial = code.get(6..).is_some_and(not_zero);
    Verdict::of(shape && region && serial && !super::placeholder(code))
}

/// Medical policy (ENP): 16 digits, region not 00, Luhn digit.
pub(crate) fn oms(input: &Input<'_>) -> Verdict {
    Verdict::of(number::<16>(input.normal).is_some_and(|d| d[..2] != [0, 0]) && luhn(input.normal))
}

/// Passport: region 01 to 99, year of the blank 97 to 99 or 00 to three years from now, number 000101 to 999999.
pub(crate) fn passport(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<10>(input.normal) else {
        return Verdict::Fails;
    };
    let year = pair(d[2], d[3]);
    let last = (input.today.year + 3) % 100;
    let plausible = pair(d[0], d[1]) != 0 && (year >= 97 || u16::from(year) <= last) && value(&d[4..]) >= 101;
    Verdict::of(plausible)
}

/// Passport whose blank would be of an impossible year: the rule for the year is uncertain, so it is not refused.
pub(crate) fn passport_labelled(input: &Input<'_>) -> Verdict {
    match number::<10>(input.normal) {
        Some(d) if pair(d[0], d[1]) != 0 && value(&d[4..]) >= 101 => Verdict::NotCheckable,
        _ => Verdict::Fails,
    }
}

/// Passport for travel abroad: series 50 to 79 and seven digits; another series is not refused, only not confirmed.
pub(crate) fn passport_intl(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<9>(input.normal) else {
        return Verdict::Fails;
    };
    match pair(d[0], d[1]) {
        0 => Verdict::Fails,
        _ if value(&d[2..]) == 0 => Verdict::Fails,
        50..=79 => Verdict::Holds,
        _ => Verdict::NotCheckable,
    }
}

/// Driving licence: region 01 to 99, two digits or two of the twelve letters, six digits.
pub(crate) fn driving_licence(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let licence = folded.as_bytes();
    let shape = number::<10>(licence).is_some() || fits(licence, b"99AA999999", TWELVE);
    let region = licence.get(..2).is_some_and(|region| region != b"00");
    Verdict::of(shape && region && licence.get(4..).is_some_and(not_zero))
}

/// Value of a Roman numeral from I to XXX, well formed.
fn roman(numeral: &[char]) -> Option<u32> {
    let tens = numeral.iter().take_while(|letter| **letter == 'X').count();
    let ones: String = numeral.iter().skip(tens).collect();
    let ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"].iter().position(|known| *known == ones)?;
    let value = u32::try_from(tens * 10 + ones).ok()?;
    (1..=30).contains(&value).then_some(value)
}

/// A letter of a Russian series: I belongs to the numeral.
fn is_russian(letter: char) -> bool {
    is_cyrillic_like(letter) && !matches!(letter, 'I' | 'І')
}

/// Birth certificate: a Roman numeral I to XXX (typed in Latin, in Cyrillic, or as 1, 11, 111), two Cyrillic letters, six digits.
pub(crate) fn birth_certificate(input: &Input<'_>) -> Verdict {
    let Ok(text) = std::str::from_utf8(input.normal) else {
        return Verdict::Fails;
    };
    if text.len() > 40 {
        return Verdict::Fails;
    }
    let letters: Vec<char> = text.chars().collect();
    let Some((front, number)) = letters.split_last_chunk::<6>() else {
        return Verdict::Fails;
    };
    let Some((numeral, series)) = front.split_last_chunk::<2>() else {
        return Verdict::Fails;
    };
    let numeral: Vec<char> = numeral
        .iter()
        .map(|letter| match letter {
            'І' | '1' => 'I',
            'Х' => 'X',
            'Ѵ' => 'V',
            letter => *letter,
        })
        .collect();
    let digits = number.iter().all(char::is_ascii_digit) && number.iter().any(|digit| *digit != '0');
    Verdict::of(roman(&numeral).is_some() && series.iter().all(|letter| is_russian(*letter)) && digits)
}

/// Military card: two Cyrillic letters and seven digits (soldiers) or six (officers).
pub(crate) fn military_id(input: &Input<'_>) -> Verdict {
    let Ok(text) = std::str::from_utf8(input.normal) else {
        return Verdict::Fails;
    };
    let digits = text.trim_start_matches(is_cyrillic_like);
    let letters = text.len() - digits.len();
    let series = text.get(..letters).is_some_and(|series| series.chars().count() == 2);
    let number = matches!(digits.len(), 6 | 7) && digits.bytes().all(|byte| byte.is_ascii_digit());
    Verdict::of(series && number && not_zero(digits.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, missed, verdict};
    use super::*;

    #[test]
    fn kpp_codes() {
        all_hold(kpp, &["770101001", "770150001", "781050001", "7701AB001"]);
        all_fail(kpp, &["77010100", "7701010010", "77AB01001", "000000000", "0001010AA", "123456789", "7701АВ001", ""]);
    }

    #[test]
    fn policies() {
        all_hold(oms, &["5432556648542718", "5465159361015390", "7758638878629506", "1663689595648425"]);
        all_fail(oms, &["7889032943461561", "7746697174511160", "0000000000000000", ""]);
        assert_eq!(missed(oms, "5432556648542718"), []);
        length_matters(oms, "5432556648542718");
    }

    #[test]
    fn passports() {
        all_hold(
            passport,
            &["4512386317", "6305537352", "4016654856", "2219549767", "9208603230", "4510123456", "4597123456"],
        );
        all_fail(passport, &["0010123457", "4510000000", "4560123457", "4510000100", "4530123457", "451123457", ""]);
        all_hold(passport, &["4510000101", "4529123457"]);
        length_matters(passport, "4512386317");
        all_hold(passport_intl, &["716100253", "769677414", "700204594", "626408024", "654091713"]);
        all_fail(passport_intl, &["70123456", "7011234567", "000000000", "700000000", ""]);
        assert_eq!(verdict(passport_intl, "121234567"), Verdict::NotCheckable);
    }

    #[test]
    fn licences() {
        all_hold(driving_licence, &["7712345678", "9912345678", "77УХ345678", "50АМ345678", "50AM345678"]);
        all_fail(driving_licence, &["991234567", "0000000000", "77ЯЯ345678", "7712000000", "0012345670", ""]);
    }

    #[test]
    fn birth_certificates() {
        all_hold(
            birth_certificate,
            &["IМЮ123457", "ІМЮ123457", "IVАК123457", "XIIБА543217", "ХІІБА543217", "IIIЖТ700123"],
        );
        all_hold(birth_certificate, &["1МЮ123457", "11МЮ123457", "IMЮ123457", "XXXАА123457", "VИК123457"]);
        all_fail(
            birth_certificate,
            &["IIIIМЮ123457", "IIМЮ12345", "IIМ123457", "XXXIАА123457", "МЮ123457", "IIМЮ1234567"],
        );
        all_fail(birth_certificate, &["IIМЮ000000", "VVАА123457", "IXXАА123457", "", "IQW123457"]);
    }

    #[test]
    fn military_cards() {
        all_hold(military_id, &["АН1234567", "АС1234567", "УР123457", "AK1234567", "АА0123457"]);
        all_fail(military_id, &["1234567", "АНК1234567", "АН0000000", "АН12345", "АН12345678", "QW1234567", ""]);
    }
}
