//! Lines that go on behind a line end and a blank, and their escapes: calendars (RFC 5545), cards (RFC 6350), LDIF (RFC 2849).

use super::{Kind, View};
use crate::text::{at, before, slice};
use std::ops::Range;

/// The line end at `i` and the blank behind it, if the line goes on there.
fn fold(text: &[u8], i: usize) -> Option<Range<usize>> {
    let goes_on = at(text, i) == b'\n' && matches!(at(text, i + 1), b' ' | b'\t');
    let start = if before(text, i) == b'\r' { i - 1 } else { i };
    goes_on.then_some(start..i + 2)
}

/// The sign that the backslash at `i` stands before.
fn escaped(text: &[u8], i: usize) -> Option<u8> {
    match at(text, i + 1) {
        sign @ (b',' | b';') => Some(sign),
        b'n' | b'N' => Some(b'\n'),
        _ => None,
    }
}

/// Whether something is written otherwise at `i` than it reads.
pub(super) fn stands_at(text: &[u8], i: usize) -> bool {
    match at(text, i) {
        b'\n' => fold(text, i).is_some(),
        b'\\' => escaped(text, i).is_some(),
        _ => false,
    }
}

/// The whole line around `i`, with all that it goes on with, at most `most` bytes to either side.
pub(super) fn line(text: &[u8], i: usize, most: usize) -> Range<usize> {
    let floor = i.saturating_sub(most);
    let begins =
        memchr::memrchr_iter(b'\n', slice(text, floor, i)).map(|n| floor + n).find(|n| fold(text, *n).is_none());
    let ends = memchr::memchr_iter(b'\n', slice(text, i, i + most)).map(|n| i + n).find(|n| fold(text, *n).is_none());
    begins.map_or(floor, |n| n + 1)..ends.unwrap_or((i + most).min(text.len()))
}

/// Longest name of an attribute, in bytes.
const NAME_BYTES: usize = 96;

/// Whether the colon at `i` is the first of two behind the name of an attribute, so that base64 follows (`cn:: …`).
pub(super) fn announces_base64(text: &[u8], i: usize) -> bool {
    if slice(text, i, i + 2) != b"::" {
        return false;
    }
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'-' | b';' | b'.');
    let length = slice(text, i.saturating_sub(NAME_BYTES), i).iter().rev().take_while(is_name).count();
    length > 0 && (i == length || before(text, i - length) == b'\n')
}

/// Decodes the range: lines that go on become one, escaped signs stand for themselves.
pub(super) fn decode(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while let Some(next) = memchr::memchr2(b'\n', b'\\', slice(text, i, range.end)) {
        i += next;
        let (source, sign) = match (fold(text, i), escaped(text, i)) {
            (Some(fold), _) => (fold, None),
            (None, Some(sign)) if at(text, i) == b'\\' => (i..i + 2, Some(sign)),
            _ => {
                i += 1;
                continue;
            }
        };
        if source.end > range.end {
            break;
        }
        view.copy(text, copied..source.start);
        view.put(source.clone(), sign.as_slice(), Kind::FoldedLine);
        (i, copied) = (source.end, source.end);
    }
    view.copy(text, copied..range.end);
}
