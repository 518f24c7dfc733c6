//! Rows of spreadsheets as a table: cells parted by tabs, quoted as CSV, each with its address.
//!
//! Hidden sheets, rows and columns are read like any other. Column names come from the first row that looks like a
//! header, so that the cells below are fields for whoever looks at the text.

use super::frames::Made;
use super::{At, Budget, Fault};
use crate::problem::Reason;
use crate::text::layout::names_something;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Rows that a header is looked for in.
const HEADER_ROWS: usize = 20;
/// Bytes of rows that are held ahead for that.
const AHEAD_BYTES: usize = 1 << 20;
/// Bytes of text that are made at once of a row.
const PIECE_BYTES: usize = 64 << 10;
/// Longest name of a sheet, in characters; programs allow 31.
const NAME_CHARS: usize = 255;
/// Most columns of a table with a header.
const COLUMNS: usize = 512;
/// Widest row that is read, in cells (the widest of any program has 16,384).
pub const WIDEST: u32 = 16_384;

/// One row: its number and its cells, by column, both from 1. What many cells share is not copied for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'s> {
    pub(super) number: u32,
    pub(super) cells: Vec<(u32, Cow<'s, str>)>,
}

impl Row<'_> {
    /// Memory that it takes, without what it shares, in bytes.
    fn held(&self) -> usize {
        let own = |text: &Cow<'_, str>| if let Cow::Owned(text) = text { text.len() } else { 0 };
        self.cells.iter().map(|(_, text)| size_of::<(u32, Cow<'_, str>)>() + own(text)).sum()
    }
}

/// Room for the texts of one row, which is held whole.
pub(super) struct Room {
    most: usize,
    held: usize,
}

impl Room {
    /// A part of the memory that one piece may take.
    pub(super) fn new(memory_bytes: usize) -> Self {
        Self { most: memory_bytes / 8, held: 0 }
    }

    /// A row begins.
    pub(super) fn clear(&mut self) {
        self.held = 0;
    }

    /// So many bytes more are held.
    pub(super) fn take(&mut self, bytes: usize) -> io::Result<()> {
        self.held = self.held.saturating_add(bytes);
        if self.held > self.most {
            return Err(Fault::new(Reason::LimitMemory, "a row of a table needs more memory than allowed").into());
        }
        Ok(())
    }
}

/// A row of which text is being made.
struct Begun<'s> {
    row: Row<'s>,
    /// Place of the cell at hand among the cells, bytes of it that were given, and whether it stands in quotes.
    cell: usize,
    given: usize,
    is_quoted: bool,
    /// The column that comes next in the text.
    column: u32,
}

/// The name of a sheet as far as it is shown.
pub(super) fn short_name(name: &str) -> &str {
    name.char_indices().nth(NAME_CHARS).map_or(name, |(end, _)| name.get(..end).unwrap_or(name))
}

/// A sheet that is being read, row by row.
pub(super) struct Sheet<'s, F> {
    next: F,
    name: Arc<str>,
    /// What the text comes to is counted here before it is made: a few bytes may stand for much of it.
    budget: &'s Budget,
    ahead: VecDeque<Row<'s>>,
    begun: Option<Begun<'s>>,
    ended: bool,
    /// Number of the header's row, and cells in each row from there on.
    header: Option<(u32, u32)>,
    columns: Option<Vec<String>>,
    error: Option<io::Error>,
}

