//! Words of UTF-8 text around a place: letters folded into one number, case, script, and what parts neighbours.
//!
//! In: the bytes of a block and the first byte of a word. Out: [`Word`], and [`Words`], a few of them on both sides.
//! Nothing is kept in memory but a handful of numbers; every walk is bounded. Folding is that of [`super::fold`], so
//! Kazakh, Ukrainian and Belarusian letters equal the Russian ones that people write for them.

use super::fold::{self, Code};
use super::{at, before, slice, utf8};
use std::ops::Range;

/// Longest word, in letters: what is longer is nobody's name.
const LETTERS: usize = 40;
/// Bits of one letter in a key.
const BITS: u32 = 7;
/// Letters that a key holds; of longer words it holds the last ones.
pub const KEY_LETTERS: usize = 18;
/// Words on each side of the middle one.
pub const SIDE: usize = 6;
/// Words on each side of a small one.
const SMALL: usize = 3;
/// Bytes looked at between two words.
const GAP_BYTES: usize = 8;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Case {
    /// Small letters.
    #[default]
    Lower,
    /// A capital and small letters.
    Title,
    /// Capitals, two or more.
    Upper,
    /// One capital.
    Single,
    /// Digits.
    Number,
    /// Any other mixture.
    Mixed,
}

/// The alphabet of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Script {
    /// Cyrillic letters.
    #[default]
    Cyrillic,
    /// Latin letters.
    Latin,
    /// Letters of both, of another alphabet, or digits.
    Other,
}

/// What stands between two words, or at the end of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Gap {
    /// Spaces of any kind.
    Space,
    /// A dot, and spaces or nothing.
    Dot,
    /// A hyphen.
    Hyphen,
    /// A comma and spaces.
    Comma,
    /// One line end, with spaces.
    Line,
    /// Anything else, or the end of the bytes.
    #[default]
    Other,
}

/// Letters of a word as one number: seven bits each, the last letter in the lowest ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Key(pub u128);

impl Key {
    const MASK: u128 = (1 << (KEY_LETTERS as u32 * BITS)) - 1;

    /// The key of a text of ASCII and two-byte letters. Apostrophes are passed over.
    #[expect(clippy::indexing_slicing, reason = "guarded by the length; `get` is not const")]
    pub const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut key, mut i) = (Self(0), 0);
        while i < bytes.len() {
            let (c, length) = if bytes[i] < 0x80 || i + 1 == bytes.len() {
                (bytes[i] as u32, 1)
            } else if bytes[i] < 0xE0 {
                ((bytes[i] as u32 & 0x1F) << 6 | bytes[i + 1] as u32 & 0x3F, 2)
            } else {
                (0x2019, 3)
            };
            let code = fold::fold(c);
            if code != fold::PASSED {
                key = key.with(code);
            }
            i += length;
        }
        key
    }

    /// The key with one more letter.
    #[must_use]
    pub const fn with(self, code: Code) -> Self {
        Self((self.0 << BITS | code as u128) & Self::MASK)
    }

    /// The key without its last letters.
    #[must_use]
    pub const fn without(self, letters: u32) -> Self {
        Self(self.0 >> (letters * BITS))
    }

    /// The key with another one's letters (so many of them) behind it.
    #[must_use]
    pub const fn join(self, other: Self, letters: u32) -> Self {
        Self((self.0 << (letters * BITS) | other.0) & Self::MASK)
    }

    /// Whether it ends in another one that has so many letters.
    pub const fn ends_in(self, other: Self, letters: u32) -> bool {
        self.0 & ((1 << (letters * BITS)) - 1) == other.0
    }

    /// The last letter.
    pub const fn last(self) -> Code {
        (self.0 & 0x7F) as Code
    }

    /// Letters, as far as the key holds them.
    pub const fn letters(self) -> u32 {
        (u128::BITS - self.0.leading_zeros()).div_ceil(BITS)
    }
}

/// One word, or one run of digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Folded letters.
    pub key: Key,
    /// Number of letters or digits.
    pub letters: u8,
    /// How it is written.
    pub case: Case,
    /// Its alphabet.
    pub script: Script,
}

