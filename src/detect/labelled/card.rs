//! Numbers of payment cards under a mask: `440043******1234`, `4400 43** **** 1234`, `**** 1234`.

use super::{Found, Value};
use crate::finding::Confidence;
use crate::text::{at, before, slice};
use std::ops::Range;

/// Longest masked number with its blanks, in bytes.
const BYTES: usize = 32;

/// The number behind a label for a card.
pub(super) fn read(value: &Value<'_>) -> Option<Found> {
    let span = around(value.bytes, value.start, true)?;
    (span.start == value.start && span.end <= value.end).then_some((span, Confidence::High))
}

/// The masked number that holds the byte at `place`. Where `named` says that a card is meant, four digits behind four
/// marks are enough; elsewhere as many characters as a card has must stand there.
pub(in crate::detect) fn around(bytes: &[u8], place: usize, named: bool) -> Option<Range<usize>> {
    let part = |byte: u8| byte.is_ascii_digit() || is_mask(byte);
    let (mut start, mut end) = (place, place);
    while place - start < BYTES {
        let left = before(bytes, start);
        let joint = matches!(left, b' ' | b'-') && part(before(bytes, start - 1));
        if !part(left) && !joint {
            break;
        }
        start -= 1;
    }
    while end - start < 2 * BYTES {
        let joint = matches!(at(bytes, end), b' ' | b'-') && part(at(bytes, end + 1));
        if !part(at(bytes, end)) && !joint {
            break;
        }
        end += 1;
    }
    let text = slice(bytes, start, end);
    let digits = |text: &[u8]| text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let masks = text.iter().filter(|byte| is_mask(**byte)).count();
    let tail = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let head = text.iter().position(|byte| is_mask(*byte)).map_or(0, |mask| digits(slice(text, 0, mask)));
    let kind = text.iter().find(|byte| is_mask(**byte))?;
    let one_kind = text.iter().filter(|byte| is_mask(**byte)).all(|byte| byte == kind);
    let total = masks + digits(text);
    let whole = (13..=19).contains(&total) || (named && total == 8);
    let edge = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'/' | b'*') || byte >= 0x80;
    let fits = whole && masks >= 4 && tail == 4 && head + tail == digits(text) && matches!(head, 0 | 4 | 6 | 8);
    (fits && one_kind && text.len() <= BYTES && !edge(before(bytes, start)) && !edge(at(bytes, end)))
        .then_some(start..end)
}

fn is_mask(byte: u8) -> bool {
    matches!(byte, b'*' | b'X' | b'x')
}
