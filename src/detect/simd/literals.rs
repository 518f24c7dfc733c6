//! A packed search for some dozen literals.
//!
//! Of each literal three bytes side by side that are rare in text are its fingerprint. The literals are sorted into eight
//! groups, a bit each, and six tables say for each half of a byte which groups may have it at the first, second and third
//! place of their fingerprints: where a bit is left after all six a literal of its group may stand, and is compared
//! (Teddy, from Hyperscan: Wang and others, NSDI 2019). The plain twin looks at pairs of bytes; both must agree.

use super::Level;

/// Bytes of a fingerprint.
const PRINT_BYTES: usize = 3;
/// How far into a literal its fingerprint may begin, in bytes.
const FARTHEST: usize = 32;

/// For each place of a fingerprint, the groups that may have a byte there, by its lower and its upper half.
pub(super) type Tables = [[[u8; 16]; 2]; PRINT_BYTES];

/// A literal, by the first two bytes of its fingerprint.
#[derive(Clone, Debug)]
struct Literal {
    pair: u16,
    /// Its number in the list.
    number: usize,
    bytes: Box<[u8]>,
    /// Where its fingerprint begins in it.
    offset: usize,
}

/// A search for some literals.
#[derive(Debug)]
pub(crate) struct Literals {
    /// All, sorted by pair, then by number.
    sorted: Vec<Literal>,
    /// One bit for each pair.
    pairs: Box<[u64; 1024]>,
    tables: Tables,
    /// How far into a literal the last fingerprint begins.
    farthest: usize,
}

/// A literal in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its number in the list.
    pub(crate) literal: usize,
    /// Its first byte.
    pub(crate) start: usize,
    /// One past its last byte.
    pub(crate) end: usize,
}

/// Bytes that the literals of a group may have at one place of their fingerprints, by the halves of a byte, and how much of
/// text fits.
#[derive(Clone, Copy, Default)]
struct Halves {
    low: u16,
    high: u16,
    share: f32,
}

impl Halves {
    /// Any byte.
    const ANY: Self = Self { low: u16::MAX, high: u16::MAX, share: 1.0 };

    /// With one more byte; none is any.
    fn with(self, byte: Option<u8>) -> Self {
        let Some(byte) = byte.filter(|_| self.low & self.high != u16::MAX) else { return Self::ANY };
        let (low, high) = (byte & 15, byte >> 4);
        let halves = |bits: u16| (0..16u8).filter(move |half| bits >> half & 1 != 0);
        let mut all = self;
        if all.low >> low & 1 == 0 {
            all.share += halves(all.high).map(|high| share(Some(high << 4 | low))).sum::<f32>();
            all.low |= 1 << low;
        }
        if all.high >> high & 1 == 0 {
            all.share += halves(all.low).map(|low| share(Some(high << 4 | low))).sum::<f32>();
            all.high |= 1 << high;
        }
        all
    }
}

/// The literals of a group.
#[derive(Clone, Copy, Default)]
struct Group([Halves; PRINT_BYTES]);

impl Group {
    /// With a literal whose fingerprint begins at `offset`.
    fn with(self, literal: &[u8], offset: usize) -> Self {
        let mut places = offset..;
        Self(self.0.map(|halves| halves.with(places.next().and_then(|at| literal.get(at)).copied())))
    }

    fn share(self) -> f32 {
        self.0.into_iter().map(|halves| halves.share).product()
    }
}

impl Default for Literals {
    /// Nothing is looked for.
    fn default() -> Self {
        Self { pairs: Box::new([0; 1024]), tables: Tables::default(), farthest: 0, sorted: Vec::new() }
    }
}

