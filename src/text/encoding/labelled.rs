//! Text of which somebody has said which encoding it is in: believed as far as the bytes agree.
//!
//! The judge of encodings ([`Coding`]) decides; a name helps it where few letters tell little, and names the encodings that
//! it does not know. No byte is lost to a wrong name.

use super::{Coding, Encoding, Text};
use crate::text::slice;
use std::borrow::Cow;

/// Bytes at the beginning by which a name is checked.
const HEAD_BYTES: usize = 64 << 10;
/// Bytes above ASCII side by side in a text of Latin letters.
const LATIN_RUN: usize = 2;

/// What a text is said to be in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// An encoding that the judge knows.
    Known(Encoding),
    /// Another one, and the text as read in it.
    Other(String),
}

/// The bytes of a text as they are, for the judge to decide; in UTF-8, where a name is needed to read them as they are
/// meant, and fits.
pub fn meant<'b>(bytes: Cow<'b, [u8]>, named: Option<&Named>) -> Cow<'b, [u8]> {
    match named {
        Some(Named::Other(text)) if is_meant(&bytes, text) => Cow::Owned(text.clone().into_bytes()),
        Some(Named::Known(encoding)) => {
            let head = slice(&bytes, 0, HEAD_BYTES);
            let judged = Coding::sniff(head);
            let coding = match encoding.unit_bytes() {
                1 if encoding.letters().is_some() && judged.usual != *encoding => Coding { usual: *encoding, ..judged },
                2.. if judged.wide.is_none() && is_wide(head, *encoding) => Coding { wide: Some(*encoding), ..judged },
                _ => return bytes,
            };
            let mut text = Text::default();
            if judged.wide.is_none() && text.read(&bytes, 0, coding) {
                return Cow::Owned(text.bytes().to_vec());
            }
            bytes
        }
        _ => bytes,
    }
}

/// Whether bytes may be a text that was read in an encoding unknown to the judge: one of Latin letters, which stand alone
/// among ASCII, or one that needs several bytes for a letter, and nothing in it was none.
fn is_meant(bytes: &[u8], text: &str) -> bool {
    let longest = bytes.split(u8::is_ascii).map(<[u8]>::len).max().unwrap_or(0);
    // Of the others some letters stand for themselves, and ends of lines are lost.
    let is_short = text.chars().count() < bytes.len() - bytes.len() / 8;
    (longest <= LATIN_RUN || is_short) && !text.contains(char::REPLACEMENT_CHARACTER)
}

/// Whether bytes are whole units of an encoding, nearly all of them letters or signs of our texts.
fn is_wide(head: &[u8], wide: Encoding) -> bool {
    let unit_bytes = wide.unit_bytes();
    let usual = |unit: &&[u8]| match (*unit, wide) {
        ([_, high], Encoding::Utf16Le) | ([high, _], Encoding::Utf16Be) => matches!(high, 0..=5 | 0x20..=0x25),
        ([a, b, c, d], Encoding::Utf32Le) => char::from_u32(u32::from_le_bytes([*a, *b, *c, *d])).is_some(),
        ([a, b, c, d], Encoding::Utf32Be) => char::from_u32(u32::from_be_bytes([*a, *b, *c, *d])).is_some(),
        _ => false,
    };
    let units = head.len() / unit_bytes;
    units > 0 && head.chunks_exact(unit_bytes).filter(usual).count() * 20 >= units * 19
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], named: Option<&Named>) -> String {
        String::from_utf8_lossy(&meant(Cow::Borrowed(bytes), named)).into_owned()
    }

    #[test]
    fn names_help_and_lose_nothing() {
        let known = |label: &str| Encoding::labelled(label).map(Named::Known);
        // Two letters that KOI8-U has and KOI8-R has not.
        let of_two = b"\xA6\xA7 \xC0\xD4";
        assert_ne!(Coding::sniff(of_two).usual, Encoding::Koi8U);
        assert_eq!(read(of_two, known("koi8-u").as_ref()), "ії ют");
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        assert_eq!(read(&wide("a@b.kz"), known("utf-16le").as_ref()), "a@b.kz");
        // Names that do not fit, and UTF-8: the bytes.
        let name = b"\xC8\xE2\xE0\xED\xEE\xE2 \xC8\xE2\xE0\xED";
        for label in ["utf-8", "utf-16le", "utf-32", "windows-1251"] {
            assert_eq!(meant(Cow::Borrowed(name), known(label).as_ref()).as_ref(), name, "{label}");
        }
        assert_eq!(read("Иванов".as_bytes(), known("koi8-r").as_ref()), "Иванов");
        assert_eq!(known("x-unknown"), None);
        for (label, encoding) in [("cp-1251", Encoding::Windows1251), ("x-mac-cyrillic", Encoding::MacCyrillic)] {
            assert_eq!(Encoding::labelled(label), Some(encoding));
        }
        // Encodings that the judge does not know.
        assert_eq!(read(b"M\xFCller", Some(&Named::Other("Müller".into()))), "Müller");
        let other = Some(Named::Other("Èâàíîâ Èâàí".into()));
        assert_eq!(meant(Cow::Borrowed(name), other.as_ref()).as_ref(), name);
    }
}
