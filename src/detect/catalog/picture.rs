//! Pictures of values with letters and digits, such as `AA 9999999` (`patterns/README.md`).
//!
//! A picture is matched around its anchor, the longest group of digits in it; without digits, from a word's start.

use super::RuleIndex;
use crate::text::utf8;
use crate::text::{at, before};
use std::ops::Range;

/// One element of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A digit.
    Digit,
    /// A Latin letter, or its Cyrillic twin.
    Latin,
    /// A Cyrillic letter, or its Latin twin.
    Cyrillic,
    /// A Cyrillic capital itself.
    Own,
    /// A digit or Latin letter.
    Either,
    /// One or more of I V X and their look-alikes.
    Roman,
    /// Up to two spaces or one dash, or nothing.
    Blank,
    /// A dash of any kind, spaces around it allowed.
    Dash,
    /// A number sign with spaces around it, or spaces, or nothing.
    Sign,
    /// A character itself, in either case.
    Char(char),
}

/// A picture and the rule it belongs to.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The rule.
    pub(crate) rule: RuleIndex,
    /// Whether the layout is distinctive by itself.
    pub(crate) format: bool,
    /// Parts before the anchor, last first.
    left: Vec<Part>,
    anchor_digits: usize,
    /// Parts behind the anchor.
    right: Vec<Part>,
    /// What must stand before the anchor, and behind it, at the least.
    needs: [Side; 2],
}

/// What stands on one side of a group of digits, told from single bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Up to three letters, or bytes above ASCII, behind blanks and signs.
    Letter,
    /// A longer word of Latin letters, behind blanks and signs.
    Latin,
    /// A longer word of bytes above ASCII that some picture may have there, behind blanks and signs.
    Word,
    /// A digit behind blanks.
    Digit,
    /// Anything else, or nothing that matters.
    Other,
}

/// What pictures with as long an anchor need on its sides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Needs {
    /// A bit for each pair of sides that some of them can fit between.
    pairs: u32,
    /// Bytes that their words have next to the digits on each side, a bit for the lower six bits of each.
    words: [u64; 2],
}

impl Needs {
    pub(crate) fn of(pictures: &[Picture]) -> Self {
        const SIDES: [Side; 5] = [Side::Letter, Side::Latin, Side::Word, Side::Digit, Side::Other];
        let pairs = SIDES.into_iter().flat_map(|left| SIDES.into_iter().map(move |right| [left, right]));
        let mut needs = Self::default();
        for pair in pairs.filter(|pair| pictures.iter().any(|picture| picture.may_fit(*pair))) {
            needs.pairs |= Self::bit(pair);
        }
        let [left, right] = &mut needs.words;
        let utf8 = |c: char| [c, capital(c)].map(|c| c.to_string().into_bytes());
        for picture in pictures {
            for byte in Part::word(&picture.left).into_iter().flat_map(utf8).filter_map(|letter| letter.last().copied())
            {
                *left |= 1 << (byte & 0x3F);
            }
            for byte in Part::word(&picture.right).into_iter().flat_map(utf8).filter_map(|c| c.first().copied()) {
                *right |= 1 << (byte & 0x3F);
            }
        }
        needs
    }

    fn bit(sides: [Side; 2]) -> u32 {
        1 << (sides[0] as u32 * 5 + sides[1] as u32)
    }

    /// What stands before and behind a group of digits, if some picture can fit there: cheap, before any is tried.
    pub(crate) fn sides(&self, bytes: &[u8], digits: &Range<usize>) -> Option<[Side; 2]> {
        if self.pairs == 0 {
            return None;
        }
        // Letters beside a number that are part of a longer word, or of a string with other digits, belong to no picture.
        let wordy = |byte: u8| byte.is_ascii_alphanumeric();
        let (l, r) = (digits.start, digits.end);
        let mut sides = [Side::Other; 2];
        let near = [1, 2, 3].map(|n| before(bytes, l.wrapping_sub(n)));
        let inner = before(bytes, l).is_ascii_alphabetic()
            && (near[0].is_ascii_digit()
                || wordy(near[0]) && (near[1].is_ascii_digit() || wordy(near[1]) && wordy(near[2])));
        if !inner && !(0..8).all(|n| wordy(at(bytes, r + n))) {
            let [left, right] = self.words;
            sides = [side(|n| before(bytes, l.wrapping_sub(n)), left), side(|n| at(bytes, r + n), right)];
        }
        (self.pairs & Self::bit(sides) > 0).then_some(sides)
    }
}

