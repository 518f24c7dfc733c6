//! Strings of PDF as text.

use elek::unpack::runs;
use lopdf::{Object, StringFormat, decode_text_string};

/// What a string says (ISO 32000-2, 7.9.2): UTF-16 or UTF-8 behind a mark, else `PDFDocEncoding`; and what programs write
/// all the same: the other mark, and UTF-8 without one. Of bytes that are no text, the runs that are.
pub(super) fn said(string: &[u8]) -> String {
    match string {
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        _ => {
            let rest = string.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(string);
            if is_binary(rest) {
                return runs(rest);
            }
            if let Ok(text) = std::str::from_utf8(rest) {
                return text.to_owned();
            }
            let letters = || rest.iter().map(|byte| char::from(*byte)).collect();
            decode_text_string(&Object::String(rest.to_vec(), StringFormat::Literal)).unwrap_or_else(|_| letters())
        }
    }
}

/// Bytes of a stream as text, if they are one: UTF-8, or UTF-16 behind a mark.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => Some(wide(rest, u16::from_be_bytes)),
        [0xFF, 0xFE, rest @ ..] => Some(wide(rest, u16::from_le_bytes)),
        _ if is_binary(bytes) => None,
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

fn wide(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| order(*unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether one byte in ten or more is a control character.
fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|byte| **byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0C | b'\r'));
    controls.count() * 10 > bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_however_they_are_written() {
        assert_eq!(said(b"\xFE\xFF\x04\x18\x04\x18\x04\x1D\0"), "ИИН");
        assert_eq!(said(b"\xFF\xFE\x18\x04\x18\x04\x1D\x04"), "ИИН");
        assert_eq!(said("\u{FEFF}ИИН".as_bytes()), "ИИН");
        assert_eq!(said("ИИН".as_bytes()), "ИИН");
        assert_eq!(said(b"caf\xE9 \xA0"), "café €");
        assert_eq!(said(b"\xC8\xC8\xCD"), "ÈÈÍ");
        // A name in a certificate.
        let der = [
            "\u{30}\u{1}\u{c}\u{1}".as_bytes(),
            "ТЕСТОВА".as_bytes(),
            b"\x01\x02\xFF\x00IIN900101300017\x00\x01\x02\x03ab\x05\x06\x07",
        ];
        assert_eq!(said(&der.concat()), "ТЕСТОВА\nIIN900101300017");
        assert_eq!((text(b"\0\x01\x02ab"), text(b"<a>\n")), (None, Some("<a>\n".to_owned())));
    }
}