impl Word {
    /// Bytes of the word.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether it begins with a capital and holds no other mixture.
    pub fn is_capital(&self) -> bool {
        matches!(self.case, Case::Title | Case::Upper | Case::Single)
    }

    /// The word that begins at `start`; `None` if no letter or digit stands there, or if it is too long for a word.
    pub fn read(bytes: &[u8], start: usize) -> Option<Self> {
        let (mut i, mut end) = (start, start);
        let (mut sum, mut first) = (Sum::default(), Letter(0));
        loop {
            let (letter, length) = letter_at(bytes, i);
            if !letter.is_word() {
                // An apostrophe belongs to the word if a letter follows; two of them are quotes.
                if letter.is_passed() && end > start && i == end && length > 0 && !is_possessive(bytes, i + length) {
                    // `'Дем''яненко'`: in SQL it is doubled.
                    i += length + usize::from(is_doubled(bytes, i));
                    continue;
                }
                return sum.word(start, end, first);
            }
            if end == start {
                first = letter;
            }
            if usize::from(sum.letters) == LETTERS {
                return None;
            }
            sum.push(letter);
            i += length;
            end = i;
        }
    }

    /// The word that ends before `end`; `None` as for [`Self::start_before`] and [`Self::read`], which it is made of.
    pub fn read_before(bytes: &[u8], end: usize) -> Option<Self> {
        let (mut i, mut sum, mut first) = (end, Sum::default(), Letter(0));
        while usize::from(sum.letters) <= LETTERS {
            let last = before(bytes, i);
            let (letter, length) = match (last, before(bytes, i.wrapping_sub(1))) {
                (0..0x80, _) if i > 0 => (ASCII.get(usize::from(last)), 1),
                (0x80..=0xBF, lead @ 0xD0..=0xD3) => {
                    (CYRILLIC.get(usize::from(lead & 3) << 6 | usize::from(last & 0x3F)), 2)
                }
                _ => (None, 0),
            };
            match letter {
                Some(letter) if letter.is_word() => {
                    first = *letter;
                    sum.push_front(first);
                    i -= length;
                }
                // What ends a word for sure.
                Some(letter) if !letter.is_passed() && i < end => return sum.word(i, end, first),
                _ => break,
            }
        }
        Self::start_before(bytes, end).and_then(|start| Self::read(bytes, start))
    }

    /// The first byte of the word that ends before `end`; `None` if no letter or digit ends there, or it is too long.
    pub fn start_before(bytes: &[u8], end: usize) -> Option<usize> {
        let (mut i, mut start) = (end, end);
        for _ in 0..=LETTERS {
            let step = step_back(bytes, i);
            let (letter, length) = letter_at(bytes, i - step);
            if step == 0 || length != step {
                return (start < end).then_some(start);
            }
            if letter.is_passed() && start == i && i < end {
                i -= step + usize::from(i > step && is_doubled(bytes, i - step - 1));
                continue;
            }
            if !letter.is_word() {
                return (start < end).then_some(start);
            }
            i -= step;
            start = i;
        }
        None
    }
}

/// Whether two single quotes stand at `i` between letters.
#[cold]
fn is_doubled(bytes: &[u8], i: usize) -> bool {
    slice(bytes, i, i + 2) == b"''"
        && letter_at(bytes, i + 2).0.is_letter()
        && matches!(before(bytes, i), 0x80.. | b'A'..=b'Z')
}

/// Whether the letter behind an apostrophe is the `s` of English that is no part of the word: `Anna's`.
#[cold]
fn is_possessive(bytes: &[u8], i: usize) -> bool {
    at(bytes, i) == b's' && !at(bytes, i + 1).is_ascii_alphanumeric() && at(bytes, i + 1) < 0x80
}

/// Whether the letter at `i` is a capital: Latin, or Cyrillic of two bytes.
pub fn is_capital_at(bytes: &[u8], i: usize) -> bool {
    is_capital(at(bytes, i), at(bytes, i + 1))
}

const fn is_capital(first: u8, second: u8) -> bool {
    match (first, second) {
        (b'A'..=b'Z', _) | (0xD0, 0x80..=0xAF) => true,
        (0xD2 | 0xD3, second) => second >= 0x8A && second % 2 == 0,
        _ => false,
    }
}