impl Literals {
    /// A search for literals of two bytes or more; others are never found.
    pub(crate) fn new<'l>(literals: impl Iterator<Item = &'l [u8]>) -> Self {
        let offsets = |bytes: &[u8]| 0..=bytes.len().saturating_sub(PRINT_BYTES).min(FARTHEST);
        let print = |bytes: &[u8], offset: usize| Group::default().with(bytes, offset).share();
        let rarest = |bytes: &[u8]| offsets(bytes).map(|offset| print(bytes, offset)).fold(1.0, f32::min);
        let mut wanted: Vec<(f32, usize, &[u8])> = literals
            .enumerate()
            .filter(|(_, bytes)| bytes.len() >= 2)
            .map(|(number, bytes)| (rarest(bytes), number, bytes))
            .collect();
        // The most frequent first, each with the fingerprint and in the group that make the least more frequent.
        wanted.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
        let mut groups = [Group::default(); 8];
        let mut all = Self::default();
        let mut sorted = Vec::with_capacity(wanted.len());
        for (_, number, bytes) in wanted {
            let choices = offsets(bytes).flat_map(|offset| (0..groups.len()).map(move |group| (offset, group)));
            let grown = choices.filter_map(|(offset, group)| {
                let (old, new) = (groups.get(group)?, groups.get(group)?.with(bytes, offset));
                Some((new.share() - old.share(), offset, group, new))
            });
            let least = grown.min_by(|(one, ..), (other, ..)| one.total_cmp(other));
            let Some((_, offset, group, new)) = least else { continue };
            if let Some(slot) = groups.get_mut(group) {
                *slot = new;
            }
            let literal = Literal { pair: pair(bytes, offset), number, bytes: bytes.into(), offset };
            all.admit(&literal, 1 << group);
            sorted.push(literal);
        }
        sorted.sort_by_key(|literal| (literal.pair, literal.number));
        all.sorted = sorted;
        all
    }

    /// Enters a literal into the tables.
    fn admit(&mut self, literal: &Literal, group: u8) {
        self.farthest = self.farthest.max(literal.offset);
        if let Some(word) = self.pairs.get_mut(usize::from(literal.pair >> 6)) {
            *word |= 1 << (literal.pair & 63);
        }
        for (n, halves) in self.tables.iter_mut().enumerate() {
            let byte = literal.bytes.get(literal.offset + n);
            for (shift, table) in [0, 4].into_iter().zip(halves) {
                for (half, groups) in (0..).zip(table) {
                    // A place behind a short literal may have any byte.
                    if byte.is_none_or(|byte| byte >> shift & 15 == half) {
                        *groups |= group;
                    }
                }
            }
        }
    }

    /// The first literal by the place of its fingerprint that begins between `from` and `end`; it may reach beyond.
    pub(crate) fn find(&self, level: Level, text: &[u8], from: usize, end: usize) -> Option<Place> {
        let end = end.min(text.len());
        if from >= end {
            return None;
        }
        let until = (end + self.farthest).min(text.len());
        let mut judge = |at: usize| self.at(text, at, from, end);
        let (found, at) = match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => super::avx512::candidates(&self.tables, text, from, until, &mut judge),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => super::avx2::candidates(&self.tables, text, from, until, &mut judge),
            _ => (None, from),
        };
        found.or_else(|| (at..until).find_map(judge))
    }

    /// The literal whose fingerprint begins at `at`, if it begins between `from` and `end`.
    #[inline(always)]
    fn at(&self, text: &[u8], at: usize, from: usize, end: usize) -> Option<Place> {
        let pair = pair(text, at);
        if self.pairs.get(usize::from(pair >> 6)).is_none_or(|word| word >> (pair & 63) & 1 == 0) {
            return None;
        }
        self.compared(text, at, from, end, pair)
    }

    #[inline(never)]
    fn compared(&self, text: &[u8], at: usize, from: usize, end: usize, pair: u16) -> Option<Place> {
        let first = self.sorted.partition_point(|literal| literal.pair < pair);
        let fits = |literal: &&Literal| {
            at.checked_sub(literal.offset).is_some_and(|start| {
                (from..end).contains(&start) && text.get(start..).is_some_and(|rest| rest.starts_with(&literal.bytes))
            })
        };
        let literal = self.sorted.iter().skip(first).take_while(|literal| literal.pair == pair).find(fits)?;
        let start = at - literal.offset;
        Some(Place { literal: literal.number, start, end: start + literal.bytes.len() })
    }
}

