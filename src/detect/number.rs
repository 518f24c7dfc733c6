//! Runs of digit groups and their layouts.
//!
//! A run is digit groups with gaps of a few known forms between them. A group is never cut; a run is cut at group
//! borders only, the longest piece first, at most eight groups and 24 digits (identifiers 2.2).

use crate::text::{at, before, slice};
pub(crate) use crate::text::{digits_end, digits_start};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Most groups of one value.
pub(crate) const GROUPS: usize = 8;
/// Most digits of one value.
pub(crate) const DIGITS: usize = 24;
/// Groups read ahead at once; longer runs are read piece by piece.
const READ: usize = 48;

/// What stands between two digit groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Gap {
    /// The first group of a run.
    Start,
    /// One or two spaces of any kind.
    Space,
    /// A dash of any kind, spaces around it allowed.
    Dash,
    /// A dot.
    Dot,
    /// A slash.
    Slash,
    /// A number sign, spaces around it allowed.
    Sign,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
}

/// A group of digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What stands before it.
    pub(crate) gap: Gap,
}

impl Group {
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// Groups of one run.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) groups: Vec<Group>,
    /// Whether the run goes on behind the last group read.
    pub(crate) more: bool,
}

impl Run {
    /// Reads the run that begins with the digit at `start`.
    pub(crate) fn read(&mut self, bytes: &[u8], start: usize) {
        self.groups.clear();
        self.more = false;
        let (mut i, mut gap) = (start, Gap::Start);
        loop {
            let end = digits_end(bytes, i);
            self.groups.push(Group { start: i, end, gap });
            match gap_at(bytes, end) {
                Some((_, _)) if self.groups.len() == READ => {
                    self.more = true;
                    return;
                }
                Some((next_gap, next)) => (gap, i) = (next_gap, next),
                None => return,
            }
        }
    }

    pub(crate) fn end(&self) -> usize {
        self.groups.last().map_or(0, |group| group.end)
    }
}

/// The gap at `i`, and where the digit behind it stands.
fn gap_at(bytes: &[u8], mut i: usize) -> Option<(Gap, usize)> {
    let mut gap = Gap::Start;
    let mut spaces = 0;
    // The common cases first: one space or dash, then a digit.
    let simple = match at(bytes, i) {
        b' ' => Gap::Space,
        b'-' => Gap::Dash,
        b'.' => Gap::Dot,
        _ => Gap::Start,
    };
    if simple != Gap::Start && at(bytes, i + 1).is_ascii_digit() {
        return Some((simple, i + 1));
    }
    for _ in 0..6 {
        let (seen, length) = match at(bytes, i) {
            b'0'..=b'9' => {
                return match gap {
                    Gap::Start if spaces == 0 => None,
                    Gap::Start => Some((Gap::Space, i)),
                    Gap::Dot | Gap::Slash if spaces > 0 => None,
                    _ => Some((gap, i)),
                };
            }
            b' ' | b'\t' | 0xA0 => (Gap::Space, 1),
            b'-' | 0x96 | 0x97 => (Gap::Dash, 1),
            b'.' => (Gap::Dot, 1),
            b'/' => (Gap::Slash, 1),
            b'(' => (Gap::Open, 1),
            b')' => (Gap::Close, 1),
            b'#' | 0xB9 => (Gap::Sign, 1),
            b'N' => match (at(bytes, i + 1), at(bytes, i + 2)) {
                (b'o', b'.') => (Gap::Sign, 3),
                (b'o', _) => (Gap::Sign, 2),
                _ => (Gap::Sign, 1),
            },
            0xC2 if at(bytes, i + 1) == 0xA0 => (Gap::Space, 2),
            0xC2 if at(bytes, i + 1) == 0xAD => (Gap::Start, 2),
            0xE2 => match (at(bytes, i + 1), at(bytes, i + 2)) {
                (0x80, 0x89 | 0xAF) => (Gap::Space, 3),
                (0x80, 0x8B..=0x8D) => (Gap::Start, 3),
                (0x80, 0x90..=0x94) | (0x88, 0x92) => (Gap::Dash, 3),
                (0x84, 0x96) => (Gap::Sign, 3),
                _ => return None,
            },
            _ => return None,
        };
        i += length;
        gap = match (gap, seen) {
            (gap, Gap::Start) => gap,
            (gap, Gap::Space) if spaces < if gap == Gap::Start { 2 } else { 4 } => {
                spaces += 1;
                gap
            }
            (Gap::Start, seen) if seen != Gap::Space => seen,
            // `8-(701)` and `(701)-555`: the bracket is the gap.
            (Gap::Dash, Gap::Open) => Gap::Open,
            (Gap::Close, Gap::Dash) => Gap::Close,
            _ => return None,
        };
    }
    None
}

