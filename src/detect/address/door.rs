//! A cheap look at a number: may it be that of a house or flat?
//!
//! Most numbers behind letters count something. One is looked at further if a marker touches it, or if it ends a phrase
//! in which the word for a street stands.

use super::lexicon::{self, Classes, WordHash};
use crate::text::word::{self, Word, letter_at};
use crate::text::{at, before, slice, utf8};
use std::ops::Range;

/// Words looked at before a number.
const WORDS: usize = 5;
/// Letters of the longest marker, in bytes.
const MARKER_BYTES: usize = 32;
/// Latin letters and digits that stand behind no number of a house without a gap.
const CODE_BYTES: usize = 8;

/// The look at a number.
pub(in crate::detect) struct Door;

impl Door {
    /// Whether the number at `start` may be that of a house or flat.
    pub(in crate::detect) fn may_stand(bytes: &[u8], start: usize) -> bool {
        let digits = (start..start + 7).take_while(|&i| at(bytes, i).is_ascii_digit()).count();
        if digits > 5 {
            return false;
        }
        let end = start + digits;
        // `d70abd6096cb`: a code.
        if (0..CODE_BYTES).all(|n| at(bytes, end + n).is_ascii_alphanumeric()) {
            return false;
        }
        let marked = Classes::HOUSE
            .or(Classes::HOUSE_SHORT)
            .or(Classes::FLAT)
            .or(Classes::BOX)
            .or(Classes::ADDRESS)
            .or(Classes::STREETS)
            .or(Classes::AREAS);
        let mut i = gap_before(bytes, start);
        let (first, mut word) = word_before(bytes, i);
        if word.any(marked) || lexicon::is_glued(slice(bytes, first, i)) {
            return true;
        }
        let mut words = WORDS;
        // «Абылай хан 58, 12 пәтер»
        if slice(bytes, end, end + 2) == b", " {
            let next = end + 2 + slice(bytes, end + 2, end + 6).iter().take_while(|byte| byte.is_ascii_digit()).count();
            let behind = next + usize::from(matches!(at(bytes, next), b' ' | b'-'));
            if next > end + 2 && at(bytes, behind) >= 0x80 && word_at(bytes, behind).any(Classes::FLAT) {
                return true;
            }
        }
        if !may_end(bytes, end) {
            let behind = end + usize::from(matches!(at(bytes, end), b' ' | b'-'));
            let next = word_at(bytes, behind);
            if next.any(Classes::NUMBERED.or(Classes::AFTER).or(Classes::AREAS)) {
                return true;
            }
            // A word behind the number: only a street just before it.
            words = 3;
            if next.any(Classes::UNIT) {
                return false;
            }
        }
        i = first;
        for _ in 1..words {
            i = gap_before(bytes, i);
            let (next, classes) = word_before(bytes, i);
            if next == i {
                return false;
            }
            word = classes;
            // «с. Шаровечка, Зарічна 5»
            let village = at(bytes, i) == b'.' && word.any(Classes::VILLAGE_SHORT);
            // «Бровари, Київська 302»
            let town = at(bytes, i) == b',' && word.any(Classes::PLACE);
            if village || town || word.any(Classes::VILLAGE) {
                return true;
            }
            if word
                .any(Classes::STREETS.or(Classes::AREAS).or(Classes::TOWN).or(Classes::TOWN_SHORT).or(Classes::ADDRESS))
            {
                return true;
            }
            i = next;
        }
        false
    }

    /// Whether the Latin word at `start`, which follows another one, or a word beside it is the word for a street, and a
    /// number is near; or a house and a flat stand behind it.
    #[inline(never)]
    pub(in crate::detect) fn latin_may_stand(bytes: &[u8], start: usize) -> bool {
        let near = slice(bytes, start.saturating_sub(16), start + 32);
        if !near.iter().fold(false, |any, byte| any | byte.is_ascii_digit()) {
            return false;
        }
        // `LN920` is no lane.
        let length = |i: usize| slice(bytes, i, i + 32).iter().take_while(|byte| joins(**byte)).count();
        let street = |i: usize| {
            let letters = slice(bytes, i, i + 32).iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            !at(bytes, i + letters).is_ascii_digit() && word_at(bytes, i).any(Classes::STREETS)
        };
        let end = start + length(start);
        let ahead = at(bytes, end) == b' ' && slice(bytes, end, end + 24).iter().any(u8::is_ascii_digit);
        // `10 Abay avenue, apt. 5, Almaty`
        let own = word_at(bytes, start);
        let town = before(bytes, start.wrapping_sub(1)) == b',' && own.any(Classes::PLACE);
        if own.any(Classes::STREETS) && street(start) || town || (ahead && street(end + 1)) {
            return true;
        }
        // `Lindenstraße 14`, `Mangilik El 29, block 3, flat 117`
        if at(bytes, end) == b' ' && at(bytes, end + 1).is_ascii_digit() {
            let house = end + 1 + length(end + 1);
            let behind = house + 2;
            let door = slice(bytes, house, behind) == b", "
                && word_at(bytes, behind).any(Classes::FLAT.or(Classes::BUILD))
                && at(bytes, behind + length(behind)) == b' ';
            if door || lexicon::is_glued(slice(bytes, start, end)) {
                return true;
            }
        }
        Word::start_before(bytes, word::gap_before(bytes, start).1).is_some_and(street)
    }

