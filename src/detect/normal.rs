//! Normal forms: how two spellings of one value become the same bytes.

use super::catalog::Rule;
use super::catalog::file::Normal;
use super::catalog::picture::{capital, cyrillic_twin, latin_twin};
use super::labelled::date::{self, Date};
use crate::check::{mrz, phone};
use crate::text::{at, neighbour, slice, utf8};

/// Writes the normal form of a value into `out`.
pub fn normal_form(rule: &Rule, value: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if rule.normal == Normal::Digits && short_digits(value, out) {
        if let Some((shortest, longest)) = rule.pad {
            pad(out, usize::from(shortest), usize::from(longest));
        }
        return;
    }
    // A value in two fields (`4510","number":"123457`): what stands between its first and last word is no part of it.
    let (value, second) = match rule.normal {
        Normal::Digits | Normal::Cyrillic | Normal::Latin => two_fields(value),
        _ => (value, &[][..]),
    };
    match rule.normal {
        Normal::Digits => {
            digits(value, out);
            digits(second, out);
            if let Some((shortest, longest)) = rule.pad {
                pad(out, usize::from(shortest), usize::from(longest));
            }
        }
        Normal::Latin => {
            letters(value, latin_twin, out);
            letters(second, latin_twin, out);
        }
        Normal::LatinN => {
            letters(value, latin_twin, out);
            if let Some(first) = out.first_mut().filter(|first| **first == b'H') {
                *first = b'N';
            }
        }
        Normal::Cyrillic => {
            letters(value, cyrillic_twin, out);
            letters(second, cyrillic_twin, out);
        }
        Normal::Mrz => match mrz::parse(value) {
            Some(zone) => out.extend_from_slice(&zone.normal),
            None => out.extend_from_slice(value),
        },
        Normal::Lower => out.extend(value.iter().map(u8::to_ascii_lowercase)),
        Normal::Name => names(value, out),
        Normal::Exact => out.extend_from_slice(value),
        Normal::Phone => phone_number(value, out),
        Normal::Date => match date::read(value, 0) {
            Some(Date { day, .. }) => {
                let two = |number: u16| [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8];
                out.extend([day.year / 100, day.year % 100].map(two).as_flattened());
                for part in [day.month, day.day] {
                    out.push(b'-');
                    out.extend(two(u16::from(part)));
                }
            }
            None => digits(value, out),
        },
    }
}

/// The first and the last word of a value that stands in two fields; all of any other value.
fn two_fields(value: &[u8]) -> (&[u8], &[u8]) {
    let parts = |byte: &u8| matches!(byte, b'"' | b'\'' | b'=' | b'&' | b';' | b'<' | b'>' | b'|' | b'\n');
    // Few values have such a byte: all are looked at without a branch for each.
    if !value.iter().fold(false, |any, byte| any | parts(byte)) {
        return (value, &[]);
    }
    match (value.iter().position(parts), value.iter().rposition(parts)) {
        (Some(first), Some(last)) => (slice(value, 0, first), slice(value, last + 1, value.len())),
        _ => (value, &[]),
    }
}

/// The words of a name, which may stand in several fields: keys between them are no part of it.
fn names(value: &[u8], out: &mut Vec<u8>) {
    let joins = |byte: &u8| matches!(byte, b'"' | b'\'' | b'=' | b':' | b'<' | b'\\');
    if !value.iter().fold(false, |any, byte| any | joins(byte)) {
        return name(value, out);
    }
    for part in neighbour::values(value) {
        name(slice(value, part.start, part.end), out);
    }
}

