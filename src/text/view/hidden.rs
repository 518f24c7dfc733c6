//! Characters inside of numbers and words that nobody sees, and letters and digits of full width (identifiers 2.1).

use super::{Kind, View};
use crate::text::{at, before, slice};
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
