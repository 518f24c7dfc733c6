//! Rows of a delimited table: the record around a value, over several lines if a cell in quotes holds line ends, and the
//! cell that the value stands in. A record is read once; its cells serve all values in it.
//!
//! A record that cannot be told within the bound has no cells. What is told depends on bytes near the value alone.

use super::{at, slice};
use memchr::{memchr, memchr_iter, memchr2, memrchr};
use std::ops::{ControlFlow, Range};

/// How far back a line or record may begin, in bytes.
const BACK_BYTES: usize = 64 << 10;
/// How far ahead of a value its record may end, in bytes: less than what is at hand behind a step.
pub(super) const AHEAD_BYTES: usize = 12 << 10;
/// Records over several lines are looked for from fixed offsets of the stream, so far apart.
const ANCHOR_BYTES: u64 = 4 << 10;
/// Most cells of a record.
const MOST_CELLS: usize = 1024;

/// How the rows of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The byte between cells.
    pub delimiter: u8,
    /// Cells of a row.
    pub width: usize,
    /// Whether cells in quotes occur.
    pub quoted: bool,
}

/// One record as it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Read {
    /// Behind its line end.
    end: usize,
    cells: usize,
    /// Quotes stand where none should, or one is never closed.
    odd: bool,
}

/// Reads the record that begins at `start`; `each` is given the first byte of every cell.
fn read(bytes: &[u8], start: usize, delimiter: u8, mut each: impl FnMut(usize)) -> Read {
    let mut read = Read { end: start, cells: 0, odd: false };
    loop {
        each(read.end);
        read.cells += 1;
        let (end, odd) = cell_end(bytes, read.end, delimiter);
        read.odd |= odd;
        read.end = end + 1;
        if at(bytes, end) != delimiter || end >= bytes.len() || read.cells >= MOST_CELLS {
            read.end = read.end.min(bytes.len());
            return read;
        }
    }
}

/// Where the cell at `i` ends: its delimiter, its line end, or the end of the bytes; and whether its quotes are odd.
fn cell_end(bytes: &[u8], i: usize, delimiter: u8) -> (usize, bool) {
    let mut open = i;
    while at(bytes, open) == b' ' {
        open += 1;
    }
    let mut odd = false;
    let mut rest = open;
    if at(bytes, open) == b'"' {
        let mut quote = open;
        loop {
            let Some(found) = memchr(b'"', slice(bytes, quote + 1, bytes.len())) else { return (bytes.len(), true) };
            quote += 1 + found;
            if at(bytes, quote + 1) != b'"' {
                break;
            }
            quote += 1;
        }
        let mut end = quote + 1;
        while at(bytes, end) == b' ' || (at(bytes, end) == b'\r' && at(bytes, end + 1) == b'\n') {
            end += 1;
        }
        if end >= bytes.len() || at(bytes, end) == delimiter || at(bytes, end) == b'\n' {
            return (end, false);
        }
        odd = true;
        rest = end;
    }
    let end = memchr2(delimiter, b'\n', slice(bytes, rest, bytes.len())).map_or(bytes.len(), |n| rest + n);
    // `ООО "Ромашка"` is a cell; one quote alone begins or ends a cell that was cut.
    (end, odd || memchr_iter(b'"', slice(bytes, rest, end)).count() % 2 == 1)
}

/// Hands on the first rows of a text that are not empty: the ranges of their cells, without quotes.
pub(super) fn each(text: &[u8], delimiter: u8, most: usize, mut row: impl FnMut(&[Range<usize>]) -> ControlFlow<()>) {
    let (mut starts, mut cells) = (Vec::new(), Vec::new());
    let (mut i, mut seen) = (0, 0);
    while i < text.len() && seen < most {
        starts.clear();
        cells.clear();
        let record = read(text, i, delimiter, |start| starts.push(start));
        let ends = starts.iter().skip(1).copied().chain([record.end + 1]);
        cells.extend(starts.iter().zip(ends).map(|(&start, end)| trimmed(text, start..end - 1)));
        if !matches!(cells.as_slice(), [only] if only.is_empty()) {
            seen += 1;
            if row(&cells).is_break() {
                return;
            }
        }
        if record.end <= i {
            return;
        }
        i = record.end;
    }
}

