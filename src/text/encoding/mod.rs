//! Encodings: which one text is in, and its bytes as UTF-8 with the way back.
//!
//! All that looks for values and words sees UTF-8 only. What is UTF-8 already, and ASCII with it, is looked at where it
//! stands; the rest is decoded line by line into one reused buffer ([`Text`]) with a map of offsets ([`Map`]). A line's
//! encoding is told from the line itself, with the beginning of its stream as a hint ([`Coding`]): logs mix encodings.

mod decode;
mod judge;
mod labelled;
mod map;
mod pairs;
mod tables;

pub use decode::Text;
pub use judge::{Coding, encoding_of};
pub use labelled::{Named, meant};
pub use map::Map;

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, and so ASCII.
    Utf8,
    /// Windows, Cyrillic.
    Windows1251,
    /// windows-1251 with Kazakh letters.
    Kz1048,
    /// Unix, Russian.
    Koi8R,
    /// KOI8-R with Ukrainian letters.
    Koi8U,
    /// DOS, Russian.
    Cp866,
    /// CP866 with Ukrainian letters.
    Cp1125,
    /// ISO 8859-5.
    Iso8859_5,
    /// Mac OS, Cyrillic.
    MacCyrillic,
    /// Asian Cyrillic.
    Ptcp154,
    /// Bytes among UTF-8 that are none.
    Damaged,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// UTF-32, little end first.
    Utf32Le,
    /// UTF-32, big end first.
    Utf32Be,
}

/// Every name that [`Encoding::name`] gives.
pub fn names() -> Vec<&'static str> {
    use Encoding::{Utf8, Utf16Be, Utf16Le, Utf32Be, Utf32Le};
    let all = Encoding::EIGHT_BIT.into_iter().chain([Utf8, Utf16Le, Utf16Be, Utf32Le, Utf32Be]);
    all.map(Encoding::name).collect()
}

impl Encoding {
    /// The eight-bit encodings, the likeliest first: of two that read a line alike, the first one names it.
    pub const EIGHT_BIT: [Self; 9] = [
        Self::Windows1251,
        Self::Koi8R,
        Self::Cp866,
        Self::Kz1048,
        Self::Koi8U,
        Self::Cp1125,
        Self::Iso8859_5,
        Self::MacCyrillic,
        Self::Ptcp154,
    ];

    /// The report's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Damaged => "utf-8",
            Self::Windows1251 => "windows-1251",
            Self::Kz1048 => "kz-1048",
            Self::Koi8R => "koi8-r",
            Self::Koi8U => "koi8-u",
            Self::Cp866 => "ibm866",
            Self::Cp1125 => "cp1125",
            Self::Iso8859_5 => "iso-8859-5",
            Self::MacCyrillic => "x-mac-cyrillic",
            Self::Ptcp154 => "ptcp154",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Utf32Le => "utf-32le",
            Self::Utf32Be => "utf-32be",
        }
    }

    /// The encoding that a label in a message means, however it is spelt (IANA, and what programs write).
    pub fn labelled(label: &str) -> Option<Self> {
        let name: String = label.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let name = name.strip_prefix("cs").or_else(|| name.strip_prefix('x')).unwrap_or(&name);
        Some(match name {
            "utf8" | "unicode11utf8" => Self::Utf8,
            "windows1251" | "cp1251" | "win1251" | "ansi1251" | "1251" => Self::Windows1251,
            "kz1048" | "strk10482002" | "rk1048" => Self::Kz1048,
            "koi8r" | "koi8" | "koi" => Self::Koi8R,
            "koi8u" | "koi8ru" => Self::Koi8U,
            "ibm866" | "cp866" | "dos866" | "866" => Self::Cp866,
            "cp1125" | "ibm1125" | "cp866u" | "1125" => Self::Cp1125,
            "iso88595" | "isolatincyrillic" | "cyrillic" => Self::Iso8859_5,
            "maccyrillic" | "macukrainian" => Self::MacCyrillic,
            "ptcp154" | "pt154" | "cp154" | "cyrillicasian" => Self::Ptcp154,
            "utf16le" => Self::Utf16Le,
            "utf16be" | "utf16" => Self::Utf16Be,
            "utf32le" => Self::Utf32Le,
            "utf32be" | "utf32" => Self::Utf32Be,
            _ => return None,
        })
    }

    /// Raw bytes of one unit.
    pub fn unit_bytes(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
            _ => 1,
        }
    }

    /// Reads bytes in an eight-bit encoding; what is no character becomes U+FFFD.
    pub fn decode(self, bytes: &[u8], out: &mut String) {
        let letter = |byte: u8| self.letters().and_then(|letters| letters.get(usize::from(byte & 0x7F)));
        out.extend(bytes.iter().map(|&byte| match byte {
            0..0x80 => char::from(byte),
            _ => letter(byte).and_then(|&code| char::from_u32(u32::from(code))).unwrap_or(char::REPLACEMENT_CHARACTER),
        }));
    }

    /// Characters of the bytes from 0x80 on, if it is an eight-bit encoding.
    pub(in crate::text) const fn letters(self) -> Option<&'static [u16; 128]> {
        Some(match self {
            Self::Windows1251 => &tables::WINDOWS_1251,
            Self::Kz1048 => &tables::KZ_1048,
            Self::Koi8R => &tables::KOI8_R,
            Self::Koi8U => &tables::KOI8_U,
            Self::Cp866 => &tables::CP866,
            Self::Cp1125 => &tables::CP1125,
            Self::Iso8859_5 => &tables::ISO_8859_5,
            Self::MacCyrillic => &tables::MAC_CYRILLIC,
            Self::Ptcp154 => &tables::PTCP154,
            _ => return None,
        })
    }
}
