//! Text that was taken for another encoding and written as UTF-8: `Ð˜Ð²Ð°Ð½`, `РРІР°РЅ`, `Èâàíîâ`.

use super::{Kind, View};
use crate::text::encoding::Encoding;
use crate::text::{slice, utf8};
use std::ops::Range;

/// Characters of windows-1252 from 0x80 to 0x9F; the others are those of Latin-1.
const WINDOWS_1252: [u16; 32] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D,
    0x17E, 0x178,
];

/// The byte that a character is in windows-1252, or as a bare control character.
fn latin(c: char) -> Option<u8> {
    let code = u32::from(c);
    match code {
        0x80..0x100 => Some(code as u8),
        _ => WINDOWS_1252.iter().position(|&known| u32::from(known) == code).map(|i| 0x80 + i as u8),
    }
}

/// The byte that a character is in windows-1251, or as a bare control character.
fn cyrillic(c: char) -> Option<u8> {
    let code = u32::from(c);
    let letters = Encoding::Windows1251.letters()?;
    let byte = letters.iter().position(|&known| u32::from(known) == code).map(|i| 0x80 + i as u8);
    byte.or_else(|| (0x80..0xA0).contains(&code).then_some(code as u8))
}

/// Decodes words of the range that are such text; copies all else.
pub(super) fn decode(text: &[u8], range: Range<usize>, view: &mut View) {
    let (mut i, mut copied) = (range.start, range.start);
    while i < range.end {
        let ascii = slice(text, i, range.end).iter().take_while(|byte| byte.is_ascii()).count();
        i += ascii;
        let start = i;
        // Characters above ASCII in a row, and where each begins.
        let mut word: Vec<(char, usize)> = Vec::new();
        while let Some((c, length)) = utf8::char_at(text, i).filter(|(c, _)| !c.is_ascii() && i < range.end) {
            word.push((c, i));
            i += length;
        }
        if let Some(read) = read(&word) {
            view.copy(text, copied..start);
            let place = |n: usize| word.get(n).map_or(i, |(_, place)| *place);
            for (c, from, until) in read {
                view.put_char(place(from)..place(until), c, Kind::Mojibake);
            }
            copied = i;
        }
        if word.is_empty() && i < range.end {
            i += 1;
        }
    }
    view.copy(text, copied..range.end.max(copied));
}

/// The characters that a word stands for, each with the range of characters that it is written with.
fn read(word: &[(char, usize)]) -> Option<Vec<(char, usize, usize)>> {
    for byte_of in [latin, cyrillic] {
        let Some(bytes) = word.iter().map(|(c, _)| byte_of(*c)).collect::<Option<Vec<u8>>>() else { continue };
        if let Ok(text) = std::str::from_utf8(&bytes)
            && bytes.len() >= 2
        {
            return Some(text.char_indices().map(|(at, c)| (c, at, at + c.len_utf8())).collect());
        }
    }
    // windows-1251 taken for windows-1252: three letters or more, and all of them letters then.
    let letters = Encoding::Windows1251.letters()?;
    let bytes = word.iter().map(|(c, _)| latin(*c)).collect::<Option<Vec<u8>>>().filter(|bytes| bytes.len() >= 3)?;
    let one = |(n, byte): (usize, &u8)| {
        let code = letters.get(usize::from(byte & 0x7F)).filter(|code| (0x401..=0x491).contains(*code))?;
        char::from_u32(u32::from(*code)).map(|c| (c, n, n + 1))
    };
    bytes.iter().enumerate().map(one).collect()
}
