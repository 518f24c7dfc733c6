//! Somebody again: the surname or given name alone of who is named in full before it (`Едет Мельникович`, `Ferranti reported`).
//!
//! In: the bytes of a block and the first byte of a word with a capital. Out: the span of the name. Whether a word is found
//! hangs on the bytes up to [`BACK_BYTES`] before it alone: [`Met`] only tells most words at once that nobody is called so
//! there, and repeats what it said of a place before. The full name is judged where it stands, as if it were read for the
//! first time; its words are told by [`Beside`], for whoever notes them and for whoever looks for them.

use super::forms::{Form, Reading};
use super::judge::{find, may_be_name};
use super::readings::Readings;
use super::{context, dictionary};
use crate::text::word::{Case, Gap, Key, Script, Word, Words, gap_before, gap_behind, is_capital_at};
use crate::text::{at, before, slice};
use memchr::memrchr_iter;
use std::ops::Range;

/// How far back the full name may stand, in bytes: less than what is read before every block.
const BACK_BYTES: usize = 4 << 10;
/// So many places where the word stands before are looked at, the nearest first.
const MOST: u8 = 32;
/// Places remembered; a power of two.
const SLOTS: usize = 1024;
/// Bits of a place within a stream.
const PLACE_BITS: u32 = 44;
/// Longest word that a capital stands beside, in letters.
const LETTERS: usize = 24;

/// What stands before a capital.
#[derive(Clone, Copy)]
pub(crate) enum Left {
    /// A word that begins with a capital, here.
    Capital(usize),
    /// An initial.
    Initial,
    /// A comma: a greeting may stand before it.
    Comma,
    /// Nothing that a name goes on from: a small word, a number, a sentence.
    Other,
}

/// What stands before the capital at `start`, by as few bytes as will do.
fn left_of(bytes: &[u8], start: usize) -> Left {
    let mut end = start;
    for _ in 0..4 {
        match before(bytes, end) {
            b' ' => end -= 1,
            0xA0 if at(bytes, end.wrapping_sub(2)) == 0xC2 => end -= 2,
            _ => break,
        }
    }
    match before(bytes, end) {
        b'.' if end - 1 > 0 => return initial_before(bytes, end - 1),
        b',' if end < start => return Left::Comma,
        _ if end == start => return Left::Other,
        _ => {}
    }
    let mut first = end;
    for _ in 0..LETTERS {
        match before(bytes, first) {
            0x80..=0xBF if matches!(at(bytes, first.wrapping_sub(2)), 0xD0..=0xD3 | 0xC3..=0xC9) => first -= 2,
            b'a'..=b'z' | b'A'..=b'Z' => first -= 1,
            // An apostrophe within a word.
            b'\'' | 0x98 | 0x99 | 0xBC => {
                return Word::start_before(bytes, end).map_or(Left::Other, |i| capital_at(bytes, i));
            }
            _ => break,
        }
    }
    if first < end { capital_at(bytes, first) } else { Left::Other }
}

fn capital_at(bytes: &[u8], i: usize) -> Left {
    if is_capital_at(bytes, i) { Left::Capital(i) } else { Left::Other }
}

/// Whether the letters before the dot at `dot` are an initial.
fn initial_before(bytes: &[u8], dot: usize) -> Left {
    let one = if before(bytes, dot) < 0x80 { 1 } else { 2 };
    let short = |letters: usize| {
        let start = dot.saturating_sub(letters);
        is_capital_at(bytes, start)
            && !matches!(before(bytes, start), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0x80..=0x9F | 0xA1..=0xBF)
    };
    if short(one) || short(2 * one) { Left::Initial } else { Left::Other }
}