/// Appends words in capitals, parted by one blank; ё is е.
pub(super) fn name(value: &[u8], out: &mut Vec<u8>) {
    let (mut i, mut buffer, mut gap) = (0, [0u8; 4], true);
    while i < value.len() {
        // Letters of Russian and ASCII, blanks.
        let (first, second) = match (at(value, i), at(value, i + 1)) {
            (b' ', _) => {
                gap = true;
                i += 1;
                continue;
            }
            (byte, _) if byte.is_ascii_alphanumeric() => (byte.to_ascii_uppercase(), 0),
            (0xD0, second @ 0x90..=0xAF) => (0xD0, second),
            (0xD0, second @ 0xB0..=0xBF) => (0xD0, second - 0x20),
            (0xD1, second @ 0x80..=0x8F) => (0xD0, second + 0x20),
            _ => (0, 0),
        };
        if first > 0 {
            if gap && !out.is_empty() {
                out.push(b' ');
            }
            gap = false;
            out.push(first);
            if second > 0 {
                out.push(second);
            }
            i += if second > 0 { 2 } else { 1 };
            continue;
        }
        let Some((c, length)) = utf8::char_at(value, i) else { return };
        i += length;
        let cyrillic = ('\u{400}'..'\u{530}').contains(&c);
        if !(cyrillic || c.is_ascii_alphanumeric() || (c > '\u{7F}' && c.is_alphanumeric())) {
            // An apostrophe is part of its word.
            gap |= !matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`');
            continue;
        }
        if gap && !out.is_empty() {
            out.push(b' ');
        }
        gap = false;
        let capital = match c {
            'ё' | 'Ё' => 'Е',
            'а'..='я' => char::from_u32(c as u32 - 0x20).unwrap_or(c),
            _ if c.is_ascii() => c.to_ascii_uppercase(),
            _ => c.to_uppercase().next().unwrap_or(c),
        };
        out.extend_from_slice(capital.encode_utf8(&mut buffer).as_bytes());
    }
}

pub(super) fn digits(value: &[u8], out: &mut Vec<u8>) {
    keep(value, u8::is_ascii_digit, out);
}

/// What a byte is to the normal form of a number: a digit, a sign between two fields, or neither.
static NUMBER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'"' | b'\'' | b'=' | b'&' | b';' | b'<' | b'>' | b'|' | b'\n' => PARTS,
            _ => 0,
        };
        byte += 1;
    }
    table
};
const DIGIT: u8 = 1;
const PARTS: u8 = 2;

/// The digits of a short value in one field; gives whether it is one.
fn short_digits(value: &[u8], out: &mut Vec<u8>) -> bool {
    let (mut kept, mut count, mut all) = ([0u8; 32], 0usize, 0u8);
    if value.len() > kept.len() {
        return false;
    }
    for &byte in value {
        let class = NUMBER.get(usize::from(byte)).copied().unwrap_or(0);
        all |= class;
        if let Some(slot) = kept.get_mut(count) {
            *slot = byte;
        }
        count += usize::from(class & DIGIT);
    }
    if all & PARTS != 0 {
        return false;
    }
    out.extend_from_slice(slice(&kept, 0, count));
    true
}

/// Appends the bytes that fit, as capitals; without a branch for each.
fn keep(value: &[u8], fits: impl Fn(&u8) -> bool, out: &mut Vec<u8>) {
    for piece in value.chunks(64) {
        let (mut kept, mut count) = ([0u8; 64], 0);
        for byte in piece {
            if let Some(slot) = kept.get_mut(count) {
                *slot = byte.to_ascii_uppercase();
            }
            count += usize::from(fits(byte));
        }
        out.extend_from_slice(slice(&kept, 0, count));
    }
}

/// Puts lost leading zeros back.
fn pad(out: &mut Vec<u8>, shortest: usize, longest: usize) {
    if (shortest..longest).contains(&out.len()) {
        let lost = longest - out.len();
        out.splice(0..0, std::iter::repeat_n(b'0', lost));
    }
}

fn letters(value: &[u8], twin: fn(char) -> Option<char>, out: &mut Vec<u8>) {
    if value.is_ascii() && twin('A').is_none() {
        return keep(value, u8::is_ascii_alphanumeric, out);
    }
    let (mut i, mut buffer) = (0, [0u8; 4]);
    // Small letters so far, and their bytes in `out`.
    let mut small = (0, 0);
    while let Some((c, length)) = utf8::char_at(value, i) {
        i += length;
        if !c.is_alphanumeric() {
            small = (0, 0);
            continue;
        }
        let big = capital(c);
        let folded = twin(big).unwrap_or(big);
        out.extend_from_slice(folded.encode_utf8(&mut buffer).as_bytes());
        // A word of small letters inside a value («серия AB номер 1234567») is not part of it.
        small = if c.is_lowercase() && c as u32 > 0x7F { (small.0 + 1, small.1 + folded.len_utf8()) } else { (0, 0) };
        let more = utf8::char_at(value, i).is_some_and(|(next, _)| next.is_alphabetic());
        if small.0 > 3 && !more {
            out.truncate(out.len() - small.1);
            small = (0, 0);
        }
    }
}

fn phone_number(value: &[u8], out: &mut Vec<u8>) {
    digits(value, out);
    let plus = value.contains(&b'+') || value.windows(3).any(|three| three.eq_ignore_ascii_case(b"%2b"));
    if plus && value.first() == Some(&b'%') {
        out.remove(0); // the 2 of `%2B`
    }
    let written = phone::Written { digits: out, plus, brackets: value.contains(&b'('), groups: &[] };
    if let Some(phone) = phone::parse(&written) {
        let normal = phone.normal().to_vec();
        out.clear();
        out.extend_from_slice(&normal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_and_words_inside_fall_out() {
        let mut out = Vec::new();
        letters("4020381к982РВ7".as_bytes(), latin_twin, &mut out);
        assert_eq!(out, b"4020381K982PB7");
        out.clear();
        letters("КВ номер 1234567".as_bytes(), cyrillic_twin, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "КВ1234567");
        out.clear();
        letters("КВ номер 1234567".as_bytes(), latin_twin, &mut out);
        assert_eq!(out, b"KB1234567");
        out.clear();
        letters("50 AM 345678".as_bytes(), cyrillic_twin, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "50АМ345678");
    }

    #[test]
    fn the_name_between_two_fields_is_no_part_of_a_value() {
        for (text, first, second) in [
            ("4510\",\"passport_number\":\"123457", "4510", "123457"),
            ("СН&passport2_number=123457", "СН", "123457"),
            ("4510 123457", "4510 123457", ""),
        ] {
            assert_eq!(two_fields(text.as_bytes()), (first.as_bytes(), second.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_name_in_several_fields_is_one() {
        for text in [
            "Петров Сергей Иванович",
            "Петров\",\"NAME\":\"Сергей\",\"SECOND_NAME\":\"Иванович",
            "Петров\";\"Сергей\";\"Иванович",
            "Петров;Сергей;Иванович",
            "Петров',N'Сергей','Иванович",
            "Петров</Фамилия>\n<Имя>Сергей</Имя>\n<Отчество>Иванович",
            "Петров\n[NAME] => Сергей\n[SECOND_NAME] => Иванович",
        ] {
            let mut out = Vec::new();
            names(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), "ПЕТРОВ СЕРГЕЙ ИВАНОВИЧ", "{text}");
        }
        let mut out = Vec::new();
        names("Мар'яна О'Коннор".as_bytes(), &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "МАРЯНА ОКОННОР");
    }

    #[test]
    fn phones_become_e164() {
        let mut out = Vec::new();
        for text in ["8 (701) 555-01-23", "+7 701 555 01 23", "%2B77015550123", "87015550123"] {
            out.clear();
            phone_number(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), "+77015550123", "{text}");
        }
    }

    #[test]
    fn lost_zeros_come_back() {
        let mut out = b"10101500017".to_vec();
        pad(&mut out, 9, 12);
        assert_eq!(out, b"010101500017");
        pad(&mut out, 9, 12);
        assert_eq!(out.len(), 12);
    }
}
