//! Fonts of PDF: what the codes of a string mean, and how wide they are.
//!
//! In order: the font's own map to Unicode (`ToUnicode`, ISO 32000-1, 9.10.3), names of glyphs in `Differences`
//! (Adobe Glyph List: `afii10017`, `uni0410`), the named encoding. A code without a meaning is told, not guessed.

use super::address;
use lopdf::{Dictionary, Document, Encoding, Object, Stream};
use std::collections::HashMap;
use std::rc::Rc;

/// Most bytes of a map that is unpacked.
const MAP_BYTES: usize = 8 << 20;
/// Most codes of a font.
const CODES: usize = 70_000;
/// Most codes of fonts that are kept from page to page.
const KEPT_CODES: usize = 500_000;

/// Fonts of one document, by where they lie in memory: pages have most of them in common.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    known: HashMap<usize, Rc<Font>>,
    codes: usize,
}

impl Fonts {
    /// A page begins: many fonts are not kept for it.
    pub(super) fn begin(&mut self) {
        if self.codes > KEPT_CODES {
            *self = Self::default();
        }
    }

    /// The font that a dictionary describes.
    pub(super) fn font(&mut self, document: &Document, source: &Dictionary) -> Rc<Font> {
        if let Some(known) = self.known.get(&address(source)) {
            return Rc::clone(known);
        }
        let font = Rc::new(Font::new(document, source));
        self.codes += font.meanings.len() + font.widths.len();
        self.known.insert(address(source), Rc::clone(&font));
        font
    }
}

/// One font.
#[derive(Debug, Default)]
pub(super) struct Font {
    /// Codes of two bytes.
    is_wide: bool,
    meanings: HashMap<u32, String>,
    /// Parts of the size.
    widths: HashMap<u32, f32>,
    other_width: f32,
}

/// One code of a string.
pub(super) struct Glyph<'f> {
    pub(super) text: Option<&'f str>,
    /// Parts of the size.
    pub(super) width: f32,
    /// The code that `Tw` widens.
    pub(super) is_blank: bool,
}

impl Font {
    pub(super) fn new(document: &Document, source: &Dictionary) -> Self {
        let is_wide = source.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Type0");
        let mut font = Self { is_wide, other_width: if is_wide { 1.0 } else { 0.5 }, ..Self::default() };
        if !is_wide {
            let encoding = source.get_font_encoding_with_limit(document, MAP_BYTES);
            // Maps to Unicode are read below, with all their forms.
            if let Ok(encoding @ (Encoding::OneByteEncoding(_) | Encoding::Differences(_))) = encoding {
                for code in 0..=255u8 {
                    let text = encoding.bytes_to_string(&[code]).unwrap_or_default();
                    if !text.is_empty() {
                        font.meanings.insert(u32::from(code), text);
                    }
                }
            }
            font.name(document, source);
        }
        if let Ok(stream) = source.get_deref(b"ToUnicode", document).and_then(Object::as_stream)
            && let Some(map) = unpacked(stream, MAP_BYTES)
        {
            font.map(&map);
        }
        if is_wide {
            font.measure_wide(document, source);
        } else {
            font.measure(document, source);
        }
        font
    }