#[expect(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const fn run_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = matches!(
            i as u8,
            b'0'..=b'9' | b' ' | b'\t' | b'-' | b'(' | b')' | b'.' | b'/' | b'#' | b'N' | b'o' | 0x80 | 0x84 | 0x88..=0x97
                | 0xA0 | 0xAD | 0xAF | 0xB9 | 0xC2 | 0xE2
        );
        i += 1;
    }
    table
}

/// Bytes of digits and of what may stand between them.
static RUN_BYTES: [bool; 256] = run_bytes();

#[inline(always)]
fn may_join(byte: u8) -> bool {
    RUN_BYTES.get(usize::from(byte)) == Some(&true)
}

/// Whether the digits at `start` may belong to a run that begins before them: told from two bytes, so that most lone
/// numbers are known as such at once.
#[inline]
pub(crate) fn joins_before(bytes: &[u8], start: usize) -> bool {
    may_join(before(bytes, start)) && may_join(at(bytes, start.wrapping_sub(2)))
}

/// Whether the run of the digits that end at `end` may go on behind them.
#[inline]
pub(crate) fn joins_behind(bytes: &[u8], end: usize) -> bool {
    may_join(at(bytes, end)) && may_join(at(bytes, end + 1))
}

/// Whether `.0` and nothing more stands behind digits.
pub(crate) fn is_float(bytes: &[u8], end: usize) -> bool {
    slice(bytes, end, end + 2) == b".0" && !at(bytes, end + 2).is_ascii_alphanumeric() && at(bytes, end + 2) != b'.'
}

/// Where the run around `i` may begin: a filter that goes back over digits and what may stand between them.
pub(crate) fn reach_back(bytes: &[u8], mut i: usize, floor: usize) -> usize {
    while i > floor && RUN_BYTES.get(usize::from(before(bytes, i))) == Some(&true) {
        i -= 1;
    }
    i
}

// A layout is a number: a byte a group, the gap before it and the digits in it.

/// The layout of some groups and one more.
#[inline]
pub(crate) fn extend(signature: u64, gap: Gap, digits: usize) -> u64 {
    signature << 8 | u64::from(gap as u8) << 5 | digits as u64
}

/// Groups and digits of a layout.
pub(crate) fn measure(signature: u64) -> (usize, usize) {
    let groups = signature.to_be_bytes().into_iter().filter(|byte| *byte != 0);
    groups.fold((0, 0), |(count, digits), byte| (count + 1, digits + usize::from(byte & 31)))
}

/// The layouts that a written one stands for (`patterns/README.md`).
pub(crate) fn signatures(layout: &str) -> Result<Vec<u64>, String> {
    let refuse = || format!("the layout `{layout}` is not digit counts parted by ` `, `-`, `.`, `/` or `~`");
    let mut all = vec![0u64];
    let (mut gaps, mut digits): (&[Gap], String) = (&[Gap::Start], String::new());
    for c in layout.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let count: usize = digits.parse().ok().filter(|count| (1..=31).contains(count)).ok_or_else(refuse)?;
        all = all.iter().flat_map(|&before| gaps.iter().map(move |&gap| extend(before, gap, count))).collect();
        digits.clear();
        gaps = match c {
            ' ' => &[Gap::Space],
            '-' => &[Gap::Dash],
            '.' => &[Gap::Dot],
            '/' => &[Gap::Slash],
            '~' => &[Gap::Sign, Gap::Space],
            '\n' => &[],
            _ => return Err(refuse()),
        };
    }
    Ok(all)
}

/// Hasher for signatures: they are spread enough for one multiplication.
#[derive(Debug, Default)]
pub(crate) struct SignatureHasher(u64);

