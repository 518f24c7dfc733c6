//! Tags of HTML that change how a piece of a line looks: a number or name may go on behind them.

use super::{Kind, View};
use crate::text::{at, before, slice, utf8};
use std::ops::Range;

/// Bytes of the longest name of an element inside of a line.
const NAME_BYTES: usize = 6;
/// Longest tag read, in bytes.
const TAG_BYTES: usize = 256;
/// Most tags side by side.
const MOST_TAGS: usize = 4;
/// How far from one tag to the next one of the same phrase, in bytes.
const BETWEEN_BYTES: usize = 64;
/// Bytes of text around the tags that may belong to a value or name it.
const AROUND_BYTES: usize = 160;
/// Most bytes of tags and text read as one.
const MOST_BYTES: usize = 4 << 10;

/// Whether an element of this name stands inside of a line.
fn is_inline(name: &[u8]) -> bool {
    let mut small = [0; NAME_BYTES];
    let Some(own) = small.get_mut(..name.len()) else { return false };
    own.copy_from_slice(name);
    own.make_ascii_lowercase();
    let one = matches!(&*own, b"b" | b"i" | b"u" | b"s" | b"em" | b"tt" | b"big" | b"ins" | b"wbr" | b"o:p" | b"span");
    one || matches!(&*own, b"font" | b"mark" | b"code" | b"nobr" | b"small" | b"strong")
}

/// The end of the inline tag that begins at `i`.
fn tag(text: &[u8], i: usize) -> Option<usize> {
    if at(text, i) != b'<' {
        return None;
    }
    let name = i + 1 + usize::from(at(text, i + 1) == b'/');
    let letters = slice(text, name, name + NAME_BYTES + 1).iter();
    let length = letters.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
    if !is_inline(slice(text, name, name + length)) {
        return None;
    }
    memchr::memchr2(b'>', b'<', slice(text, name, i + TAG_BYTES))
        .map(|n| name + n)
        .filter(|end| at(text, *end) == b'>')
        .map(|end| end + 1)
}

/// Where the inline tag begins that ends at `end`.
fn tag_before(text: &[u8], end: usize) -> Option<usize> {
    let floor = end.saturating_sub(TAG_BYTES);
    let start = floor + memchr::memrchr(b'<', slice(text, floor, end))?;
    (before(text, end) == b'>' && tag(text, start) == Some(end)).then_some(start)
}

/// Whether a word with a capital ends before `end`, and one begins at `start`.
fn are_capitals(text: &[u8], end: usize, start: usize) -> bool {
    let capital = |i: usize| utf8::char_at(text, i).is_some_and(|(c, _)| c.is_uppercase());
    let letters = slice(text, end.saturating_sub(48), end)
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80);
    let first = end - letters.count();
    first < end && capital(start) && capital(first)
}

/// Whether a value may go on behind the tags from `start` to `end`: digits or capital words stand on both sides.
fn parts_a_value(text: &[u8], start: usize, end: usize) -> bool {
    let is_gap = |byte: &&u8| matches!(**byte, b' ' | b'(' | b')' | b'-');
    let left = start - slice(text, start.saturating_sub(2), start).iter().rev().take_while(is_gap).count();
    let right = end + slice(text, end, end + 2).iter().take_while(is_gap).count();
    let digits = before(text, left).is_ascii_digit() && at(text, right).is_ascii_digit();
    digits || are_capitals(text, left, right)
}

/// The text to read without its tags around the closing tag at `i`, and the end of the last tag in it, if a value may go
/// on behind one of them.
pub(super) fn phrase(text: &[u8], i: usize) -> Option<(Range<usize>, usize)> {
    // Most elements are others.
    if !matches!(at(text, i + 2) | 0x20, b'b' | b'c' | b'e' | b'f' | b'i' | b'm'..=b'o' | b's'..=b'u' | b'w') {
        return None;
    }
    let mut end = tag(text, i)?;
    let mut start = i;
    for _ in 0..MOST_TAGS {
        start = tag_before(text, start).unwrap_or(start);
    }
    let run_end = |end: usize| (0..MOST_TAGS).fold(end, |end, _| tag(text, end).unwrap_or(end));
    let opening = memchr::memrchr(b'<', slice(text, start.saturating_sub(TAG_BYTES), start))
        .map(|n| start.saturating_sub(TAG_BYTES) + n);
    let opened = opening.and_then(|opening| Some((opening, tag(text, opening)?)));
    if !parts_a_value(text, start, run_end(end)) && !opened.is_some_and(|(start, end)| parts_a_value(text, start, end))
    {
        return None;
    }
    let first = opened.map_or(start, |(opening, _)| opening);
    // Further tags of the same phrase.
    while end - first < MOST_BYTES
        && let Some(next) = memchr::memchr(b'<', slice(text, end, end + BETWEEN_BYTES)).and_then(|n| tag(text, end + n))
    {
        end = next;
    }
    let floor = first.saturating_sub(AROUND_BYTES);
    let floor = memchr::memrchr(b'\n', slice(text, floor, first)).map_or(floor, |n| floor + n + 1);
    // No value is cut.
    let around = slice(text, end, end + AROUND_BYTES);
    let ends = |byte: &u8| matches!(*byte, b'\n' | b'<' | b' ');
    let stop = memchr::memchr(b'\n', around).or_else(|| around.iter().rposition(ends)).unwrap_or(around.len());
    Some((utf8::boundary_from(text, floor).min(first)..end + stop, end))
}

/// Decodes the range: without its inline tags.
pub(super) fn decode(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while let Some(next) = memchr::memchr(b'<', slice(text, i, range.end)) {
        i += next;
        let Some(end) = tag(text, i).filter(|end| *end <= range.end) else {
            i += 1;
            continue;
        };
        view.copy(text, copied..i);
        view.put(i..end, b"", Kind::Markup);
        (i, copied) = (end, end);
    }
    view.copy(text, copied..range.end);
}
