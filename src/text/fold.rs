//! Letters folded for comparing keywords: one code a letter, the same for both cases and for letters that people
//! write for one another (identifiers 2.1): ё as е; ә ғ қ ң ө ұ ү һ і as а г к н о у у х и; ў as у; ї є ґ as и е г; Latin
//! letters with marks as those without. Apostrophes are not there at all.

use super::utf8;

/// A folded character.
pub type Code = u8;

/// Anything that is neither letter nor digit: words end here.
pub const GAP: Code = 0;
/// A line end: phrases end here.
pub const LINE_END: Code = 254;
/// A character that is passed over (apostrophes, soft hyphens, zero-width marks).
pub const PASSED: Code = 255;
/// Number of codes of letters and digits, [`GAP`] included.
pub const CODES: usize = 70;

const LATIN: Code = 1;
const DIGIT: Code = 27;
const CYRILLIC: Code = 37;

/// `№` counts as a word of its own: «договор №» is not «договор».
const NUMBER_SIGN: Code = 69;

const fn cyrillic(letter: u32) -> Code {
    CYRILLIC + (letter - 0x430) as Code
}

/// Georgian letters by their sound: keywords in Latin (`piradi nomeri`) serve for both.
const GEORGIAN: &[u8; 33] = b"abgdevztiklmnopzrstupkgqscczwhxjh";

#[expect(clippy::indexing_slicing, reason = "called with letters of the alphabet only, by `fold`")]
const fn sound(alphabet: &[u8; 33], letter: u32) -> Code {
    LATIN + (alphabet[letter as usize] - b'a')
}

/// The code of a character.
pub const fn fold(c: u32) -> Code {
    match c {
        0x61..=0x7A => LATIN + (c - 0x61) as Code,
        0x41..=0x5A => LATIN + (c - 0x41) as Code,
        0x30..=0x39 => DIGIT + (c - 0x30) as Code,
        0x0A | 0x0D => LINE_END,
        0x27 | 0x60 | 0xAD | 0x2018 | 0x2019 | 0x2BC | 0x200B..=0x200D | 0xFEFF => PASSED,
        0x430..=0x44F => cyrillic(c),
        0x410..=0x42F => cyrillic(c + 0x20),
        0x401 | 0x451 | 0x404 | 0x454 => cyrillic(0x435),
        0x406 | 0x456 | 0x407 | 0x457 => cyrillic(0x438),
        0x490..=0x493 => cyrillic(0x433),
        0x49A | 0x49B => cyrillic(0x43A),
        0x4A2 | 0x4A3 => cyrillic(0x43D),
        0x4AE..=0x4B1 | 0x40E | 0x45E => cyrillic(0x443),
        0x4BA | 0x4BB => cyrillic(0x445),
        0x4D8 | 0x4D9 => cyrillic(0x430),
        0x4E8 | 0x4E9 => cyrillic(0x43E),
        0x2116 => NUMBER_SIGN,
        0x10D0..=0x10F0 => sound(GEORGIAN, c - 0x10D0),
        0xC0..=0x21B => match base_of_latin(c) {
            0 => GAP,
            letter => LATIN + (letter - b'a') as Code,
        },
        _ => GAP,
    }
}

