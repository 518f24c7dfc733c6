//! Ukraine: the taxpayer's card number (RNOKPP), the code of an organisation (EDRPOU), the record number (UNZR), documents, plates.
//!
//! In:      digits, or letters and digits, with separators already removed.
//! Source:  tax service order 822 (RNOKPP); practice of the state register (EDRPOU); resolution 302 of 25.03.2015 (documents, UNZR).
//! Weights: RNOKPP -1,5,7,9,4,6,10,5,7, modulo 11 modulo 10; EDRPOU 1..=7, or 7,1..=6 from 30000000 to 60000000, modulo 11, on 10
//!          again with every weight 2 higher; UNZR probably 7, 3, 1.
//! Misses:  RNOKPP and EDRPOU: a remainder of 10 for one of 0; the UNZR's rule is not published, so it never refuses.
//! Chance:  RNOKPP 46 in 1000; EDRPOU 1 in 10; UNZR 5 in 10 000.

use super::digits::{birth, number, pair, value, weighted};
use super::icao::ends_with_731;
use super::letters::{Folded, fits, not_zero};
use super::{Day, Input, Verdict};

/// RNOKPP: days since 31.12.1899 (not 0, not in the future), serial, control digit.
pub(crate) fn rnokpp(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<10>(input.normal) else {
        return Verdict::Fails;
    };
    let born = value(&d[..5]);
    let in_time = born >= 1 && born <= u64::from(input.today.since_1900());
    // Weight -1 is 10 modulo 11.
    let control = weighted(&d, &[10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10;
    Verdict::of(in_time && control == u32::from(d[9]))
}

/// Whether eight digits are a day from 1990 to 2035.
fn is_recent_date(d: [u8; 8]) -> bool {
    let year = u16::from(pair(d[0], d[1])) * 100 + u16::from(pair(d[2], d[3]));
    (1990..=2035).contains(&year) && Day::real(year, pair(d[4], d[5]), pair(d[6], d[7])).is_some()
}

/// EDRPOU that does not read as a date.
pub(crate) fn edrpou(input: &Input<'_>) -> Verdict {
    match number::<8>(input.normal) {
        Some(d) if is_recent_date(d) => Verdict::Fails,
        _ => edrpou_labelled(input),
    }
}

/// EDRPOU beside its keyword.
pub(crate) fn edrpou_labelled(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<8>(input.normal) else {
        return Verdict::Fails;
    };
    let middle = (30_000_000..=60_000_000).contains(&value(&d));
    let weights = if middle { [7, 1, 2, 3, 4, 5, 6] } else { [1, 2, 3, 4, 5, 6, 7] };
    let control = match weighted(&d, &weights) % 11 {
        10 => weighted(&d, &weights.map(|weight| weight + 2)) % 11 % 10,
        control => control,
    };
    Verdict::of(control == u32::from(d[7]))
}

/// Passport: two letters (Cyrillic in the booklet, Latin for travel abroad) and six digits.
pub(crate) fn passport(input: &Input<'_>) -> Verdict {
    let Ok(text) = std::str::from_utf8(input.normal) else {
        return Verdict::Fails;
    };
    let digits =
        text.trim_start_matches(|letter: char| matches!(letter, 'A'..='Z' | 'А'..='Я' | 'І' | 'Ї' | 'Є' | 'Ґ'));
    let series = text.get(..text.len() - digits.len()).is_some_and(|series| series.chars().count() == 2);
    Verdict::of(series && fits(digits.as_bytes(), b"999999", b"") && not_zero(digits.as_bytes()))
}

/// ID card: nine digits, counted up from 000000001; those above 010000000 are Kazakhstan's too.
pub(crate) fn id_card(input: &Input<'_>) -> Verdict {
    Verdict::of(matches!(number::<9>(input.normal), Some([0, 0, ..])))
}

/// ID card beside a word for it: the count will pass ten million, and not a hundred million.
pub(crate) fn id_card_labelled(input: &Input<'_>) -> Verdict {
    Verdict::of(matches!(number::<9>(input.normal), Some([0, ..])))
}

/// Year of birth of a UNZR whose date is real, from 1900 and not in the future.
fn born(input: &Input<'_>) -> Option<u16> {
    let d = number::<13>(input.normal)?;
    let year = u16::from(pair(d[0], d[1])) * 100 + u16::from(pair(d[2], d[3]));
    (year >= 1900 && birth(year, pair(d[4], d[5]), pair(d[6], d[7]), input.today)).then_some(year)
}

/// UNZR without a keyword: born at least 14 years ago (a later date is rather that of a build or a file); a wrong control
/// digit does not refuse, because its rule is not published.
pub(crate) fn unzr(input: &Input<'_>) -> Verdict {
    match born(input) {
        Some(year) if year + 14 > input.today.year => Verdict::Fails,
        Some(_) if ends_with_731(input.normal) => Verdict::Holds,
        Some(_) => Verdict::NotCheckable,
        None => Verdict::Fails,
    }
}

/// UNZR beside its keyword: the date decides.
pub(crate) fn unzr_labelled(input: &Input<'_>) -> Verdict {
    Verdict::of(born(input).is_some())
}

/// Plate: `AA1234BB`, with the twelve letters that have a Latin twin, I among them.
pub(crate) fn vehicle_plate(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let plate = folded.as_bytes();
    Verdict::of(fits(plate, b"AA9999AA", b"ABEIKMHOPCTX") && plate.get(2..6).is_some_and(not_zero))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, holds, length_matters, missed, random_digits, verdict};
    use super::*;

    #[test]
    fn persons() {
        all_hold(rnokpp, &["1844182273", "2965847225", "3817709759", "2181710388", "3123423430"]);
        all_fail(rnokpp, &["1826849814", "3739971371", "5500098251", "0000062024", "0000000000", "300596289", ""]);
        length_matters(rnokpp, "1844182273");
        assert_eq!(missed(rnokpp, "1844182273"), []);
        let passed = random_digits(50_000, 10).iter().filter(|text| holds(rnokpp, text)).count();
        assert!((2050..2600).contains(&passed), "{passed}");
    }

    #[test]
    fn organisations() {
        all_hold(
            edrpou,
            &["14360570", "20077720", "21673832", "31316718", "21560045", "40075815", "00032129", "00032106"],
        );
        all_fail(edrpou, &["47550740", "41187159", "48964305", "00000000", "20250319", ""]);
        assert!(holds(edrpou_labelled, "20250319"));
        length_matters(edrpou, "14360570");
        assert!(missed(edrpou, "31316718").len() <= 8, "{:?}", missed(edrpou, "31316718"));
    }

    #[test]
    fn documents() {
        all_hold(passport, &["КВ123457", "МЕ123457", "FA123457", "АЕ123457", "ІА123457"]);
        all_fail(passport, &["КВ12345", "КВ1234567", "КВ000000", "К123457", "КВВ123457", ""]);
        all_hold(id_card, &["006299256", "009630204"]);
        all_fail(id_card, &["00123456", "0012345678", "000000000", ""]);
        all_fail(id_card, &["012345670", "112345670"]);
        all_hold(id_card_labelled, &["012345670", "006299256"]);
        all_fail(id_card_labelled, &["112345670", "000000000"]);
        all_hold(vehicle_plate, &["АА1234ВВ", "AA1234BB", "КІ0001ХХ"]);
        all_fail(vehicle_plate, &["АА0000ВВ", "АД1234ВВ", "АА123ВВ", ""]);
    }

    #[test]
    fn record_numbers() {
        all_hold(unzr, &["1953032661581", "1950040458730", "1987092347475", "2004111735312"]);
        all_fail(
            unzr,
            &["1985130112345", "1985023012345", "2985010112345", "1785010112345", "2025031412345", "197810122906", ""],
        );
        assert_eq!(verdict(unzr, "1953032661582"), Verdict::NotCheckable);
        all_hold(unzr_labelled, &["1953032661582", "1965091250688", "2025031412345"]);
        all_fail(unzr_labelled, &["1985130112345", "2985010112345", ""]);
    }
}
