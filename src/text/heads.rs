//! How keywords begin: a look at the window around a value that spares most windows the walks of [`super::keyword`].
//!
//! In:      bytes, and a window in them. Out: the first place at which one of the keywords may begin.
//! Promise: no place where one begins is passed over; a place that is told may be none.

use super::fold::{self, Code, GAP};
use super::keyword::{CHUNK, GAP_CHARS, beginnings, is_passed};
use super::packed::{Packer, Unpacker};
use std::ops::Range;

/// The beginnings of some keywords.
///
/// Keywords without an ASCII letter at their beginning are not in it: windows with other bytes may hold any.
#[derive(Clone, Debug)]
pub struct Heads {
    /// A bit for each head; as many as a hash of them has.
    bits: Box<[u128; HEADS / 128]>,
    /// For each first letter, the second ones: a bit each. Most words need no more.
    seconds: [u32; 32],
}

/// Up to five letters of the first word, each without its case and in a byte of its own, and behind a shorter word, in
/// the sixth byte, the first letter of the next one.
type Head = u64;

/// Bits of the hashes of heads.
const HEADS: usize = 1 << 15;
/// Letters of the first word.
const HEAD_LETTERS: usize = 5;
/// Behind a shorter word: whatever follows.
const ANY: Head = 31 << (8 * HEAD_LETTERS);
/// Bytes of a head in text: the letters, a gap, and a letter.
const HEAD_BYTES: usize = HEAD_LETTERS + GAP_CHARS;

impl Default for Heads {
    fn default() -> Self {
        Self { bits: Box::new([0; HEADS / 128]), seconds: [0; 32] }
    }
}

impl Heads {
    /// Adds a keyword.
    pub fn add(&mut self, keyword: &str) {
        let codes = fold::folded(keyword);
        // `*` ends a word, and is a gap itself.
        let open = keyword.chars().find(|&c| fold::fold(c as u32) == GAP) == Some('*');
        let mut pieces = codes.split(|&code| code == GAP).filter(|piece| !piece.is_empty());
        let letter = |code: Code| match fold::ascii_bytes(code) {
            bytes if bytes != 0 && fold::is_letter(code) => Some(Head::from(bytes.trailing_zeros() & 31)),
            _ => None,
        };
        let Some(word) = pieces.next() else { return };
        let next = if open { None } else { pieces.next() };
        let letters: Vec<Head> = word.iter().map_while(|&code| letter(code)).take(HEAD_LETTERS).collect();
        let head = (0..).zip(&letters).fold(0, |head, (n, letter)| head | letter << (8 * n));
        match (letters.len(), word.get(letters.len()), next.and_then(|piece| piece.first())) {
            (0, ..) => {}
            (HEAD_LETTERS, ..) => self.note(head),
            (length, None, _) if open => self.note_open(head, length),
            (_, Some(&code), _) if !fold::is_digit(code) => {} // what is beyond ASCII may be any
            (_, None, Some(&code)) if !fold::is_digit(code) => {
                if let Some(letter) = letter(code) {
                    self.note(head | letter << (8 * HEAD_LETTERS));
                }
            }
            _ => self.note(head | ANY),
        }
    }

    /// Notes a word of less letters than a head has, and all that begin with it.
    fn note_open(&mut self, head: Head, length: usize) {
        if length == HEAD_LETTERS {
            return self.note(head);
        }
        self.note(head | ANY);
        (1..=26).for_each(|letter| self.note_open(head | letter << (8 * length), length + 1));
    }

    fn note(&mut self, head: Head) {
        let [first, second, ..] = head.to_le_bytes();
        if let Some(seconds) = self.seconds.get_mut(usize::from(first & 31)) {
            // One letter is a word before a capital, too.
            *seconds |= if second == 0 { u32::MAX } else { 1 << (second & 31) };
        }
        for bit in Self::bits(head) {
            if let Some(word) = self.bits.get_mut(bit / 128) {
                *word |= 1 << (bit % 128);
            }
        }
    }

    #[inline(always)]
    fn bits(head: Head) -> [usize; 2] {
        let hash = head.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        [(hash >> 49) as usize % HEADS, (hash >> 34) as usize % HEADS]
    }

    #[inline(always)]
    fn has(&self, head: Head) -> bool {
        let is_set = |bit: usize| self.bits.get(bit / 128).is_some_and(|word| word >> (bit % 128) & 1 != 0);
        Self::bits(head).into_iter().all(is_set)
    }

    /// Writes the heads.
    pub fn pack(&self, out: &mut Packer) {
        self.bits.iter().for_each(|bits| out.u128(*bits));
        self.seconds.iter().for_each(|seconds| out.u32(*seconds));
    }

    /// Reads what was written.
    pub fn unpack(from: &mut Unpacker) -> Option<Self> {
        let mut heads = Self::default();
        for bits in heads.bits.iter_mut() {
            *bits = from.u128()?;
        }
        for seconds in &mut heads.seconds {
            *seconds = from.u32()?;
        }
        Some(heads)
    }

    /// The first place among these bytes at which one of the keywords may begin. Too few bytes, and bytes above ASCII, may
    /// hold any.
    ///
    /// # Errors
    /// How far was looked, if none begins there.
    pub fn find(&self, bytes: &[u8], range: Range<usize>) -> Result<usize, usize> {
        let mut i = range.start;
        while i < range.end {
            let Some(beginnings) = beginnings::<false>(bytes, i) else { return Ok(i) };
            for (n, mut places) in beginnings.into_iter().enumerate() {
                while places != 0 {
                    let place = i + n * 8 + places.trailing_zeros() as usize / 8;
                    places &= places - 1;
                    let near = bytes.get(place..).and_then(|rest| rest.first_chunk::<HEAD_BYTES>());
                    if near.is_none_or(|near| self.may_begin(*near)) {
                        return Ok(place);
                    }
                }
            }
            i += CHUNK;
        }
        Err(i)
    }

