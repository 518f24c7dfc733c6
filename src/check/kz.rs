//! Kazakhstan: the numbers of persons (IIN) and organisations (BIN), 12 digits with one rule, and documents without one.
//!
//! In:      digits with separators already removed; documents and plates in Latin capitals.
//! Source:  order 521 of the Minister of Internal Affairs, 29.06.2023 (IIN); order 423 of the Minister of Justice, 27.06.2023 (BIN).
//! Weights: 1..=11; if the remainder modulo 11 is 10, then 3..=11, 1, 2; 10 again means no such number exists.
//! Misses:  a change of the eleventh digit in the first pass (weight 11 is 0 modulo 11); about 9 in 100 other changes.
//! Chance:  about 1 in 11 random strings of 12 digits hold; with date, century and type 1 in 1057 (IIN) and 1 in 560 (BIN).

use super::digits::{birth, century, digits, number, pair, placeholder, weighted};
use super::letters::{Folded, fits, not_zero};
use super::{Day, Input, Verdict};

const FIRST: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/// The digits of `100644 100644`: what Git says of a file that stayed an ordinary one (gitdiffcore(7)), and a BIN otherwise.
const FILE_MODES: [u8; 12] = [1, 0, 0, 6, 4, 4, 1, 0, 0, 6, 4, 4];

/// Whether the twelfth digit is the control digit of the others.
fn controlled(digits: &[u8; 12]) -> bool {
    let remainder = match weighted(digits, &FIRST) % 11 {
        10 => weighted(digits, &SECOND) % 11,
        remainder => remainder,
    };
    // A remainder of 10 is no digit and never equal.
    u32::from(digits[11]) == remainder
}

/// Year and month of registration, type and sign of a BIN.
fn is_bin(d: &[u8; 12]) -> bool {
    matches!(pair(d[2], d[3]), 1..=12) && matches!(d[4], 4..=6) && d[5] <= 4
}

/// IIN that stands alone: born 1900 or later on a real day that is not in the future, control digit right.
pub(crate) fn iin(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<12>(input.normal) else {
        return Verdict::Fails;
    };
    let Some(century @ 1900..) = century(d[6]) else {
        return Verdict::Fails;
    };
    let year = century + u16::from(pair(d[0], d[1]));
    Verdict::of(birth(year, pair(d[2], d[3]), pair(d[4], d[5]), input.today) && controlled(&d))
}

/// The day of birth that an IIN tells, if it tells a real one. The number was checked before.
pub(crate) fn iin_born(normal: &[u8]) -> Option<Day> {
    let d = digits::<12>(normal)?;
    Day::real(century(d[6])? + u16::from(pair(d[0], d[1])), pair(d[2], d[3]), pair(d[4], d[5]))
}

/// IIN beside its keyword: since 2013 the digits are formally not tied to birth date and sex, so the control digit decides.
/// The seventh digit is 0 on numbers of foreigners. A well-formed BIN under a combined label is not an IIN.
pub(crate) fn iin_labelled(input: &Input<'_>) -> Verdict {
    Verdict::of(number::<12>(input.normal).is_some_and(|d| d[6] <= 6 && controlled(&d) && !is_bin(&d)))
}

/// BIN: month of registration 01 to 12, type 4 to 6, sign 0 to 4 (4 are farms under the rules of 2023), control digit right.
pub(crate) fn bin(input: &Input<'_>) -> Verdict {
    let holds = |d: &[u8; 12]| is_bin(d) && controlled(d) && *d != FILE_MODES;
    Verdict::of(number::<12>(input.normal).is_some_and(|d| holds(&d)))
}

/// Identity card: nine digits, the first 0 on current cards. Another first digit is not refused, only not confirmed.
pub(crate) fn id_card(input: &Input<'_>) -> Verdict {
    match number::<9>(input.normal) {
        Some([0, ..]) => Verdict::Holds,
        Some(_) => Verdict::NotCheckable,
        None => Verdict::Fails,
    }
}

/// Driving licence: nine digits, or two letters and six or seven digits; nothing to check but that they are not zeros.
pub(crate) fn driving_licence(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let number = match folded.as_bytes() {
        [first, second, number @ ..] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => number,
        number if number.len() == 9 => number,
        _ => return Verdict::Fails,
    };
    let fits = number.iter().all(u8::is_ascii_digit) && not_zero(number) && !all_equal(number);
    if fits { Verdict::NotCheckable } else { Verdict::Fails }
}

/// Passport: N (ordinary), D (diplomatic) or S (service) and eight digits. A Cyrillic Н that was folded to H is an N.
pub(crate) fn passport(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    match folded.as_bytes() {
        [b'N' | b'H' | b'D' | b'S', number @ ..] => {
            Verdict::of(digits::<8>(number).is_some() && not_zero(number) && !all_equal(number))
        }
        _ => Verdict::Fails,
    }
}