/// All that is asked of one character: its folded code, and bits.
#[derive(Clone, Copy)]
pub(crate) struct Letter(u32);

impl Letter {
    const CAPITAL: u32 = 8;
    const DIGIT: u32 = 16;
    const SCRIPT: u32 = 24;
    const WORD: u32 = 1 << 26;
    const LETTER: u32 = 1 << 27;
    /// What is summed up over a word: capitals and digits, a byte each.
    const SUMS: u32 = 1 << Self::CAPITAL | 1 << Self::DIGIT;

    const fn of(code: Code, first: u8, second: u8, length: usize) -> Self {
        if !fold::is_word(code) {
            return Self(code as u32);
        }
        let digit = first.is_ascii_digit();
        Self(
            code as u32
                | (is_capital(first, second) as u32) << Self::CAPITAL
                | (digit as u32) << Self::DIGIT
                | (if digit { 0 } else { length as u32 & 3 }) << Self::SCRIPT
                | Self::WORD
                | if fold::is_letter(code) { Self::LETTER } else { 0 },
        )
    }

    /// Its folded code.
    #[inline(always)]
    pub(crate) fn code(self) -> Code {
        self.0 as u8
    }

    /// Whether it is a letter or digit.
    #[inline(always)]
    pub(crate) fn is_word(self) -> bool {
        self.0 & Self::WORD != 0
    }

    /// Whether it is passed over.
    #[inline(always)]
    pub(crate) fn is_passed(self) -> bool {
        self.0 == u32::from(fold::PASSED)
    }

    /// Whether it is a letter.
    #[inline(always)]
    pub(crate) fn is_letter(self) -> bool {
        self.0 & Self::LETTER != 0
    }

    /// Whether it is a capital.
    #[inline(always)]
    pub(crate) fn is_capital(self) -> bool {
        self.0 >> Self::CAPITAL & 1 != 0
    }
}

/// What the letters of a word add up to.
#[derive(Clone, Copy, Default)]
struct Sum {
    key: u128,
    letters: u8,
    sums: u32,
    all: u32,
}

impl Sum {
    /// One letter more behind the others.
    #[inline(always)]
    fn push(&mut self, letter: Letter) {
        self.key = self.key << BITS | u128::from(letter.code());
        self.letters += 1;
        self.sums += letter.0 & Letter::SUMS;
        self.all |= letter.0;
    }

    /// One letter more before the others.
    #[inline(always)]
    fn push_front(&mut self, letter: Letter) {
        if usize::from(self.letters) < KEY_LETTERS {
            self.key |= u128::from(letter.code()) << (u32::from(self.letters) * BITS);
        }
        self.letters += 1;
        self.sums += letter.0 & Letter::SUMS;
        self.all |= letter.0;
    }

    fn word(self, start: usize, end: usize, first: Letter) -> Option<Word> {
        let (letters, capitals, digits) =
            (self.letters, (self.sums >> Letter::CAPITAL) as u8, (self.sums >> Letter::DIGIT) as u8);
        let case = match (letters, capitals, digits) {
            (0, ..) => return None,
            (_, 0, 0) => Case::Lower,
            (1, 1, 0) => Case::Single,
            (n, m, 0) if n == m => Case::Upper,
            (_, 1, 0) if first.is_capital() => Case::Title,
            (n, _, m) if n == m => Case::Number,
            _ => Case::Mixed,
        };
        let script = match self.all >> Letter::SCRIPT & 3 {
            1 => Script::Latin,
            2 => Script::Cyrillic,
            _ => Script::Other,
        };
        Some(Word { start, end, key: Key(self.key & Key::MASK), letters, case, script })
    }
}

/// ASCII, and letters of two bytes that begin with D0 to D3.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn letters() -> ([Letter; 128], [Letter; 256]) {
    let (mut one, mut two) = ([Letter(0); 128], [Letter(0); 256]);
    let mut i = 0;
    while i < 128 {
        one[i] = Letter::of(fold::fold(i as u32), i as u8, 0, 1);
        i += 1;
    }
    i = 0;
    while i < 256 {
        two[i] = Letter::of(fold::fold(0x400 + i as u32), 0xD0 | (i >> 6) as u8, 0x80 | (i & 0x3F) as u8, 2);
        i += 1;
    }
    (one, two)
}