impl<'s, F: FnMut() -> io::Result<Option<Row<'s>>>> Sheet<'s, F> {
    /// Reads the first rows to learn whether there is a header.
    pub(super) fn new(name: &str, budget: &'s Budget, next: F) -> Self {
        let mut sheet = Self {
            next,
            name: short_name(name).into(),
            budget,
            ahead: VecDeque::new(),
            begun: None,
            ended: false,
            header: None,
            columns: None,
            error: None,
        };
        let mut held = 0;
        while sheet.ahead.len() < HEADER_ROWS && held < AHEAD_BYTES && !sheet.ended {
            match (sheet.next)() {
                Ok(Some(row)) => {
                    held += row.held();
                    sheet.ahead.push_back(row);
                }
                Ok(None) => sheet.ended = true,
                Err(error) => {
                    sheet.error = Some(error);
                    sheet.ended = true;
                }
            }
        }
        sheet.find_header();
        sheet
    }

    pub(super) fn columns(&self) -> Option<Vec<String>> {
        self.columns.clone()
    }

    /// The first row of two or more names with a row below it.
    fn find_header(&mut self) {
        let is_header = |row: &Row<'_>| {
            let named = row.cells.iter().filter(|(_, text)| !text.trim().is_empty()).count();
            named >= 2 && row.cells.iter().all(|(_, text)| names_something(text.trim()))
        };
        let Some(place) = self.ahead.iter().position(is_header).filter(|place| place + 1 < self.ahead.len()) else {
            return;
        };
        let width = self.ahead.iter().skip(place).flat_map(|row| row.cells.iter().map(|(column, _)| *column)).max();
        let Some((width, header)) = width.filter(|width| *width as usize <= COLUMNS).zip(self.ahead.get(place)) else {
            return;
        };
        let mut columns = vec![String::new(); width as usize];
        for (column, text) in &header.cells {
            if let Some(slot) = columns.get_mut(*column as usize - 1) {
                text.trim().clone_into(slot);
            }
        }
        self.header = Some((header.number, width));
        self.columns = Some(columns);
    }

    /// One more row, or a piece of one.
    pub(super) fn next(&mut self, made: &mut Made) -> io::Result<bool> {
        let begun = match self.begun.take() {
            Some(begun) => Some(begun),
            None => self.row()?.map(|row| Begun { row, cell: 0, given: 0, is_quoted: false, column: 1 }),
        };
        let Some(mut begun) = begun else { return Ok(false) };
        let mut bytes = 0;
        while let Some((column, text)) = begun.row.cells.get(begun.cell) {
            if bytes >= PIECE_BYTES {
                self.begun = Some(begun);
                return Ok(true);
            }
            if text.is_empty() && *column != 1 {
                begun.cell += 1;
                continue;
            }
            if begun.given == 0 {
                begun.is_quoted = text.contains('"');
                let tabs = column.saturating_sub(begun.column);
                self.budget.unpacked(u64::from(tabs) + text.len() as u64, Duration::ZERO)?;
                (0..tabs).for_each(|_| made.push("\t"));
                begun.column = begun.column.max(*column);
                bytes += tabs as usize;
                made.place(At::Cell { sheet: Arc::clone(&self.name), column: *column, row: begun.row.number });
                made.push(if begun.is_quoted { "\"" } else { "" });
            }
            let rest = text.get(begun.given..).unwrap_or_default();
            let end = (PIECE_BYTES.min(rest.len())..=rest.len()).find(|end| rest.is_char_boundary(*end));
            let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            push_words(piece, made);
            bytes += piece.len();
            begun.given += piece.len();
            if begun.given == text.len() {
                made.push(if begun.is_quoted { "\"" } else { "" });
                begun.given = 0;
                begun.cell += 1;
            }
        }
        // Rows above the header stand under no name.
        let width = self.header.filter(|(number, _)| begun.row.number >= *number).map_or(0, |(_, width)| width);
        let tabs = width.saturating_sub(begun.column);
        self.budget.unpacked(u64::from(tabs) + 1, Duration::ZERO)?;
        (0..tabs).for_each(|_| made.push("\t"));
        made.push("\n");
        Ok(true)
    }

    /// The next row.
    fn row(&mut self) -> io::Result<Option<Row<'s>>> {
        match self.ahead.pop_front() {
            Some(row) => Ok(Some(row)),
            None if self.error.is_some() => Err(self.error.take().unwrap_or(io::ErrorKind::Other.into())),
            None if self.ended => Ok(None),
            None => (self.next)(),
        }
    }
}

/// A cell as CSV has it; line ends become blanks.
pub(super) fn push_cell(text: &str, made: &mut Made) {
    let quote = if text.contains('"') { "\"" } else { "" };
    made.push(quote);
    push_words(text, made);
    made.push(quote);
}

/// Words of a cell, or some of them.
fn push_words(text: &str, made: &mut Made) {
    if !text.contains(['\t', '\n', '\r', '"']) {
        return made.push(text);
    }
    made.push(&text.replace(['\n', '\r', '\t'], " ").replace('"', "\"\""));
}

/// A number as people see it: no exponent, no digits that only the binary form has.
pub(super) fn number(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    match text.parse::<f64>() {
        Ok(value) if value.fract() == 0.0 && value.abs() < 1e18 => format!("{value:.0}"),
        Ok(value) if value.is_finite() && text.contains(['e', 'E']) => format!("{value}"),
        _ => text.to_owned(),
    }
}

/// The day that a serial number means, as `13.04.1988`; days are counted from 1900 (with 29 February 1900, which never
/// was) or from 1904. `None` if it is no day of our time.
pub fn day(text: &str, from_1904: bool) -> Option<String> {
    let value = text.parse::<f64>().ok().filter(|value| (1.0..2_958_466.0).contains(value))?;
    let serial = value.floor() as i64 + if from_1904 { 1462 } else { 0 };
    // Days from 1970-01-01; before March 1900 the count is off by one.
    let days = serial - 25_569 + i64::from(serial < 60);
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).ok()?;
    Some(format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()))
}