/// What one side is; `byte(n)` is the n-th byte away from the digits, `words` has the bytes that a word may begin with.
#[inline(always)]
fn side(byte: impl Fn(usize) -> u8, words: u64) -> Side {
    let (mut n, mut most, mut colon) = (0, 4, false);
    while n < most {
        match byte(n) {
            b' ' | b'-' | b'/' | b'|' | b'.' | b',' | b'#' => {}
            // Behind a word only: `номер: 123456`.
            b':' if words > 0 => colon = true,
            b'0'..=b'9' if !colon => return Side::Digit,
            b'a'..=b'z' | b'A'..=b'Z' if !colon => {
                let word = (n + 1..n + 4).all(|n| byte(n).is_ascii_alphabetic());
                return if word { Side::Latin } else { Side::Letter };
            }
            first @ 0x80.. => {
                // One number sign, read from either side.
                if most == 4 && matches!([first, byte(n + 1), byte(n + 2)], [0xE2, 0x84, 0x96] | [0x96, 0x84, 0xE2]) {
                    (n, most) = (n + 3, n + 7);
                    continue;
                }
                // Letters above ASCII take one byte or two.
                let word = (n + 1..n + 8).all(|n| byte(n) >= 0x80);
                let known = words & 1 << (first & 0x3F) > 0;
                return match word {
                    true if known => Side::Word,
                    false if !colon => Side::Letter,
                    _ => Side::Other,
                };
            }
            _ => return Side::Other,
        }
        n += 1;
    }
    Side::Other
}

impl Picture {
    /// Reads a picture.
    ///
    /// # Errors
    /// If it has neither digits nor letters.
    pub(crate) fn parse(text: &str, rule: RuleIndex, format: bool) -> Result<Self, String> {
        let parts: Vec<Part> = text
            .chars()
            .map(|c| match c {
                '9' => Part::Digit,
                'A' => Part::Latin,
                'Б' => Part::Cyrillic,
                'Ц' => Part::Own,
                'X' => Part::Either,
                'R' => Part::Roman,
                ' ' => Part::Blank,
                '-' => Part::Dash,
                '№' => Part::Sign,
                other => Part::Char(other),
            })
            .collect();
        let (mut best, mut start) = (0..0, 0);
        for i in 0..=parts.len() {
            if parts.get(i) != Some(&Part::Digit) {
                if i - start > best.len() {
                    best = start..i;
                }
                start = i + 1;
            }
        }
        if best.is_empty() && !parts.iter().all(|part| *part == Part::Either) {
            return Err(format!("the picture `{text}` needs a group of digits, or must be of `X` only"));
        }
        let (left, rest) = parts.split_at(best.start);
        let (_, right) = rest.split_at(best.len());
        let left: Vec<Part> = left.iter().rev().copied().collect();
        let needs = [Part::first_side(&left), Part::first_side(right)];
        Ok(Self { rule, format, left, anchor_digits: best.len(), right: right.to_vec(), needs })
    }

    /// Whether the picture can fit where these stand on the sides of its anchor.
    pub(crate) fn may_fit(&self, sides: [Side; 2]) -> bool {
        let [left, right] = self.needs;
        let fits = |need: Side, side: Side| need == Side::Other || need == side;
        fits(left, sides[0]) && fits(right, sides[1])
    }

    /// Digits of the anchor; 0 for a picture of `X` only.
    pub(crate) fn anchor_digits(&self) -> usize {
        self.anchor_digits
    }

    /// Characters of a picture of `X` only.
    pub(crate) fn word_chars(&self) -> usize {
        self.right.len()
    }

    /// The value around the anchor `digits`, if the picture fits there.
    pub(crate) fn around(&self, bytes: &[u8], digits: &Range<usize>) -> Option<Range<usize>> {
        let mut start = digits.start;
        for part in &self.left {
            start = part.back(bytes, start)?;
        }
        let mut end = digits.end;
        for part in &self.right {
            end = part.forth(bytes, end)?;
        }
        Some(start..end)
    }
}

/// The Latin capital that looks like a Cyrillic letter (identifiers 2.1).
pub(crate) fn latin_twin(c: char) -> Option<char> {
    const TWINS: [(char, char); 15] = [
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('У', 'Y'),
        ('Х', 'X'),
        ('І', 'I'),
        ('Ѕ', 'S'),
        ('Ј', 'J'),
    ];
    TWINS.iter().find(|(cyrillic, _)| *cyrillic == c).map(|(_, latin)| *latin)
}