static ASCII: [Letter; 128] = letters().0;
static CYRILLIC: [Letter; 256] = letters().1;

/// The character at `i`, and its length in bytes.
#[inline(always)]
pub(crate) fn letter_at(bytes: &[u8], i: usize) -> (Letter, usize) {
    let first = at(bytes, i);
    if let Some(&letter) = ASCII.get(usize::from(first)).filter(|_| i < bytes.len()) {
        return (letter, 1);
    }
    let second = at(bytes, i + 1);
    if first & 0xFC == 0xD0 && second & 0xC0 == 0x80 {
        let place = usize::from(first & 3) << 6 | usize::from(second & 0x3F);
        return (CYRILLIC.get(place).copied().unwrap_or(Letter(0)), 2);
    }
    other_letter_at(bytes, i)
}

#[inline(never)]
fn other_letter_at(bytes: &[u8], i: usize) -> (Letter, usize) {
    // The Latin letters with marks stand behind the leads C3 to C9.
    if matches!(at(bytes, i), 0xC3..=0xC9)
        && let Some((c, length)) = utf8::char_at(bytes, i)
        && let Some(base) = latin_base(c)
    {
        return (Letter::of(fold::of_ascii(base), base, 0, 1), length);
    }
    let (code, length) = fold::folded_at(bytes, i);
    (Letter::of(code, at(bytes, i), at(bytes, i + 1), length), length)
}

/// The ASCII letter that a Latin letter with a mark is written for.
fn latin_base(c: char) -> Option<u8> {
    let small = fold::latin_of(fold::fold(c as u32))?;
    Some(if c.is_uppercase() { small.to_ascii_uppercase() } else { small })
}

/// Bytes of the character that ends before `i`, at most three.
#[inline(always)]
fn step_back(bytes: &[u8], i: usize) -> usize {
    match before(bytes, i) {
        _ if i == 0 => 0,
        0x80..=0xBF if before(bytes, i - 1) >= 0xC0 => 2,
        0x80..=0xBF if at(bytes, i.wrapping_sub(3)) >= 0xE0 => 3,
        _ => 1,
    }
}

/// What stands at `i`, up to the next word: its kind, and where the word begins.
pub fn gap_behind(bytes: &[u8], i: usize) -> (Gap, usize) {
    // Most words are parted by one space.
    if at(bytes, i) == b' ' && letter_at(bytes, i + 1).0.is_word() {
        return (Gap::Space, i + 1);
    }
    let mut gap = Gap::default();
    let mut at_byte = i;
    let mut spaces = false;
    while at_byte < i + GAP_BYTES {
        let (kind, length) = separator(bytes, at_byte);
        match kind {
            None => break,
            Some(Gap::Space) => spaces = true,
            // A line end joins words only if nothing but spaces stands around it, and a dot only beside the word.
            Some(_) if gap != Gap::Other => return (Gap::Other, i),
            Some(Gap::Dot | Gap::Comma) if spaces => return (Gap::Other, i),
            Some(other) => gap = other,
        }
        at_byte += length;
    }
    let (code, length) = fold::folded_at(bytes, at_byte);
    if length == 0 || !fold::is_word(code) || (gap == Gap::Hyphen && spaces) {
        return (Gap::Other, i);
    }
    match (gap, spaces) {
        (Gap::Other, true) => (Gap::Space, at_byte),
        (Gap::Other, false) => (Gap::Other, i),
        (gap, _) => (gap, at_byte),
    }
}

/// What stands before `i`, back to the word before: its kind, and where that word ends.
pub fn gap_before(bytes: &[u8], i: usize) -> (Gap, usize) {
    let floor = i.saturating_sub(GAP_BYTES);
    let mut end = i;
    if before(bytes, i) == b' ' && i > 1 && is_letter_before(bytes, i - 1) {
        end = i - 1;
        return match gap_behind(bytes, end) {
            (gap, start) if start == i => (gap, end),
            _ => (Gap::Other, i),
        };
    }
    while end > floor {
        let step = step_back(bytes, end);
        match separator(bytes, end - step) {
            (Some(_), length) if length == step => end -= step,
            _ => break,
        }
    }
    if end == i {
        return (Gap::Other, i);
    }
    match gap_behind(bytes, end) {
        (gap, start) if start == i => (gap, end),
        _ => (Gap::Other, i),
    }
}

