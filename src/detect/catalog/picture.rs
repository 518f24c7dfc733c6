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
    /// A longer word of bytes above ASCII, behind blanks and signs.
    Word,
    /// A digit behind blanks.
    Digit,
    /// Anything else, or nothing that matters.
    Other,
}

/// A bit for each pair of sides.
pub(crate) fn side_bit(sides: [Side; 2]) -> u32 {
    1 << (sides[0] as u32 * 5 + sides[1] as u32)
}

/// The pairs of sides that some of these pictures can fit between.
pub(crate) fn fitting_sides(pictures: &[Picture]) -> u32 {
    const SIDES: [Side; 5] = [Side::Letter, Side::Latin, Side::Word, Side::Digit, Side::Other];
    let pairs = SIDES.into_iter().flat_map(|left| SIDES.into_iter().map(move |right| [left, right]));
    pairs
        .filter(|pair| pictures.iter().any(|picture| picture.may_fit(*pair)))
        .fold(0, |bits, pair| bits | side_bit(pair))
}

/// What stands before and behind a group of digits: cheap, before any picture is tried.
pub(crate) fn sides(bytes: &[u8], digits: &Range<usize>) -> [Side; 2] {
    // Letters beside a number that are part of a longer word, or of a string with other digits, belong to no picture.
    let wordy = |byte: u8| byte.is_ascii_alphanumeric();
    let (l, r) = (digits.start, digits.end);
    if before(bytes, l).is_ascii_alphabetic() {
        let near = [before(bytes, l - 1), before(bytes, l.wrapping_sub(2)), before(bytes, l.wrapping_sub(3))];
        if near[0].is_ascii_digit() || wordy(near[0]) && (near[1].is_ascii_digit() || wordy(near[1]) && wordy(near[2]))
        {
            return [Side::Other; 2];
        }
    }
    if wordy(at(bytes, r)) && (1..8).all(|n| wordy(at(bytes, r + n))) {
        return [Side::Other; 2];
    }
    [side(|n| before(bytes, l.wrapping_sub(n))), side(|n| at(bytes, r + n))]
}

/// What one side is; `byte(n)` is the n-th byte away from the digits.
#[inline(always)]
fn side(byte: impl Fn(usize) -> u8) -> Side {
    for n in 0..4 {
        match byte(n) {
            b' ' | b'-' | b'/' | b'|' | b'.' | b',' | b'#' => {}
            b'0'..=b'9' => return Side::Digit,
            b'a'..=b'z' | b'A'..=b'Z' => {
                let word = (n + 1..n + 4).all(|n| byte(n).is_ascii_alphabetic());
                return if word { Side::Latin } else { Side::Letter };
            }
            // Letters above ASCII take one byte or two.
            0x80.. => return if (n + 1..n + 8).all(|n| byte(n) >= 0x80) { Side::Word } else { Side::Letter },
            _ => return Side::Other,
        }
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
    /// What the nearest of these parts needs on its side.
    fn first_side(parts: &[Self]) -> Side {
        let letter = |part: &Self| match part {
            Self::Latin | Self::Cyrillic => true,
            Self::Char(c) => c.is_alphanumeric(),
            _ => false,
        };
        let skipped = |part: &Self| {
            matches!(part, Self::Blank | Self::Dash | Self::Sign)
                || matches!(part, Self::Char(c) if !c.is_alphanumeric())
        };
        let nearest: Vec<&Self> = parts.iter().skip_while(|part| skipped(part)).collect();
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
                Self::Blank | Self::Dash | Self::Sign => false,
            };
        }
        match self {
            Self::Digit => c.is_ascii_digit(),
            Self::Latin => is_latin_like(c),
            Self::Cyrillic => is_cyrillic_like(c),
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
        picture.around(text.as_bytes(), &(start..start + length)).map(|range| text[range].to_owned())
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
            ("AA 9999999", "1A 1234567", None),
        ] {
            assert_eq!(found(picture, text).as_deref(), want, "{picture}: {text}");
        }
        assert!(Picture::parse("AA", 0, false).is_err());
    }
}
