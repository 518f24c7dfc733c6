//! Names of members: bytes in an encoding that mostly nobody says.

use crate::text::encoding::Encoding;

/// A name as text. UTF-8 if it can be; else the code page in which it reads as Russian, Kazakh, Ukrainian or
/// Belarusian: old archivers wrote CP866 on Windows, and some programs wrote windows-1251.
pub(super) fn decoded(name: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(name) {
        return text.to_owned();
    }
    let dos: String = name.iter().map(|byte| cp866(*byte)).collect();
    let mut windows = String::with_capacity(name.len());
    Encoding::Windows1251.decode(name, &mut windows);
    if strange(&windows) < strange(&dos) { windows } else { dos }
}

/// Characters that names do not hold: what a wrong code page gives. Cyrillic small letters in one of the two are
/// capitals, box lines or signs in the other.
fn strange(text: &str) -> usize {
    let mut before = ' ';
    let mut count = 0;
    for c in text.chars() {
        let letter = c.is_ascii() || matches!(c, 'А'..='я' | 'ё' | 'Ё' | '№');
        // A capital right behind a small letter.
        let jump = c.is_uppercase() && before.is_lowercase() && !c.is_ascii();
        count += usize::from(!letter) * 2 + usize::from(jump);
        before = c;
    }
    count
}

/// The letters of code page 866 above ASCII.
pub(super) fn cp866(byte: u8) -> char {
    const SIGNS: [char; 16] = ['Ё', 'ё', 'Є', 'є', 'Ї', 'ї', 'Ў', 'ў', '°', '∙', '·', '√', '№', '¤', '■', '\u{a0}'];
    match byte {
        0..=0x7F => char::from(byte),
        0x80..=0xAF => char::from_u32(0x410 + u32::from(byte - 0x80)).unwrap_or('\u{FFFD}'),
        0xE0..=0xEF => char::from_u32(0x440 + u32::from(byte - 0xE0)).unwrap_or('\u{FFFD}'),
        0xF0..=0xFF => SIGNS.get(usize::from(byte - 0xF0)).copied().unwrap_or('\u{FFFD}'),
        // Lines of boxes.
        _ => '\u{2500}',
    }
}

/// The letters of KOI8-R above ASCII, with those that KOI8-U has in place of lines of boxes.
pub(super) fn koi8(byte: u8) -> char {
    const SMALL: &str = "юабцдефгхийклмнопярстужвьызшэщчъ";
    let letter = |index: u8| SMALL.chars().nth(usize::from(index)).unwrap_or('\u{FFFD}');
    match byte {
        0..=0x7F => char::from(byte),
        0xA3 => 'ё',
        0xB3 => 'Ё',
        0xA4 => 'є',
        0xB4 => 'Є',
        0xA6 => 'і',
        0xB6 => 'І',
        0xA7 => 'ї',
        0xB7 => 'Ї',
        0xAD => 'ґ',
        0xBD => 'Ґ',
        0xC0..=0xDF => letter(byte - 0xC0),
        0xE0..=0xFF => letter(byte - 0xE0).to_uppercase().next().unwrap_or('\u{FFFD}'),
        0x9A => '\u{a0}',
        _ => '\u{2500}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_were_written() {
        assert_eq!(decoded("договор №7.txt".as_bytes()), "договор №7.txt");
        assert_eq!(decoded(b"\xa4\xae\xa3\xae\xa2\xae\xe0.txt"), "договор.txt");
        assert_eq!(decoded(b"\x8f\xa0\xe1\xaf\xae\xe0\xe2/\x88\x88\x8d.doc"), "Паспорт/ИИН.doc");
        assert_eq!(decoded(b"\xe4\xee\xe3\xee\xe2\xee\xf0.txt"), "договор.txt");
        assert_eq!(decoded(b"\xcf\xe0\xf1\xef\xee\xf0\xf2 \xc8\xe2\xe0\xed\xee\xe2\xe0.pdf"), "Паспорт Иванова.pdf");
    }
}
