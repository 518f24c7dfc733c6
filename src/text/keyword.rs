//! Keywords: a trie over folded letters, walked from word starts in windows around candidates only.
//!
//! A keyword is one or more words; `*` after a word lets up to six more letters follow (all five languages inflect).
//! Between words of a phrase any one to three characters that are no letters may stand. The longest phrase at a word
//! start wins, so «паспорт изделия» is not «паспорт». A full-stream automaton would cost more than the whole finder
//! (bench: lesson 6); a window costs some tens of nanoseconds, and windows that overlap are read once.

use super::fold::{self, Code, GAP, LINE_END, PASSED};
use super::packed::{Packer, Unpacker};
use super::utf8;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

/// Letters that `*` lets follow.
const TAIL_LETTERS: usize = 6;
/// Characters that may part the words of a phrase.
const GAP_CHARS: usize = 3;
/// Code of the edge that stands for "a free tail, then the end of the word".
const TAIL: usize = fold::CODES;
const EDGES: usize = fold::CODES + 1;

/// Number of a keyword group: keywords with the same meaning share one.
pub type Group = u16;

/// Why a keyword was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeywordError {
    /// No letter or digit in it.
    #[error("has no letter or digit")]
    Empty,
    /// `*` does not end a word.
    #[error("`*` may only end a word")]
    Star,
    /// The automaton would grow beyond its bound.
    #[error("there are too many keywords (more than 65,000 states in all)")]
    TooMany,
}

/// All keywords of a catalogue.
#[derive(Clone, Debug)]
pub struct Keywords {
    /// The number of two bytes at `node * EDGES + code` is the next node, 0 for none.
    edges: Cow<'static, [u8]>,
    /// Group of the keyword that ends at the node, 0 for none; two bytes each.
    ends: Cow<'static, [u8]>,
    /// For each first letter, the second codes that some keyword has: bit n for code n (and for one-letter words, all).
    seconds: Vec<u128>,
    /// The same by bytes: for each ASCII letter, the second ASCII bytes.
    begins: [u128; 32],
}

impl Default for Keywords {
    fn default() -> Self {
        Self {
            edges: vec![0; 2 * EDGES].into(),
            ends: vec![0; 2].into(),
            seconds: vec![0; EDGES],
            begins: [fold::PASSED_ASCII; 32],
        }
    }
}

impl Keywords {
    /// Adds a keyword. `merge` gets the group that already ends there (0 for none) and gives the new one, not 0.
    ///
    /// # Errors
    /// If the keyword is empty, has a misplaced `*`, or the automaton is full.
    pub fn add(&mut self, keyword: &str, merge: impl FnOnce(Group) -> Group) -> Result<(), KeywordError> {
        let mut node = 0usize;
        let mut words = 0;
        for part in keyword.split_whitespace() {
            let (stem, tail) = part.strip_suffix('*').map_or((part, false), |stem| (stem, true));
            if stem.contains('*') {
                return Err(KeywordError::Star);
            }
            let codes = fold::folded(stem);
            let mut pieces = codes.split(|&code| code == GAP).filter(|piece| !piece.is_empty()).peekable();
            while let Some(piece) = pieces.next() {
                if words > 0 {
                    node = self.step(node, usize::from(GAP))?;
                }
                for &code in piece {
                    node = self.step(node, usize::from(code))?;
                }
                if tail && pieces.peek().is_none() {
                    node = self.step(node, TAIL)?;
                }
                words += 1;
            }
        }
        if words == 0 {
            return Err(KeywordError::Empty);
        }
        let group = merge(self.end(node));
        put(self.ends.to_mut(), node, group);
        let codes: Vec<Code> = fold::folded(keyword).into_iter().skip_while(|&code| code == GAP).take(2).collect();
        if let Some(seconds) = codes.first().and_then(|&first| self.seconds.get_mut(usize::from(first))) {
            // Behind a one-letter word anything may follow; behind others the second letter must.
            *seconds |= match codes.get(1) {
                Some(&second) if second != GAP => 1 << (second & 127),
                _ => u128::MAX,
            };
            let bytes = match codes.get(1) {
                Some(&second) if second != GAP => fold::ascii_bytes(second),
                _ => u128::MAX,
            };
            let first = codes.first().map_or(0, |&first| fold::ascii_bytes(first));
            if let Some(begins) = self.begins.get_mut((first.trailing_zeros() & 0x1F) as usize).filter(|_| first != 0) {
                *begins |= bytes;
            }
        }
        Ok(())
    }

