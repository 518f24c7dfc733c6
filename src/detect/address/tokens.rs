//! A stretch of text as tokens: words with what they say, numbers with how they look, marks, line ends.
//!
//! Reading ends at what an address never goes over: cell and string borders, brackets, an empty line, the given end.

use super::lexicon::{self, Classes, WordHash};
use crate::text::fold::{self, Code};
use crate::text::word::letter_at;
use crate::text::{at, before, slice, utf8};
use std::ops::Range;

/// Most tokens read.
const MOST: usize = 96;

/// How the letters of a word are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    Small,
    Capital,
    /// All capitals, or one capital letter.
    Capitals,
}

/// How a number looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(super) enum Look {
    /// Digits.
    #[default]
    Plain,
    /// With a letter, a slash or a hyphen: `10а`, `10/2`, `4-15`, `10к2`.
    Compound,
    /// `1-я`, `9-го`, `8-ші`.
    Ordinal,
    /// One dot between short groups: `1.16`, a fraction or an office.
    Dotted,
    /// A fraction, time, date, sum, share: no number of a house.
    Odd,
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Number {
    /// Digits of its first group.
    pub(super) digits: u8,
    /// Its first group.
    pub(super) value: u32,
    /// Digits of its second group; 0 if it has none.
    pub(super) second: u8,
    /// Groups of digits.
    pub(super) groups: u8,
    pub(super) look: Look,
}

impl Number {
    pub(super) fn is_compound(self) -> bool {
        self.look == Look::Compound
    }

    pub(super) fn is_ordinal(self) -> bool {
        self.look == Look::Ordinal
    }

    /// Whether it is no number of a house.
    pub(super) fn is_odd(self) -> bool {
        self.look >= Look::Dotted
    }

    fn looks(&mut self, look: Look) {
        self.look = self.look.max(look);
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Word {
        letters: Letters,
        chars: u8,
        latin: bool,
        last: Code,
    },
    Number(Number),
    /// A postal code of Kazakhstan: `A15E3C9`.
    Code,
    Mark(char),
    LineEnd,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
    pub(super) classes: Classes,
    hash: WordHash,
}

/// What stands outside of the tokens.
pub(super) const NOTHING: Token =
    Token { start: usize::MAX, end: 0, shape: Shape::Mark('\0'), classes: Classes::OPEN, hash: WordHash::EMPTY };

/// Whether an address may end at such a byte: a line end, or what [`parts`] says so of.
#[inline(always)]
pub(super) fn may_part(byte: u8) -> bool {
    PARTING.get(usize::from(byte)).is_some_and(|parts| *parts)
}

static PARTING: [bool; 256] = {
    let signs = b"\";|\t<>{}[]&\\`!?\0'\n";
    let (mut table, mut i) = ([false; 256], 0);
    #[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
    while i < signs.len() {
        table[signs[i] as usize] = true;
        i += 1;
    }
    table
};

/// Whether no address goes on over this byte.
pub(super) fn parts(bytes: &[u8], i: usize) -> bool {
    let byte = at(bytes, i);
    if !may_part(byte) {
        return false;
    }
    match byte {
        b'"' | b';' | b'|' | b'\t' | b'<' | b'>' | b'{' | b'}' | b'[' | b']' | b'&' | b'\\' | b'`' | b'!' | b'?'
        | 0 => true,
        b'\'' => !(joins(before(bytes, i)) && joins(at(bytes, i + 1))),
        _ => false,
    }
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Tokens of a stretch of text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    list: Vec<Token>,
    /// Where reading ended.
    pub(super) end: usize,
}

impl Tokens {
    /// The token at `i`; [`NOTHING`] outside.
    #[inline(always)]
    pub(super) fn at(&self, i: usize) -> &Token {
        self.list.get(i).unwrap_or(&NOTHING)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Reads `range`, or up to what parts addresses.
    pub(super) fn read(&mut self, bytes: &[u8], range: Range<usize>) {
        self.list.clear();
        let mut reader = Reader { bytes, end: range.end.min(bytes.len()) };
        let mut i = range.start;
        while i < reader.end && self.list.len() < MOST && !parts(bytes, i) {
            let next = reader.token(i, &mut self.list);
            if next <= i {
                break;
            }
            i = next;
        }
        self.end = i;
    }
}

/// Letters and digits of postal codes.
const WESTERN_CODES: [&str; 8] =
    ["A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "A9A 9A9", "AA 99999"];
/// States of the United States, as addresses have them.
const STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND \
     OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY ";

struct Reader<'r> {
    bytes: &'r [u8],
    end: usize,
}

impl Reader<'_> {
    /// Reads one token, or a blank, at `i`; gives where the next one begins. No step ends the reading.
    fn token(&mut self, i: usize, list: &mut Vec<Token>) -> usize {
        let byte = at(self.bytes, i);
        match byte {
            b' ' | b'\r' => return i + 1,
            b'\n' => {
                let empty = list.last().is_some_and(|token| token.shape == Shape::LineEnd);
                if empty {
                    return i;
                }
                list.push(plain(i, i + 1, Shape::LineEnd));
                return i + 1;
            }
            b'0'..=b'9' => return self.number(i, list),
            _ => {}
        }
        let (letter, length) = letter_at(self.bytes, i);
        if length == 0 {
            return i;
        }
        if letter.is_letter() || letter.is_passed() && byte != b'\'' && byte != b'`' {
            return self.word(i, list);
        }
        if byte < 0x80 {
            list.push(plain(i, i + 1, Shape::Mark(char::from(byte))));
            return i + 1;
        }
        let Some((c, length)) = utf8::char_at(self.bytes, i) else { return i };
        match c {
            '\u{A0}' | '\u{202F}' | '\u{2009}' => {}
            '–' | '—' | '\u{2011}' | '\u{2212}' => list.push(plain(i, i + length, Shape::Mark('-'))),
            _ if c.is_alphabetic() => return self.word(i, list),
            _ => list.push(plain(i, i + length, Shape::Mark(c))),
        }
        i + length
    }

