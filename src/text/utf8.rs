//! Characters of UTF-8 text, forwards and backwards. Bytes that are none read as U+FFFD, one each.

use super::{at, slice};

/// The character at `i` and its length in bytes; `None` at the end.
#[inline(always)]
pub fn char_at(bytes: &[u8], i: usize) -> Option<(char, usize)> {
    let first = *bytes.get(i)?;
    Some(if first < 0x80 { (char::from(first), 1) } else { letter_at(bytes, i, first) })
}

#[inline]
fn letter_at(bytes: &[u8], i: usize, first: u8) -> (char, usize) {
    let second = at(bytes, i + 1);
    if matches!(first, 0xC2..=0xDF) && second & 0xC0 == 0x80 {
        let code = u32::from(first & 0x1F) << 6 | u32::from(second & 0x3F);
        return (char::from_u32(code).unwrap_or('\u{FFFD}'), 2);
    }
    long_letter_at(bytes, i, first)
}

#[inline(never)]
fn long_letter_at(bytes: &[u8], i: usize, first: u8) -> (char, usize) {
    let next = |n: usize| Some(at(bytes, i + n)).filter(|byte| byte & 0xC0 == 0x80).map(|byte| u32::from(byte & 0x3F));
    let letter = || {
        let (code, length) = match first {
            0xE0..=0xEF => (u32::from(first & 0xF) << 12 | next(1)? << 6 | next(2)?, 3),
            0xF0..=0xF4 => (u32::from(first & 7) << 18 | next(1)? << 12 | next(2)? << 6 | next(3)?, 4),
            _ => return None,
        };
        // Neither half of a pair of UTF-16 nor longer than need be.
        char::from_u32(code).filter(|c| c.len_utf8() == length).map(|c| (c, length))
    };
    letter().unwrap_or(('\u{FFFD}', 1))
}

/// The character that ends just before `i`, and its length in bytes; `None` at the start.
#[inline]
pub fn char_before(bytes: &[u8], i: usize) -> Option<(char, usize)> {
    let last = *bytes.get(i.checked_sub(1)?)?;
    if last < 0x80 {
        return Some((char::from(last), 1));
    }
    if let Some(start) = i.checked_sub(2)
        && last & 0xC0 == 0x80
        && matches!(at(bytes, start), 0xC2..=0xDF)
    {
        return char_at(bytes, start);
    }
    let start = (1..=4).filter_map(|n| i.checked_sub(n)).find(|&start| at(bytes, start) & 0xC0 != 0x80)?;
    match char_at(bytes, start) {
        Some((c, length)) if start + length == i => Some((c, length)),
        _ => Some(('\u{FFFD}', 1)),
    }
}

/// The first place from `i` on that is not inside a character.
pub fn boundary_from(bytes: &[u8], i: usize) -> usize {
    i + slice(bytes, i, i + 3).iter().take_while(|&&byte| byte & 0xC0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_forwards_and_backwards() {
        let bytes = "aЯ№".as_bytes();
        assert_eq!(char_at(bytes, 1), Some(('Я', 2)));
        assert_eq!(char_before(bytes, 3), Some(('Я', 2)));
        assert_eq!(char_before(bytes, 6), Some(('№', 3)));
        assert_eq!(char_before(bytes, 0), None);
        assert_eq!(char_at(b"\xdf", 0), Some(('\u{FFFD}', 1)));
        assert_eq!(char_before(b"a\xdf", 2), Some(('\u{FFFD}', 1)));
        assert_eq!(boundary_from(bytes, 2), 3);
    }

    #[test]
    fn characters_are_those_of_the_standard_library() {
        let ends = [0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF];
        for first in 0x80..=0xFF {
            for second in 0..=0xFF {
                for (third, fourth) in ends.into_iter().flat_map(|third| ends.map(|fourth| (third, fourth))) {
                    let bytes = [first, second, third, fourth];
                    let whole = bytes.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
                    assert_eq!(char_at(&bytes, 0), Some(whole.map_or(('\u{FFFD}', 1), |c| (c, c.len_utf8()))));
                }
            }
        }
    }
}