    /// Whether the first word of a text is the name of a known town.
    pub(super) fn names_town(text: &[u8]) -> bool {
        word_at(text, 0).any(Classes::PLACE)
    }

    /// Whether a known town in Latin letters stands beside the six digits.
    pub(in crate::detect) fn code_may_stand(bytes: &[u8], code: Range<usize>) -> bool {
        let places = Classes::PLACE.or(Classes::COUNTRY);
        let left = gap_before(bytes, code.start);
        let behind = code.end + usize::from(at(bytes, code.end) == b',');
        let behind = behind + usize::from(at(bytes, behind) == b' ');
        let capital = at(bytes, behind).is_ascii_uppercase() && behind > code.end;
        before(bytes, left).is_ascii_lowercase() && word_before(bytes, left).1.any(places)
            || capital && word_at(bytes, behind).any(places)
    }
}

/// Whether a number that ends at `end` may be that of a house for what stands behind it: not a word.
fn may_end(bytes: &[u8], end: usize) -> bool {
    match at(bytes, end) {
        b',' | b';' | b'/' | b'"' | b'\'' | b'<' | b'\n' | b'\r' | b'|' | b'\t' | b')' | b'\\' | 0 | b'&' => true,
        b'.' => !at(bytes, end + 1).is_ascii_digit(),
        b'-' => at(bytes, end + 1).is_ascii_digit(),
        b' ' => !joins(at(bytes, end + 1)) || at(bytes, end + 1).is_ascii_digit(),
        byte => byte >= 0x80,
    }
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Where the words before `i` end: spaces, one comma, dots and number signs are gone over.
fn gap_before(bytes: &[u8], mut i: usize) -> usize {
    for _ in 0..5 {
        let length = match before(bytes, i) {
            b' ' | b'.' | b',' | b':' | b'-' | b'=' => 1,
            0x80.. => match utf8::char_before(bytes, i) {
                Some(('\u{A0}' | '№' | '«' | '»' | '–' | '—', length)) => length,
                _ => return i,
            },
            _ => return i,
        };
        i -= length;
    }
    i
}

/// The word that ends at `end`: where it begins, and what it says.
fn word_before(bytes: &[u8], end: usize) -> (usize, Classes) {
    let (mut start, mut signs) = (end, false);
    while start > 0 && end - start < MARKER_BYTES * 2 {
        let byte = before(bytes, start);
        let inner = matches!(byte, b'-' | b'/') && start < end;
        if !(joins(byte) || inner) {
            break;
        }
        signs |= matches!(byte, 0xC2 | 0xE2);
        start -= 1;
    }
    // No-break spaces and quotes are bytes above ASCII as well.
    let first = (if signs { start..end } else { end..end })
        .rev()
        .find(|&i| {
            matches!(at(bytes, i), 0xC2 | 0xE2)
                && matches!(utf8::char_at(bytes, i), Some(('\u{A0}' | '«' | '»' | '–' | '№', _)))
        })
        .map_or(start, |i| i + utf8::char_at(bytes, i).map_or(1, |(_, length)| length))
        .min(end);
    if end - first > MARKER_BYTES {
        return (first, Classes::default());
    }
    (first, word_at(bytes, first))
}

/// What the word that begins at `start` says.
fn word_at(bytes: &[u8], start: usize) -> Classes {
    let mut hash = WordHash::EMPTY;
    let mut i = start;
    while i < start + MARKER_BYTES {
        let (letter, length) = letter_at(bytes, i);
        let inner = at(bytes, i);
        if letter.is_letter() {
            hash = hash.push(letter.code());
        } else if matches!(inner, b'-' | b'/') && joins(at(bytes, i + 1)) && i > start {
            hash = hash.push(if inner == b'-' { WordHash::HYPHEN } else { WordHash::SLASH });
        } else if !letter.is_passed() || length == 0 {
            break;
        }
        i += length;
    }
    if i == start { Classes::default() } else { lexicon::classes(hash) }
}