/// The word before the one at `start` that may be part of one name with it: what stands before it is `left`. Names in
/// Cyrillic letters go on behind a comma, a hyphen and the end of a line.
fn word_before(bytes: &[u8], start: usize, left: Left) -> Option<Word> {
    match left {
        Left::Capital(left) => Word::read(bytes, left),
        Left::Comma | Left::Other if at(bytes, start) >= 0x80 => {
            let end = match (before(bytes, start), left) {
                (b'\n', Left::Other) => start - 1 - usize::from(before(bytes, start - 1) == b'\r'),
                (b'-', Left::Other) => start - 1,
                (b' ', Left::Comma) => start - 2,
                _ => return None,
            };
            // A dot ends most lines.
            let letter = matches!(slice(bytes, end.saturating_sub(2), end), [0xD0..=0xD3, _]);
            let (word, gap) = if letter { Words::before(bytes, start)? } else { return None };
            (word.is_capital() && gap != Gap::Space).then_some(word)
        }
        Left::Initial | Left::Comma | Left::Other => None,
    }
}

/// What stands beside a capital that the finder looks at.
#[derive(Clone, Copy)]
pub(crate) struct Beside {
    /// What stands before it.
    pub(crate) left: Left,
    /// The word with a capital before it, and its own.
    pub(crate) pair: Option<(Word, Word)>,
    /// Whether these two may be parts of one name: [`may_be_name`].
    pub(crate) may_be_name: bool,
    /// Whether its word, of ASCII, stands before one that begins with a Latin letter with a mark: there the finder does not look.
    pub(crate) before_marked: bool,
}

impl Beside {
    /// What stands beside the capital at `start`.
    pub(crate) fn of(bytes: &[u8], start: usize, memory: &mut Readings) -> Self {
        let left = left_of(bytes, start);
        let pair = word_before(bytes, start, left).and_then(|left| Some((left, Word::read(bytes, start)?)));
        let may_be_name = pair.is_some_and(|(left, word)| may_be_name(bytes, &left, &word, memory));
        Self { left, pair, may_be_name, before_marked: is_before_marked(bytes, start) }
    }

    /// The words that are noted, since they may be parts of one name: the two, or a given name or patronymic behind any word;
    /// the one behind an initial; the one before a word with a mark.
    fn noted(&self, bytes: &[u8], start: usize, memory: &mut Readings) -> [Option<usize>; 2] {
        if let Some((left, word)) = self.pair
            && left.is_capital()
            && word.is_capital()
            && (self.may_be_name || (word.script == Script::Cyrillic && is_given_or_patronymic(&word, memory)))
        {
            return [Some(left.start), Some(start)];
        }
        let mut marked = || {
            let word = Word::read(bytes, start)?;
            let next = Word::read(bytes, word.end + 1)?;
            (word.is_capital() && next.is_capital() && may_be_name(bytes, &word, &next, memory)).then_some(())
        };
        let alone = matches!(self.left, Left::Initial) || (self.before_marked && marked().is_some());
        [alone.then_some(start), None]
    }
}

fn is_given_or_patronymic(word: &Word, memory: &mut Readings) -> bool {
    let Reading { given, patronymic, .. } = memory.of(word);
    given.is_some() || patronymic.is_some()
}

/// Whether the word of ASCII at `start` stands before one that begins with a Latin letter with a mark.
fn is_before_marked(bytes: &[u8], start: usize) -> bool {
    let letters = slice(bytes, start, start + LETTERS).iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    at(bytes, start + letters) == b' ' && matches!(at(bytes, start + letters + 1), 0xC3..=0xC9)
}

/// Whether the finder looks at the capital at `start`.
fn is_looked_at(bytes: &[u8], start: usize) -> bool {
    let last = before(bytes, start);
    match slice(bytes, start, start + 2) {
        [b'A'..=b'Z', ..] => {
            last == b' ' && matches!(before(bytes, start.wrapping_sub(1)), b'a'..=b'z' | b'.' | b',' | 0x80..)
        }
        [0xD0, 0x80..=0xAF] => matches!(last, ..0x80 | 0xA0),
        [0xD2 | 0xD3, second @ 0x90..=0xBF] => second % 2 == 0 && matches!(last, ..0x80 | 0xA0),
        _ => false,
    }
}

/// What a full name calls a word in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Called {
    /// None is there, or the word is no part of it that stands alone.
    Nobody,
    /// Its given name.
    Given,
    /// Its surname.
    Surname,
}

/// A full name before a word.
#[derive(Clone, Copy, Debug)]
struct Full {
    /// Where the word stands in it.
    place: u64,
    /// So many places where the word stands are looked at up to that one.
    count: u8,
    /// Whether the word is its surname.
    surname: bool,
}