/// Whether an ASCII letter or digit, or a letter of two bytes, ends before `i`: nothing that parts words.
fn is_letter_before(bytes: &[u8], i: usize) -> bool {
    let last = before(bytes, i);
    last.is_ascii_alphanumeric() || (matches!(last, 0x80..=0xBF) && matches!(before(bytes, i - 1), 0xD0..=0xD3))
}

/// A character that may part two words of a name, and its bytes.
fn separator(bytes: &[u8], i: usize) -> (Option<Gap>, usize) {
    match slice(bytes, i, i + 3) {
        [b' ' | b'\t', ..] => (Some(Gap::Space), 1),
        [0xC2, 0xA0, ..] => (Some(Gap::Space), 2),
        [0xE2, 0x80, 0x80..=0x8A | 0xAF] => (Some(Gap::Space), 3),
        [b'.', ..] => (Some(Gap::Dot), 1),
        [b',', ..] => (Some(Gap::Comma), 1),
        [b'-', ..] => (Some(Gap::Hyphen), 1),
        [0xE2, 0x80, 0x90 | 0x91] => (Some(Gap::Hyphen), 3),
        [b'\r', b'\n', ..] => (Some(Gap::Line), 2),
        [b'\n', ..] => (Some(Gap::Line), 1),
        _ => (None, 1),
    }
}

/// Words around one place: up to [`SIDE`] on each side, as far as only gaps part them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words {
    /// The word asked for stands in the middle.
    list: [Word; 2 * SIDE + 1],
    /// What stands behind each word.
    gaps: [Gap; 2 * SIDE + 1],
    /// Words before the middle.
    before: usize,
    /// Words from the middle on.
    behind: usize,
}

impl Words {
    /// Reads the words around the one that begins at `start`: the row of capitals that it stands in, and one small
    /// word on each side. A small word has three neighbours on each side.
    pub fn around(bytes: &[u8], start: usize) -> Option<Self> {
        let middle = Word::read(bytes, start)?;
        let small = !middle.is_capital();
        let goes_on = |word: &Word, count: usize| if small { count < SMALL } else { count < SIDE && word.is_capital() };
        let mut words = Self::default();
        let mut i = start;
        while words.before < SIDE {
            let Some((word, gap)) = Self::before(bytes, i) else { break };
            i = word.start;
            words.before += 1;
            words.put(SIDE - words.before, word, gap);
            if !goes_on(&word, words.before) {
                break;
            }
        }
        let mut word = middle;
        for count in 0..=SIDE {
            let (gap, next) = gap_behind(bytes, word.end);
            words.put(SIDE + count, word, gap);
            words.behind += 1;
            if gap == Gap::Other || (count > 0 && !goes_on(&word, count)) {
                break;
            }
            match Word::read(bytes, next) {
                Some(next) => word = next,
                None => break,
            }
        }
        Some(words)
    }

    /// The word before the one that begins at `start`, and what stands between.
    pub fn before(bytes: &[u8], start: usize) -> Option<(Word, Gap)> {
        let (gap, end) = gap_before(bytes, start);
        if gap == Gap::Other {
            return None;
        }
        // Behind `Anna's` nothing of her name goes on.
        Word::read_before(bytes, end).filter(|word| word.end == end).map(|word| (word, gap))
    }

    fn put(&mut self, place: usize, word: Word, gap: Gap) {
        if let (Some(slot), Some(behind)) = (self.list.get_mut(place), self.gaps.get_mut(place)) {
            *slot = word;
            *behind = gap;
        }
    }

    /// All words, in order.
    #[inline]
    pub fn all(&self) -> &[Word] {
        self.list.get(SIDE - self.before..SIDE + self.behind).unwrap_or(&[])
    }

    /// Index of the word that was asked for.
    pub fn middle(&self) -> usize {
        self.before
    }