    /// The letter at `i`: its folded code and length.
    fn letter(&self, i: usize) -> Option<(Code, usize)> {
        if i >= self.end {
            return None;
        }
        let (letter, length) = letter_at(self.bytes, i);
        if letter.is_letter() || at(self.bytes, i) < 0x80 {
            return letter.is_letter().then_some((letter.code(), length));
        }
        let (c, length) = utf8::char_at(self.bytes, i)?;
        (c.is_alphabetic()).then_some((fold::fold(c as u32), length))
    }

    fn word(&self, start: usize, list: &mut Vec<Token>) -> usize {
        let bytes = self.bytes;
        if let Some(end) = self.postal_code(start).or_else(|| self.western_code(start)) {
            list.push(plain(start, end, Shape::Code));
            return end;
        }
        let mut i = start;
        let mut hash = WordHash::EMPTY;
        let (mut chars, mut capitals, mut latin, mut last) = (0u8, 0u8, true, 0);
        let mut first_capital = false;
        while i < self.end {
            let (letter, length) = letter_at(bytes, i);
            if letter.is_letter() {
                let capital = letter.is_capital();
                first_capital |= chars == 0 && capital;
                capitals = capitals.saturating_add(u8::from(capital));
                latin &= length == 1;
                last = letter.code();
                hash = hash.push(last);
                chars = chars.saturating_add(1);
                i += length;
                continue;
            }
            if length == 0 {
                break;
            }
            if letter.is_passed() {
                // An apostrophe stands between letters.
                if chars > 0 && (at(bytes, i) >= 0x80 || !parts(bytes, i)) && self.letter(i + length).is_some() {
                    i += length;
                    continue;
                }
                if chars == 0 && at(bytes, i) >= 0x80 {
                    i += length;
                    continue;
                }
                break;
            }
            let mark = at(bytes, i);
            let joined = chars > 0
                && match mark {
                    b'-' => self.letter(i + 1).is_some(),
                    // `с/о`, `а/я`, `ж/м`: one letter, or one of two.
                    b'/' if chars <= 2 => {
                        self.letter(i + 1).is_some_and(|(_, after)| chars == 1 || self.letter(i + 1 + after).is_none())
                    }
                    _ => false,
                };
            if !joined {
                break;
            }
            hash = hash.push(if mark == b'-' { WordHash::HYPHEN } else { WordHash::SLASH });
            chars = chars.saturating_add(1);
            i += length;
        }
        if chars == 0 {
            // A letter of another script: a word that says nothing.
            i = start;
            while let Some((_, length)) = self.letter(i) {
                i += length;
            }
            list.push(plain(start, i.max(start + 1), Shape::Mark('?')));
            return i.max(start + 1);
        }
        let letters = match (first_capital, capitals == chars || capitals > 1 && capitals >= chars.saturating_sub(2)) {
            (true, true) => Letters::Capitals,
            (true, false) => Letters::Capital,
            _ => Letters::Small,
        };
        let shape = Shape::Word { letters, chars, latin, last };
        let glued = if before(bytes, i).is_ascii() && lexicon::is_glued(slice(bytes, start, i)) {
            Classes::GLUED
        } else {
            Classes::default()
        };
        let mut token = Token { start, end: i, shape, classes: lexicon::classes(hash).or(glued), hash };
        Self::join_phrase(&mut token, list);
        list.push(token);
        i
    }

