//! Russia, state registration numbers: OGRN of organisations (13 digits) and OGRNIP of sole proprietors (15 digits).
//!
//! In:      digits with separators already removed.
//! Source:  resolution 438 of the Government, 19.06.2002.
//! Weights: none: the number without its last digit modulo 11 (OGRN) or 13 (OGRNIP), the last digit of that remainder.
//! Misses:  changes that shift the remainder by 10 (0 for 10; 0 to 2 for 10 to 12).
//! Chance:  1 in 208 (OGRN) and 1 in 452 (OGRNIP), year and region included.

use super::digits::{number, pair, value};
use super::{Input, Verdict};

/// First year of the register, and whether the two digits are a year since then that is not in the future.
fn is_year(tens: u8, ones: u8, first: u16, input: &Input<'_>) -> bool {
    let year = 2000 + u16::from(pair(tens, ones));
    (first..=input.today.year).contains(&year)
}

/// OGRN: first digit 1 or 5, year since 2002, region not 00.
pub(crate) fn ogrn(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<13>(input.normal) else {
        return Verdict::Fails;
    };
    let [body @ .., last] = &d;
    let structure = matches!(d[0], 1 | 5) && is_year(d[1], d[2], 2002, input) && pair(d[3], d[4]) != 0;
    Verdict::of(structure && value(body) % 11 % 10 == u64::from(*last))
}

/// OGRNIP: first digit 3, year since 2004, region not 00.
pub(crate) fn ogrnip(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<15>(input.normal) else {
        return Verdict::Fails;
    };
    let [body @ .., last] = &d;
    let structure = d[0] == 3 && is_year(d[1], d[2], 2004, input) && pair(d[3], d[4]) != 0;
    Verdict::of(structure && value(body) % 13 % 10 == u64::from(*last))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, holds, length_matters, missed, random_digits};
    use super::*;

    #[test]
    fn organisations() {
        all_hold(ogrn, &["1027700132195", "1027700070518", "5077746476209", "1257877996188", "1157773539330"]);
        all_fail(ogrn, &["1136693202855", "1085469318418", "1700907050360", "4603044204760", "0000000000000", ""]);
        length_matters(ogrn, "1027700132195");
        assert!(missed(ogrn, "1027700132195").len() <= 4);
        let passed = random_digits(200_000, 13).iter().filter(|text| holds(ogrn, text)).count();
        assert!((850..1100).contains(&passed), "{passed}");
    }

    #[test]
    fn sole_proprietors() {
        all_hold(ogrnip, &["309771823824419", "313545374956691", "308775755901072"]);
        all_fail(
            ogrnip,
            &["323548974033102", "318164117992589", "424782212826206", "356872235562149", "000000000000000"],
        );
        length_matters(ogrnip, "309771823824419");
        assert!(missed(ogrnip, "309771823824419").len() <= 12);
    }
}