/// The Cyrillic capital that looks like a Latin letter.
pub(crate) fn cyrillic_twin(c: char) -> Option<char> {
    "АВЕКМНОРСТУХІ".chars().find(|cyrillic| latin_twin(*cyrillic) == Some(c))
}

pub(crate) fn capital(c: char) -> char {
    c.to_uppercase().next().unwrap_or(c)
}

fn is_latin_like(c: char) -> bool {
    let c = capital(c);
    c.is_ascii_uppercase() || latin_twin(c).is_some()
}

fn is_cyrillic_like(c: char) -> bool {
    let c = capital(c);
    ('\u{400}'..='\u{4FF}').contains(&c) || cyrillic_twin(c).is_some()
}

fn is_roman(c: char) -> bool {
    matches!(c, 'I' | 'V' | 'X' | 'І' | 'Х' | 'i' | 'v' | 'x' | 'і' | 'х' | '1' | 'l' | 'У')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '\t')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2014}' | '\u{2212}')
}

fn is_sign(c: char) -> bool {
    matches!(c, '№' | '#' | 'N' | 'n')
}

impl Part {
    /// These parts from the first on that is neither a blank nor a sign.
    fn nearest(parts: &[Self]) -> &[Self] {
        let skipped = |part: &&Self| {
            matches!(part, Self::Blank | Self::Dash | Self::Sign)
                || matches!(part, Self::Char(c) if !c.is_alphanumeric())
        };
        parts.get(parts.iter().take_while(skipped).count()..).unwrap_or(&[])
    }

    /// What the nearest of these parts needs on its side.
    fn first_side(parts: &[Self]) -> Side {
        let letter = |part: &Self| match part {
            Self::Latin | Self::Cyrillic | Self::Own => true,
            Self::Char(c) => c.is_alphanumeric(),
            _ => false,
        };
        let nearest = Self::nearest(parts);
        match nearest.first() {
            Some(Self::Digit) => Side::Digit,
            Some(first) if letter(first) => {
                let letters = nearest.iter().take_while(|part| letter(part)).count();
                // Anything may follow the letters that a picture does not name to the end.
                match (letters < 4, first) {
                    (true, _) => Side::Letter,
                    (false, Self::Char(c)) if !c.is_ascii() => Side::Word,
                    (false, _) => Side::Latin,
                }
            }
            _ => Side::Other,
        }
    }

    /// The nearest letter of the word that these parts need on their side.
    fn word(parts: &[Self]) -> Option<char> {
        match Self::nearest(parts).first() {
            Some(Self::Char(c)) if Self::first_side(parts) == Side::Word => Some(*c),
            _ => None,
        }
    }

    fn fits(self, c: char) -> bool {
        if c.is_ascii() {
            // The twins of the Cyrillic letters.
            let twin = matches!(
                c.to_ascii_uppercase(),
                'A' | 'B' | 'E' | 'K' | 'M' | 'H' | 'O' | 'P' | 'C' | 'T' | 'Y' | 'X' | 'I'
            );
            return match self {
                Self::Digit => c.is_ascii_digit(),
                Self::Latin => c.is_ascii_alphabetic(),
                Self::Cyrillic => twin,
                Self::Either => c.is_ascii_alphanumeric(),
                Self::Char(own) => own.eq_ignore_ascii_case(&c),
                Self::Roman => is_roman(c),
                Self::Own | Self::Blank | Self::Dash | Self::Sign => false,
            };
        }
        match self {
            Self::Digit => c.is_ascii_digit(),
            Self::Latin => is_latin_like(c),
            Self::Cyrillic => is_cyrillic_like(c),
            Self::Own => c.is_uppercase() && ('\u{400}'..='\u{4FF}').contains(&c),
            Self::Either => c.is_ascii_alphanumeric() || is_latin_like(c),
            Self::Char(own) => own == c || capital(own) == capital(c),
            Self::Roman => is_roman(c),
            Self::Blank | Self::Dash | Self::Sign => false,
        }
    }