    /// Whether some keyword begins with these two codes: a cheap look before the walk.
    #[inline(always)]
    fn may_begin(&self, first: Code, second: Code) -> bool {
        let seconds = self.seconds.get(usize::from(first)).copied().unwrap_or(0);
        seconds >> (second & 127) & 1 != 0 || second == PASSED
    }

    /// The same for two bytes, the first an ASCII letter; a second one above ASCII is not looked at.
    #[inline(always)]
    fn may_begin_ascii(&self, first: u8, second: u8) -> bool {
        let seconds = self.begins.get(usize::from(first & 0x1F)).copied().unwrap_or(0);
        second >= 0x80 || seconds >> second & 1 != 0
    }

    fn step(&mut self, node: usize, code: usize) -> Result<usize, KeywordError> {
        match self.next(node, code) {
            0 => {
                let new = u16::try_from(self.ends.len() / 2).map_err(|_| KeywordError::TooMany)?;
                let (edges, ends) = (self.edges.to_mut(), self.ends.to_mut());
                edges.resize(edges.len() + 2 * EDGES, 0);
                ends.resize(ends.len() + 2, 0);
                put(edges, node * EDGES + code, new);
                Ok(usize::from(new))
            }
            next => Ok(next),
        }
    }

    #[inline(always)]
    fn next(&self, node: usize, code: usize) -> usize {
        usize::from(number(&self.edges, node * EDGES + code))
    }

    fn end(&self, node: usize) -> Group {
        number(&self.ends, node)
    }

    /// Writes the automaton.
    pub fn pack(&self, out: &mut Packer) {
        out.bytes(&self.edges);
        out.bytes(&self.ends);
        self.seconds.iter().chain(&self.begins).for_each(|bits| out.u128(*bits));
    }

    /// Reads what was written; most of it stays where it is.
    pub fn unpack(from: &mut Unpacker) -> Option<Self> {
        let mut keywords = Self { edges: from.bytes()?.into(), ends: from.bytes()?.into(), ..Self::default() };
        for bits in keywords.seconds.iter_mut().chain(&mut keywords.begins) {
            *bits = from.u128()?;
        }
        Some(keywords)
    }

    /// The longest keyword that begins at `start` (which must be a word start): its end and group.
    pub fn longest_at(&self, bytes: &[u8], start: usize) -> Option<(usize, Group)> {
        let mut best = None;
        self.walk(bytes, start, 0, 0, &mut best);
        best
    }

    fn walk(&self, bytes: &[u8], start: usize, node: usize, depth: usize, best: &mut Option<(usize, Group)>) {
        let (mut i, mut node) = (start, node);
        loop {
            let tail = self.next(node, TAIL);
            if tail != 0 {
                self.leave_word(bytes, word_tail(bytes, i), tail, depth, best);
            }
            let (code, length) = fold::folded_at(bytes, i);
            if code == PASSED && length > 0 {
                i += length;
                continue;
            }
            if !fold::is_word(code) {
                self.leave_word(bytes, Some(i), node, depth, best);
                return;
            }
            let next = self.next(node, usize::from(code));
            if next == 0 {
                // A change from small to capital letter parts words too (`clientIin`), and so does a digit after letters.
                if self.end(node) != 0 && node != 0 && parts_words(bytes, i) {
                    self.leave_word(bytes, Some(i), node, depth, best);
                }
                return;
            }
            node = next;
            i += length;
        }
    }

    fn leave_word(
        &self, bytes: &[u8], end: Option<usize>, node: usize, depth: usize, best: &mut Option<(usize, Group)>,
    ) {
        let Some(end) = end else { return };
        let group = self.end(node);
        if group != 0 && best.is_none_or(|(longest, _)| end >= longest) {
            *best = Some((end, group));
        }
        let after_gap = self.next(node, usize::from(GAP));
        if after_gap == 0 || depth >= 8 {
            return;
        }
        let mut i = end;
        for chars in 0..=GAP_CHARS {
            let (code, length) = fold::folded_at(bytes, i);
            if length == 0 || code == LINE_END {
                return;
            }
            if fold::is_word(code) {
                if chars > 0 {
                    self.walk(bytes, i, after_gap, depth + 1, best);
                }
                return;
            }
            i += length;
        }
    }
}

