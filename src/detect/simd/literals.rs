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

/// Bytes that the literals of a group may have at one place of their fingerprints, by the halves of a byte.
#[derive(Clone, Copy, Default)]
struct Halves([u16; 2]);

impl Halves {
    /// With one more byte; none is any.
    fn with(self, byte: Option<u8>) -> Self {
        let Self([low, high]) = self;
        byte.map_or(Self([u16::MAX; 2]), |byte| Self([low | 1 << (byte & 15), high | 1 << (byte >> 4)]))
    }

    /// How much of text fits.
    fn share(self) -> f32 {
        let Self([low, high]) = self;
        if low == u16::MAX && high == u16::MAX {
            return 1.0;
        }
        let halves = |bits: u16| (0..16u8).filter(move |half| bits >> half & 1 != 0);
        halves(high).map(|high| halves(low).map(|low| share(Some(high << 4 | low))).sum::<f32>()).sum()
    }
}

/// The literals of a group.
#[derive(Clone, Copy, Default)]
struct Group([Halves; PRINT_BYTES]);

impl Group {
    fn with(self, literal: &Literal) -> Self {
        let mut places = literal.offset..;
        Self(self.0.map(|halves| halves.with(places.next().and_then(|at| literal.bytes.get(at)).copied())))
    }

    fn share(self) -> f32 {
        self.0.into_iter().map(Halves::share).product()
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
        let print = |bytes: &[u8], offset: usize| -> f32 {
            (offset..offset + PRINT_BYTES).map(|at| share(bytes.get(at).copied())).product()
        };
        let mut sorted: Vec<Literal> = literals
            .enumerate()
            .filter(|(_, bytes)| bytes.len() >= 2)
            .map(|(number, bytes)| {
                let offsets = 0..=bytes.len().saturating_sub(PRINT_BYTES).min(FARTHEST);
                let rarest = offsets.min_by(|one, other| print(bytes, *one).total_cmp(&print(bytes, *other)));
                let offset = rarest.unwrap_or(0);
                Literal { pair: pair(bytes, offset), number, bytes: bytes.into(), offset }
            })
            .collect();
        // The most frequent first, each to the group that it makes the least more frequent.
        sorted.sort_by(|one, other| print(&other.bytes, other.offset).total_cmp(&print(&one.bytes, one.offset)));
        let mut groups = [(Group::default(), 0.0f32); 8];
        let mut all = Self::default();
        for literal in &sorted {
            let more = |(group, share): &(Group, f32)| group.with(literal).share() - share;
            let least = (0..).zip(&mut groups).min_by(|(_, one), (_, other)| more(one).total_cmp(&more(other)));
            let Some((number, (group, share))) = least else { continue };
            *group = group.with(literal);
            *share = group.share();
            all.admit(literal, 1 << number);
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
    match byte {
        None => 1.0,
        Some(b' ' | 0xD0 | 0xD1) => 0.06,
        Some(b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r') => 0.04,
        Some(b'0'..=b'9') => 0.03,
        Some(b'a'..=b'z') => 0.015,
        Some(b'"' | b'.' | b'/' | b'-' | b':' | b'=' | 0x80..=0xBF) => 0.01,
        Some(b'A'..=b'Z' | b'_' | b',') => 0.004,
        Some(_) => 0.001,
    }
}

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