/// The first rows of a text.
pub(super) fn rows(text: &[u8], delimiter: u8, most: usize) -> Vec<Vec<Range<usize>>> {
    let mut rows = Vec::new();
    each(text, delimiter, most, |row| {
        rows.push(row.to_vec());
        ControlFlow::Continue(())
    });
    rows
}

/// A cell without spaces and quotes around it.
fn trimmed(text: &[u8], cell: Range<usize>) -> Range<usize> {
    let own = slice(text, cell.start, cell.end);
    let left = own.len() - own.trim_ascii_start().len();
    let own = own.trim_ascii();
    let start = cell.start + left;
    match own {
        [b'"', inner @ .., b'"'] => start + 1..start + 1 + inner.len(),
        _ => start..start + own.len(),
    }
}

/// Whether cells that begin at these offsets, up to the end of `text`, are a row of the table: all its columns, and nothing
/// behind them but empty cells.
fn is_row(text: &[u8], base: u64, cells: &[u64], form: Form) -> bool {
    let Some(&extra) = cells.get(form.width) else { return cells.len() == form.width };
    let rest = slice(text, (extra - base) as usize, text.len());
    rest.iter().all(|byte| *byte == form.delimiter || byte.is_ascii_whitespace() || *byte == b'"')
}

/// The record last looked at.
#[derive(Debug, Default)]
pub struct Row {
    /// Offsets in the stream.
    record: Range<u64>,
    /// First bytes of its cells; empty if it is no row of the table.
    cells: Vec<u64>,
    /// The line last looked at: no line end stands in this range.
    line: Range<u64>,
    walk: Walk,
}

impl Row {
    /// The record around `start`, and its cells. `base` is the offset of the first of `bytes` in the stream.
    fn find(&mut self, bytes: &[u8], base: u64, start: usize, form: Form) {
        let place = base + start as u64;
        if self.record.contains(&place) {
            return;
        }
        self.cells.clear();
        self.record = place..place + 1;
        let Some(line) = self.line_at(bytes, base, start) else { return };
        if memchr(b'"', slice(bytes, line.start, line.end)).is_none() {
            let Self { cells, .. } = self;
            cells.push(base + line.start as u64);
            for i in memchr_iter(form.delimiter, slice(bytes, line.start, line.end)).take(MOST_CELLS) {
                cells.push(base + (line.start + i + 1) as u64);
            }
            if is_row(slice(bytes, 0, line.end), base, cells, form) {
                self.record = base + line.start as u64..base + line.end as u64 + 1;
                return;
            }
        } else {
            self.cells.clear();
            let read =
                read(slice(bytes, 0, line.end), line.start, form.delimiter, |cell| self.cells.push(base + cell as u64));
            if is_row(slice(bytes, 0, line.end), base, &self.cells, form) && !read.odd {
                self.record = base + line.start as u64..base + line.end as u64 + 1;
                return;
            }
        }
        if form.quoted
            && let Some(start) = self.walk.to(bytes, base, line.start, form)
        {
            self.cells.clear();
            let end = (line.end + AHEAD_BYTES).min(bytes.len());
            let read = read(slice(bytes, 0, end), start, form.delimiter, |cell| self.cells.push(base + cell as u64));
            let near = read.end <= (base.max(place) - base) as usize + AHEAD_BYTES;
            if is_row(slice(bytes, 0, read.end), base, &self.cells, form) && !read.odd && near {
                self.record = base + start as u64..base + read.end as u64;
                return;
            }
        }
        // Rows with stray quotes: one line, all cells there.
        self.cells.clear();
        let read =
            read(slice(bytes, 0, line.end), line.start, form.delimiter, |cell| self.cells.push(base + cell as u64));
        self.record = base + line.start as u64..base + line.end as u64 + 1;
        // What an editor left out at the end of a row was empty; commas stand in sentences, too.
        let short = form.delimiter != b',' && (2..form.width).contains(&read.cells);
        if !short && !is_row(slice(bytes, 0, line.end), base, &self.cells, form) {
            self.cells.clear();
        }
    }