/// The number of two bytes at place `i`; 0 outside.
#[inline(always)]
fn number(bytes: &[u8], i: usize) -> u16 {
    bytes.get(2 * i..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

/// Puts a number of two bytes at place `i`.
fn put(bytes: &mut [u8], i: usize, value: u16) {
    if let Some(slot) = bytes.get_mut(2 * i..).and_then(|rest| rest.first_chunk_mut()) {
        *slot = value.to_le_bytes();
    }
}

/// The end of a word that may go on for some letters after `i`; `None` if it goes on for longer.
fn word_tail(bytes: &[u8], mut i: usize) -> Option<usize> {
    for _ in 0..=TAIL_LETTERS {
        let (code, length) = fold::folded_at(bytes, i);
        if length == 0 || !(fold::is_letter(code) || code == PASSED) {
            return Some(i);
        }
        i += length;
    }
    None
}

/// Whether a new word begins at `i` without a gap: a digit after a letter, or a capital after a small letter.
fn parts_words(bytes: &[u8], i: usize) -> bool {
    let (Some((left, _)), Some((right, _))) = (utf8::char_before(bytes, i), utf8::char_at(bytes, i)) else {
        return false;
    };
    if left.is_ascii_digit() != right.is_ascii_digit() {
        return true;
    }
    if left == '№' || right == '№' {
        return true; // `ИНН№…`
    }
    left.is_lowercase() && right.is_uppercase()
}

/// A keyword that stands in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its group.
    pub group: Group,
}

/// Where reading stands in ASCII text.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum State {
    /// Not in a word.
    Gap = 0,
    /// In a word, behind a capital letter or digit.
    Word = 1,
    /// In a word, behind a small letter.
    Small = 2,
}

/// Added to the next state: a word begins.
const BEGINS: u8 = 4;
/// In place of the next state: no ASCII, a quote or a line end; see the folded code.
const OTHER: u8 = 8;

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn steps() -> [u8; 3 * 256] {
    let mut steps = [OTHER; 3 * 256];
    let mut i = 0;
    while i < 3 * 256 {
        let state = i >> 8;
        steps[i] = match (i & 255) as u8 {
            b'a'..=b'z' if state == State::Gap as usize => State::Small as u8 | BEGINS,
            b'a'..=b'z' => State::Small as u8,
            // A capital behind a small letter begins a word too (`clientIin`).
            b'A'..=b'Z' if state == State::Word as usize => State::Word as u8,
            b'A'..=b'Z' => State::Word as u8 | BEGINS,
            b'0'..=b'9' => State::Word as u8,
            b'\'' | b'`' | b'\n' | b'\r' | 0x80.. => OTHER,
            _ => State::Gap as u8,
        };
        i += 1;
    }
    steps
}

/// The next state for each state and byte.
static STEPS: [u8; 3 * 256] = steps();

/// Keywords around candidates: reads forwards only, each byte at most once as long as windows move on.
#[derive(Debug, Default)]
pub struct Windows {
    covered: Range<usize>,
    hits: VecDeque<Hit>,
}

impl Windows {
    /// Forgets everything: a new block begins.
    pub fn reset(&mut self) {
        self.covered = 0..0;
        self.hits.clear();
    }

    /// Makes sure that all keywords beginning in `lo..hi` are known, and gives those known (some may lie outside).
    pub fn cover(&mut self, keywords: &Keywords, bytes: &[u8], lo: usize, hi: usize) -> impl Iterator<Item = &Hit> {
        let hi = hi.min(bytes.len());
        if lo < self.covered.start || lo > self.covered.end || self.covered.is_empty() {
            self.covered = lo..lo;
            self.hits.clear();
        } else {
            while self.hits.front().is_some_and(|hit| hit.end + 512 < lo) {
                self.hits.pop_front();
            }
        }
        if hi > self.covered.end {
            let from = self.hits.back().map_or(self.covered.end, |hit| hit.end.max(self.covered.end));
            self.scan(keywords, bytes, from, hi);
            self.covered.end = hi;
        }
        self.hits.iter()
    }

