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
