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
pub(super) const GAP_CHARS: usize = 3;
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
    /// For each first letter, the second codes that some keyword has: bit n for code n.
    seconds: Vec<u128>,
    /// The same by bytes: for each ASCII letter, the second ASCII bytes.
    begins: [u128; 32],
    /// Three ASCII bytes that some keyword begins with, a bit each.
    triples: Box<[u128; TRIPLES / 128]>,
    /// For each first letter, the second codes behind which any third may follow.
    shorts: Vec<u128>,
    /// Three codes that some keyword begins with: a hash of them a bit.
    thirds: Box<[u128; THIRDS / 128]>,
    /// Whether digits stand behind a word with a free tail in some keyword.
    digits_behind_tails: bool,
}

/// Bits of the hashes of three codes.
const THIRDS: usize = 1 << 15;
/// Bits for three bytes: five of the first and second, which are a letter without its case, all of the third.
const TRIPLES: usize = 1 << 17;

#[inline(always)]
fn triple_bit(first: u8, second: u8, third: u8) -> usize {
    usize::from(first & 31) << 12 | usize::from(second & 31) << 7 | usize::from(third & 127)
}

#[inline(always)]
fn third_bit(first: Code, second: Code, third: Code) -> usize {
    let [first, second, third] = [first, second, third & 127].map(usize::from);
    (first ^ second << 5 ^ third << 9 ^ third << 2) % THIRDS
}

/// Codes between words, a bit each, cut to seven bits.
const GAPS: u128 = 1 << GAP | 1 << (LINE_END & 127) | 1 << (PASSED & 127);

impl Default for Keywords {
    fn default() -> Self {
        Self {
            edges: vec![0; 2 * EDGES].into(),
            ends: vec![0; 2].into(),
            seconds: vec![0; EDGES],
            begins: [0; 32],
            triples: Box::new([0; TRIPLES / 128]),
            shorts: vec![0; EDGES],
            thirds: Box::new([0; THIRDS / 128]),
            digits_behind_tails: false,
        }
    }
}

impl Keywords {
    /// Whether a keyword can be added.
    ///
    /// # Errors
    /// If it is empty, or has a misplaced `*`.
    pub fn check(keyword: &str) -> Result<(), KeywordError> {
        let mut letters = 0;
        for part in keyword.split_whitespace() {
            let stem = part.strip_suffix('*').unwrap_or(part);
            if stem.contains('*') {
                return Err(KeywordError::Star);
            }
            letters += fold::folded(stem).iter().filter(|&&code| code != GAP).count();
        }
        if letters == 0 { Err(KeywordError::Empty) } else { Ok(()) }
    }

    /// Adds a keyword. `merge` gets the group that already ends there (0 for none) and gives the new one, not 0.
    ///
    /// # Errors
    /// If the keyword is empty, has a misplaced `*`, or the automaton is full.
    pub fn add(&mut self, keyword: &str, merge: impl FnOnce(Group) -> Group) -> Result<(), KeywordError> {
        Self::check(keyword)?;
        let mut node = 0usize;
        let mut words = 0;
        let mut tails = false;
        for part in keyword.split_whitespace() {
            let (stem, tail) = part.strip_suffix('*').map_or((part, false), |stem| (stem, true));
            let codes = fold::folded(stem);
            let mut pieces = codes.split(|&code| code == GAP).filter(|piece| !piece.is_empty()).peekable();
            while let Some(piece) = pieces.next() {
                if words > 0 {
                    node = self.step(node, usize::from(GAP))?;
                }
                self.digits_behind_tails |= tails && piece.iter().any(|&code| fold::is_digit(code));
                for &code in piece {
                    node = self.step(node, usize::from(code))?;
                }
                if tail && pieces.peek().is_none() {
                    node = self.step(node, TAIL)?;
                    tails = true;
                }
                words += 1;
            }
        }
        let group = merge(self.end(node));
        put(self.ends.to_mut(), node, group);
        self.note_beginning(keyword);
        Ok(())
    }