fn all_equal(number: &[u8]) -> bool {
    placeholder(number) && number.windows(2).all(|pair| pair.first() == pair.last())
}

/// Plate: `123ABC02` or `123AB02` with region 01 to 20 (since 2012); `A123BCD` or `A123BC` (1993 to 2012).
pub(crate) fn vehicle_plate(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let latin = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let plate = folded.as_bytes();
    let old = fits(plate, b"A999AAA", latin) || fits(plate, b"A999AA", latin);
    let new = fits(plate, b"999AAA99", latin) || fits(plate, b"999AA99", latin);
    let number_and_region = match plate {
        [number @ .., tens @ b'0'..=b'9', ones @ b'0'..=b'9'] if new => {
            let region = pair(tens - b'0', ones - b'0');
            not_zero(number.get(..3).unwrap_or_default()) && matches!(region, 1..=20)
        }
        [_, number @ ..] if old => not_zero(number.get(..3).unwrap_or_default()),
        _ => false,
    };
    Verdict::of(number_and_region)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, holds, length_matters, missed, random_digits, verdict};
    use super::*;

    #[test]
    fn iin_alone() {
        all_hold(
            iin,
            &["520110399194", "040608699358", "000229699053", "960229499872", "721203399680", "900101300017"],
        );
        all_fail(
            iin,
            &["771017499685", "620204363700", "851301399084", "850230399383", "850431399554", "850001399378"],
        );
        all_fail(iin, &["850100399871", "870725099458", "901213199749", "230505221312", "160640203228", "91062239973"]);
        all_fail(iin, &["000000000000", "111111111111", "123456789012", "", "90010130001a"]);
        length_matters(iin, "900101300017");
    }

    #[test]
    fn iin_in_the_future_fails() {
        // Born 31.12.2026, half a year after the tests' today.
        let future: Vec<String> = (0..10).map(|digit| format!("26123150001{digit}")).collect();
        assert!(future.iter().all(|text| !holds(iin, text)));
        assert!(future.iter().any(|text| holds(iin_labelled, text)));
    }

    #[test]
    fn iin_with_keyword() {
        all_hold(iin_labelled, &["520110399194", "870314099106", "851301399084", "050307599901", "781115399980"]);
        all_fail(iin_labelled, &["771017499685", "620204363700", "000000000000", "111111111111", "123456789012"]);
        all_fail(iin_labelled, &["160640203228", "200140737692", "91062239973"]);
    }

    #[test]
    fn control_digit_misses_the_eleventh_digit() {
        let missed = missed(iin, "900101300017");
        assert!(missed.iter().filter(|(position, _)| *position == 10).count() >= 8, "{missed:?}");
        assert!(missed.iter().all(|(position, _)| *position == 10), "{missed:?}");
    }

    #[test]
    fn chance() {
        let numbers = random_digits(200_000, 12);
        let passed = numbers.iter().filter(|text| holds(iin, text)).count();
        assert!((120..270).contains(&passed), "{passed}");
    }

    #[test]
    fn organisations() {
        all_hold(
            bin,
            &["130340020239", "971240001315", "940140000385", "941240000193", "020240000555", "980540000397"],
        );
        all_hold(bin, &["201140070266", "241263550031", "201064205434", "120140266131"]);
        all_fail(
            bin,
            &["191040298152", "131340657378", "130040404816", "130370838721", "130347443411", "511024399871"],
        );
        all_fail(bin, &["000000000000", "", "427583"]);
        length_matters(bin, "130340020239");
        assert!(missed(bin, "130340020239").iter().all(|(position, _)| *position == 10));
    }

    #[test]
    fn documents() {
        all_hold(id_card, &["055562848", "033185873", "010436577"]);
        all_fail(id_card, &["000000000", "04912345", "0491234567", "", "a55562848"]);
        assert_eq!(verdict(id_card, "912345670"), Verdict::NotCheckable);
        all_hold(passport, &["N12684851", "N12345670", "Н12345670", "H12345670", "N12345678"]);
        all_fail(passport, &["N1234567", "N123456789", "12345678", "N00000000", "Q12345670", ""]);
    }

    #[test]
    fn plates() {
        all_hold(vehicle_plate, &["123ABC02", "001KZT01", "777AAA20", "123AB09", "A123BCD", "A123BC", "902AZM14"]);
        all_fail(
            vehicle_plate,
            &["123ABC21", "123ABC00", "12ABC02", "123ЖЩЫ02", "123ABCD02", "000ABC02", "A000BC", ""],
        );
    }
}