/// Whether a format of numbers shows a day: letters of days outside quotes and brackets.
pub fn shows_days(format: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    format.chars().any(|c| {
        let plain = !quoted && !bracketed && !escaped;
        escaped = plain && matches!(c, '\\' | '_' | '*');
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            _ => {}
        }
        plain && matches!(c, 'd' | 'D' | 'y' | 'Y' | 'д' | 'Д' | 'г' | 'Г')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Unpack;
    use crate::unpack::{Frames, Text};
    use std::io::Read;

    fn read(rows: &[&[&str]]) -> (String, Option<Vec<String>>, Vec<String>) {
        let mut rows = rows.iter().enumerate().map(|(i, cells)| Row {
            number: i as u32 + 1,
            cells: cells.iter().enumerate().map(|(i, text)| (i as u32 + 1, Cow::Borrowed(*text))).collect(),
        });
        let budget = Budget::new(Unpack::default(), None);
        let mut sheet = Sheet::new("Лист1", &budget, || Ok(rows.next()));
        let columns = sheet.columns();
        let mut frames = Frames::new(None, |made: &mut Made| sheet.next(made));
        let mut text = String::new();
        frames.read_to_string(&mut text).unwrap();
        (text, columns, frames.places().iter().map(|(_, at)| at.to_string()).collect())
    }

    #[test]
    fn rows_under_a_header_are_as_wide_as_it() {
        let (text, columns, places) =
            read(&[&["Клиенты"], &["ФИО", "ИИН", "Тел"], &["Имя", "900101300017"], &["a \"b\"", "", "1\n2"]]);
        assert_eq!(text, "Клиенты\nФИО\tИИН\tТел\nИмя\t900101300017\t\n\"a \"\"b\"\"\"\t\t1 2\n");
        assert_eq!(columns, Some(vec!["ФИО".to_owned(), "ИИН".to_owned(), "Тел".to_owned()]));
        assert_eq!(
            places,
            ["Лист1!A1", "Лист1!A2", "Лист1!B2", "Лист1!C2", "Лист1!A3", "Лист1!B3", "Лист1!A4", "Лист1!C4"]
        );
        assert_eq!(read(&[&["ФИО", "ИИН"]]).1, None, "a header without rows proves nothing");
    }

    /// What rows come to is counted before it is made: as bytes, and held no more than a piece at a time.
    #[test]
    fn what_rows_come_to_is_counted() {
        let text = "слово \"и\" слово\n".repeat(10_000);
        let budget = Budget::new(Unpack { bytes: 100 << 20, ..Unpack::default() }, Some(1 << 20));
        let mut asked = 0;
        let mut sheet = Sheet::new("a", &budget, || {
            asked += 1;
            Ok(Some(Row { number: asked, cells: (1..=16_000).map(|column| (column, Cow::Borrowed(&*text))).collect() }))
        });
        let (mut made, mut all) = (Made::default(), 0);
        let error = loop {
            match sheet.next(&mut made) {
                Ok(more) => assert!(more),
                Err(error) => break error,
            }
            let bytes = made.taken();
            assert!(bytes < 3 * PIECE_BYTES, "{bytes}");
            all += bytes;
        };
        assert_eq!(Fault::of(&error).reason, Reason::LimitBytes);
        assert!((90 << 20..130 << 20).contains(&all), "{all}");
        drop(sheet);
        assert_eq!(asked, 3, "rows of a mebibyte are not held ahead twenty times");
        let far = Row { number: 1, cells: vec![(WIDEST, "1".into())] };
        let budget = Budget::new(Unpack { bytes: 10_000, ..Unpack::default() }, None);
        let mut sheet = Sheet::new("a", &budget, || Ok(Some(far.clone())));
        assert!(sheet.next(&mut made).is_err(), "blanks are counted, too");
        let mut room = Room::new(800);
        assert!(room.take(100).is_ok() && room.take(1).is_err());
        room.clear();
        assert!(room.take(100).is_ok());
    }

    #[test]
    fn numbers_and_days() {
        assert_eq!(number("9.00101300017E11"), "900101300017");
        assert_eq!(number("900101300017"), "900101300017");
        assert_eq!(number("12.0"), "12");
        assert_eq!(number("12.5"), "12.5");
        assert_eq!(day("32246", false).as_deref(), Some("13.04.1988"));
        assert_eq!(day("1", false).as_deref(), Some("01.01.1900"));
        assert_eq!(day("61", false).as_deref(), Some("01.03.1900"));
        assert_eq!(day("30784", true).as_deref(), Some("13.04.1988"));
        assert_eq!(day("0.5", false), None);
    }
}
