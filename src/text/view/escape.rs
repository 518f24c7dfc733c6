//! Escapes inside of a line: of JSON and PHP, of URLs, of HTML.

use super::{Kind, View, hex_word};
use crate::text::transfer::hex_byte;
use crate::text::{at, before, slice};
use std::ops::Range;

/// Backslashes that may stand before one escape: text escaped again and again.
const MOST_SLASHES: usize = 8;
/// Bytes escaped one after the other that are read as one text.
const MOST_BYTES: usize = 4 << 10;
/// How far behind its escaped byte a number of a form may go on.
const NUMBER_BYTES: usize = 24;

/// Names of HTML that stand inside of values and between words.
const NAMES: [(&[u8], char); 22] = [
    (b"amp", '&'),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"quot", '"'),
    (b"apos", '\''),
    (b"nbsp", '\u{A0}'),
    (b"ensp", ' '),
    (b"emsp", ' '),
    (b"thinsp", ' '),
    (b"shy", '\u{AD}'),
    (b"zwnj", '\u{200C}'),
    (b"ndash", '–'),
    (b"mdash", '—'),
    (b"hyphen", '-'),
    (b"minus", '\u{2212}'),
    (b"plus", '+'),
    (b"commat", '@'),
    (b"period", '.'),
    (b"laquo", '«'),
    (b"raquo", '»'),
    (b"numero", '№'),
    (b"rsquo", '’'),
];

/// Decodes all escapes of the range.
pub(super) fn decode(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while i < range.end {
        let next = memchr::memchr3(b'\\', b'%', b'&', slice(text, i, range.end)).map_or(range.end, |n| i + n);
        i = memchr::memchr(b'+', slice(text, i, next)).map_or(next, |n| i + n);
        if i == range.end {
            break;
        }
        let end = if at(text, i) == b'+' { plus_sign(text, i) } else { stands_at(text, i) };
        let Some(end) = end.filter(|&end| end <= range.end) else {
            i += 1;
            continue;
        };
        view.copy(text, copied..i);
        match at(text, i) {
            b'+' => view.put(i..end, b" ", Kind::Percent),
            b'\\' => backslash(text, i..end, view),
            b'%' => percent(text, i..end, view),
            _ => {
                if let Some((_, c)) = entity(text, i) {
                    view.put_char(i..end, c, Kind::HtmlEntity);
                }
            }
        }
        (i, copied) = (end, end);
    }
    view.copy(text, copied..range.end);
}

/// Whether an escape stands at `i`.
pub(super) fn stands_at(text: &[u8], i: usize) -> Option<usize> {
    match at(text, i) {
        b'\\' => backslash_end(text, i),
        b'%' => percent_end(text, i),
        _ => entity(text, i).map(|(end, _)| end),
    }
}

/// `+` is a space beside an escaped byte, and within a number that begins with one (`%2B7+701+234+56+78`): no number is
/// written so.
fn plus_sign(text: &[u8], i: usize) -> Option<usize> {
    let escaped_before = at(text, i.wrapping_sub(3)) == b'%' && hex_byte(text, i.wrapping_sub(2)).is_some();
    let escaped_behind = at(text, i + 1) == b'%' && hex_byte(text, i + 2).is_some();
    let letter = before(text, i).is_ascii_alphanumeric() || before(text, i) == b'.';
    (escaped_before || (escaped_behind && letter) || is_in_number(text, i)).then_some(i + 1)
}

/// Whether the sign at `i` stands between groups of digits, the first of which follows an escaped byte.
fn is_in_number(text: &[u8], i: usize) -> bool {
    if !before(text, i).is_ascii_digit() || !at(text, i + 1).is_ascii_digit() {
        return false;
    }
    let window = slice(text, i.saturating_sub(NUMBER_BYTES), i);
    let within = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'(' | b')');
    let start = i - window.iter().rev().take_while(within).count();
    before(text, start) == b'%' || matches!(slice(text, start.saturating_sub(3), start), [b'%', b'2', b'B' | b'b'])
}

