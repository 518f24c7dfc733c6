//! Characters inside of numbers and words that nobody sees, letters and digits of full width (identifiers 2.1), letters
//! written as a letter and a mark, and what tells a terminal how to show them (ECMA-48).

use super::{Kind, View};
use crate::text::{at, before, slice, utf8};
use std::ops::Range;

/// The end of the character at `i` if nobody sees it: soft hyphen, zero-width space, joiners, byte-order mark.
fn invisible(text: &[u8], i: usize) -> Option<usize> {
    match [at(text, i), at(text, i + 1), at(text, i + 2)] {
        [0xC2, 0xAD, _] => Some(i + 2),
        [0xE2, 0x80, 0x8B..=0x8D] | [0xE2, 0x81, 0xA0] | [0xEF, 0xBB, 0xBF] => Some(i + 3),
        _ => None,
    }
}

/// The ASCII character that the one at `i` is the wide form of (Unicode, Halfwidth and Fullwidth Forms).
fn narrow(text: &[u8], i: usize) -> Option<u8> {
    match [at(text, i), at(text, i + 1), at(text, i + 2)] {
        [0xEF, 0xBC, last @ 0x81..=0xBF] => Some(last - 0x81 + b'!'),
        [0xEF, 0xBD, last @ 0x80..=0x9E] => Some(last - 0x80 + b'`'),
        _ => None,
    }
}

/// Whether the mark at `i` hides something: it parts what belongs together, or begins wide digits.
pub(super) fn stands_at(text: &[u8], i: usize) -> bool {
    let digit = |i: usize| narrow(text, i).is_some_and(|byte| byte.is_ascii_digit());
    match invisible(text, i) {
        Some(end) => {
            let next = at(text, end);
            before(text, i).is_ascii_alphanumeric()
                && (next.is_ascii_alphanumeric() || matches!(next, b'@' | b'.' | b'-'))
        }
        None => digit(i) && digit(i + 3),
    }
}

/// Decodes the range: without what nobody sees, and with narrow letters and digits.
pub(super) fn decode(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while let Some(next) = memchr::memchr3(0xC2, 0xE2, 0xEF, slice(text, i, range.end)) {
        i += next;
        let found = match (invisible(text, i), narrow(text, i)) {
            (Some(end), _) => Some((end, None)),
            (_, Some(byte)) => Some((i + 3, Some(byte))),
            _ => None,
        };
        let Some((end, byte)) = found.filter(|(end, _)| *end <= range.end) else {
            i += 1;
            continue;
        };
        view.copy(text, copied..i);
        match byte {
            Some(byte) => view.put(i..end, &[byte], Kind::FullWidth),
            None => view.put(i..end, b"", Kind::Invisible),
        }
        (i, copied) = (end, end);
    }
    view.copy(text, copied..range.end);
}

/// Longest sequence for a terminal, in bytes.
const SEQUENCE_BYTES: usize = 32;

/// The end of the sequence for a terminal that begins with the escape character at `i`: `ESC [ 1 ; 32 m`.
fn sequence(text: &[u8], i: usize) -> Option<usize> {
    if at(text, i) != 0x1B || at(text, i + 1) != b'[' {
        return None;
    }
    let parameters =
        slice(text, i + 2, i + SEQUENCE_BYTES).iter().take_while(|byte| matches!(**byte, b' '..=b'?')).count();
    let end = i + 2 + parameters;
    matches!(at(text, end), b'@'..=b'~').then_some(end + 1)
}

/// Whether a word or number begins behind the sequence at `i`: its last letter would be taken for one of theirs.
pub(super) fn is_coloured(text: &[u8], i: usize) -> bool {
    let begins = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'+';
    sequence(text, i).is_some_and(|end| begins(at(text, end)))
}

/// Decodes the range: without sequences for a terminal. Between a letter and a digit a space stands for one: a word ends
/// where its colour does.
pub(super) fn without_colours(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while let Some(next) = memchr::memchr(0x1B, slice(text, i, range.end)) {
        i += next;
        let mut end = i;
        while let Some(next) = sequence(text, end).filter(|next| *next <= range.end) {
            end = next;
        }
        if end == i {
            i += 1;
            continue;
        }
        view.copy(text, copied..i);
        let (left, right) = (before(text, i), at(text, end));
        let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
        let parts = letter(left) && right.is_ascii_digit() || left.is_ascii_digit() && letter(right);
        view.put(i..end, if parts { b" " } else { b"" }, Kind::Invisible);
        (i, copied) = (end, end);
    }
    view.copy(text, copied..range.end);
}

/// Decodes the range: with letters and their marks as one character (Unicode, Normalization Form C).
pub(super) fn compose(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    let mut base: Option<(usize, char)> = None;
    while let Some((c, length)) = utf8::char_at(text, i).filter(|(_, length)| i + length <= range.end) {
        let composed = base.and_then(|(start, base)| Some((start, unicode_normalization::char::compose(base, c)?)));
        base = Some((i, c));
        i += length;
        if let Some((start, whole)) = composed {
            view.copy(text, copied..start);
            view.put_char(start..i, whole, Kind::Decomposed);
            (copied, base) = (i, None);
        }
    }
    view.copy(text, copied..range.end);
}