    fn forth(self, bytes: &[u8], mut i: usize) -> Option<usize> {
        let next = |i: usize| utf8::char_at(bytes, i);
        let spaces = |mut i: usize, most: usize| {
            for _ in 0..most {
                match next(i) {
                    Some((c, length)) if is_space(c) => i += length,
                    _ => break,
                }
            }
            i
        };
        match self {
            Self::Blank => match next(i) {
                Some((c, length)) if is_dash(c) => Some(i + length),
                _ => Some(spaces(i, 2)),
            },
            Self::Dash => {
                i = spaces(i, 1);
                let (c, length) = next(i)?;
                is_dash(c).then(|| spaces(i + length, 1))
            }
            Self::Sign => {
                i = spaces(i, 2);
                match next(i) {
                    Some((c, length)) if is_sign(c) => {
                        let mut end = i + length;
                        if at(bytes, end) == b'o' {
                            end += 1;
                        }
                        if at(bytes, end) == b'.' {
                            end += 1;
                        }
                        Some(spaces(end, 2))
                    }
                    _ => Some(i),
                }
            }
            Self::Roman => {
                let start = i;
                while let Some((c, length)) = next(i).filter(|(c, _)| is_roman(*c)) {
                    let _ = c;
                    i += length;
                }
                (i > start).then_some(i)
            }
            _ => next(i).filter(|(c, _)| self.fits(*c)).map(|(_, length)| i + length),
        }
    }

    fn back(self, bytes: &[u8], mut i: usize) -> Option<usize> {
        let last = |i: usize| utf8::char_before(bytes, i);
        let spaces = |mut i: usize, most: usize| {
            for _ in 0..most {
                match last(i) {
                    Some((c, length)) if is_space(c) => i -= length,
                    _ => break,
                }
            }
            i
        };
        match self {
            Self::Blank => match last(i) {
                Some((c, length)) if is_dash(c) => Some(i - length),
                _ => Some(spaces(i, 2)),
            },
            Self::Dash => {
                i = spaces(i, 1);
                let (c, length) = last(i)?;
                is_dash(c).then(|| spaces(i - length, 1))
            }
            Self::Sign => {
                i = spaces(i, 2);
                let mut start = i;
                if before(bytes, start) == b'.' {
                    start -= 1;
                }
                if before(bytes, start) == b'o' {
                    start -= 1;
                }
                match last(start) {
                    Some((c, length)) if is_sign(c) => Some(spaces(start - length, 2)),
                    _ => Some(i),
                }
            }
            Self::Roman => {
                let end = i;
                while let Some((_, length)) = last(i).filter(|(c, _)| is_roman(*c)) {
                    i -= length;
                }
                (i < end).then_some(i)
            }
            _ => last(i).filter(|(c, _)| self.fits(*c)).map(|(_, length)| i - length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(picture: &str, text: &str) -> Option<String> {
        let picture = Picture::parse(picture, 0, false).ok()?;
        let start = text.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |_| {
            let (mut best, mut run) = ((0, 0), 0);
            for (i, c) in text.char_indices() {
                run = if c.is_ascii_digit() { run + 1 } else { 0 };
                if run > best.1 {
                    best = (i + 1 - run, run);
                }
            }
            best.0
        });
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        let digits = start..start + length;
        let found = picture.around(text.as_bytes(), &digits).map(|range| text[range].to_owned());
        let sides = Needs::of(std::slice::from_ref(&picture)).sides(text.as_bytes(), &digits);
        assert!(found.is_none() || sides.is_some_and(|sides| picture.may_fit(sides)), "{text}");
        found
    }

    #[test]
    fn pictures_fit_what_they_show() {
        for (picture, text, want) in [
            ("A 99999999", "паспорт N 12345678.", Some("N 12345678")),
            ("A 99999999", "паспорт Н12345678", Some("Н12345678")),
            ("ББ № 9999999", "АН № 1234567", Some("АН № 1234567")),
            ("ББ№999999", "ЮЯ№123456", Some("ЮЯ№123456")),
            ("R-ББ№999999", "свид. II-АБ № 123456", Some("II-АБ № 123456")),
            ("9999999A999AA9", "4020381К982РВ7", Some("4020381К982РВ7")),
            ("999 AAA 99", "123 ABC 02", Some("123 ABC 02")),
            ("999 AAA 99", "123ABC02", Some("123ABC02")),
            ("Б999ББ99", "А123ВС77", Some("А123ВС77")),
            ("9999 номер 999999", "4510 номер 123456", Some("4510 номер 123456")),
            ("AA, номер: 9999999", "серия МР, номер: 1234567", Some("МР, номер: 1234567")),
            ("AA, № 9999999", "серия МР, № 1234567", Some("МР, № 1234567")),
            ("9999 нөмірі 999999", "4510 НӨМІРІ 123456", Some("4510 НӨМІРІ 123456")),
            ("AA 9999999", "1A 1234567", None),
        ] {
            assert_eq!(found(picture, text).as_deref(), want, "{picture}: {text}");
        }
        assert!(Picture::parse("AA", 0, false).is_err());
    }
}