    /// The line around `start`, if both its ends are near enough.
    fn line_at(&mut self, bytes: &[u8], base: u64, start: usize) -> Option<Range<usize>> {
        let place = base + start as u64;
        let floor = start.saturating_sub(BACK_BYTES);
        let known = self.line.start >= base && self.line.start <= place && place <= self.line.end;
        let begin = if known {
            (self.line.start - base) as usize
        } else {
            match memrchr(b'\n', slice(bytes, floor, start)) {
                Some(found) => floor + found + 1,
                None if floor == 0 => 0,
                None => return None,
            }
        };
        let from = if known { ((self.line.end - base) as usize).max(start) } else { start };
        let until = (start + AHEAD_BYTES).min(bytes.len());
        let end = memchr(b'\n', slice(bytes, from, until)).map(|found| from + found);
        self.line = base + begin as u64..base + end.unwrap_or(until.max(from)) as u64;
        let end = match end {
            Some(end) => end,
            None if until == bytes.len() => until,
            None => return None,
        };
        (begin >= floor).then_some(begin..end)
    }

    /// The cell of a column, without spaces and quotes, if a row of the table begins at `start`.
    pub(super) fn cell(
        &mut self, bytes: &[u8], base: u64, start: usize, form: Form, column: usize,
    ) -> Option<Range<usize>> {
        self.find(bytes, base, start, form);
        if self.record.start != base + start as u64 || self.cells.is_empty() {
            return None;
        }
        let first = self.cells.get(column)?;
        let end = self.cells.get(column + 1).unwrap_or(&self.record.end) - 1;
        Some(trimmed(bytes, (first - base) as usize..(end.max(*first) - base) as usize))
    }

    /// From the beginning of the cell before the one that the value at `start` stands in to the end of its own.
    pub(super) fn cells_around(&mut self, bytes: &[u8], base: u64, start: usize, form: Form) -> Option<Range<usize>> {
        let column = self.column(bytes, base, start, form)?;
        let first = *self.cells.get(column.saturating_sub(1))?;
        let end = self.cells.get(column + 1).unwrap_or(&self.record.end) - 1;
        (first >= base && end >= first).then(|| (first - base) as usize..(end - base) as usize)
    }

    /// The cell that the value at `start` stands in, if it stands in a row of the table.
    pub fn column(&mut self, bytes: &[u8], base: u64, start: usize, form: Form) -> Option<usize> {
        self.find(bytes, base, start, form);
        let place = base + start as u64;
        self.cells.partition_point(|&cell| cell <= place).checked_sub(1)
    }
}

/// Reads records from an anchor, once as if it stood outside of quotes and once as if inside.
#[derive(Debug, Default)]
struct Walk {
    anchor: Option<u64>,
    outside: Track,
    inside: Track,
}

#[derive(Clone, Copy, Debug, Default)]
struct Track {
    /// First byte of the record that has been reached.
    at: u64,
    odd: usize,
}