    /// Notes the first three codes of a keyword: what a place is looked at for before the walk.
    fn note_beginning(&mut self, keyword: &str) {
        let codes = fold::folded(keyword.split('*').next().unwrap_or_default());
        let mut pieces = codes.split(|&code| code == GAP).filter(|piece| !piece.is_empty());
        let Some(&[first, ref rest @ ..]) = pieces.next() else { return };
        let alone = pieces.next().is_none();
        let open = alone && keyword.contains('*');
        // A whole keyword ends where digits begin, too; a phrase goes on behind a gap only.
        let ends = if alone { GAPS | fold::NOT_LETTERS } else { GAPS };
        let (seconds, shorts) = match *rest {
            [] if open => (u128::MAX, u128::MAX),
            [] => (ends, ends),
            [second] if open => (1 << (second & 127), 1 << (second & 127)),
            [second, ..] => (1 << (second & 127), 0),
        };
        if let &[second, ref rest @ ..] = rest {
            let mut thirds = rest.first().map_or(if open { 0 } else { ends }, |&third| 1 << (third & 127));
            while thirds != 0 {
                let bit = third_bit(first, second, thirds.trailing_zeros() as Code);
                thirds &= thirds - 1;
                if let Some(word) = self.thirds.get_mut(bit / 128) {
                    *word |= 1 << (bit % 128);
                }
            }
        }
        let set = |table: &mut Vec<u128>, bits: u128| {
            if let Some(known) = table.get_mut(usize::from(first)) {
                *known |= bits;
            }
        };
        set(&mut self.seconds, seconds);
        set(&mut self.shorts, shorts);
        let any = u128::MAX;
        // A capital behind a small letter ends a keyword too.
        let end = match (open, alone) {
            (true, _) => any,
            (false, true) => !fold::SMALL_ASCII,
            (false, false) => !fold::WORD_ASCII,
        };
        let [seconds, thirds] = match *rest {
            [] => [end, any],
            [second] => [fold::ascii_bytes(second), end],
            [second, third, ..] => [fold::ascii_bytes(second), fold::ascii_bytes(third)],
        };
        self.note_bytes(fold::ascii_bytes(first), seconds, thirds);
    }

    /// Notes the ASCII bytes that a keyword may begin with; `firsts` are one letter in both cases.
    fn note_bytes(&mut self, firsts: u128, seconds: u128, thirds: u128) {
        let bytes = |mut bits: u128| {
            std::iter::from_fn(move || {
                let byte = (bits != 0).then_some(bits.trailing_zeros() as u8);
                bits &= bits.wrapping_sub(1);
                byte
            })
        };
        let Some(first) = bytes(firsts).next() else { return };
        if let Some(begins) = self.begins.get_mut(usize::from(first & 31)) {
            *begins |= seconds;
        }
        for second in bytes(seconds) {
            for third in bytes(thirds) {
                let bit = triple_bit(first, second, third);
                if let Some(word) = self.triples.get_mut(bit / 128) {
                    *word |= 1 << (bit % 128);
                }
            }
        }
    }

    /// Whether some keyword begins with these two codes: a cheap look before the walk.
    #[inline(always)]
    fn may_begin(&self, first: Code, second: Code) -> bool {
        let seconds = self.seconds.get(usize::from(first)).copied().unwrap_or(0);
        seconds >> (second & 127) & 1 != 0 || second == PASSED
    }

    /// Whether some keyword may begin with these three bytes, the first an ASCII letter.
    #[inline(always)]
    fn may_begin_ascii(&self, first: u8, second: u8, third: u8) -> bool {
        let seconds = self.begins.get(usize::from(first & 31)).copied().unwrap_or(0);
        let bit = triple_bit(first, second, third);
        seconds >> (second & 127) & 1 != 0
            && self.triples.get(bit / 128).is_some_and(|word| word >> (bit % 128) & 1 != 0)
    }

    /// Whether some keyword begins at `i`, as its first three characters tell.
    #[inline(always)]
    fn may_begin_at(&self, bytes: &[u8], i: usize) -> bool {
        let (first, one) = fold::folded_at(bytes, i);
        let (second, two) = fold::folded_at(bytes, i + one);
        let (third, _) = fold::folded_at(bytes, i + one + two);
        let bit = third_bit(first, second, third);
        let known = self.thirds.get(bit / 128).is_some_and(|word| word >> (bit % 128) & 1 != 0);
        let short = self.shorts.get(usize::from(first)).is_some_and(|shorts| shorts >> (second & 127) & 1 != 0);
        // A capital behind a small letter ends a word.
        let parts = |i: usize, next: usize| fold::is_capital(bytes, next) && !fold::is_capital(bytes, i);
        second == PASSED
            || third == PASSED
            || ((known || short) && self.may_begin(first, second))
            || parts(i, i + one)
            || parts(i + one, i + one + two)
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
        let beginnings = self.seconds.iter().chain(&self.begins).chain(self.triples.iter()).chain(&self.shorts);
        beginnings.chain(self.thirds.iter()).for_each(|bits| out.u128(*bits));
        out.u128(self.digits_behind_tails.into());
    }

