//! Where streams are cut into blocks.
//!
//! Blocks have borders at fixed offsets, each moved to the next record end, at most some way further. A border depends
//! on the bytes behind its fixed offset alone, so both neighbours find the same one, whoever reads first.

use crate::text::encoding::Encoding;
use memchr::{memchr, memmem};

/// The same for text whose units are wider than a byte.
pub(super) fn wide_border(window: &[u8], encoding: Encoding) -> usize {
    let size = encoding.unit_bytes();
    let little = matches!(encoding, Encoding::Utf16Le | Encoding::Utf32Le);
    // A unit that is an ASCII character, as that character.
    let ascii = |unit: &[u8]| {
        let (last, rest) = if little { unit.split_first() } else { unit.split_last() }?;
        rest.iter().all(|&byte| byte == 0).then_some(*last)
    };
    let units = || window.chunks_exact(size).map(ascii);
    let record = units().position(|unit| unit == Some(b'\n'));
    let end = record.or_else(|| units().position(|unit| unit.is_some_and(parts_values)));
    end.map_or(window.len() / size * size, |i| (i + 1) * size)
}

/// Whether no value holds the character.
fn parts_values(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'{' | b'}' | b'[' | b']' | b'>' | b'|' | b'"')
}

/// How far the border at the beginning of `window` moves: behind the first line end, else between two tuples or objects,
/// else behind the first byte that no value holds, else to the end. `window` is the slack behind a fixed offset, or less
/// at the end of the stream.
pub(super) fn border(window: &[u8]) -> usize {
    let record = memchr(b'\n', window).map(|i| i + 1);
    let between = || [&b"),("[..], b"},{"].iter().filter_map(|sign| memmem::find(window, sign)).min().map(|i| i + 2);
    let value = || window.iter().position(|&byte| parts_values(byte)).map(|i| i + 1);
    record.or_else(between).or_else(value).unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::border;

    #[test]
    fn borders_move_to_record_ends() {
        assert_eq!(border(b"abc\ndef\n"), 4);
        assert_eq!(border(b"900101300017 87015550123,x"), 25);
        assert_eq!(border(b"'a',1),('b',2),('c',3)"), 7);
        assert_eq!(border(b"9001013"), 7);
        assert_eq!(border(b""), 0);
    }
}
