//! Russia, number plates.
//!
//! In:      letters and digits without separators; the letters Cyrillic or Latin.
//! Source:  GOST R 50577-2018; regions by the annex to order 766 of the Ministry of Internal Affairs, 2013, an open list.
//! Weights: none.
//! Misses:  everything that keeps the structure.
//! Chance:  a shape of its own in Cyrillic; in Latin it is the shape of many tokens.

use super::letters::{Folded, fits, not_zero};
use super::ru_documents::TWELVE;
use super::{Input, Verdict};

/// Car `А123ВС77`, public transport `АВ12377`, trailer `АВ123477`, motorcycle `1234АВ77`; the region has two or three digits.
const PICTURES: [(&[u8], usize, usize); 4] =
    [(b"A999AA", 1, 4), (b"AA999", 2, 5), (b"AA9999", 2, 6), (b"9999AA", 0, 4)];

/// Plate with one of the twelve letters that have a Latin twin, number not zero, region 01 to 99 or with a digit in front.
pub(crate) fn vehicle_plate(input: &Input<'_>) -> Verdict {
    let Some(folded) = Folded::new(input.normal) else {
        return Verdict::Fails;
    };
    let plate = folded.as_bytes();
    let holds = PICTURES.iter().any(|(picture, start, end)| {
        let Some((front, region)) = plate.split_at_checked(picture.len()) else {
            return false;
        };
        fits(front, picture, TWELVE) && front.get(*start..*end).is_some_and(not_zero) && is_region(region)
    });
    Verdict::of(holds)
}

/// New codes are made by a digit in front of an existing one, so only the shape and 00 are looked at.
fn is_region(region: &[u8]) -> bool {
    match region {
        [b'0'..=b'9', b'0'..=b'9'] => not_zero(region),
        [b'1'..=b'9', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit) && not_zero(rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold};
    use super::*;

    #[test]
    fn plates() {
        all_hold(
            vehicle_plate,
            &["А123ВС77", "А123ВС777", "М456ОР199", "Е321КХ54", "A123BC77", "А123ВС790", "К001МР97"],
        );
        all_hold(vehicle_plate, &["АВ123477", "АВ12377", "О777ОО197", "1234АВ77", "АВ1234777"]);
        all_fail(
            vehicle_plate,
            &["А000ВС77", "Д123ВС77", "А123ВС00", "A123BC7", "А12ВС77", "А123В77", "A123BC777F0", ""],
        );
        all_fail(vehicle_plate, &["А123ВС100", "А123ВС077", "АВ00077", "12345678"]);
    }
}
