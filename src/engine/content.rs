//! What the first bytes of a stream tell: its width, its layout, and whether it can be read as text at all.

use crate::problem::Reason;
use crate::text::encoding::{self, Encoding, Width};
use crate::text::layout::{Layout, SNIFF_BYTES};
use crate::text::slice;

/// What is known of a stream before its blocks are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Nature {
    pub(super) width: Option<Width>,
    pub(super) layout: Layout,
    /// Why it cannot be read in full, if so.
    pub(super) reason: Option<Reason>,
}

/// Formats told by their first bytes, and what this version can say of them.
const FORMATS: &[(&[u8], usize, Reason)] = &[
    (b"\x1f\x8b", 0, Reason::Unsupported),
    (b"PK\x03\x04", 0, Reason::Unsupported),
    (b"PK\x05\x06", 0, Reason::Unsupported),
    (b"BZh", 0, Reason::Unsupported),
    (b"\xfd7zXZ\0", 0, Reason::Unsupported),
    (b"\x28\xb5\x2f\xfd", 0, Reason::Unsupported),
    (b"\x04\x22\x4d\x18", 0, Reason::Unsupported),
    (b"7z\xbc\xaf\x27\x1c", 0, Reason::Unsupported),
    (b"Rar!\x1a\x07", 0, Reason::Unsupported),
    (b"%PDF-", 0, Reason::Unsupported),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, Reason::Unsupported),
    (b"SQLite format 3\0", 0, Reason::Unsupported),
    (b"LPKSHHRH", 0, Reason::Unsupported),
    (b"PAR1", 0, Reason::Unsupported),
    (b"ustar", 257, Reason::Unsupported),
    (b"\x89PNG\r\n", 0, Reason::NoText),
    (b"\xff\xd8\xff", 0, Reason::NoText),
    (b"GIF8", 0, Reason::NoText),
    (b"RIFF", 0, Reason::NoText),
    (b"ID3", 0, Reason::NoText),
    (b"OggS", 0, Reason::NoText),
    (b"fLaC", 0, Reason::NoText),
    (b"ftyp", 4, Reason::NoText),
    (b"\x1aE\xdf\xa3", 0, Reason::NoText),
];

impl Nature {
    /// Tells what a stream is from its first 64 KiB.
    pub(super) fn sniff(head: &[u8]) -> Self {
        let head = slice(head, 0, SNIFF_BYTES);
        let known = FORMATS.iter().find(|(magic, at, _)| slice(head, *at, at + magic.len()) == *magic);
        if let Some((_, _, reason)) = known {
            return Self { reason: Some(*reason), ..Self::default() };
        }
        let width = Width::sniff(head);
        if width == Width::Bytes {
            let reason = is_binary(head).then_some(Reason::UnknownBinary);
            return Self { width: Some(width), layout: Layout::sniff(head), reason };
        }
        let mut narrow = Vec::new();
        encoding::narrow(head, width, &mut narrow);
        let mut text = String::new();
        Encoding::Narrow.decode(&narrow, &mut text);
        Self { width: Some(width), layout: Layout::sniff(text.trim_start().as_bytes()), reason: None }
    }

    pub(super) fn width(&self) -> Width {
        self.width.unwrap_or(Width::Bytes)
    }

    /// Whether the bytes are not looked at, since they are no text in any encoding.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.reason, Some(Reason::Unsupported | Reason::NoText))
    }
}

/// Control characters that no text holds make up more than one byte in twenty.
fn is_binary(head: &[u8]) -> bool {
    let odd =
        head.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0B | 0x0C | 0x1B)).count();
    odd * 20 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_told_apart() {
        assert_eq!(Nature::sniff(b"\x1f\x8b\x08\0").reason, Some(Reason::Unsupported));
        assert_eq!(Nature::sniff(b"\x89PNG\r\n\x1a\n").reason, Some(Reason::NoText));
        assert_eq!(Nature::sniff(&[0, 1, 2, 3, 200, 5, 6, 7, 8, 9, 10, 11]).reason, Some(Reason::UnknownBinary));
        assert_eq!(Nature::sniff(b"").reason, None);
        let mut log = vec![b'a'; 4000];
        log[100] = 0;
        assert_eq!(Nature::sniff(&log).reason, None, "a few zero bytes do not make a log binary");
        let utf16: Vec<u8> = "\u{feff}a;ИИН\r\n1;2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let nature = Nature::sniff(&utf16);
        assert_eq!(nature.width(), Width::Utf16Le);
        assert_eq!(nature.layout.table.map(|table| table.columns), Some(vec!["a".to_owned(), "ИИН".to_owned()]));
    }
}