    /// Reads what was written; most of it stays where it is.
    pub fn unpack(from: &mut Unpacker) -> Option<Self> {
        let mut keywords = Self { edges: from.bytes()?.into(), ends: from.bytes()?.into(), ..Self::default() };
        let beginnings = keywords.seconds.iter_mut().chain(&mut keywords.begins).chain(keywords.triples.iter_mut());
        let beginnings = beginnings.chain(&mut keywords.shorts);
        for bits in beginnings.chain(keywords.thirds.iter_mut()) {
            *bits = from.u128()?;
        }
        keywords.digits_behind_tails = from.u128()? != 0;
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

    /// Whether a keyword that begins in the piece may hold the digits behind it, whatever they are.
    fn may_hold_digits(&self, piece: &[u8]) -> bool {
        let digit = |node: usize| (0..EDGES).any(|code| fold::is_digit(code as Code) && self.next(node, code) != 0);
        let holds = |start: usize| {
            let (mut i, mut node, mut gap) = (start, 0, false);
            while i < piece.len() {
                let (code, length) = fold::folded_at(piece, i);
                if fold::is_word(code) {
                    node = self.next(node, usize::from(code));
                } else if code != PASSED && !gap {
                    node = self.next(node, usize::from(GAP));
                }
                if node == 0 {
                    return false;
                }
                gap = !fold::is_word(code) && (gap || code != PASSED);
                i += length.max(1);
            }
            digit(node) || (!gap && digit(self.next(node, usize::from(GAP))))
        };
        self.digits_behind_tails || (0..piece.len()).any(holds)
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

/// Where reading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not in a word.
    Gap,
    /// In a word, behind a capital letter, a digit, or a letter above ASCII.
    Word,
    /// In a word, behind a small letter. A capital begins a word there too (`clientIin`).
    Small,
}

/// Bytes looked at together.
pub(super) const CHUNK: usize = 32;

/// Keywords around candidates: reads forwards only, each byte at most once as long as windows move on.
#[derive(Debug, Default)]
pub struct Windows {
    covered: Range<usize>,
    hits: VecDeque<Hit>,
    pieces: Pieces,
}

/// Bytes of the shortest and of the longest piece that is remembered.
const PIECE_BYTES: Range<usize> = 16..96;
/// Keywords of a piece that are remembered.
const PIECE_HITS: usize = 16;
/// Pieces that are remembered.
const PIECES: usize = 512;

/// Pieces of text with a digit behind them, and the keywords in them: lines of logs differ in their digits only. A piece
/// is remembered when it is met again.
#[derive(Debug, Default)]
struct Pieces(Vec<Piece>);

#[derive(Clone, Debug)]
struct Piece {
    /// Hash of the piece met last, and how often it was met.
    hash: u64,
    met: u8,
    /// Where reading stood before the piece that is remembered.
    state: State,
    /// Its bytes and keywords; places are those in it.
    length: u8,
    count: u8,
    bytes: [u8; PIECE_BYTES.end],
    hits: [(u8, u8, Group); PIECE_HITS],
}

impl Pieces {
    fn hash(piece: &[u8]) -> u64 {
        let eight = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let (first, last) = (eight(piece.first_chunk()), eight(piece.last_chunk()));
        let mixed = (first ^ last.rotate_left(29) ^ piece.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ mixed >> 32
    }

    fn slot(&mut self, hash: u64) -> Option<&mut Piece> {
        if self.0.is_empty() {
            let (bytes, hits) = ([0; PIECE_BYTES.end], [(0, 0, 0); PIECE_HITS]);
            self.0.resize(PIECES, Piece { hash: 0, met: 0, state: State::Gap, length: 0, count: 0, bytes, hits });
        }
        self.0.get_mut(hash as usize % PIECES)
    }

    /// The keywords of a piece, if it is remembered.
    fn get(&self, hash: u64, piece: &[u8], state: State) -> Option<impl Iterator<Item = Hit>> {
        let known = self.0.get(hash as usize % PIECES)?;
        let same = known.state == state && super::slice(&known.bytes, 0, usize::from(known.length)) == piece;
        let hits = known.hits.get(..usize::from(known.count)).filter(|_| same)?;
        Some(hits.iter().map(|&(start, end, group)| Hit { start: start.into(), end: end.into(), group }))
    }

    /// Whether a piece is met for the second time, with no other in its place between.
    fn is_met_again(&mut self, hash: u64) -> bool {
        let Some(slot) = self.slot(hash) else { return false };
        slot.met = if slot.hash == hash { slot.met.saturating_add(1) } else { 1 };
        slot.hash = hash;
        slot.met == 2
    }

    /// Remembers a piece that begins at `start`.
    fn note(&mut self, hash: u64, piece: &[u8], state: State, start: usize, hits: impl ExactSizeIterator<Item = Hit>) {
        let Some(slot) = self.slot(hash).filter(|_| hits.len() <= PIECE_HITS) else { return };
        let Some(bytes) = slot.bytes.get_mut(..piece.len()) else { return };
        bytes.copy_from_slice(piece);
        (slot.length, slot.state, slot.count) = (piece.len() as u8, state, hits.len() as u8);
        for (slot, hit) in slot.hits.iter_mut().zip(hits) {
            *slot = ((hit.start - start) as u8, (hit.end - start) as u8, hit.group);
        }
    }
}

impl Windows {
    /// Forgets everything: a new block begins.
    pub fn reset(&mut self) {
        self.covered = 0..0;
        self.hits.clear();
    }

    /// Makes sure that all keywords beginning in `lo..hi` are known, and gives them, and some that begin behind.
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
            self.covered.end = self.scan(keywords, bytes, from, hi).max(hi);
        }
        let first = self.hits.partition_point(|hit| hit.start < lo);
        self.hits.range(first..)
    }

    /// Finds the keywords that begin in `from..hi`; gives how far the text is known. Pieces that are known are not read
    /// again.
    fn scan(&mut self, keywords: &Keywords, bytes: &[u8], from: usize, hi: usize) -> usize {
        let mut i = from;
        // In the middle of a letter: its beginning lies outside.
        while i < hi && super::at(bytes, i) & 0xC0 == 0x80 {
            i += 1;
        }
        let mut unread = i;
        while i < hi {
            let Some(end) = super::digit_from(bytes, i, PIECE_BYTES.end) else {
                i += PIECE_BYTES.end;
                continue;
            };
            if end - i >= PIECE_BYTES.start {
                i = self.read(keywords, bytes, unread, i).max(i);
                if i < end {
                    i = self.piece(keywords, bytes, i, end);
                }
                unread = i;
            }
            i = super::digits_end(bytes, i.max(end));
        }
        self.read(keywords, bytes, unread, hi).max(unread)
    }

    /// Finds the keywords in a piece of text that a digit ends; gives how far it is known.
    fn piece(&mut self, keywords: &Keywords, bytes: &[u8], start: usize, end: usize) -> usize {
        let (piece, state) = (super::slice(bytes, start, end), self.state_at(bytes, start));
        let hash = Pieces::hash(piece);
        if let Some(hits) = self.pieces.get(hash, piece, state) {
            self.hits.extend(hits.map(|hit| Hit { start: hit.start + start, end: hit.end + start, ..hit }));
            return end;
        }
        let known = self.hits.len();
        let read = self.read(keywords, bytes, start, end);
        // Nothing that is remembered may hang on what the digits are.
        let whole = piece.len() >= PIECE_BYTES.start && read <= end;
        if whole && self.pieces.is_met_again(hash) && !keywords.may_hold_digits(piece) {
            self.pieces.note(hash, piece, state, start, self.hits.range(known..).copied());
        }
        read.max(end)
    }

    /// Where reading stands at `i`: what follows a keyword without a gap may be one too.
    fn state_at(&self, bytes: &[u8], i: usize) -> State {
        if self.hits.back().is_some_and(|hit| hit.end == i) { State::Gap } else { state_behind(bytes, i) }
    }

    /// Finds the keywords that begin in `from..hi`; gives where reading ended.
    fn read(&mut self, keywords: &Keywords, bytes: &[u8], from: usize, hi: usize) -> usize {
        let mut i = from;
        let mut state = self.state_at(bytes, i);
        // Bytes before this one are read character by character.
        let mut mixed = 0;
        while i < hi {
            let found = self.character(keywords, bytes, &mut i, &mut state);
            // What follows a keyword without a gap (`ИИН850101…`) is not part of a longer word, whatever its letters say.
            while !found && i < hi && i >= mixed {
                let Some(beginnings) = beginnings::<true>(bytes, i) else {
                    mixed = i + CHUNK / 2;
                    break;
                };
                let end = (i + CHUNK).min(hi);
                let Some(keyword) = self.keyword_among(keywords, bytes, beginnings, i..end) else {
                    i = end;
                    state = state_behind(bytes, i);
                    continue;
                };
                (i, state) = (keyword.max(i), State::Gap);
                break;
            }
        }
        i
    }

    /// Reads the character at `i`; gives whether a keyword began there.
    fn character(&mut self, keywords: &Keywords, bytes: &[u8], i: &mut usize, state: &mut State) -> bool {
        let byte = super::at(bytes, *i);
        let (code, length) = fold::folded_at(bytes, *i);
        let was = *state;
        *state = match code {
            PASSED if was != State::Gap => State::Word,
            _ if !fold::is_word(code) => State::Gap,
            _ if byte.is_ascii_lowercase() => State::Small,
            _ => State::Word,
        };
        let begins = fold::is_letter(code) && (was == State::Gap || (was == State::Small && byte.is_ascii_uppercase()));
        if begins && let Some(end) = self.keyword_at(keywords, bytes, *i) {
            *i = end.max(*i + length);
            *state = State::Gap;
            return true;
        }
        *i += length.max(1);
        false
    }

    /// The end of the first keyword that begins at one of these places.
    fn keyword_among(
        &mut self, keywords: &Keywords, bytes: &[u8], beginnings: [u64; CHUNK / 8], range: Range<usize>,
    ) -> Option<usize> {
        for (n, mut places) in beginnings.into_iter().enumerate() {
            while places != 0 {
                let place = range.start + n * 8 + places.trailing_zeros() as usize / 8;
                places &= places - 1;
                if place >= range.end {
                    return None;
                }
                let [first, second, third] = [0, 1, 2].map(|n| super::at(bytes, place + n));
                // Three ASCII bytes tell nearly all; among others the characters are looked at.
                let plain = second | third < 0x80 && !is_passed(second) && !is_passed(third);
                if plain && !keywords.may_begin_ascii(first, second, third) {
                    continue;
                }
                let quoted = is_passed(super::before(bytes, place));
                if quoted && state_behind(bytes, place) != State::Gap {
                    continue;
                }
                let end =
                    if plain { self.noted(keywords, bytes, place) } else { self.keyword_at(keywords, bytes, place) };
                if let Some(end) = end {
                    return Some(end.max(place + 1));
                }
            }
        }
        None
    }

    /// Notes the keyword that begins at `i` and gives its end.
    fn keyword_at(&mut self, keywords: &Keywords, bytes: &[u8], i: usize) -> Option<usize> {
        if keywords.may_begin_at(bytes, i) { self.noted(keywords, bytes, i) } else { None }
    }

    /// The same without the cheap look.
    fn noted(&mut self, keywords: &Keywords, bytes: &[u8], i: usize) -> Option<usize> {
        let (end, group) = keywords.longest_at(bytes, i)?;
        self.hits.push_back(Hit { start: i, end: end.min(bytes.len()), group });
        Some(end)
    }
}

/// ASCII bytes that are passed over.
#[inline(always)]
pub(super) fn is_passed(byte: u8) -> bool {
    matches!(byte, b'\'' | b'`')
}

/// Where reading stands behind `i`, as the characters before it tell.
fn state_behind(bytes: &[u8], mut i: usize) -> State {
    let quoted = is_passed(super::before(bytes, i));
    while is_passed(super::before(bytes, i)) {
        i -= 1;
    }
    match super::before(bytes, i) {
        b'a'..=b'z' if !quoted => State::Small,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => State::Word,
        0..0x80 => State::Gap,
        _ => match utf8::char_before(bytes, i).map_or(GAP, |(c, _)| fold::fold(c as u32)) {
            code if fold::is_word(code) => State::Word,
            _ => State::Gap,
        },
    }
}

/// Where words begin among the bytes from `i`, as each byte and the one before it tell: a byte of ones and zeros for
/// each. Nothing where a byte is above ASCII, or where there are too few. Without `DIGITS`, words begin behind digits, too.
#[inline(always)]
pub(super) fn beginnings<const DIGITS: bool>(bytes: &[u8], i: usize) -> Option<[u64; CHUNK / 8]> {
    let now = bytes.get(i..)?.first_chunk::<CHUNK>()?;
    let behind = bytes.get(i.checked_sub(1)?..)?.first_chunk::<CHUNK>()?;
    let mut begins = [0u8; CHUNK];
    let mut all = 0;
    for ((&byte, &left), begins) in now.iter().zip(behind).zip(&mut begins) {
        all |= byte | left;
        let is_letter = |byte: u8| u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
        let is_small = |byte: u8| u8::from(byte.wrapping_sub(b'a') < 26);
        let is_digit = |byte: u8| u8::from(byte.wrapping_sub(b'0') < 10);
        let word = is_letter(left) | (u8::from(DIGITS) & is_digit(left));
        *begins = is_letter(byte) & ((word ^ 1) | ((is_small(byte) ^ 1) & is_small(left)));
    }
    let (words, _) = begins.as_chunks::<8>();
    let mut places = [0; CHUNK / 8];
    for (place, word) in places.iter_mut().zip(words) {
        *place = u64::from_le_bytes(*word);
    }
    (all < 0x80).then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn chunks_find_what_single_characters_find(pieces in proptest::collection::vec(proptest::sample::select(
            ["p", "P", "р", "s", "id", "Id", "идТел", "Phone", "e-mail", "'", "`", "5", " ", "-- ------ -----", "userPhone",
             "a_b_c_d_", "\n", "x1", "1", "ЯX", "type = 'phone'", "lorem ipsum dolor sit amet, ", "consectetur adipiscing "]
                .to_vec()), 1..24)) {
            let keywords =
                keywords(&["p s", "id", "ид", "x*", "e-mail", "тел*", "phone", "amet", "type", "b c", "id1", "amet 5", "ид-1"]);
            let text = pieces.concat();
            let mut single = Windows::default();
            let (mut i, mut state) = (0, State::Gap);
            while i < text.len() {
                single.character(&keywords, text.as_bytes(), &mut i, &mut state);
            }
            let mut chunks = Windows::default();
            chunks.scan(&keywords, text.as_bytes(), 0, text.len());
            prop_assert_eq!(&chunks.hits, &single.hits, "{:?}", text);
            // What is remembered of the first time changes nothing, whatever digits stand there.
            let text = text.replace('5', "1").replace('x', "5");
            let mut fresh = Windows::default();
            fresh.scan(&keywords, text.as_bytes(), 0, text.len());
            chunks.reset();
            chunks.scan(&keywords, text.as_bytes(), 0, text.len());
            prop_assert_eq!(&chunks.hits, &fresh.hits, "{:?} again", text);
        }

        #[test]
        fn the_cheap_look_refuses_no_keyword(pieces in proptest::collection::vec(proptest::sample::select(
            ["p", "P", "р", "Р", "s", "id", "Id", "ид", "Ид", "тел", "Phone", "e", "mail", "№", "’", "'", "5", " ", "-", "/",
             "X", "Қ", "x", "қ", "\n", "ефон"].to_vec()), 1..9)) {
            let keywords = keywords(&["p s", "р с", "id", "ид", "x*", "e-mail", "тел*", "phone", "д*", "№", "p", "ид р", "im*"]);
            let text = pieces.concat();
            for (i, c) in text.char_indices() {
                let bytes = text.as_bytes();
                if fold::is_letter(fold::fold(c as u32)) && keywords.longest_at(bytes, i).is_some() {
                    prop_assert!(keywords.may_begin_at(bytes, i), "{text:?} at {i}");
                    let [second, third] = [1, 2].map(|n| super::super::at(bytes, i + n));
                    let plain = c.is_ascii() && second | third < 0x80 && !is_passed(second) && !is_passed(third);
                    prop_assert!(!plain || keywords.may_begin_ascii(c as u8, second, third), "{text:?} at {i}");
                }
            }
        }
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
