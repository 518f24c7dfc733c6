//! Where streams are cut into blocks.
//!
//! Blocks have borders at fixed offsets, each moved to the next record end, at most some way further. A border depends
//! on the bytes behind its fixed offset alone, so both neighbours find the same one, whoever reads first.

use memchr::memchr;

/// How far the border at the beginning of `window` moves: behind the first line end, else behind the first byte that
/// no value holds, else to the end. `window` is the slack behind a fixed offset, or less at the end of the stream.
pub(super) fn border(window: &[u8]) -> usize {
    let record = memchr(b'\n', window).map(|i| i + 1);
    record
        .or_else(|| {
            window
                .iter()
                .position(|byte| matches!(byte, b',' | b';' | b'{' | b'}' | b'[' | b']' | b'>' | b'|' | b'"'))
                .map(|i| i + 1)
        })
        .unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::border;

    #[test]
    fn borders_move_to_record_ends() {
        assert_eq!(border(b"abc\ndef\n"), 4);
        assert_eq!(border(b"900101300017 87015550123,x"), 25);
        assert_eq!(border(b"9001013"), 7);
        assert_eq!(border(b""), 0);
    }
}