    /// What stands behind the word.
    #[inline]
    pub fn gap(&self, index: usize) -> Gap {
        let all = self.gaps.get(SIDE - self.before..SIDE + self.behind);
        all.and_then(|gaps| gaps.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, at: &str) -> Vec<(String, Gap)> {
        let words = Words::around(text.as_bytes(), text.find(at).unwrap()).unwrap();
        assert_eq!(&text[words.all()[words.middle()].range()], at);
        words.all().iter().enumerate().map(|(i, word)| (text[word.range()].to_owned(), words.gap(i))).collect()
    }

    #[test]
    fn words_and_what_parts_them() {
        use Gap::{Comma, Dot, Hyphen, Line, Other, Space};
        for (text, at, want) in [
            (
                "(договор с Петровым С.\u{a0}И., от",
                "Петровым",
                vec![("с", Space), ("Петровым", Space), ("С", Dot), ("И", Other)],
            ),
            ("Римский-Корсаков Пётр", "Пётр", vec![("Римский", Hyphen), ("Корсаков", Space), ("Пётр", Other)]),
            ("Karimov Rustam o‘g‘li, x", "Rustam", vec![("Karimov", Space), ("Rustam", Space), ("o‘g‘li", Comma)]),
            ("«Мар'яна\r\nІллівна»", "Мар'яна", vec![("Мар'яна", Line), ("Іллівна", Other)]),
            ("Анна: Вера", "Вера", vec![("Вера", Other)]),
        ] {
            let got = words(text, at);
            let want: Vec<(String, Gap)> = want.into_iter().map(|(word, gap)| (word.to_owned(), gap)).collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn cases_are_told() {
        for (text, case, script) in [
            ("Анна", Case::Title, Script::Cyrillic),
            ("АННА", Case::Upper, Script::Cyrillic),
            ("Қ", Case::Single, Script::Cyrillic),
            ("ұлы", Case::Lower, Script::Cyrillic),
            ("McKay", Case::Mixed, Script::Latin),
            ("Аnna", Case::Title, Script::Other),
            ("123", Case::Number, Script::Other),
            ("a1", Case::Mixed, Script::Latin),
        ] {
            let word = Word::read(text.as_bytes(), 0).unwrap();
            assert_eq!((word.case, word.script, word.end), (case, script, text.len()), "{text}");
            assert_eq!(Word::start_before(text.as_bytes(), text.len()), Some(0), "{text}");
        }
    }

    #[test]
    fn keys_lose_and_gain_letters() {
        let key = Key::of("Петровым");
        assert!(key.ends_in(Key::of("ым"), 2));
        assert_eq!(key.without(2), Key::of("петров"));
        assert_eq!(Key::of("Пётр").join(Key::of("ович"), 4), Key::of("Петрович"));
        assert_eq!(key.letters(), 8);
        assert_eq!(Key::of("ім’я"), Key::of("ИМЯ"));
    }

    #[test]
    fn backwards_and_forwards_the_same_is_read() {
        let text = "В 1985г. Мар'яна О‘Нил-МакКей, №5 АННА; Aнна ’ъ' дом ёж Қ. Ұлттық a1 2b გია x\u{301}y 5";
        let long = format!("{text} {} {}", "ж".repeat(40), "ж".repeat(41));
        for text in [text, &long] {
            let bytes = text.as_bytes();
            for end in 0..=bytes.len() {
                // As at the end of a word: nothing that goes on with it.
                let bytes = &bytes[..end];
                let want = Word::start_before(bytes, end).and_then(|start| Word::read(bytes, start));
                assert_eq!(Word::read_before(bytes, end), want, "{end}");
            }
        }
    }

    #[test]
    fn hostile_bytes_stay_bounded() {
        let long = "а".repeat(100_000);
        assert_eq!(Word::read(long.as_bytes(), 0), None);
        assert_eq!(Word::start_before(long.as_bytes(), long.len()), None);
        for i in 0..64 {
            let bytes: Vec<u8> = (0..64).map(|k| 0x7F + ((k * 37 + i * 11) % 129) as u8).collect();
            for k in 0..64 {
                assert!(Words::around(&bytes, k).is_none_or(|words| words.all().len() <= 2 * SIDE + 1));
            }
        }
    }
}