impl Walk {
    /// Where the record around the line at `line` begins.
    fn to(&mut self, bytes: &[u8], base: u64, line: usize, form: Form) -> Option<usize> {
        let place = base + line as u64;
        let anchor = (place / ANCHOR_BYTES).saturating_sub(1) * ANCHOR_BYTES;
        let again = self.anchor != Some(anchor) || self.outside.at > place || self.inside.at > place || anchor < base;
        if again {
            self.anchor = Some(anchor);
            let from = (anchor.max(base) - base) as usize;
            let first = if anchor == 0 && base == 0 {
                0
            } else {
                from + memchr(b'\n', slice(bytes, from, line + 1)).map_or(0, |n| n + 1)
            };
            self.outside = Track { at: base + first as u64, odd: 0 };
            self.inside = match memchr(b'"', slice(bytes, first, bytes.len().min(line + AHEAD_BYTES))) {
                // Inside a cell: on to the end of its record.
                Some(quote) if anchor > 0 => {
                    let rest = read(bytes, first + quote, form.delimiter, |_| {});
                    Track { at: base + rest.end as u64, odd: usize::from(rest.odd) }
                }
                _ => Track { at: u64::MAX, odd: usize::MAX },
            };
        }
        let bound = bytes.len().min(line + AHEAD_BYTES);
        let own = slice(bytes, 0, bound);
        for track in [&mut self.outside, &mut self.inside] {
            while track.at <= place {
                let record = read(own, (track.at - base) as usize, form.delimiter, |_| {});
                let end = base + record.end as u64;
                // At the end of the bytes there is no more to read.
                if end > place || end == track.at {
                    break;
                }
                track.odd += usize::from(record.odd);
                track.at = end;
            }
        }
        let score = |track: &Track| {
            (track.at <= place).then(|| {
                let record = read(own, (track.at - base) as usize, form.delimiter, |_| {});
                (usize::from(record.odd || record.cells != form.width), track.odd, (track.at - base) as usize)
            })
        };
        let (outside, inside) = (score(&self.outside), score(&self.inside));
        match (outside, inside) {
            (Some(left), Some(right)) => Some(if (right.0, right.1) < (left.0, left.1) { right.2 } else { left.2 }),
            (left, right) => left.or(right).map(|(_, _, start)| start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    const FORM: Form = Form { delimiter: b';', width: 3, quoted: true };

    fn column(text: &str, value: &str) -> Option<usize> {
        Row::default().column(text.as_bytes(), 0, text.find(value).expect("it is there"), FORM)
    }

    #[test]
    fn cells_of_one_line() {
        assert_eq!(column("1;2;77\n", "77"), Some(2));
        assert_eq!(column("1;\"2;x\";77\r\n", "77"), Some(2));
        assert_eq!(column("1;ООО \"А;77\n", "77"), Some(2), "a stray quote");
        assert_eq!(column("1;ООО \"А\";77", "77"), Some(2));
        assert_eq!(column("1;2;3;77\n", "77"), None);
        assert_eq!(column("1;2;77;\n", "77"), Some(2), "an empty cell behind the last");
        assert_eq!(column("1;77\n", "77"), Some(1), "empty cells left out at the end");
        let commas = Form { delimiter: b',', ..FORM };
        assert_eq!(Row::default().column(b"one, 77\n", 0, 5, commas), None, "a sentence");
    }

    #[test]
    fn cells_over_several_lines() {
        let text = "1;\"улица\n5; дом\n\n77\";88\n2;\"x \"\"y\"\"\nz\";99\n\"66\n\";4;5\n3;4;55\n";
        for (value, want) in [("77", 1), ("88", 2), ("99", 2), ("66", 0), ("55", 2), ("z\"", 1)] {
            assert_eq!(column(text, value), Some(want), "{value}");
        }
    }

    #[test]
    fn the_end_of_the_bytes_is_a_place_like_any_other() {
        for text in ["1;\"2\n3\";4\n", "1;2;3\n", "\"", ""] {
            assert_eq!(Row::default().column(text.as_bytes(), 0, text.len(), FORM), None, "{text:?}");
        }
    }

    #[test]
    fn the_same_is_told_from_any_piece() {
        let mut text = String::new();
        for n in 1000..2500 {
            match n % 3 {
                0 => writeln!(text, "{n}a;{n}b;{n}c"),
                1 => writeln!(text, "{n}a;\"line;\n{n}b\nmore\";{n}c"),
                _ => writeln!(text, "\"{n}a\n\";ТОО \"Б\";\"{n}c\""),
            }
            .expect("a string takes all");
        }
        let mut whole = Row::default();
        for n in 1000..2500 {
            for (letter, want) in [('a', 0), ('b', 1), ('c', 2)] {
                let Some(start) = text.find(&format!("{n}{letter}")) else { continue };
                assert_eq!(whole.column(text.as_bytes(), 0, start, FORM), Some(want), "{n}{letter}");
                let from = text.floor_char_boundary(start.saturating_sub(40_000));
                let until = text.ceil_char_boundary((start + 15_000).min(text.len()));
                let piece = &text.as_bytes()[from..until];
                let told = Row::default().column(piece, from as u64, start - from, FORM);
                assert_eq!(told, Some(want), "{n}{letter} alone");
            }
        }
    }
}