/// What was said of a place.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    place: u64,
    /// What the word there is called by the full name around it.
    called: Option<Called>,
    /// Whether the word there was asked for.
    asked: bool,
    /// What was found for it then.
    full: Option<Full>,
}

/// Where words that may be parts of one name ([`Beside`]) stood beside each other last, by their first letters: what no full name
/// can begin or end with is told by one look. It forgets nothing within [`BACK_BYTES`], and takes some words for others. What
/// was said of a place is kept as long, so that no place is judged for each word that stands there again.
#[derive(Debug, Default)]
pub(crate) struct Met {
    last: Vec<u64>,
    said: Vec<Said>,
    /// The stream, in the high bits.
    stream: u64,
    /// Before this place nothing was noted.
    from: u64,
}

impl Met {
    /// Begins a block, whose own bytes begin at `start` of `base` in its stream; `goes_on` if the last one ended there.
    pub(crate) fn begin(&mut self, base: u64, start: usize, goes_on: bool) {
        if !goes_on {
            self.stream = self.stream.wrapping_add(1 << PLACE_BITS);
            let back = if start == 0 { 0 } else { BACK_BYTES as u64 };
            self.from = self.place(base, start) + back;
        }
    }

    fn place(&self, base: u64, start: usize) -> u64 {
        self.stream | (base.wrapping_add(start as u64) & ((1 << PLACE_BITS) - 1))
    }

    /// Notes the words beside the capital at `start` that may be parts of one name.
    pub(crate) fn note(&mut self, bytes: &[u8], start: usize, base: u64, beside: &Beside, memory: &mut Readings) {
        for start in beside.noted(bytes, start, memory).into_iter().flatten() {
            if self.last.is_empty() {
                self.last.resize(SLOTS, 0);
            }
            let place = self.place(base, start);
            if let Some(slot) = head(bytes, start).and_then(|head| self.last.get_mut(slot_of(head))) {
                *slot = place;
            }
        }
    }

    /// Whether the word at `start` may be part of a full name before it.
    pub(crate) fn may_have(&self, bytes: &[u8], start: usize, base: u64) -> bool {
        let place = self.place(base, start);
        let Some(head) = head(bytes, start) else { return false };
        // One that was noted behind this place hides those before it: steps look a little beyond their end.
        let near = |last: &u64| place.saturating_sub(*last) <= BACK_BYTES as u64;
        place < self.from || self.last.get(slot_of(head)).is_some_and(near)
    }

    /// The name at `start`, with initials beside it: a surname in any case, or a given name that is no other word, of somebody
    /// whose full name stands before it. What is said is `kept` if all around the word is at hand.
    pub(crate) fn again(
        &mut self, bytes: &[u8], start: usize, base: u64, kept: bool, memory: &mut Readings,
    ) -> Option<Range<usize>> {
        let word = Word::read(bytes, start).filter(|word| may_stand_alone(bytes, word, memory))?;
        let full = self.full_name(bytes, &word, base, kept, memory)?;
        Some(if full.surname { with_initials(bytes, &word) } else { word.range() })
    }

    /// The nearest full name before a word that holds it.
    fn full_name(&mut self, bytes: &[u8], word: &Word, base: u64, kept: bool, memory: &mut Readings) -> Option<Full> {
        let length = if word.script == Script::Latin { 4 } else { 2 * usize::from(word.letters.min(4)) };
        let from = word.start.saturating_sub(BACK_BYTES);
        let needle = slice(bytes, word.start, word.start + length);
        let (mut count, mut full) = (0, None);
        for at_place in places_before(slice(bytes, from, word.start), needle) {
            if count == MOST {
                break;
            }
            count += 1;
            let start = from + at_place;
            let whole = !is_letter_end(bytes, start);
            let other = Word::read(bytes, start).filter(|other| whole && is_same(other.key, word.key));
            let Some(other) = other else { continue };
            let place = self.place(base, start);
            let said = self.said_of(place);
            let called = said.called.unwrap_or_else(|| {
                let called = called(bytes, &other, memory);
                self.say(kept, Said { called: Some(called), ..said });
                called
            });
            if let Some(surname) = may_be_called_again(called, word, memory) {
                full = Some(Full { place, count, surname });
                break;
            }
            // Whatever stands before it was asked for there.
            if said.asked && (other.key, other.letters) == (word.key, word.letters) {
                let first = self.place(base, from);
                full = said.full.map(|full| Full { count: count + full.count, ..full });
                full = full.filter(|full| full.place >= first && full.count <= MOST);
                break;
            }
        }
        let place = self.place(base, word.start);
        let said = self.said_of(place);
        self.say(kept, Said { asked: true, full, ..said });
        full
    }