/// Builds [`SignatureHasher`].
pub(crate) type LayoutHasher = BuildHasherDefault<SignatureHasher>;

impl Hasher for SignatureHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}

/// Groups at the beginning of `groups` that are a calendar date or a date and an hour: 2025-03-14, 14.03.2025.
pub(crate) fn date_groups(bytes: &[u8], groups: &[Group]) -> usize {
    let [a, b, c, ..] = groups else { return 0 };
    let same = b.gap == c.gap && matches!(b.gap, Gap::Dash | Gap::Dot | Gap::Slash);
    if !same || b.end - b.start > 2 {
        return 0;
    }
    let value = |group: &Group| number(bytes, group.start..group.end);
    let year = |group: &Group| matches!(group.len(), 4) && (1900..=2100).contains(&value(group));
    let day = |group: &Group| group.len() <= 2 && (1..=31).contains(&value(group));
    let short_year = |group: &Group| group.len() == 2;
    let dated = (year(a) && day(b) && day(c)) || (day(a) && day(b) && (year(c) || short_year(c)));
    if dated { 3 } else { 0 }
}

/// The number that a few digits are.
pub(crate) fn number(bytes: &[u8], digits: Range<usize>) -> u64 {
    let slice = bytes.get(digits).unwrap_or(&[]);
    slice.iter().take(18).fold(0, |sum, byte| sum * 10 + u64::from(byte.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str) -> Vec<(String, Gap)> {
        let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let mut run = Run::default();
        run.read(text.as_bytes(), start);
        run.groups.iter().map(|group| (text[group.start..group.end].to_owned(), group.gap)).collect()
    }

    #[test]
    fn gaps_are_told_apart() {
        let shape = |text: &str| groups(text).into_iter().map(|(_, gap)| gap).skip(1).collect::<Vec<_>>();
        for (text, gaps) in [
            ("8 (701) 555-01-23", vec![Gap::Open, Gap::Close, Gap::Dash, Gap::Dash]),
            ("8(701)555 01 23", vec![Gap::Open, Gap::Close, Gap::Space, Gap::Space]),
            ("8-(701)-555", vec![Gap::Open, Gap::Close]),
            ("45 10 № 123456", vec![Gap::Space, Gap::Sign]),
            ("45 10 N123456", vec![Gap::Space, Gap::Sign]),
            ("4510 No. 123456", vec![Gap::Sign]),
            ("1\u{a0}2\u{202f}3\u{2011}4 – 5", vec![Gap::Space, Gap::Space, Gap::Dash, Gap::Dash]),
            ("40817.810.1", vec![Gap::Dot, Gap::Dot]),
            ("1. 2", vec![]),
            ("1   2", vec![]),
            ("1--2", vec![]),
            ("1, 2", vec![]),
            ("1\n2", vec![]),
        ] {
            assert_eq!(shape(text), gaps, "{text}");
        }
    }

    #[test]
    fn layouts_and_runs_share_signatures() {
        for (layout, text) in [
            ("12", "900101300017"),
            ("3-3-3 2", "123-456-789 12"),
            ("4~6", "4510 № 123456"),
            ("4~6", "4510 123456"),
            ("5.3.1.4.7", "40817.810.1.0001.0001234"),
        ] {
            let mut run = Run::default();
            run.read(text.as_bytes(), 0);
            let signature = run.groups.iter().fold(0, |signature, group| extend(signature, group.gap, group.len()));
            assert!(signatures(layout).is_ok_and(|list| list.contains(&signature)), "{layout} {text}");
            assert_eq!(measure(signature).0, run.groups.len());
        }
        assert!(signatures("4+6").is_err());
        assert!(signatures("").is_err());
    }

    #[test]
    fn dates_are_stepped_over() {
        for (text, count) in [
            ("2025-03-14 8", 3),
            ("14.03.2025", 3),
            ("14.03.25", 3),
            ("2025-03 8", 0),
            ("8-701-555-01-23", 0),
            ("142-906-945 73", 0),
        ] {
            let mut run = Run::default();
            run.read(text.as_bytes(), 0);
            assert_eq!(date_groups(text.as_bytes(), &run.groups), count, "{text}");
        }
    }
}