/// The end of the escape, or of the escaped bytes in a row, that begins with a backslash.
fn backslash_end(text: &[u8], i: usize) -> Option<usize> {
    let slashes = slice(text, i, i + MOST_SLASHES).iter().take_while(|&&byte| byte == b'\\').count();
    let sign = i + slashes;
    match at(text, sign) {
        b'u' => {
            let first = hex_word(text, sign + 1)?;
            let low = sign + 5 + slashes;
            let pair = (0xD800..0xDC00).contains(&first)
                && at(text, sign + 5) == b'\\'
                && at(text, low) == b'u'
                && hex_word(text, low + 1).is_some_and(|low| (0xDC00..0xE000).contains(&low));
            Some(if pair { low + 5 } else { sign + 5 })
        }
        b'x' => {
            let mut end = i;
            while at(text, end) == b'\\' && at(text, end + slashes) == b'x' && end - i < MOST_BYTES {
                if hex_byte(text, end + slashes + 1).is_none() {
                    break;
                }
                end += slashes + 3;
            }
            (end > i).then_some(end)
        }
        b'n' | b'r' | b't' | b'/' | b'"' | b'\'' => Some(sign + 1),
        _ => None,
    }
}

fn backslash(text: &[u8], range: Range<usize>, view: &mut View) {
    let slashes = slice(text, range.start, range.end).iter().take_while(|&&byte| byte == b'\\').count();
    let sign = range.start + slashes;
    match at(text, sign) {
        b'u' => {
            let units = [hex_word(text, sign + 1), hex_word(text, sign + 6 + slashes).filter(|_| range.end > sign + 5)];
            let c = char::decode_utf16(units.into_iter().flatten()).next();
            view.put_char(range, c.and_then(Result::ok).unwrap_or('\u{FFFD}'), Kind::JsonEscape);
        }
        b'x' => {
            let size = slashes + 3;
            let bytes: Vec<u8> = range.clone().step_by(size).filter_map(|i| hex_byte(text, i + slashes + 1)).collect();
            view.put_text(range.start, size, &bytes, Kind::HexEscape);
        }
        b'n' => view.put(range, b"\n", Kind::JsonEscape),
        b'r' | b't' => view.put(range, b" ", Kind::JsonEscape),
        byte => view.put(range, &[byte], Kind::JsonEscape),
    }
}

fn percent_end(text: &[u8], i: usize) -> Option<usize> {
    if matches!(at(text, i + 1), b'u' | b'U') {
        return hex_word(text, i + 2).map(|_| i + 6);
    }
    let mut end = i;
    while at(text, end) == b'%' && hex_byte(text, end + 1).is_some() && end - i < MOST_BYTES {
        end += 3;
    }
    (end > i).then_some(end)
}

fn percent(text: &[u8], range: Range<usize>, view: &mut View) {
    if let (b'u' | b'U', Some(unit)) = (at(text, range.start + 1), hex_word(text, range.start + 2)) {
        let c = char::from_u32(u32::from(unit)).unwrap_or('\u{FFFD}');
        return view.put_char(range, c, Kind::Percent);
    }
    let bytes: Vec<u8> = range.clone().step_by(3).filter_map(|i| hex_byte(text, i + 1)).collect();
    view.put_text(range.start, 3, &bytes, Kind::Percent);
}

/// The end of an HTML entity and what it stands for.
fn entity(text: &[u8], i: usize) -> Option<(usize, char)> {
    let name = slice(text, i + 1, i + 12);
    let length = memchr::memchr(b';', name)?;
    let name = slice(name, 0, length);
    let c = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((i + 2 + length, c))
}

fn number(digits: &[u8], radix: u32) -> Option<char> {
    let text = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'))?;
    u32::from_str_radix(text, radix).ok().and_then(char::from_u32)
}
