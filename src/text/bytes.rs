//! Single bytes and pieces, cut to what exists. Shared with the build.

/// The byte at `i`, or 0 outside: a value that is neither digit, letter nor separator.
#[inline(always)]
pub(crate) fn at(bytes: &[u8], i: usize) -> u8 {
    match bytes.get(i) {
        Some(byte) => *byte,
        None => 0,
    }
}

/// The byte before `i`, or 0 at the start.
#[inline(always)]
pub(crate) fn before(bytes: &[u8], i: usize) -> u8 {
    at(bytes, i.wrapping_sub(1))
}

/// The bytes `start..end`, cut to what exists.
#[inline(always)]
pub(crate) fn slice(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    let end = end.min(bytes.len());
    bytes.get(start.min(end)..end).unwrap_or(&[])
}

const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each of eight bytes that is a digit.
#[inline(always)]
pub(crate) fn digits_among(eight: [u8; 8]) -> u64 {
    let low = u64::from_le_bytes(eight) ^ 0x3030_3030_3030_3030;
    !(((low & !HIGH) + 0x7676_7676_7676_7676) | low) & HIGH
}

/// The first digit at `i` or behind it, among so many bytes.
pub(crate) fn digit_from(bytes: &[u8], i: usize, most: usize) -> Option<usize> {
    let mut rest = slice(bytes, i, i + most);
    let mut from = i;
    while let Some((eight, behind)) = rest.split_first_chunk() {
        let digits = digits_among(*eight);
        if digits != 0 {
            return Some(from + digits.trailing_zeros() as usize / 8);
        }
        (from, rest) = (from + 8, behind);
    }
    rest.iter().position(u8::is_ascii_digit).map(|n| from + n)
}

/// One past the last digit of the group that holds `i`.
#[inline]
pub(crate) fn digits_end(bytes: &[u8], mut i: usize) -> usize {
    let mut rest = bytes.get(i..).unwrap_or(&[]);
    while let Some((eight, behind)) = rest.split_first_chunk() {
        let others = digits_among(*eight) ^ HIGH;
        if others != 0 {
            return i + others.trailing_zeros() as usize / 8;
        }
        (i, rest) = (i + 8, behind);
    }
    i + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// First digit of the group that ends before `i`.
#[inline]
pub(crate) fn digits_start(bytes: &[u8], mut i: usize) -> usize {
    let mut head = bytes.get(..i).unwrap_or(bytes);
    while let Some((before, eight)) = head.split_last_chunk() {
        let others = digits_among(*eight) ^ HIGH;
        if others != 0 {
            return i - others.leading_zeros() as usize / 8;
        }
        (i, head) = (i - 8, before);
    }
    i - head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count()
}
