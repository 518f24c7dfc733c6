//! Which encoding the text around a candidate is in.
//!
//! Digits, `@` and Latin shapes are the same bytes in every ASCII superset, so an encoding is asked for only where
//! letters above ASCII matter: keywords and letter borders. It is decided for the window around the place, so a log
//! that mixes encodings line by line is read right.

use super::slice;

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8 (and so ASCII).
    Utf8,
    /// windows-1251.
    Windows1251,
    /// The program's own eight-bit code for text narrowed from UTF-16 (see [`narrow`]).
    Narrow,
}

/// How a stream is stored: what one unit of its raw bytes is, told by mark or by lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// One byte a unit.
    Bytes,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
}

impl Width {
    /// Raw bytes a unit.
    pub fn unit_bytes(self) -> usize {
        match self {
            Self::Bytes => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    /// Tells the width from the first bytes of a stream: by mark, else by lanes (reliability: before any UTF-8 check,
    /// since Cyrillic UTF-16 is also legal ASCII).
    pub fn sniff(head: &[u8]) -> Self {
        match head {
            [0xFF, 0xFE, 0, 0, ..] => return Self::Bytes,
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        let sample = slice(head, 0, 4096);
        let pairs = sample.len() / 2;
        if pairs < 8 {
            return Self::Bytes;
        }
        // In UTF-16 text one lane holds almost only 00 (Latin) and 04 (Cyrillic); real text in bytes holds neither.
        let mut high = [0usize; 2];
        let mut zero = [0usize; 2];
        for pair in sample.chunks_exact(2) {
            for (lane, &byte) in pair.iter().enumerate() {
                if let (Some(h), Some(z)) = (high.get_mut(lane), zero.get_mut(lane)) {
                    *h += usize::from(matches!(byte, 0 | 4));
                    *z += usize::from(byte == 0);
                }
            }
        }
        let [even_high, odd_high] = high;
        let [even_zero, odd_zero] = zero;
        let most = |n: usize| n * 10 >= pairs * 9;
        let few = |n: usize| n * 10 <= pairs;
        if most(odd_high) && few(even_zero) {
            Self::Utf16Le
        } else if most(even_high) && few(odd_zero) {
            Self::Utf16Be
        } else {
            Self::Bytes
        }
    }
}

/// The encoding of the window `lo..hi`: UTF-8 if its bytes allow it, else windows-1251.
pub fn of_window(bytes: &[u8], lo: usize, hi: usize) -> Encoding {
    let window = slice(bytes, lo, hi);
    if window.is_ascii() {
        return Encoding::Utf8;
    }
    // The window may begin or end inside a letter.
    let skipped = window.iter().take(3).take_while(|&&byte| byte & 0xC0 == 0x80).count();
    match std::str::from_utf8(slice(window, skipped, window.len())) {
        Ok(_) => Encoding::Utf8,
        Err(error) if error.error_len().is_none() => Encoding::Utf8,
        Err(_) => Encoding::Windows1251,
    }
}

/// Letters of the narrow code above ASCII: windows-1251, with Kazakh letters where Serbian and Macedonian ones stand
/// and 0x98 for anything else.
pub(super) const NARROW: [u16; 128] = [
    0x49A, 0x492, 0x201A, 0x493, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x4A2, 0x2039, 0x4E8, 0x49B, 0x4BA,
    0x4B0, 0x4D8, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122, 0x4A3, 0x203A, 0x4E9, 0x4AF,
    0x4BB, 0x4B1, 0xA0, 0x40E, 0x45E, 0x4D9, 0xA4, 0x490, 0xA6, 0xA7, 0x401, 0xA9, 0x404, 0xAB, 0x4AE, 0xAD, 0xAE,
    0x407, 0xB0, 0xB1, 0x406, 0x456, 0x491, 0xB5, 0xB6, 0xB7, 0x451, 0x2116, 0x454, 0xBB, 0x2BC, 0x2011, 0x202F, 0x457,
    0x410, 0x411, 0x412, 0x413, 0x414, 0x415, 0x416, 0x417, 0x418, 0x419, 0x41A, 0x41B, 0x41C, 0x41D, 0x41E, 0x41F,
    0x420, 0x421, 0x422, 0x423, 0x424, 0x425, 0x426, 0x427, 0x428, 0x429, 0x42A, 0x42B, 0x42C, 0x42D, 0x42E, 0x42F,
    0x430, 0x431, 0x432, 0x433, 0x434, 0x435, 0x436, 0x437, 0x438, 0x439, 0x43A, 0x43B, 0x43C, 0x43D, 0x43E, 0x43F,
    0x440, 0x441, 0x442, 0x443, 0x444, 0x445, 0x446, 0x447, 0x448, 0x449, 0x44A, 0x44B, 0x44C, 0x44D, 0x44E, 0x44F,
];

/// Letters of windows-1251 above ASCII.
pub(super) const WINDOWS_1251: [u16; 128] = [
    0x402, 0x403, 0x201A, 0x453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x409, 0x2039, 0x40A, 0x40C, 0x40B,
    0x40F, 0x452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122, 0x459, 0x203A, 0x45A, 0x45C,
    0x45B, 0x45F, 0xA0, 0x40E, 0x45E, 0x408, 0xA4, 0x490, 0xA6, 0xA7, 0x401, 0xA9, 0x404, 0xAB, 0xAC, 0xAD, 0xAE,
    0x407, 0xB0, 0xB1, 0x406, 0x456, 0x491, 0xB5, 0xB6, 0xB7, 0x451, 0x2116, 0x454, 0xBB, 0x458, 0x405, 0x455, 0x457,
    0x410, 0x411, 0x412, 0x413, 0x414, 0x415, 0x416, 0x417, 0x418, 0x419, 0x41A, 0x41B, 0x41C, 0x41D, 0x41E, 0x41F,
    0x420, 0x421, 0x422, 0x423, 0x424, 0x425, 0x426, 0x427, 0x428, 0x429, 0x42A, 0x42B, 0x42C, 0x42D, 0x42E, 0x42F,
    0x430, 0x431, 0x432, 0x433, 0x434, 0x435, 0x436, 0x437, 0x438, 0x439, 0x43A, 0x43B, 0x43C, 0x43D, 0x43E, 0x43F,
    0x440, 0x441, 0x442, 0x443, 0x444, 0x445, 0x446, 0x447, 0x448, 0x449, 0x44A, 0x44B, 0x44C, 0x44D, 0x44E, 0x44F,
];

impl Encoding {
    /// The report's word. Text narrowed from UTF-16 is named by the stream's [`Width`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1251 => "windows-1251",
            Self::Narrow => "utf-16",
        }
    }

    /// The character at `i` and its length in bytes; `None` at the end. A byte that fits no letter is U+FFFD.
    #[inline(always)]
    pub fn char_at(self, bytes: &[u8], i: usize) -> Option<(char, usize)> {
        let first = *bytes.get(i)?;
        Some(if first < 0x80 { (char::from(first), 1) } else { self.letter_at(bytes, i, first) })
    }

    fn letter_at(self, bytes: &[u8], i: usize, first: u8) -> (char, usize) {
        match self {
            Self::Utf8 => {
                let length = match first {
                    0xC2..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0..=0xF4 => 4,
                    _ => 1,
                };
                let text = std::str::from_utf8(slice(bytes, i, i + length)).ok();
                text.and_then(|text| text.chars().next()).map_or(('\u{FFFD}', 1), |c| (c, c.len_utf8()))
            }
            Self::Windows1251 => (eight_bit(&WINDOWS_1251, first), 1),
            Self::Narrow => (eight_bit(&NARROW, first), 1),
        }
    }

    /// The character that ends just before `i`, and its length in bytes; `None` at the start.
    #[inline(always)]
    pub fn char_before(self, bytes: &[u8], i: usize) -> Option<(char, usize)> {
        let last = *bytes.get(i.checked_sub(1)?)?;
        if last < 0x80 { Some((char::from(last), 1)) } else { self.letter_before(bytes, i) }
    }

    fn letter_before(self, bytes: &[u8], i: usize) -> Option<(char, usize)> {
        if self != Self::Utf8 {
            return self.char_at(bytes, i - 1);
        }
        let start = (1..=4).filter_map(|n| i.checked_sub(n)).find(|&start| super::at(bytes, start) & 0xC0 != 0x80)?;
        match self.char_at(bytes, start) {
            Some((c, length)) if start + length == i => Some((c, length)),
            _ => Some(('\u{FFFD}', 1)),
        }
    }

    /// Decodes bytes into `out`.
    pub fn decode(self, bytes: &[u8], out: &mut String) {
        let mut i = 0;
        while let Some((c, length)) = self.char_at(bytes, i) {
            out.push(c);
            i += length;
        }
    }
}

fn eight_bit(table: &[u16; 128], byte: u8) -> char {
    table.get(usize::from(byte & 0x7F)).and_then(|&code| char::from_u32(u32::from(code))).unwrap_or('\u{FFFD}')
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn narrow_cyrillic() -> [u8; 256] {
    let mut table = [0x98u8; 256];
    let mut i = 0;
    while i < 128 {
        if NARROW[i] >> 8 == 4 {
            table[(NARROW[i] & 0xFF) as usize] = 0x80 + i as u8;
        }
        i += 1;
    }
    table
}

static NARROW_CYRILLIC: [u8; 256] = narrow_cyrillic();

/// Narrows UTF-16 to the program's own eight-bit code, one byte a unit, so that offsets are half the raw ones and the
/// same finder serves. Units without a place in it become 0x98. A last odd byte is dropped.
pub fn narrow(raw: &[u8], width: Width, out: &mut Vec<u8>) {
    out.clear();
    out.reserve(raw.len() / 2);
    let little = width == Width::Utf16Le;
    out.extend(raw.chunks_exact(2).map(|pair| {
        let (low, high) = match (pair, little) {
            ([low, high], true) | ([high, low], false) => (*low, *high),
            _ => (0x98, 0xFF),
        };
        match high {
            0 if low < 0x80 => low,
            4 => NARROW_CYRILLIC.get(usize::from(low)).copied().unwrap_or(0x98),
            _ => narrow_rare(u16::from(high) << 8 | u16::from(low)),
        }
    }));
}

#[cold]
fn narrow_rare(unit: u16) -> u8 {
    match unit {
        0xFEFF => b' ',
        0x2002..=0x200A => 0xA0,
        0x2010 | 0x2212 => 0x96,
        0x2015 => 0x97,
        0xFF20 => b'@',
        0xFF10..=0xFF19 => b'0' + (unit - 0xFF10) as u8,
        _ => NARROW.iter().position(|&code| code == unit).map_or(0x98, |i| 0x80 + i as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, width: Width) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if width == Width::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    }

    #[test]
    fn utf16_is_told_by_its_lanes_and_ascii_is_not_taken_for_it() {
        let text = "Клиент: Тестов Тест, ИИН 900101300017, тел. +7 701 555-01-23\n";
        for width in [Width::Utf16Le, Width::Utf16Be] {
            assert_eq!(Width::sniff(&utf16(text, width)), width);
            assert_eq!(Width::sniff(&utf16("plain Latin text, no letters above ASCII", width)), width);
        }
        assert_eq!(Width::sniff(text.as_bytes()), Width::Bytes);
        assert_eq!(Width::sniff(&[0; 64]), Width::Bytes);
        assert_eq!(Width::sniff(b"\x04\x00"), Width::Bytes);
    }

    #[test]
    fn narrowing_keeps_every_letter_of_the_five_languages() {
        let text = "aZ09@ АБЯабяЁёӘәҒғҚқҢңӨөҰұҮүҺһІіЇїЄєҐґЎў№«»–— ";
        for width in [Width::Utf16Le, Width::Utf16Be] {
            let mut out = Vec::new();
            narrow(&utf16(text, width), width, &mut out);
            let mut back = String::new();
            Encoding::Narrow.decode(&out, &mut back);
            assert_eq!(back, text);
        }
    }

    #[test]
    fn a_window_is_utf8_unless_its_bytes_forbid_it() {
        let text = "ИИН клиента".as_bytes();
        for lo in 0..text.len() {
            for hi in lo..=text.len() {
                assert_eq!(of_window(text, lo, hi), Encoding::Utf8, "{lo}..{hi}");
            }
        }
        assert_eq!(of_window(b"\xc8\xc8\xcd \xea\xeb\xe8\xe5\xed\xf2\xe0", 0, 11), Encoding::Windows1251);
    }

    #[test]
    fn characters_are_read_forwards_and_backwards() {
        let text = "aЯ№";
        let bytes = text.as_bytes();
        assert_eq!(Encoding::Utf8.char_at(bytes, 1), Some(('Я', 2)));
        assert_eq!(Encoding::Utf8.char_before(bytes, 3), Some(('Я', 2)));
        assert_eq!(Encoding::Utf8.char_before(bytes, 6), Some(('№', 3)));
        assert_eq!(Encoding::Utf8.char_before(bytes, 0), None);
        assert_eq!(Encoding::Windows1251.char_at(b"\xdf", 0), Some(('Я', 1)));
    }
}
