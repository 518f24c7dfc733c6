//! JSON written by hand into a reused buffer: findings come in millions, and their fields in a fixed order.

use super::escape::hides;
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
    if text.bytes().all(plain) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for letter in text.chars() {
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

/// Bytes that need no second look: ASCII without quote, backslash, controls; Cyrillic lead and all trail bytes.
fn plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | 0x80..=0xbf | 0xc3..=0xd7) && byte != b'"' && byte != b'\\'
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
    let mut digits = [0_u8; 20];
    let mut rest = value;
    let mut start = digits.len();
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + (rest % 10) as u8;
        rest /= 10;
        start -= 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(start..).unwrap_or_default());
}

/// Appends lower-case hexadecimal digits.
pub(super) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    fn digit(nibble: u8) -> u8 {
        if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble }
    }
    for byte in bytes {
        out.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
}

/// Appends standard base64 with padding.
pub(super) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
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
        for value in [0, 7, 10, 99, 100, 123_456_789, u64::MAX] {
            assert_eq!(written(|out| integer(out, value)), value.to_string());
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
