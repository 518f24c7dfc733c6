//! International bank account numbers.
//!
//! In:      Latin capitals and digits without separators.
//! Source:  ISO 13616, registry of the structures.
//! Weights: the first four characters go to the end, A = 10 to Z = 35; the number modulo 97 is 1, its check digits 02 to 98.
//! Misses:  no single change.
//! Chance:  1 in 97 on top of country, length and structure.

use super::letters::not_zero;
use super::{Input, Verdict, placeholder};

/// Country and structure of what follows its check digits: `n` digits, `a` capitals, `c` either.
#[rustfmt::skip]
const COUNTRIES: &[([u8; 2], &[u8])] = &[
    (*b"AD", b"8n12c"), (*b"AE", b"19n"), (*b"AL", b"8n16c"), (*b"AT", b"16n"), (*b"AZ", b"4a20c"), (*b"BA", b"16n"),
    (*b"BE", b"12n"), (*b"BG", b"4a6n8c"), (*b"BH", b"4a14c"), (*b"BI", b"23n"), (*b"BR", b"23n1a1c"), (*b"BY", b"4c4n16c"),
    (*b"CH", b"5n12c"), (*b"CR", b"18n"), (*b"CY", b"8n16c"), (*b"CZ", b"20n"), (*b"DE", b"18n"), (*b"DJ", b"23n"),
    (*b"DK", b"14n"), (*b"DO", b"4c20n"), (*b"EE", b"16n"), (*b"EG", b"25n"), (*b"ES", b"20n"), (*b"FI", b"14n"),
    (*b"FK", b"2a12n"), (*b"FO", b"14n"), (*b"FR", b"10n11c2n"), (*b"GB", b"4a14n"), (*b"GE", b"2a16n"), (*b"GI", b"4a15c"),
    (*b"GL", b"14n"), (*b"GR", b"7n16c"), (*b"GT", b"24c"), (*b"HN", b"4a20n"), (*b"HR", b"17n"), (*b"HU", b"24n"),
    (*b"IE", b"4a14n"), (*b"IL", b"19n"), (*b"IQ", b"4a15n"), (*b"IS", b"22n"), (*b"IT", b"1a10n12c"), (*b"JO", b"4a4n18c"),
    (*b"KW", b"4a22c"), (*b"KZ", b"3n13c"), (*b"LB", b"4n20c"), (*b"LC", b"4a24c"), (*b"LI", b"5n12c"), (*b"LT", b"16n"),
    (*b"LU", b"3n13c"), (*b"LV", b"4a13c"), (*b"LY", b"21n"), (*b"MC", b"10n11c2n"), (*b"MD", b"20c"), (*b"ME", b"18n"),
    (*b"MK", b"3n10c2n"), (*b"MN", b"16n"), (*b"MR", b"23n"), (*b"MT", b"4a5n18c"), (*b"MU", b"4a19n3a"), (*b"NI", b"4a20n"),
    (*b"NL", b"4a10n"), (*b"NO", b"11n"), (*b"OM", b"3n16c"), (*b"PK", b"4a16c"), (*b"PL", b"24n"), (*b"PS", b"4a21c"),
    (*b"PT", b"21n"), (*b"QA", b"4a21c"), (*b"RO", b"4a16c"), (*b"RS", b"18n"), (*b"RU", b"14n15c"), (*b"SA", b"2n18c"),
    (*b"SC", b"4a20n3a"), (*b"SD", b"14n"), (*b"SE", b"20n"), (*b"SI", b"15n"), (*b"SK", b"20n"), (*b"SM", b"1a10n12c"),
    (*b"SO", b"19n"), (*b"ST", b"21n"), (*b"SV", b"4a20n"), (*b"TL", b"19n"), (*b"TN", b"20n"), (*b"TR", b"6n16c"),
    (*b"UA", b"6n19c"), (*b"VA", b"18n"), (*b"VG", b"4a16n"), (*b"XK", b"16n"), (*b"YE", b"4a4n18c"),
];

