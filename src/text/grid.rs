//! Tables inside a text: rows of pipes under a line of dashes (Markdown, database shells), HTML tables under `<th>`, sheets
//! of `SpreadsheetML` 2003 (`<Row><Cell><Data>`, which Excel and accounting programs write) under their first row.
//!
//! The header is looked for backwards, at most 64 KiB before the value; what was looked at is remembered, so that each
//! byte is looked at once.

use super::keys;
use super::{at, slice};
use memchr::{memchr, memchr_iter, memmem, memrchr};
use std::ops::Range;

/// How far before a value its table may begin, in bytes.
const BACK_BYTES: u64 = 64 << 10;
/// Longest row, in bytes.
const ROW_BYTES: usize = 4 << 10;

/// The last mark before a place, looked for once in every byte.
#[derive(Debug, Default)]
struct Last {
    /// Offsets in the stream that have been searched.
    seen: Range<u64>,
    /// The last mark in them.
    found: Option<u64>,
}

impl Last {
    /// The last mark before `start` that `find` knows in bytes.
    fn before(
        &mut self, bytes: &[u8], base: u64, start: usize, find: impl Fn(&[u8], usize) -> Option<usize>,
    ) -> Option<usize> {
        let place = base + start as u64;
        let floor = place.saturating_sub(BACK_BYTES).max(base);
        let goes_on = self.seen.start <= floor && self.seen.end >= floor && self.seen.end <= place;
        if !goes_on {
            *self = Self { seen: floor..floor, found: None };
        }
        if self.seen.end < place {
            let from = (self.seen.end - base) as usize;
            if let Some(found) = find(slice(bytes, 0, start), from) {
                self.found = Some(base + found as u64);
            }
            self.seen.end = place;
        }
        self.found.filter(|found| *found >= floor).map(|found| (found - base) as usize)
    }
}

/// Finds headers of tables inside a text.
#[derive(Debug, Default)]
pub(super) struct Grid {
    dashes: Last,
    tables: Last,
    sheets: Last,
}

impl Grid {
    /// The header above the cell of a row of pipes that the value at `start` stands in.
    pub(super) fn piped(&mut self, bytes: &[u8], base: u64, start: usize) -> Option<Range<usize>> {
        let line = line_start(bytes, start)?;
        let own = slice(bytes, line, start);
        let column = memchr_iter(b'|', own).count();
        let framed = own.trim_ascii_start().starts_with(b"|");
        if column == 0 {
            return None;
        }
        // Only the last byte of a mark is looked for; a mark may begin before what was searched.
        let rule = self.dashes.before(bytes, base, line, |bytes, from| {
            let mut end = bytes.len();
            while let Some(found) = memmem::rfind(slice(bytes, from, end), b"--") {
                let start = line_start(bytes, from + found)?;
                let length = memchr(b'\n', slice(bytes, start, bytes.len()))?;
                if is_rule(slice(bytes, start, start + length)) {
                    return Some(start);
                }
                end = start.max(from);
            }
            None
        })?;
        let header = line_start(bytes, rule.checked_sub(1)?)?;
        let names = slice(bytes, header, rule - 1);
        let width = memchr_iter(b'|', names).count();
        let end = line + memchr(b'\n', slice(bytes, line, start + ROW_BYTES)).unwrap_or(start + ROW_BYTES - line);
        let fits = memchr_iter(b'|', slice(bytes, line, end.min(bytes.len()))).count() == width;
        if !fits || width == 0 || framed != names.trim_ascii_start().starts_with(b"|") {
            return None;
        }
        cell(bytes, header..rule - 1, b'|', column)
    }

    /// The `<th>` above the `<td>` whose tag begins at `open`.
    pub(super) fn headed(&mut self, bytes: &[u8], base: u64, open: usize) -> Option<Range<usize>> {
        let from = open.saturating_sub(ROW_BYTES);
        let row = from + last_tag(slice(bytes, from, open), b"<tr")?;
        let column = tags(slice(bytes, row, open), b"<td").chain(tags(slice(bytes, row, open), b"<th")).count();
        let table = self.tables.before(bytes, base, row, |bytes, from| {
            last_tag(slice(bytes, from, bytes.len()), b"<table").map(|n| from + n)
        })?;
        let head = slice(bytes, table, (table + ROW_BYTES).min(row));
        let header = tags(head, b"<th").filter(|i| at(head, i + 3) != b'e' && at(head, i + 3) != b'E').nth(column)?;
        let close = header + memchr(b'>', slice(head, header, header + 200))? + 1;
        let end = close + memchr(b'<', slice(head, close, close + 120))?;
        keys::label(bytes, table + close..table + end)
    }

