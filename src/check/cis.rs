//! Uzbekistan (PINFL), Kyrgyzstan (PIN), Moldova (IDNP) and Georgia (personal number).
//!
//! In:      digits with separators already removed.
//! Source:  PINFL: Cabinet resolution 177, 12.04.2022; PIN, IDNP and the personal number: public validators.
//! Weights: PINFL and IDNP 7, 3, 1 repeated, modulo 10; none is published for the others.
//! Misses:  digits exchanged with neighbours 5 apart; PIN and personal number: everything that keeps the structure.
//! Chance:  PINFL 1 in 1000, PIN 1 in 10 000, IDNP 2 in 100, personal number nearly all.

use super::digits::{birth, century, number, pair};
use super::icao::ends_with_731;
use super::{Input, Verdict};

/// PINFL: century and sex 3 to 6, real date of birth, control digit.
pub(crate) fn uz_pinfl(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<14>(input.normal) else {
        return Verdict::Fails;
    };
    let Some(century @ 1900..) = century(d[0]) else {
        return Verdict::Fails;
    };
    let year = century + u16::from(pair(d[5], d[6]));
    Verdict::of(birth(year, pair(d[3], d[4]), pair(d[1], d[2]), input.today) && ends_with_731(input.normal))
}

/// PIN: sex 1 or 2 and a real date of birth since 1900.
pub(crate) fn kg_pin(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<14>(input.normal) else {
        return Verdict::Fails;
    };
    let year = u16::from(pair(d[5], d[6])) * 100 + u16::from(pair(d[7], d[8]));
    let born = year >= 1900 && birth(year, pair(d[3], d[4]), pair(d[1], d[2]), input.today);
    Verdict::of(matches!(d[0], 1 | 2) && born)
}

/// IDNP: first digit 2, or 0 in some records (1 is an organisation), control digit.
pub(crate) fn md_idnp(input: &Input<'_>) -> Verdict {
    let Some(d) = number::<13>(input.normal) else {
        return Verdict::Fails;
    };
    Verdict::of(matches!(d[0], 0 | 2) && ends_with_731(input.normal))
}

/// Personal number of Georgia: eleven digits; no rule is published. The first two are the office of registration, of which
/// there are fewer than seventy: `8 701 …` and `7 916 …` are telephones.
pub(crate) fn ge_personal_number(input: &Input<'_>) -> Verdict {
    match number::<11>(input.normal) {
        Some(digits) if digits[0] < 7 => Verdict::NotCheckable,
        _ => Verdict::Fails,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, missed, verdict};
    use super::*;

    #[test]
    fn uzbekistan() {
        all_hold(uz_pinfl, &["42806870389243", "32603628749767", "30707517639981", "42008661269226"]);
        all_fail(uz_pinfl, &["31706533529380", "33201851234563", "30113851234566", "70101851234561", "00101851234562"]);
        all_fail(uz_pinfl, &["20250314092653", "6071008915984", "00000000000000", ""]);
        length_matters(uz_pinfl, "42806870389243");
        assert_eq!(missed(uz_pinfl, "42806870389243"), []);
    }

    #[test]
    fn kyrgyzstan() {
        all_hold(kg_pin, &["20701200491544", "12611195991812", "20110198394942"]);
        all_fail(kg_pin, &["33101198512345", "13213198512345", "10113198512345", "10101285012345", "00101198512345"]);
        all_fail(kg_pin, &["20250314092653", ""]);
        length_matters(kg_pin, "20701200491544");
    }

    #[test]
    fn moldova_and_georgia() {
        all_hold(md_idnp, &["2000913968585", "2010916763988", "2002644857464", "2000000000004"]);
        all_fail(md_idnp, &["2000617536140", "2005675540803", "1010412937439", "0000000000000", ""]);
        length_matters(md_idnp, "2000913968585");
        // 0 in place of 2 is the other first digit that is allowed, but its weight makes the control digit notice.
        assert_eq!(missed(md_idnp, "2000913968585"), []);
        assert_eq!(verdict(ge_personal_number, "01067279623"), Verdict::NotCheckable);
        all_fail(ge_personal_number, &["00000000000", "3507211921", "87015550123", ""]);
    }
}