/// The small letter of ASCII that a Latin letter with a mark is written for, or 0: Kazakh in Latin letters (`Aıgerim`,
/// `týǵan`, `äkesı`), German, Polish, Turkish, Baltic names.
const fn base_of_latin(c: u32) -> u8 {
    match c {
        0xC0..=0xC5 | 0xE0..=0xE5 | 0x100..=0x105 | 0x1CD | 0x1CE => b'a',
        0xC7 | 0xE7 | 0x106..=0x10D => b'c',
        0xD0 | 0xF0 | 0x10E..=0x111 => b'd',
        0xC8..=0xCB | 0xE8..=0xEB | 0x112..=0x11B => b'e',
        0x11C..=0x123 | 0x1F4 | 0x1F5 => b'g',
        0xCC..=0xCF | 0xEC..=0xEF | 0x128..=0x131 => b'i',
        0x136 | 0x137 => b'k',
        0x139..=0x142 => b'l',
        0xD1 | 0xF1 | 0x143..=0x148 | 0x14A | 0x14B => b'n',
        0xD2..=0xD6 | 0xD8 | 0xF2..=0xF6 | 0xF8 | 0x14C..=0x151 => b'o',
        0x154..=0x159 => b'r',
        0xDF | 0x15A..=0x161 | 0x218 | 0x219 => b's',
        0x162..=0x167 | 0x21A | 0x21B => b't',
        0xD9..=0xDC | 0xF9..=0xFC | 0x168..=0x173 => b'u',
        0xDD | 0xFD | 0xFF | 0x176..=0x178 => b'y',
        0x179..=0x17E => b'z',
        _ => 0,
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn utf8_table() -> [Code; 64 * 4] {
    // Two-byte letters with lead bytes D0..=D3: U+0400..=U+04FF.
    let mut table = [GAP; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = fold(0x400 + i as u32);
        i += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn ascii_table() -> [Code; 128] {
    let mut table = [GAP; 128];
    let mut i = 0;
    while i < 128 {
        table[i] = fold(i as u32);
        i += 1;
    }
    table
}

static CYRILLIC_BLOCK: [Code; 256] = utf8_table();
static ASCII: [Code; 128] = ascii_table();

/// The code of an ASCII byte; [`GAP`] for others.
#[inline(always)]
pub fn of_ascii(byte: u8) -> Code {
    ASCII.get(usize::from(byte)).copied().unwrap_or(GAP)
}

/// Small ASCII letters, a bit each.
pub const SMALL_ASCII: u128 = ((1 << 26) - 1) << b'a';

/// ASCII letters and digits, a bit each.
pub const WORD_ASCII: u128 = SMALL_ASCII | ((1 << 26) - 1) << b'A' | ((1 << 10) - 1) << b'0';

/// Codes of digits and signs that count as words, a bit each.
pub const NOT_LETTERS: u128 = ((1 << 10) - 1) << DIGIT | 1 << NUMBER_SIGN;

/// Whether a capital letter of one of the folded alphabets may stand at `i`, told from two bytes.
#[inline(always)]
pub fn is_capital(bytes: &[u8], i: usize) -> bool {
    match super::at(bytes, i) {
        b'A'..=b'Z' => true,
        0xD0 => super::at(bytes, i + 1) < 0xB0,
        0xD2 | 0xD3 => super::at(bytes, i + 1) & 1 == 0,
        _ => false,
    }
}

/// The ASCII bytes that have this code, a bit each.
pub fn ascii_bytes(code: Code) -> u128 {
    match code {
        LATIN..DIGIT => (1 << (code - LATIN + b'a')) | (1 << (code - LATIN + b'A')),
        DIGIT..CYRILLIC => 1 << (code - DIGIT + b'0'),
        _ => 0,
    }
}

/// The folded character at `i` and its length in bytes; a [`LINE_END`] of length 0 past the end.
#[inline]
pub fn folded_at(bytes: &[u8], i: usize) -> (Code, usize) {
    let Some(&first) = bytes.get(i) else { return (LINE_END, 0) };
    if let Some(&code) = ASCII.get(usize::from(first)) {
        return (code, 1);
    }
    if matches!(first, 0xD0..=0xD3) {
        let second = super::at(bytes, i + 1);
        let index = usize::from(first & 3) << 6 | usize::from(second & 0x3F);
        return (CYRILLIC_BLOCK.get(index).copied().unwrap_or(GAP), 2);
    }
    utf8::char_at(bytes, i).map_or((LINE_END, 0), |(c, length)| (fold(c as u32), length))
}

/// The small ASCII letter of a code, if it is Latin.
pub fn latin_of(code: Code) -> Option<u8> {
    matches!(code, LATIN..DIGIT).then(|| code - LATIN + b'a')
}

/// Whether a code is a letter.
#[inline]
pub const fn is_letter(code: Code) -> bool {
    matches!(code, LATIN..DIGIT | CYRILLIC..NUMBER_SIGN)
}

/// Whether a code is a digit.
#[inline]
pub const fn is_digit(code: Code) -> bool {
    matches!(code, DIGIT..CYRILLIC)
}

/// Whether a code is a letter or digit.
#[inline]
pub const fn is_word(code: Code) -> bool {
    code >= LATIN && (code as usize) < CODES
}

/// The folded letters and digits of a text; other characters are [`GAP`].
pub fn folded(text: &str) -> Vec<Code> {
    text.chars().map(|c| fold(c as u32)).filter(|&code| code != PASSED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cases_and_related_letters_fold_to_one_code() {
        for (left, right) in [
            ("ИИН", "иин"),
            ("Тёща", "теща"),
            ("Жеке сәйкестендіру нөмірі", "жеке сайкестендиру номири"),
            ("ім'я", "имя"),
            ("ім’я", "имя"),
            ("ЎЎ", "уу"),
            ("Phone", "pHONE"),
            ("Äkesıniñ aty", "akesinin aty"),
            ("MEKENJAIY", "mekenjaıy"),
            ("Týǵan", "tygan"),
        ] {
            assert_eq!(folded(left), folded(right), "{left} {right}");
        }
        assert_ne!(folded("тел"), folded("тек"));
    }

    #[test]
    fn the_fast_tables_agree_with_the_definition() {
        for code in 0..=0xFFFFu32 {
            let Some(c) = char::from_u32(code) else { continue };
            let text = c.to_string();
            assert_eq!(folded_at(text.as_bytes(), 0), (fold(code), text.len()), "{code:x}");
        }
    }
}