    /// What was said of a place.
    fn said_of(&self, place: u64) -> Said {
        let said = self.said.get(Self::slot_of_place(place)).filter(|said| said.place == place);
        said.copied().unwrap_or(Said { place, ..Said::default() })
    }

    /// Keeps what was said of a place.
    fn say(&mut self, kept: bool, said: Said) {
        if self.said.is_empty() {
            self.said.resize(SLOTS, Said::default());
        }
        if let Some(slot) = self.said.get_mut(Self::slot_of_place(said.place)).filter(|_| kept) {
            *slot = said;
        }
    }

    /// Words of three letters and more begin four bytes apart: no two within [`BACK_BYTES`] have one slot.
    fn slot_of_place(place: u64) -> usize {
        (place >> 2) as usize & (SLOTS - 1)
    }
}

/// Where `needle`, which begins with a capital, stands in a text, the last place first.
fn places_before<'a>(text: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    // Of a Cyrillic letter the second byte tells more.
    let second = usize::from(at(needle, 0) >= 0x80);
    memrchr_iter(at(needle, second), text)
        .filter_map(move |place| place.checked_sub(second))
        .filter(move |place| slice(text, *place, *place + needle.len()) == needle)
}

/// The first letters of the word at `start` as a number: four, or three of short Cyrillic words.
fn head(bytes: &[u8], start: usize) -> Option<u64> {
    if at(bytes, start) < 0x80 {
        return slice(bytes, start, start + 4)
            .first_chunk::<4>()
            .map(|letters| u64::from(u32::from_le_bytes(*letters)));
    }
    let letters = u64::from_le_bytes(*slice(bytes, start, start + 8).first_chunk::<8>()?);
    Some(if matches!(at(bytes, start + 6), 0xD0..=0xD3) { letters } else { letters & SHORT })
}

/// Six bytes of eight: three Cyrillic letters.
const SHORT: u64 = (1 << 48) - 1;