    /// Whether one of the keywords may begin with these bytes, the first an ASCII letter.
    #[inline(always)]
    fn may_begin(&self, near: [u8; HEAD_BYTES]) -> bool {
        const ONES: u64 = u64::MAX / 255;
        const TOPS: u64 = ONES << 7;
        let [first, second, ..] = near;
        let seconds = self.seconds.get(usize::from(first & 31)).copied().unwrap_or(0);
        if second.is_ascii_alphabetic() && seconds >> (second & 31) & 1 == 0 {
            return false;
        }
        let near = u64::from_le_bytes(near);
        // Bytes above ASCII may be any letter.
        if near & TOPS != 0 {
            return true;
        }
        let small = near | (0x20 * ONES);
        // The top bit of each letter, in either case, and of those that are small.
        let letters = (small + (0x80 - u64::from(b'a')) * ONES) & !(small + (0x7F - u64::from(b'z')) * ONES) & TOPS;
        let is_small = letters & near << 2;
        let length = (!letters & TOPS).trailing_zeros() as usize / 8;
        let head = |length: usize| near & (0x1F * ONES) & ((1 << (8 * length)) - 1);
        let capitals = letters & !is_small & is_small << 8 & ((1 << (8 * length.min(HEAD_LETTERS))) - 1);
        // A capital may end a word.
        if capitals != 0 && self.has(head(capitals.trailing_zeros() as usize / 8) | ANY) {
            return true;
        }
        if length >= HEAD_LETTERS {
            return self.has(head(HEAD_LETTERS));
        }
        // What stands behind the word: passed over, or a gap and the first letter of the next one.
        if is_passed((near >> (8 * length)) as u8) || self.has(head(length) | ANY) {
            return true;
        }
        let gap = (letters >> (8 * length)).trailing_zeros() as usize / 8;
        let next = (near >> (8 * (length + gap).min(7))) & 31;
        gap <= GAP_CHARS && self.has(head(length) | next << (8 * HEAD_LETTERS))
    }
}

/// What the last looks have seen: windows of numbers that stand close together are read once.
#[derive(Debug, Default)]
pub struct Seen {
    /// No head stands here.
    none: Range<usize>,
    /// A head may stand here.
    head: Option<usize>,
}

impl Seen {
    /// Whether a head may stand in the window. All windows since the default are of the same bytes.
    pub fn may_stand(&mut self, heads: &Heads, bytes: &[u8], window: Range<usize>) -> bool {
        if self.head.is_some_and(|head| window.contains(&head)) {
            return true;
        }
        if !(self.none.start..=self.none.end).contains(&window.start) {
            self.none = window.start..window.start;
        }
        if window.end <= self.none.end {
            return false;
        }
        match heads.find(bytes, self.none.end..window.end) {
            Ok(head) => {
                (self.none.end, self.head) = (head, Some(head));
                window.contains(&head)
            }
            Err(end) => {
                self.none.end = end;
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::keyword::{Keywords, Windows};
    use proptest::prelude::*;

    fn heads(list: &[&str]) -> Heads {
        let mut heads = Heads::default();
        for keyword in list {
            heads.add(keyword);
        }
        heads
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn heads_refuse_no_window_with_a_keyword(pieces in proptest::collection::vec(proptest::sample::select(
            ["p", "P", "id", "Id", "ID", "card", "Card", "pass", "Port", "passport", "phone", "e", "mail", "'", "`", "5", " ",
             "-", "/", "X", "x", "\n", "т", "пошта", "tel", "efon", "_", "iin", "IIN", "\u{ad}", "no", "№"].to_vec()), 1..16),
             pads in 0usize..40) {
            let list = ["id card", "iin", "passport*", "ph*", "id-к*", "e-mail", "e-пошта", "tel*", "id1", "pass port", "т", "p5",
                        "no 5", "p №"];
            let mut keywords = Keywords::default();
            for keyword in list {
                prop_assert_eq!(keywords.add(keyword, |_| 1), Ok(()));
            }
            let heads = heads(&list);
            let text = format!("{}{}{}", "-".repeat(pads), pieces.concat(), "-".repeat(CHUNK + 4));
            let mut windows = Windows::default();
            for hit in windows.cover(&keywords, text.as_bytes(), 0, text.len()) {
                let found = heads.find(text.as_bytes(), hit.start.max(1)..hit.start.max(1) + 1);
                prop_assert!(hit.start == 0 || found.is_ok_and(|place| place <= hit.start), "{:?} at {}", text, hit.start);
            }
        }
    }

    #[test]
    fn heads_spare_most_words() {
        let heads = heads(&["iin", "passport*", "id card", "un-к*", "phone"]);
        let text = format!(
            " Undefined array key in /home/www/bitrix/modules/main/lib/orm/query.php(638): call{}",
            " ".repeat(64)
        );
        assert!(heads.find(text.as_bytes(), 1..text.len() - 64).is_err());
        let text = text.replace("call", "my_passport_no");
        assert_eq!(heads.find(text.as_bytes(), 1..text.len() - 64), Ok(text.find("passport").unwrap_or_default()));
    }
}