    /// A word that ends an entry of several words takes the words before it into its token.
    fn join_phrase(token: &mut Token, list: &mut Vec<Token>) {
        let dotted = list.last().is_some_and(|last| last.shape == Shape::Mark('.'));
        let back = if dotted { 2 } else { 1 };
        let Some(first) = list.len().checked_sub(back).and_then(|i| list.get(i)).copied() else { return };
        if !first.classes.any(Classes::OPEN) || !matches!(first.shape, Shape::Word { .. }) {
            return;
        }
        let phrase = first.hash.then(token.hash);
        let classes = lexicon::classes(phrase);
        if classes == Classes::default() {
            return;
        }
        let keep = if classes == Classes::OPEN { token.classes } else { Classes::default() };
        *token =
            Token { start: first.start, end: token.end, shape: first.shape, classes: classes.or(keep), hash: phrase };
        list.truncate(list.len() - back);
    }

    /// The end of `A15E3C9` at `start`.
    fn postal_code(&self, start: usize) -> Option<usize> {
        let letter = if at(self.bytes, start) < 0x80 { 1 } else { 2 };
        if !at(self.bytes, start + letter).is_ascii_digit() {
            return None;
        }
        let mut i = start;
        for place in 0..7 {
            let (c, length) = utf8::char_at(self.bytes, i)?;
            let fits = if matches!(place, 0 | 3 | 5) { c.is_uppercase() } else { c.is_ascii_digit() };
            if !fits {
                return None;
            }
            i += length;
        }
        let (code, _) = fold::folded_at(self.bytes, i);
        (!fold::is_word(code)).then_some(i)
    }

    /// The end of a postal code of Britain (`LS6 1DJ`), Canada (`M4B 1B3`) or the United States (`MA 02108`) at `start`.
    fn western_code(&self, start: usize) -> Option<usize> {
        if !at(self.bytes, start).is_ascii_uppercase() {
            return None;
        }
        let fits = |form: &&&str| {
            form.bytes().enumerate().all(|(i, kind)| match (kind, at(self.bytes, start + i)) {
                (b'A', byte) => byte.is_ascii_uppercase(),
                (b'9', byte) => byte.is_ascii_digit(),
                (_, byte) => byte == b' ',
            })
        };
        let form = WESTERN_CODES.iter().find(fits)?;
        let end = start + form.len();
        let state = || STATES.as_bytes().chunks(3).any(|state| state.starts_with(slice(self.bytes, start, start + 2)));
        let known = !form.starts_with("AA 9") || state();
        (known && !at(self.bytes, end).is_ascii_alphanumeric()).then_some(end)
    }

    fn digits(&self, i: usize) -> usize {
        (i..self.end).take_while(|&i| at(self.bytes, i).is_ascii_digit()).count()
    }

    /// Letters at `i`: how many (at most four), the hash, and where they end.
    fn letters(&self, mut i: usize) -> (usize, [Code; 4], usize) {
        let (mut count, mut codes) = (0, [0; 4]);
        while let Some((code, length)) = self.letter(i) {
            if let Some(slot) = codes.get_mut(count) {
                *slot = code;
            }
            count += 1;
            i += length;
            if count > 4 {
                break;
            }
        }
        (count, codes, i)
    }