    fn scan(&mut self, keywords: &Keywords, bytes: &[u8], from: usize, hi: usize) {
        let mut i = from;
        // In the middle of a letter or word: its beginning lies outside.
        while i < hi && super::at(bytes, i) & 0xC0 == 0x80 {
            i += 1;
        }
        let mut word = i > 0 && {
            let left = utf8::char_before(bytes, i).map_or(GAP, |(c, _)| fold::fold(c as u32));
            fold::is_word(left) && !parts_words(bytes, i)
        };
        let mut small = false;
        while i < hi {
            // Most bytes are gaps, inside of words, or begin words that are no keywords, as their first two letters tell:
            // they are passed over in a few instructions.
            let mut state = if small {
                State::Small
            } else if word {
                State::Word
            } else {
                State::Gap
            } as u8;
            let mut next = 0;
            let ahead = super::slice(bytes, i, hi);
            for &byte in ahead {
                let step = STEPS.get(usize::from(state) << 8 | usize::from(byte)).copied().unwrap_or(OTHER);
                next += 1;
                if step >= BEGINS && (step == OTHER || keywords.may_begin_ascii(byte, super::at(bytes, i + next))) {
                    next -= 1;
                    break;
                }
                state = step & !BEGINS;
            }
            (word, small) = (state != State::Gap as u8, state == State::Small as u8);
            i += next;
            if i >= hi {
                return;
            }
            let first = super::at(bytes, i);
            let (code, length) = fold::folded_at(bytes, i);
            if length == 0 {
                return;
            }
            if !fold::is_word(code) {
                word = word && code == PASSED;
                small = false;
                i += length;
                continue;
            }
            let begins = !word || (small && first.is_ascii_uppercase());
            small = first.is_ascii_lowercase();
            word = true;
            if begins
                && fold::is_letter(code)
                && keywords.may_begin(code, fold::folded_at(bytes, i + length).0)
                && let Some((end, group)) = keywords.longest_at(bytes, i)
            {
                self.hits.push_back(Hit { start: i, end: end.min(bytes.len()), group });
                i = end.max(i + length);
                // What follows a keyword without a gap (`ИИН850101…`) is not part of a longer word.
                word = false;
                small = false;
                continue;
            }
            i += length;
            // A letter after a digit begins a word (`2phone`) only behind a gap; a digit never does.
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keywords(list: &[&str]) -> Keywords {
        let mut keywords = Keywords::default();
        for (i, keyword) in list.iter().enumerate() {
            assert_eq!(keywords.add(keyword, |old| if old == 0 { i as Group + 1 } else { old }), Ok(()));
        }
        keywords
    }

    fn found(list: &[&str], text: &str) -> Vec<String> {
        let keywords = keywords(list);
        let mut windows = Windows::default();
        windows
            .cover(&keywords, text.as_bytes(), 0, text.len())
            .map(|hit| text[hit.start..hit.end].to_owned())
            .collect()
    }

    #[test]
    fn words_stems_and_phrases_are_found_whole() {
        assert_eq!(found(&["ИИН"], "иин: 1; ИИНов; ИИН7; мИИН; user_iin; user_ИИН"), ["иин", "ИИН", "ИИН"]);
        assert_eq!(found(&["паспорт*"], "Паспорта, паспортного; паспортизированный"), ["Паспорта", "паспортного"]);
        assert_eq!(
            found(&["номер* телефон*"], "номера телефонов; номер, телефон; номер\nтелефон"),
            ["номера телефонов", "номер, телефон"]
        );
        assert_eq!(found(&["iin", "phone"], "clientIin userPhone iphone client-iin IINx"), ["Iin", "Phone", "iin"]);
        assert_eq!(found(&["ім'я"], "ім’я Імя"), ["ім’я", "Імя"]);
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(
            found(&["паспорт*", "паспорт изделия"], "паспорт изделия 5, паспорт 7"),
            ["паспорт изделия", "паспорт"]
        );
        assert_eq!(found(&["номер*", "номер* счет*"], "номером счета"), ["номером счета"]);
    }

    #[test]
    fn windows_that_move_on_find_what_one_window_finds() {
        let keywords = keywords(&["ИИН", "тел*", "номер* дома"]);
        let text = "ИИН 1 тел. 2 номер дома 3 телефон 4 ИИН ".repeat(20);
        let bytes = text.as_bytes();
        let mut whole = Windows::default();
        let want: Vec<Hit> = whole.cover(&keywords, bytes, 0, bytes.len()).copied().collect();
        assert_eq!(want.len(), 100);
        for step in [1, 3, 7, 50] {
            let mut windows = Windows::default();
            let mut got: Vec<Hit> = Vec::new();
            for lo in (0..bytes.len()).step_by(step) {
                for hit in windows.cover(&keywords, bytes, lo, lo + 120) {
                    if !got.contains(hit) {
                        got.push(*hit);
                    }
                }
            }
            assert_eq!(got, want, "step {step}");
        }
    }

    #[test]
    fn bad_keywords_are_refused() {
        let mut keywords = Keywords::default();
        assert_eq!(keywords.add(" - ", |_| 1), Err(KeywordError::Empty));
        assert_eq!(keywords.add("a*b", |_| 1), Err(KeywordError::Star));
    }
}
