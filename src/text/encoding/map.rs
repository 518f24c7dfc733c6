//! Offsets of decoded text in the raw bytes.

use super::Encoding;
use crate::text::slice;
use std::ops::Range;

/// How far a run goes before another begins, in bytes of text: places inside it are found by counting from its start.
const RUN_BYTES: usize = 1 << 10;

/// A stretch of text in one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    raw: u32,
    text: u32,
    encoding: Encoding,
}

/// Where decoded text stands in the raw bytes. Exact for every character; empty if both are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    runs: Vec<Run>,
}

/// How many bytes are such. Short sums, which stay in bytes, are fast.
fn count(text: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    text.chunks(u8::MAX.into())
        .map(|part| usize::from(part.iter().map(|&byte| u8::from(is_such(byte))).sum::<u8>()))
        .sum()
}

/// Raw bytes of decoded text.
fn raw_bytes(text: &[u8], encoding: Encoding) -> usize {
    let chars = || count(text, |byte| byte & 0xC0 != 0x80);
    match encoding {
        Encoding::Utf8 => text.len(),
        // A character of four bytes is a pair of units.
        Encoding::Utf16Le | Encoding::Utf16Be => 2 * (chars() + count(text, |byte| byte >= 0xF0)),
        _ => chars() * encoding.unit_bytes(),
    }
}

impl Map {
    pub(super) fn clear(&mut self) {
        self.runs.clear();
    }

    /// Memory that it holds, in bytes.
    pub fn held_bytes(&self) -> usize {
        self.runs.len() * size_of::<Run>()
    }

    /// Whether text and raw bytes are the same.
    pub fn is_plain(&self) -> bool {
        self.runs.is_empty()
    }

    /// Notes that text from `text` on comes from raw bytes from `raw` on.
    pub(super) fn add(&mut self, raw: usize, text: usize, encoding: Encoding) {
        let goes_on = self.runs.last().is_some_and(|last| {
            last.encoding == encoding && (encoding == Encoding::Utf8 || text - (last.text as usize) < RUN_BYTES)
        });
        if !goes_on {
            self.runs.push(Run { raw: raw as u32, text: text as u32, encoding });
        }
    }

    fn run_of(&self, text: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.text as usize <= text);
        self.runs.get(after.checked_sub(1)?)
    }

    /// The raw offset of the character at offset `i` of `text`, which must not lie inside one.
    pub fn raw(&self, text: &[u8], i: usize) -> usize {
        let Some(run) = self.run_of(i) else { return i };
        run.raw as usize + raw_bytes(slice(text, run.text as usize, i), run.encoding)
    }

    /// The offset in `text` of the first character that begins at or behind the raw offset.
    pub fn text(&self, text: &[u8], raw: usize) -> usize {
        let after = self.runs.partition_point(|run| run.raw as usize <= raw);
        let Some(run) = after.checked_sub(1).and_then(|i| self.runs.get(i)) else { return raw };
        let (mut i, mut at) = (run.text as usize, run.raw as usize);
        if run.encoding == Encoding::Utf8 {
            return (i + raw - at).min(text.len());
        }
        let end = self.runs.get(after).map_or(text.len(), |next| next.text as usize);
        while at < raw && i < end {
            let next = super::super::utf8::char_at(text, i).map_or(i + 1, |(_, length)| i + length);
            at += raw_bytes(slice(text, i, next), run.encoding);
            i = next;
        }
        i
    }

    /// The encoding that the text at `i` stood in.
    pub fn encoding(&self, i: usize) -> Encoding {
        self.run_of(i).map_or(Encoding::Utf8, |run| run.encoding)
    }

    /// Keeps the runs of a part of the text, which begins at the raw offset `base` or in the character there.
    pub(super) fn keep(&mut self, text: &[u8], part: Range<usize>, base: usize) {
        let first = self.raw(text, part.start);
        if let Some(before) = self.runs.partition_point(|run| run.text as usize <= part.start).checked_sub(1) {
            self.runs.drain(..before);
        }
        self.runs.retain(|run| (run.text as usize) < part.end);
        for run in &mut self.runs {
            let inside = (run.text as usize) < part.start;
            run.raw = if inside { first as u32 } else { run.raw } - base as u32;
            run.text = (run.text as usize).saturating_sub(part.start) as u32;
        }
    }

    /// The map of `text[from..until]`, which begins at a character, with raw offsets from that character's on; and that
    /// character's raw offset.
    #[must_use]
    pub fn part(&self, text: &[u8], from: usize, until: usize) -> (Self, usize) {
        if self.is_plain() {
            return (Self::default(), from);
        }
        let base = self.raw(text, from);
        let first = Run { raw: 0, text: 0, encoding: self.encoding(from) };
        let inside = |run: &&Run| (run.text as usize) > from && (run.text as usize) < until;
        let rest = self.runs.iter().filter(inside).map(|run| Run {
            raw: run.raw - base as u32,
            text: run.text - from as u32,
            encoding: run.encoding,
        });
        (Self { runs: std::iter::once(first).chain(rest).collect() }, base)
    }
}
