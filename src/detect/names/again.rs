//! Somebody again: the surname or given name alone of who is named in full before it (`Едет Мельникович`, `Ferranti reported`).
//!
//! In: the bytes of a block and the first byte of a word with a capital. Out: the span of the name. Whether a word is found
//! hangs on the bytes up to [`BACK_BYTES`] before it alone: [`Met`] only tells most words at once that nobody is called so
//! there, and the full name is judged where it stands, as if it were read for the first time.

use super::forms::Form;
use super::judge::{find, may_be_name};
use super::readings::Readings;
use super::{context, dictionary};
use crate::text::word::{Case, Gap, Key, Script, Word, Words, gap_before, gap_behind, is_capital_at};
use crate::text::{at, before, slice};
use memchr::memmem;
use std::ops::Range;

/// How far back the full name may stand, in bytes: less than what is read before every block.
const BACK_BYTES: usize = 4 << 10;
/// So many places where the word stands before are looked at.
const MOST: usize = 8;
/// Places remembered; a power of two.
const SLOTS: usize = 1024;
/// Bits of a place within a stream.
const PLACE_BITS: u32 = 44;

/// Where words that may be parts of one name ([`may_meet`]) stood beside each other last, by their first letters: what no full name can begin or end with
/// is told by one look. It forgets nothing within [`BACK_BYTES`], and takes some words for others.
#[derive(Debug, Default)]
pub(crate) struct Met {
    last: Vec<u64>,
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

    /// Notes that the word at `start` stands beside another one, and may be part of one name with it.
    pub(crate) fn note(&mut self, bytes: &[u8], start: usize, base: u64) {
        if self.last.is_empty() {
            self.last.resize(SLOTS, 0);
        }
        let place = self.place(base, start);
        if let Some(slot) = head(bytes, start).and_then(|head| self.last.get_mut(slot_of(head))) {
            *slot = place;
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
}

/// Whether two neighbours may be parts of a full name: [`may_be_name`], or a given name or patronymic behind any word.
pub(crate) fn may_meet(left: &Word, right: &Word, memory: &mut Readings) -> bool {
    let told = |right: &Word, memory: &mut Readings| {
        let reading = memory.of(right);
        right.script == Script::Cyrillic && (reading.given.is_some() || reading.patronymic.is_some())
    };
    left.is_capital() && right.is_capital() && (may_be_name(left, right, memory) || told(right, memory))
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

/// The name at `start`, with initials beside it: a surname in any case, or a given name that is no other word, of somebody
/// whose full name stands before it.
pub(crate) fn again(bytes: &[u8], start: usize, memory: &mut Readings) -> Option<Range<usize>> {
    let word = Word::read(bytes, start)?;
    let written = word.case == Case::Title || (word.case == Case::Upper && word.script == Script::Cyrillic);
    let least = if word.script == Script::Latin { 4 } else { 3 };
    if !written || word.letters < least || word.script == Script::Other {
        return None;
    }
    let around = dictionary::around(&word);
    if around.stranger() && !(around.by_stem() && memory.of(&word).surname.is_some()) {
        return None;
    }
    // At the head of a sentence any word has a capital: there it must be one that names have. Words of English in the plural are
    // none.
    let reading = memory.of(&word);
    let listed = reading.given.is_some() || reading.surname.is_some();
    let plural = word.script == Script::Latin && word.key.ends_in(Key::of("s"), 1);
    if !listed && (plural || context::begins_sentence(bytes, start)) {
        return None;
    }
    let (left_gap, left_end) = gap_before(bytes, start);
    let (gap, next) = gap_behind(bytes, word.end);
    if left_gap == Gap::Hyphen || gap == Gap::Hyphen || at(bytes, word.end).is_ascii_digit() {
        return None;
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
        return None;
    }
    // Ferguson & Sons
    if matches!(slice(bytes, word.end, word.end + 3), b" & " | b" + ")
        || slice(bytes, word.end, word.end + 8) == b" and Son"
    {
        return None;
    }
    // The next word of a longer name.
    let goes_on = right.is_some_and(|right| right.is_capital() && right.case != Case::Single);
    if goes_on || (word.script == Script::Latin && behind.eponym()) {
        return None;
    }
    let length = if word.script == Script::Latin { 4 } else { 2 * usize::from(word.letters.min(4)) };
    let from = start.saturating_sub(BACK_BYTES);
    let needle = slice(bytes, start, start + length);
    let places = memmem::find_iter(slice(bytes, from, start), needle).take(MOST);
    let named = |place: usize, memory: &mut Readings| {
        let at_word = !is_letter_end(bytes, place);
        let other = Word::read(bytes, place).filter(|other| at_word && is_same(other.key, word.key))?;
        is_named(bytes, &other, &word, memory)
    };
    let mut found = None;
    for place in places {
        found = named(from + place, memory);
        if found.is_some() {
            break;
        }
    }
    let surname = found?;
    Some(if surname { with_initials(bytes, &word) } else { word.range() })
}

/// Whether a full name holds the word `other`: its surname (`true`), or its given name that is nothing else (`false`).
fn is_named(bytes: &[u8], other: &Word, word: &Word, memory: &mut Readings) -> Option<bool> {
    let words = Words::around(bytes, other.start)?;
    let (middle, list) = (words.middle(), words.all());
    let beside = |left: Option<usize>, right: usize, memory: &mut Readings| {
        let (Some(left), Some(right)) = (left.and_then(|left| list.get(left)), list.get(right)) else { return false };
        may_meet(left, right, memory)
    };
    if !beside(middle.checked_sub(1), middle, memory) && !beside(Some(middle), middle + 1, memory) {
        return None;
    }
    let name = find(bytes, &words, memory)?;
    if name.range.len() <= other.end - other.start {
        return None;
    }
    let reading = memory.of(other);
    let plain = |form: &Form| form.level >= 2 && !form.entry.common() && !form.entry.place();
    let given = reading.given.is_some() && (!reading.surname.is_some() || reading.given.level > reading.surname.level);
    if reading.patronymic.level == 3 {
        return None;
    }
    if given {
        // Mark, Вера: a word elsewhere.
        return plain(&memory.of(word).given).then_some(false);
    }
    let surname = memory.of(word).surname;
    (word.letters >= 4 && !surname.entry.common() && !surname.entry.place()).then_some(true)
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
}