    /// Names of glyphs that the list of names does not hold.
    fn name(&mut self, document: &Document, source: &Dictionary) {
        let encoding = source.get_deref(b"Encoding", document).and_then(Object::as_dict);
        let Ok(differences) = encoding.and_then(|encoding| encoding.get_deref(b"Differences", document)) else {
            return;
        };
        let mut code = 0;
        for object in differences.as_array().into_iter().flatten() {
            match object {
                Object::Integer(first) => code = u32::try_from(*first).unwrap_or(0),
                Object::Name(name) => {
                    let name = std::str::from_utf8(name).unwrap_or_default();
                    if let Some(letter) = letter(name).filter(|_| code < 256) {
                        self.meanings.insert(code, letter.to_string());
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    /// Reads a map to Unicode: pairs (`bfchar`) and ranges (`bfrange`).
    fn map(&mut self, map: &[u8]) {
        let mut tokens = Tokens(map);
        let mut section = None;
        let mut codes: Vec<Vec<u8>> = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"beginbfchar") => (section, codes) = (Some(2), Vec::new()),
                Token::Word(b"beginbfrange") => (section, codes) = (Some(3), Vec::new()),
                Token::Word(_) => section = None,
                Token::Open if section == Some(3) && codes.len() == 2 => {
                    let first = number(codes.first());
                    let mut at = 0;
                    while let Some(Token::Code(code)) = tokens.next() {
                        self.mean(first.saturating_add(at), &code);
                        at += 1;
                    }
                    codes.clear();
                }
                Token::Open | Token::Close => {}
                Token::Code(code) => {
                    codes.push(code);
                    match (section, codes.as_slice()) {
                        (Some(2), [from, to]) => {
                            self.mean(number(Some(from)), to);
                            codes.clear();
                        }
                        (Some(3), [first, last, to]) => {
                            let (first, last) = (number(Some(first)), number(Some(last)));
                            let mut to = to.clone();
                            for code in first..=last.min(first.saturating_add(0xFFFF)) {
                                self.mean(code, &to);
                                increase(&mut to);
                            }
                            codes.clear();
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn mean(&mut self, code: u32, utf16: &[u8]) {
        if self.meanings.len() >= CODES || utf16.len() > 64 {
            return;
        }
        let units = utf16.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
        let text: String = char::decode_utf16(units).filter_map(Result::ok).filter(|c| *c != '\0').collect();
        if !text.is_empty() {
            self.meanings.insert(code, text);
        }
    }

    fn measure(&mut self, document: &Document, source: &Dictionary) {
        let first = source.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
        let Ok(widths) = source.get_deref(b"Widths", document).and_then(Object::as_array) else { return };
        for (i, width) in widths.iter().take(256).enumerate() {
            let code = u32::try_from(first).unwrap_or(0).saturating_add(i as u32);
            self.widths.insert(code, width.as_float().unwrap_or(500.0) / 1000.0);
        }
    }

    /// Widths of a composite font: `code [w w w]` and `first last w` (ISO 32000-1, 9.7.4.3).
    fn measure_wide(&mut self, document: &Document, source: &Dictionary) {
        let below = source.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
        let Some(below) = below.ok().and_then(|fonts| fonts.first()) else { return };
        let Ok(below) = document.dereference(below).and_then(|(_, object)| object.as_dict()) else { return };
        if let Ok(width) = below.get_deref(b"DW", document).and_then(Object::as_float) {
            self.other_width = width / 1000.0;
        }
        let Ok(widths) = below.get_deref(b"W", document).and_then(Object::as_array) else { return };
        let mut numbers = Vec::new();
        for object in widths.iter().take(CODES) {
            let Ok((_, object)) = document.dereference(object) else { continue };
            if let Ok(list) = object.as_array() {
                let first = numbers.pop().unwrap_or(0.0) as u32;
                for (i, width) in list.iter().take(CODES).enumerate() {
                    self.widths.insert(first.saturating_add(i as u32), width.as_float().unwrap_or(1000.0) / 1000.0);
                }
                numbers.clear();
            } else if let Ok(number) = object.as_float() {
                numbers.push(number);
            }
            if let &[first, last, width] = numbers.as_slice() {
                let first = first as u32;
                for code in first..=(last as u32).min(first.saturating_add(0xFFFF)) {
                    self.widths.insert(code, width / 1000.0);
                }
                numbers.clear();
            }
            if self.widths.len() > CODES {
                return;
            }
        }
    }

    /// The codes of a string.
    pub(super) fn glyphs<'f>(&'f self, string: &'f [u8]) -> impl Iterator<Item = Glyph<'f>> {
        let length = if self.is_wide { 2 } else { 1 };
        string.chunks(length).map(|code| {
            let number = code.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
            Glyph {
                text: self.meanings.get(&number).map(String::as_str),
                width: self.widths.get(&number).copied().unwrap_or(self.other_width),
                is_blank: !self.is_wide && number == 32,
            }
        })
    }
}

/// The bytes of a stream, if there are no more than `limit`.
pub(super) fn unpacked(stream: &Stream, limit: usize) -> Option<Vec<u8>> {
    stream.get_plain_content_with_limit(limit).ok()
}

fn number(code: Option<&Vec<u8>>) -> u32 {
    code.map_or(0, |code| code.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The next target of a range: one more in the last unit.
fn increase(target: &mut [u8]) {
    for byte in target.iter_mut().rev().take(2) {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            return;
        }
    }
}

/// The letter that a name of a glyph stands for, as far as it follows a rule: `uni0410`, `u0410`, `afii10017`.
fn letter(name: &str) -> Option<char> {
    let name = name.split('.').next().unwrap_or_default();
    if let Some(digits) = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'))
        && (4..=6).contains(&digits.len())
    {
        return u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    }
    let number: u32 = name.strip_prefix("afii")?.parse().ok()?;
    let small = |number: u32| match number {
        10065..=10070 => Some(0x430 + number - 10065),
        10071 => Some(0x451),
        10072..=10097 => Some(0x436 + number - 10072),
        10098 => Some(0x491),
        // Ђ Ѓ Є Ѕ І Ї Ј Љ Њ Ћ Ќ, then Ў: U+045D is left out.
        10099..=10109 => Some(0x452 + number - 10099),
        10110 => Some(0x45E),
        10193 => Some(0x45F),
        _ => None,
    };
    let code = match number {
        10017..=10022 => Some(0x410 + number - 10017),
        10023 => Some(0x401),
        10024..=10049 => Some(0x416 + number - 10024),
        10050 => Some(0x490),
        10051..=10061 => Some(0x402 + number - 10051),
        10062 => Some(0x40E),
        10145 => Some(0x40F),
        61352 => Some(0x2116),
        other => small(other),
    };
    code.and_then(char::from_u32)
}

/// Pieces of a map.
enum Token<'m> {
    Code(Vec<u8>),
    Open,
    Close,
    Word(&'m [u8]),
}

struct Tokens<'m>(&'m [u8]);

impl<'m> Iterator for Tokens<'m> {
    type Item = Token<'m>;

    fn next(&mut self) -> Option<Token<'m>> {
        self.0 = self.0.trim_ascii_start();
        let (&first, rest) = self.0.split_first()?;
        match first {
            b'[' | b']' => self.0 = rest,
            b'<' if rest.first() != Some(&b'<') => {
                let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
                let digits: Vec<u8> =
                    rest.iter().take(end).filter_map(|byte| char::from(*byte).to_digit(16)).map(|d| d as u8).collect();
                self.0 = rest.get(end + 1..).unwrap_or(&[]);
                return Some(Token::Code(
                    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect(),
                ));
            }
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b"[]<".contains(byte);
                let length = 1 + rest.iter().position(ends).unwrap_or(rest.len());
                let (word, rest) = self.0.split_at(length);
                self.0 = rest;
                return Some(Token::Word(word));
            }
        }
        Some(if first == b'[' { Token::Open } else { Token::Close })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_glyphs_follow_rules() {
        let names =
            ["afii10017", "afii10023", "afii10049", "afii10065", "afii10071", "afii10097", "afii10055", "afii10103"];
        assert_eq!(names.map(|name| letter(name).unwrap_or('?')).iter().collect::<String>(), "АЁЯаёяІі");
        let names = ["uni04D9", "u0493", "afii61352", "afii10050", "afii10110", "uni0410.alt"];
        assert_eq!(names.map(|name| letter(name).unwrap_or('?')).iter().collect::<String>(), "әғ№ҐўА");
        assert_eq!(["A", "union", "afii", "uniXYZW"].map(letter), [None; 4]);
    }

    #[test]
    fn maps_have_pairs_ranges_and_lists() {
        let mut font = Font { is_wide: true, ..Font::default() };
        font.map(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <0418> <0002><04180306>
            endbfchar 2 beginbfrange <0010> <0012> <0430> <0020><0021>[<0041> <0042>] endbfrange",
        );
        let text = |string: &[u8]| font.glyphs(string).map(|glyph| glyph.text.unwrap_or("?")).collect::<String>();
        assert_eq!(text(b"\0\x01\0\x02\0\x10\0\x12\0\x20\0\x21\0\x99"), "ИИ\u{306}авAB?");
    }

    #[test]
    fn a_range_without_end_is_cut() {
        let mut font = Font::default();
        font.map(b"beginbfrange <00000000> <FFFFFFFF> <0000> <FFFFFF00> <FFFFFFFF> <0041> endbfrange");
        assert!(font.meanings.len() <= CODES);
    }
}
