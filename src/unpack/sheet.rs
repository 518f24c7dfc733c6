//! Rows of spreadsheets as a table: cells parted by tabs, quoted as CSV, each with its address.
//!
//! Hidden sheets, rows and columns are read like any other. Column names come from the first row that looks like a
//! header, so that the cells below are fields for whoever looks at the text.

use super::At;
use super::frames::Made;
use crate::text::layout::names_something;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

/// Rows that a header is looked for in.
const HEADER_ROWS: usize = 20;
/// Most columns of a table with a header.
const COLUMNS: usize = 512;
/// Widest row that is read, in cells (the widest of any program has 16,384).
pub const WIDEST: u32 = 16_384;

/// One row: its number and its cells, by column, both from 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) cells: Vec<(u32, String)>,
}

/// A sheet that is being read, row by row.
pub(super) struct Sheet<F> {
    next: F,
    name: Arc<str>,
    ahead: VecDeque<Row>,
    ended: bool,
    /// Number of the header's row, and cells in each row from there on.
    header: Option<(u32, u32)>,
    columns: Option<Vec<String>>,
    error: Option<io::Error>,
}

impl<F: FnMut() -> io::Result<Option<Row>>> Sheet<F> {
    /// Reads the first rows to learn whether there is a header.
    pub(super) fn new(name: &str, next: F) -> Self {
        let mut sheet = Self {
            next,
            name: name.into(),
            ahead: VecDeque::new(),
            ended: false,
            header: None,
            columns: None,
            error: None,
        };
        while sheet.ahead.len() < HEADER_ROWS && !sheet.ended {
            match (sheet.next)() {
                Ok(Some(row)) => sheet.ahead.push_back(row),
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
        let is_header = |row: &Row| {
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

    /// One more row.
    pub(super) fn next(&mut self, made: &mut Made) -> io::Result<bool> {
        let row = match self.ahead.pop_front() {
            Some(row) => Some(row),
            None if self.error.is_some() => return Err(self.error.take().unwrap_or(io::ErrorKind::Other.into())),
            None if self.ended => None,
            None => (self.next)()?,
        };
        let Some(row) = row else { return Ok(false) };
        // Rows above the header stand under no name.
        let width = self.header.filter(|(number, _)| row.number >= *number).map_or(0, |(_, width)| width);
        let mut at = 1;
        for (column, text) in &row.cells {
            if text.is_empty() && *column != 1 {
                continue;
            }
            while at < *column {
                made.push("\t");
                at += 1;
            }
            made.place(At::Cell { sheet: Arc::clone(&self.name), column: *column, row: row.number });
            push_cell(text, made);
        }
        while at < width {
            made.push("\t");
            at += 1;
        }
        made.push("\n");
        Ok(true)
    }
}

/// A cell as CSV has it; line ends become blanks.
pub(super) fn push_cell(text: &str, made: &mut Made) {
    let plain = !text.contains(['\t', '\n', '\r', '"']);
    if plain {
        return made.push(text);
    }
    let text = text.replace(['\n', '\r', '\t'], " ");
    if text.contains('"') {
        made.push("\"");
        made.push(&text.replace('"', "\"\""));
        made.push("\"");
    } else {
        made.push(&text);
    }
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
    use crate::unpack::{Frames, Text};
    use std::io::Read;

    fn read(rows: &[&[&str]]) -> (String, Option<Vec<String>>, Vec<String>) {
        let mut rows = rows.iter().enumerate().map(|(i, cells)| Row {
            number: i as u32 + 1,
            cells: cells.iter().enumerate().map(|(i, text)| (i as u32 + 1, (*text).to_owned())).collect(),
        });
        let mut sheet = Sheet::new("Лист1", || Ok(rows.next()));
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
