//! JSON written by hand into a reused buffer: findings come in millions, and their fields in a fixed order.

use super::escape::hides;
use super::mask::BULLETS;
use std::ffi::OsStr;
use std::path::Path;

/// Appends a string with its quotes. Controls and characters that turn the reading direction are written as `\u`.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    string_part(out, text);
    out.push(b'"');
}

/// Appends the inside of a string.
pub(super) fn string_part(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    loop {
        let plain = rest.bytes().take_while(|byte| is_plain(*byte)).count();
        let (own, behind) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.extend_from_slice(own.as_bytes());
        // Masks are made of them.
        if let Some(behind) = behind.strip_prefix(BULLETS) {
            out.extend_from_slice(BULLETS.as_bytes());
            rest = behind;
            continue;
        }
        let mut letters = behind.chars();
        let Some(letter) = letters.next() else { return };
        rest = letters.as_str();
        match letter {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            _ if hides(letter) => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(b"\\u");
                    hex(out, &unit.to_be_bytes());
                }
            }
            _ => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Bytes that need no second look, by number: ASCII without quote, backslash, controls; leads of Cyrillic and the like,
/// and all bytes behind a lead. A piece of them ends where a letter does.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
    while byte < 256 {
        let kept = matches!(byte, 0x20..=0x7e | 0x80..=0xbf | 0xc3..=0xd7);
        table[byte] = kept && byte != b'"' as usize && byte != b'\\' as usize;
        byte += 1;
    }
    table
};

fn is_plain(byte: u8) -> bool {
    PLAIN.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Appends `"path":"…"` and, where the path is not UTF-8, `"path_b64":"…"`.
pub(super) fn path_fields(out: &mut Vec<u8>, path: &Path) {
    out.extend_from_slice(b"\"path\":");
    path_value(out, path.as_os_str());
    if path.to_str().is_none() {
        out.extend_from_slice(b",\"path_b64\":\"");
        base64(out, path.as_os_str().as_encoded_bytes());
        out.push(b'"');
    }
}

/// Appends a path as a string; what is not UTF-8 becomes U+FFFD.
pub(super) fn path_value(out: &mut Vec<u8>, path: &OsStr) {
    string(out, &path.to_string_lossy());
}

/// Appends an integer.
pub(super) fn integer(out: &mut Vec<u8>, value: u64) {
    const EIGHT: u64 = 100_000_000;
    if value >= EIGHT {
        integer(out, value / EIGHT);
        out.extend_from_slice(&eight_digits(value % EIGHT).to_le_bytes());
        return;
    }
    let digits = eight_digits(value);
    let zeros = ((digits ^ 0x3030_3030_3030_3030).trailing_zeros() / 8).min(7);
    // Eight bytes are written whatever the number: a copy of a known length is a single store.
    out.extend_from_slice(&(digits >> (8 * zeros)).to_le_bytes());
    out.truncate(out.len() - zeros as usize);
}

/// Eight digits of a number below 100,000,000, first digit in the lowest byte, all at once. Digits put together in a
/// buffer one by one would have to reach memory before they could be copied as a whole.
fn eight_digits(value: u64) -> u64 {
    // Two numbers of four digits, four of two, eight of one; x * 10486 >> 20 is x / 100, x * 103 >> 10 is x / 10.
    let fours = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | ((twos - 10 * tens) << 8);
    ones | 0x3030_3030_3030_3030
}

/// Appends lower-case hexadecimal digits.
pub(crate) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        out.extend_from_slice(&eight_nibbles(u32::from_be_bytes(*word)).to_be_bytes());
    }
    for byte in rest {
        let digits = eight_nibbles(u32::from(*byte)).to_be_bytes();
        out.extend_from_slice(digits.last_chunk::<2>().map_or(&[], |pair| pair.as_slice()));
    }
}

/// The nibbles of a word as digits, first digit in the highest byte, all at once.
fn eight_nibbles(word: u32) -> u64 {
    let word = u64::from(word);
    let halves = (word | (word << 16)) & 0x0000_ffff_0000_ffff;
    let bytes = (halves | (halves << 8)) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (bytes | (bytes << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = ((nibbles + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
    nibbles + 0x3030_3030_3030_3030 + letters * u64::from(b'a' - b'0' - 10)
}

/// Appends standard base64 with padding.
pub fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4_u32 {
            let sextet = (group >> (18 - 6 * index)) & 63;
            let letter = ALPHABET.get(sextet as usize).copied().unwrap_or(b'=');
            out.push(if index as usize <= chunk.len() { letter } else { b'=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{base64, hex, integer, path_fields, string};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn strings_come_back_as_they_were() {
        for text in [
            "",
            "plain",
            "quote \" and \\ slash",
            "line\nfeed\ttab\rreturn",
            "nul \0 bell \u{7} del \u{7f} csi \u{9b}31m",
            "ИИН клиента",
            "right \u{202e}left\u{2066}",
            "\u{feff}bom \u{200b}zero",
            "emoji 🙂 and • bullet",
            "\u{e0041}tag",
            "العربية \u{61c}mark",
        ] {
            let json = written(|out| string(out, text));
            assert_eq!(serde_json::from_str::<String>(&json).expect("valid JSON"), text, "{json}");
            assert!(!json.chars().any(super::hides), "{json:?}");
        }
    }

    #[test]
    fn integers_are_written_whole() {
        for value in [0, 7, 9, 10, 99, 100, 101, 999, 1000, 1001, 65_535, 123_456_789, u64::MAX - 1, u64::MAX] {
            assert_eq!(written(|out| integer(out, value)), value.to_string());
        }
    }

    #[test]
    fn every_digit_stands_in_every_place() {
        for place in 0..20 {
            for digit in 1..=9_u64 {
                if let Some(value) = 10_u64.checked_pow(place).and_then(|power| power.checked_mul(digit)) {
                    for value in [value, value - 1, value.saturating_add(12_345_678)] {
                        assert_eq!(written(|out| integer(out, value)), value.to_string());
                    }
                }
            }
        }
        for byte in 0..=255_u8 {
            let bytes = [byte, 0, byte, 255 - byte, byte];
            let expected = bytes.map(|byte| format!("{byte:02x}")).concat();
            assert_eq!(written(|out| hex(out, &bytes)), expected);
        }
    }

    #[test]
    fn hexadecimal_and_base64() {
        assert_eq!(written(|out| hex(out, &[0x00, 0x1f, 0xab, 0xff])), "001fabff");
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"\xff\xfe\xfd", "//79"),
        ] {
            assert_eq!(written(|out| base64(out, bytes)), text);
        }
    }

    #[test]
    fn a_path_that_is_not_utf8_keeps_its_bytes() {
        let path = Path::new(OsStr::from_bytes(b"\xef\xe0\xf0\xee\xeb\xfc.txt"));
        assert_eq!(
            written(|out| path_fields(out, path)),
            "\"path\":\"\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}.txt\",\"path_b64\":\"7+Dw7uv8LnR4dA==\""
        );
        assert_eq!(written(|out| path_fields(out, Path::new("a\nb"))), "\"path\":\"a\\nb\"");
    }
}