/// Two bytes as a number; nothing stands outside of the text.
#[inline(always)]
fn pair(bytes: &[u8], at: usize) -> u16 {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    u16::from(byte(at)) << 8 | u16::from(byte(at + 1))
}

/// The share of a byte in logs, pages, programs and prose, roughly; nothing is any byte.
fn share(byte: Option<u8>) -> f32 {
    byte.map_or(1.0, |byte| SHARES.get(usize::from(byte)).copied().unwrap_or_default())
}

/// Shares of all bytes.
#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
static SHARES: [f32; 256] = {
    let mut shares = [0.0; 256];
    let mut byte = 0;
    while byte < 256 {
        shares[byte] = match byte as u8 {
            b' ' => 0.1,
            0xD0 | 0xD1 => 0.06,
            b'e' | b'a' | b'o' | b'i' | b't' | b'n' | b'r' | b's' => 0.03,
            b'0'..=b'9' => 0.025,
            b'l' | b'c' | b'd' | b'p' | b'u' | b'm' | b'h' | b'g' => 0.015,
            b'"' | b'.' | b'/' | b'-' | b':' | b'=' => 0.012,
            0x80..=0xBF => 0.008,
            b'f' | b'b' | b'y' | b'v' | b'w' | b'k' => 0.007,
            b'\n' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' => 0.004,
            b'X' | b'Y' | b'Z' | b'J' | b'Q' => 0.0005,
            b'A'..=b'Z' | b'_' | b',' => 0.003,
            b'j' | b'q' | b'x' | b'z' => 0.002,
            _ => 0.0005,
        };
        byte += 1;
    }
    shares
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: [&[u8]; 12] = [
        b"%2B",
        b"%D",
        b"base64",
        b"\xC3\x90",
        b"\xD0\xA0\xC2\xB0",
        b"ghp_",
        b"****",
        b" pass",
        b":$2",
        b"eyJ",
        b"hooks.slack.com/services/",
        b"&#",
    ];

    fn places(level: Level, text: &[u8], from: usize, end: usize) -> Vec<Place> {
        let (literals, mut from, mut places) = (Literals::new(WORDS.into_iter()), from, Vec::new());
        while let Some(place) = literals.find(level, text, from, end) {
            from = place.start + 1;
            places.push(place);
        }
        places
    }

    #[test]
    fn every_literal_is_found_wherever_it_stands() {
        for word in WORDS {
            for lead in 0..140 {
                let text = [&vec![b'x'; lead], word, &[b'y'; 70]].concat();
                for level in Level::available() {
                    let found = Literals::new(WORDS.into_iter()).find(level, &text, 0, text.len());
                    let found = found.map(|place| (place.start, &text[place.start..place.end]));
                    assert_eq!(found, Some((lead, word)), "{level:?}");
                }
            }
        }
    }

    #[test]
    fn a_literal_belongs_to_where_it_begins() {
        let text = b"01234567base64 and more behind it";
        for level in Level::available() {
            assert_eq!(places(level, text, 0, 8), []);
            assert_eq!(places(level, text, 9, text.len()), []);
            assert_eq!(places(level, text, 8, 9), [Place { literal: 2, start: 8, end: 14 }]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn all_levels_agree(pieces in proptest::collection::vec(proptest::sample::select(
            [&WORDS[..], &[b"%", b"x", b"\xC3", b"\xD0\xA0", b":", b"$", b"e", b"s", b"words between them ", b"**"]].concat()), 0..60),
            from in 0usize..40, cut in 0usize..40) {
            let text = pieces.concat();
            let end = text.len().saturating_sub(cut);
            let want = places(Level::Plain, &text, from, end);
            for level in Level::available() {
                assert_eq!(places(level, &text, from, end), want, "{level:?}");
            }
        }
    }
}