/// Whether the account fits the structure, to the last character.
fn fits(mut account: &[u8], structure: &[u8]) -> bool {
    let mut count = 0;
    for step in structure {
        if step.is_ascii_digit() {
            count = count * 10 + usize::from(step - b'0');
            continue;
        }
        let Some((part, rest)) = account.split_at_checked(count) else {
            return false;
        };
        let allowed = part.iter().all(|byte| match step {
            b'n' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        });
        if !allowed {
            return false;
        }
        (account, count) = (rest, 0);
    }
    account.is_empty()
}

/// The number modulo 97 that digits and letters (A = 10) form; nothing if there are other characters.
fn modulo_97<'a>(characters: impl Iterator<Item = &'a u8>) -> Option<u32> {
    let mut remainder = 0;
    for character in characters {
        remainder = match character {
            b'0'..=b'9' => remainder * 10 + u32::from(character - b'0'),
            b'A'..=b'Z' => remainder * 100 + u32::from(character - b'A') + 10,
            _ => return None,
        } % 97;
    }
    Some(remainder)
}

/// Characters of an IBAN of this country; nothing for countries without.
pub fn iban_length(country: [u8; 2]) -> Option<usize> {
    let row = COUNTRIES.binary_search_by(|(known, _)| known.cmp(&country)).ok()?;
    let structure = COUNTRIES.get(row)?.1;
    let (mut total, mut count) = (4, 0);
    for step in structure {
        if step.is_ascii_digit() {
            count = count * 10 + usize::from(step - b'0');
        } else {
            total += count;
            count = 0;
        }
    }
    Some(total)
}

/// IBAN.
pub(crate) fn iban(input: &Input<'_>) -> Verdict {
    let Some((&[first, second, tens, ones], account)) = input.normal.split_first_chunk::<4>() else {
        return Verdict::Fails;
    };
    let Ok(row) = COUNTRIES.binary_search_by(|(country, _)| country.cmp(&[first, second])) else {
        return Verdict::Fails;
    };
    let structure = COUNTRIES.get(row).map_or(&b""[..], |(_, structure)| structure);
    // 00, 01 and 99 can satisfy the rule without being a result of it.
    let check_digits =
        tens.is_ascii_digit() && ones.is_ascii_digit() && !matches!(&[tens, ones], b"00" | b"01" | b"99");
    let filler = !not_zero(account) || placeholder(account);
    let moved = account.iter().chain([&first, &second, &tens, &ones]);
    Verdict::of(check_digits && !filler && fits(account, structure) && modulo_97(moved) == Some(1))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_fail, all_hold, length_matters, missed};
    use super::*;

    #[test]
    fn registry_examples() {
        assert!(COUNTRIES.is_sorted());
        all_hold(iban, &["KZ86125KZT5004100100", "BY13NBRB3600900000002Z00AB00", "UA213223130000026007233566001"]);
        all_hold(iban, &["GE29NB0000000101904917", "AZ21NABZ00000000137010001944", "MD24AG000225100013104168"]);
        all_hold(iban, &["RU0204452560040702810412345678901", "DE89370400440532013000", "GB29NWBK60161331926819"]);
        all_hold(iban, &["TR330006100519786457841326", "FR1420041010050500013M02606", "PL61109010140000071219812874"]);
    }

    #[test]
    fn wrong() {
        all_fail(
            iban,
            &["KZ33125KZT0298602942", "KZ32125KZT029860294", "KZ32125KZT02986029427", "ZZ8612500000041001000"],
        );
        all_fail(
            iban,
            &["KZ00000000000000000000", "BY00ABCD00000000000000000000", "AB12CDEF3456GHIJ7890", "DE1234567890ABCDEF12"],
        );
        all_fail(iban, &["", "KZ", "KZ86", "kz86125kzt5004100100"]);
        length_matters(iban, "KZ86125KZT5004100100");
        assert_eq!(missed(iban, "KZ86125KZT5004100100"), []);
        assert_eq!(missed(iban, "DE89370400440532013000"), []);
    }
}