    fn number(&self, start: usize, list: &mut Vec<Token>) -> usize {
        let bytes = self.bytes;
        let first = self.digits(start);
        let value = bytes.get(start..start + first.min(9)).unwrap_or_default();
        let value = value.iter().fold(0u32, |value, digit| value * 10 + u32::from(digit - b'0'));
        let mut number = Number { digits: first.min(255) as u8, value, groups: 1, ..Number::default() };
        let mut i = start + first;
        let mut groups = 1;
        while groups < 5 {
            let mark = at(bytes, i);
            let (count, codes, after) = self.letters(i);
            if count > 0 {
                let inner = self.digits(after);
                if groups == 1 && count == 2 && inner == 0 && at(bytes, i).is_ascii() && is_ordinal(codes, count) {
                    // `5th`
                    number.looks(Look::Ordinal);
                    i = after;
                    break;
                }
                if count == 1 && inner == 0 {
                    number.looks(Look::Compound);
                    i = after;
                } else if inner > 0 && inner < 4 && count <= 4 && is_build(codes, count) {
                    number.looks(Look::Compound);
                    i = after + inner;
                } else {
                    break;
                }
                groups += 1;
                continue;
            }
            let more = self.digits(i + 1);
            match mark {
                b'/' | b'-' if more > 0 => {
                    number.looks(Look::Compound);
                    if more > 4 {
                        number.looks(Look::Odd);
                    }
                    if groups == 1 {
                        number.second = more.min(255) as u8;
                    }
                    number.groups += 1;
                    i += 1 + more;
                }
                b'/' | b'-' => {
                    let (count, codes, after) = self.letters(i + 1);
                    if mark == b'-' && is_ordinal(codes, count) {
                        number.looks(Look::Ordinal);
                        i = after;
                        break;
                    }
                    let flat = at(bytes, after) == b'.' && codes.first() == Some(&fold::fold('п' as u32));
                    if count != 1 || flat || at(bytes, after) == b'/' || at(bytes, after) == b'.' && mark == b'/' {
                        break;
                    }
                    number.looks(Look::Compound);
                    i = after;
                }
                b'.' | b':' if more > 0 => {
                    let short = mark == b'.' && groups == 1 && more <= 2 && first <= 2;
                    number.looks(if short { Look::Dotted } else { Look::Odd });
                    i += 1 + more;
                }
                _ => break,
            }
            groups += 1;
        }
        let glued = at(bytes, i).is_ascii_uppercase() || matches!(at(bytes, i), b'%' | b'@' | b'_' | b'$' | b'=');
        if glued || groups >= 5 {
            number.looks(Look::Odd);
        }
        list.push(plain(start, i, Shape::Number(number)));
        i
    }
}

fn plain(start: usize, end: usize, shape: Shape) -> Token {
    Token { start, end, shape, classes: Classes::default(), hash: WordHash::EMPTY }
}

/// `к`, `корп`, `с`, `стр`, `лит`, `кв`, `k` inside a number of a house.
fn is_build(codes: [Code; 4], count: usize) -> bool {
    ["к", "с", "стр", "корп", "лит", "кв", "k", "а", "б", "в", "г", "д"].iter().any(|word| {
        let mut letters = word.chars().map(|c| fold::fold(c as u32));
        word.chars().count() == count && codes.iter().take(count).all(|code| letters.next() == Some(*code))
    })
}

/// Endings of ordinal numbers: `1-я`, `2-й`, `9-го`, `8-ші`, `5-ая`.
fn is_ordinal(codes: [Code; 4], count: usize) -> bool {
    [
        "я", "й", "е", "ая", "ый", "ой", "ое", "го", "ого", "ій", "ші", "шы", "ший", "ти", "ої", "ї", "га", "ага",
        "му", "ма", "ша", "та", "st", "nd", "rd", "th",
    ]
    .iter()
    .any(|word| {
        let mut letters = word.chars().map(|c| fold::fold(c as u32));
        word.chars().count() == count && codes.iter().take(count).all(|code| letters.next() == Some(*code))
    })
}