fn slot_of(head: u64) -> usize {
    (head.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & (SLOTS - 1)
}

/// Whether a word may be the name of somebody named before, by itself and what stands beside it.
fn may_stand_alone(bytes: &[u8], word: &Word, memory: &mut Readings) -> bool {
    let start = word.start;
    let written = word.case == Case::Title || (word.case == Case::Upper && word.script == Script::Cyrillic);
    let least = if word.script == Script::Latin { 4 } else { 3 };
    if !written || word.letters < least || word.script == Script::Other {
        return false;
    }
    let around = dictionary::around(word);
    if around.stranger() && !(around.by_stem() && memory.of(word).surname.is_some()) {
        return false;
    }
    if ![Called::Surname, Called::Given].iter().any(|called| may_be_called_again(*called, word, memory).is_some()) {
        return false;
    }
    // At the head of a sentence any word has a capital: there it must be one that names have. Words of English in the plural are
    // none.
    let reading = memory.of(word);
    let listed = reading.given.is_some() || reading.surname.is_some();
    let plural = word.script == Script::Latin && word.key.ends_in(Key::of("s"), 1);
    if !listed && (plural || context::begins_sentence(bytes, start)) {
        return false;
    }
    let (left_gap, left_end) = gap_before(bytes, start);
    let (gap, next) = gap_behind(bytes, word.end);
    if left_gap == Gap::Hyphen || gap == Gap::Hyphen || at(bytes, word.end).is_ascii_digit() {
        return false;
    }
    // What stands beside it says another thing: a street, a firm, a law.
    let left = if matches!(left_gap, Gap::Space | Gap::Dot) { Word::read_before(bytes, left_end) } else { None };
    let right = if gap == Gap::Space { Word::read(bytes, next) } else { None };
    let around = left.map(|left| dictionary::around(&left)).unwrap_or_default();
    let behind = right.map(|right| dictionary::around(&right)).unwrap_or_default();
    let abbreviated = left_gap != Gap::Dot || left.is_some_and(|left| left.letters <= 5);
    if (abbreviated && (around.place() || around.firm() || around.eponym()) && !around.role())
        || around.named_after()
        || behind.place_behind()
        || matches!(slice(bytes, start.saturating_sub(2), start), [0xC2, 0xAB])
    {
        return false;
    }
    // Ferguson & Sons
    if matches!(slice(bytes, word.end, word.end + 3), b" & " | b" + ")
        || slice(bytes, word.end, word.end + 8) == b" and Son"
    {
        return false;
    }
    // The next word of a longer name.
    let goes_on = right.is_some_and(|right| right.is_capital() && right.case != Case::Single);
    !(goes_on || word.script == Script::Latin && behind.eponym())
}

/// What the full name that stands at the word `other` calls it.
fn called(bytes: &[u8], other: &Word, memory: &mut Readings) -> Called {
    // Those are asked that are noted, and no others: what is found does not hang on where blocks begin.
    let noted = |start: usize, memory: &mut Readings| {
        is_looked_at(bytes, start)
            && Beside::of(bytes, start, memory).noted(bytes, start, memory).contains(&Some(other.start))
    };
    let (gap, next) = gap_behind(bytes, other.end);
    let beside = noted(other.start, memory) || (gap != Gap::Other && noted(next, memory));
    let words = if beside { Words::around(bytes, other.start) } else { None };
    let Some(name) = words.and_then(|words| find(bytes, &words, memory)) else { return Called::Nobody };
    let reading = memory.of(other);
    let given = reading.given.is_some() && (!reading.surname.is_some() || reading.given.level > reading.surname.level);
    match given {
        _ if name.range.len() <= other.end - other.start || reading.patronymic.level == 3 => Called::Nobody,
        true => Called::Given,
        false => Called::Surname,
    }
}

/// Whether a word may stand for whom a full name calls so: as surname (`true`), or as a given name that is nothing else
/// (`false`).
fn may_be_called_again(called: Called, word: &Word, memory: &mut Readings) -> Option<bool> {
    let Reading { given, surname, .. } = memory.of(word);
    let plain = |form: &Form| !form.entry.common() && !form.entry.place();
    match called {
        Called::Nobody => None,
        // Mark, Вера: a word elsewhere.
        Called::Given => (given.level >= 2 && plain(&given)).then_some(false),
        Called::Surname => (word.letters >= 4 && plain(&surname)).then_some(true),
    }
}

/// Whether a letter ends at `end`: what begins there is no word.
fn is_letter_end(bytes: &[u8], end: usize) -> bool {
    let last = before(bytes, end);
    last.is_ascii_alphanumeric()
        || (last >= 0x80 && !matches!(slice(bytes, end.saturating_sub(2), end), [0xC2 | 0x80, _]))
}

/// Whether two words are forms of one: the same letters, and behind them what cases and genders add.
fn is_same(one: Key, other: Key) -> bool {
    if one == other {
        return true;
    }
    let tail = |key: Key, letters: u32| Key(key.0 & ((1 << (7 * letters)) - 1));
    let fits = |key: Key, letters: u32| letters == 0 || TAILS.contains(&tail(key, letters));
    (0..=3u32).any(|cut| {
        let stem = one.without(cut);
        stem.letters() >= 4 && fits(one, cut) && (0..=3u32).any(|cut| other.without(cut) == stem && fits(other, cut))
    })
}

/// What cases and genders add to a surname or given name.
const TAILS: [Key; 61] = [
    Key::of("а"),
    Key::of("у"),
    Key::of("ы"),
    Key::of("е"),
    Key::of("и"),
    Key::of("я"),
    Key::of("ю"),
    Key::of("й"),
    Key::of("ь"),
    Key::of("о"),
    Key::of("ом"),
    Key::of("ем"),
    Key::of("ым"),
    Key::of("им"),
    Key::of("ам"),
    Key::of("ой"),
    Key::of("ою"),
    Key::of("ей"),
    Key::of("ею"),
    Key::of("ай"),
    Key::of("аю"),
    Key::of("ую"),
    Key::of("ая"),
    Key::of("ои"),
    Key::of("ий"),
    Key::of("ый"),
    Key::of("ого"),
    Key::of("ому"),
    Key::of("ага"),
    Key::of("аму"),
    Key::of("ови"),
    Key::of("еви"),
    Key::of("ва"),
    Key::of("ву"),
    Key::of("ве"),
    Key::of("вай"),
    Key::of("вым"),
    Key::of("га"),
    Key::of("ге"),
    Key::of("да"),
    Key::of("де"),
    Key::of("ды"),
    Key::of("ди"),
    Key::of("ты"),
    Key::of("ти"),
    Key::of("ны"),
    Key::of("ни"),
    Key::of("нын"),
    Key::of("нин"),
    Key::of("дын"),
    Key::of("дин"),
    Key::of("тын"),
    Key::of("тин"),
    Key::of("дан"),
    Key::of("ден"),
    Key::of("тан"),
    Key::of("тен"),
    Key::of("мен"),
    Key::of("бен"),
    Key::of("пен"),
    Key::of("a"),
];

/// A surname with the initials that stand directly before or behind it: `В. Перч`, `Перч В.`
fn with_initials(bytes: &[u8], word: &Word) -> Range<usize> {
    let (mut start, mut end) = (word.start, word.end);
    for _ in 0..2 {
        let blank = usize::from(before(bytes, start) == b' ');
        let dot = start - blank;
        let initial = if before(bytes, dot) == b'.' { Word::read_before(bytes, dot - 1) } else { None };
        match initial.filter(|initial| initial.case == Case::Single && initial.end + 1 == dot) {
            Some(initial) => start = initial.start,
            None => break,
        }
    }
    if start == word.start {
        for _ in 0..2 {
            let first = end + usize::from(at(bytes, end) == b' ');
            let initial = if is_capital_at(bytes, first) { Word::read(bytes, first) } else { None };
            match initial.filter(|initial| initial.case == Case::Single && at(bytes, initial.end) == b'.') {
                Some(initial) => end = initial.end + 1,
                None => break,
            }
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_surname_are_the_same() {
        for (one, other) in [
            ("Мельникович", "Мельниковича"),
            ("Старовойтова", "Старовойтовой"),
            ("Баркоўскі", "Баркоўская"),
            ("Лойку", "Лойка"),
            ("Іваноў", "Іванова"),
            ("Сәрсенова", "Сәрсенованың"),
            ("Ospanov", "Ospanova"),
        ] {
            assert!(is_same(Key::of(one), Key::of(other)), "{one} {other}");
        }
        for (one, other) in [("Павлов", "Павлович"), ("Петров", "Петровка"), ("Иванов", "Иванченко"), ("Мир", "Мира")]
        {
            assert!(!is_same(Key::of(one), Key::of(other)), "{one} {other}");
        }
    }

    #[test]
    fn what_stands_before_a_capital() {
        for (text, want) in [
            ("Анна Петрова", "Capital"),
            ("у Анны Петровой", "Capital"),
            ("АННА\u{a0} Петрова", "Capital"),
            ("Мар’яна Петрова", "Capital"),
            ("И. Петров", "Initial"),
            ("(И.О.Петров", "Initial"),
            ("Дж. Петров", "Initial"),
            ("Добрый день, Петров", "Comma"),
            ("в Петров", "Other"),
            ("дом. Петров", "Other"),
            ("5 Петров", "Other"),
            ("Петров", "Other"),
        ] {
            let start = text.find("Петров").unwrap();
            let got = match left_of(text.as_bytes(), start) {
                Left::Capital(_) => "Capital",
                Left::Initial => "Initial",
                Left::Comma => "Comma",
                Left::Other => "Other",
            };
            assert_eq!(got, want, "{text}");
        }
    }
}