    /// The first cell in the column of the `<Data>` whose tag begins at `open`.
    pub(super) fn in_sheet(&mut self, bytes: &[u8], base: u64, open: usize) -> Option<Range<usize>> {
        if !slice(bytes, open, open + 6).starts_with(b"<Data") {
            return None;
        }
        let from = open.saturating_sub(ROW_BYTES);
        let row = from + memmem::rfind(slice(bytes, from, open), b"<Row")?;
        let (column, _) = sheet_cells(slice(bytes, row, open)).last()?;
        let sheet = self.sheets.before(bytes, base, row, |bytes, from| {
            memmem::rfind(slice(bytes, from, bytes.len()), b"<Table").map(|n| from + n)
        })?;
        let head = slice(bytes, sheet, (sheet + ROW_BYTES).min(row));
        // Above the names of columns titles may stand, alone in their row.
        let starts = memmem::find_iter(head, b"<Row");
        let heads = starts.map(|start| {
            let length = memmem::find(slice(head, start, head.len()), b"</Row").unwrap_or(head.len() - start);
            (start, slice(head, start, start + length))
        });
        let (start, names) = heads.into_iter().find(|(_, names)| sheet_cells(names).nth(1).is_some())?;
        let (_, cell) = sheet_cells(names).find(|(own, _)| *own == column)?;
        let data = cell + memmem::find(slice(names, cell, names.len()), b"<Data")?;
        let close = data + memchr(b'>', slice(names, data, data + 200))? + 1;
        let end = close + memchr(b'<', slice(names, close, close + 120))?;
        keys::label(bytes, sheet + start + close..sheet + start + end)
    }
}

/// The column of a cell of a sheet behind one in column `before`: its own number, from 1, or the next one.
fn column_of(cell: &[u8], before: usize) -> usize {
    let tag = slice(cell, 0, memchr(b'>', slice(cell, 0, 200)).unwrap_or(0));
    let number = memmem::find(tag, b"Index=\"").map(|place| slice(tag, place + 7, place + 12));
    let digits = |text: &[u8]| {
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
    };
    number.map_or(0, digits).max(before + 1)
}

/// Cells of a row of a sheet: column and offset of each.
fn sheet_cells(row: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut column = 0;
    memmem::find_iter(row, b"<Cell").map(move |cell| {
        column = column_of(slice(row, cell, row.len()), column);
        (column, cell)
    })
}

fn line_start(bytes: &[u8], i: usize) -> Option<usize> {
    let from = i.saturating_sub(ROW_BYTES);
    match memrchr(b'\n', slice(bytes, from, i)) {
        Some(found) => Some(from + found + 1),
        None if from == 0 => Some(0),
        None => None,
    }
}

/// A line of dashes, pipes, plus signs and colons.
fn is_rule(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b'-' | b'|' | b'+' | b':' | b' ' | b'\r' | b'\t'))
        && line.iter().any(|byte| matches!(byte, b'|' | b'+'))
}

/// Cell `column` of a line.
fn cell(bytes: &[u8], line: Range<usize>, parting: u8, column: usize) -> Option<Range<usize>> {
    let own = slice(bytes, line.start, line.end);
    let start = match column.checked_sub(1) {
        None => 0,
        Some(last) => memchr_iter(parting, own).nth(last)? + 1,
    };
    let end = start + memchr(parting, slice(own, start, own.len())).unwrap_or(own.len() - start);
    keys::label(bytes, line.start + start..line.start + end)
}

/// Where tags begin that start with `name` in small or capital letters.
fn tags<'t>(text: &'t [u8], name: &'static [u8]) -> impl Iterator<Item = usize> + 't {
    memchr_iter(b'<', text).filter(move |&i| slice(text, i, i + name.len()).eq_ignore_ascii_case(name))
}

fn last_tag(text: &[u8], name: &[u8]) -> Option<usize> {
    let mut end = text.len();
    while let Some(i) = memrchr(b'<', slice(text, 0, end)) {
        if slice(text, i, i + name.len()).eq_ignore_ascii_case(name)
            && !at(text, i + name.len()).is_ascii_alphanumeric()
        {
            return Some(i);
        }
        end = i;
    }
    None
}
